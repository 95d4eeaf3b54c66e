"""`wirebell ingest`: put wire copy into `wire.raw`."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

import click

from streams.adapters.clock import SystemClock
from streams.adapters.files import UNNAMED, Plain, plain_record, read_inputs, read_lines
from streams.adapters.logclient import LogClient, open_log
from streams.adapters.wire_raw import append_raw
from streams.cli.common import RAW, json_option, note, print_json, progress, settings_option
from streams.config import Settings
from streams.domain.report import RawRecord
from streams.domain.settings import CoreSettings, Limits

STDIN = "-"


@click.command()
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option("--source", help="Source id of plain files, as in the settings. Replay-format lines name their own.")
@click.option("--content-type", default="", help="Media type of plain files; sniffed when not given.")
@json_option
@settings_option
def ingest(paths: tuple[str, ...], source: str | None, content_type: str, as_json: bool, settings: Settings) -> None:
    """Put wire copy into the log: files, folders, .jsonl[.gz] in the replay format, or "-" for stdin.

    Returns when the broker has acknowledged everything: what is counted is in the log for good.

    \b
    wirebell ingest story.xml --source northern-press
    wirebell ingest archive/ --source northern-press
    wirebell ingest day.jsonl.gz
    fetch | wirebell ingest - --source meridian --content-type application/json
    """
    plain = Plain(source or UNNAMED, content_type, SystemClock().now())
    with open_log(settings.broker) as client:
        counts = send(client, progress(_raws(paths, plain, settings.core.limits), "ingest"), settings.core)
    _report(counts, as_json)
    if UNNAMED in counts and not source:
        note(f"note: {counts[UNNAMED]} records carry no source; name one with --source so that independence can be judged")


def _raws(paths: tuple[str, ...], plain: Plain, limits: Limits) -> Iterator[RawRecord]:
    for path in paths:
        if path == STDIN:
            yield from from_stdin(sys.stdin.buffer.read(), plain, limits)
        else:
            yield from read_inputs([_existing(path)], plain, limits)


def _existing(path: str) -> Path:
    if not Path(path).exists():
        raise click.BadParameter(f"{path}: no such file or folder", param_hint="PATH")
    return Path(path)


def from_stdin(body: bytes, plain: Plain, limits: Limits) -> Iterator[RawRecord]:
    """Lines of the replay format when a received_at stands in the first, else one raw record."""
    if b'"received_at"' in body.split(b"\n", 1)[0]:
        yield from read_lines(body.splitlines(), Path(), "stdin")
    else:
        yield plain_record(body, "stdin", plain, limits)


def send(client: LogClient, raws: Iterable[RawRecord], settings: CoreSettings) -> Counter[str]:
    """Append raw records and wait until all are acknowledged. How many, per source."""
    counts: Counter[str] = Counter()
    for raw in raws:
        append_raw(client, raw, settings)
        counts[raw.source] += 1
    client.flush()
    return counts


def parse_received(_: click.Context, __: click.Parameter, value: str | None) -> datetime | None:
    """A click callback: an RFC 3339 time or nothing."""
    from streams.adapters.files import parse_time

    try:
        return parse_time(value) if value else None
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


def _report(counts: Counter[str], as_json: bool) -> None:
    if as_json:
        print_json({"records": counts.total(), "sources": dict(sorted(counts.items()))})
        return
    click.echo(f"{counts.total()} records in {RAW}" + "".join(f"\n  {n:>6}  {source}" for source, n in sorted(counts.items())))

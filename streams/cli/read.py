"""`wirebell read`: what is read of wire copy, and why."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import click

from streams.adapters.files import EPOCH, UNNAMED, BadInput, Plain, read_inputs
from streams.adapters.replay_rows import event_row
from streams.board.pages import reading_page
from streams.board.report_view import report_view
from streams.cli.common import json_option, note, out, print_json, reading, settings_option, write_page
from streams.cli.ingest import STDIN, from_stdin, parse_received
from streams.cli.reading_text import reading_text
from streams.config import Settings
from streams.domain.errors import RefusedInput
from streams.domain.incident import StoredRecord
from streams.domain.report import RawRecord
from streams.domain.settings import CoreSettings, Limits
from streams.domain.values import Position
from streams.pipeline.look import Look, look
from streams.pipeline.replay import EventLine

NOWHERE = Position("", 0, 0)
"""Where a record stands that was never on a log."""
BAD_DATA = 65
"""EX_DATAERR, as for every other input that cannot be used."""


@dataclass(slots=True)
class Looked:
    """What was found in the inputs so far. `refused`: what became no report, each with the reason."""

    looks: list[Look] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option("--source", default=UNNAMED, help="Source id of plain files, as in the settings.")
@click.option("--content-type", default="", help="Media type of plain files; sniffed when not given.")
@click.option("--received-at", callback=parse_received, help="When plain files count as received; else when they were published.")
@click.option("--html", "page", type=click.Path(path_type=Path, dir_okay=False), help="Write a page to this file instead of printing.")
@json_option
@settings_option
def read(
    files: tuple[str, ...],
    source: str,
    content_type: str,
    received_at: datetime | None,
    page: Path | None,
    as_json: bool,
    settings: Settings,
) -> None:
    """Show what is read of wire copy: its events, roles, claims and codes, the words each was read from, and why.

    FILE is a wire file in any supported format, a folder of them, .jsonl[.gz] in the replay format, or "-" for standard input.
    With --json, one event record per line as `wirebell replay` writes them, in no incident. What is no report is named on stderr
    with its reason, the others are still shown, and the exit code is 65.

    \b
    wirebell read story.xml --source northern-press
    wirebell read note.txt --received-at 2020-09-27T07:30:00Z
    wirebell read day.jsonl --html day.html
    fetch | wirebell read - --json | jq .type
    """
    found, core = Looked(), reading(settings).core
    for name in files:
        _take_in(name, Plain(source, content_type, received_at), core, found)
    if as_json:
        _print_rows(found.looks)
    if page is not None:
        _write(page, found, core)
    elif not as_json:
        _print(found.looks, core)
    _note(found)
    if found.refused:
        sys.exit(BAD_DATA)


def _take_in(name: str, plain: Plain, settings: CoreSettings, into: Looked) -> None:
    """Look at every raw record of one argument. A file that cannot be read is refused like a report that is none."""
    try:
        for raw in _raws(name, plain, settings.limits):
            _look(raw, _named(raw, name), settings, into)
    except BadInput as error:
        into.refused.append((name, str(error).removeprefix(f"{name}: ")))


def _raws(name: str, plain: Plain, limits: Limits) -> Iterator[RawRecord]:
    if name == STDIN:
        return from_stdin(sys.stdin.buffer.read(), plain, limits)
    return read_inputs([Path(name)], plain, limits)


def _named(raw: RawRecord, name: str) -> str:
    """How the user knows it: the file as given, with the record's own name when there are several in it."""
    return name if raw.input_id in (Path(name).name, "stdin") else f"{name}: {raw.input_id}"


def _look(raw: RawRecord, name: str, settings: CoreSettings, into: Looked) -> None:
    try:
        looks, refused = look(raw, settings)
    except RefusedInput as error:
        into.refused.append((name, _dead_letter(error)))
        return
    into.looks.extend(looks)
    into.refused.extend((name, _dead_letter(error)) for error in refused)


def _note(found: Looked) -> None:
    """What was refused, and what cannot be dated: people should know, programs should not stumble over it."""
    for name, reason in found.refused:
        note(f"{name}: {reason}")
    undated = [look.input_id for look in found.looks if look.report.received_at == EPOCH]
    if undated:
        note(f"note: {', '.join(undated)} states no time, so times count from {EPOCH:%Y}; name one with --received-at")


def _dead_letter(error: RefusedInput) -> str:
    return f"would go to the dead letters: {error}"


# ---- showing


def _print_rows(looks: list[Look]) -> None:
    for found in looks:
        for record in found.records:
            print_json(event_row(EventLine(found.input_id, "", StoredRecord(record, NOWHERE))))


def _print(looks: list[Look], settings: CoreSettings) -> None:
    console = out(wrap=True)
    for number, found in enumerate(looks, 1):
        if number > 1:
            console.rule()
        for part in reading_text(report_view(found, settings.source(found.report.source), number), console.is_terminal):
            console.print(part)


def _write(page: Path, found: Looked, settings: CoreSettings) -> None:
    views = [report_view(look, settings.source(look.report.source), number) for number, look in enumerate(found.looks, 1)]
    write_page(page, reading_page(views, found.refused))

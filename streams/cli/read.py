"""`wirebell read`: what is read of wire copy, and why."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import click

from streams.adapters.files import EPOCH, UNNAMED, BadInput, Plain, read_inputs
from streams.adapters.replay_rows import event_row
from streams.board.pages import reading_page
from streams.board.report_view import ReportView, report_view
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
class Aside:
    """What has to be told beside the reports: what became none, each with the reason, and those that state no time."""

    refused: list[tuple[str, str]] = field(default_factory=list)
    undated: list[str] = field(default_factory=list)


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
    core, aside, views = reading(settings).core, Aside(), list[ReportView]()
    for number, found in enumerate(_looks(files, Plain(source, content_type, received_at), core, aside), 1):
        if as_json:
            _print_rows(found)
        if page is not None:
            views.append(_view(found, core, number))
        elif not as_json:
            _print(_view(found, core, number))
    if page is not None:
        write_page(page, reading_page(views, aside.refused))
    _note(aside)
    if aside.refused:
        sys.exit(BAD_DATA)


def _looks(names: Sequence[str], plain: Plain, settings: CoreSettings, aside: Aside) -> Iterator[Look]:
    """Every report of every argument, one at a time. A file that cannot be read is refused like a report that is none."""
    for name in names:
        try:
            for raw in _raws(name, plain, settings.limits):
                yield from _look(raw, _named(raw, name), settings, aside)
        except BadInput as error:
            aside.refused.append((name, str(error).removeprefix(f"{name}: ")))


def _raws(name: str, plain: Plain, limits: Limits) -> Iterator[RawRecord]:
    if name == STDIN:
        return from_stdin(sys.stdin.buffer.read(), plain, limits)
    return read_inputs([Path(name)], plain, limits)


def _named(raw: RawRecord, name: str) -> str:
    """How the user knows it: the file as given, with the record's own name when there are several in it."""
    return name if raw.input_id in (Path(name).name, "stdin") else f"{name}: {raw.input_id}"


def _look(raw: RawRecord, name: str, settings: CoreSettings, aside: Aside) -> Sequence[Look]:
    try:
        found, refused = look(raw, settings)
    except RefusedInput as error:
        found, refused = (), (error,)
    aside.refused.extend((name, f"would go to the dead letters: {error}") for error in refused)
    aside.undated.extend(name for each in found if each.report.received_at == EPOCH)
    return found


def _note(aside: Aside) -> None:
    """On stderr: people should know, programs should not stumble over it."""
    for name, reason in aside.refused:
        note(f"{name}: {reason}")
    for name in aside.undated:
        note(f"note: {name} states no time, so times count from {EPOCH:%Y}; name one with --received-at")


# ---- showing


def _print_rows(found: Look) -> None:
    for record in found.records:
        print_json(event_row(EventLine(found.input_id, "", StoredRecord(record, NOWHERE))))


def _view(found: Look, settings: CoreSettings, number: int) -> ReportView:
    return report_view(found, settings.source(found.report.source), number)


def _print(view: ReportView) -> None:
    console = out(wrap=True)
    if view.number > 1:
        console.rule()
    for part in reading_text(view, console.is_terminal):
        console.print(part)

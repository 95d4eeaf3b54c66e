"""The README's report, traced from bytes to alert, is what the system really makes of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

from rich.console import Console

from streams.board.report_view import report_view
from streams.cli.reading_text import why_text
from streams.domain.event import EventRecord
from streams.domain.report import RawRecord
from streams.domain.settings import CoreSettings
from streams.domain.source import unknown_source
from streams.domain.values import Span
from streams.pipeline.look import look
from streams.pipeline.replay import Replayed, replay

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
SECTION = README.partition("## One report, from bytes to alert")[2].partition("\n## ")[0]
RECEIVED = datetime(2020, 9, 27, 7, 30, tzinfo=UTC)
BLOCKS = [part.partition("\n")[2].rstrip("\n") for part in SECTION.split("```")[1::2]]


def traced() -> Replayed:
    return replay([RawRecord("yerevan-wire", RECEIVED, BLOCKS[0].encode(), "text/plain", input_id="1")], CoreSettings())


def shown(record: EventRecord, body: str) -> Iterator[str]:
    """The record as the README prints it: field, value, the text that it was read from."""

    def row(field: str, value: str, span: Span | None) -> str:
        read = f'"{body[span.start : span.end]}"'.replace("\n", " ") if span is not None else "-"
        return f"{field:<12}{value:<48}{read}".rstrip()

    yield row("type", f"{record.type}, {record.modality.value}", record.evidence[0].span)
    for actor in record.actors:
        yield row(actor.role.value, actor.canonical or actor.country, actor.span)
    for thing in record.objects:
        assert thing.count is not None
        yield row(thing.role.value, f"{thing.class_path}, {thing.count.qualifier.value} {thing.count.max}, {thing.operator}", thing.span)
    assert record.time is not None
    yield row("time", f"{record.time.start:%Y-%m-%d}, {record.time.precision.value}", record.time.span)
    for claim in record.claims:
        about = f"{claim.about} {claim.value}".strip()
        yield row("claim", f"{claim.holder}{' (party)' if claim.party else ''} {claim.stance.value} the {about}", claim.span)


def test_the_event_record_in_the_readme_is_what_is_read() -> None:
    result = traced()
    (line,) = result.events
    assert BLOCKS[1].splitlines() == list(shown(line.stored.record, result.reports[0].report.body))


def test_the_alert_in_the_readme_is_what_rings() -> None:
    (line,) = traced().alerts
    alert = line.alert
    expected = [f"{alert.priority.value.upper()}  {alert.kind.value}  {alert.state}", alert.snap, *(f"why: {why}" for why in alert.why)]
    assert BLOCKS[3].splitlines() == expected


def test_the_reasons_in_the_readme_are_what_read_prints() -> None:
    raw = RawRecord("yerevan-wire", RECEIVED, BLOCKS[0].encode(), "text/plain", input_id="1")
    ((found,), _) = look(raw, CoreSettings())
    [event] = report_view(found, unknown_source("yerevan-wire")).events
    console = Console(width=160, record=True, file=StringIO())
    console.print(why_text(event.why))
    assert BLOCKS[2].splitlines() == [line.rstrip() for line in console.export_text().splitlines()]


def test_the_readmes_commands_exist_in_the_makefile() -> None:
    targets = {line.partition(":")[0] for line in (Path(__file__).parents[2] / "Makefile").read_text("utf-8").splitlines() if "## " in line}
    named = {word.split()[1] for word in README.split("`") if word.startswith("make ")} | {"demo", "test"}
    assert named <= targets

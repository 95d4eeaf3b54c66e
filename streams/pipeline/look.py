"""Looking at one input: its reports, the event records that they make, and why. The same functions as in normalize.py; nothing is kept.

RawRecord -> parse -> Report -> read (extract, and why) -> EventRecord
"""

from __future__ import annotations

from dataclasses import dataclass

from streams.domain.errors import RefusedInput
from streams.domain.event import EventRecord
from streams.domain.reading import Reading
from streams.domain.report import RawRecord, Report, Signal
from streams.domain.settings import CoreSettings
from streams.extraction import read
from streams.formats import parse
from streams.pipeline.normalize import records_of


@dataclass(frozen=True, slots=True)
class Look:
    """One report, its event records, and why each is one: `reading.whys` is in step with `records`."""

    input_id: str
    report: Report
    records: tuple[EventRecord, ...]
    reading: Reading


def look(raw: RawRecord, settings: CoreSettings) -> tuple[tuple[Look, ...], tuple[RefusedInput, ...]]:
    """The reports of a raw record, and the parts of a batch that were refused. Raises RefusedInput when nothing of it can be used."""
    parsed = parse(raw, settings.limits, settings.source(raw.source))
    return tuple(_look(raw.input_id, report, settings) for report in parsed.reports), parsed.refused


def _look(input_id: str, report: Report, settings: CoreSettings) -> Look:
    if report.signal is Signal.KILL:
        # A kill tells of no event: its text is an instruction to the desk.
        return Look(input_id, report, (), Reading((), (), ()))
    reading = read(report, settings.source(report.source), settings.names)
    return Look(input_id, report, tuple(records_of(report, reading.events, settings)), reading)

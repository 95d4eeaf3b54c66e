"""Normalise: one raw record -> the event records to send, and what to remember of each item.

bytes -> parse -> for each report: read -> event records -> weigh against the item's other versions -> records to send
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from streams.domain.errors import RefusedInput
from streams.domain.event import Carrier, Claim, EventRecord
from streams.domain.ids import derive
from streams.domain.item import ItemState, VersionState
from streams.domain.ontology import codes_of
from streams.domain.reading import ReadEvent
from streams.domain.report import RawRecord, Report, Signal
from streams.domain.settings import CoreSettings
from streams.domain.source import Source
from streams.domain.values import Position
from streams.extraction import extract
from streams.formats import parse
from streams.matching import Sketcher, block_key
from streams.pipeline.ports import ItemStore
from streams.pipeline.versions import Arrival, arrive


@dataclass(frozen=True, slots=True)
class ReportOutcome:
    """What one report led to. `records` go to `wire.events` in order; `lead_event_id` is empty for a kill of nothing known."""

    report: Report
    arrival: Arrival
    lead_event_id: str
    records: tuple[EventRecord, ...]


@dataclass(frozen=True, slots=True)
class Normalized:
    """What one raw record led to: its reports in order, and the parts of a batch that were refused."""

    outcomes: tuple[ReportOutcome, ...]
    refused: tuple[RefusedInput, ...]

    @property
    def records(self) -> Iterator[EventRecord]:
        """Every record to send, in order."""
        return (r for outcome in self.outcomes for r in outcome.records)


def normalize(raw: RawRecord, at: Position, items: ItemStore, settings: CoreSettings) -> Normalized:
    """Read a raw record at log position `at`. Raises RefusedInput when nothing of it can be used."""
    parsed = parse(raw, settings.limits, settings.source(raw.source))
    pending = _Pending(items)
    outcomes: list[ReportOutcome] = []
    seen: set[str] = set()
    for report in parsed.reports:
        # A batch may hold one version twice; the second is a resend although the position is the same.
        again = report.report_id in seen
        seen.add(report.report_id)
        outcomes.append(_duplicate(report, pending) if again else _take_in(report, at, pending, settings))
    pending.write()
    return Normalized(tuple(outcomes), parsed.refused)


class _Pending:
    """Item states of one raw record, written only when all of it went well: a batch that fails half-way leaves no trace."""

    def __init__(self, items: ItemStore) -> None:
        self._items = items
        self._states: dict[str, ItemState] = {}

    def get(self, item_key: str) -> ItemState | None:
        return self._states.get(item_key) or self._items.get(item_key)

    def put(self, state: ItemState) -> None:
        self._states[state.item_key] = state

    def write(self) -> None:
        for state in self._states.values():
            self._items.put(state)


def _take_in(report: Report, at: Position, items: ItemStore, settings: CoreSettings) -> ReportOutcome:
    state = items.get(report.item_key) or ItemState(report.item_key)
    plan = arrive(state, _version(report, at, settings), report.received_at, settings.limits.max_versions)
    if plan.arrival is not Arrival.DUPLICATE:
        # Written on a replay too: the changelog may have lost what the local store kept.
        items.put(plan.state)
    return ReportOutcome(report, plan.arrival, _lead_of(plan.state, report.report_id), plan.records)


def _duplicate(report: Report, items: ItemStore) -> ReportOutcome:
    state = items.get(report.item_key) or ItemState(report.item_key)
    return ReportOutcome(report, Arrival.DUPLICATE, _lead_of(state, report.report_id), ())


def _version(report: Report, at: Position, settings: CoreSettings) -> VersionState:
    # A kill tells of no event: its text is an instruction to the desk.
    events = () if report.signal is Signal.KILL else tuple(read_events(report, settings))
    return VersionState(
        report_id=report.report_id,
        content_hash=report.content_hash,
        version=report.version,
        version_at=report.version_at,
        signal=report.signal,
        embargo_until=report.embargo_until,
        applied_at=at,
        events=events,
        sent=(),
    )


def _lead_of(state: ItemState, report_id: str) -> str:
    """The lead of that version, or, for a kill, of the newest version that told of something."""
    versions = [v for v in state.versions if v.events]
    own = [v for v in versions if v.report_id == report_id] or versions[-1:]
    return next((e.event_id for v in own for e in v.events if e.lead), "")


def read_events(report: Report, settings: CoreSettings) -> Iterator[EventRecord]:
    """Every event that the report tells, as complete records."""
    return records_of(report, extract(report, settings.source(report.source), settings.names), settings)


def records_of(report: Report, events: Sequence[ReadEvent], settings: CoreSettings) -> Iterator[EventRecord]:
    """What was read of a report as complete records, no more than the limits allow."""
    source = settings.source(report.source)
    carrier, sketcher = _carrier(report, source), Sketcher(report)
    for ordinal, read in enumerate(events[: settings.limits.max_events]):
        yield event_record(report, source, read, ordinal, carrier, sketcher)


def event_record(report: Report, source: Source, read: ReadEvent, ordinal: int, carrier: Carrier, sketcher: Sketcher) -> EventRecord:
    """An event record from what was read: adds ids, codes, the carrier, the block and the sketch."""
    return EventRecord(
        event_id=derive("evt", report.report_id, str(ordinal), read.type),
        report_id=report.report_id,
        item_key=report.item_key,
        caused_by=report.report_id,
        type=read.type,
        codes=codes_of(read.type, read.modality),
        block_key=block_key(read, report),
        carrier=carrier,
        published_at=report.published_at,
        received_at=report.received_at,
        version=report.version,
        version_at=report.version_at,
        signal=report.signal,
        embargo_until=report.embargo_until if report.signal is Signal.EMBARGOED else None,
        lead=read.lead,
        modality=read.modality,
        actors=read.actors,
        objects=read.objects,
        place=read.place,
        time=read.time,
        counts=read.counts,
        outcome=read.outcome,
        claims=tuple(_voiced(claim, source) for claim in read.claims),
        evidence=read.evidence,
        excerpt=read.excerpt,
        headline=report.headline,
        slug=report.slug,
        language=report.language,
        priority=report.priority,
        keywords=report.keywords,
        # A lead is compared by what the report opens with, wherever the sentence stands that it was read from.
        sketch=sketcher.sketch("" if read.lead else read.excerpt),
    )


def _voiced(claim: Claim, source: Source) -> Claim:
    """A claim that an official feed makes in its own voice belongs to the body it speaks for."""
    return replace(claim, holder=source.voice) if source.voice and claim.holder == source.id else claim


def _carrier(report: Report, source: Source) -> Carrier:
    return Carrier(
        id=source.id,
        name=source.name,
        owner=source.owner,
        official_of=source.official_of,
        country=source.country,
        grade=source.grade,
        credit=report.credit,
    )

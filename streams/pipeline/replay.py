"""The whole flow in one process: raw records in, everything they lead to out. No broker, no clock, no file.

                 +-----------+                +-------------+
    RawRecord -> | normalize | -> records ->  | deduplicate | -> incidents, alerts
                 +-----------+                +-------------+
                       |                             |
                  dead letters            releases of passed embargoes (back into deduplicate)

The agents run the same two functions with a log between them; time here is each input's `received_at`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from streams.domain.alert import Alert
from streams.domain.errors import RefusedInput
from streams.domain.event import EventRecord
from streams.domain.incident import Incident, IncidentRow, StoredRecord
from streams.domain.item import ItemState
from streams.domain.report import RawRecord, Report
from streams.domain.settings import CoreSettings
from streams.domain.values import Position
from streams.pipeline.deduplicate import Deduplicator
from streams.pipeline.normalize import ReportOutcome, normalize
from streams.pipeline.versions import Arrival

RAW_TOPIC = "wire.raw"
EVENTS_TOPIC = "wire.events"


class MemoryItems:
    """The `reports` table in memory."""

    def __init__(self) -> None:
        self.states: dict[str, ItemState] = {}

    def get(self, item_key: str) -> ItemState | None:
        """The item's state, or None."""
        return self.states.get(item_key)

    def put(self, state: ItemState) -> None:
        """Store it under its item key."""
        self.states[state.item_key] = state


class MemoryIncidents:
    """The `incidents` table in memory. `aside` are rows that are closed; `archive` keeps the last state of what was forgotten."""

    def __init__(self) -> None:
        self.table: dict[str, IncidentRow] = {}
        self.aside: dict[str, IncidentRow] = {}
        self.archive: dict[str, IncidentRow] = {}
        self._items: dict[str, set[str]] = {}

    def get(self, incident_id: str) -> IncidentRow | None:
        """The row, or None."""
        return self.table.get(incident_id)

    def put_all(self, rows: Sequence[IncidentRow], at: Position) -> None:  # noqa: ARG002
        """Store each under its incident id."""
        for row in rows:
            self.table[row.incident.incident_id] = row

    def close(self, incident_id: str) -> None:
        """Set it aside, found by its items."""
        row = self.aside[incident_id] = self.table.pop(incident_id)
        for stored in row.records:
            self._items.setdefault(stored.record.item_key, set()).add(incident_id)

    def closed(self, item_key: str) -> tuple[IncidentRow, ...]:
        """The rows set aside that hold a record of that item."""
        return tuple(self.aside[i] for i in sorted(self._items.get(item_key, ())))

    def reopen(self, incident_id: str) -> None:
        """Take it back."""
        self.table[incident_id] = self._take_from_aside(incident_id)

    def delete(self, incident_id: str) -> None:
        """Move it to the archive."""
        gone = self._take_from_aside(incident_id) if incident_id in self.aside else self.table.pop(incident_id)
        self.archive[incident_id] = gone

    def rows(self) -> Iterator[IncidentRow]:
        """Every open row."""
        return iter(list(self.table.values()))

    def shelf(self) -> Iterator[tuple[str, datetime]]:
        """Every row set aside."""
        return iter([(incident_id, row.incident.last_at) for incident_id, row in self.aside.items()])

    def final(self) -> list[IncidentRow]:
        """Every row, open or not, in order of incident id."""
        return [row for _, row in sorted({**self.archive, **self.aside, **self.table}.items())]

    def _take_from_aside(self, incident_id: str) -> IncidentRow:
        row = self.aside.pop(incident_id)
        for item_key in {stored.record.item_key for stored in row.records}:
            self._items[item_key].discard(incident_id)
            if not self._items[item_key]:
                del self._items[item_key]
        return row


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One accepted report and where its lead ended up. Ids are empty for a kill of nothing known."""

    input_id: str
    report: Report
    arrival: Arrival
    lead_event_id: str
    lead_incident_id: str


@dataclass(frozen=True, slots=True)
class EventLine:
    """One event record with its final standing and incident."""

    input_id: str
    incident_id: str
    stored: StoredRecord


@dataclass(frozen=True, slots=True)
class AlertLine:
    """One alert and the input that triggered it."""

    input_id: str
    alert: Alert


@dataclass(frozen=True, slots=True)
class Refusal:
    """One refused input, or refused part of one."""

    input_id: str
    error: RefusedInput


@dataclass(slots=True)
class Replayed:
    """What a replay led to. Reports and events are in input order, incidents by id, alerts as they were emitted."""

    reports: list[ReportLine] = field(default_factory=list)
    events: list[EventLine] = field(default_factory=list)
    incidents: list[Incident] = field(default_factory=list)
    alerts: list[AlertLine] = field(default_factory=list)
    dead_letters: list[Refusal] = field(default_factory=list)


class Replay:
    """A replay under way: feed raw records in order, then `finish`."""

    def __init__(self, settings: CoreSettings) -> None:
        self._settings = settings
        self._items = MemoryItems()
        self._incidents = MemoryIncidents()
        self._deduplicator = Deduplicator(self._incidents, settings)
        self._raw_offset = 0
        self._event_offset = 0
        self._outcomes: list[tuple[str, ReportOutcome]] = []
        self._input_of: dict[str, str] = {}
        self.result = Replayed()

    def feed(self, raw: RawRecord) -> Sequence[Alert]:
        """Process one input; returns the alerts that it led to."""
        alerts = [a for record in self._deduplicator.due(raw.received_at) for a in self._apply(record)]
        at = Position(RAW_TOPIC, 0, self._raw_offset)
        self._raw_offset += 1
        try:
            normalized = normalize(raw, at, self._items, self._settings)
        except RefusedInput as error:
            self.result.dead_letters.append(Refusal(raw.input_id, error))
            return alerts
        self.result.dead_letters.extend(Refusal(raw.input_id, error) for error in normalized.refused)
        for outcome in normalized.outcomes:
            self._input_of.setdefault(outcome.report.report_id, raw.input_id)
            self._outcomes.append((raw.input_id, replace(outcome, records=())))
            alerts.extend(a for record in outcome.records for a in self._apply(record))
        return alerts

    def _apply(self, record: EventRecord) -> Sequence[Alert]:
        applied = self._deduplicator.apply(record, Position(EVENTS_TOPIC, 0, self._event_offset))
        self._event_offset += 1
        self.result.alerts.extend(AlertLine(self._input_of.get(a.report_id, ""), a) for a in applied.alerts)
        return applied.alerts

    def finish(self) -> Replayed:
        """Fill in where everything ended up."""
        rows = self._incidents.final()
        where = {r.record.event_id: (row.incident.incident_id, r) for row in rows for r in row.records}
        for input_id, outcome in self._outcomes:
            lead = outcome.lead_event_id
            incident_id = where[lead][0] if lead in where else ""
            self.result.reports.append(ReportLine(input_id, outcome.report, outcome.arrival, lead, incident_id))
        order = {report_id: n for n, report_id in enumerate(self._input_of)}
        lines = [EventLine(self._input_of[r.record.report_id], i, r) for i, r in where.values()]
        self.result.events = sorted(lines, key=lambda e: (order[e.stored.record.report_id], e.stored.applied_at.offset))
        self.result.incidents = [row.incident for row in rows]
        return self.result


def replay(raws: Iterable[RawRecord], settings: CoreSettings) -> Replayed:
    """Run the flow over raw records in the order given. The same input gives the same result, whatever the machine."""
    run = Replay(settings)
    for raw in raws:
        run.feed(raw)
    return run.finish()

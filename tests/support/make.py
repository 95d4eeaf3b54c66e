"""Small valid domain values for tests: name what matters, the rest is a quiet default."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from streams.domain.event import Carrier, EventRecord
from streams.domain.incident import Incident, IncidentRow, IncidentState, Member, StoredRecord
from streams.domain.report import RawRecord
from streams.domain.values import Position

NOON = datetime(2020, 9, 27, 12, tzinfo=UTC)


def event(event_id: str = "evt-1", **changes: Any) -> EventRecord:
    """An event record of a report of its own."""
    record = EventRecord(
        event_id=event_id,
        report_id=f"rpt-{event_id}",
        item_key=f"agency|{event_id}",
        caused_by=f"rpt-{event_id}",
        type="other.story",
        block_key="story",
        carrier=Carrier("agency"),
        published_at=NOON,
        received_at=NOON,
        version_at=NOON,
        lead=True,
    )
    return replace(record, **changes)


def stored(event_id: str = "evt-1", offset: int = 0, **changes: Any) -> StoredRecord:
    """That record as the incidents table keeps it."""
    return StoredRecord(event(event_id, **changes), Position("wire.events", 0, offset))


def row(incident_id: str = "inc-1", *records: StoredRecord, partition: int = 0, revision: int = 1) -> IncidentRow:
    """An incident row of these records."""
    incident = Incident(
        incident_id=incident_id,
        block_key="story",
        founded_by=records[0].record.event_id if records else "",
        type="other.story",
        state=IncidentState.SINGLE_SOURCE,
        state_reasons=(),
        headline="A headline",
        first_at=NOON,
        last_at=NOON,
        revision=revision,
        members=tuple(Member(r.record.event_id, r.record.report_id, r.record.carrier.id) for r in records),
    )
    return IncidentRow(incident, partition, records)


def raw(body: str | bytes = "A headline\n\nA body.", **changes: Any) -> RawRecord:
    """A raw record of plain text."""
    data = body.encode() if isinstance(body, str) else body
    return replace(RawRecord("agency", NOON, data, "text/plain", input_id="input-1"), **changes)

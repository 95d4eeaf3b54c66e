"""Small real values for the alerting tests: records, incidents and rows as the pipeline hands them over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from streams.domain.alert import Announced
from streams.domain.event import Action, Carrier, EventRecord, HolderKind, Modality, RetractReason, Stance
from streams.domain.incident import (
    Attribute,
    Incident,
    IncidentRow,
    IncidentState,
    IndependentGroup,
    LedgerEntry,
    Member,
    StoredRecord,
    Variant,
)
from streams.domain.report import Signal
from streams.domain.values import Position

START = datetime(2020, 9, 27, 6, tzinfo=UTC)


def record(
    name: str,
    source: str = "agency-a",
    modality: Modality = Modality.ACTUAL,
    signal: Signal = Signal.NEW,
    priority: int = 5,
    minutes: int = 0,
    item: str = "",
    event_type: str = "conflict.aircraft_downed",
) -> EventRecord:
    at = START + timedelta(minutes=minutes)
    return EventRecord(
        event_id=f"evt-{name}",
        report_id=f"rep-{name}",
        item_key=item or f"{source}/{name}",
        type=event_type,
        block_key="conflict",
        carrier=Carrier(id=source, name=source.replace("-", " ").title()),
        published_at=at,
        received_at=at,
        version_at=at,
        modality=modality,
        signal=signal,
        priority=priority,
    )


def retraction(of: EventRecord, reason: RetractReason) -> EventRecord:
    return replace(of, action=Action.RETRACT, retract_reason=reason, caused_by=f"{of.report_id}-{reason.value}")


def stored(*records: EventRecord, **retracted: RetractReason) -> tuple[StoredRecord, ...]:
    """Stored records; `retracted` by the name given to `record`."""
    gone = {f"evt-{name}": reason for name, reason in retracted.items()}
    return tuple(StoredRecord(r, Position("wire.events", 0, n), gone.get(r.event_id, RetractReason.NONE)) for n, r in enumerate(records))


def attribute(name: str, value: str, *others: str) -> Attribute:
    variants = tuple(Variant(v, ("x",), ("agency-a",), ("evt-a",), START) for v in (value, *others))
    return Attribute(name, value, bool(others), variants)


def claim(
    holder: str, stance: Stance, kind: HolderKind = HolderKind.OFFICIAL, about: str = "event", country: str = "", minutes: int = 0
) -> LedgerEntry:
    at = START + timedelta(minutes=minutes)
    return LedgerEntry(holder, stance, kind, country, False, about, "", (), ("agency-a",), ("evt-a",), at)


def incident(
    records: Sequence[StoredRecord],
    state: IncidentState = IncidentState.SINGLE_SOURCE,
    attributes: Sequence[Attribute] = (),
    claims: Sequence[LedgerEntry] = (),
    event_type: str = "conflict.aircraft_downed",
    voices: int = 1,
    headline: str = "Aircraft downed",
) -> Incident:
    members = tuple(Member(r.record.event_id, r.record.report_id, r.record.carrier.id, r.retracted) for r in records)
    groups = tuple(IndependentGroup(f"g{n}", ("agency-a",), (), (), False) for n in range(voices))
    return Incident(
        incident_id="inc-1",
        block_key="conflict",
        founded_by="evt-a",
        type=event_type,
        state=state,
        state_reasons=(f"it is {state.value}",),
        headline=headline,
        first_at=START,
        last_at=START,
        attributes=tuple(attributes),
        claims=tuple(claims),
        independent_groups=groups,
        members=members,
    )


def row(subject: Incident, records: Sequence[StoredRecord], announced: Announced | None) -> IncidentRow:
    return IncidentRow(subject, 0, tuple(records), announced)

"""What to send when a version of an item arrives: whatever order versions come in, the newest one's events stand last.

The rule that makes order irrelevant: after each arrival, every event of every version that is not the newest has been taken
back with a reason that follows from the newest version alone, and the newest version's events have been asserted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from streams.domain.event import Action, EventRecord, RetractReason
from streams.domain.item import ItemState, Sent, VersionState
from streams.domain.report import Signal

REASON_OF = {
    Signal.NEW: RetractReason.SUPERSEDED,
    Signal.UPDATE: RetractReason.SUPERSEDED,
    Signal.CORRECTION: RetractReason.CORRECTED,
    Signal.KILL: RetractReason.KILLED,
    Signal.EMBARGOED: RetractReason.EMBARGOED,
}
"""Why older versions no longer stand, given what the newest one is."""


class Arrival(StrEnum):
    """What the arrival of a version was. A metric label."""

    ACCEPTED = "accepted"
    LATE = "late"
    """A newer version had come before it: kept, told as already taken back."""
    DUPLICATE = "duplicate"
    """A resend: another record brought the same version before. Nothing is sent."""
    REPLAYED = "replayed"
    """The same record again after a crash: what was sent for it is sent again."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The item's state after an arrival, and the records to send, in order."""

    arrival: Arrival
    state: ItemState
    records: tuple[EventRecord, ...]


def arrive(state: ItemState, incoming: VersionState, received_at: datetime, max_versions: int) -> Plan:
    """Take in a version. `incoming.sent` is ignored: it is decided here. `received_at` is when this arrival came in."""
    known = next((v for v in state.versions if v.report_id == incoming.report_id), None)
    if known is not None:
        if known.applied_at != incoming.applied_at:
            return Plan(Arrival.DUPLICATE, state, ())
        return Plan(Arrival.REPLAYED, state, tuple(_records(state, known.sent, known.report_id, received_at)))
    before = newest(state)
    grown = ItemState(state.item_key, tuple(sorted((*state.versions, incoming), key=lambda v: v.rank)))
    current = newest(grown)
    sent = tuple(_to_send(grown, before, incoming))
    stored = replace(incoming, sent=sent)
    versions = tuple(stored if v.report_id == stored.report_id else v for v in grown.versions)
    after = ItemState(state.item_key, versions)
    arrival = Arrival.ACCEPTED if current is incoming else Arrival.LATE
    return Plan(arrival, _bounded(after, max_versions), tuple(_records(after, sent, incoming.report_id, received_at)))


def newest(state: ItemState) -> VersionState | None:
    """The version that stands: the one of the highest rank."""
    return state.versions[-1] if state.versions else None


def _to_send(state: ItemState, before: VersionState | None, incoming: VersionState) -> Iterator[Sent]:
    current = state.versions[-1]
    reason = REASON_OF[current.signal]
    if current is not incoming:
        yield from (Sent(e.event_id, Action.RETRACT, reason) for e in incoming.events)
        return
    # New assertions first: an incident must never look deserted between an old version leaving and the new one arriving.
    yield from (Sent(e.event_id, Action.ASSERT, RetractReason.NONE) for e in incoming.events)
    told = REASON_OF[before.signal] if before else reason
    for version in state.versions[:-1]:
        if version is before or told is not reason:
            yield from (Sent(e.event_id, Action.RETRACT, reason) for e in version.events)


def _records(state: ItemState, sent: tuple[Sent, ...], cause: str, received_at: datetime) -> Iterator[EventRecord]:
    events = {e.event_id: e for v in state.versions for e in v.events}
    for s in sent:
        event = replace(events[s.event_id], action=s.action, retract_reason=s.retract_reason, caused_by=cause)
        yield event if s.action is Action.ASSERT else replace(event, received_at=received_at)


def _bounded(state: ItemState, max_versions: int) -> ItemState:
    return ItemState(state.item_key, state.versions[-max_versions:])

"""What the `reports` table remembers of an item: every version seen, the events it made, and what was sent for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from streams.domain.event import Action, EventRecord, RetractReason
from streams.domain.report import Signal
from streams.domain.values import Position

_LATER = {Signal.NEW: 0, Signal.EMBARGOED: 0, Signal.UPDATE: 1, Signal.CORRECTION: 2, Signal.KILL: 3}
"""Which of two versions with the same number and time came after the other: wires stamp to the minute."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One record that a version sent: which event, as what. Enough to send the same again after a crash."""

    event_id: str
    action: Action
    retract_reason: RetractReason


@dataclass(frozen=True, slots=True)
class VersionState:
    """One version of an item: how it ranks, which raw record first brought it, its events, and what was sent for it."""

    report_id: str
    content_hash: str
    version: int
    version_at: datetime
    signal: Signal
    embargo_until: datetime | None
    applied_at: Position
    events: tuple[EventRecord, ...]
    sent: tuple[Sent, ...]

    @property
    def rank(self) -> tuple[int, datetime, int, str]:
        """Versions of an item order by this, whatever order they arrive in; at equal stamps by what they say they are, a kill last."""
        return (self.version, self.version_at, _LATER[self.signal], self.content_hash)


@dataclass(frozen=True, slots=True)
class ItemState:
    """The value of the `reports` table."""

    item_key: str
    versions: tuple[VersionState, ...] = ()

"""Alerts: what a consumer receives. One per event, and a new one only when something material changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from streams.domain.event import Codes


class AlertKind(StrEnum):
    """What this alert tells that the one before it did not."""

    NEW = "new"
    CORROBORATED = "corroborated"
    CONFIRMED = "confirmed"
    DISPUTED = "disputed"
    ESCALATED = "escalated"
    UPDATED = "updated"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"


class Priority(StrEnum):
    """How loud. Ordered: flash > bulletin > urgent > routine."""

    FLASH = "flash"
    BULLETIN = "bulletin"
    URGENT = "urgent"
    ROUTINE = "routine"

    @property
    def rank(self) -> int:
        """0 for flash … 3 for routine: the lower, the louder."""
        return list(Priority).index(self)


class MessageType(StrEnum):
    """CAP 1.2 msgType: Alert first, Update and Cancel with references to what they replace."""

    ALERT = "Alert"
    UPDATE = "Update"
    CANCEL = "Cancel"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that changed since the last alert. Values as text; empty `before` for something new."""

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Announced:
    """What consumers were last told of an incident: decides whether a change is news to them.

    `facts` are (attribute, value) pairs as last announced; `alert_ids` every alert so far, oldest first.
    """

    state: str
    priority: Priority
    snap: str
    facts: tuple[tuple[str, str], ...]
    alert_ids: tuple[str, ...]
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert. `alert_id` is derived from the incident and the record that triggered it.

    `snap` is what a desk can file: upper case, present tense, sourced, about 100 characters. `references` are the ids of the
    earlier alerts of the incident. `at` is the event time of the trigger, `received_at` when its report arrived (latency counts
    from there). `voices` is the number of independent groups.
    """

    alert_id: str
    incident_id: str
    kind: AlertKind
    message_type: MessageType
    priority: Priority
    state: str
    type: str
    codes: Codes
    snap: str
    headline: str
    place: str
    changes: tuple[Change, ...]
    why: tuple[str, ...]
    sources: tuple[str, ...]
    voices: int
    references: tuple[str, ...]
    at: datetime
    received_at: datetime
    event_id: str
    report_id: str

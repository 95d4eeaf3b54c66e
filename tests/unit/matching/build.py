"""Event records by hand for the tests of matching: a shot-down aircraft near Tovuz, told by whoever the test says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from streams.domain.event import (
    Actor,
    ActorKind,
    ActorRole,
    Carrier,
    Claim,
    EventRecord,
    HolderKind,
    ObjectRole,
    Place,
    Precision,
    RetractReason,
    Stance,
    Thing,
    When,
)
from streams.domain.incident import Incident, StoredRecord
from streams.domain.report import Report, Signal
from streams.domain.values import Position, Quantity, Span
from streams.matching import fuse, sketch

DAY = datetime(2021, 7, 12, tzinfo=UTC)
TOVUZ = Place("Tovuz", None, 40.99, 45.63, Precision.CITY, "AZE")
GORIS = Place("Goris", None, 39.51, 46.34, Precision.CITY, "ARM")
TEXT = "The military said on Monday that a helicopter was shot down near Tovuz. Witnesses saw smoke over the hills north of the town."


def report(headline: str, body: str, language: str = "en") -> Report:
    """A parsed report; nothing of it but its words matters here."""
    return Report("r", "k", "s", Signal.NEW, headline, body, DAY, DAY, DAY, "h", language=language)


def when(day: int = 0, hours: int = 24) -> When:
    """A dated event: so many days after DAY."""
    start = DAY + timedelta(days=day)
    return When(start, start + timedelta(hours=hours), Precision.DAY, DAY, Span(0, 9))


def thing(class_path: str, operator: str = "AZE", count: int | None = 1) -> Thing:
    """Something that was hit."""
    return Thing(ObjectRole.TARGET, class_path.rpartition(".")[2], class_path, operator, None if count is None else Quantity(count, count))


def actor(role: ActorRole, canonical: str, kind: ActorKind = ActorKind.STATE) -> Actor:
    """An actor by its canonical id; states and bodies have a country, persons do not."""
    country = "" if kind is ActorKind.PERSON else canonical.partition(".")[0]
    return Actor(role, kind, canonical, canonical, country)


def claim(holder: str, stance: Stance = Stance.ASSERTS, about: str = "event", **more: Any) -> Claim:
    """A claim: an official's when the holder is a canonical id, else the source's own."""
    kind = HolderKind.OFFICIAL if holder[0].isupper() else HolderKind.SOURCE
    return replace(Claim(holder, stance, kind, holder.partition(".")[0] if kind is HolderKind.OFFICIAL else "", about=about), **more)


def event(name: str, headline: str = "Helicopter shot down near Tovuz", body: str = TEXT, minutes: int = 0, **more: Any) -> EventRecord:
    """The record evt-NAME of report rep-NAME by source NAME, published so many minutes into the day."""
    at = DAY + timedelta(hours=12, minutes=minutes)
    record = EventRecord(
        event_id=f"evt-{name}",
        report_id=f"rep-{name}",
        item_key=f"item-{name}",
        type="conflict.aircraft_downed",
        block_key="world",
        carrier=Carrier(name),
        published_at=at,
        received_at=at,
        version_at=at,
        lead=True,
        objects=(thing("aircraft.rotary-wing.helicopter"),),
        place=TOVUZ,
        time=when(),
        claims=(claim(name),),
        headline=headline,
        language="en",
        sketch=sketch(report(headline, body), ""),
    )
    return replace(record, **more)


def stored(record: EventRecord, retracted: RetractReason = RetractReason.NONE, released: bool = False) -> StoredRecord:
    """As the table keeps it."""
    return StoredRecord(record, Position("wire.events", 0, 0), retracted, released)


def fused(*records: EventRecord | StoredRecord) -> Incident:
    """The incident that these make."""
    return fuse("inc-1", "world", "evt-1", 1, [r if isinstance(r, StoredRecord) else stored(r) for r in records], ())

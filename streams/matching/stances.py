"""What a single record says of its event: whether anybody stands behind it, denies it, and when that was said."""

from __future__ import annotations

from datetime import datetime

from streams.domain.event import EventRecord, Stance

EVENT = "event"
"""What a claim is about that is about the event itself."""
SAYING_SO = frozenset({Stance.ASSERTS, Stance.CONFIRMS})


def said_so(record: EventRecord) -> bool:
    """Whether somebody asserts or confirms the event in this record."""
    return any(claim.about == EVENT and claim.stance in SAYING_SO for claim in record.claims)


def only_denies(record: EventRecord) -> bool:
    """Whether all that the record says of the event is that it did not happen."""
    about = [claim.stance for claim in record.claims if claim.about == EVENT]
    return bool(about) and all(stance is Stance.DENIES for stance in about)


def said_at(record: EventRecord) -> datetime:
    """When the record's version was told: an item first published in the morning speaks of the evening once it is updated."""
    return max(record.published_at, record.version_at)

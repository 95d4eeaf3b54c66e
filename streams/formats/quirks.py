"""What a source does its own way, as the registry of sources has it: words of urgency, zone, charset, language."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from importlib import resources
from zoneinfo import ZoneInfo

from streams.domain.source import Source
from streams.formats.draft import Draft
from streams.formats.priority import first_priority
from streams.formats.times import UNSTATED, ZONE_ASSUMED

ZONE_OF_SOURCE = "zone-of-source"


@lru_cache
def zone_of(name: str) -> tzinfo:
    """The zone of an IANA name, "" for UTC. From the tzdata package, so that every machine has the same. ValueError when there is none."""
    if not name:
        return UTC
    place, _, city = name.rpartition("/")
    try:
        package = ".".join(("tzdata", "zoneinfo", *filter(None, place.split("/"))))
        with resources.files(package).joinpath(city).open("rb") as data:
            return ZoneInfo.from_file(data, name)
    except (OSError, ImportError, ValueError) as error:
        raise ValueError(f"no time zone {name!r}") from error


def content_type(given: str, source: Source) -> str:
    """The content type with the source's charset where it names none."""
    if not source.charset or "charset" in given.lower():
        return given
    return f"{given}; charset={source.charset}"


def settled(draft: Draft, source: Source) -> Draft:
    """The draft with every time in plain UTC: one whose zone the wire did not give is taken in the source's zone."""
    times = (draft.stated_at, draft.versioned_at, draft.embargo_until)
    if not any(at is not None and at.tzinfo is UNSTATED for at in times):
        return draft
    stated, versioned, embargo = (settle(at, source) for at in times)
    notes = draft.notes
    if source.zone:
        notes = tuple(ZONE_OF_SOURCE if note == ZONE_ASSUMED else note for note in notes)
    return replace(draft, stated_at=stated, versioned_at=versioned, embargo_until=embargo, notes=notes)


def settle(at: datetime | None, source: Source) -> datetime | None:
    """One time in plain UTC."""
    if at is None or at.tzinfo is not UNSTATED:
        return at
    try:
        return at.replace(tzinfo=zone_of(source.zone)).astimezone(UTC)
    except OverflowError:  # years 1 and 9999 lie at the ends of the calendar: no zone can move them
        return at.replace(tzinfo=UTC)


def priority(draft: Draft, source: Source) -> int | None:
    """What the wire's words of urgency mean, the provider's own map before everyone's."""
    provider = {" ".join(word.lower().split()): level for word, level in source.priority_map}
    return first_priority(draft.priority, provider) if draft.priority else None

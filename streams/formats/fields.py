"""Readers of single field values that several formats share: version numbers, signals, lists, times with their notes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from streams.domain.report import Signal
from streams.formats.text import clean_line
from streams.formats.times import ZONE_ASSUMED, read_time

UNREADABLE_TIME = "time-unreadable"
_SIGNALS = {
    **dict.fromkeys(("new", "usable", "original", "actual", "alert", "snd:new", "publish", "published"), Signal.NEW),
    **dict.fromkeys(("update", "updated", "lead", "writethru", "replaced", "rectify", "sig:update"), Signal.UPDATE),
    **dict.fromkeys(("correction", "corrected", "correct", "sig:correction"), Signal.CORRECTION),
    **dict.fromkeys(
        (
            "kill",
            "killed",
            "cancel",
            "canceled",
            "cancelled",
            "withdrawn",
            "withdraw",
            "retracted",
            "retraction",
            "deleted",
            "delete",
            "recall",
        ),
        Signal.KILL,
    ),
    **dict.fromkeys(("embargo", "embargoed", "withheld"), Signal.EMBARGOED),
}
_VERSION = re.compile(r"\A[vV]?(\d{1,9})(?:\.\d{1,9}){0,3}\Z")


def version_number(value: object) -> int:
    """The provider's version as a number; the whole part of "2.1"; 0 when it is no number."""
    if isinstance(value, bool):
        return 0
    if isinstance(value, int | float):
        return int(value) if 0 <= value < 2**31 else 0
    match = _VERSION.match(str(value).strip()) if value is not None else None
    return int(match.group(1)) if match and int(match.group(1)) < 2**31 else 0


def read_signal(value: object) -> Signal | None:
    """A signal by any of its usual names ("canceled", "stat:canceled", "sig:correction"), else None."""
    word = clean_line(str(value)).lower() if value is not None else ""
    return _SIGNALS.get(word) or _SIGNALS.get(re.split(r"[:/#]", word)[-1])


def timed(value: object) -> tuple[datetime | None, tuple[str, ...]]:
    """A time and the notes its reading leaves; nothing at all for an empty value."""
    if value is None or value == "":
        return None, ()
    stamp = read_time(value)
    if stamp is None:
        return None, (UNREADABLE_TIME,)
    return stamp.at, () if stamp.zoned else (ZONE_ASSUMED,)


def first_time(values: Iterable[object]) -> tuple[datetime | None, tuple[str, ...]]:
    """The first value that is a time; where none is, the notes say whether one was there but unreadable."""
    notes: tuple[str, ...] = ()
    for value in values:
        at, notes_here = timed(value)
        if at is not None:
            return at, notes_here
        notes = notes or notes_here
    return None, notes


def words(value: object) -> tuple[str, ...]:
    """Keywords from a list of strings or objects with a name, or from a comma-separated string."""
    if isinstance(value, str):
        return tuple(part for part in map(clean_line, re.split(r"[,;|]", value)) if part)
    if not isinstance(value, Sequence):
        return ()
    named = (item.get("name") or item.get("literal") or item.get("term") if isinstance(item, dict) else item for item in value)
    return tuple(clean_line(str(item)) for item in named if isinstance(item, str | int) and not isinstance(item, bool))

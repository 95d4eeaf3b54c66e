"""Urgency words, letters and numbers of the wires as IPTC priority 1 (most urgent) to 8 (least)."""

from __future__ import annotations

from collections.abc import Mapping

from streams.domain.report import NORMAL_PRIORITY

WORDS: Mapping[str, int] = {
    "flash": 1,
    "alert": 1,
    "snap": 1,
    "eil": 1,
    "eilmeldung": 1,
    "immediate": 1,
    "critical": 1,
    "bulletin": 2,
    "breaking": 2,
    "breaking news": 2,
    "extreme": 2,
    "high": 3,
    "urgent": 3,
    "severe": 3,
    "rush": 4,
    "priority": 4,
    "moderate": 4,
    "routine": 5,
    "regular": 5,
    "normal": 5,
    "medium": 5,
    "deferred": 6,
    "minor": 6,
    "low": 7,
    "advance": 7,
}
"""What a newsroom calls it. CAP 1.2 severities stand among them."""

ANPA_LETTERS: Mapping[str, int] = {"f": 1, "b": 2, "u": 3, "r": 4, "d": 5, "a": 6, "s": 7, "w": 8}
"""ANPA 1312 priority character: flash, bulletin, urgent, regular, deferred, weekday advance, Sunday advance, release at will."""


def urgency_words(*values: object) -> tuple[str, ...]:
    """What a wire says of urgency, as it says it, the most telling first; nothing for values that are no word or number."""
    return tuple(str(v) for v in values if v is not None and v != "" and not isinstance(v, bool | dict | list | tuple))


def first_priority(words: tuple[str, ...], provider: Mapping[str, int] | None = None) -> int | None:
    """The first of them that can be read, as 1..8."""
    return next((found for word in words if (found := read_priority(word, provider))), None)


def read_priority(value: object, provider: Mapping[str, int] | None = None) -> int | None:
    """1..8, or None when the value says nothing. The provider's own map comes first; 9 (user-defined, IIM 2:10) is the lowest."""
    if value is None or isinstance(value, bool | dict | list):
        return None
    word = " ".join(str(value).lower().split()).strip(" .:!*=-")
    if provider and word in provider:
        return provider[word]
    if word in WORDS:
        return WORDS[word]
    if word in ANPA_LETTERS:
        return ANPA_LETTERS[word]
    number = word.split(".")[0]
    if not number.isascii() or not number.isdigit() or len(number) > 2 or int(number) > 9:
        return None
    return {0: NORMAL_PRIORITY, 9: 8}.get(int(number), int(number))

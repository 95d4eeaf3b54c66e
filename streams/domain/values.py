"""Small values that several records share."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Where in a report's text a value was read: [start, end) in characters.

    `part` is "body" or "headline"; as JSON a body span is `[start, end]`, a headline span `[start, end, "headline"]`.
    """

    start: int
    end: int
    part: str = "body"


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A record's place in the log: what state remembers as the record that first applied a thing."""

    topic: str
    partition: int
    offset: int


class Qualifier(StrEnum):
    """How a number is meant. "up to two" is UP_TO with max 2; "dozens" is AT_LEAST 24 (two dozen)."""

    EXACT = "exact"
    AT_LEAST = "at_least"
    UP_TO = "up_to"
    ABOUT = "about"


class Basis(StrEnum):
    """Whether a count replaces the holder's earlier one or adds to it."""

    CUMULATIVE = "cumulative"
    INCREMENTAL = "incremental"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number of things: an inclusive interval; None is unbounded on that side."""

    min: int | None
    max: int | None
    qualifier: Qualifier = Qualifier.EXACT

    def overlaps(self, other: Quantity) -> bool:
        """Whether some number satisfies both."""
        low = max(self.min or 0, other.min or 0)
        highs = [q.max for q in (self, other) if q.max is not None]
        return not highs or low <= min(highs)

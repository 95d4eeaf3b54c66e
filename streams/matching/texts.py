"""Two reports' words compared: weighted vectors of the whole, the opening and the headline, names, numbers, copies."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from streams.domain.event import Sketch
from streams.matching.copies import near_copy
from streams.matching.frequency import idf
from streams.matching.words import fold

Vector = dict[str, float]


@dataclass(frozen=True, slots=True)
class Words:
    """A sketch as vectors, each of unit length: weight (1 + ln count) * idf. `opening` is headline and lede together."""

    whole: Vector
    opening: Vector
    headline: Vector
    names: Vector
    opening_names: Vector
    numbers: frozenset[str]
    shingles: tuple[int, ...]
    size: int


def words_of(sketch: Sketch) -> Words:
    """The vectors of a sketch."""
    opening = (*sketch.headline, *sketch.lede)
    counts = sketch.terms or _counted(opening)
    named = {token for name in sketch.names for token in name.split() if len(token) > 1}
    stems = _counted(opening)
    return Words(
        whole=_unit(counts),
        opening=_unit(stems),
        headline=_unit(_counted(sketch.headline)),
        names=_unit(dict.fromkeys(sorted(named), 1)),
        opening_names=_unit(dict.fromkeys(sorted(t for t in stems if t in named or t in _stems_of(named)), 1)),
        numbers=frozenset(sketch.numbers),
        shingles=sketch.shingles,
        size=sum(counts.values()),
    )


def _stems_of(named: Iterable[str]) -> set[str]:
    return {fold(name) for name in named}


def _counted(terms: Iterable[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for term in terms:
        counts[term] = counts.get(term, 0) + 1
    return counts


def _unit(counts: Mapping[str, int]) -> Vector:
    weights = {term: (1 + math.log(n)) * idf(term) for term, n in counts.items()}
    norm = math.sqrt(sum(w * w for w in weights.values()))
    return {term: w / norm for term, w in weights.items()} if norm else {}


def cosine(one: Vector, other: Vector) -> float:
    """Cosine of two unit vectors, summed over the smaller in its own order and rounded so that it is symmetric."""
    small, large = (one, other) if len(one) <= len(other) else (other, one)
    return round(math.fsum(w * large[term] for term, w in small.items() if term in large), 9)


def covered(part: Vector, whole: Vector) -> float:
    """Share of `part`'s squared weight on terms that `whole` has."""
    return math.fsum(w * w for term, w in part.items() if term in whole)


def both_ways(part_one: Vector, whole_one: Vector, part_other: Vector, whole_other: Vector) -> tuple[float, float]:
    """Lesser and greater coverage of each side's part by the other's whole; (0, 0) where a part is empty."""
    low, high = sorted((covered(part_one, whole_other), covered(part_other, whole_one)))
    return low, high


def measures(one: Words, other: Words) -> dict[str, float]:
    """Every textual measure of a pair, symmetric. A measure that either side lacks the ground for is absent."""
    low, high = both_ways(one.opening, one.whole, other.opening, other.whole)
    found = {
        "whole": cosine(one.whole, other.whole),
        "opening": cosine(one.opening, other.opening),
        "cover_low": low,
        "cover_high": high,
        "copy": near_copy(one.shingles, other.shingles),
    }
    if one.headline and other.headline:
        found["headline"] = cosine(one.headline, other.headline)
    if one.names and other.names:
        found["names"] = cosine(one.names, other.names)
    if one.opening_names and other.opening_names:
        found["lead_names"] = both_ways(one.opening_names, one.whole, other.opening_names, other.whole)[0]
    if one.numbers and other.numbers:
        found["numbers"] = _numbers(one.numbers, other.numbers)
    return found


def _numbers(one: frozenset[str], other: frozenset[str]) -> float:
    shared = math.fsum(min(idf(n), 6.0) for n in sorted(one & other))
    either = math.fsum(min(idf(n), 6.0) for n in sorted(one | other))
    return shared / either

"""Two reports' words compared: weighted vectors of the whole, the opening and the headline, names, numbers, copies."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from streams.domain.event import Sketch
from streams.matching.copies import near_copy
from streams.matching.frequency import idf, nearest_length
from streams.matching.words import fold, stem

Vector = dict[str, float]
_YEAR = re.compile(r"(19|20)\d\d")


KEY_TERMS = 12
KEY_NAMES = 5


@dataclass(frozen=True, slots=True)
class Words:
    """A sketch as vectors, each of unit length: weight (1 + ln count) * idf. `opening` is headline and lede together.

    `keys` are the whole's weightiest terms, `people` the names that carry the report: the ones it comes back to most.
    """

    whole: Vector
    opening: Vector
    headline: Vector
    keys: Vector
    names: Vector
    people: Vector
    opening_names: Vector
    numbers: frozenset[str]
    years: frozenset[str]
    shingles: tuple[int, ...]

    def tells(self, name: str) -> bool:
        """Whether the text has every word of a name, as written or as stemmed."""
        return all(token in self.whole or token in self.names for token in fold(name).split())


def words_of(sketch: Sketch, language: str) -> Words:
    """The vectors of a sketch of a text in that language (ISO 639-1)."""
    opening = _counted((*sketch.headline, *sketch.lede))
    counts = sketch.terms or opening
    whole = _unit(counts)
    named = sorted({stem(token, language) for name in sketch.names for token in name.split() if len(token) > 1})
    return Words(
        whole=whole,
        opening=_unit(opening),
        headline=_unit(_counted(sketch.headline)),
        keys=_unit({t: counts[t] for t in _top(whole, KEY_TERMS)}),
        names=_unit(dict.fromkeys(named, 1)),
        people=_unit(dict.fromkeys(_top({t: counts[t] * idf(t) for t in named if t in counts}, KEY_NAMES), 1)),
        opening_names=_unit({t: 1 for t in named if t in opening}),
        numbers=frozenset(sketch.numbers),
        years=frozenset(n for n in sketch.numbers if _YEAR.fullmatch(n)),
        shingles=sketch.shingles,
    )


def _top(weights: Mapping[str, float], most: int) -> list[str]:
    return sorted(weights, key=lambda term: (-weights[term], term))[:most]


def _counted(terms: Iterable[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for term in terms:
        counts[term] = counts.get(term, 0) + 1
    return counts


def _unit(counts: Mapping[str, int]) -> Vector:
    length = nearest_length(sum(counts.values()))
    weights = {term: (1 + math.log(n)) * idf(term, length) for term, n in counts.items()}
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
    found["key_low"], found["key_high"] = both_ways(one.keys, one.whole, other.keys, other.whole)
    if one.people and other.people:
        found["people_low"], found["people_high"] = both_ways(one.people, one.whole, other.people, other.whole)
    if one.years and other.years:
        found["years"] = len(one.years & other.years) / min(len(one.years), len(other.years))
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

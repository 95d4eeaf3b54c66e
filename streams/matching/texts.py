"""Two reports' words compared: weighted vectors of the whole, the opening and the headline, names, numbers, copies."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from streams.domain.event import Sketch
from streams.matching.copies import near_copy
from streams.matching.frequency import idf, nearest_length, weights_at
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
    whole, opening = whole_and_opening(sketch)
    counts = sketch.terms or _counted((*sketch.headline, *sketch.lede))
    named = sorted({stem(token, language) for name in sketch.names for token in name.split() if len(token) > 1})
    return Words(
        whole=whole,
        opening=opening,
        headline=_unit(_counted(sketch.headline)),
        keys=_unit({t: counts[t] for t in _top(whole, KEY_TERMS)}),
        names=_unit(dict.fromkeys(named, 1)),
        people=_unit(dict.fromkeys(_top({t: counts[t] * idf(t) for t in named if t in counts}, KEY_NAMES), 1)),
        opening_names=_unit({t: 1 for t in named if t in opening}),
        numbers=frozenset(sketch.numbers),
        years=frozenset(n for n in sketch.numbers if _YEAR.fullmatch(n)),
        shingles=sketch.shingles,
    )


def whole_and_opening(sketch: Sketch) -> tuple[Vector, Vector]:
    """The vectors of the whole text and of its opening."""
    opening = _counted((*sketch.headline, *sketch.lede))
    return _unit(sketch.terms or opening), _unit(opening)


def _top(weights: Mapping[str, float], most: int) -> list[str]:
    return [term for _, term in sorted([(-weight, term) for term, weight in weights.items()])[:most]]


def _counted(terms: Iterable[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for term in terms:
        counts[term] = counts.get(term, 0) + 1
    return counts


def _unit(counts: Mapping[str, int]) -> Vector:
    rarity = weights_at(nearest_length(sum(counts.values())))
    weights = [rarity[term] if n == 1 else (1 + math.log(n)) * rarity[term] for term, n in counts.items()]
    norm = math.sqrt(math.fsum([w * w for w in weights]))
    return {term: w / norm for term, w in zip(counts, weights, strict=True)} if norm else {}


def cosine(one: Vector, other: Vector) -> float:
    """Cosine of two unit vectors, rounded so that it is symmetric."""
    return round(math.fsum([one[term] * other[term] for term in one.keys() & other.keys()]), 9)


def covered(part: Vector, whole: Vector) -> float:
    """Share of `part`'s squared weight on terms that `whole` has."""
    return math.fsum([part[term] ** 2 for term in part.keys() & whole.keys()])


def both_ways(part_one: Vector, whole_one: Vector, part_other: Vector, whole_other: Vector) -> tuple[float, float]:
    """Lesser and greater coverage of each side's part by the other's whole; (0, 0) where a part is empty."""
    mine, theirs = covered(part_one, whole_other), covered(part_other, whole_one)
    return (mine, theirs) if mine <= theirs else (theirs, mine)


@dataclass(frozen=True, slots=True)
class Measure:
    """One way to compare two texts: the names of what it gives, whether a pair has the ground for it, and its values."""

    names: tuple[str, ...]
    grounded: Callable[[Words, Words], bool]
    take: Callable[[Words, Words], tuple[float, ...]]


def _always(_one: Words, _other: Words) -> bool:
    return True


def _numbers(one: frozenset[str], other: frozenset[str]) -> float:
    shared = one & other
    if not shared:
        return 0.0
    return math.fsum([min(idf(n), 6.0) for n in shared]) / math.fsum([min(idf(n), 6.0) for n in one | other])


MEASURES: tuple[Measure, ...] = (
    Measure(("copy",), _always, lambda a, b: (near_copy(a.shingles, b.shingles),)),
    Measure(("headline",), lambda a, b: bool(a.headline and b.headline), lambda a, b: (cosine(a.headline, b.headline),)),
    Measure(
        ("people_low", "people_high"),
        lambda a, b: bool(a.people and b.people),
        lambda a, b: both_ways(a.people, a.whole, b.people, b.whole),
    ),
    Measure(("years",), lambda a, b: bool(a.years and b.years), lambda a, b: (len(a.years & b.years) / min(len(a.years), len(b.years)),)),
    Measure(("cover_low", "cover_high"), _always, lambda a, b: both_ways(a.opening, a.whole, b.opening, b.whole)),
    Measure(("opening",), _always, lambda a, b: (cosine(a.opening, b.opening),)),
    Measure(("key_low", "key_high"), _always, lambda a, b: both_ways(a.keys, a.whole, b.keys, b.whole)),
    Measure(("whole",), _always, lambda a, b: (cosine(a.whole, b.whole),)),
    Measure(
        ("lead_names",),
        lambda a, b: bool(a.opening_names and b.opening_names),
        lambda a, b: both_ways(a.opening_names, a.whole, b.opening_names, b.whole)[:1],
    ),
    Measure(("numbers",), lambda a, b: bool(a.numbers and b.numbers), lambda a, b: (_numbers(a.numbers, b.numbers),)),
    Measure(("names",), lambda a, b: bool(a.names and b.names), lambda a, b: (cosine(a.names, b.names),)),
)
"""Every textual measure, symmetric; what is cheap to take and tells strangers apart comes first."""


def measures(one: Words, other: Words) -> dict[str, float]:
    """Every measure of a pair. One that either side lacks the ground for is absent."""
    taken = (zip(m.names, m.take(one, other), strict=True) for m in MEASURES if m.grounded(one, other))
    return dict(pair for pairs in taken for pair in pairs)

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
SALIENT_NAMES = 8
RAREST = 9.0
"""Nats from which a word is as rare as any, where rarity is a share."""
IN_OPENING, BELOW = 0.8, 0.5
"""What a mention in the lede, or below it, counts beside one in the headline."""


@dataclass(frozen=True, slots=True)
class Words:
    """A sketch as vectors, each of unit length: weight (1 + ln count) * idf. `opening` is headline and lede together.

    `keys` are the whole's weightiest terms, `people` the names that carry the report: the ones it comes back to most. `salient_names` and
    `salient` are names, and terms of any kind, by how much the report is about them (0 to 1), most first. `length` is in words, as kept.
    """

    whole: Vector
    opening: Vector
    headline: Vector
    keys: Vector
    names: Vector
    people: Vector
    opening_names: Vector
    salient_names: tuple[tuple[float, str], ...]
    salient: tuple[tuple[float, str], ...]
    numbers: frozenset[str]
    opening_numbers: frozenset[str]
    years: frozenset[str]
    length: int
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
        salient_names=_salient({t: counts.get(t, 1) for t in named}, sketch.headline, opening, 3)[:SALIENT_NAMES],
        salient=_salient({t: n for t, n in counts.items() if not t[0].isdigit()}, sketch.headline, opening, 4)[:KEY_TERMS],
        numbers=frozenset(sketch.numbers),
        opening_numbers=frozenset(t for t in opening if t[0].isdigit()),
        length=sum(counts.values()),
        years=frozenset(n for n in sketch.numbers if _YEAR.fullmatch(n)),
        shingles=sketch.shingles,
    )


def whole_and_opening(sketch: Sketch) -> tuple[Vector, Vector]:
    """The vectors of the whole text and of its opening."""
    opening = _counted((*sketch.headline, *sketch.lede))
    return _unit(sketch.terms or opening), _unit(opening)


def _top(weights: Mapping[str, float], most: int) -> list[str]:
    return [term for _, term in sorted([(-weight, term) for term, weight in weights.items()])[:most]]


def _salient(counts: Mapping[str, int], headline: Iterable[str], opening: Vector, often: int) -> tuple[tuple[float, str], ...]:
    """Terms by rarity, by how often they come (`often` is as often as counts) and by where, each a share; most salient first."""
    told = set(headline)
    rarity = weights_at(64)
    found = []
    for term, n in counts.items():
        head = term in told
        where = 1.0 if head else IN_OPENING if term in opening else BELOW
        found.append((-min(rarity[term], RAREST) / RAREST * min(1.0, (n + head) / often) * where, term))
    return tuple((-value, term) for value, term in sorted(found))


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


def _mutual(one: Iterable[tuple[float, str]], whole_one: Vector, other: Iterable[tuple[float, str]], whole_other: Vector) -> float:
    """1 less how much each of two reports is about something that the other does not have at all: the lesser of the two."""
    mine = next((value for value, term in one if term not in whole_other), 0.0)
    theirs = next((value for value, term in other if term not in whole_one), 0.0)
    return 1.0 - min(mine, theirs)


def _lengths(one: Words, other: Words) -> tuple[float, float]:
    low, high = (one.length, other.length) if one.length <= other.length else (other.length, one.length)
    return round(math.log1p(low), 6), round(math.log1p(high), 6)


MEASURES: tuple[Measure, ...] = (
    Measure(("length_low", "length_high"), _always, _lengths),
    Measure(("copy",), _always, lambda a, b: (near_copy(a.shingles, b.shingles),)),
    Measure(
        ("head_low", "head_high"),
        lambda a, b: bool(a.headline and b.headline),
        lambda a, b: both_ways(a.headline, a.whole, b.headline, b.whole),
    ),
    Measure(
        ("head_opening_low", "head_opening_high"),
        lambda a, b: bool(a.headline and b.headline),
        lambda a, b: both_ways(a.headline, a.opening, b.headline, b.opening),
    ),
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
    Measure(
        ("opening_names",),
        lambda a, b: bool(a.opening_names and b.opening_names),
        lambda a, b: (cosine(a.opening_names, b.opening_names),),
    ),
    Measure(
        ("own_names",),
        lambda a, b: bool(a.salient_names and b.salient_names),
        lambda a, b: (_mutual(a.salient_names, a.whole, b.salient_names, b.whole),),
    ),
    Measure(("own_words",), _always, lambda a, b: (_mutual(a.salient, a.whole, b.salient, b.whole),)),
    Measure(
        ("opening_numbers",),
        lambda a, b: bool(a.opening_numbers and b.opening_numbers),
        lambda a, b: (len(a.opening_numbers & b.opening_numbers) / min(len(a.opening_numbers), len(b.opening_numbers)),),
    ),
    Measure(("numbers",), lambda a, b: bool(a.numbers and b.numbers), lambda a, b: (_numbers(a.numbers, b.numbers),)),
    Measure(("names",), lambda a, b: bool(a.names and b.names), lambda a, b: (cosine(a.names, b.names),)),
)
"""Every textual measure, symmetric; what is cheap to take and tells strangers apart comes first."""


def measures(one: Words, other: Words) -> dict[str, float]:
    """Every measure of a pair. One that either side lacks the ground for is absent."""
    taken = (zip(m.names, m.take(one, other), strict=True) for m in MEASURES if m.grounded(one, other))
    return dict(pair for pairs in taken for pair in pairs)

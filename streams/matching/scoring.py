"""From levels and measures to log-odds that two records tell of one event. Symmetric, static, every term printable.

Fellegi and Sunter, "A theory for record linkage", 1969: independent facets, each with a log-likelihood ratio, summed. The words'
curves are learned (train/words.py) as one logistic regression, so their overlap is accounted for; structure's levels are set by
hand in data/levels.json and held by the scenarios.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

from streams.domain.incident import Term
from streams.matching.comparison import Level, typed_levels
from streams.matching.features import Features, by_structure
from streams.matching.lattice import Relation, class_relation, type_relation
from streams.matching.places import fine
from streams.matching.sides import FOUGHT
from streams.matching.texts import MEASURES, Measure, Words, measures
from streams.matching.weights import Curve, weights

WORD_RANGE = {
    "lead": (-8.0, 8.0),
    "kin": (-2.0, 8.0),
    "contradicted": (-2.0, 3.0),
    "story": (-6.0, 7.0),
    "passage": (-1.0, 1.5),
    "translated": (-0.5, 1.5),
}
"""How far words alone may pull, by what is compared: the leads of two reports; leads of structural types that one event may be told as,
without and with a contradiction of structure; a passage and a story; passages of structural types; records in different languages,
whose words differ whatever they tell and agree only in names and numbers."""
CONTRADICTION = -5.0
"""A level of structure at or below this contradicts: what two reports have in common in words then counts for little."""


def comparable(one: Features, other: Features) -> bool:
    """Whether two records can tell of one event at all: types that one event may be told as, or two reports' leads.

    Events of one report only when they are of one type, or when one is told and the other denied: "it crashed, it was not shot down".
    """
    relation = type_relation(one.type, other.type)
    if one.report_id == other.report_id:
        return relation is Relation.SAME or (relation is Relation.SIBLING and one.denied != other.denied)
    return relation in (Relation.SAME, Relation.SIBLING) or (one.lead and other.lead)


def told_apart(one: Features, other: Features) -> bool:
    """Whether a report tells two events of one type as two: another place, day, victim, kind of thing, or number of dead.

    What is left is one event told twice, say as each side has it: then the pair's score decides as for any other pair.
    """
    places = {f.place.name for f in (one, other) if f.place is not None and fine(f.place)}
    apart_in_time = one.dated and other.dated and (one.begins >= other.ends or other.begins >= one.ends)
    counts = any(not a.overlaps(b) for kind, a in one.counts for other_kind, b in other.counts if kind == other_kind)
    conflict = any(class_relation(a, b) is Relation.CONFLICT for a in one.classes for b in other.classes)
    apart = (bool(x) and bool(y) and not x & y for x, y in ((one.targets, other.targets), (one.people, other.people)))
    return len(places) > 1 or apart_in_time or counts or conflict or any(apart)


NEVER = -math.inf
INCOMPARABLE = -4.0
"""Score of two records that nothing can be said of: what clustering gives a pair that it knows nothing of."""
UNLIKE = -8.0
"""No pair counts for less: a garbled report must not outweigh all others."""


def score(one: Features, other: Features) -> float:
    """The pair's log-odds, NEVER when a report tells them as two events. The same whichever comes first."""
    if one.report_id == other.report_id and (not comparable(one, other) or told_apart(one, other)):
        return NEVER
    if not comparable(one, other):
        return INCOMPARABLE
    found = _log_odds(one, other)
    return UNLIKE if found is None else max(UNLIKE, found)


def score_above(one: Features, other: Features, bar: float) -> float | None:
    """The pair's score when it is above the bar, else None. Strangers cost a part of what `score` does: once what is left to
    measure cannot lift the pair over the bar, nothing more is measured."""
    if not comparable(one, other):
        return INCOMPARABLE if bar < INCOMPARABLE else None
    if one.report_id == other.report_id:
        found: float | None = score(one, other)
    else:
        found = _log_odds(one, other, bar)
    return found if found is not None and found > bar else None


def _log_odds(one: Features, other: Features, bar: float = -math.inf) -> float | None:
    """The log-odds; None when they cannot be above the bar."""
    first, second = (one, other) if one.event_id < other.event_id else (other, one)
    table = _table(first, second)
    found = [table[level.name] for level in _levels(first, second)]
    structure = sum(found)
    low, high = WORD_RANGE[_kind(first, second, found)]
    if structure + high <= bar:
        return None
    # Rounding apart: a pair a billionth above the bar must not be cut off by the order of additions.
    words = _words_sum(first.words, second.words, -math.inf if structure + low > bar else bar - structure - 1e-6)
    return None if words is None else round(structure + min(high, max(low, words)), 6)


def _table(one: Features, other: Features) -> dict[str, float]:
    if not (one.lead and other.lead):
        return weights().levels
    return weights().lead_levels if _at_war(one, other) else weights().story_levels


_WARS = ({FOUGHT}, {FOUGHT, "politics"})
"""Families of events of which many of one kind happen side by side, and the talk about them: only place, time and cast tell them apart."""


def _at_war(one: Features, other: Features) -> bool:
    return {one.family, other.family} in _WARS


def _kind(one: Features, other: Features, found: list[float]) -> str:
    """The entry of WORD_RANGE for a pair with these levels' weights."""
    typed = by_structure(one, other)
    if typed and one.worded.language != other.worded.language:
        return "translated"
    if not (one.lead and other.lead):
        return "passage" if typed else "story"
    if found and min(found) <= CONTRADICTION:
        return "contradicted"
    return "kin" if typed and type_relation(one.type, other.type) in (Relation.SAME, Relation.SIBLING) else "lead"


def _words_sum(one: Words, other: Words, bar: float) -> float | None:
    """What the words say; None as soon as it is certain that it is not above the bar."""
    total = weights().words_prior
    for step in _plan():
        if total + step.best <= bar:
            return None
        if not step.measure.grounded(one, other):
            total += step.absent
        elif step.flat is not None:
            total += step.flat
        else:
            for curve, value in zip(step.curves, step.measure.take(one, other), strict=True):
                total += curve(value)
    return total


@dataclass(frozen=True, slots=True)
class _Step:
    """A measure with its curves. `best` is the most that it and all after it can add; `flat` what it adds whatever it measures."""

    measure: Measure
    curves: tuple[Curve, ...]
    best: float
    absent: float
    flat: float | None


@cache
def _plan() -> tuple[_Step, ...]:
    table = weights().words
    rows = [(measure, tuple(table[name] for name in measure.names)) for measure in MEASURES]
    most = [sum(max(curve.absent, *curve.value) for curve in curves) for _, curves in rows]
    return tuple(
        _Step(
            measure,
            curves,
            best=sum(most[n:]),
            absent=sum(curve.absent for curve in curves),
            flat=sum(curve.value[0] for curve in curves) if all(curve.flat for curve in curves) else None,
        )
        for n, (measure, curves) in enumerate(rows)
    )


def explain(one: Features, other: Features) -> tuple[Term, ...]:
    """The terms that the pair's score is the sum of, those of weight 0 left out."""
    first, second = (one, other) if one.event_id < other.event_id else (other, one)
    table = _table(first, second)
    terms = [Term(level.name, level.detail(), table[level.name]) for level in _levels(first, second)]
    bounds = WORD_RANGE[_kind(first, second, [term.weight for term in terms])]
    return tuple(term for term in (*terms, *_words(first, second, bounds)) if term.weight)


def _levels(one: Features, other: Features) -> list[Level]:
    levels = typed_levels(one, other)
    if by_structure(one, other):
        return [Level("prior.structure", lambda: "two typed records under one key"), *levels]
    return levels if one.lead and other.lead else [Level("prior.passage", lambda: "one is told in passing"), *levels]


def _words(first: Features, second: Features, bounds: tuple[float, float]) -> list[Term]:
    table, found = weights(), measures(first.words, second.words)
    terms = [Term("words.prior", "", table.words_prior)]
    terms += [Term(f"words.{name}", _shown(found.get(name)), round(curve(found.get(name)), 6)) for name, curve in table.words.items()]
    low, high = bounds
    total = sum(term.weight for term in terms)
    bounded = min(high, max(low, total))
    return terms if bounded == total else [*terms, Term("words.bound", f"words count {low:g} to {high:g} here", round(bounded - total, 6))]


def _shown(value: float | None) -> str:
    return "not given" if value is None else f"{value:.2f}"

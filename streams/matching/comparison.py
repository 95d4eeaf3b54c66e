"""What two records have in common, as named levels: a typed feature vector, symmetric in its two records.

Each function looks at one facet and returns the level it found ("place.near") with what it compared, or nothing where either
side is silent. Weights are not here: scoring.py gives each level its log-odds.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from streams.domain.event import Modality, Precision
from streams.matching.features import Features, by_structure
from streams.matching.lattice import BY_AUTHORITY, CASUALTIES, ENCOUNTERS, RARE, SPEECH, WAR, Relation, class_relation, type_relation
from streams.matching.places import gap_km, same_place, share_country, wide
from streams.matching.sides import side

HOUR = 3600.0


class Level(NamedTuple):
    """A facet's outcome: its name in the weight table, and what was compared, worded only when somebody asks."""

    name: str
    detail: Callable[[], str]


def typed_levels(one: Features, other: Features) -> list[Level]:
    """Every facet's level for an ordered pair (by event id): the same list whichever record came first."""
    return [level for facet in _FACETS if (level := facet(one, other)) is not None]


def _type(one: Features, other: Features) -> Level:
    relation = type_relation(one.type, other.type)
    name = relation.value
    if one.type == other.type and one.type in RARE:
        name = "rare"
    elif CASUALTIES in (one.type, other.type) and relation is Relation.SIBLING:
        name = "tally"
    elif relation is Relation.CONFLICT and (one.type in WAR or other.type in WAR):
        name = "war"
    elif relation is Relation.CONFLICT and not (one.structural and other.structural):
        name = "mixed" if one.structural or other.structural else "loose"
    if relation is Relation.UNKNOWN and (one.structural or other.structural):
        name = "untold"
    return Level(f"type.{name}", lambda: f"{one.type} / {other.type}")


def _modality(one: Features, other: Features) -> Level | None:
    if one.modality is other.modality:
        return None
    both = {one.modality, other.modality}
    unreal = both & {Modality.PLANNED, Modality.HYPOTHETICAL}
    step = "historical" if Modality.HISTORICAL in both else "unreal" if unreal else "differs"
    kin = by_structure(one, other) and type_relation(one.type, other.type) in (Relation.SAME, Relation.SIBLING)
    return Level(f"modality.{step}" if kin else f"modality.story.{step}", lambda: _join(one.modality, other.modality))


def _things(one: Features, other: Features) -> Level | None:
    if not one.classes or not other.classes:
        return None
    order = list(Relation)
    best = min((class_relation(a, b) for a in one.classes for b in other.classes), key=order.index)
    return Level(f"thing.{best.value}", lambda: f"{', '.join(one.classes)} / {', '.join(other.classes)}")


def _operators(one: Features, other: Features) -> Level | None:
    if not one.operators or not other.operators:
        return None

    def detail() -> str:
        return f"{', '.join(sorted(one.operators))} / {', '.join(sorted(other.operators))}"

    if one.operators & other.operators:
        return Level("operator.same", detail)
    swapped = one.operators & other.initiators or other.operators & one.initiators
    return Level("operator.swapped" if swapped else "operator.differs", detail)


def _place(one: Features, other: Features) -> Level | None:
    here, there = one.place, other.place
    if here is None or there is None or not by_structure(one, other):
        return None

    def detail() -> str:
        return f"{here.name} / {there.name}" + (f", {gap:.0f} km beyond" if gap else "")

    gap: float | None = None
    spots = not wide(here) and not wide(there)
    if same_place(here, there):
        return Level("place.same" if spots else "place.same_area", detail)
    gap = gap_km(here, there)
    if gap is None:
        shared = share_country(here, there)
        if shared is None:
            return None
        if not shared:
            return Level("place.abroad" if spots else "place.other_country", detail)
        country = Precision.COUNTRY in (here.precision, there.precision)
        named = country or one.words.tells(there.name) or other.words.tells(here.name)
        return Level("place.country" if named else "place.other_spot", detail)
    step = next(name for limit, name in (_SPOTS if spots else _AREAS) if gap <= limit)
    return Level(f"place.{step}", detail)


_SPOTS = ((5.0, "near"), (25.0, "next"), (80.0, "apart"), (300.0, "far"), (math.inf, "abroad"))
"""Kilometres between two spots beyond their own extent."""
_AREAS = ((0.0, "within"), (150.0, "beside"), (500.0, "far"), (math.inf, "abroad"))
"""The same where one of the two is a region or a country."""


def _time(one: Features, other: Features) -> Level:
    gap = max(0.0, max(one.begins, other.begins) - min(one.ends, other.ends)) / HOUR
    if not by_structure(one, other):
        step = next(name for limit, name in _STORY_TIMES if gap <= limit)
        return Level(f"time.story.{step}", lambda: f"{gap:.0f} h apart")
    sure = "dated" if one.dated and other.dated else "undated"
    if gap == 0.0:
        return Level(f"time.{sure}.vague" if one.vague or other.vague else f"time.{sure}.together", lambda: "overlap")
    step = "hours" if gap <= 6 else "day" if gap <= 24 else "days" if gap <= 72 else "far"
    return Level(f"time.{sure}.{step}", lambda: f"{gap:.0f} h apart")


_STORY_TIMES = ((24.0, "together"), (72.0, "days"), (240.0, "week"), (math.inf, "weeks"))


def _parties(one: Features, other: Features) -> Level | None:
    if not (one.initiators and other.initiators) and not (one.targets and other.targets):
        return None
    owned = bool(one.operators and other.operators)
    shared_targets = None if owned else _agree(_camps(one.targets), _camps(other.targets))
    shared_initiators = _agree(_camps(one.initiators), _camps(other.initiators))
    known = [a for a in (shared_targets, shared_initiators) if a is not None]
    if not known:
        return None

    def detail() -> str:
        return f"{_sides(one)} / {_sides(other)}"

    if one.type in BY_AUTHORITY and _agree(one.initiators, other.initiators) is False:
        return Level("parties.other_authority", detail)
    if {one.type, other.type} <= SPEECH and shared_initiators is False:
        return Level("parties.other_speaker", detail)
    if not any(known):
        swapped = one.initiators & other.targets or one.targets & other.initiators
        return Level("parties.swapped" if swapped else "parties.differ", detail)
    return Level("parties.same" if all(known) else "parties.partly", detail)


def _people(one: Features, other: Features) -> Level | None:
    if not one.people or not other.people:
        return None
    only_one, only_other = one.people - other.people, other.people - one.people
    name = "same" if one.people == other.people else "differ" if only_one and only_other else "partly"
    if name == "differ" and {one.type, other.type} <= ENCOUNTERS:
        name = "other_cast"
    return Level(f"people.{name}", lambda: f"{', '.join(sorted(one.people))} / {', '.join(sorted(other.people))}")


def _counts(one: Features, other: Features) -> Level | None:
    if not one.counts or not other.counts:
        return None
    mine, theirs = dict(one.counts), dict(other.counts)
    shared = sorted(mine.keys() & theirs.keys())
    if not shared:
        return None
    clash = [kind for kind in shared if not mine[kind].overlaps(theirs[kind])]
    return Level("counts.clash" if clash else "counts.agree", lambda: ", ".join(clash or shared))


def _thing_count(one: Features, other: Features) -> Level | None:
    if one.thing_count is None or other.thing_count is None:
        return None
    agree = one.thing_count.overlaps(other.thing_count)
    return Level("thing_count.agree" if agree else "thing_count.clash", str)


def _version(one: Features, other: Features) -> Level | None:
    if one.item_key != other.item_key or one.report_id == other.report_id:
        return None
    return Level("item.version", lambda: one.item_key)


def _same_sentence(one: Features, other: Features) -> Level | None:
    if one.excerpt and one.excerpt == other.excerpt:
        return Level("excerpt.same", str)
    return None


def _camps(names: frozenset[str]) -> frozenset[str]:
    """With its patron a breakaway body is one camp, except where it decrees."""
    return frozenset(side(name, "") for name in names)


def _agree(one: frozenset[str], other: frozenset[str]) -> bool | None:
    return bool(one & other) if one and other else None


def _sides(features: Features) -> str:
    return f"{','.join(sorted(features.initiators)) or '?'} on {','.join(sorted(features.targets)) or '?'}"


def _join(one: Modality, other: Modality) -> str:
    return f"{one.value} / {other.value}"


_FACETS: tuple[Callable[[Features, Features], Level | None], ...] = (
    _type,
    _modality,
    _things,
    _thing_count,
    _operators,
    _place,
    _time,
    _parties,
    _people,
    _counts,
    _version,
    _same_sentence,
)

"""How two types, or two classes of things, stand to each other: data tables and the relations read off them."""

from __future__ import annotations

from enum import StrEnum
from functools import cache

from streams.domain.ontology import OTHER_STORY, family


class Relation(StrEnum):
    """Of two classes (or types): can one thing be called both?"""

    SAME = "same"
    HYPERNYM = "hypernym"
    """One names the other's kind: aircraft and fighter jet."""
    SIBLING = "sibling"
    """Two kinds of one genus that witnesses mix up: plane and helicopter. Softens a match, does not forbid it."""
    CONFLICT = "conflict"
    """No one calls the one the other: a jet and a tank, a jet and a drone."""
    UNKNOWN = "unknown"


UNMANNED = frozenset({"drone", "uav", "uas", "unmanned", "ucav", "loitering-munition", "loitering_munition"})
"""Segments of a class path that tell an unmanned aircraft: never mixed up with a manned one, whose crew is news."""


GENERIC = frozenset({"place", "building", "object", "infrastructure"})
"""Classes that tell no two events apart: shells hit a house here, a town there, a shop in the third telling."""


@cache
def class_relation(one: str, other: str) -> Relation:
    """Relation of two class paths ("aircraft.rotary-wing.helicopter"); UNKNOWN when either is empty or generic."""
    left, right = one.split("."), other.split(".")
    if not one or not other or left[0] in GENERIC or right[0] in GENERIC:
        return Relation.UNKNOWN
    if left == right:
        return Relation.SAME
    if left[0] != right[0] or bool(UNMANNED & set(left)) != bool(UNMANNED & set(right)):
        return Relation.CONFLICT
    shorter = min(len(left), len(right))
    if left[:shorter] == right[:shorter]:
        return Relation.HYPERNYM
    return Relation.SIBLING if left[0] == "aircraft" or left[:2] == right[:2] else Relation.CONFLICT


# Types that one event may be told as. A type may stand in several rows.
_KIN: tuple[frozenset[str], ...] = tuple(
    frozenset(row.split())
    for row in (
        "conflict.airstrike conflict.drone_strike conflict.shelling_missile conflict.property_destroyed conflict.casualties"
        " conflict.attack_civilians conflict.bombing",
        "conflict.ground_clash conflict.offensive conflict.ceasefire_violation",
        "conflict.ground_clash conflict.casualties",
        "conflict.aircraft_downed conflict.weapons_intercepted",
        "conflict.aircraft_downed conflict.equipment_destroyed",
        "conflict.aircraft_downed incident.air",
        "conflict.bombing conflict.suicide_bombing conflict.grenade incident.explosion conflict.attack_civilians conflict.casualties",
        "conflict.targeted_killing conflict.attack_civilians security.shooting conflict.casualties",
        "conflict.mobilisation conflict.deployment",
        "conflict.martial_law conflict.curfew",
        "conflict.territory_regained conflict.territory_overtaken conflict.territory_transfer",
        "conflict.ceasefire politics.agreement",
        "conflict.prisoner_release conflict.disarmament politics.agreement",
        "conflict.arson conflict.property_destroyed incident.fire",
        "conflict.robbery security.organised_crime",
        "conflict.abduction conflict.attack_civilians",
        "unrest.demonstration unrest.riot unrest.demonstration_dispersed unrest.force_against_protest unrest.mob_violence unrest.strike",
        "security.arrest security.investigation security.trial security.shooting security.organised_crime",
        "politics.call politics.meeting",
        "politics.meeting politics.visit politics.agreement",
        "politics.accuse politics.demand politics.reject politics.threaten politics.support politics.concern politics.sanction",
        "politics.expel politics.sanction politics.restriction",
        "politics.concession politics.agreement",
        "politics.appointment politics.resignation politics.election",
        "hazard.storm hazard.flood hazard.landslide",
        "hazard.wildfire incident.fire hazard.heatwave",
        "incident.explosion incident.industrial incident.fire incident.collapse",
    )
)

SPEECH = frozenset(f"politics.{act}" for act in ("accuse", "demand", "reject", "threaten", "support", "concern", "sanction", "expel"))
"""Acts of speech: two speakers make two events, though a desk may still tell them as one story."""

_ACTS_OF_WAR = (
    "aircraft_downed airstrike drone_strike shelling_missile ground_clash offensive equipment_destroyed territory_regained"
    " territory_overtaken territory_transfer base_established deployment weapons_intercepted casualties mobilisation martial_law"
    " curfew ceasefire ceasefire_violation prisoner_release disarmament"
)
WAR = frozenset(f"conflict.{act}" for act in _ACTS_OF_WAR.split())
"""Acts of war: the reports of one war tell all of them in the same words, so what each tells decides."""

ENCOUNTERS = frozenset({"politics.call", "politics.meeting", "politics.visit"})
"""Events that are who took part: another cast, another event."""

CASUALTIES = "conflict.casualties"
"""A toll of the day rather than of one strike, unless all else agrees."""

SAYS_LESS: dict[str, frozenset[str]] = {
    "conflict.aircraft_downed": frozenset({"incident.air"}),
    "conflict.bombing": frozenset({"incident.explosion"}),
    "conflict.suicide_bombing": frozenset({"incident.explosion"}),
    "conflict.arson": frozenset({"incident.fire"}),
}
"""Types under which one event may also be told by somebody who does not say the worst: who confirms a crash confirms no shootdown."""

RARE = frozenset(
    {
        "conflict.offensive",
        "conflict.martial_law",
        "conflict.mobilisation",
        "conflict.ceasefire",
        "conflict.disarmament",
        "politics.coup",
        "hazard.earthquake",
        "hazard.volcano",
    }
)
"""Types of which one place hardly sees two in a day: sharing one says more."""

BY_AUTHORITY = frozenset({"conflict.martial_law", "conflict.mobilisation", "conflict.curfew"})
"""Acts that are whose they are: two authorities' decrees are two events, wherever they apply."""

STRUCTURAL = frozenset({"conflict", "hazard", "incident", "health"})
"""Families whose events are told apart by what, where and when rather than by words."""


@cache
def structural(event_type: str) -> bool:
    """Whether the type's structure decides rather than the report's words."""
    return family(event_type) in STRUCTURAL


@cache
def type_relation(one: str, other: str) -> Relation:
    """SAME, SIBLING (one event may be told as both), UNKNOWN (one side is only words) or CONFLICT."""
    if OTHER_STORY in (one, other):
        return Relation.UNKNOWN
    if one == other:
        return Relation.SAME
    if any(one in row and other in row for row in _KIN):
        return Relation.SIBLING
    return Relation.CONFLICT


@cache
def kin(event_type: str) -> tuple[str, ...]:
    """The type and every type that one event may also be told as, sorted: what blocking looks under."""
    return tuple(sorted({event_type}.union(*(row for row in _KIN if event_type in row))))

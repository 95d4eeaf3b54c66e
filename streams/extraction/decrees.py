"""Acts of state: martial law, mobilisation, a curfew. Whoever signs acts for a state, the act holds on its territory, and says itself."""

from __future__ import annotations

from dataclasses import replace

from streams.domain.event import Actor, ActorKind, ActorRole, Claim, HolderKind, Place, Precision, Stance
from streams.extraction.gazetteer import Gazetteer
from streams.extraction.lexicon_types import Lexicon

_OFFICIAL = frozenset({"GOV", "MIL", "PRE", "LEG"})


def with_sides(actors: tuple[Actor, ...], lexicon: Lexicon) -> tuple[Actor, ...]:
    """The actors, with the breakaway entity that a signing leader acts for where no state is named."""
    sides = {lexicon.sides[actor.canonical]: actor for actor in actors if actor.canonical in lexicon.sides}
    named = {actor.canonical for actor in actors}
    made = [replace(actor, kind=ActorKind.GROUP, canonical=side) for side, actor in sides.items() if side not in named]
    return (*actors, *made)


def territory(actors: tuple[Actor, ...], gazetteer: Gazetteer) -> Place | None:
    """Where an act of state holds that names no place: the territory of who issued it."""
    for actor in actors:
        if actor.role is not ActorRole.INITIATOR:
            continue
        held = gazetteer.held_by.get(actor.canonical.partition(".")[0])
        if held is not None:
            return held
        if actor.country:
            return Place(gazetteer.state_names.get(actor.country, actor.country), precision=Precision.COUNTRY, country=actor.country)
    return None


def performed(actors: tuple[Actor, ...]) -> list[Claim]:
    """The claim that an act of state makes by being done, for a text that attributes it to nobody."""
    for actor in actors:
        if actor.role is ActorRole.INITIATOR and actor.sector in _OFFICIAL and actor.canonical:
            holder = actor.canonical if actor.kind is not ActorKind.STATE else f"{actor.country}.GOV"
            return [Claim(holder, Stance.ASSERTS, HolderKind.OFFICIAL, actor.country, True, span=actor.span)]
    return []

"""Step 13b: chosen fills as actors and things: who a phrase is, from the noun phrase of the chunker that it lies in."""

from __future__ import annotations

from streams.domain.event import Actor, ActorKind, ActorRole, ObjectRole, Thing
from streams.extraction.draft import Draft
from streams.extraction.identity import actor_kind, canonical, sector_of
from streams.extraction.lexicon_types import Lexicon
from streams.extraction.model import Entry, Fill, Node

_ROLES = {"person": ActorRole.INITIATOR, "group": ActorRole.INITIATOR, "victim": ActorRole.VICTIM}
_THINGS = {"thing": ObjectRole.TARGET, "weapon": ObjectRole.INSTRUMENT}
_UNKNOWN = "object"
"""The class of a thing that the lexicon lacks."""


def filled_actors(draft: Draft, lexicon: Lexicon) -> list[Actor]:
    """The actors of an event whose fills a model chose, the surest first."""
    return [_actor(fill, _ROLES[fill.role], lexicon) for fill in draft.fills or () if fill.role in _ROLES]


def filled_things(draft: Draft) -> list[Thing]:
    """What was hit and what was used, the surest first."""
    return [_thing(fill, _THINGS[fill.role]) for fill in draft.fills or () if fill.role in _THINGS]


def _actor(fill: Fill, role: ActorRole, lexicon: Lexicon) -> Actor:
    text, node = fill.sentence.text, _node(fill)
    name, span = text.text(fill.i, fill.j), text.span(fill.i, fill.j)
    if node is None:
        entry = _entry(fill)
        who, country, sector = (entry.actor, entry.country, entry.sector) if entry is not None else ("", "", "")
        return Actor(role, _kind(fill, ActorKind.UNKNOWN), name, who, country, sector or "UNK", span)
    return Actor(role, _kind(fill, actor_kind(node, lexicon)), name, canonical(node, lexicon), node.country, sector_of(node, lexicon), span)


def _kind(fill: Fill, read: ActorKind) -> ActorKind:
    """A perpetrator is a person or a group, as the model says."""
    if fill.role == "person":
        return ActorKind.PERSON
    return ActorKind.GROUP if fill.role == "group" and read in (ActorKind.PERSON, ActorKind.UNKNOWN) else read


def _thing(fill: Fill, role: ObjectRole) -> Thing:
    text, node, entry = fill.sentence.text, _node(fill), _entry(fill)
    name, span = text.text(fill.i, fill.j), text.span(fill.i, fill.j)
    if node is not None:
        return Thing(role, name, node.cls, node.operator, node.quantity, span)
    return Thing(role, name, (entry.noun if entry is not None else "") or _UNKNOWN, "", None, span)


def _node(fill: Fill) -> Node | None:
    """The noun phrase that ends where the fill ends, and holds it: what is known of that phrase is known of the fill."""
    for node in fill.sentence.nodes:
        if node.kind == "np" and node.j == fill.j and node.i <= fill.i and node.cls not in ("pron", "number", ""):
            return node
    return None


def _entry(fill: Fill) -> Entry | None:
    """The lexicon's entry of the last words."""
    return next((item.entry for item in fill.sentence.items if item.j == fill.j), None)

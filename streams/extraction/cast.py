"""Step 13a: the cast of an event: who did it, who suffered it, whose things they were, each at the words that say so."""

from __future__ import annotations

from streams.domain.event import Actor, ActorKind, ActorRole
from streams.extraction.bands import nameless
from streams.extraction.draft import Draft
from streams.extraction.fillcast import filled_actors
from streams.extraction.identity import actor_kind, canonical, sector_of
from streams.extraction.lexicon_types import Lexicon
from streams.extraction.model import Candidate, Item, Node

_ACTOR_CLASSES = ("person", "org", "actor", "state", "name")
_VIOLENT = ("conflict", "unrest", "security", "incident")
_GOVERNMENT = ".GOV"
"""Officials who act together, unnamed, are the government ("the heads of X")."""
_MILITARY = ".MIL"
_ARMS = ("artillery", "aircraft", "armour", "air-defence", "ship.warship", "weapon")
NO_CLASSES = frozenset({"pron", "number", ""})
"""Classes of phrases that name nothing."""


def body_first(draft: Draft) -> list[Candidate]:
    """The mentions, those of the body before the headline's."""
    return sorted(draft.mentions, key=lambda m: m.sentence.text.part != "body")


def acts(node: Node) -> bool:
    """Whether the phrase is somebody."""
    return node.cls not in NO_CLASSES and node.cls.startswith(_ACTOR_CLASSES)


def actors_of(draft: Draft, lexicon: Lexicon) -> tuple[Actor, ...]:
    """Every actor of the event once, by role and identity."""
    found: dict[tuple[ActorRole, str], Actor] = {}
    for filled in filled_actors(draft, lexicon):
        found.setdefault((filled.role, filled.canonical or filled.name.casefold()), filled)
    for mention in body_first(draft):
        for role, node in _cast(mention):
            actor = _actor(mention, role, node, lexicon)
            if draft.fills is not None and not _vouched(actor, found):
                continue
            key = (role, actor.canonical or actor.name.casefold())
            found.setdefault(key, actor)
            group = _group_behind(mention, role, node)
            if group is not None:
                found.setdefault((role, group.canonical), group)
        for node in mention.targets:
            owner = _owner(mention, node, lexicon)
            if owner is not None:
                found.setdefault((owner.role, owner.canonical), owner)
    initiators = [node for mention in draft.mentions for node in mention.initiators]
    if draft.band is not None and initiators and all(nameless(node) for node in initiators):
        found.setdefault((draft.band.role, draft.band.canonical), draft.band)
    return tuple(found.values())


def _vouched(actor: Actor, found: dict[tuple[ActorRole, str], Actor]) -> bool:
    """Beside chosen fills a frame adds only whom the lexicon knows, and nobody twice."""
    return bool(actor.canonical) and all(canonical != actor.canonical for _, canonical in found)


def _cast(mention: Candidate) -> list[tuple[ActorRole, Node]]:
    mutual = "party" in mention.frame.options
    meeting = mutual or not mention.type.startswith(_VIOLENT)
    first = ActorRole.PARTY if mutual else ActorRole.INITIATOR
    accident = mention.type.startswith("incident")
    others = [node for node in mention.targets if mutual and node.cls.startswith("person")]
    cast = [(first, node) for node in [*mention.initiators, *others] if acts(node) or (_arms(node) and node.operator and not accident)]
    for node in mention.targets:
        if acts(node) and not mutual and not _is_place(mention, node) and "notarget" not in mention.frame.options:
            person = node.cls.startswith("person") or node.cls == "name"
            cast.append((ActorRole.VICTIM if person and not meeting else ActorRole.TARGET, node))
    return cast


def _arms(node: Node) -> bool:
    """ "Azerbaijani artillery bombarded ...", "a Navy ship": arms with an owner act for him."""
    return node.cls.startswith(_ARMS) or (node.cls.startswith("ship") and node.operator.endswith(_MILITARY))


def _is_place(mention: Candidate, node: Node) -> bool:
    """A town that was shelled is the place, not a victim."""
    place = mention.place
    return node.cls == "name" and place is not None and place.span == mention.sentence.text.span(node.name_i, node.j)


def _actor(mention: Candidate, role: ActorRole, node: Node, lexicon: Lexicon) -> Actor:
    text = mention.sentence.text
    start = node.person_i if node.person_i >= 0 else node.name_i
    name, span = text.text(start, node.j), text.span(start, node.j)
    who, kind = canonical(node, lexicon), actor_kind(node, lexicon)
    if kind is ActorKind.PERSON and role is not ActorRole.VICTIM and node.plural and who.endswith(_GOVERNMENT):
        kind = ActorKind.ORGANIZATION
    return Actor(role, kind, name, who, node.country, sector_of(node, lexicon), span)


def _group_behind(mention: Candidate, role: ActorRole, node: Node) -> Actor | None:
    """ "FMLN guerrillas", "rebels of the FMLN": the group that the persons belong to, at its own name."""
    if not node.cls.startswith("person") or not node.actor or node.actor_kind == "person":
        return None
    item = _naming(mention, node)
    if item is None or item.entry is None or item.entry.kind != "group":
        return None
    text = mention.sentence.text
    return Actor(
        role, ActorKind.GROUP, text.text(item.i, item.j), item.entry.actor, item.entry.country, item.entry.sector, text.span(item.i, item.j)
    )


def _naming(mention: Candidate, node: Node) -> Item | None:
    """The words that name the group: a modifier, or the phrase after "of"."""
    own = next((item for item in node.modifiers if item.entry is not None and item.entry.actor == node.actor), None)
    if own is not None:
        return own
    nodes = mention.sentence.nodes
    k = next((j for j, other in enumerate(nodes) if other is node), len(nodes))
    named = nodes[k + 2] if k + 2 < len(nodes) else None
    if named is None or named.entry is None or named.entry.actor != node.actor:
        return None
    return Item(named.name_i, named.j, named.entry, named.word, True)


def _owner(mention: Candidate, node: Node, lexicon: Lexicon) -> Actor | None:
    """Whose the target is: "an Azerbaijani helicopter" makes Azerbaijan a target, at the word that says so."""
    if not node.operator or acts(node):
        return None
    text = mention.sentence.text
    for item in node.modifiers:
        entry = item.entry
        if entry is not None and (entry.country or entry.actor):
            kind = ActorKind(entry.kind) if entry.kind else ActorKind.STATE
            name = entry.actor or entry.country
            return Actor(
                ActorRole.TARGET, kind, text.text(item.i, item.j), name, entry.country, entry.sector or "GOV", text.span(item.i, item.j)
            )
    if node.possessor is not None:
        return _actor(mention, ActorRole.TARGET, node.possessor, lexicon)
    return None

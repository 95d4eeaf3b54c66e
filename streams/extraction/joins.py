"""Step 3b: neighbouring phrases that are one: "two of the three jets", "units of the Azerbaijan Army", "Prime Minister of Armenia X"."""

from __future__ import annotations

from streams.extraction.lexicon_types import ancestors
from streams.extraction.model import Entry, Node

_OWNED = ("org.military", "org.government", "person.official", "person.military", "person.militant", "person.crew", "person.police")
_MATERIEL = ("aircraft", "armour", "air-defence", "artillery", "ship")
_SHARPENED = frozenset({"aircraft.fixed-wing", "aircraft.rotary-wing", "aircraft.drone", "armour.tank", "aircraft"})
_PARTS = frozenset({"number", "measure"})


def joined(nodes: list[Node]) -> None:
    """The last phrase is joined to what stands before it, where it can be. Needs three nodes."""
    last = nodes[-1]
    if "of" in nodes[-2].tags:
        partitive(nodes)
    if last.country or last.actor:
        of_owner(nodes)
    if last.proper:
        titled(nodes)


def partitive(nodes: list[Node]) -> None:
    """ "two of the three jets" is a phrase of jets that are two, "a group of armed men" one of men."""
    if len(nodes) < 3 or nodes[-1].kind != "np" or "of" not in nodes[-2].tags:
        return
    if nodes[-3].cls == "org.group" and not (nodes[-3].proper or nodes[-1].proper) and nodes[-1].cls.startswith("person"):
        del nodes[-3:-1]
        return
    if nodes[-3].cls not in _PARTS:
        return
    number, _, whole = nodes[-3:]
    whole.i, whole.quantity = number.i, number.quantity
    del nodes[-3:-1]


def of_owner(nodes: list[Node]) -> None:
    """ "the Defence Ministry of Armenia", "units of the Azerbaijan Army": the phrase after the preposition is whose it is."""
    if len(nodes) < 3 or nodes[-1].kind != "np" or not (nodes[-1].country or nodes[-1].actor):
        return
    owner, middle, owned = nodes[-1], nodes[-2], nodes[-3]
    if owner.actor_kind == "person" and owner.modifiers and "of" in middle.tags and owned.cls == "person.official":
        _take_over(nodes, owned, owner)
        return
    if owned.kind != "np" or "owner" not in middle.tags or owned.country or owned.actor:
        return
    if owned.cls.startswith(_OWNED):
        owned.country, owned.actor = owner.country, owner.actor if owner.actor_kind != "person" else ""
    elif (owned.cls.startswith(_MATERIEL) and "of" in middle.tags) or (owned.cls == "event" and "of" in middle.tags):
        owned.operator = owned.operator or owner.actor or owner.country


def _take_over(nodes: list[Node], title: Node, name: Node) -> None:
    """The title's phrase becomes the person's, up to the end of the name."""
    title.entry, title.actor, title.j, title.cls = name.entry, name.actor, name.j, name.cls
    title.actor_kind, title.sector, title.title_name = name.actor_kind, name.sector, name.title_name
    title.country, title.proper, title.word = name.country, True, name.word
    title.person_i = name.person_i
    position = next(k for k, node in enumerate(nodes) if node is title)
    del nodes[position + 1 : position + 3]


def titled(nodes: list[Node]) -> None:
    """ "Prime Minister of Armenia Nikol Pashinyan": the name that follows is the minister's."""
    if len(nodes) < 4 or not nodes[-1].proper or not nodes[-1].cls.startswith("person"):
        return
    name, owner, middle, title = nodes[-1], nodes[-2], nodes[-3], nodes[-4]
    if owner.kind == "np" and "of" in middle.tags and title.kind == "np" and title.cls.startswith("person.official"):
        _take_over(nodes, title, name)
        title.country = title.country or owner.country
        del nodes[-1:]


def possessor(nodes: list[Node], marks: frozenset[str]) -> Node | None:
    """The phrase before a possessive ending, or before one of the marks that stand for it, when the next phrase follows at once."""
    if len(nodes) < 2 or nodes[-2].kind != "np":
        return None
    return nodes[-2] if nodes[-1].has("poss") or nodes[-1].word in marks else None


def follows_head(head: Entry, entry: Entry) -> bool:
    """Where the head comes first: whether a word after it says more of it ("helicóptero ruso", "rebeldes hutíes", "helicóptero Mi-8")."""
    if entry.adjective:
        return not (head.title and entry.kind == "person")
    if entry.actor:
        return entry.kind != "person" and not head.title
    return head.noun.startswith(_MATERIEL) and bool(ancestors(head.noun) & ancestors(entry.noun))


def sharpen(node: Node) -> None:
    """ "Su-25 fighter jet": the class of the modifier where it is the narrower one of the same line."""
    for item in node.modifiers:
        cls = item.entry.noun if item.entry is not None else ""
        if len(cls) > len(node.cls) and _root(cls) == _root(node.cls) and _root(cls) in _SHARPENED:
            node.cls = cls


def _root(cls: str) -> str:
    return ".".join(cls.split(".")[:2])

"""Step 11d: whose guerrillas: where a report names one armed group and no other, its nameless militants are that group's."""

from __future__ import annotations

from streams.domain.event import Actor, ActorKind, ActorRole
from streams.extraction.model import Entry, Node, Sentence

_MILITANT = "person.militant"


def only_band(sentences: list[Sentence]) -> Actor | None:
    """The armed group of a report that names no other, as initiator, at its first name; None where there are several or none."""
    found: dict[str, Actor] = {}
    for sentence in sentences:
        for node in sentence.nodes if "armed" in sentence.features else ():
            for entry, i, j in _named(node):
                if entry.kind == "group" and entry.has("armed") and entry.actor not in found:
                    text = sentence.text
                    name, span = text.text(i, j), text.span(i, j)
                    found[entry.actor] = Actor(ActorRole.INITIATOR, ActorKind.GROUP, name, entry.actor, entry.country, entry.sector, span)
    return next(iter(found.values())) if len(found) == 1 else None


def nameless(node: Node) -> bool:
    """Whether the phrase is of militants of whom the text does not say whose they are."""
    return node.cls.startswith(_MILITANT) and not node.actor and not node.country and not node.proper


def _named(node: Node) -> list[tuple[Entry, int, int]]:
    own = [(node.entry, node.head_i, node.j)] if node.kind == "np" and node.entry is not None else []
    return [*own, *((item.entry, item.i, item.j) for item in node.modifiers if item.entry is not None)]

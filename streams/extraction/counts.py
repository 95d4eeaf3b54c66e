"""Step 10: how many. Numbers of people and things that a sentence says were killed, injured, missing, captured, destroyed ..."""

from __future__ import annotations

from copy import copy

from streams.domain.event import Count
from streams.domain.values import Basis, Quantity
from streams.extraction.lexicon_types import Lexicon
from streams.extraction.model import Node, Sentence
from streams.extraction.syntax import coordinated, coordinated_left, direct_object, is_passive, subject

_LOST = ("aircraft", "armour", "artillery", "air-defence", "ship", "vehicle", "weapon")
_KILLED = "killed"
_STATE_REACH = 3
"""Nodes between a number and the state it is in: "12 people were left dead"."""


def counts_of(sentence: Sentence, lexicon: Lexicon) -> list[tuple[int, Count]]:
    """The counts of a sentence with the node that carries each, in order."""
    found: dict[tuple[int, str], tuple[int, Count]] = {}
    for k, node in enumerate(sentence.nodes):
        if node.entry is None or not node.entry.hot:
            continue
        for kind, phrases in _counted(sentence, k, node, lexicon):
            for phrase in phrases:
                if phrase.quantity is not None:
                    found.setdefault((phrase.i, kind), (k, _count(sentence, kind, phrase)))
    return [found[key] for key in sorted(found)]


def _counted(sentence: Sentence, k: int, node: Node, lexicon: Lexicon) -> list[tuple[str, list[Node]]]:
    nodes = sentence.nodes
    entry = node.entry
    if entry is None:
        return []
    if node.kind == "v":
        return _of_verb(nodes, k, entry.verb, lexicon)
    sort, kind = entry.harm[:4], entry.harm[4:]
    if sort == "h:n:" and node.kind == "np":
        return [(kind, [node])]
    if sort == "h:a:":
        return [(kind, [node] if node.quantity is not None else _state(nodes, k))]
    if sort == "h:t:":
        return [(kind, _toll(nodes, k))]
    return []


def _of_verb(nodes: list[Node], k: int, lemma: str, lexicon: Lexicon) -> list[tuple[str, list[Node]]]:
    kind = lexicon.harms.get(("v", lemma))
    if kind is not None:
        return [(kind, _patients(nodes, k))]
    kind = lexicon.harms.get(("s", lemma))
    if kind is not None:
        who = subject(nodes, k)
        return [(kind, [nodes[j] for j in coordinated_left(nodes, who)])] if who is not None else []
    kind = lexicon.harms.get(("m", lemma))
    if kind is not None and (what := direct_object(nodes, k)) is not None:
        return (
            [(kind, [nodes[what]])]
            if nodes[what].cls.startswith(_LOST)
            else [(_KILLED, [nodes[what]])] * nodes[what].cls.startswith("person")
        )
    kind = lexicon.harms.get(("l", lemma))
    if kind is not None and (what := direct_object(nodes, k)) is not None and "lives" in nodes[what].tags:
        return [(kind, [nodes[what]])]
    return []


def _patients(nodes: list[Node], k: int) -> list[Node]:
    if is_passive(nodes, k):
        who = subject(nodes, k)
        return _subjects(nodes, who) if who is not None else []
    what = direct_object(nodes, k)
    if what is not None:
        return [nodes[j] for j in coordinated(nodes, what) if not _included(nodes, j)]
    who = subject(nodes, k)
    return [nodes[who]] if who is not None else []


def _subjects(nodes: list[Node], who: int) -> list[Node]:
    """The phrase and those joined to it on the left, up to one that a verb has taken: "lost 16 soldiers and more than 100 were wounded"."""
    found = coordinated_left(nodes, who)
    taken = next((n for n, j in enumerate(found) if n and j and nodes[j - 1].kind == "v" and "report" not in nodes[j - 1].tags), len(found))
    return [nodes[j] for j in found[:taken]]


def _included(nodes: list[Node], j: int) -> bool:
    """ "12 people, including three children": the three are among the twelve."""
    return j > 0 and "incl" in nodes[j - 1].tags


def _state(nodes: list[Node], k: int) -> list[Node]:
    """ "12 dead", "three people were missing", "dozens injured": the nearest counted phrase before the state."""
    for j in range(k - 1, max(-1, k - 1 - _STATE_REACH), -1):
        if nodes[j].kind == "np":
            return [nodes[j]]
        if nodes[j].kind == "m":
            return []
    return []


def _toll(nodes: list[Node], k: int) -> list[Node]:
    """ "the death toll rose to 45", "from 40 to 45"."""
    for j in range(min(len(nodes) - 1, k + 7), k, -1):
        quantity = nodes[j].quantity
        if nodes[j].kind == "np" and quantity is not None:
            if "from" in nodes[j - 1].tags and quantity.max is not None:
                risen = copy(nodes[j])
                risen.quantity = Quantity(quantity.max, quantity.max)
                return [risen]
            return [nodes[j]]
    return []


def _count(sentence: Sentence, kind: str, phrase: Node) -> Count:
    quantity = phrase.quantity or Quantity(1, 1)
    more = phrase.more
    basis = Basis.INCREMENTAL if more else Basis.CUMULATIVE
    bare = phrase.cls == "number" or (phrase.entry is not None and phrase.entry.harm != "")
    of = "" if bare else sentence.text.text(phrase.name_i, phrase.j)
    return Count(kind, quantity.min, quantity.max, quantity.qualifier, basis, "", of, sentence.text.span(phrase.i, phrase.j))

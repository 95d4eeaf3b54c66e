"""Step 10: how many. Numbers of people and things that a sentence says were killed, injured, missing, captured, destroyed ..."""

from __future__ import annotations

from streams.domain.event import Count
from streams.domain.values import Basis, Quantity
from streams.extraction.lexicon_types import Lexicon
from streams.extraction.model import Node, Sentence
from streams.extraction.syntax import coordinated, coordinated_left, direct_object, is_passive, subject

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
    kind = lexicon.harms.get(("l", lemma))
    if kind is not None and (what := direct_object(nodes, k)) is not None and "lives" in nodes[what].tags:
        return [(kind, [nodes[what]])]
    return []


def _patients(nodes: list[Node], k: int) -> list[Node]:
    if is_passive(nodes, k):
        who = subject(nodes, k)
        return [nodes[j] for j in coordinated_left(nodes, who)] if who is not None else []
    what = direct_object(nodes, k)
    if what is not None:
        return [nodes[j] for j in coordinated(nodes, what)]
    who = subject(nodes, k)
    return [nodes[who]] if who is not None else []


def _state(nodes: list[Node], k: int) -> list[Node]:
    """ "12 dead", "three people were missing", "dozens injured": the nearest counted phrase before the state."""
    for j in range(k - 1, max(-1, k - 1 - _STATE_REACH), -1):
        if nodes[j].kind == "np":
            return [nodes[j]]
        if nodes[j].kind == "m":
            return []
    return []


def _toll(nodes: list[Node], k: int) -> list[Node]:
    """ "the death toll rose to 45"."""
    return [node for node in nodes[k + 1 : k + 8] if node.kind == "np" and node.quantity is not None][-1:]


def _count(sentence: Sentence, kind: str, phrase: Node) -> Count:
    quantity = phrase.quantity or Quantity(1, 1)
    more = phrase.more
    basis = Basis.INCREMENTAL if more else Basis.CUMULATIVE
    of = "" if phrase.cls == "number" else sentence.text.text(phrase.name_i, phrase.j)
    return Count(kind, quantity.min, quantity.max, quantity.qualifier, basis, "", of, sentence.text.span(phrase.i, phrase.j))

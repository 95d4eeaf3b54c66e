"""Step 3c: words that say nothing of what a phrase is: adjectives, and things that the lexicon lacks."""

from __future__ import annotations

from collections.abc import Sequence

from streams.domain.values import Quantity
from streams.extraction.model import Item, Node

_ADJECTIVES = 2
"""Adjectives that may stand before a noun without a determiner: "fresh heavy clashes"."""
_FINITE = frozenset({"past", "part", "pp"})
_MANY = ("person", "org", "state", "actor", "number", "name", "event")
"""Classes whose singular may stand for several, so that a base form may be their verb ("police seek")."""


def leads_to_noun(items: Sequence[Item], k: int) -> bool:
    """Whether the adjectives from item k on stand before a noun: "political prisoners"."""
    for item in items[k : k + _ADJECTIVES]:
        entry = item.entry
        if entry is None or not entry.has("adj"):
            return entry is not None and bool(entry.noun or entry.adjective) and entry.form not in _FINITE
    return False


def is_one(nodes: Sequence[Node]) -> bool:
    """A common noun in the singular: no base form of a verb follows it ("the island jail"), unless it only says where many are."""
    node = nodes[-1]
    if len(nodes) > 2 and nodes[-2].has("prep") and nodes[-3].plural:
        return False
    common = node.kind == "np" and node.entry is not None and bool(node.entry.noun) and not (node.proper or node.pronoun or node.plural)
    return common and not node.cls.startswith(_MANY)


def unlisted(items: Sequence[Item], start: int, at: int, definite: bool) -> Node | None:
    """ "the archive", "its transmitters": after a determiner a thing that the lexicon lacks, in copy with small letters."""
    item = items[at] if at < len(items) else None
    if item is None or item.cap or not item.word[0].isalpha() or not (item.entry is None or item.entry.filler):
        return None
    after = items[at + 1].entry if at + 1 < len(items) else None
    if after is not None and after.has("of"):
        # "the message of the ministry": whose it is says more than what it is.
        return None
    node = Node("np", items[start].i, item.j, item.entry, item.word, item.i)
    node.cls, node.definite = "thing", definite
    return node


def numbered(items: Sequence[Item], start: int, at: int, quantity: Quantity) -> Node:
    """A number without a noun: "two were killed", "three others"."""
    last = items[at - 1]
    node = Node("np", items[start].i, last.j, last.entry, last.word, items[start].i)
    node.cls, node.quantity = "number", quantity
    return node


def noun_follows(items: Sequence[Item]) -> bool:
    """Whether the items hold a noun before any verb or mark."""
    for item in items:
        entry = item.entry
        if entry is None:
            if not item.word[0].isalpha():
                return False
            continue
        if entry.filler or (entry.form in ("pp", "part") and not entry.noun):
            continue
        return bool(entry.noun or entry.adjective)
    return False

"""The open records as the linker holds them: keys, standing and kept pair scores; what else it needs is drawn from the stored record."""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Callable
from sys import intern

from streams.domain.event import RetractReason
from streams.domain.incident import Join, StoredRecord
from streams.matching.blocking import WordKeys, typed_keys, word_keys
from streams.matching.clustering import Item
from streams.matching.features import Features, features_of
from streams.matching.scoring import score

FEATURE_CACHE = 4_096
"""Features kept at hand; beyond it they are drawn again from the stored record."""

_NONE: dict[int, float] = {}
"""Of records that are linked to nobody, as most are. Never written to."""
_NO_KEYS = array("I")


class Node:
    """What stays in memory of one record: `links` to whom it may belong, `pairs` all scores within its region.

    `awake` is False until its candidates have been scored (after a take-over), `join` its best partner within the records of `base`.
    """

    __slots__ = ("active", "awake", "base", "block", "cluster", "event_id", "join", "lead", "links", "pairs", "report_id", "typed", "words")

    def __init__(self, stored: StoredRecord, features: Features) -> None:
        self.event_id = features.event_id
        self.report_id = features.report_id
        self.block = intern(stored.record.block_key)
        self.active = is_active(stored)
        self.words: WordKeys = word_keys(features)
        self.typed = typed_keys(features) or _NO_KEYS
        self.lead = features.lead
        self.awake = False
        self.links = _NONE
        self.pairs = _NONE
        self.cluster: tuple[int, ...] = ()
        self.base: tuple[int, ...] = ()
        self.join: Join | None = None


def is_active(stored: StoredRecord) -> bool:
    """Whether the record is its source's word now: neither retracted nor under an embargo that has not been released."""
    embargoed = stored.record.embargo_until is not None and not stored.released
    return stored.retracted is RetractReason.NONE and not embargoed


class Nodes:
    """The open records by number. `times` holds each one's publication. A number that was let go is given again."""

    def __init__(self, lookup: Callable[[str], StoredRecord]) -> None:
        self._lookup = lookup
        self._nodes: list[Node] = []
        self._free: list[int] = []
        self._cache: OrderedDict[int, Features] = OrderedDict()
        self.times = array("d")
        self.ids: dict[str, int] = {}

    def __getitem__(self, number: int) -> Node:
        return self._nodes[number]

    def __len__(self) -> int:
        return len(self.ids)

    def add(self, stored: StoredRecord, features: Features) -> int:
        """Take in a record; its number."""
        node = Node(stored, features)
        if self._free:
            number = self._free.pop()
            self._nodes[number], self.times[number] = node, features.published
        else:
            number = len(self._nodes)
            self._nodes.append(node)
            self.times.append(features.published)
        self.ids[node.event_id] = number
        return number

    def drop(self, number: int) -> None:
        """Let a record go, with the scores that others keep of it."""
        node = self._nodes[number]
        del self.ids[node.event_id]
        self._cache.pop(number, None)
        for other in node.pairs.keys() | node.links.keys():
            self._nodes[other].pairs.pop(number, None)
            self._nodes[other].links.pop(number, None)
        node.links = node.pairs = _NONE
        self._free.append(number)

    def features(self, number: int) -> Features:
        """What the record is compared by."""
        found = self._cache.get(number)
        if found is None:
            found = features_of(self._lookup(self._nodes[number].event_id).record)
        self.remember(number, found)
        return found

    def remember(self, number: int, features: Features) -> None:
        """Keep a record's features at hand."""
        self._cache[number] = features
        self._cache.move_to_end(number)
        if len(self._cache) > FEATURE_CACHE:
            self._cache.popitem(last=False)

    def link(self, one: int, other: int, value: float) -> None:
        """Keep a score above even odds."""
        for here, there in ((self._nodes[one], other), (self._nodes[other], one)):
            if here.links is _NONE:
                here.links = {}
            here.links[there] = value

    def pair(self, one: int, other: int) -> float:
        """The kept score of a pair, scored now if it never was."""
        here, there = self._nodes[one], self._nodes[other]
        found = here.pairs.get(other)
        if found is None:
            found = here.links.get(other)
            if found is None:
                found = score(self.features(one), self.features(other))
            for node in (here, there):
                if node.pairs is _NONE:
                    node.pairs = {}
            here.pairs[other] = there.pairs[one] = found
        return found

    def order(self, number: int) -> tuple[float, str]:
        """By event time, then id: the order that everything is clustered in."""
        return self.times[number], self._nodes[number].event_id

    def item(self, number: int) -> Item:
        """The record as clustering sees it."""
        node = self._nodes[number]
        return Item(number, self.order(number), node.active, node.pairs, node.lead)

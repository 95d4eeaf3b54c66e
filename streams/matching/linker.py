"""The open records of some blocks, linked: an index, the kept pair scores, and the incidents they make.

The partition is a function of the set of records (see clustering.py): every arrival, retraction or release re-clusters the
connected component that it touches, and nothing else. Records are fetched by id through `lookup`; kept here are keys and scores.
"""

from __future__ import annotations

import heapq
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from streams.domain.event import RetractReason
from streams.domain.incident import Join, StoredRecord, Term
from streams.matching.blocking import MAX_CANDIDATES, Index, asked_keys, typed_keys, word_keys
from streams.matching.clustering import LINK, Item, partition
from streams.matching.features import Features, features_of
from streams.matching.scoring import explain, score

MAX_REGION = 120
"""A connected set of more records than this is clustered in parts, connected at the next higher bar: bounds the cost of an arrival."""
BARS = (LINK, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0)
"""Scores that the parts of an outgrown set must be connected by."""
TERMS_CACHE = 16_384
"""Terms of scores kept at hand for the joins."""
FEATURE_CACHE = 4_096
"""Features kept at hand; beyond it they are drawn again from the stored record."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """One incident's records, sorted by id, and for each record that joined another its best pair."""

    event_ids: tuple[str, ...]
    joins: tuple[Join, ...]


@dataclass(frozen=True, slots=True)
class Relinked:
    """What an arrival changed: the clusters that are no more as they were, and what stands in their place.

    `after` holds exactly the ids of `before` and the record that arrived; clusters that stayed as they were are left out,
    except the arrived record's own.
    """

    before: tuple[tuple[str, ...], ...]
    after: tuple[Cluster, ...]


@dataclass(frozen=True, slots=True)
class Size:
    """Figures for metrics: open records, clusters, entries of the index, keys too long to be read whole, kept pair scores."""

    records: int
    clusters: int
    postings: int
    saturated: int
    pairs: int


class _Node:
    """What stays in memory of one record. `pairs` is None until the record is first compared (after a take-over)."""

    __slots__ = ("active", "bar", "block", "cluster", "event_id", "pairs", "published", "report_id", "typed", "words")

    def __init__(self, stored: StoredRecord, features: Features) -> None:
        record = stored.record
        self.event_id = record.event_id
        self.report_id = record.report_id
        self.block = record.block_key
        self.published = features.published
        self.active = is_active(stored)
        self.words = word_keys(features)
        self.typed = typed_keys(record, features)
        self.pairs: dict[int, float] | None = None
        self.cluster: tuple[int, ...] = ()
        self.bar = 0


def is_active(stored: StoredRecord) -> bool:
    """Whether the record is its source's word now: neither retracted nor under an embargo that has not been released."""
    embargoed = stored.record.embargo_until is not None and not stored.released
    return stored.retracted is RetractReason.NONE and not embargoed


class Linker:
    """Linkage over the open records of the blocks it is given. Records of different blocks never link."""

    def __init__(self, lookup: Callable[[str], StoredRecord]) -> None:
        self._lookup = lookup
        self._nodes: dict[int, _Node] = {}
        self._ids: dict[str, int] = {}
        self._indexes: dict[str, Index] = {}
        self._next = 0
        self._cache: OrderedDict[int, Features] = OrderedDict()
        self._explained: OrderedDict[tuple[int, int], tuple[Term, ...]] = OrderedDict()

    def upsert(self, stored: StoredRecord) -> Relinked:
        """Take in a record, or its changed standing (retracted, released), and re-link what it touches."""
        node = self._ids.get(stored.record.event_id)
        if node is None:
            node = self._add(stored, features_of(stored.record))
        else:
            self._nodes[node].active = is_active(stored)
        return self._relink(node)

    def load(self, stored_records: Iterable[StoredRecord], clusters: Iterable[Sequence[str]]) -> None:
        """Rebuild on take-over: file the records and take their clusters as they are; pairs are scored when next touched."""
        for stored in stored_records:
            if stored.record.event_id not in self._ids:
                self._add(stored, features_of(stored.record), cached=False)
        for event_ids in clusters:
            members = tuple(sorted(self._ids[event_id] for event_id in event_ids))
            for node in members:
                self._nodes[node].cluster = members

    def forget(self, event_ids: Iterable[str]) -> None:
        """Drop records that have aged out, with their keys and pairs. Ids that are not open are ignored."""
        for event_id in event_ids:
            node = self._ids.pop(event_id, None)
            if node is not None:
                self._drop(node)

    @property
    def size(self) -> Size:
        """Figures for metrics. Walks the index: call it now and then, not per record."""
        nodes = self._nodes.values()
        return Size(
            records=len(self._nodes),
            clusters=len({n.cluster[0] for n in nodes if n.cluster}),
            postings=sum(index.postings for index in self._indexes.values()),
            saturated=sum(index.saturated for index in self._indexes.values()),
            pairs=sum(len(n.pairs or ()) for n in nodes) // 2,
        )

    def _add(self, stored: StoredRecord, features: Features, cached: bool = True) -> int:
        number, self._next = self._next, self._next + 1
        node = self._nodes[number] = _Node(stored, features)
        self._ids[node.event_id] = number
        if cached:
            self._remember(number, features)
        self._indexes.setdefault(node.block, Index()).add(number, node.published, node.words, node.typed)
        return number

    def _drop(self, number: int) -> None:
        node = self._nodes.pop(number)
        self._cache.pop(number, None)
        self._indexes[node.block].remove(number, node.published, node.words, node.typed)
        for other in node.pairs or ():
            kept = self._nodes[other].pairs
            if kept is not None:
                kept.pop(number, None)
        rest = tuple(n for n in node.cluster if n != number)
        for other in rest:
            self._nodes[other].cluster = rest

    def _features(self, number: int) -> Features:
        found = self._cache.get(number)
        if found is None:
            found = features_of(self._lookup(self._nodes[number].event_id).record)
        self._remember(number, found)
        return found

    def _remember(self, number: int, features: Features) -> None:
        self._cache[number] = features
        self._cache.move_to_end(number)
        if len(self._cache) > FEATURE_CACHE:
            self._cache.popitem(last=False)

    def _pairs(self, number: int) -> dict[int, float]:
        """The kept scores of a record, scored now if it never was. Kept on both sides."""
        node = self._nodes[number]
        if node.pairs is None:
            node.pairs = {}
            for other in self._candidates(number):
                self._keep(number, other)
        return node.pairs

    def _candidates(self, number: int) -> list[int]:
        node = self._nodes[number]
        asked = asked_keys(self._lookup(node.event_id).record, self._features(number))
        shared = self._indexes[node.block].shared(node.published, node.words, asked)
        shared.pop(number, None)
        if len(shared) <= MAX_CANDIDATES:
            return list(shared)
        return heapq.nsmallest(MAX_CANDIDATES, shared, key=lambda n: (-shared[n], *self._nearness(node, n)))

    def _nearness(self, node: _Node, other: int) -> tuple[float, str]:
        return abs(self._nodes[other].published - node.published), self._nodes[other].event_id

    def _complete(self, region: list[int]) -> None:
        """Score the pairs of a region that blocking did not bring together: who is clustered with whom must not hang on its bounds."""
        whole = set(region)
        for node in region:
            for other in whole.difference(self._pairs(node)):
                if other > node:
                    self._keep(node, other)

    def _keep(self, one: int, other: int) -> None:
        """Score a pair and keep it on both sides."""
        found = score(self._features(one), self._features(other))
        for here, there in ((one, other), (other, one)):
            kept = self._nodes[here].pairs
            if kept is not None:
                kept[there] = found

    def _regions(self, start: int) -> list[list[int]]:
        """The connected sets to cluster anew. A set that outgrows MAX_REGION at one bar is parted at the next higher one.

        Which bar a set is connected at depends on the set alone, since sets only grow: the nodes that a set held at the bar it has
        outgrown (`bar` remembers) are all clustered again at the next.
        """
        regions: list[list[int]] = []
        asked, bar = [start], 0
        while asked:
            lifted: dict[int, None] = {}
            covered: set[int] = set()
            for node in asked:
                if node in covered:
                    continue
                region = self._connected(node, bar)
                if region is not None:
                    covered.update(region)
                    self._complete(region)
                    regions.append(region)
                else:
                    lifted.update(dict.fromkeys(self._lift(node, bar)))
            asked, bar = list(lifted), bar + 1
        return regions

    def _connected(self, start: int, bar: int) -> list[int] | None:
        """The nodes connected to this one by pairs above the bar; None when they are too many and there is a higher bar."""
        seen, todo = {start}, [start]
        while todo:
            for other, value in self._pairs(todo.pop()).items():
                if value > BARS[bar] and other not in seen and other in self._nodes:
                    seen.add(other)
                    todo.append(other)
            if len(seen) > MAX_REGION and bar + 1 < len(BARS):
                return None
        return sorted(seen)

    def _lift(self, start: int, bar: int) -> list[int]:
        """Raise the bar of a node and of every node connected to it that has been clustered at this bar; those nodes."""
        seen, todo = {start}, [start]
        while todo:
            node = todo.pop()
            self._nodes[node].bar = max(self._nodes[node].bar, bar + 1)
            for other, value in self._pairs(node).items():
                if value > BARS[bar] and other not in seen and other in self._nodes and self._nodes[other].bar <= bar:
                    seen.add(other)
                    todo.append(other)
        return sorted(seen)

    def _relink(self, number: int) -> Relinked:
        regions = self._regions(number)
        before = {self._nodes[n].cluster for region in regions for n in region} - {()}
        after = {tuple(sorted(group)) for region in regions for group in partition([self._item(n) for n in region])}
        own = next(group for group in after if number in group)
        changed = (after - before) | {own}
        for group in changed:
            for member in group:
                self._nodes[member].cluster = group
        gone = before - (after - {own})
        return Relinked(
            tuple(sorted(self._event_ids(group) for group in gone)),
            tuple(sorted((self._cluster(group) for group in changed), key=lambda c: c.event_ids)),
        )

    def _item(self, number: int) -> Item:
        node = self._nodes[number]
        return Item(number, (node.published, node.event_id), node.active, self._pairs(number))

    def _event_ids(self, group: Iterable[int]) -> tuple[str, ...]:
        return tuple(sorted(self._nodes[n].event_id for n in group))

    def _cluster(self, group: Sequence[int]) -> Cluster:
        joins = (self._join(n, group) for n in group)
        return Cluster(self._event_ids(group), tuple(sorted((j for j in joins if j is not None), key=lambda j: j.event_id)))

    def _join(self, number: int, group: Sequence[int]) -> Join | None:
        inside = set(group)
        scores = self._pairs(number)
        best = min(((-scores[n], self._nodes[n].event_id, n) for n in inside if n != number), default=None)
        if best is None:
            return None
        return Join(self._nodes[number].event_id, best[1], -best[0], self._terms(number, best[2]))

    def _terms(self, one: int, other: int) -> tuple[Term, ...]:
        pair = (min(one, other), max(one, other))
        found = self._explained.get(pair)
        if found is None:
            found = self._explained[pair] = explain(self._features(one), self._features(other))
            if len(self._explained) > TERMS_CACHE:
                self._explained.popitem(last=False)
        return found

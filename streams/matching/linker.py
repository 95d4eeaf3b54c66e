"""The open records of some blocks, linked: an index, the kept pair scores, and the incidents they make.

The partition is a function of the set of records (see clustering.py): every arrival, retraction or release re-clusters the
connected set that it touches (see regions.py), and nothing else. Records are fetched by id through `lookup`; kept here are keys
and scores.
"""

from __future__ import annotations

import heapq
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from streams.domain.event import RetractReason
from streams.domain.incident import Join, StoredRecord
from streams.matching.blocking import MAX_CANDIDATES, Index, asked_keys, typed_keys, word_keys
from streams.matching.clustering import LINK, Item, fit, partition
from streams.matching.features import Features, features_of
from streams.matching.frequency import idf
from streams.matching.regions import Core, Region, Regions
from streams.matching.scoring import NEVER, explain, score, score_above

MAX_REGION = 48
"""A connected set of more records than this is clustered in parts, connected at the next higher bar; at the last bar its first
records are clustered and the others go to the group they fit: bounds the cost of an arrival."""
MIN_RARITY = 14.0
"""Of two stories' shared keys, the summed weight in nats below which they are not compared."""
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
    """What stays in memory of one record: `links` to whom it may belong, `pairs` all scores within its region.

    `awake` is False until its candidates have been scored (after a take-over), `join` its best partner within the records of `base`.
    """

    __slots__ = (
        "active",
        "awake",
        "base",
        "block",
        "cluster",
        "event_id",
        "join",
        "links",
        "pairs",
        "published",
        "report_id",
        "typed",
        "words",
    )

    def __init__(self, stored: StoredRecord, features: Features) -> None:
        self.event_id = features.event_id
        self.report_id = features.report_id
        self.block = stored.record.block_key
        self.published = features.published
        self.active = is_active(stored)
        self.words = word_keys(features)
        self.typed = typed_keys(features)
        self.awake = False
        self.links: dict[int, float] = {}
        self.pairs: dict[int, float] = {}
        self.cluster: tuple[int, ...] = ()
        self.base: tuple[int, ...] = ()
        self.join: Join | None = None


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
        self._regions = Regions(lambda number: self._nodes[number].links)
        self._next = 0
        self._cache: OrderedDict[int, Features] = OrderedDict()

    def upsert(self, stored: StoredRecord) -> Relinked:
        """Take in a record, or its changed standing (retracted, released), and re-link what it touches."""
        node = self._ids.get(stored.record.event_id)
        if node is None:
            node = self._add(stored, features_of(stored.record), cached=True)
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
            pairs=sum(len(n.pairs.keys() | n.links.keys()) for n in nodes) // 2,
        )

    def _add(self, stored: StoredRecord, features: Features, cached: bool) -> int:
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
        self._regions.remove(number)
        self._indexes[node.block].remove(number, node.published, node.words, node.typed)
        for other in node.pairs.keys() | node.links.keys():
            self._nodes[other].pairs.pop(number, None)
            self._nodes[other].links.pop(number, None)
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

    # ---- who may belong together

    def _wake(self, start: int) -> list[int]:
        """Link a record to its candidates, and every record that this reaches and that never was (after a take-over)."""
        woken: list[int] = []
        todo = [start]
        while todo:
            number = todo.pop()
            node = self._nodes[number]
            if not node.awake:
                node.awake = True
                woken.append(number)
                self._link(number)
                todo += [other for other in node.links if not self._nodes[other].awake]
        return woken

    def _link(self, number: int) -> None:
        node, features = self._nodes[number], self._features(number)
        for other in self._candidates(number, features):
            if other not in node.links:
                found = score_above(features, self._features(other), LINK)
                if found is not None:
                    node.links[other] = self._nodes[other].links[number] = found

    def _candidates(self, number: int, features: Features) -> list[int]:
        node = self._nodes[number]
        asked = asked_keys(features)
        shared = self._indexes[node.block].shared(node.published, node.words, asked)
        shared.pop(number, None)
        if len(shared) > MAX_CANDIDATES:
            shared_most = heapq.nsmallest(MAX_CANDIDATES, shared.items(), key=lambda item: (-item[1], *self._nearness(node, item[0])))
            shared = dict(shared_most)
        return [other for other in shared if self._promising(node, self._nodes[other])]

    def _nearness(self, node: _Node, other: int) -> tuple[float, str]:
        return abs(self._nodes[other].published - node.published), self._nodes[other].event_id

    def _promising(self, one: _Node, other: _Node) -> bool:
        """Whether the shared keys are rare enough, or typed, for the pair to be worth more than a glance."""
        if not set(one.typed).isdisjoint(other.typed) or (one.typed and other.typed):
            return True
        return sum(idf(term) for term in set(one.words).intersection(other.words)) >= MIN_RARITY

    # ---- who does

    def _pair(self, one: int, other: int) -> float:
        """The kept score of a pair, scored now if it never was."""
        here = self._nodes[one]
        found = here.pairs.get(other)
        if found is None:
            found = here.links.get(other)
            if found is None:
                found = score(self._features(one), self._features(other))
            here.pairs[other] = self._nodes[other].pairs[one] = found
        return found

    def _complete(self, region: Region) -> None:
        """Score every pair of a region: who is clustered with whom must not hang on the bounds of blocking."""
        for node in sorted(region.members - region.scored):
            for other in sorted(region.members):
                if other != node and self._pair(node, other) <= LINK:
                    region.solid = False
        region.scored = set(region.members)

    def _clustered(self, region: Region) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
        """The groups of a region, sorted by number, each with the records of it that joins are told by."""
        if len(region.members) > MAX_REGION:
            return self._outgrown(region)
        self._complete(region)
        if region.solid:
            groups = [tuple(sorted(region.members))]
        else:
            groups = [tuple(sorted(group)) for group in partition([self._item(n) for n in sorted(region.members)])]
        return [(group, group) for group in groups]

    def _outgrown(self, region: Region) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
        """The groups of a set too large to compare everyone with everyone: its first records are clustered, the others go where they
        fit, and who fits nowhere is clustered the same way."""
        left = sorted(region.members, key=lambda n: (self._nodes[n].published, self._nodes[n].event_id))
        found: list[tuple[tuple[int, ...], tuple[int, ...]]] = []
        depth = 0
        while left:
            core = self._core(region, depth, left)
            groups: list[list[int]] = [[] for _ in core.groups]
            told: dict[tuple[int, str], list[int]] = {}
            for place, group in enumerate(core.groups):
                for n in group:
                    self._file(n, place, groups, told)
            inside = set(core.nodes)
            left = [n for n in left if n not in inside and not self._attached(n, core, groups, told)]
            found += [(tuple(sorted(group)), base) for group, base in zip(groups, core.groups, strict=True)]
            depth += 1
        return found

    def _core(self, region: Region, depth: int, left: list[int]) -> Core:
        first = [n for n in left if self._nodes[n].active][:MAX_REGION]
        nodes = tuple(first or left[:MAX_REGION])
        active = tuple(self._nodes[n].active for n in nodes)
        kept = region.memo.get(depth)
        if kept is None or (kept.nodes, kept.active) != (nodes, active):
            for place, one in enumerate(nodes):
                for other in nodes[:place]:
                    self._pair(one, other)
            groups = [tuple(sorted(group)) for group in partition([self._item(n) for n in nodes])]
            kept = region.memo[depth] = Core(nodes, active, groups)
        return kept

    def _attached(self, number: int, core: Core, groups: list[list[int]], told: dict[tuple[int, str], list[int]]) -> bool:
        """Put a record to the group of the core that it fits best, unless its report tells one there as another event."""
        if number not in core.verdicts:
            scores = {n: self._pair(number, n) for n in core.nodes}
            core.verdicts[number] = fit(scores, core.groups)
        place = core.verdicts[number]
        if place is None:
            return False
        others = told.get((place, self._nodes[number].report_id), ())
        if any(self._pair(number, n) == NEVER for n in others):
            return False
        self._file(number, place, groups, told)
        return True

    def _file(self, number: int, place: int, groups: list[list[int]], told: dict[tuple[int, str], list[int]]) -> None:
        groups[place].append(number)
        told.setdefault((place, self._nodes[number].report_id), []).append(number)

    def _relink(self, number: int) -> Relinked:
        woken = self._wake(number)
        regions = self._regions.add(woken, MAX_REGION) if woken else [self._regions.at(number)]
        before = {self._nodes[n].cluster for region in regions for n in region.members} - {()}
        bases = dict(pair for region in regions for pair in self._clustered(region))
        own = next(group for group in bases if number in group)
        changed = [group for group in bases if group not in before or group is own]
        for group in changed:
            for member in group:
                self._nodes[member].cluster = group
        gone = before - (bases.keys() - {own})
        return Relinked(
            tuple(sorted(self._event_ids(group) for group in gone)),
            tuple(sorted((self._cluster(group, bases[group]) for group in changed), key=lambda c: c.event_ids)),
        )

    def _item(self, number: int) -> Item:
        node = self._nodes[number]
        return Item(number, (node.published, node.event_id), node.active, node.pairs)

    def _event_ids(self, group: Iterable[int]) -> tuple[str, ...]:
        return tuple(sorted(self._nodes[n].event_id for n in group))

    def _cluster(self, group: Sequence[int], base: tuple[int, ...]) -> Cluster:
        joins = (self._join(n, base) for n in group)
        return Cluster(self._event_ids(group), tuple(sorted((j for j in joins if j is not None), key=lambda j: j.event_id)))

    def _join(self, number: int, base: tuple[int, ...]) -> Join | None:
        """The record's best pair among `base`, kept until those change; explained anew only when the partner does."""
        node = self._nodes[number]
        if node.base is base:
            return node.join
        node.base = base
        best = min(((-node.pairs[n], self._nodes[n].event_id, n) for n in base if n != number), default=None)
        if best is None:
            node.join = None
        elif node.join is None or node.join.with_event_id != best[1]:
            terms = explain(self._features(number), self._features(best[2]))
            node.join = Join(node.event_id, best[1], -best[0], terms)
        return node.join

"""The open records of some blocks, linked: an index, the kept pair scores, and the incidents they make.

The partition is a function of the set of records (see clustering.py): every arrival, retraction or release re-clusters the
connected set that it touches (see regions.py and grouping.py), and nothing else. Records are fetched by id through `lookup`; kept
here are keys and scores.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from streams.domain.incident import Join, StoredRecord
from streams.matching import grouping
from streams.matching.blocking import FULL_WEIGHT, asked_keys
from streams.matching.clustering import LINK
from streams.matching.features import features_of
from streams.matching.nodes import Node, Nodes, is_active
from streams.matching.postings import Index, Shared
from streams.matching.regions import Regions
from streams.matching.scoring import explain, score_above

MIN_WORDS = 2
MIN_LIKENESS, MIN_LIKENESS_OF_TWO = round(0.16 * FULL_WEIGHT**2), round(0.25 * FULL_WEIGHT**2)
"""Two stories are compared when they share so many of their weightiest words, and these make up so much of both: a cosine; of two words
alone, which strangers share by chance, more. Measured: docs/quality.md."""
TYPED_WORTH = round(0.1 * FULL_WEIGHT**2)
"""What shared typed keys count for when there are more candidates than are compared."""
MAX_CANDIDATES, MAX_TYPED_CANDIDATES = 12, 24
"""Of a story and of a typed record: words rank who is like it well, type, place and day only coarsely."""

Numbers = tuple[int, ...]


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


class Linker:
    """Linkage over the open records of the blocks it is given. Records of different blocks never link."""

    def __init__(self, lookup: Callable[[str], StoredRecord]) -> None:
        self._nodes = Nodes(lookup)
        self._indexes: dict[str, Index] = {}
        self._regions = Regions(lambda number: self._nodes[number].links)
        self._told: dict[Numbers, Cluster] = {}

    def upsert(self, stored: StoredRecord) -> Relinked:
        """Take in a record, or its changed standing (retracted, released), and re-link what it touches."""
        number = self._nodes.ids.get(stored.record.event_id)
        if number is None:
            features = features_of(stored.record)
            number = self._file(self._nodes.add(stored, features))
            self._nodes.remember(number, features)
        elif self._nodes[number].active != is_active(stored):
            self._nodes[number].active = is_active(stored)
            self._regions.unsettle(number)
        return self._relink(number)

    def load(self, stored_records: Iterable[StoredRecord], clusters: Iterable[Sequence[str]]) -> None:
        """Rebuild on take-over: file the records and take their clusters as they are; pairs are scored when next touched."""
        for stored in stored_records:
            if stored.record.event_id not in self._nodes.ids:
                self._file(self._nodes.add(stored, features_of(stored.record)))
        for event_ids in clusters:
            members = tuple(sorted(self._nodes.ids[event_id] for event_id in event_ids))
            for number in members:
                self._nodes[number].cluster = members

    def forget(self, event_ids: Iterable[str]) -> None:
        """Drop records that have aged out, with their keys and pairs. Ids that are not open are ignored."""
        for event_id in event_ids:
            number = self._nodes.ids.get(event_id)
            if number is not None:
                self._drop(number)

    @property
    def size(self) -> Size:
        """Figures for metrics. Walks the index: call it now and then, not per record."""
        nodes = [self._nodes[number] for number in self._nodes.ids.values()]
        return Size(
            records=len(nodes),
            clusters=len({node.cluster[0] for node in nodes if node.cluster}),
            postings=sum(index.postings for index in self._indexes.values()),
            saturated=sum(index.saturated for index in self._indexes.values()),
            pairs=sum(len(node.pairs.keys() | node.links.keys()) for node in nodes) // 2,
        )

    def _file(self, number: int) -> int:
        node = self._nodes[number]
        index = self._indexes.get(node.block)
        if index is None:
            index = self._indexes[node.block] = Index(self._nodes.times)
        index.add(number, node.words, node.typed)
        return number

    def _drop(self, number: int) -> None:
        node = self._nodes[number]
        self._regions.remove(number)
        self._indexes[node.block].remove(number, node.words, node.typed)
        self._told.pop(node.cluster, None)
        rest = tuple(n for n in node.cluster if n != number)
        for other in rest:
            self._nodes[other].cluster = rest
        self._nodes.drop(number)

    # ---- who may belong together

    def _wake(self, start: int) -> list[int]:
        """Link a record to its candidates, and every record that this reaches and that never was (after a take-over): those that it
        is linked to, and those that it was clustered with."""
        woken: list[int] = []
        todo = [start]
        while todo:
            number = todo.pop()
            node = self._nodes[number]
            if not node.awake:
                node.awake = True
                woken.append(number)
                self._link(number)
                todo += [other for other in (*node.links, *node.cluster) if not self._nodes[other].awake]
        return woken

    def _link(self, number: int) -> None:
        node = self._nodes[number]
        features = self._nodes.features(number)
        for other in self._candidates(number, node):
            if other not in node.links:
                found = score_above(features, self._nodes.features(other), LINK)
                if found is not None:
                    self._nodes.link(number, other, found)

    def _candidates(self, number: int, node: Node) -> list[int]:
        asked = asked_keys(self._nodes.features(number)) if node.typed else node.typed
        found = self._indexes[node.block].shared(self._nodes.times[number], node.words, asked)
        return self._nearest(number, found, self._worth_comparing(number, node, found))

    def _worth_comparing(self, number: int, node: Node, found: Shared) -> list[int]:
        """The places in `found` of those that share a typed key, or enough words: by their weight, between typed records by number."""
        likely = worth_comparing(found)
        if node.typed:
            unlikely = np.flatnonzero(~likely & (found.words >= MIN_WORDS))
            likely[[place for place in unlikely.tolist() if self._nodes[int(found.nodes[place])].typed]] = True
        likely[found.nodes == number] = False
        places: list[int] = np.flatnonzero(likely).tolist()
        return places

    def _nearest(self, number: int, found: Shared, places: list[int]) -> list[int]:
        """Of too many the likeliest, then those nearest in event time, then by id."""
        most = MAX_TYPED_CANDIDATES if self._nodes[number].typed else MAX_CANDIDATES
        if len(places) <= most:
            return [int(found.nodes[place]) for place in places]
        time = self._nodes.times[number]
        worth = found.products + (found.typed > 0) * np.uint64(TYPED_WORTH)

        def order(place: int) -> tuple[int, float, str]:
            other = int(found.nodes[place])
            return -int(worth[place]), abs(self._nodes.times[other] - time), self._nodes[other].event_id

        bar = np.sort(worth[places])[-most]
        best = sorted((place for place in places if worth[place] >= bar), key=order)
        return [int(found.nodes[place]) for place in best[:most]]

    # ---- who does

    def _relink(self, number: int) -> Relinked:
        changed = [(g, base) for g, base in self._grouped(number) if number in g or self._nodes[g[0]].cluster != g]
        gone = {id(c): c for group, _ in changed for c in (self._nodes[n].cluster for n in group) if c}
        before = sorted(self._ids(cluster) for cluster in gone.values())
        after = [self._cluster(group, base, number, gone.values()) for group, base in changed]
        for group, _ in changed:
            for member in group:
                self._nodes[member].cluster = group
        return Relinked(tuple(before), tuple(sorted(after, key=lambda cluster: cluster.event_ids)))

    def _grouped(self, number: int) -> list[grouping.Group]:
        """The groups of every set that the record touches."""
        woken = self._wake(number)
        linked = {n: None for n in woken if self._nodes[n].links}
        joined = {other: None for n in linked for other in self._nodes[n].links if other not in self._regions}
        regions = self._regions.add(linked | joined, grouping.MAX_REGION)
        if not woken and number in self._regions:
            regions = [self._regions.at(number)]
        alone = [n for n in woken or (number,) if n not in self._regions]
        return [group for region in regions for group in grouping.grouped(self._nodes, region)] + [((n,), ()) for n in alone]

    def _ids(self, group: Numbers) -> tuple[str, ...]:
        told = self._told.get(group) if len(group) > grouping.MAX_REGION else None
        return told.event_ids if told is not None else tuple(sorted(self._nodes[n].event_id for n in group))

    def _cluster(self, group: Numbers, base: Numbers, number: int, gone: Iterable[Numbers]) -> Cluster:
        """The group with its joins; of one too large to be compared whole, what it was and the record that came."""
        grown = next((c for c in gone if self._nodes[c[0]].base is base and len(c) + 1 == len(group) and {*group} == {*c, number}), None)
        kept = None if grown is None else self._told.pop(grown, None)
        if kept is None:
            joins = [join for n in group if (join := self._join(n, base)) is not None]
            found = Cluster(self._ids(group), tuple(sorted(joins, key=_joined)))
        else:
            found = _with(kept, self._nodes[number].event_id, self._join(number, base))
        if len(group) > grouping.MAX_REGION:
            self._told[group] = found
        return found

    def _join(self, number: int, base: Numbers) -> Join | None:
        """The record's best pair among `base`, kept until those change; explained anew only when the partner does."""
        node = self._nodes[number]
        if node.base is base:
            return node.join
        node.base = base
        best = min(((-node.pairs[n], self._nodes[n].event_id, n) for n in base if n != number), default=None)
        if best is None:
            node.join = None
        elif node.join is None or node.join.with_event_id != best[1]:
            terms = explain(self._nodes.features(number), self._nodes.features(best[2]))
            node.join = Join(node.event_id, best[1], -best[0], terms)
        return node.join


def worth_comparing(found: Shared) -> npt.NDArray[np.bool_]:
    """Of those who share keys with a record, who shares a typed one or enough words: a function of the two records alone."""
    bar = np.where(found.words > MIN_WORDS, MIN_LIKENESS, MIN_LIKENESS_OF_TWO)
    return (found.typed > 0) | ((found.words >= MIN_WORDS) & (found.products >= bar))


def _joined(join: Join) -> str:
    return join.event_id


def _with(cluster: Cluster, event_id: str, join: Join | None) -> Cluster:
    """A cluster and one more record."""
    event_ids, joins = list(cluster.event_ids), list(cluster.joins)
    insort(event_ids, event_id)
    if join is not None:
        insort(joins, join, key=_joined)
    return Cluster(tuple(event_ids), tuple(joins))

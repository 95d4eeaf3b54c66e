"""One connected set of records into incidents: a function of the set, whatever order it came in.

Average linkage: two groups merge while the mean score over all their cross pairs is positive, so that a record joins on the word of
a quorum, not of one chain link. A pair scored minus infinity is never grouped; an unscored one counts FLOOR. Retracted and embargoed
records are put in afterwards, where they fit, so they can never hold two groups together.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

FLOOR = -4.0
"""Score of a pair that was not scored: unlikely, but no proof."""
CEILING = 6.0
"""No pair counts for more: one copied sentence must not carry strangers."""
LINK = 0.0
"""Even odds: groups merge at a mean above it, and records are connected by pairs above it."""


@dataclass(frozen=True, slots=True)
class Item:
    """A record in canonical order: by event time, then id. `pairs` are its kept scores by the other's key."""

    key: int
    order: tuple[float, str]
    active: bool
    pairs: Mapping[int, float]


def partition(items: Sequence[Item]) -> list[list[int]]:
    """The groups, each a list of keys in canonical order; groups in the order of their first record. Deterministic."""
    ordered = sorted(items, key=lambda item: item.order)
    active = [item for item in ordered if item.active]
    groups = _agglomerate(active)
    left: list[Item] = []
    for item in ordered:
        if not item.active and not _attach(item, groups):
            left.append(item)
    rank = {item.key: place for place, item in enumerate(ordered)}
    found = [sorted((m.key for m in group.members), key=rank.__getitem__) for group in groups]
    found += [[m.key for m in group.members] for group in _agglomerate(left)]
    return sorted((sorted(group, key=rank.__getitem__) for group in found), key=lambda group: rank[group[0]])


class _Group:
    """A growing group: its members and its summed scores above FLOOR to every other group."""

    __slots__ = ("members", "size", "sums")

    def __init__(self, item: Item) -> None:
        self.members = [item]
        self.size = 1
        self.sums: dict[int, float] = {}


def _agglomerate(items: Sequence[Item]) -> list[_Group]:
    place = {item.key: n for n, item in enumerate(items)}
    groups: dict[int, _Group] = {n: _Group(item) for n, item in enumerate(items)}
    for n, item in enumerate(items):
        groups[n].sums = {m: _above(item.pairs[k]) for k, m in place.items() if k in item.pairs}
    heap = [(-(FLOOR + total), a, b) for a in groups for b, total in groups[a].sums.items() if a < b and FLOOR + total > LINK]
    heapq.heapify(heap)
    while heap:
        negative, a, b = heapq.heappop(heap)
        if a in groups and b in groups and -negative == _mean(groups, a, b):
            _merge(groups, a, b)
            for c in groups[a].sums:
                if (mean := _mean(groups, a, c)) > LINK:
                    heapq.heappush(heap, (-mean, min(a, c), max(a, c)))
    return [groups[n] for n in sorted(groups)]


def _above(score: float) -> float:
    return min(score, CEILING) - FLOOR


def _mean(groups: dict[int, _Group], a: int, b: int) -> float:
    return FLOOR + groups[a].sums.get(b, 0.0) / (groups[a].size * groups[b].size)


def _merge(groups: dict[int, _Group], a: int, b: int) -> None:
    kept, gone = groups[a], groups.pop(b)
    kept.members += gone.members
    kept.size += gone.size
    kept.sums.pop(b, None)
    for c, value in gone.sums.items():
        if c == a or c not in groups:
            continue
        groups[c].sums.pop(b, None)
        total = kept.sums.get(c, 0.0) + value
        kept.sums[c] = groups[c].sums[a] = total


def fit(scores: Mapping[int, float], groups: Sequence[Sequence[int]]) -> int | None:
    """The place of the group whose scored members a record fits best, by mean; None when it fits none."""
    best: tuple[float, int] | None = None
    for n, group in enumerate(groups):
        mean = FLOOR + math.fsum([_above(scores[m]) for m in group if m in scores]) / len(group)
        if mean > LINK and (best is None or mean > best[0]):
            best = (mean, n)
    return None if best is None else best[1]


def _attach(item: Item, groups: list[_Group]) -> bool:
    """Put an inactive record into the group of active ones that it fits best; False when it fits none."""
    place = fit(item.pairs, [[m.key for m in group.members if m.active] for group in groups])
    if place is not None:
        groups[place].members.append(item)
    return place is not None

"""One connected set of records into incidents: a function of the set, whatever order it came in.

Average linkage with cohesion: two groups merge while the mean score over all their cross pairs is above even odds and, once they
have several members, near enough to how well each hangs together in itself. Two quakes in one country are told in much the same words,
yet each in its own still more; a record alone joins on the word of a quorum, not of one chain link. A pair scored minus infinity is
never grouped; an unscored one counts FLOOR. Retracted and embargoed records are put in afterwards, where they fit, so they can never
hold two groups together.
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
COHESION = 0.6
"""Two groups merge at this share of the lesser one's mean score within, or above; a record alone joins at even odds. Chosen with the
two halves of each corpus trained and measured in turn: without it ECB+ loses .05 B-cubed F1, AllSides .01."""
SOLID = COHESION * CEILING
"""Records whose pairs are all above it are one group, whatever order they merge in."""


@dataclass(frozen=True, slots=True)
class Item:
    """A record in canonical order: by event time, then id. `pairs` are its kept scores by the other's key, `lead` whether its report
    leads with it."""

    key: int
    order: tuple[float, str]
    active: bool
    pairs: Mapping[int, float]
    lead: bool = True


def partition(items: Sequence[Item]) -> list[list[int]]:
    """The groups, each a list of keys in canonical order; groups in the order of their first record. Deterministic.

    Leads are grouped first; what reports tell in passing goes where it fits, or makes groups of its own.
    """
    ordered = sorted(items, key=lambda item: item.order)
    groups = _agglomerate([item for item in ordered if item.active and item.lead])
    groups += _agglomerate(_unattached([item for item in ordered if item.active and not item.lead], groups))
    groups += _agglomerate(_unattached([item for item in ordered if not item.active], groups))
    rank = {item.key: place for place, item in enumerate(ordered)}
    found = (sorted((m.key for m in group.members), key=rank.__getitem__) for group in groups)
    return sorted(found, key=lambda group: rank[group[0]])


def _unattached(items: Sequence[Item], groups: list[_Group]) -> list[Item]:
    """Put each record into the group that it fits best; those that fit none."""
    return [item for item in items if not _attach(item, groups)]


class _Group:
    """A growing group: its members, its summed scores within, and its summed scores above FLOOR to every other group. `state` counts
    its merges, so that margins worked out before one are known to be stale."""

    __slots__ = ("lead", "members", "size", "state", "sums", "within")

    def __init__(self, item: Item) -> None:
        self.members = [item]
        self.lead = item.lead
        self.size = 1
        self.state = 0
        self.sums: dict[int, float] = {}
        self.within = 0.0

    @property
    def cohesion(self) -> float | None:
        """Mean score of its pairs, with one pair at even odds added, so that a single good pair counts for half. None of one record,
        and of records that their reports all tell in passing: those sound alike for other reasons."""
        pairs = self.size * (self.size - 1) / 2
        return self.within / (pairs + 1) if pairs and self.lead else None


def _agglomerate(items: Sequence[Item]) -> list[_Group]:
    place = {item.key: n for n, item in enumerate(items)}
    groups: dict[int, _Group] = {n: _Group(item) for n, item in enumerate(items)}
    for n, item in enumerate(items):
        groups[n].sums = {m: _above(item.pairs[k]) for k, m in place.items() if k in item.pairs}
    heap: list[tuple[float, int, int, int, int]] = []
    for a in groups:
        for b in groups[a].sums:
            if a < b:
                _weigh(groups, a, b, heap)
    heapq.heapify(heap)
    while heap:
        _, a, b, state_a, state_b = heapq.heappop(heap)
        if a in groups and b in groups and (groups[a].state, groups[b].state) == (state_a, state_b):
            _merge(groups, a, b)
            for c in groups[a].sums:
                _weigh(groups, min(a, c), max(a, c), heap)
    return [groups[n] for n in sorted(groups)]


def _above(score: float) -> float:
    return min(score, CEILING) - FLOOR


def _weigh(groups: dict[int, _Group], a: int, b: int, heap: list[tuple[float, int, int, int, int]]) -> None:
    """Put two groups down for merging when the mean of their cross pairs is above what their cohesion asks; the clearest first."""
    one, other = groups[a], groups[b]
    margin = FLOOR + one.sums.get(b, 0.0) / (one.size * other.size) - _asked(one.cohesion, other.cohesion)
    if margin > 0:
        heapq.heappush(heap, (-margin, a, b, one.state, other.state))


def _asked(one: float | None, other: float | None) -> float:
    return LINK if one is None or other is None else max(LINK, COHESION * min(one, other))


def _merge(groups: dict[int, _Group], a: int, b: int) -> None:
    kept, gone = groups[a], groups.pop(b)
    kept.within += gone.within + FLOOR * kept.size * gone.size + kept.sums.pop(b, 0.0)
    kept.members += gone.members
    kept.lead = kept.lead or gone.lead
    kept.size += gone.size
    kept.state += 1
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

"""Which records hang together: connected sets, kept as records arrive, parted at a higher bar once they are too many.

Sets only grow, and which bar a record has been lifted to depends on the set it is in, not on the order of arrival: all of an
outgrown set are connected anew at the next bar. So an arrival costs its own links, not the size of what it joins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from streams.matching.clustering import LINK

BARS = (LINK, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0)
"""Scores that the parts of an outgrown set must be connected by."""


class Region:
    """A connected set at one bar. What the linker keeps of it: `scored`, the members whose pairs are all scored; `solid`, whether all
    those pairs are above LINK; `memo`, how an outgrown set at the last bar was clustered."""

    __slots__ = ("bar", "members", "memo", "outgrown", "scored", "solid")

    def __init__(self, bar: int) -> None:
        self.bar = bar
        self.members: set[int] = set()
        self.outgrown = False
        self.scored: set[int] = set()
        self.solid = True
        self.memo: dict[int, Core] = {}


class Core:
    """How the first records of an outgrown set were grouped, and to which of those groups each later record went."""

    __slots__ = ("active", "groups", "nodes", "verdicts")

    def __init__(self, nodes: tuple[int, ...], active: tuple[bool, ...], groups: list[tuple[int, ...]]) -> None:
        self.nodes = nodes
        self.active = active
        self.groups = groups
        self.verdicts: dict[int, int | None] = {}


class Regions:
    """The connected sets of all open records. `links` gives a record's pairs above LINK, the same from both sides."""

    def __init__(self, links: Callable[[int], Mapping[int, float]]) -> None:
        self._links = links
        self._of: dict[int, list[Region]] = {}

    def __contains__(self, node: int) -> bool:
        return node in self._of

    def at(self, node: int) -> Region:
        """The set that the record is clustered in: the one at its highest bar."""
        return self._of[node][-1]

    def add(self, nodes: Iterable[int], most: int) -> list[Region]:
        """Connect records, and part sets that now have more than `most`; the sets to cluster anew, in no order that matters."""
        todo = [(node, 0) for node in nodes]
        touched: dict[int, None] = {}
        while todo:
            node, bar = todo.pop()
            touched[node] = None
            region, fresh = self._connect(node, bar)
            if len(region.members) > most and bar + 1 < len(BARS):
                region.outgrown = True
                todo += [(member, bar + 1) for member in sorted(fresh)]
        return list({id(region): region for region in map(self.at, touched)}.values())

    def remove(self, node: int) -> None:
        """Forget a record; what it connected stays together, as it was when it came."""
        for region in self._of.pop(node, ()):
            region.members.discard(node)
            region.scored.discard(node)

    def _connect(self, node: int, bar: int) -> tuple[Region, list[int]]:
        """The set that the node is in at this bar, and those of it that, should it have outgrown, are not yet lifted over the bar."""
        mine = Region(bar)
        mine.members.add(node)
        self._of.setdefault(node, []).append(mine)
        linked = (other for other, value in self._links(node).items() if value > BARS[bar])
        found = [self._of[other][bar] for other in linked if len(self._of.get(other, ())) > bar]
        parts = list({id(region): region for region in (mine, *found)}.values())
        fresh = [n for part in parts if not part.outgrown for n in part.members]
        whole = max(parts, key=lambda region: len(region.members))
        for part in parts:
            if part is not whole:
                self._merge(whole, part)
        return whole, fresh

    def _merge(self, whole: Region, part: Region) -> None:
        whole.members |= part.members
        whole.outgrown |= part.outgrown
        for node in part.members:
            self._of[node][whole.bar] = whole

"""Which records hang together: connected sets, kept as records arrive, parted at a higher bar once they are too many.

Sets only grow, and which bar a record has been lifted to depends on the set it is in, not on the order of arrival: all of an
outgrown set are connected anew at the next bar. So an arrival costs its own links, not the size of what it joins.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping

from streams.matching.clustering import LINK

BARS = (LINK, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0)
"""Scores that the parts of an outgrown set must be connected by."""


class Core:
    """How the first records of an outgrown set were grouped, to which of those groups each later record went (None: to none), and
    `held`, those groups with the later records, each sorted by number."""

    __slots__ = ("active", "groups", "held", "nodes", "verdicts")

    def __init__(self, nodes: tuple[int, ...], active: tuple[bool, ...], groups: list[tuple[int, ...]]) -> None:
        self.nodes = nodes
        self.active = active
        self.groups = groups
        self.held = list(groups)
        self.verdicts: dict[int, int | None] = {}

    def file(self, node: int, place: int) -> None:
        """Put a later record to a group."""
        group = self.held[place]
        at = bisect_left(group, node)
        self.held[place] = (*group[:at], node, *group[at:])


_NOBODY: set[int] = set()
_NO_REPORTS: set[str] = set()
"""Shared by all that have none, as most have none. Never written to."""


class Region:
    """A connected set at one bar. What clustering keeps of it: `scored`, the members whose pairs are all scored; `solid`, whether all
    those pairs are above SOLID; of an outgrown set at the last bar its `cores`, the members `placed` by them and their `reports`."""

    __slots__ = ("bar", "cores", "members", "outgrown", "placed", "reports", "scored", "solid")

    def __init__(self, bar: int) -> None:
        self.bar = bar
        self.members: set[int] = set()
        self.outgrown = False
        self.scored = _NOBODY
        self.solid = True
        self.cores: list[Core] = []
        self.placed = _NOBODY
        self.reports = _NO_REPORTS

    def unsettle(self) -> None:
        """Place all members anew: one has changed its standing."""
        self.placed = _NOBODY

    def discard(self, node: int) -> None:
        """Forget a member, and what was worked out with it: its number may be another record's soon."""
        self.members.discard(node)
        self.scored = self.scored - {node}
        self.cores = []
        self.unsettle()


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
            # One that has shrunk since, as records aged out, stays parted: whoever comes to it is lifted as the others were.
            if (region.outgrown or len(region.members) > most) and bar + 1 < len(BARS):
                region.outgrown = True
                todo += [(member, bar + 1) for member in sorted(fresh)]
        return list({id(region): region for region in map(self.at, touched)}.values())

    def remove(self, node: int) -> None:
        """Forget a record; what it connected stays together, as it was when it came."""
        for region in self._of.pop(node, ()):
            region.discard(node)

    def unsettle(self, node: int) -> None:
        """Its standing has changed: where others of its set go is worked out anew."""
        for region in self._of.get(node, ()):
            region.unsettle()

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

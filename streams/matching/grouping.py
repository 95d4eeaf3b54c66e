"""A connected set of records into groups: each an incident. A function of the set and its scores.

A small set is clustered whole: every pair is scored, so that who is with whom does not hang on the bounds of blocking. Of a larger one
the first records are clustered, each later one goes to the group of those that it fits best, and who fits nowhere is clustered the
same way one level down. So a record that comes to a hot story costs a comparison with its first records, not with all.
"""

from __future__ import annotations

from collections.abc import Sequence

from streams.matching.clustering import SOLID, fit, partition
from streams.matching.nodes import Nodes
from streams.matching.regions import Core, Region
from streams.matching.scoring import NEVER

MAX_REGION = 48
"""A connected set of more records than this is clustered in parts, connected at the next higher bar; at the last bar its first
records are clustered and the others go to the group they fit: bounds the cost of an arrival."""

Group = tuple[tuple[int, ...], tuple[int, ...]]
"""A group's records, sorted by number, and those of them that the others were compared with."""


def grouped(nodes: Nodes, region: Region) -> list[Group]:
    """The groups of a region."""
    if len(region.members) > MAX_REGION:
        return _outgrown(nodes, region)
    _complete(nodes, region)
    if region.solid:
        groups = [tuple(sorted(region.members))]
    else:
        groups = [tuple(sorted(group)) for group in partition([nodes.item(n) for n in sorted(region.members)])]
    return [(group, group) for group in groups]


def _complete(nodes: Nodes, region: Region) -> None:
    """Score every pair of a region: who is clustered with whom must not hang on the bounds of blocking."""
    for node in sorted(region.members - region.scored):
        for other in sorted(region.members):
            if other != node and nodes.pair(node, other) <= SOLID:
                region.solid = False
    region.scored = set(region.members)


def _outgrown(nodes: Nodes, region: Region) -> list[Group]:
    """The groups of a set too large to compare everyone with everyone."""
    fresh = region.members - region.placed
    if not region.placed or not all(_place(nodes, region, n) for n in sorted(fresh, key=nodes.order)):
        _place_all(nodes, region)
        region.placed = set(region.members)
    else:
        region.placed |= fresh
    return [pair for core in region.cores for pair in zip(core.held, core.groups, strict=True)]


def _place(nodes: Nodes, region: Region, number: int) -> bool:
    """Put one more record where it goes; False when it may change where others go, so that all must be placed anew."""
    node = nodes[number]
    if node.report_id in region.reports:
        return False
    for core in region.cores:
        late = not node.active or nodes.order(number) > nodes.order(core.nodes[-1])
        if not (late and len(core.nodes) == MAX_REGION and all(core.active)):
            return False
        if (place := _verdict(nodes, core, number)) is not None:
            core.file(number, place)
            region.reports.add(node.report_id)
            return True
    return False


def _place_all(nodes: Nodes, region: Region) -> None:
    left = sorted(region.members, key=nodes.order)
    kept, region.cores = region.cores, []
    while left:
        depth = len(region.cores)
        core = _core(nodes, kept[depth] if depth < len(kept) else None, left)
        told: dict[tuple[int, str], list[int]] = {}
        for place, group in enumerate(core.groups):
            for n in group:
                told.setdefault((place, nodes[n].report_id), []).append(n)
        inside = set(core.nodes)
        left = [n for n in left if n not in inside and not _attached(nodes, core, n, told)]
        region.cores.append(core)
    region.reports = {nodes[n].report_id for n in region.members}


def _core(nodes: Nodes, kept: Core | None, left: Sequence[int]) -> Core:
    """The first of these records, clustered: as they were before, when they are the same."""
    first = [n for n in left if nodes[n].active][:MAX_REGION]
    chosen = tuple(first or left[:MAX_REGION])
    active = tuple(nodes[n].active for n in chosen)
    if kept is not None and (kept.nodes, kept.active) == (chosen, active):
        kept.held = list(kept.groups)
        return kept
    for place, one in enumerate(chosen):
        for other in chosen[:place]:
            nodes.pair(one, other)
    return Core(chosen, active, [tuple(sorted(group)) for group in partition([nodes.item(n) for n in chosen])])


def _attached(nodes: Nodes, core: Core, number: int, told: dict[tuple[int, str], list[int]]) -> bool:
    """Put a record to the group of the core that it fits best, unless its report tells one there as another event."""
    place = _verdict(nodes, core, number)
    if place is None:
        return False
    others = told.setdefault((place, nodes[number].report_id), [])
    if any(nodes.pair(number, n) == NEVER for n in others):
        return False
    core.file(number, place)
    others.append(number)
    return True


def _verdict(nodes: Nodes, core: Core, number: int) -> int | None:
    """The group of the core that a record fits best, by mean score; None when it fits none."""
    if number not in core.verdicts:
        core.verdicts[number] = fit({n: nodes.pair(number, n) for n in core.nodes}, core.groups)
    return core.verdicts[number]

"""Which records hang together, and how sets that are too large are parted."""

from __future__ import annotations

from streams.matching.regions import Regions


def _linked(pairs: dict[tuple[int, int], float]) -> dict[int, dict[int, float]]:
    links: dict[int, dict[int, float]] = {}
    for (one, other), score in pairs.items():
        links.setdefault(one, {})[other] = score
        links.setdefault(other, {})[one] = score
    return links


def test_who_comes_to_a_parted_set_that_has_shrunk_is_parted_like_the_others() -> None:
    links = _linked({(1, 2): 0.7, (2, 3): 0.7, (3, 4): 2.0, (4, 5): 0.3})
    regions = Regions(links.__getitem__)
    regions.add([1, 2, 3, 4], most=3)
    for gone in (1, 2):
        regions.remove(gone)
        for others in links.values():
            others.pop(gone, None)
    regions.add([5], most=3)
    assert [sorted(regions.at(n).members) for n in (3, 4, 5)] == [[3, 4], [3, 4], [5]]

"""Near-copies of a growing story: what is kept of it changes nothing."""

from __future__ import annotations

from random import Random

from streams.matching import Fusing, fuse
from streams.matching.copies import Copies, near_copies, signature
from tests.unit.matching.build import event, stored

WORDS = [f"word{n}" for n in range(40)]


def texts(count: int, seed: int) -> list[tuple[int, ...]]:
    """Texts of which some repeat or shorten earlier ones."""
    chance = Random(seed)
    told: list[list[str]] = []
    for _ in range(count):
        told.append(chance.choices(WORDS, k=30) if not told or chance.random() < 0.4 else chance.choice(told)[: chance.randrange(12, 31)])
    return [signature(tuple(words)) for words in told]


def test_a_sequence_that_grows_is_told_the_same_as_one_given_whole() -> None:
    given = texts(60, seed=3)
    copies = Copies()
    grown = [list(copies.pairs(given[:n])) for n in range(1, len(given) + 1)]
    assert grown == [list(near_copies(given[:n])) for n in range(1, len(given) + 1)]
    assert len(grown[-1]) > 10


def test_a_sequence_that_does_not_begin_as_the_last_one_did_is_looked_at_anew() -> None:
    one, other = texts(20, seed=4), texts(20, seed=5)
    copies = Copies()
    copies.pairs(one)
    assert list(copies.pairs(other)) == list(near_copies(other))
    assert list(copies.pairs(other[:7])) == list(near_copies(other[:7]))


def test_fusing_a_story_as_it_grows_gives_what_fusing_it_at_once_gives() -> None:
    records = [stored(event(f"{n:02}", "Helicopter down near Tovuz " * 3, minutes=(7 * n) % 40)) for n in range(14)]
    fusing = Fusing()
    for n in range(1, len(records) + 1):
        grown = fusing("inc", "world", "evt-00", n, records[:n], ())
        assert grown == fuse("inc", "world", "evt-00", n, records[:n], ())

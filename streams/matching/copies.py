"""Near-copies: the same words under another name. Bottom-k sketches of word 5-shingles.

A. Broder, "On the resemblance and containment of documents", 1997: of all shingle hashes the k smallest are kept; of the k
smallest of two sketches' union, the share in both estimates the Jaccard resemblance. Texts of at most k shingles are compared
exactly, which suits short wire copy better than k permutations do, at one hash per shingle instead of k.
"""

from __future__ import annotations

import zlib
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

SHINGLE_WORDS = 5
SKETCH_SIZE = 64
MAX_WORDS = 3_000
NEAR_COPY = 0.5
"""Resemblance or containment from which two texts are one voice: a copy with its first paragraph rewritten stays above it."""
MIN_SHINGLES = 8
"""Below this many shingles on the shorter side, containment is chance: a stock sentence is no copy."""

ASKED = 16
"""Of a text's hashes the smallest so many are looked up: two texts that resemble by half share one of them but once in 65,000."""
MAX_HOLDERS = 4
"""Of the texts that have a hash the first so many are compared: the others are copies of those."""

_MIX = 0x9E3779B1  # Knuth's multiplicative constant: spreads CRC-32, which alone keeps neighbours together


def signature(words: tuple[str, ...]) -> tuple[int, ...]:
    """The sorted 32-bit hashes of the text's shingles, at most SKETCH_SIZE. Fixed constants: the same on every machine."""
    encoded = [word.encode("utf-8", "surrogatepass") for word in words[:MAX_WORDS]]
    # The words as one line of bytes, of which each shingle is a slice: the next one begins a space after a word's end.
    line = b" ".join(encoded)
    after = list(accumulate([len(word) + 1 for word in encoded]))
    begin = [0, *after]
    last = after[SHINGLE_WORDS - 1 :] or after[-1:]
    checksums = {zlib.crc32(line[i : j - 1]) for i, j in zip(begin, last, strict=False)}
    mixed = [(c ^ (c >> 16)) * _MIX & 0xFFFFFFFF for c in checksums]
    return tuple(sorted([(m ^ (m >> 15)) * 0x85EBCA77 & 0xFFFFFFFF for m in mixed])[:SKETCH_SIZE])


def resemblance(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """Estimated Jaccard resemblance of the two texts, 0 to 1; 0 when either is empty."""
    if not one or not other:
        return 0.0
    size = SKETCH_SIZE if max(len(one), len(other)) == SKETCH_SIZE else len(one) + len(other)
    either = sorted({*one, *other})[:size]
    return sum(h <= either[-1] for h in set(one).intersection(other)) / len(either)


def containment(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """Estimated share of the shorter-sketched text that the other holds: a copy cut from the end, or with text put before."""
    if not one or not other:
        return 0.0
    reach = min(_reach(one), _reach(other))
    small = min(bisect_right(one, reach), bisect_right(other, reach))
    return sum(h <= reach for h in set(one).intersection(other)) / small if small >= MIN_SHINGLES else 0.0


def _reach(hashes: tuple[int, ...]) -> int:
    return hashes[-1] if len(hashes) == SKETCH_SIZE else 0xFFFFFFFF


def near_copy(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """How much of one text the other repeats, 0 to 1: the greater of resemblance and containment. Symmetric."""
    if one == other:
        return 1.0 if one else 0.0
    return 0.0 if set(one).isdisjoint(other) else max(resemblance(one, other), containment(one, other))


def near_copies(signatures: Sequence[tuple[int, ...]]) -> Iterator[tuple[int, int]]:
    """Enough pairs of near-copies to tell which texts are copies of one another, directly or by way of others."""
    yield from Copies().pairs(signatures)


class Copies:
    """The near-copies of a growing sequence of texts. Nearly linear: only texts that share one of the smallest hashes are compared,
    and none that are known to belong together. What was found of a sequence is kept: when the next one begins with it, only what
    follows is looked at. The pairs are a function of the sequence alone.
    """

    def __init__(self) -> None:
        self._texts: list[tuple[int, ...]] = []
        self._held: list[frozenset[int]] = []
        self._holders: dict[int, list[int]] = {}
        self._first: dict[tuple[int, ...], int] = {}
        self._copy_of: list[int] = []
        self._pairs: list[tuple[int, int]] = []

    def pairs(self, signatures: Sequence[tuple[int, ...]]) -> list[tuple[int, int]]:
        """Pairs of places in the sequence, later one first."""
        known = len(self._texts)
        if self._texts != list(signatures[:known]):
            self.__init__()  # type: ignore[misc]
            known = 0
        for hashes in signatures[known:]:
            self._add(hashes)
        return self._pairs

    def _add(self, hashes: tuple[int, ...]) -> None:
        n = len(self._texts)
        self._texts.append(hashes)
        self._copy_of.append(n)
        self._held.append(frozenset())
        if hashes and self._first.setdefault(hashes, n) != n:
            self._join(n, self._first[hashes])
            return
        self._held[n] = frozenset(hashes)
        for m in sorted({m for h in hashes[:ASKED] for m in self._holders.get(h, ())}):
            if root(self._copy_of, m) != root(self._copy_of, n) and self._copies(n, m):
                self._join(n, m)
        for h in hashes:
            if len(kept := self._holders.setdefault(h, [])) < MAX_HOLDERS:
                kept.append(n)

    def _copies(self, n: int, m: int) -> bool:
        one, other = self._texts[n], self._texts[m]
        return _may_copy(one, other, len(self._held[n] & self._held[m])) and near_copy(one, other) >= NEAR_COPY

    def _join(self, n: int, m: int) -> None:
        self._copy_of[root(self._copy_of, n)] = root(self._copy_of, m)
        self._pairs.append((n, m))


def _may_copy(one: tuple[int, ...], other: tuple[int, ...], shared: int) -> bool:
    """Whether two sketches share enough hashes for resemblance or containment to reach NEAR_COPY."""
    union = len(one) + len(other) - shared
    either = min(SKETCH_SIZE, union) if SKETCH_SIZE in (len(one), len(other)) else union
    reach = min(_reach(one), _reach(other))
    small = min(bisect_right(one, reach), bisect_right(other, reach))
    return shared >= NEAR_COPY * either or (small >= MIN_SHINGLES and shared >= NEAR_COPY * small)


def root(parent: list[int], n: int) -> int:
    """The root of n in a forest given by each node's parent; paths are halved on the way."""
    while parent[n] != n:
        parent[n] = n = parent[parent[n]]
    return n

"""Near-copies: the same words under another name. Bottom-k sketches of word 5-shingles.

A. Broder, "On the resemblance and containment of documents", 1997: of all shingle hashes the k smallest are kept; of the k
smallest of two sketches' union, the share in both estimates the Jaccard resemblance. Texts of at most k shingles are compared
exactly, which suits short wire copy better than k permutations do, at one hash per shingle instead of k.
"""

from __future__ import annotations

import heapq
import zlib

SHINGLE_WORDS = 5
SKETCH_SIZE = 64
MAX_WORDS = 3_000
NEAR_COPY = 0.5
"""Resemblance or containment from which two texts are one voice: a copy with its first paragraph rewritten stays above it."""
MIN_SHINGLES = 8
"""Below this many shingles on the shorter side, containment is chance: a stock sentence is no copy."""

_MIX = 0x9E3779B1  # Knuth's multiplicative constant: spreads CRC-32, which alone keeps neighbours together


def signature(words: tuple[str, ...]) -> tuple[int, ...]:
    """The sorted 32-bit hashes of the text's shingles, at most SKETCH_SIZE. Fixed constants: the same on every machine."""
    kept = words[:MAX_WORDS]
    count = max(1, len(kept) - SHINGLE_WORDS + 1) if kept else 0
    return tuple(heapq.nsmallest(SKETCH_SIZE, {_hash(kept[i : i + SHINGLE_WORDS]) for i in range(count)}))


def _hash(shingle: tuple[str, ...]) -> int:
    value = zlib.crc32(" ".join(shingle).encode("utf-8", "surrogatepass"))
    value = (value ^ (value >> 16)) * _MIX & 0xFFFFFFFF
    return (value ^ (value >> 15)) * 0x85EBCA77 & 0xFFFFFFFF


def resemblance(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """Estimated Jaccard resemblance of the two texts, 0 to 1; 0 when either is empty."""
    if not one or not other:
        return 0.0
    size = SKETCH_SIZE if max(len(one), len(other)) == SKETCH_SIZE else len(one) + len(other)
    both = set(one) & set(other)
    smallest = heapq.nsmallest(size, set(one) | set(other))
    return sum(h in both for h in smallest) / len(smallest)


def containment(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """Estimated share of the shorter-sketched text that the other holds: a copy cut from the end, or with text put before."""
    if not one or not other:
        return 0.0
    reach = min(_reach(one), _reach(other))
    left, right = {h for h in one if h <= reach}, {h for h in other if h <= reach}
    small = min(len(left), len(right))
    return len(left & right) / small if small >= MIN_SHINGLES else 0.0


def _reach(hashes: tuple[int, ...]) -> int:
    return hashes[-1] if len(hashes) == SKETCH_SIZE else 0xFFFFFFFF


def near_copy(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """How much of one text the other repeats, 0 to 1: the greater of resemblance and containment. Symmetric."""
    return 0.0 if set(one).isdisjoint(other) else max(resemblance(one, other), containment(one, other))

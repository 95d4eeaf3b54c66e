"""An inverted index that reads a bounded number of entries per key: who shares keys with a record, and how much they weigh.

A posting keeps its records in order of event time, and only the MAX_POSTING nearest to the asker are read: a word on everyone's lips
is read near its moment. What was read is summed by sorting (numpy), so a look-up costs the same with a thousand open records as with a
million. As long as no posting is longer than that, what a pair shares does not depend on what else is open.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from streams.matching.blocking import FULL_WEIGHT, WordKeys

MAX_POSTING = 128
MAX_RECORDS = 1 << 24
"""Records that an index can number: an entry is a number and a weight in 32 bits."""
_WEIGHT_BITS = 8
_NODE = np.uint64(32)
_FILED = np.uint64(24)
"""What is read is sorted as 64-bit numbers: the record above bit 32, its weight from bit 24, a typed key's mark at 16, the asker's weight
below."""
_TYPED, _BYTE = np.uint64(1 << 16), np.uint64(FULL_WEIGHT)

Entry = int
Numbers = npt.NDArray[np.uint64]


class Postings:
    """Entries by key, each key's in order of event time. A key of one entry, as most are, holds it without a list."""

    __slots__ = ("_held", "_times")

    def __init__(self, times: Sequence[float]) -> None:
        self._held: dict[int, Entry | array[int]] = {}
        self._times = times

    def add(self, keys: Iterable[int], node: int, weights: bytes) -> None:
        """File a record under some keys. Appending when it is the latest, as it mostly is."""
        held, entry, times = self._held, node << _WEIGHT_BITS, self._times
        time = times[node]
        for key, weight in zip(keys, weights, strict=True):
            posting = held.get(key)
            if posting is None:
                held[key] = entry | weight
            elif isinstance(posting, int):
                pair = (posting, entry | weight)
                held[key] = array("I", pair if times[posting >> _WEIGHT_BITS] <= time else pair[::-1])
            elif times[posting[-1] >> _WEIGHT_BITS] <= time:
                posting.append(entry | weight)
            else:
                posting.insert(bisect_right(posting, time, key=self._time), entry | weight)

    def remove(self, keys: Iterable[int], node: int, weights: bytes) -> None:
        """Take it out; a key left empty goes with it. KeyError or ValueError when it is not there."""
        for key, weight in zip(keys, weights, strict=True):
            posting = self._held[key]
            if isinstance(posting, int) or len(posting) == 1:
                del self._held[key]
            else:
                posting.remove(node << _WEIGHT_BITS | weight)

    def near(self, key: int, time: float, most: int = MAX_POSTING) -> array[int] | Entry | None:
        """At most `most` entries under a key, those nearest in event time."""
        held = self._held.get(key)
        if held is None or isinstance(held, int) or len(held) <= most:
            return held
        if self._time(held[-1]) <= time:
            return held[-most:]
        place = bisect_left(held, time, key=self._time)
        start = max(0, min(place - most // 2, len(held) - most))
        return held[start : start + most]

    def lengths(self) -> Iterator[int]:
        """Of every key, how many entries it has."""
        return (1 if isinstance(held, int) else len(held) for held in self._held.values())

    def _time(self, entry: Entry) -> float:
        return self._times[entry >> _WEIGHT_BITS]


class Shared(NamedTuple):
    """Whom a record shares keys with, by number: how many words, their summed products of weights (FULL_WEIGHT squared for the same
    words), how many typed keys."""

    nodes: Numbers
    words: Numbers
    products: Numbers
    typed: Numbers


NOBODY = Shared(*(np.zeros(0, np.uint64) for _ in range(4)))


class Index:
    """The postings of one block. `times` gives each record's event time by its number."""

    __slots__ = ("_typed", "_words")

    def __init__(self, times: Sequence[float]) -> None:
        self._words = Postings(times)
        self._typed = Postings(times)

    def add(self, node: int, words: WordKeys, typed: Sequence[int]) -> None:
        """File a record under its keys. OverflowError when it is numbered MAX_RECORDS or higher."""
        if node >= MAX_RECORDS:
            raise OverflowError(f"an index numbers {MAX_RECORDS} records")
        self._words.add(words.hashes, node, words.weights)
        self._typed.add(typed, node, bytes(len(typed)))

    def remove(self, node: int, words: WordKeys, typed: Sequence[int]) -> None:
        """Take a record out again."""
        self._words.remove(words.hashes, node, words.weights)
        self._typed.remove(typed, node, bytes(len(typed)))

    def shared(self, time: float, words: WordKeys, asked: Sequence[int]) -> Shared:
        """Everyone who shares two words or a typed key with the asker. Costs at most keys times MAX_POSTING."""
        read, lengths = _read(self._words, words.hashes, time)
        found = np.frombuffer(read, np.uint32).astype(np.uint64)
        found <<= _FILED
        found |= np.repeat(np.frombuffer(words.weights, np.uint8), lengths)
        if asked:
            typed = np.frombuffer(_read(self._typed, asked, time)[0], np.uint32).astype(np.uint64)
            found = np.concatenate((found, typed << _FILED | _TYPED))
        return _summed(found)

    @property
    def postings(self) -> int:
        """How many entries are filed."""
        return sum(self._words.lengths()) + sum(self._typed.lengths())

    @property
    def saturated(self) -> int:
        """How many keys hold more records than are read."""
        return sum(n > MAX_POSTING for table in (self._words, self._typed) for n in table.lengths())


def _read(table: Postings, keys: Sequence[int], time: float) -> tuple[array[int], list[int]]:
    """The entries under some keys, one key's after another's, and how many each key had."""
    read, lengths = array("I"), []
    for key in keys:
        near = table.near(key, time)
        if near is None:
            lengths.append(0)
        elif isinstance(near, int):
            read.append(near)
            lengths.append(1)
        else:
            read += near
            lengths.append(len(near))
    return read, lengths


def _summed(found: Numbers) -> Shared:
    """What was read, added up by record."""
    found.sort()
    nodes = found >> _NODE
    again = nodes[1:] == nodes[:-1]
    kept = (found & _TYPED).astype(np.bool_)
    kept[1:] |= again
    kept[:-1] |= again
    if not kept.any():
        return NOBODY
    found, nodes = found[kept], nodes[kept]
    typed = (found & _TYPED) >> np.uint64(16)
    firsts = np.flatnonzero(np.concatenate(([True], nodes[1:] != nodes[:-1])))
    products = (found >> _FILED & _BYTE) * (found & _BYTE)
    columns = (np.uint64(1) - typed, products, typed)
    return Shared(nodes[firsts], *(np.add.reduceat(column, firsts) for column in columns))

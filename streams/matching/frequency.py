"""How rare a word is: rates of words in general news, shipped with the package. See train/frequency.py.

A rate (expected first mentions per word of text) rather than a document frequency, so that one table serves a headline and a long
report: in a text of L words a word of rate r is expected with probability 1 - exp(-r L), and its weight is minus the log of that.
Words that any long text has then weigh nothing there, though they tell a lot in a headline. Plain document frequencies of short
items cost .05 B-cubed F1 on short texts and .03 on long ones.
"""

from __future__ import annotations

import gzip
import math
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

UNSEEN = 0.5
"""Mentions that a word outside the table is given (Jeffreys)."""
COMMON_EVERY = 150
"""Words of text among which a common word of another language is expected once: its rank in any language is about that of "with"."""
LENGTHS = (8, 16, 32, 64, 128, 256, 512)
"""Text lengths that weights are computed for: a text takes the nearest, so that a word has few weights and they can be kept."""


KEPT_WEIGHTS = 65_536
"""Per length; the table has fewer terms, the rest are names and typing errors."""


@dataclass(frozen=True, slots=True)
class Frequencies:
    """Expected first mentions by stem, in `words` words of text."""

    words: int
    mentions: dict[str, float]

    def weight(self, term: str, length: int) -> float:
        """Weight of a stem in a text of `length` words, in nats: 0 for one that every such text has, about 15 for one never seen."""
        return -math.log(-math.expm1(-(self.mentions.get(term, 0.0) + UNSEEN) / self.words * length))


@cache
def frequencies() -> Frequencies:
    """The shipped table. Read once."""
    data = resources.files("streams.matching").joinpath("data", "frequencies.tsv.gz").read_bytes()
    header, *lines = gzip.decompress(data).decode().splitlines()
    pairs = (line.partition("\t") for line in lines)
    common = dict.fromkeys(_common(), int(header) / COMMON_EVERY)
    return Frequencies(int(header), common | {term: float(mentions) for term, _, mentions in pairs})


def _common() -> list[str]:
    """Stems of the common words of other languages; where English news has one too, its own rate counts."""
    text = resources.files("streams.matching").joinpath("data", "common.tsv").read_text("utf-8")
    return [line for line in text.splitlines() if not line.startswith("#")]


class _Weights(dict[str, float]):
    """Weights at one text length, each worked out when first asked for and kept while there are few enough."""

    __slots__ = ("_length",)

    def __init__(self, length: int) -> None:
        super().__init__()
        self._length = length

    def __missing__(self, term: str) -> float:
        if len(self) >= KEPT_WEIGHTS:
            self.clear()
        weight = self[term] = frequencies().weight(term, self._length)
        return weight


@cache
def weights_at(length: int) -> Mapping[str, float]:
    """The shipped table's weights at one of LENGTHS: has every term."""
    return _Weights(length)


def idf(term: str, length: int = 64) -> float:
    """The shipped table's weight of a stem, at one of LENGTHS."""
    return weights_at(length)[term]


def nearest_length(words: int) -> int:
    """The entry of LENGTHS that a text of this many words takes."""
    return LENGTHS[min(bisect_left(_UP_TO, words), len(LENGTHS) - 1)]


_UP_TO = tuple(length * 1.4 for length in LENGTHS)

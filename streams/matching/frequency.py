"""How rare a word is: document frequencies of a general news corpus, shipped with the package. See train/frequency.py."""

from __future__ import annotations

import gzip
import math
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Frequencies:
    """Document frequencies by stem, of `documents` documents."""

    documents: int
    counts: dict[str, int]

    def idf(self, term: str) -> float:
        """ln((N+1)/(df+1/2)): 0 for a word of every document, about 12 for one never seen."""
        return math.log((self.documents + 1) / (self.counts.get(term, 0) + 0.5))


@lru_cache(maxsize=1)
def frequencies() -> Frequencies:
    """The shipped table. Read once."""
    data = resources.files("streams.matching").joinpath("data", "frequencies.tsv.gz").read_bytes()
    header, *lines = gzip.decompress(data).decode().splitlines()
    counts = {}
    for line in lines:
        term, _, count = line.partition("\t")
        counts[term] = int(count)
    return Frequencies(int(header), counts)


@lru_cache(maxsize=262_144)
def idf(term: str) -> float:
    """The shipped table's idf of a stem."""
    return frequencies().idf(term)

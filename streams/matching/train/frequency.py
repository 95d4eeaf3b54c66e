"""Build data/frequencies.tsv.gz: how often stems are first mentioned, per word of general news.

    python -m streams.matching.train.frequency SHARED_DATA_DIR

From the items of Wikipedia's current-events portal, 2002 to 2026 (text CC BY-SA), and, because short items under-count the words of
long ones, full news texts (labelled corpora: their training half only). Counts of words are facts; no text is kept, nor any label used.
A text that has a word counts as -ln(1 - df/N) first mentions of it. Stems mentioned in under MIN_MENTIONS texts are left out.
"""

from __future__ import annotations

import gzip
import json
import math
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from streams.matching.train.corpora import CORPORA, trains
from streams.matching.words import terms, tokens

MIN_MENTIONS = 3.0
TARGET = Path(__file__).parents[1] / "data" / "frequencies.tsv.gz"
LONG_TEXTS = ("muc4", "gvdb")


def texts(folder: Path) -> Iterator[tuple[str, Iterator[str]]]:
    """Each corpus with its texts."""
    for corpus in ("wcep_items", *LONG_TEXTS):
        yield corpus, (_text(row) for row in _rows(folder, corpus))
    for corpus in CORPORA:
        yield corpus, (_text(row) for row in _rows(folder, corpus) if trains(corpus, row))


def _rows(folder: Path, corpus: str) -> Iterator[dict[str, str]]:
    with gzip.open(folder / f"{corpus}.jsonl.gz", "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _text(row: dict[str, str]) -> str:
    return f"{row.get('title') or ''}\n{row.get('text') or ''}"


def count(found: Iterator[str]) -> tuple[int, dict[str, float]]:
    """Words in all, and expected first mentions by stem, of one corpus."""
    having: Counter[str] = Counter()
    documents = words = 0
    for text in found:
        stems = terms(tokens(text), "en")
        having.update(set(stems))
        documents, words = documents + 1, words + len(stems)
    return words, {t: -documents * math.log(1 - min(n, documents - 0.5) / documents) for t, n in having.items()}


def main(folder: str) -> None:
    """Write the table, sorted, without a time stamp in the archive: the same input gives the same bytes."""
    total, mentions = 0, Counter[str]()
    for corpus, found in texts(Path(folder)):
        words, rates = count(found)
        total += words
        mentions.update(rates)
        print(f"{corpus}: {words} words, {len(rates)} stems")
    rows = [f"{term}\t{n:.4g}" for term, n in sorted(mentions.items()) if n >= MIN_MENTIONS]
    TARGET.write_bytes(gzip.compress("\n".join([str(total), *rows]).encode(), 9, mtime=0))
    print(f"{total} words, {len(rows)} stems kept, {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main(sys.argv[1])

"""Build data/frequencies.tsv.gz: in how many items of a general news digest a stem occurs.

    python -m streams.matching.train.frequency SHARED_DATA_DIR

From the items of Wikipedia's current-events portal, 2002 to 2026 (text CC BY-SA; counts of words are facts, no text is kept).
Stems of fewer than MIN_COUNT items are left out: they get the idf of an unseen word, or nearly so.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections import Counter
from pathlib import Path

from streams.matching.words import terms, tokens

MIN_COUNT = 3
TARGET = Path(__file__).parents[1] / "data" / "frequencies.tsv.gz"


def count(source: Path) -> tuple[int, Counter[str]]:
    """Number of items and document frequencies by stem."""
    counts: Counter[str] = Counter()
    documents = 0
    with gzip.open(source, "rt", encoding="utf-8") as lines:
        for line in lines:
            counts.update(set(terms(tokens(json.loads(line)["text"]), "en")))
            documents += 1
    return documents, counts


def main(folder: str) -> None:
    """Write the table, sorted, without a time stamp in the archive: the same input gives the same bytes."""
    documents, counts = count(Path(folder) / "wcep_items.jsonl.gz")
    rows = [f"{term}\t{n}" for term, n in sorted(counts.items()) if n >= MIN_COUNT]
    TARGET.write_bytes(gzip.compress("\n".join([str(documents), *rows]).encode(), 9, mtime=0))
    print(f"{documents} items, {len(rows)} stems, {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main(sys.argv[1])

"""How well documents of one event come together: python tests/quality/linkage.py DATA [CORPUS ...]

B-cubed precision, recall and F1 (Bagga and Baldwin, 1998) over documents of labelled corpora: a document's cluster is that of its report's
lead, read and linked for real, nothing closed in between. 95 % intervals by bootstrap over what must not be divided (a topic with its two
events, else an event). Beside it plain TF-IDF in a single pass, its threshold chosen on the training half.
"""

from __future__ import annotations

import json
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from streams.domain.event import EventRecord
from streams.domain.incident import StoredRecord
from streams.domain.report import RawRecord
from streams.domain.settings import CoreSettings
from streams.domain.values import Position
from streams.matching import Linker
from streams.matching.features import features_of
from streams.matching.train.corpora import CORPORA, Document, documents, in_half
from streams.pipeline.normalize import normalize
from streams.pipeline.replay import MemoryItems

DRAWS, SEED = 1_000, 0
AT = Position("wire.events", 0, 0)
THRESHOLDS = tuple(n / 100 for n in range(8, 41, 2))


@dataclass(frozen=True, slots=True)
class Read:
    """A document with the records of its report, the lead first."""

    document: Document
    records: tuple[EventRecord, ...]


class Score(NamedTuple):
    """B-cubed over documents."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean."""
        return 2 * self.precision * self.recall / (self.precision + self.recall)


def read(document: Document) -> Read:
    """Its report, parsed and extracted as in operation."""
    at = document.at
    told = json.dumps({"headline": document.headline, "body": document.body, "published_at": at.isoformat()}).encode()
    raw = RawRecord(document.id, at, told, "application/json", input_id=document.id)
    records = normalize(raw, AT, MemoryItems(), CoreSettings()).records
    return Read(document, tuple(sorted(records, key=lambda record: not record.lead)))


def linked(corpus: Sequence[Read]) -> list[Hashable]:
    """The cluster of each document's lead."""
    table: dict[str, StoredRecord] = {}
    linker = Linker(table.__getitem__)
    where: dict[str, tuple[str, ...]] = {}
    for one in corpus:
        for record in one.records:
            table[record.event_id] = StoredRecord(record, AT)
            for cluster in linker.upsert(table[record.event_id]).after:
                where.update(dict.fromkeys(cluster.event_ids, cluster.event_ids))
    return [where[one.records[0].event_id] for one in corpus]


def nearest(corpus: Sequence[Read]) -> list[tuple[int, float]]:
    """Plain TF-IDF: for each document the likest before it, and their cosine; itself and 0 where it shares no word with any."""
    postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
    found = []
    for n, one in enumerate(corpus):
        likeness: dict[int, float] = defaultdict(float)
        for term, weight in features_of(one.records[0]).words.whole.items():
            for m, other in postings[term]:
                likeness[m] += weight * other
            postings[term].append((n, weight))
        best = max(likeness, key=lambda m: (likeness[m], -m), default=n)
        found.append((best, likeness[best]))
    return found


def single_pass(likest: Sequence[tuple[int, float]], threshold: float) -> list[Hashable]:
    """A document joins the cluster of the likest before it, when their cosine is at least the threshold."""
    cluster: list[Hashable] = []
    for n, (best, cosine) in enumerate(likest):
        cluster.append(cluster[best] if best < n and cosine >= threshold else n)
    return cluster


def shares(corpus: Sequence[Read], clusters: Sequence[Hashable]) -> list[Score]:
    """Each document's share of its cluster that is of its event, and of its event that is in its cluster."""
    events = [one.document.event for one in corpus]
    of_event, of_cluster, both = Counter(events), Counter(clusters), Counter(zip(events, clusters, strict=True))
    return [Score(both[e, c] / of_cluster[c], both[e, c] / of_event[e]) for e, c in zip(events, clusters, strict=True)]


def mean(found: Sequence[Score]) -> Score:
    """Over documents."""
    return Score(sum(s.precision for s in found) / len(found), sum(s.recall for s in found) / len(found))


def interval(corpus: Sequence[Read], found: Sequence[Score]) -> tuple[float, float]:
    """2.5 and 97.5 % of the F1 of draws of groups with replacement."""
    groups: dict[str, list[Score]] = defaultdict(list)
    for one, score in zip(corpus, found, strict=True):
        groups[one.document.group].append(score)
    kept, draw = sorted(groups), random.Random(SEED)
    f1 = [mean([s for group in draw.choices(kept, k=len(kept)) for s in groups[group]]).f1 for _ in range(DRAWS)]
    low, high = np.percentile(f1, (2.5, 97.5))
    return float(low), float(high)


def half(corpus: Sequence[Read], found: Sequence[Score], trains: bool) -> Score:
    """Over the documents of one half."""
    return mean([s for one, s in zip(corpus, found, strict=True) if in_half(one.document.group) is trains])


def mixed(corpus: Sequence[Read], clusters: Sequence[Hashable]) -> int:
    """Groups (topics of two events each) of which two events stand in one cluster."""
    events: dict[tuple[str, Hashable], set[str]] = defaultdict(set)
    for one, cluster in zip(corpus, clusters, strict=True):
        events[one.document.group, cluster].add(one.document.event)
    return len({group for (group, _), found in events.items() if len(found) > 1})


def line(label: str, corpus: Sequence[Read], clusters: Sequence[Hashable]) -> str:
    """The figures of one method."""
    found = shares(corpus, clusters)
    whole, (low, high) = mean(found), interval(corpus, found)
    return (
        f"{label:<44} P {whole.precision:.3f} R {whole.recall:.3f} F1 {whole.f1:.3f} [{low:.3f}, {high:.3f}] "
        f"unseen half {half(corpus, found, False).f1:.3f}; topics mixed {mixed(corpus, clusters)}"
    )


def main(arguments: Sequence[str]) -> None:
    """Print two lines per corpus."""
    if not arguments:
        raise SystemExit(__doc__)
    for name in arguments[1:] or CORPORA:
        corpus = [read(document) for document in documents(Path(arguments[0]), name)]
        print(line(f"{name}: wirebell", corpus, linked(corpus)), flush=True)
        likest = nearest(corpus)
        tried = {threshold: single_pass(likest, threshold) for threshold in THRESHOLDS}
        best = max(THRESHOLDS, key=lambda t: half(corpus, shares(corpus, tried[t]), True).f1)
        print(line(f"{name}: TF-IDF single pass at {best:.2f}", corpus, tried[best]), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])

"""Cost of one record against many open ones: python tests/bench/bench_matching.py [OPEN ...] [--streams wire closed] [--peers N ...]

Two streams of made-up reports (streams.py); one new record in ten retells an event of the last day. A row per method, stream and number
of open records: CPU microseconds per new record (median, mean, p99), bytes per open record beside the table, seconds to rebuild the
index per 100,000, table reads per new record, and the share of retellings that found their event. Reads are counted, not timed: the
bench makes a report up where a worker would read about READ_BYTES from RocksDB. Memory is what tracemalloc sees for up to WEIGHED
records, and the growth of the process (resident set) above that. Peers in the same run, on the same stream: a plain TF-IDF single pass
(nearest open document by cosine over an inverted index) and datasketch's MinHash-LSH. Last a hot story: the cost of the Nth record of
one event.
"""

from __future__ import annotations

import argparse
import itertools
import math
import os
import statistics
import sys
import time
import tracemalloc
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path

from datasketch import MinHash, MinHashLSH  # type: ignore[import-untyped]

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from streams.adapters.avro import codec_for
from streams.domain.event import EventRecord, Sketch
from streams.domain.incident import Incident, IncidentRow, StoredRecord
from streams.domain.settings import CoreSettings
from streams.domain.values import Position
from streams.matching import Fusing, Linker, Relinked, fuse
from streams.matching.frequency import idf
from streams.pipeline.deduplicate import Deduplicator
from streams.pipeline.replay import MemoryIncidents
from tests.bench.streams import START, Closed, Stream, Text, Wire, telling_of

NEW = 1_000
WEIGHED = 10_000
STREAMS: dict[str, type[Stream]] = {"wire": Wire, "closed": Closed}


class Table:
    """What stands in for the incidents table: its reads are counted, their cost is not the linker's."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self.reads, self.spent = 0, 0.0

    def __call__(self, event_id: str) -> StoredRecord:
        began = time.process_time()
        found = self._stream.record(event_id)
        self.reads += 1
        self.spent += (time.process_time() - began) * 1e6
        return found


class Timed:
    """CPU microseconds spent in calls."""

    def __init__(self) -> None:
        self.costs: list[float] = []

    def __call__(self, work: Callable[[], object]) -> None:
        began = time.process_time()
        work()
        self.costs.append((time.process_time() - began) * 1e6)


def heading() -> str:
    """The columns."""
    return (
        f"{'method':<14}{'stream':<8}{'open':>10}{'median':>9}{'mean':>9}{'p99':>9}{'bytes/rec':>11}{'s/100k':>8}{'reads':>7}{'found':>7}"
    )


def row(method: str, stream: str, open_records: int, costs: Sequence[float], *figures: str) -> str:
    """A line of the table."""
    p99 = statistics.quantiles(costs, n=100)[98]
    shown = f"{method:<14}{stream:<8}{open_records:>10,}{statistics.median(costs):>9,.0f}{statistics.mean(costs):>9,.0f}{p99:>9,.0f}"
    return shown + "".join(f"{figure:>{width}}" for figure, width in zip(figures, (11, 8, 7, 7), strict=False))


def wirebell(name: str, open_records: int) -> str:
    """The linker."""
    stream = STREAMS[name](open_records)
    table = Table(stream)
    linker = Linker(table)
    before, rebuild = resident(), 0.0
    for batch in batches(stream.open_ids()):
        stored = [stream.unread(event_id) for event_id in batch]
        began = time.process_time()
        linker.load(stored, ([event_id] for event_id in batch))
        rebuild += time.process_time() - began
    held = (resident() - before) / open_records if open_records > WEIGHED else weigh(stream, open_records)
    timed, found = Timed(), 0
    for stored_record in map(stream.record, stream.new_ids(NEW)):
        table.spent = 0.0
        relinked: list[Relinked] = []
        timed(lambda record=stored_record, kept=relinked: kept.append(linker.upsert(record)))  # type: ignore[misc]
        timed.costs[-1] -= table.spent
        found += retold(stored_record.record.event_id, relinked[0])
    told = sum(int(event_id.split("-")[1]) < open_records for event_id in stream.new_ids(NEW))
    figures = (f"{held:,.0f}", f"{rebuild / open_records * 1e5:.1f}", f"{table.reads / NEW:.2f}", f"{found / told:.0%}")
    return row("wirebell", name, open_records, timed.costs, *figures)


def retold(event_id: str, relinked: Relinked) -> bool:
    """Whether the record was put to another telling of its story."""
    story = event_id.rpartition("-")[0] + "-"
    own = next(c.event_ids for c in relinked.after if event_id in c.event_ids)
    return any(other.startswith(story) for other in own if other != event_id)


def resident() -> float:
    """The process's resident set, in bytes."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * float(os.sysconf("SC_PAGE_SIZE"))


def weigh(stream: Stream, count: int) -> float:
    """Bytes per open record beside the table."""
    stored = [stream.unread(event_id) for event_id in itertools.islice(stream.open_ids(), count)]
    linker = Linker(stream.record)
    tracemalloc.start()
    linker.load(stored, ([s.record.event_id] for s in stored))
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return held / count


def weigh_deduplicator(name: str, count: int) -> str:
    """Bytes per open incident of all that a partition holds beside the table, and what the table's value is."""
    stream = STREAMS[name](count)
    store = MemoryIncidents()
    size = 0
    for event_id in stream.open_ids():
        stored = stream.unread(event_id)
        incident = fuse(f"inc-{event_id}", "world", event_id, 1, [stored], ())
        store.put_all([IncidentRow(incident, 0, (stored,))], Position("wire.events", 0, 0))
        size += len(codec_for(EventRecord).encode(stored.record)) + len(codec_for(Incident).encode(incident))
    tracemalloc.start()
    kept = Deduplicator(store, CoreSettings())
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    what = f"{held / count:,.0f} bytes per open incident beside the table (linker, where, ages, states), {size / count:,.0f} in it"
    return f"a partition of {kept.linker.size.records:,} ({name}): {what}"


def batches(ids: Iterator[str]) -> Iterator[list[str]]:
    """A thousand at a time."""
    while batch := list(itertools.islice(ids, 1_000)):
        yield batch


class SinglePass:
    """TF-IDF with an inverted index: a document joins the cluster of the nearest open one."""

    def __init__(self) -> None:
        self._postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        self._count = 0

    def add(self, sketch: Sketch) -> tuple[int, float]:
        """File a document; the nearest before it with its cosine."""
        weights = {term: (1 + math.log(n)) * idf(term) for term, n in sketch.terms.items()}
        norm = math.sqrt(sum(w * w for w in weights.values()))
        near: dict[int, float] = defaultdict(float)
        for term, weight in weights.items():
            for other, theirs in self._postings[term]:
                near[other] += weight / norm * theirs
            self._postings[term].append((self._count, weight / norm))
        self._count += 1
        return max(near.items(), key=lambda pair: pair[1], default=(-1, 0.0))


class Banded:
    """datasketch: MinHash of the terms, 128 permutations, LSH at a Jaccard of .5."""

    def __init__(self) -> None:
        self._lsh = MinHashLSH(threshold=0.5, num_perm=128)
        self._count = 0

    def add(self, sketch: Sketch) -> list[int]:
        """File a document; those before it that share a band."""
        hashed = MinHash(num_perm=128)
        hashed.update_batch([term.encode() for term in sketch.terms])
        found: list[int] = self._lsh.query(hashed)
        self._lsh.insert(self._count, hashed)
        self._count += 1
        return found


def peer(method: str, made: SinglePass | Banded, name: str, open_records: int) -> str:
    """A peer on the same stream."""
    stream = STREAMS[name](open_records)
    for event_id in stream.open_ids():
        made.add(stream.unread(event_id).record.sketch)
    timed = Timed()
    for stored in map(stream.unread, stream.new_ids(NEW // 2)):
        timed(lambda sketch=stored.record.sketch: made.add(sketch))  # type: ignore[misc]
    return row(method, name, open_records, timed.costs)


def hot_story(count: int) -> Iterator[str]:
    """The cost of the last of so many records of one event: every fifth text its own, the others copies; linking and fusing."""
    table: dict[str, StoredRecord] = {}
    linker = Linker(table.__getitem__)
    stream = Closed(count)
    fusing = Fusing()
    linked: list[float] = []
    fused: list[float] = []
    for n in range(count):
        text = stream.text(0, n // 5 + 1)
        stored = telling_of(f"evt-hot-{n}", START + timedelta(minutes=n), Text(text.headline, text.lede[:6], text.body))
        table[stored.record.event_id] = stored
        began = time.process_time()
        relinked = linker.upsert(stored)
        linked.append((time.process_time() - began) * 1e3)
        began = time.process_time()
        for cluster in relinked.after:
            fusing("inc", "world", "evt-hot-0", 1, [table[e] for e in cluster.event_ids], cluster.joins)
        fused.append((time.process_time() - began) * 1e3)
        if n + 1 in (10, 50, 100, 200, 500, 1_000, 2_000):
            size = max(len(cluster.event_ids) for cluster in relinked.after)
            costs = f"link {statistics.median(linked[-9:]):8.1f} ms   fuse {statistics.median(fused[-9:]):8.1f} ms"
            yield f"hot story, record {n + 1:>5} (incident of {size:>5}; median of the last nine): {costs}"


def rows(chosen: argparse.Namespace) -> Iterable[str]:
    """What is printed."""
    yield heading()
    for name in chosen.streams:
        for count in chosen.open:
            yield wirebell(name, count)
        for count in chosen.peers:
            yield peer("TF-IDF", SinglePass(), name, count)
            yield peer("MinHash-LSH", Banded(), name, count)
    yield weigh_deduplicator(chosen.streams[0], WEIGHED)
    yield from hot_story(chosen.hot)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("open", type=int, nargs="*", default=[10_000, 1_000_000])
    parser.add_argument("--streams", nargs="*", default=["wire", "closed"], choices=sorted(STREAMS))
    parser.add_argument("--hot", type=int, default=1_000)
    parser.add_argument("--peers", type=int, nargs="*", default=[1_000, 2_000], help="open records for the peers: the single pass grows")
    for line in rows(parser.parse_args()):
        print(line, flush=True)


if __name__ == "__main__":
    main()

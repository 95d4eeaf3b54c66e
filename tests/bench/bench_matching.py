"""Cost of one record against many open ones: python tests/bench/bench_matching.py [OPEN ...] [--hot 1000] [--peers N ...]

Made-up reports over the shipped word table (Zipf's law, a fixed seed); one new record in ten retells an event of the last day. A row
per method and number of open records: CPU microseconds per new record (median, p99), bytes per open record beside the table, and
seconds to rebuild the index per 100,000. Peers in the same run, on the same stream: a plain TF-IDF single pass (nearest open
document by cosine over an inverted index) and datasketch's MinHash-LSH. Last a hot story: the cost of the Nth record of one event.
"""

from __future__ import annotations

import argparse
import itertools
import math
import random
import statistics
import time
import tracemalloc
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from datasketch import MinHash, MinHashLSH  # type: ignore[import-untyped]

from streams.domain.event import Carrier, EventRecord, Sketch
from streams.domain.incident import StoredRecord
from streams.domain.values import Position
from streams.matching import Linker, fuse
from streams.matching.copies import signature
from streams.matching.frequency import frequencies, idf

START = datetime(2024, 1, 1, tzinfo=UTC)
WORDS, OWN_WORDS = 120, 12
NEW = 500
DAYS = 14
WEIGHED = 10_000
"""Records whose memory is traced: tracing slows what it traces fourfold."""


class World:
    """Stories that can be told again from their number alone, so that a million of them need no memory."""

    def __init__(self, open_records: int) -> None:
        table = frequencies()
        self._terms = sorted(table.mentions)
        self._weights = list(itertools.accumulate(table.mentions[t] for t in self._terms))
        self._rare = [t for t in self._terms if table.mentions[t] < 60]
        self._open = open_records

    @lru_cache(maxsize=2_000)  # noqa: B019  (one world per run)
    def record(self, event_id: str) -> StoredRecord:
        """evt-STORY-TELLING: the story's own rare words, and common words of the telling."""
        story, telling = map(int, event_id.split("-")[1:])
        own = random.Random(f"story {story}").choices(self._rare, k=OWN_WORDS)
        common = random.Random(event_id).choices(self._terms, cum_weights=self._weights, k=WORDS)
        at = START + timedelta(days=DAYS) * ((story if not telling else self._open + telling) / self._open)
        return telling_of(event_id, at, own, common)

    def open_ids(self) -> Iterator[str]:
        """The open records, oldest first."""
        return (f"evt-{n}-0" for n in range(self._open))

    def new_ids(self) -> list[str]:
        """The new records."""
        chance = random.Random(1)
        recent = max(1, self._open // DAYS)
        told = (self._open - 1 - chance.randrange(recent) if k % 10 == 0 else self._open + k for k in range(NEW))
        return [f"evt-{story}-{k + 1}" for k, story in enumerate(told)]


def telling_of(event_id: str, at: datetime, own: list[str], common: list[str]) -> StoredRecord:
    """A report with these words."""
    counts: dict[str, int] = {}
    for term in (*own, *common):
        counts[term] = counts.get(term, 0) + 1
    sketch = Sketch(tuple(own[:6]), (*own[6:], *common[:20]), dict(sorted(counts.items())), (), (), signature((*own, *common)))
    carrier = Carrier(f"source-{event_id.rpartition('-')[2]}")
    record = EventRecord(event_id, event_id, event_id, "other.story", "world", carrier, at, at, at, lead=True, language="en", sketch=sketch)
    return StoredRecord(record, Position("wire.events", 0, 0))


class Table:
    """What stands in for the incidents table: its reads are counted, their cost is not the linker's."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.reads, self.spent = 0, 0.0

    def __call__(self, event_id: str) -> StoredRecord:
        began = time.process_time()
        found = self._world.record(event_id)
        self.reads += 1
        self.spent += (time.process_time() - began) * 1e6
        return found


class Timed:
    """CPU seconds spent in calls."""

    def __init__(self) -> None:
        self.costs: list[float] = []

    def __call__(self, work: Callable[[], object]) -> None:
        began = time.process_time()
        work()
        self.costs.append((time.process_time() - began) * 1e6)


def row(method: str, open_records: int, costs: list[float], memory: float | None, rebuild: float | None) -> str:
    """A line of the table."""
    cuts = statistics.quantiles(costs, n=100)
    held = f"{memory:>14,.0f}" if memory is not None else f"{'-':>14}"
    again = f"{rebuild:>14.1f}" if rebuild is not None else f"{'-':>14}"
    return f"{method:<18}{open_records:>10,}{statistics.median(costs):>12,.0f}{cuts[98]:>12,.0f}{held}{again}"


def wirebell(world: World, open_records: int) -> str:
    """The linker."""
    table = Table(world)
    linker = Linker(table)
    rebuild = 0.0
    for batch in batches(world.open_ids()):
        stored = [world.record(event_id) for event_id in batch]
        began = time.process_time()
        linker.load(stored, ([event_id] for event_id in batch))
        rebuild += time.process_time() - began
    timed = Timed()
    for stored_record in [world.record(event_id) for event_id in world.new_ids()]:
        table.spent = 0.0
        timed(lambda record=stored_record: linker.upsert(record))  # type: ignore[misc]
        timed.costs[-1] -= table.spent
    memory = weigh(world, min(open_records, WEIGHED))
    shown = row("wirebell", open_records, timed.costs, memory, rebuild / open_records * 1e5)
    return f"{shown}   {table.reads / NEW:.1f} table reads per record, not counted"


def weigh(world: World, count: int) -> float:
    """Bytes per open record beside the table."""
    stored = [world.record(event_id) for event_id in itertools.islice(world.open_ids(), count)]
    linker = Linker(world.record)
    tracemalloc.start()
    linker.load(stored, ([s.record.event_id] for s in stored))
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return held / count


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


def peer(method: str, made: SinglePass | Banded, world: World, open_records: int) -> str:
    """A peer on the same stream."""
    for event_id in world.open_ids():
        made.add(world.record(event_id).record.sketch)
    timed = Timed()
    for stored in [world.record(event_id) for event_id in world.new_ids()]:
        timed(lambda sketch=stored.record.sketch: made.add(sketch))  # type: ignore[misc]
    return row(method, open_records, timed.costs, None, None)


def hot_story(count: int) -> Iterator[str]:
    """The cost of the last of so many records of one event: every fifth text its own, the others copies; linking and fusing."""
    table: dict[str, StoredRecord] = {}
    linker = Linker(table.__getitem__)
    world = World(count)
    for n in range(count):
        own = world.record("evt-0-0").record.sketch
        text = world.record(f"evt-0-{n // 5 + 1}").record.sketch
        stored = telling_of(f"evt-hot-{n}", START + timedelta(minutes=n), [*own.headline, *own.lede[:6]], list(text.terms))
        table[stored.record.event_id] = stored
        began = time.process_time()
        relinked = linker.upsert(stored)
        linked = time.process_time()
        for cluster in relinked.after:
            fuse("inc", "world", "evt-hot-0", 1, [table[e] for e in cluster.event_ids], cluster.joins)
        if n + 1 in (10, 50, 100, 200, 500, 1_000, 2_000):
            size = max(len(cluster.event_ids) for cluster in relinked.after)
            costs = f"link {(linked - began) * 1e3:8.1f} ms   fuse {(time.process_time() - linked) * 1e3:8.1f} ms"
            yield f"hot story, record {n + 1:>5} (incident of {size:>5}): {costs}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("open", type=int, nargs="*", default=[10_000, 100_000])
    parser.add_argument("--hot", type=int, default=1_000)
    parser.add_argument("--peers", type=int, nargs="*", default=[1_000, 2_000], help="open records for the peers: the single pass grows")
    chosen = parser.parse_args()
    print(f"{'method':<18}{'open':>10}{'median us':>12}{'p99 us':>12}{'bytes/record':>14}{'s/100k':>14}", flush=True)
    for count in chosen.open:
        print(wirebell(World(count), count), flush=True)
    for count in chosen.peers:
        world = World(count)
        print(peer("TF-IDF", SinglePass(), world, count), flush=True)
        print(peer("MinHash-LSH", Banded(), world, count), flush=True)
    for line in hot_story(chosen.hot):
        print(line, flush=True)


if __name__ == "__main__":
    main()

"""Cost of one record against many open ones: python tests/bench/bench_matching.py [OPEN ...]

Made-up reports over the shipped word table (Zipf's law, a fixed seed), a tenth of the new ones retelling an open event. Prints, per
number of open records: microseconds per new record (median, p99), index rebuild per 100,000, bytes per open record, size figures.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import statistics
import time
import tracemalloc
from datetime import UTC, datetime, timedelta

from streams.domain.event import Carrier, EventRecord, Sketch
from streams.domain.incident import StoredRecord
from streams.domain.values import Position
from streams.matching import Linker
from streams.matching.frequency import frequencies

START = datetime(2024, 1, 1, tzinfo=UTC)
WORDS, OWN_WORDS = 120, 12
NEW = 2_000


class World:
    """Stories that can be told again from their number alone, so that a million of them need no memory."""

    def __init__(self, open_records: int) -> None:
        table = frequencies()
        self._terms = sorted(table.mentions)
        self._weights = list(itertools.accumulate(table.mentions[t] for t in self._terms))
        self._rare = [t for t in self._terms if table.mentions[t] < 60]
        self._open = open_records

    def record(self, event_id: str) -> StoredRecord:
        """evt-STORY-TELLING: the story's own rare words, and common words of the telling."""
        story, telling = map(int, event_id.split("-")[1:])
        own = random.Random(f"story {story}").choices(self._rare, k=OWN_WORDS)
        common = random.Random(event_id).choices(self._terms, cum_weights=self._weights, k=WORDS)
        counts: dict[str, int] = {}
        for term in (*own, *common):
            counts[term] = counts.get(term, 0) + 1
        at = START + timedelta(days=14) * ((story if not telling else self._open) / self._open)
        sketch = Sketch(tuple(own[:6]), (*own[6:], *common[:20]), dict(sorted(counts.items())), (), (), ())
        return StoredRecord(
            EventRecord(
                event_id, event_id, event_id, "other.story", "world", Carrier("s"), at, at, at, lead=True, language="en", sketch=sketch
            ),
            Position("wire.events", 0, 0),
        )


def measure(open_records: int) -> dict[str, float]:
    """Figures for so many open records."""
    world = World(open_records)
    linker = Linker(world.record)
    tracemalloc.start()
    began = time.perf_counter()
    made = 0.0
    for n in range(0, open_records, 1_000):
        batch_began = time.perf_counter()
        batch = [world.record(f"evt-{k}-0") for k in range(n, min(n + 1_000, open_records))]
        made += time.perf_counter() - batch_began
        linker.load(batch, ([s.record.event_id] for s in batch))
    rebuild = time.perf_counter() - began - made
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    chance = random.Random(1)
    told = (f"evt-{chance.randrange(open_records)}-{k + 1}" if k % 10 == 0 else f"evt-{open_records + k}-{k + 1}" for k in range(NEW))
    costs = []
    for record in [world.record(event_id) for event_id in told]:
        at = time.perf_counter()
        linker.upsert(record)
        costs.append((time.perf_counter() - at) * 1e6)
    size = linker.size
    return {
        "open": open_records,
        "median_us": round(statistics.median(costs)),
        "mean_us": round(statistics.mean(costs)),
        "p99_us": round(statistics.quantiles(costs, n=100)[98]),
        "rebuild_s_per_100k": round(rebuild / open_records * 1e5, 1),
        "bytes_per_record": round(held / open_records),
        "saturated_keys": size.saturated,
        "clusters": size.clusters,
    }


def main() -> None:
    """Print one JSON line per number of open records."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("open", type=int, nargs="*", default=[10_000, 100_000])
    for count in parser.parse_args().open:
        print(json.dumps(measure(count)), flush=True)


if __name__ == "__main__":
    main()

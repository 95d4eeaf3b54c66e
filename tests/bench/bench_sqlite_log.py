"""What the embedded log does per second, and how long a record takes through it. `python tests/bench/bench_sqlite_log.py [COUNT]`.

Rows: appends (one record or a hundred per transaction, both sync levels) and reads of the bare log; then Faust workers in their own
process: one agent passing raw bytes on, and two agents with a re-key and a RocksDB table. Latency: 200 records/s from this process,
appended one by one, from the append's return to the second hop's output in the log; the table row's output carries the input's time.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from streams.transport.sqlite import NewRecord, SqliteLog, Synchronous

ROOT = Path(__file__).parents[2]
APP = Path(__file__).with_name("embedded_app.py")
VALUE = b"x" * 290
COMMAND = [sys.executable, str(APP), "worker", "-l", "info", "--without-web"]
PER_SECOND = 200
TOPICS = {"inputs": 4, "passed": 4, "numbers": 4, "sums": 4}


def per_second(count: int, work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return count / (time.perf_counter() - started)


def bare(count: int, synchronous: Synchronous) -> Iterator[tuple[str, str]]:
    """Appends and reads without Faust."""
    with tempfile.TemporaryDirectory() as folder:
        log = SqliteLog.open(Path(folder) / "log.db", synchronous=synchronous)
        log.create_topic("t", 4)
        for size in (1, 100):
            records = [NewRecord("t", b"k%d" % number, VALUE) for number in range(size)]
            rounds = max(count // 10, 100) if size == 1 else count // size
            rate = per_second(rounds * size, lambda records=records, rounds=rounds: [log.append(records) for _ in range(rounds)])
            yield f"append, {size} per transaction, {synchronous.value}", f"{rate:,.0f}/s"
        total = sum(log.ends().values())
        yield f"read, {synchronous.value}", f"{per_second(total, lambda: [list(scan(log, p)) for p in range(4)]):,.0f}/s"
        log.close()


def scan(log: SqliteLog, partition: int) -> Iterator[int]:
    offset = 0
    while records := log.read("t", partition, offset, 500):
        offset = records[-1].offset + 1
        yield len(records)


@contextmanager
def worker(mode: str, synchronous: Synchronous) -> Iterator[tuple[SqliteLog, Callable[[], float]]]:
    """A log, and a function that starts a worker on it and says how long it took to be ready."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        log = SqliteLog.open(folder / "log.db")
        for topic, partitions in TOPICS.items():
            log.create_topic(topic, partitions)
        processes: list[subprocess.Popen[bytes]] = []

        def start() -> float:
            url = f"sqlite://{folder}/log.db?synchronous={synchronous.value}"
            env = dict(os.environ, BROKER=url, DATADIR=name, MODE=mode, PYTHONPATH=str(ROOT))
            started = time.perf_counter()
            with (folder / "out").open("wb") as out:
                processes.append(subprocess.Popen(COMMAND, env=env, stdout=subprocess.DEVNULL, stderr=out))
            while b"Worker ready" not in (folder / "out").read_bytes():
                assert processes[0].poll() is None, (folder / "out").read_text()
                time.sleep(0.01)
            return time.perf_counter() - started

        try:
            yield log, start
        finally:
            for process in processes:
                process.terminate()
                process.wait()
            log.close()


def source_record(number: int) -> NewRecord:
    name = b"i%d" % number
    return NewRecord("inputs", name, VALUE, (("k", b"key%d" % (number % 500)), ("id", name)))


def outputs(log: SqliteLog, topic: str) -> int:
    return sum(end for (name, _), end in log.ends().items() if name == topic)


def throughput(mode: str, topic: str, count: int, synchronous: Synchronous) -> Iterator[tuple[str, str]]:
    """A backlog worked off, counted from the worker's readiness to the last output."""
    with worker(mode, synchronous) as (log, start):
        for first in range(0, count, 1000):
            log.append(
                [NewRecord("inputs", b"i%d" % number, VALUE, (("k", b"key%d" % (number % 500)),)) for number in range(first, first + 1000)]
            )
        ready = start()
        before, started = outputs(log, topic), time.perf_counter()
        while outputs(log, topic) < count:
            time.sleep(0.01)
        rate = (count - before) / (time.perf_counter() - started)
        yield f"{mode}, {synchronous.value}", f"{rate:,.0f}/s (ready in {ready:.1f} s)"


def latency(mode: str, topic: str, seconds: int, synchronous: Synchronous) -> Iterator[tuple[str, str]]:
    """From the append's return to the moment at which another process can read the output."""
    with worker(mode, synchronous) as (log, start):
        start()
        taken: list[float] = []
        sent: dict[bytes, float] = {}
        seen = dict.fromkeys(range(TOPICS[topic]), 0)
        begun = time.perf_counter()
        number = 0
        while len(taken) < PER_SECOND * seconds:
            if number < PER_SECOND * seconds and time.perf_counter() >= begun + number / PER_SECOND:
                name = b"i%d" % number
                log.append([source_record(number)])
                sent[name] = time.perf_counter()
                number += 1
            for partition, offset in seen.items():
                for record in log.read(topic, partition, offset):
                    taken.append(time.perf_counter() - sent.pop(dict(record.headers)["id"]))
                    seen[partition] = record.offset + 1
            time.sleep(0.0005)
        cuts = [cut * 1000 for cut in statistics.quantiles(taken, n=100)]
        yield (
            f"{mode}, {synchronous.value}, {PER_SECOND}/s",
            f"p50 {cuts[49]:.1f} ms, p99 {cuts[98]:.1f} ms, max {max(taken) * 1000:.1f} ms",
        )


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    for synchronous in Synchronous:
        for rows in (
            bare(count, synchronous),
            throughput("pass", "passed", count, synchronous),
            throughput("table", "sums", count, synchronous),
            latency("table", "sums", 10, synchronous),
        ):
            for what, figure in rows:
                print(f"{what:45} {figure}", flush=True)


if __name__ == "__main__":
    main()

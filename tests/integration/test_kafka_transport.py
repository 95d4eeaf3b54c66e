"""The hardened transport end to end on a real broker: two agents, a re-key, a table; workers that join, leave, crash; a broker restart."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from deploy.kafka.broker import Broker
from tests.support.kafka_client import Probe, numbered, until
from tests.support.kafka_worker import PARTITIONS

pytestmark = [pytest.mark.timeout(150), pytest.mark.filterwarnings("ignore::DeprecationWarning")]
ROOT = Path(__file__).resolve().parents[2]
KEYS = 200


@dataclass
class Flow:
    """Topics of one test, and the workers between them."""

    bootstrap: str
    name: str
    home: Path
    workers: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def probe(self) -> Probe:
        """The broker as the test sees it."""
        return Probe(self.bootstrap)

    def start(self, worker: str) -> None:
        """Start (again) the worker of this name; its data folder is its own. Returns when it is ready."""
        datadir = self.home / worker
        datadir.mkdir(exist_ok=True)
        command = [sys.executable, "-m", "tests.support.kafka_worker", "hardened", "--bootstrap", self.bootstrap]
        command += ["--name", self.name, "--shape", "rekey-table", "--datadir", str(datadir)]
        with (self.home / f"{worker}.log").open("ab") as log:
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, cwd=ROOT)
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n", (self.home / f"{worker}.log").read_text()[-3000:]
        self.workers[worker] = process

    def end(self, worker: str, how: signal.Signals) -> int:
        """Signal a worker and wait for its end; its exit code."""
        process = self.workers.pop(worker)
        process.send_signal(how)
        return process.wait(30)

    def out(self) -> Counter[tuple[bytes, bytes]]:
        """What came out: (key, value) and how often."""
        return Counter((record.key, record.value) for record in self.probe.read(f"{self.name}out"))

    def progress(self, records: int) -> None:
        """Return when this many more records are out."""
        before = self.probe.ends(f"{self.name}out")
        until(lambda: self.probe.ends(f"{self.name}out") >= before + records, 60, f"{records} more records out")

    def finished(self, count: int) -> bool:
        """Whether the group has committed everything: by then all of it is written."""
        return self.probe.all_committed(f"{self.name}app", {f"{self.name}in": count, f"{self.name}mid": count}, PARTITIONS)

    @contextmanager
    def feeding(self, count: int, per_second: int) -> Iterator[None]:
        """Write numbered records at this rate while the body runs; all are written when it ends."""

        def feed() -> None:
            records = numbered(count, KEYS)
            for start in range(0, count, per_second // 5):
                self.probe.send(f"{self.name}in", records[start : start + per_second // 5])
                time.sleep(0.2)

        thread = threading.Thread(target=feed)
        thread.start()
        yield
        thread.join()


def expected(count: int) -> set[tuple[bytes, bytes]]:
    """What must come out of numbered records: every value under its re-keyed key."""
    return {(key[::-1], value) for key, value in numbered(count, KEYS)}


@contextmanager
def flow(bootstrap: str, name: str, home: Path, **out: str) -> Iterator[Flow]:
    """Create the topics (`out`: configs of that one); whatever happens, leave no worker behind."""
    made = Flow(bootstrap, name, home)
    for part in ("in", "mid", "out"):
        made.probe.create(f"{name}{part}", PARTITIONS, **(out if part == "out" else {}))
    try:
        yield made
    finally:
        for worker in list(made.workers):
            made.end(worker, signal.SIGKILL)


def test_an_undisturbed_worker_writes_everything_once_and_commits_it(kafka_broker: str, unique: str, tmp_path: Path) -> None:
    with flow(kafka_broker, unique, tmp_path) as made:
        made.probe.send(f"{unique}in", numbered(2000, KEYS))
        made.start("one")
        until(lambda: made.finished(2000), 40, "all committed")
        assert made.out() == Counter(expected(2000))
        changelog = {record.key: record.value for record in made.probe.read(f"{unique}app-seen-changelog")}
        assert changelog == {key[::-1]: value for key, value in numbered(2000, KEYS)}


def test_a_clean_stop_commits_what_was_processed_so_nothing_is_repeated(kafka_broker: str, unique: str, tmp_path: Path) -> None:
    with flow(kafka_broker, unique, tmp_path) as made:
        made.start("one")
        with made.feeding(2000, 1000):
            until(lambda: made.probe.ends(f"{unique}out") > 300, 30, "the first records out")
            assert made.end("one", signal.SIGTERM) == 0
            made.start("one")
        until(lambda: made.finished(2000), 40, "all committed")
        assert made.out() == Counter(expected(2000))


def test_a_worker_that_joins_and_one_that_leaves_lose_nothing(kafka_broker: str, unique: str, tmp_path: Path) -> None:
    with flow(kafka_broker, unique, tmp_path) as made:
        made.start("one")
        with made.feeding(4000, 500):
            until(lambda: made.probe.ends(f"{unique}out") > 200, 30, "the first records out")
            made.start("two")
            until(lambda: made.probe.ends(f"{unique}out") > 1500, 30, "records out of two workers")
            assert made.end("one", signal.SIGTERM) == 0
        until(lambda: made.finished(4000), 60, "all committed")
        assert set(made.out()) == expected(4000)


def test_workers_killed_at_any_moment_lose_nothing(kafka_broker: str, unique: str, tmp_path: Path) -> None:
    with flow(kafka_broker, unique, tmp_path) as made:
        made.start("one")
        made.start("two")
        with made.feeding(5000, 500):
            for turn in range(4):
                made.progress(100)
                victim = ("one", "two")[turn % 2]
                made.end(victim, signal.SIGKILL)
                made.start(victim)
        until(lambda: made.finished(5000), 60, "all committed")
        assert set(made.out()) == expected(5000)
        assert {record.key for record in made.probe.read(f"{unique}app-seen-changelog")} == {key for key, _ in expected(5000)}


def test_a_broker_restart_under_a_working_worker_loses_nothing(own_broker: Broker, unique: str, tmp_path: Path) -> None:
    with flow(own_broker.bootstrap, unique, tmp_path) as made:
        made.probe.send(f"{unique}in", numbered(6000, KEYS))
        made.start("one")
        until(lambda: made.probe.ends(f"{unique}out") > 100, 30, "the first records out")
        own_broker.restart()
        until(lambda: made.finished(6000), 60, "all committed")
        assert set(made.out()) == expected(6000)
        assert made.workers["one"].poll() is None


def test_a_worker_whose_output_is_refused_exits_with_the_code_that_says_so(kafka_broker: str, unique: str, tmp_path: Path) -> None:
    with flow(kafka_broker, unique, tmp_path, max_message_bytes="50") as made:
        made.start("one")
        made.probe.send(f"{unique}in", numbered(10, KEYS))
        assert made.workers["one"].wait(30) == 70
        assert not made.finished(1)
        assert f"a record for {unique}out was not written" in (tmp_path / "one.log").read_text()

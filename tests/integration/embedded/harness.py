"""Runs `app.py` as a subprocess and says what its inputs imply."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from streams.transport.sqlite import NewRecord, SqliteLog

APP = Path(__file__).with_name("app.py")
ROOT = Path(__file__).parents[3]
GROUP = "embedded-test"
CHANGELOG = "embedded-test-totals-changelog"
TOPICS = {"inputs": 4, "numbers": 4, "sums": 1}


def eventually(condition: Callable[[], bool], seconds: float, what: str | Callable[[], str]) -> None:
    """Polls until the condition holds; fails the test after so many seconds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what() if callable(what) else what}"
        time.sleep(0.005)


class Embedded:
    """One log, one data folder, and the workers started on them one after the other."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "log.db"
        self.log = SqliteLog.open(self.path)
        for topic, partitions in TOPICS.items():
            self.log.create_topic(topic, partitions)
        self.appended: list[tuple[bytes, int]] = []
        self.output = (folder / "worker.log").open("ab")

    def append(self, count: int, keys: int = 20) -> None:
        """`count` more inputs, acknowledged when this returns."""
        first = len(self.appended)
        pairs = [(b"key%d" % (number % keys), number) for number in range(first, first + count)]
        self.log.append([NewRecord("inputs", b"i%d" % number, b"%s:%d" % (key, number)) for key, number in pairs])
        self.appended += pairs

    def start(self, **environment: str) -> subprocess.Popen[bytes]:
        """A worker; ready some two seconds later."""
        env = dict(os.environ, BROKER=f"sqlite://{self.path}", DATADIR=str(self.folder / "data"), PYTHONPATH=str(ROOT), **environment)
        command = [sys.executable, str(APP), "worker", "-l", "info", "--without-web"]
        return subprocess.Popen(command, env=env, stdout=self.output, stderr=subprocess.STDOUT)

    @contextmanager
    def worker(self, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
        """A worker that is stopped cleanly at the end."""
        process = self.start(**environment)
        try:
            yield process
            process.send_signal(signal.SIGTERM)
            assert process.wait(30) == 0
        finally:
            process.kill()
            process.wait()

    def sums(self) -> int:
        """How many outputs there are."""
        return self.log.bounds("sums", 0)[1]

    def wait_until_done(self, seconds: float = 60.0) -> None:
        """Until every input has had its output."""
        eventually(lambda: self.sums() >= len(self.appended), seconds, lambda: f"{len(self.appended)} outputs\n{self.said()[-3000:]}")

    def said(self) -> str:
        """What the workers logged."""
        return (self.folder / "worker.log").read_text(errors="replace")

    def values(self, topic: str) -> list[tuple[bytes | None, bytes | None]]:
        """Every record of a topic."""
        return [(r.key, r.value) for p in range(self.log.partitions(topic)) for r in self.log.read(topic, p, 0, 10**6, 1 << 30)]

    def assert_exactly_once(self) -> None:
        """Each input on `numbers` once; each running sum on `sums` once and right; the table's changelog ends with the totals."""
        assert sorted((key, int(value or b"")) for key, value in self.values("numbers")) == sorted(self.appended)
        assert Counter(key for key, _ in self.values("sums")) == Counter(key for key, _ in self.appended)
        assert self.running_sums() == self.expected_running_sums()
        last = {key: int(value or b"0") for key, value in self.values(CHANGELOG)}
        totals: Counter[bytes] = Counter()
        for key, number in self.appended:
            totals[b'"%s"' % key] += number
        assert last == dict(totals)

    def running_sums(self) -> dict[bytes, list[int]]:
        """Per key, the sums in order of output."""
        sums: dict[bytes, list[int]] = {}
        for key, value in self.values("sums"):
            assert key is not None
            assert value is not None
            sums.setdefault(key, []).append(int(value.split(b":")[1]))
        return sums

    def expected_running_sums(self) -> dict[bytes, list[int]]:
        """What `sums` must say, given the order that `numbers` has."""
        totals: Counter[bytes] = Counter()
        expected: dict[bytes, list[int]] = {}
        for key, value in self.values("numbers"):
            assert key is not None
            totals[key] += int(value or b"")
            expected.setdefault(key, []).append(totals[key])
        return expected

    def close(self) -> None:
        """Lets go of the files."""
        self.log.close()
        self.output.close()

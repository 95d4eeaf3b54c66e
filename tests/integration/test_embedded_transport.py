"""The embedded log under a real Faust worker: two agents, a re-key, a table with changelog."""

from __future__ import annotations

import resource
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from streams.transport.sqlite import NewRecord, TopicConfig
from tests.integration.embedded.harness import APP, CHANGELOG, GROUP, TOPICS, Embedded, eventually

READY = "Worker ready"


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[Embedded]:
    embedded = Embedded(tmp_path)
    yield embedded
    embedded.close()


def wait_for(embedded: Embedded, words: str, count: int = 1) -> None:
    eventually(lambda: embedded.said().count(words) >= count, 30, lambda: f"{words}\n{embedded.said()[-3000:]}")


@pytest.mark.parametrize(
    "environment", [{}, {"STORE": "memory://"}, {"AWAITS_DELIVERY": "1"}], ids=["rocksdb", "memory", "awaiting delivery"]
)
def test_every_input_counts_once_over_clean_restarts(embedded: Embedded, environment: dict[str, str]) -> None:
    for _ in range(2):
        embedded.append(300)
        with embedded.worker(**environment):
            embedded.wait_until_done()
            embedded.append(100)
            embedded.wait_until_done()
    embedded.assert_exactly_once()


def test_a_worker_is_ready_soon_and_an_append_from_outside_comes_through_fast(embedded: Embedded) -> None:
    with embedded.worker():
        wait_for(embedded, READY)
        embedded.append(20)
        embedded.wait_until_done()
        taken = []
        for _ in range(50):
            started = time.monotonic()
            embedded.append(1)
            embedded.wait_until_done()
            taken.append(time.monotonic() - started)
    assert sorted(taken)[25] < 0.1, f"two hops took {sorted(taken)[25] * 1000:.0f} ms in the median"


def test_a_restarted_worker_does_not_replay_the_changelog(embedded: Embedded) -> None:
    embedded.append(200)
    with embedded.worker():
        embedded.wait_until_done()
    with embedded.worker():
        wait_for(embedded, READY, 2)
    assert "Restoring state from changelog topics" not in embedded.said()


def test_a_lost_table_is_rebuilt_from_its_compacted_changelog(embedded: Embedded) -> None:
    embedded.append(400)
    with embedded.worker():
        embedded.wait_until_done()
    assert embedded.log.sweep(force_compaction=True).compacted == 400 - 20
    shutil.rmtree(embedded.folder / "data")
    embedded.append(100)
    with embedded.worker():
        embedded.wait_until_done()
    assert "Restoring state from changelog topics" in embedded.said()
    embedded.assert_exactly_once()


def test_a_table_of_another_log_is_not_believed(embedded: Embedded, tmp_path: Path) -> None:
    embedded.append(200)
    with embedded.worker():
        embedded.wait_until_done()
    (tmp_path / "second").mkdir()
    second = Embedded(tmp_path / "second")
    shutil.copytree(embedded.folder / "data", second.folder / "data")
    second.append(300)
    with second.worker():
        second.wait_until_done()
    assert "does not belong to this log" in second.said()
    second.assert_exactly_once()
    second.close()


def test_a_second_worker_is_told_that_one_runs_already(embedded: Embedded) -> None:
    with embedded.worker() as first:
        wait_for(embedded, READY)
        second = embedded.start()
        assert second.wait(30) != 0
        assert f"a worker of this group (process {first.pid}) already runs on this log" in embedded.said()
        embedded.append(20)
        embedded.wait_until_done()


def test_a_stuck_agent_does_not_hold_up_the_others(embedded: Embedded) -> None:
    embedded.append(100)
    process = embedded.start(STUCK_KEY="key0")
    try:
        eventually(lambda: len(embedded.values("numbers")) == 100, 30, lambda: embedded.said()[-3000:])
        eventually(lambda: committed(embedded, "inputs") == 100, 30, lambda: embedded.said()[-3000:])
        assert committed(embedded, "numbers") < 100
    finally:
        process.kill()
        process.wait()
    with embedded.worker():
        embedded.wait_until_done()
    embedded.assert_exactly_once()


def committed(embedded: Embedded, topic: str) -> int:
    return sum(offset for (name, _), offset in embedded.log.committed(GROUP).items() if name == topic)


def test_a_record_that_fails_leaves_nothing_behind_until_it_succeeds(embedded: Embedded) -> None:
    embedded.append(50)
    process = embedded.start(FAILS_AT="30")
    try:
        wait_for(embedded, "fails after its send")
        wait_for(embedded, READY)
    finally:
        process.kill()
        process.wait()
    assert b"30" not in {value for _, value in embedded.values("numbers")}
    with embedded.worker():
        embedded.wait_until_done()
    embedded.assert_exactly_once()


def test_a_send_outside_any_record_is_committed_at_once_and_learns_its_offset(embedded: Embedded) -> None:
    with embedded.worker(TICKS="1"):
        eventually(lambda: embedded.sums() >= 3, 30, lambda: embedded.said()[-3000:])
        eventually(lambda: "tick at 2" in embedded.said(), 30, lambda: embedded.said()[-3000:])


def test_a_full_disk_stops_the_worker_and_loses_nothing(embedded: Embedded) -> None:
    def small_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))

    embedded.append(3000)
    env = {"BROKER": f"sqlite://{embedded.path}", "DATADIR": str(embedded.folder / "data"), "PYTHONPATH": str(APP.parents[3])}
    command = [sys.executable, str(APP), "worker", "-l", "info", "--without-web"]
    limited = subprocess.Popen(command, env=env, stdout=embedded.output, stderr=subprocess.STDOUT, preexec_fn=small_files)
    assert limited.wait(60) != 0
    assert f"{embedded.path}: " in embedded.said()
    assert "disk" in embedded.said()
    assert embedded.sums() < 3000
    with embedded.worker():
        embedded.wait_until_done()
    embedded.assert_exactly_once()


def test_a_damaged_record_stops_the_worker_and_is_named(embedded: Embedded) -> None:
    embedded.append(50)
    with sqlite3.connect(embedded.path) as db:
        db.execute("UPDATE records SET crc = crc + 1 WHERE id = (SELECT max(id) FROM records)")
    db.close()
    assert embedded.start().wait(30) != 0
    assert "fails its checksum" in embedded.said()


def test_a_topic_that_nobody_describes_is_named(embedded: Embedded) -> None:
    process = embedded.start(UNDECLARED="mystery")
    assert process.wait(30) != 0
    assert "topic 'mystery' does not exist, and the application does not say how many partitions" in embedded.said()


def test_old_copies_of_the_topics_stay_as_the_operator_made_them(embedded: Embedded) -> None:
    embedded.log.create_topic("sums", 1, TopicConfig(retention_ms=123_000))
    embedded.append(10)
    with embedded.worker():
        embedded.wait_until_done()
    info = embedded.log.topic("sums")
    assert info is not None
    assert info.config.retention_ms == 123_000
    changelog = embedded.log.topic(CHANGELOG)
    assert changelog is not None
    assert (changelog.partitions, changelog.config.cleanup.value) == (TOPICS["numbers"], "compact")


def test_headers_and_keys_come_through_from_another_process(embedded: Embedded) -> None:
    with embedded.worker():
        embedded.log.append([NewRecord("inputs", None, b"key1:5", (("source", b"afp"),))])
        eventually(lambda: embedded.sums() == 1, 30, lambda: embedded.said()[-3000:])
    assert embedded.values("sums") == [(b"key1", b"key1:5")]

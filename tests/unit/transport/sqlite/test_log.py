from __future__ import annotations

import multiprocessing
import sqlite3
import stat
from pathlib import Path
from typing import Any

import pytest

from streams.domain.errors import ConfigError, MustStop, TransientFailure
from streams.transport.sqlite import Cleanup, NewRecord, Placed, SqliteLog, StoredRecord, Synchronous, TopicConfig


def test_a_record_comes_back_as_it_was_appended(log: SqliteLog) -> None:
    (placed,) = log.append([NewRecord("t", b"k", b"v", (("source", b"afp"),), 42, 3)])
    assert placed == Placed("t", 3, 0, 42)
    assert log.read("t", 3, 0) == [StoredRecord(0, 42, b"k", b"v", (("source", b"afp"),))]


def test_absent_and_empty_are_told_apart(log: SqliteLog) -> None:
    log.append([NewRecord("t", None, None, partition=0), NewRecord("t", b"", b"", partition=0)])
    assert [(record.key, record.value) for record in log.read("t", 0, 0)] == [(None, None), (b"", b"")]


def test_a_record_without_a_timestamp_gets_the_logs(log: SqliteLog, clock: Any) -> None:
    log.append([NewRecord("t", None, b"v", partition=0)])
    assert log.read("t", 0, 0)[0].timestamp == clock.now


def test_offsets_count_up_per_partition(log: SqliteLog) -> None:
    placed = log.append([NewRecord("t", None, b"v", partition=partition) for partition in (0, 1, 0, 0, 1)])
    assert [(place.partition, place.offset) for place in placed] == [(0, 0), (1, 0), (0, 1), (0, 2), (1, 1)]
    assert log.bounds("t", 0) == (0, 3)
    assert log.ends() == {("t", 0): 3, ("t", 1): 2, ("t", 2): 0, ("t", 3): 0}


def test_a_key_stays_in_its_partition(log: SqliteLog) -> None:
    placed = log.append([NewRecord("t", b"the key", b"1"), NewRecord("t", b"the key", b"2")])
    assert {place.partition for place in placed} == {log.partition_of("t", b"the key")}


def test_records_without_a_key_go_round(log: SqliteLog) -> None:
    first = log.append([NewRecord("t", None, b"v")] * 3)
    second = log.append([NewRecord("t", None, b"v")] * 3)
    assert [place.partition for place in first + second] == [0, 1, 2, 3, 0, 1]


def test_reading_stops_at_the_limits_but_gives_at_least_one(log: SqliteLog) -> None:
    log.append([NewRecord("t", None, b"x" * 100, partition=0)] * 10)
    assert [record.offset for record in log.read("t", 0, 4, max_records=3)] == [4, 5, 6]
    assert [record.offset for record in log.read("t", 0, 4, max_bytes=250)] == [4, 5]
    assert [record.offset for record in log.read("t", 0, 4, max_bytes=1)] == [4]
    assert log.read("t", 0, 10) == []


def test_records_and_offsets_are_written_together(log: SqliteLog) -> None:
    log.write([NewRecord("t", None, b"out", partition=1)], "g", {("t", 0): 7})
    assert log.committed("g") == {("t", 0): 7}
    assert log.bounds("t", 1) == (0, 1)


def test_nothing_is_written_when_one_part_cannot_be(log: SqliteLog) -> None:
    with pytest.raises(ConfigError, match="no topic 'nowhere'"):
        log.write([NewRecord("t", None, b"out", partition=1), NewRecord("nowhere", None, b"v")], "g", {("t", 0): 7})
    with pytest.raises(ConfigError, match="partitions 0 to 3, not 9"):
        log.write([NewRecord("t", None, b"out", partition=1)], "g", {("t", 9): 7})
    assert (log.bounds("t", 1), log.committed("g")) == ((0, 0), {})


def test_a_record_too_large_to_hold_in_memory_is_refused(log: SqliteLog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streams.transport.sqlite.writer.MAX_RECORD_BYTES", 10)
    with pytest.raises(ConfigError, match="a record of 11 bytes"):
        log.append([NewRecord("t", None, b"x" * 11)])


def test_groups_commit_apart_and_can_be_forgotten(log: SqliteLog) -> None:
    log.commit("a", {("t", 0): 1})
    log.commit("b", {("t", 0): 2, ("t", 1): 5})
    log.commit("b", {("t", 0): 3})
    assert (log.committed("a"), log.committed("b")) == ({("t", 0): 1}, {("t", 0): 3, ("t", 1): 5})
    log.forget_group("a")
    assert log.groups() == ("b",)


def test_a_topic_is_created_once_and_keeps_its_partition_count(log: SqliteLog) -> None:
    log.create_topic("t", 4, TopicConfig(Cleanup.COMPACT))
    info = log.topic("t")
    assert info is not None
    assert (info.partitions, info.config) == (4, TopicConfig(Cleanup.COMPACT))
    with pytest.raises(ConfigError, match="has 4 partitions and cannot be given 5"):
        log.create_topic("t", 5)
    with pytest.raises(ConfigError, match="at least one"):
        log.create_topic("none", 0)
    assert [topic.name for topic in log.topics()] == ["t"]


def test_everything_is_there_after_reopening(log: SqliteLog, path: Path) -> None:
    log.write([NewRecord("t", b"k", b"v")], "g", {("t", 2): 9})
    with_id = log.log_id
    log.close()
    again = SqliteLog.open(path, synchronous=Synchronous.NORMAL, create=False)
    assert (again.log_id, again.committed("g")) == (with_id, {("t", 2): 9})
    assert again.read("t", again.partition_of("t", b"k"), 0)[0].value == b"v"
    again.check()
    again.close()


def test_the_file_is_its_owners_alone(log: SqliteLog, path: Path) -> None:
    log.append([NewRecord("t", None, b"v")])
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert modes == {"log.db": 0o600, "log.db-wal": 0o600, "log.db-shm": 0o600}


def test_version_moves_with_every_commit_of_anyone(log: SqliteLog, path: Path) -> None:
    other = SqliteLog.open(path)
    seen = log.version()
    assert log.version() == seen
    other.append([NewRecord("t", None, b"v")])
    after_other = log.version()
    log.append([NewRecord("t", None, b"v")])
    assert len({seen, after_other, log.version()}) == 3
    other.close()


def test_a_writer_waits_only_so_long_for_another(log: SqliteLog, path: Path) -> None:
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(TransientFailure, match="kept the log locked"):
        log.append([NewRecord("t", None, b"v")])
    assert log.read("t", 0, 0) == []
    holder.execute("ROLLBACK")
    assert log.append([NewRecord("t", None, b"v")])[0].offset == 0


def test_a_full_disk_stops_and_leaves_nothing_half_written(log: SqliteLog) -> None:
    log.append([NewRecord("t", None, b"before", partition=0)])
    (pages,) = log._write_db.execute("PRAGMA page_count").fetchone()
    log._write_db.execute(f"PRAGMA max_page_count = {pages + 2}").fetchone()
    with pytest.raises(MustStop, match=r"the disk is full; make room"):
        log.append([NewRecord("t", None, b"x" * 100_000, partition=0)])
    assert [record.value for record in log.read("t", 0, 0)] == [b"before"]
    log.check()


def _append_many(path: Path, name: bytes, count: int) -> None:
    log = SqliteLog.open(path)
    for number in range(count):
        log.append([NewRecord("t", None, name + b"%d" % number, partition=0)])
    log.close()


def test_several_processes_append_at_once_and_each_keeps_its_order(log: SqliteLog, path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_append_many, args=(path, name, 100)) for name in (b"a", b"b", b"c")]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    records = log.read("t", 0, 0)
    assert [record.offset for record in records] == list(range(300))
    for name in (b"a", b"b", b"c"):
        assert [r.value for r in records if (r.value or b"")[:1] == name] == [name + b"%d" % number for number in range(100)]
    log.check()

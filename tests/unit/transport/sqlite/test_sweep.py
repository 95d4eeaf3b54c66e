from __future__ import annotations

from typing import Any

import pytest

from streams.transport.sqlite import Cleanup, NewRecord, SqliteLog, TopicConfig, sweep
from streams.transport.sqlite.records import Swept

HOUR = 3_600_000


def offsets(log: SqliteLog, topic: str) -> list[int]:
    return [record.offset for record in log.read(topic, 0, 0)]


def test_old_records_go_and_offsets_stay(log: SqliteLog, clock: Any) -> None:
    log.create_topic("aging", 1, TopicConfig(retention_ms=HOUR))
    log.append([NewRecord("aging", None, b"old")] * 3)
    clock.now += HOUR + 1
    log.append([NewRecord("aging", None, b"new")])
    assert log.sweep() == Swept(expired=3)
    assert offsets(log, "aging") == [3]
    assert log.bounds("aging", 0) == (3, 4)


def test_an_emptied_partition_goes_on_counting(log: SqliteLog, clock: Any) -> None:
    log.create_topic("aging", 1, TopicConfig(retention_ms=HOUR))
    log.append([NewRecord("aging", None, b"old")] * 3)
    clock.now += HOUR + 1
    log.sweep()
    assert log.bounds("aging", 0) == (3, 3)
    assert log.append([NewRecord("aging", None, b"new")])[0].offset == 3
    log.check()


def test_size_is_kept_within_the_limit(log: SqliteLog) -> None:
    log.create_topic("small", 1, TopicConfig(retention_bytes=250))
    log.append([NewRecord("small", None, b"x" * 100)] * 5)
    assert log.sweep() == Swept(expired=3)
    assert offsets(log, "small") == [3, 4]


def test_what_a_group_has_still_to_process_is_never_let_go(log: SqliteLog, clock: Any) -> None:
    log.create_topic("aging", 1, TopicConfig(retention_ms=HOUR))
    log.append([NewRecord("aging", None, b"old")] * 5)
    log.commit("slow", {("aging", 0): 2})
    clock.now += HOUR + 1
    assert log.sweep() == Swept(expired=2)
    assert offsets(log, "aging") == [2, 3, 4]
    log.forget_group("slow")
    assert log.sweep() == Swept(expired=3)


def test_a_topic_without_limits_keeps_everything(log: SqliteLog, clock: Any) -> None:
    log.append([NewRecord("t", None, b"v", partition=0)] * 3)
    clock.now += 10_000 * HOUR
    assert log.sweep() == Swept()
    assert offsets(log, "t") == [0, 1, 2]


@pytest.fixture
def compacted(log: SqliteLog) -> SqliteLog:
    log.create_topic("c", 1, TopicConfig(Cleanup.COMPACT))
    return log


def put(log: SqliteLog, *pairs: tuple[bytes | None, bytes | None]) -> None:
    log.append([NewRecord("c", key, value) for key, value in pairs])


def test_compaction_keeps_the_last_record_of_every_key_at_its_offset(compacted: SqliteLog) -> None:
    put(compacted, (b"a", b"1"), (b"b", b"1"), (None, b"keyless"), (b"a", b"2"), (b"c", b"1"))
    assert compacted.sweep(force_compaction=True) == Swept(compacted=1)
    assert offsets(compacted, "c") == [1, 2, 3, 4]
    compacted.check()


def test_a_tombstone_stays_readable_for_a_day(compacted: SqliteLog, clock: Any) -> None:
    put(compacted, (b"a", b"1"), (b"a", None), (b"b", b"1"))
    compacted.sweep(force_compaction=True)
    assert offsets(compacted, "c") == [1, 2]
    clock.now += sweep.TOMBSTONE_MS + 1
    put(compacted, (b"b", b"2"))
    compacted.sweep(force_compaction=True)
    assert offsets(compacted, "c") == [3]


def test_the_last_record_of_a_compacted_partition_is_never_removed(compacted: SqliteLog, clock: Any) -> None:
    put(compacted, (b"a", b"1"), (b"a", None))
    clock.now += sweep.TOMBSTONE_MS + 1
    compacted.sweep(force_compaction=True)
    assert offsets(compacted, "c") == [1]


def test_compaction_waits_until_it_is_worth_it(compacted: SqliteLog) -> None:
    put(compacted, *[(b"a", b"%d" % number) for number in range(sweep.DIRTY_MINIMUM - 1)])
    assert compacted.sweep() == Swept()
    put(compacted, (b"a", b"last"))
    assert compacted.sweep() == Swept(compacted=sweep.DIRTY_MINIMUM - 1)
    assert compacted.sweep() == Swept()
    compacted.check()

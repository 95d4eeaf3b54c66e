"""The embedded log against a model in plain Python: appends, reads, commits, retention, compaction, reopening, in any order."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from streams.transport.sqlite import Cleanup, NewRecord, SqliteLog, StoredRecord, TopicConfig, sweep
from streams.transport.sqlite.partitioner import partition_of

RETENTION_MS = 1000
RETENTION_BYTES = 40
TOPICS = {
    "plain": TopicConfig(),
    "aging": TopicConfig(retention_ms=RETENTION_MS),
    "small": TopicConfig(retention_bytes=RETENTION_BYTES),
    "compacted": TopicConfig(Cleanup.COMPACT),
}
PARTITIONS = 2
WHERE = st.tuples(st.sampled_from(sorted(TOPICS)), st.integers(0, PARTITIONS - 1))
HEADERS = st.lists(st.tuples(st.sampled_from(["a", "é"]), st.binary(max_size=3)), max_size=2).map(tuple)
RECORDS = st.lists(
    st.builds(
        NewRecord,
        topic=st.sampled_from(sorted(TOPICS)),
        key=st.sampled_from([b"a", b"b", b"c", b"", None]),
        value=st.none() | st.binary(max_size=12),
        headers=HEADERS,
        timestamp=st.none() | st.integers(0, 5000),
        partition=st.none() | st.integers(0, PARTITIONS - 1),
    ),
    max_size=8,
)


@dataclass
class Partition:
    """What a partition should hold."""

    records: list[StoredRecord] = field(default_factory=list)
    end: int = 0
    compacted_to: int = 0
    committed: dict[str, int] = field(default_factory=dict)

    def expire(self, config: TopicConfig, now: int) -> None:
        guard = min(self.committed.values(), default=self.end)
        size = sum(map(weight, self.records))
        while self.records and self.records[0].offset < guard:
            old = config.retention_ms is not None and self.records[0].timestamp < now - config.retention_ms
            if not old and (config.retention_bytes is None or size <= config.retention_bytes):
                return
            size -= weight(self.records.pop(0))

    def compact(self, now: int) -> None:
        if self.end == self.compacted_to:
            return
        last = {record.key: record.offset for record in self.records}
        self.records = [
            record
            for record in self.records
            if record.key is None
            or (
                last[record.key] == record.offset
                and not (record.value is None and record.timestamp < now - sweep.TOMBSTONE_MS and record.offset < self.end - 1)
            )
        ]
        self.compacted_to = self.end


def weight(record: StoredRecord) -> int:
    packed = sum(6 + len(name.encode()) + len(value) for name, value in record.headers)
    return len(record.key or b"") + len(record.value or b"") + packed


class Log(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "log.db"
        self.now = 1000
        self.model = {(topic, partition): Partition() for topic in TOPICS for partition in range(PARTITIONS)}
        self.open()
        for topic, config in TOPICS.items():
            self.log.create_topic(topic, PARTITIONS, config)

    def open(self) -> None:
        self.log = SqliteLog.open(self.path, clock=lambda: self.now)

    def teardown(self) -> None:
        self.log.check()
        self.log.close()
        self.folder.cleanup()

    @rule(records=RECORDS, group=st.sampled_from("gh"), where=WHERE, commit=st.none() | st.integers(0, 12))
    def write(self, records: list[NewRecord], group: str, where: tuple[str, int], commit: int | None) -> None:
        offsets = {} if commit is None else {where: commit}
        placed = self.log.write(records, group, offsets)
        expected = [self.put(record) for record in records]
        if commit is not None:
            self.model[where].committed[group] = commit
        assert [(place.topic, place.partition, place.offset) for place in placed] == expected

    def put(self, record: NewRecord) -> tuple[str, int, int]:
        partition = record.partition
        if partition is None and record.key is not None:
            partition = partition_of(record.key, PARTITIONS)
        if partition is None:
            partition = sum(self.model[record.topic, number].end for number in range(PARTITIONS)) % PARTITIONS
        model = self.model[record.topic, partition]
        timestamp = self.now if record.timestamp is None else record.timestamp
        model.records.append(StoredRecord(model.end, timestamp, record.key, record.value, record.headers))
        model.end += 1
        return record.topic, partition, model.end - 1

    @rule(milliseconds=st.sampled_from([1, 700, sweep.TOMBSTONE_MS]))
    def time_passes(self, milliseconds: int) -> None:
        self.now += milliseconds

    @rule()
    def sweep(self) -> None:
        before = sum(len(model.records) for model in self.model.values())
        for (topic, _), model in self.model.items():
            if topic == "compacted":
                model.compact(self.now)
            else:
                model.expire(TOPICS[topic], self.now)
        swept = self.log.sweep(force_compaction=True)
        assert swept.expired + swept.compacted == before - sum(len(model.records) for model in self.model.values())

    @rule()
    def reopen(self) -> None:
        self.log.close()
        self.open()

    @rule(where=WHERE, start=st.integers(0, 20), count=st.integers(1, 5))
    def read(self, where: tuple[str, int], start: int, count: int) -> None:
        expected = [record for record in self.model[where].records if record.offset >= start][:count]
        assert self.log.read(*where, start, count) == expected

    @invariant()
    def bounds_and_positions_agree(self) -> None:
        for where, model in self.model.items():
            first = model.records[0].offset if model.records else model.end
            earliest, end = self.log.bounds(*where)
            assert end == model.end
            assert earliest <= first
            assert not model.records or earliest == first or self.log.read(*where, earliest, 1)[0].offset == first
        for group in "gh":
            expected = {where: model.committed[group] for where, model in self.model.items() if group in model.committed}
            assert self.log.committed(group) == expected


Log.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestLog = Log.TestCase

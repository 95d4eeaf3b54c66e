"""The log client on the embedded log."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Self

from streams.adapters.logclient.port import Applied, Begin, Headers, Record, Start, TopicState, UnknownTopic, Until, never, repartitioned
from streams.adapters.topics import TopicSpec
from streams.transport.sqlite import Cleanup, NewRecord, SqliteLog, TopicConfig, parse_url

BATCH = 1000
"""Records per transaction: each is a disk sync."""
POLL_SECONDS = 0.02
"""Between looks for new records while following."""


class EmbeddedLog:
    """Implements LogClient on one SQLite file."""

    def __init__(self, log: SqliteLog) -> None:
        self._log = log
        self._pending: list[NewRecord] = []
        self._known: set[str] = set()

    @classmethod
    def open(cls, url: str, create: bool = True) -> Self:
        """Open the log of a sqlite:/// URL, after making it unless `create` is false. ConfigError, CorruptLog, MustStop."""
        place = parse_url(url)
        if create:
            place.path.parent.mkdir(parents=True, exist_ok=True)
        return cls(SqliteLog.open(place.path, synchronous=place.synchronous, create=create))

    def append(self, topic: str, key: bytes | None, value: bytes | None, headers: Headers = ()) -> None:
        """See LogClient."""
        if topic not in self._known:
            self._partitions(topic)
            self._known.add(topic)
        self._pending.append(NewRecord(topic, key, value, headers))
        if len(self._pending) >= BATCH:
            self.flush()

    def flush(self) -> None:
        """See LogClient."""
        if self._pending:
            self._log.append(self._pending)
            self._pending.clear()

    def read(self, topic: str, start: Begin, follow: bool = False, until: Until = never) -> Iterator[Record]:
        """See LogClient."""
        ends = self.ends(topic)
        firsts = {} if isinstance(start, Start) else start
        at = ends if start is Start.END else {p: firsts.get(p, 0) for p in ends}
        if not follow:
            return self._drain(topic, at, ends)
        return self._follow(topic, at, until)

    def _drain(self, topic: str, at: Mapping[int, int], ends: Mapping[int, int]) -> Iterator[Record]:
        position = dict(at)
        while batch := sorted(self._poll(topic, position, ends), key=_by_time):
            yield from batch

    def _follow(self, topic: str, at: Mapping[int, int], until: Until) -> Iterator[Record]:
        position = dict(at)
        while True:
            # Asked before reading: what was appended before the caller wanted to end is still read.
            last, seen = until(), self._log.version()
            batch = sorted(self._poll(topic, position, self.ends(topic)), key=_by_time)
            yield from batch
            if last and not batch:
                return
            if not batch and seen == self._log.version():
                time.sleep(POLL_SECONDS)

    def _poll(self, topic: str, position: dict[int, int], ends: Mapping[int, int]) -> Iterator[Record]:
        for partition in sorted(position):
            for r in self._log.read(topic, partition, position[partition], BATCH):
                if r.offset >= ends[partition]:
                    break
                position[partition] = r.offset + 1
                yield Record(topic, partition, r.offset, r.timestamp, r.key, r.value, r.headers)

    def ends(self, topic: str) -> dict[int, int]:
        """See LogClient."""
        return {p: self._log.bounds(topic, p)[1] for p in range(self._partitions(topic))}

    def _partitions(self, topic: str) -> int:
        info = self._log.topic(topic)
        if info is None:
            raise UnknownTopic(topic)
        return info.partitions

    def committed(self, group: str, topic: str) -> dict[int, int]:
        """See LogClient."""
        return {p: offset for (name, p), offset in self._log.committed(group).items() if name == topic}

    def commit(self, group: str, topic: str, offsets: Mapping[int, int]) -> None:
        """See LogClient."""
        self._partitions(topic)
        self._log.commit(group, {(topic, p): offset for p, offset in offsets.items()})

    def topics(self) -> tuple[TopicState, ...]:
        """See LogClient."""
        return tuple(
            TopicState(i.name, i.partitions, i.config.cleanup.value, -1 if i.config.retention_ms is None else i.config.retention_ms)
            for i in sorted(self._log.topics(), key=lambda i: i.name)
        )

    def apply(self, spec: TopicSpec, partitions: int) -> Applied:
        """See LogClient."""
        config = TopicConfig(Cleanup(spec.cleanup), None if spec.retention_days is None else spec.retention_ms)
        info = self._log.topic(spec.name)
        if info is not None and info.partitions != partitions:
            raise repartitioned(spec.name, info.partitions, partitions)
        if info is not None and info.config == config:
            return Applied.UNCHANGED
        self._log.create_topic(spec.name, partitions, config)
        return Applied.CREATED if info is None else Applied.ALTERED

    def close(self) -> None:
        """See LogClient."""
        self._log.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def _by_time(record: Record) -> tuple[int, int, int]:
    return (record.timestamp, record.partition, record.offset)

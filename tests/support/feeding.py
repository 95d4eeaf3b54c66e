"""For tests of the feeders: a log in memory that can fail on command, a clock that stands, an outbox on both."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from streams.adapters.logclient.port import Applied, Begin, Headers, Record, Start, TopicState, Until, never
from streams.adapters.topics import TopicSpec
from streams.adapters.wire_raw import RAW
from streams.domain.errors import TransientFailure
from streams.domain.report import RawRecord
from streams.domain.settings import CoreSettings
from streams.domain.source import Source
from streams.feeders.appender import Appender, Item
from streams.feeders.journal import Journal
from streams.feeders.observe import Feeder, FeederMetrics
from streams.feeders.outbox import Outbox
from streams.feeders.service import Surroundings

BROKER = "memory://"
START = datetime(2020, 9, 27, 6, 0, tzinfo=UTC)


@dataclass
class StandingClock:
    """Says what it is told."""

    at: datetime = START

    def now(self) -> datetime:
        return self.at

    def advance(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@dataclass
class MemoryLog:
    """Implements LogClient for `wire.raw` with one partition. What was flushed stays when it is opened again.

    `failures` are taken one per flush: "lost" loses what was appended, "landed" keeps it, both raise TransientFailure;
    an exception is raised as it is. `away`: it cannot be opened. `gate`: closed, a flush waits.
    """

    records: list[Record] = field(default_factory=list)
    failures: list[str | Exception] = field(default_factory=list)
    flushes: int = 0
    reads: list[Mapping[int, int]] = field(default_factory=list)
    away: bool = False
    gate: threading.Event = field(default_factory=threading.Event)
    _pending: list[Record] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.gate.set()

    def connect(self) -> Self:
        if self.away:
            raise TransientFailure("no answer from the broker")
        self._pending = []
        return self

    def append(self, topic: str, key: bytes | None, value: bytes | None, headers: Headers = ()) -> None:
        self._pending.append(Record(topic, 0, 0, 0, key, value, headers))

    def flush(self) -> None:
        assert self.gate.wait(30)
        self.flushes += 1
        failure = self.failures.pop(0) if self.failures else ""
        if failure in ("", "landed"):
            self.records += [Record(r.topic, 0, len(self.records) + n, 0, r.key, r.value, r.headers) for n, r in enumerate(self._pending)]
        self._pending = []
        if isinstance(failure, Exception):
            raise failure
        if failure:
            raise TransientFailure(f"flush: {failure}")

    def read(self, topic: str, start: Begin, follow: bool = False, until: Until = never) -> Iterator[Record]:  # noqa: ARG002
        begin = {} if isinstance(start, Start) else dict(start)
        self.reads.append(begin)
        return iter(self.records[begin.get(0, 0) :])

    def ends(self, topic: str) -> dict[int, int]:  # noqa: ARG002
        return {0: len(self.records)}

    def committed(self, group: str, topic: str) -> dict[int, int]:
        raise NotImplementedError

    def commit(self, group: str, topic: str, offsets: Mapping[int, int]) -> None:
        raise NotImplementedError

    def topics(self) -> tuple[TopicState, ...]:
        raise NotImplementedError

    def apply(self, spec: TopicSpec, partitions: int) -> Applied:
        raise NotImplementedError

    def close(self) -> None:
        self._pending = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def bodies(self) -> list[bytes]:
        """What was appended, in order."""
        assert all(r.topic == RAW for r in self.records)
        return [r.value or b"" for r in self.records]

    def ids(self) -> list[str]:
        """The input ids, in order."""
        return [r.header("input-id") for r in self.records]


def raw(body: bytes = b"Quake hits Yerevan", input_id: str = "in-1", source: str = "acme") -> RawRecord:
    return RawRecord(source, START, body, input_id=input_id)


def item(body: bytes = b"Quake hits Yerevan", key: str = "", input_id: str = "", supersedes: bool = False) -> Item:
    return Item(raw(body, input_id or f"in-{key}-{body!r}"), key, supersedes)


@dataclass
class Desk:
    """A running outbox on a memory log, and what feeders are given with it."""

    log: MemoryLog
    clock: StandingClock
    around: Surroundings

    @property
    def outbox(self) -> Outbox:
        return self.around.outbox

    def metric(self, line: str) -> bool:
        """Whether /metrics has a line that begins so."""
        return any(found.startswith(line) for found in self.around.metrics.render().decode().splitlines())


@asynccontextmanager
async def desk(folder: Path, feeder: Feeder = Feeder.HTTP, log: MemoryLog | None = None, capacity: int = 16) -> AsyncIterator[Desk]:
    """Open a journal in `folder` and start an outbox; stop it in the end."""
    log, clock = log or MemoryLog(), StandingClock()
    made = outbox(folder, log, clock, capacity)
    around = Surroundings(feeder, made, FeederMetrics([Source("acme", name="Acme")], clock), clock)
    try:
        await made.start()
        yield Desk(log, clock, around)
    finally:
        log.gate.set()
        await made.stop()


def outbox(folder: Path, log: MemoryLog, clock: StandingClock, capacity: int = 16) -> Outbox:
    """Not started."""
    appender: Callable[[Journal, object], Appender] = lambda journal, _: Appender(journal, log, BROKER, CoreSettings(), clock)  # noqa: E731
    return Outbox("test", log.connect, appender, Journal.open(folder / "journal.db"), capacity)

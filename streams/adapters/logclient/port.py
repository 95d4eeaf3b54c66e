"""What a command asks of a log. One contract test suite runs on every implementation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from typing import Protocol, Self

from streams.adapters.topics import TopicSpec
from streams.domain.errors import ConfigError

Headers = tuple[tuple[str, bytes], ...]

MAX_RECORD_BYTES = 16 * 1024 * 1024
"""Of one record with its headers. More than any report may have: what is too large must still reach the dead letters."""


class UnknownTopic(ConfigError):
    """The log has no topic of that name; `wirebell topics apply` makes it."""

    def __init__(self, topic: str) -> None:
        super().__init__(f"the log has no topic {topic}; `wirebell topics apply` makes it")
        self.topic = topic


class Start(StrEnum):
    """Where to begin reading."""

    BEGINNING = "beginning"
    END = "end"


Begin = Start | Mapping[int, int]
"""A start, or the first offset per partition."""

Until = Callable[[], bool]


def never() -> bool:
    """Follow until interrupted."""
    return False


class Applied(StrEnum):
    """What applying a topic's description did."""

    CREATED = "created"
    ALTERED = "altered"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Record:
    """A record as read. `timestamp` in ms since 1970."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Headers

    def header(self, name: str) -> str:
        """The last header of that name as text, empty when there is none. Undecodable bytes are replaced."""
        return next((v.decode("utf-8", "replace") for k, v in reversed(self.headers) if k == name), "")


@dataclass(frozen=True, slots=True)
class TopicState:
    """A topic as the log has it. `retention_ms` -1 is for ever."""

    name: str
    partitions: int
    cleanup: str
    retention_ms: int


class LogClient(Protocol):
    """A connection to a log; close it. For one thread.

    Every method may raise TransientFailure (the broker cannot be reached, or not in time), MustStop (it refuses or is damaged)
    and UnknownTopic. A record without a key goes to any partition.
    """

    def append(self, topic: str, key: bytes | None, value: bytes | None, headers: Headers = ()) -> None:
        """Take a record for sending. It is in the log for good only when a later `flush` has returned."""
        ...

    def flush(self) -> None:
        """Return when every record appended so far was acknowledged; raise when one was not."""
        ...

    def read(self, topic: str, start: Begin, follow: bool = False, until: Until = never) -> Iterator[Record]:
        """Records of every partition, each partition in order, those read together by time.

        `start` may map partitions to their first offset; the others begin at the beginning. Without `follow` it ends at what was
        the end when it began. With it, it waits for more until `until` says so.
        """
        ...

    def ends(self, topic: str) -> dict[int, int]:
        """The offset that the next record gets, per partition."""
        ...

    def committed(self, group: str, topic: str) -> dict[int, int]:
        """The next offset that a group will process, for the partitions where it committed one."""
        ...

    def commit(self, group: str, topic: str, offsets: Mapping[int, int]) -> None:
        """Commit a group's next offsets. Not for a group whose members are running."""
        ...

    def topics(self) -> tuple[TopicState, ...]:
        """Every topic, by name, the broker's own left out."""
        ...

    def apply(self, spec: TopicSpec, partitions: int) -> Applied:
        """Make a topic as described, or give an existing one its settings.

        ConfigError when it exists with another number of partitions: keys would move and records of one story lose their order.
        """
        ...

    def close(self) -> None:
        """Let go. Idempotent; records appended and not flushed may be lost."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None: ...


def lag(client: LogClient, group: str, topic: str) -> int:
    """How many records of a topic a group has still to process. Partitions without a commit count from the beginning."""
    committed = client.committed(group, topic)
    return sum(end - committed.get(partition, 0) for partition, end in client.ends(topic).items())


def repartitioned(name: str, now: int, asked: int) -> ConfigError:
    """The error for a topic that has another number of partitions than asked."""
    return ConfigError(
        f"topic {name} has {now} partitions and {asked} are asked for: keys would move, so records of one story would lose their "
        f"order; set topics.{name} = {now}, or begin with a new log"
    )

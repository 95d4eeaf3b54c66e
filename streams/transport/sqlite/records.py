"""What goes into the embedded log and what comes out of it. Named tuples, because every record makes several."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

Headers = tuple[tuple[str, bytes], ...]


class NewRecord(NamedTuple):
    """A record to append. Without a partition the key decides; without a timestamp (ms since 1970) the log's clock does."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Headers = ()
    timestamp: int | None = None
    partition: int | None = None


class Placed(NamedTuple):
    """Where a record went."""

    topic: str
    partition: int
    offset: int
    timestamp: int


class StoredRecord(NamedTuple):
    """A record as read back."""

    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Headers


class Cleanup(StrEnum):
    """What `sweep` does with a topic: forget the old, or keep the last record of every key."""

    DELETE = "delete"
    COMPACT = "compact"


@dataclass(frozen=True, slots=True)
class TopicConfig:
    """`retention_ms` and `retention_bytes` apply to DELETE; None keeps everything. Bytes are per partition."""

    cleanup: Cleanup = Cleanup.DELETE
    retention_ms: int | None = None
    retention_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class TopicInfo:
    """A topic as the file has it."""

    name: str
    partitions: int
    config: TopicConfig


@dataclass(frozen=True, slots=True)
class Swept:
    """What one `sweep` removed."""

    expired: int = 0
    compacted: int = 0

"""The embedded log: topics, partitions, records and consumer offsets in one SQLite file. No Faust; for any process.

One `SqliteLog` per thread of use. Many processes may hold the same file: readers never wait, writers queue for the write lock.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from streams.domain.errors import ConfigError
from streams.transport.sqlite import integrity, schema
from streams.transport.sqlite.catalog import Catalog, UnknownTopic, read_topics, write_topic
from streams.transport.sqlite.failures import translated
from streams.transport.sqlite.partitioner import partition_of
from streams.transport.sqlite.reader import Reader
from streams.transport.sqlite.records import NewRecord, Placed, StoredRecord, Swept, TopicConfig, TopicInfo
from streams.transport.sqlite.sweep import Sweeper
from streams.transport.sqlite.url import Synchronous
from streams.transport.sqlite.writer import Writer

BUSY_SECONDS = 10.0
"""How long a writer waits for another process's transaction before it gives up with TransientFailure."""
MAX_BYTES = 8 << 20


def wall_clock() -> int:
    """Milliseconds since 1970."""
    return time.time_ns() // 1_000_000


class SqliteLog:
    """Open with `SqliteLog.open`. Any method may raise CorruptLog, TransientFailure (locked for too long), MustStop (disk full, I/O)."""

    def __init__(self, path: Path, synchronous: Synchronous, clock: Callable[[], int], busy_seconds: float) -> None:
        self.path = path
        self._clock = clock
        self._catalog = Catalog()
        self._write_db = schema.connect(path, synchronous, busy_seconds)
        self._read_db = schema.connect(path, synchronous, busy_seconds)
        self._writer = Writer(self._write_db, self._catalog, clock)
        self._reader = Reader(self._read_db, self._catalog, path)
        self._log_id = ""

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        synchronous: Synchronous = Synchronous.FULL,
        clock: Callable[[], int] = wall_clock,
        busy_seconds: float = BUSY_SECONDS,
        create: bool = True,
        inspect: bool = True,
    ) -> Self:
        """Opens the log, after creating it unless `create` is false, and looks it over (unless it was opened a moment ago: `inspect`).

        CorruptLog for a torn, damaged or foreign file; MustStop for a newer format; ConfigError for a path that cannot be one.
        """
        path = Path(path)
        with translated(path):
            _find(path, create)
            log = cls(path, synchronous, clock, busy_seconds)
            try:
                log._inspect(thorough=inspect and path.stat().st_size <= integrity.SCAN_LIMIT)
            except BaseException:
                log.close()
                raise
        return log

    def _inspect(self, *, thorough: bool) -> None:
        db = self._read_db
        integrity.inspect_header(db, self.path)
        db.execute("BEGIN")
        try:
            self._log_id = integrity.read_identity(db, self.path)
            if thorough:
                integrity.inspect_structure(db, self.path)
        finally:
            if db.in_transaction:
                db.execute("COMMIT")

    def check(self) -> None:
        """Reads the whole file: structure, offsets, every record's checksum. CorruptLog when anything is amiss. About 1 s per 300 MB."""
        with translated(self.path):
            self._inspect(thorough=True)
            integrity.inspect_records(self._read_db, self.path)

    @property
    def log_id(self) -> str:
        """Random, given at creation: tells this log from another that was put in its place."""
        return self._log_id

    def create_topic(self, name: str, partitions: int, config: TopicConfig | None = None) -> None:
        """Idempotent; an existing topic takes the new configuration. ConfigError for another partition count."""
        with translated(self.path):
            info = TopicInfo(name, partitions, config or TopicConfig())
            if self.topic(name) == info:
                return
            with self._transaction():
                write_topic(self._write_db, info)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._writer.begin()
        try:
            yield
            self._writer.commit()
        finally:
            self._writer.rollback()

    def topics(self) -> tuple[TopicInfo, ...]:
        """Every topic, by name."""
        with translated(self.path):
            return read_topics(self._read_db)

    def topic(self, name: str) -> TopicInfo | None:
        """The topic, or None."""
        return next((info for info in self.topics() if info.name == name), None)

    def partitions(self, topic: str) -> int:
        """How many partitions the topic has. UnknownTopic (a ConfigError) when there is none of that name."""
        with translated(self.path):
            return len(self._catalog.partitions(self._read_db, topic))

    def partition_of(self, topic: str, key: bytes) -> int:
        """Where a key of this topic goes."""
        return partition_of(key, self.partitions(topic))

    def append(self, records: Sequence[NewRecord]) -> list[Placed]:
        """Appends in order, in one transaction. When this returns, every record is in the log for good."""
        return self.write(records)

    def commit(self, group: str, offsets: Mapping[tuple[str, int], int]) -> None:
        """Commits a consumer group's offsets: of the next record to process, per (topic, partition)."""
        self.write((), group, offsets)

    def write(self, records: Sequence[NewRecord], group: str = "", offsets: Mapping[tuple[str, int], int] | None = None) -> list[Placed]:
        """Records and offsets in one transaction: all or nothing, whatever happens in between."""
        self.begin()
        placed = self.fill(records, group, offsets or {})
        self.finish()
        return placed

    def begin(self) -> None:
        """Opens the write transaction that `fill` and `finish` belong to."""
        with translated(self.path):
            self._writer.begin()

    def fill(self, records: Sequence[NewRecord], group: str, offsets: Mapping[tuple[str, int], int]) -> list[Placed]:
        """Puts records and offsets into the open transaction; on an error the transaction is gone."""
        with translated(self.path):
            return self._writer.fill(records, group, offsets)

    def finish(self) -> None:
        """Commits; the slow part (a disk sync), fit for another thread."""
        with translated(self.path):
            self._writer.commit()

    def read(self, topic: str, partition: int, from_offset: int, max_records: int = 1000, max_bytes: int = MAX_BYTES) -> list[StoredRecord]:
        """Records from `from_offset` on, in order. At least one if there is one, however large."""
        with translated(self.path):
            return self._reader.read(topic, partition, from_offset, max_records, max_bytes)

    def bounds(self, topic: str, partition: int) -> tuple[int, int]:
        """(earliest offset still held, offset of the next record): equal when the partition holds nothing."""
        with translated(self.path):
            return self._reader.bounds(topic, partition)

    def ends(self) -> dict[tuple[str, int], int]:
        """The next offset of every (topic, partition)."""
        with translated(self.path):
            return self._reader.ends()

    def committed(self, group: str) -> dict[tuple[str, int], int]:
        """What the group has committed."""
        with translated(self.path):
            return self._reader.committed(group)

    def groups(self) -> tuple[str, ...]:
        """Every group that has committed."""
        with translated(self.path):
            return self._reader.groups()

    def forget_group(self, group: str) -> None:
        """Drops a group's offsets, so that retention no longer waits for it."""
        with translated(self.path), self._transaction():
            self._write_db.execute("DELETE FROM positions WHERE consumer_group = ?", (group,))

    def version(self) -> int:
        """Changes whenever anyone commits to the file, seen from this object: cheap to poll (about 3 microseconds)."""
        with translated(self.path):
            return self._reader.version()

    def sweep(self, *, force_compaction: bool = False) -> Swept:
        """Applies every topic's retention and compaction, in small transactions."""
        with translated(self.path):
            return Sweeper(self._write_db, self._clock()).sweep(force_compaction=force_compaction)

    def hold_checkpoints(self) -> None:
        """From now on commits never move the WAL into the main file; someone must call `checkpoint` instead."""
        with translated(self.path):
            self._write_db.execute("PRAGMA wal_autocheckpoint = 0").fetchone()

    def checkpoint(self) -> None:
        """Moves what the WAL has into the main file, as far as readers allow, without making anyone wait."""
        with translated(self.path):
            self._write_db.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()

    def close(self) -> None:
        """Idempotent. An open transaction is rolled back."""
        self._read_db.close()
        self._write_db.close()


def _find(path: Path, create: bool) -> None:
    """Leaves a file at `path` that may be opened, or raises ConfigError or CorruptLog."""
    try:
        if not integrity.inspect_path(path):
            if not create:
                raise ConfigError(f"{path}: there is no log here")
            schema.create(path)
    except OSError as error:
        raise ConfigError(f"{path}: cannot hold the embedded log, which needs a writable folder on a local disk: {error}") from error


__all__ = ["SqliteLog", "UnknownTopic", "wall_clock"]

"""The writing half of the log: records and consumer offsets, all of them in one transaction or none."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from streams.domain.errors import ConfigError
from streams.transport.sqlite.catalog import Catalog
from streams.transport.sqlite.codec import checksum, pack_headers
from streams.transport.sqlite.partitioner import partition_of
from streams.transport.sqlite.records import NewRecord, Placed
from streams.transport.sqlite.schema import OFFSET_BITS

Row = tuple[int, int, int, bytes | None, bytes | None, bytes | None]

MAX_RECORD_BYTES = 64 << 20
"""A record larger than this is refused: SQLite holds it in memory whole, several times over."""


@dataclass(slots=True)
class _Tail:
    """The end of one partition while a transaction is being filled."""

    next_offset: int
    records: int = 0
    size: int = 0


class Stage:
    """Fills one open write transaction."""

    def __init__(self, db: sqlite3.Connection, catalog: Catalog, now: int) -> None:
        self._db = db
        self._catalog = catalog
        self._now = now
        self._tails: dict[int, _Tail] = {}

    def records(self, records: Iterable[NewRecord]) -> list[Placed]:
        """Gives each record its place, in order, and inserts it."""
        rows: list[Row] = []
        placed = [self._place(record, rows) for record in records]
        self._db.executemany("INSERT INTO records (id, timestamp, crc, key, value, headers) VALUES (?, ?, ?, ?, ?, ?)", rows)
        ends = [(tail.next_offset, tail.records, tail.size, identity) for identity, tail in self._tails.items()]
        self._db.executemany("UPDATE partitions SET next_offset = ?, count = count + ?, bytes = bytes + ? WHERE id = ?", ends)
        return placed

    def offsets(self, group: str, offsets: Mapping[tuple[str, int], int]) -> None:
        """Commits the group's positions: the offset of the next record to process, per (topic, partition)."""
        rows = [(group, self._catalog.partition(self._db, *where), offset, self._now) for where, offset in sorted(offsets.items())]
        self._db.executemany("INSERT OR REPLACE INTO positions VALUES (?, ?, ?, ?)", rows)

    def _place(self, record: NewRecord, rows: list[Row]) -> Placed:
        partition = self._choose(record)
        identity = self._catalog.partition(self._db, record.topic, partition)
        tail = self._tail(identity)
        offset = tail.next_offset
        timestamp = self._now if record.timestamp is None else record.timestamp
        row = _row((identity << OFFSET_BITS) | offset, timestamp, record)
        size = sum(len(part) for part in row[3:] if part is not None)
        if size > MAX_RECORD_BYTES:
            raise ConfigError(f"a record of {size} bytes for topic {record.topic!r}: the embedded log takes up to {MAX_RECORD_BYTES}")
        rows.append(row)
        tail.next_offset += 1
        tail.records += 1
        tail.size += size
        return Placed(record.topic, partition, offset, timestamp)

    def _choose(self, record: NewRecord) -> int:
        if record.partition is not None:
            return record.partition
        identities = self._catalog.partitions(self._db, record.topic)
        if record.key is not None:
            return partition_of(record.key, len(identities))
        # Round robin derived from how much the topic has had, so the same appends land in the same places.
        return sum(self._tail(identity).next_offset for identity in identities) % len(identities)

    def _tail(self, identity: int) -> _Tail:
        tail = self._tails.get(identity)
        if tail is None:
            (end,) = self._db.execute("SELECT next_offset FROM partitions WHERE id = ?", (identity,)).fetchone()
            tail = self._tails[identity] = _Tail(end)
        return tail


def _row(identity: int, timestamp: int, record: NewRecord) -> Row:
    headers = pack_headers(record.headers)
    key, value = record.key, record.value
    return identity, timestamp, checksum(identity, timestamp, key, value, headers), key, value, headers


class Writer:
    """One write transaction at a time over one connection. Errors are sqlite3's; the log translates them."""

    def __init__(self, db: sqlite3.Connection, catalog: Catalog, clock: Callable[[], int]) -> None:
        self._db = db
        self._catalog = catalog
        self._clock = clock

    def begin(self) -> None:
        """Takes the write lock, waiting as long as the connection's busy timeout."""
        self._db.execute("BEGIN IMMEDIATE")

    def fill(self, records: Sequence[NewRecord], group: str, offsets: Mapping[tuple[str, int], int]) -> list[Placed]:
        """Records, then offsets, into the open transaction, which is rolled back when that fails."""
        try:
            stage = Stage(self._db, self._catalog, self._clock())
            placed = stage.records(records)
            stage.offsets(group, offsets)
        except BaseException:
            self.rollback()
            raise
        return placed

    def commit(self) -> None:
        """Makes the transaction durable; afterwards it is either wholly in the file or, on an error, wholly not."""
        try:
            self._db.execute("COMMIT")
        except BaseException:
            self.rollback()
            raise

    def rollback(self) -> None:
        """Idempotent."""
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")

"""The reading half of the log. Its connection never writes, so readers and the writer do not wait for each other."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from streams.transport.sqlite.catalog import Catalog
from streams.transport.sqlite.codec import checksum, unpack_headers
from streams.transport.sqlite.failures import damaged
from streams.transport.sqlite.records import StoredRecord
from streams.transport.sqlite.schema import OFFSET_MASK, row_id


class Reader:
    """Errors are sqlite3's, translated by the log, except CorruptLog for a record that fails its checksum."""

    def __init__(self, db: sqlite3.Connection, catalog: Catalog, path: Path) -> None:
        self._db = db
        self._catalog = catalog
        self._path = path

    def read(self, topic: str, partition: int, from_offset: int, max_records: int, max_bytes: int) -> list[StoredRecord]:
        """Records in order of offset, at least one if there is one."""
        identity = self._catalog.partition(self._db, topic, partition)
        cursor = self._db.execute(
            "SELECT id, timestamp, key, value, headers, crc FROM records WHERE id BETWEEN ? AND ? ORDER BY id LIMIT ?",
            (row_id(identity, max(from_offset, 0)), row_id(identity, OFFSET_MASK), max_records),
        )
        records: list[StoredRecord] = []
        budget = max_bytes
        for row, timestamp, key, value, headers, crc in cursor:
            if checksum(row, timestamp, key, value, headers) != crc:
                raise damaged(self._path, f"the record at {topic}/{partition}/{row & OFFSET_MASK} fails its checksum")
            budget -= len(key or b"") + len(value or b"") + len(headers or b"")
            if budget < 0 and records:
                break
            records.append(StoredRecord(row & OFFSET_MASK, timestamp, key, value, unpack_headers(headers)))
        cursor.close()
        return records

    def bounds(self, topic: str, partition: int) -> tuple[int, int]:
        """The earliest offset still there and the offset that the next record will get; equal when the partition is empty."""
        identity = self._catalog.partition(self._db, topic, partition)
        earliest, end = self._db.execute("SELECT earliest, next_offset FROM partitions WHERE id = ?", (identity,)).fetchone()
        return earliest, end

    def ends(self) -> dict[tuple[str, int], int]:
        """The end offset of every partition."""
        rows = self._db.execute("SELECT t.name, p.partition, p.next_offset FROM partitions p JOIN topics t ON t.id = p.topic_id")
        return {(name, partition): end for name, partition, end in rows}

    def committed(self, group: str) -> dict[tuple[str, int], int]:
        """The group's committed offsets."""
        rows = self._db.execute(
            "SELECT t.name, p.partition, c.next_offset FROM positions c JOIN partitions p ON p.id = c.partition_id"
            " JOIN topics t ON t.id = p.topic_id WHERE c.consumer_group = ? ORDER BY 1, 2",
            (group,),
        )
        return {(name, partition): offset for name, partition, offset in rows}

    def groups(self) -> tuple[str, ...]:
        """Every group that has committed something."""
        return tuple(row[0] for row in self._db.execute("SELECT DISTINCT consumer_group FROM positions ORDER BY 1"))

    def version(self) -> int:
        """A number that changes when another connection, of this process or any other, commits."""
        (version,) = self._db.execute("PRAGMA data_version").fetchone()
        return int(version)

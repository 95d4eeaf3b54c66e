"""Retention and compaction, in small transactions so that no appender waits long. Offsets are never reused or renumbered."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from streams.transport.sqlite.records import Cleanup, Swept
from streams.transport.sqlite.schema import OFFSET_MASK, row_id

CHUNK = 500
"""Records removed per transaction: a few milliseconds of write lock."""
TOMBSTONE_MS = 24 * 3600 * 1000
"""How long a deletion stays readable in a compacted topic (Kafka's delete.retention.ms)."""
DIRTY_MINIMUM = 1000
"""A compacted partition is left alone until this many records, and half as many as it holds, came since the last time."""


@dataclass(frozen=True, slots=True)
class _Partition:
    identity: int
    cleanup: Cleanup
    retention_ms: int | None
    retention_bytes: int | None
    earliest: int
    end: int
    count: int
    size: int
    compacted_to: int
    guard: int

    @property
    def dirty(self) -> int:
        return self.end - self.compacted_to


class Sweeper:
    """Removes what the topics' configuration lets go.

    Retention never removes a record that a group which has committed in the partition has still to process.
    """

    def __init__(self, db: sqlite3.Connection, now: int) -> None:
        self._db = db
        self._now = now

    def sweep(self, *, force_compaction: bool) -> Swept:
        """One pass over every partition."""
        expired = compacted = 0
        for partition in self._partitions():
            if partition.cleanup is Cleanup.DELETE:
                expired += self._remove(partition, self._expired(partition))
            elif partition.dirty and (force_compaction or partition.dirty >= max(DIRTY_MINIMUM, partition.count // 2)):
                compacted += self._compact(partition)
        return Swept(expired, compacted)

    def _partitions(self) -> list[_Partition]:
        rows = self._db.execute(
            "SELECT p.id, t.cleanup, t.retention_ms, t.retention_bytes, p.earliest, p.next_offset, p.count, p.bytes, p.compacted_to,"
            " coalesce((SELECT min(c.next_offset) FROM positions c WHERE c.partition_id = p.id), p.next_offset)"
            " FROM partitions p JOIN topics t ON t.id = p.topic_id ORDER BY p.id"
        ).fetchall()
        return [_Partition(identity, Cleanup(cleanup), *rest) for identity, cleanup, *rest in rows]

    def _expired(self, partition: _Partition) -> list[int]:
        """Row ids from the start of the partition up to the first that neither age nor size lets go."""
        too_old = None if partition.retention_ms is None else self._now - partition.retention_ms
        excess = 0 if partition.retention_bytes is None else partition.size - partition.retention_bytes
        doomed = []
        for identity, timestamp, size in self._walk(partition, partition.guard):
            if excess <= 0 and (too_old is None or timestamp >= too_old):
                break
            excess -= size
            doomed.append(identity)
        return doomed

    def _walk(self, partition: _Partition, end: int) -> sqlite3.Cursor:
        return self._db.execute(
            "SELECT id, timestamp, coalesce(length(key), 0) + coalesce(length(value), 0) + coalesce(length(headers), 0)"
            " FROM records WHERE id >= ? AND id < ? ORDER BY id",
            (row_id(partition.identity, 0), row_id(partition.identity, end)),
        )

    def _compact(self, partition: _Partition) -> int:
        removed = self._remove(partition, self._superseded(partition) + self._old_tombstones(partition))
        self._db.execute("UPDATE partitions SET compacted_to = ? WHERE id = ?", (partition.end, partition.identity))
        return removed

    def _range(self, partition: _Partition) -> tuple[int, int]:
        return row_id(partition.identity, 0), row_id(partition.identity, partition.end)

    def _superseded(self, partition: _Partition) -> list[int]:
        """Records whose key comes again later. Those without a key stay."""
        bounds = self._range(partition)
        rows = self._db.execute(
            "SELECT id FROM records WHERE id >= ? AND id < ? AND key IS NOT NULL"
            " AND id NOT IN (SELECT max(id) FROM records WHERE id >= ? AND id < ? GROUP BY key) ORDER BY id",
            (*bounds, *bounds),
        )
        return [row[0] for row in rows]

    def _old_tombstones(self, partition: _Partition) -> list[int]:
        """The last word on a key when it is a deletion that everyone has had time to see.

        The partition's very last record stays even so: table recovery reads up to it, and would wait for ever (faust issue 597).
        """
        low, high = self._range(partition)
        rows = self._db.execute(
            "SELECT id FROM records WHERE id IN (SELECT max(id) FROM records WHERE id >= ? AND id < ? AND key IS NOT NULL GROUP BY key)"
            " AND value IS NULL AND timestamp < ? AND id < ? ORDER BY id",
            (low, high, self._now - TOMBSTONE_MS, high - 1),
        )
        return [row[0] for row in rows]

    def _remove(self, partition: _Partition, doomed: list[int]) -> int:
        for start in range(0, len(doomed), CHUNK):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                self._remove_chunk(partition.identity, doomed[start : start + CHUNK])
                self._db.execute("COMMIT")
            finally:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
        return len(doomed)

    def _remove_chunk(self, identity: int, chunk: list[int]) -> None:
        marks = ",".join("?" * len(chunk))
        size, found = self._db.execute(
            "SELECT coalesce(sum(coalesce(length(key), 0) + coalesce(length(value), 0) + coalesce(length(headers), 0)), 0), count(*)"
            f" FROM records WHERE id IN ({marks})",
            chunk,
        ).fetchone()
        self._db.execute(f"DELETE FROM records WHERE id IN ({marks})", chunk)
        (first,) = self._db.execute(
            "SELECT min(id) FROM records WHERE id BETWEEN ? AND ?", (row_id(identity, 0), row_id(identity, OFFSET_MASK))
        ).fetchone()
        self._db.execute(
            "UPDATE partitions SET count = count - ?, bytes = bytes - ?, earliest = coalesce(?, next_offset) WHERE id = ?",
            (found, size, None if first is None else first & OFFSET_MASK, identity),
        )

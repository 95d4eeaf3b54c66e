"""The `rocksdb` table store under the embedded log: a table never runs ahead of the log.

Stock Faust writes a table change to RocksDB at once, so after a crash the table has seen records whose offsets were never committed
(FAUST.md, loss 5). Here changes wait in memory until the transaction that holds their changelog records is in the log; then they and the
changelog offset go to RocksDB in one write batch. A crash in between leaves RocksDB behind, never ahead, and recovery replays the rest.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol, runtime_checkable

import rocksdict
from faust.stores import rocksdb
from faust.types import TP

from streams.transport.sqlite.units import Where

IDENTITY_KEY = b"__wirebell\0log__"
"""Which log the persisted offset belongs to."""
HIDDEN = {IDENTITY_KEY, rocksdb.Store.offset_key}


@runtime_checkable
class TableGuard(Protocol):
    """What the store needs of its transport."""

    def touch_table(self, changelog: Where) -> None:
        """The record being processed uses this table partition."""

    def log_identity(self) -> str:
        """Which log this is."""

    def log_end(self, changelog: Where) -> int:
        """The next offset of a changelog partition; 0 when there is none yet."""

    def watch_table(self, changelog: Where, table: PendingTable) -> None:
        """From now on `table.settle` is to be called with every committed change of this partition."""


class PendingTable:
    """One partition's RocksDB with the uncommitted changes in front. Has the methods of `rocksdict.Rdict` that Faust's store calls."""

    def __init__(self, db: Any, touch: Callable[[], None]) -> None:
        self._db = db
        self._touch = touch
        self._values: dict[bytes, bytes | None] = {}
        self._unsettled: dict[bytes, int] = {}

    def get(self, key: bytes) -> bytes | None:
        """The latest value, committed or not."""
        self._touch()
        if key in self._values:
            return self._values[key]
        value: bytes | None = self._db.get(key)
        return value

    def put(self, key: bytes, value: bytes) -> None:
        """A change that is not committed yet. Faust's and our own bookkeeping keys go straight through."""
        if key in HIDDEN:
            self._db.put(key, value)
        else:
            self._change(key, value)

    def delete(self, key: bytes) -> None:
        """A removal that is not committed yet."""
        self._change(key, None)

    def _change(self, key: bytes, value: bytes | None) -> None:
        self._values[key] = value
        self._unsettled[key] = self._unsettled.get(key, 0) + 1

    def key_may_exist(self, key: bytes) -> bool:
        """False only when the key is certainly absent."""
        if key in self._values:
            return self._values[key] is not None
        return bool(self._db.key_may_exist(key))

    def items(self) -> Iterator[tuple[bytes, bytes]]:
        """Every entry, uncommitted changes included."""
        pending = dict(self._values)
        for key, value in self._db.items():
            if key not in HIDDEN and key not in pending:
                yield key, value
        for key, latest in pending.items():
            if latest is not None:
                yield key, latest

    def keys(self) -> Iterator[bytes]:
        """Every key, uncommitted changes included."""
        return (key for key, _ in self.items())

    def iter(self) -> Any:
        """RocksDB's own iterator: Faust makes one and does not use it."""
        return self._db.iter()

    def write(self, batch: Any) -> None:
        """A batch of changelog records, as recovery applies them."""
        self._db.write(batch)

    def settle(self, changes: Iterable[tuple[bytes, bytes | None]], offset: int) -> None:
        """These changes, in order, are in the log, the last one at `offset`: write them and the offset together."""
        batch = rocksdict.WriteBatch(raw_mode=True)
        for key, value in changes:
            if value is None:
                batch.delete(key)
            else:
                batch.put(key, value)
            self._settled(key)
        batch.put(rocksdb.Store.offset_key, b"%d" % offset)
        self._db.write(batch)

    def _settled(self, key: bytes) -> None:
        left = self._unsettled.get(key, 0) - 1
        if left > 0:
            self._unsettled[key] = left
        else:
            self._unsettled.pop(key, None)
            self._values.pop(key, None)

    def close(self) -> None:
        """Lets go of the file lock."""
        self._db.close()


class Store(rocksdb.Store):
    """Faust's RocksDB store; under any transport that is no TableGuard it is exactly that."""

    def _open_for_partition(self, partition: int) -> Any:
        guard = self.app.transport
        if not isinstance(guard, TableGuard):
            return super()._open_for_partition(partition)
        changelog = (self.table.changelog_topic.get_topic_name(), partition)
        db = self._fresh_unless_ours(partition, guard.log_identity().encode(), guard.log_end(changelog))
        table = PendingTable(db, lambda: guard.touch_table(changelog))
        guard.watch_table(changelog, table)
        return table

    def _fresh_unless_ours(self, partition: int, identity: bytes, end: int) -> Any:
        """The partition's database; wiped first when it belongs to another log or is ahead of this one (faust issues 158, 176)."""
        db = super()._open_for_partition(partition)
        offset = db.get(self.offset_key)
        if offset is not None and (db.get(IDENTITY_KEY) != identity or int(offset) >= end):
            self.log.warning("table %s[%s] does not belong to this log: rebuilding it from its changelog", self.table.name, partition)
            db.close()
            shutil.rmtree(self.partition_path(partition))
            db = super()._open_for_partition(partition)
        db.put(IDENTITY_KEY, identity)
        return db

    def set_persisted_offset(self, tp: TP, offset: int) -> None:
        """Ignores the provisional offset of a send inside a unit: `settle` writes the real one."""
        if offset >= 0:
            super().set_persisted_offset(tp, offset)

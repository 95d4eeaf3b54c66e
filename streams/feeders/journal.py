"""What a feeder must not forget: what it was about to append, what is appended for good, and where its polling stands.

One SQLite file per feeder. An entry is written before the record is appended (`intend`) and marked done after the log has it;
after a crash the entries in between are looked for in the log (`streams/feeders/appender.py`).
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from streams.domain.errors import ConfigError, MustStop

PRIVATE = 0o600
_FORMAT = 1
_DDL = """
CREATE TABLE IF NOT EXISTS entries (
    key TEXT PRIMARY KEY, digest TEXT NOT NULL, input_id TEXT NOT NULL, done INTEGER NOT NULL, at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS open_entries ON entries (done) WHERE done = 0;
CREATE TABLE IF NOT EXISTS marks (broker TEXT NOT NULL, partition INTEGER NOT NULL, position INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS cursors (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One item: `digest` of its bytes, the `input_id` under which the log has it, `at` in Unix seconds."""

    key: str
    digest: str
    input_id: str
    at: int
    done: bool = False


class Journal:
    """For one thread and one process. Any method may raise MustStop: the file is damaged or its disk full."""

    def __init__(self, path: Path, db: sqlite3.Connection) -> None:
        self.path = path
        self._db = db

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open or create. ConfigError when another process holds it or it is from another release."""
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, PRIVATE))
        with _translated(path):
            # Made on one thread and used on another, never on two at once.
            db = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
            db.execute("PRAGMA locking_mode = EXCLUSIVE")
            db.execute("PRAGMA journal_mode = WAL").fetchone()
            db.execute("PRAGMA synchronous = FULL")
            (found,) = db.execute("PRAGMA user_version").fetchone()
            if found not in (0, _FORMAT):
                raise ConfigError(f"{path}: a journal of format {found}; this release reads format {_FORMAT}")
            db.executescript(f"BEGIN EXCLUSIVE; PRAGMA user_version = {_FORMAT}; {_DDL} COMMIT;")
        return cls(path, db)

    def find(self, key: str) -> Entry | None:
        """The entry of a key."""
        with _translated(self.path):
            row = self._db.execute("SELECT key, digest, input_id, at, done FROM entries WHERE key = ?", (key,)).fetchone()
        return _entry(row) if row else None

    def intend(self, entries: Sequence[Entry]) -> None:
        """Remember what is about to be appended; an entry of the same key is replaced. On disk when this returns."""
        rows = [(e.key, e.digest, e.input_id, e.at) for e in entries]
        with self._transaction() as db:
            db.executemany("INSERT OR REPLACE INTO entries (key, digest, input_id, done, at) VALUES (?, ?, ?, 0, ?)", rows)

    def finish(self, keys: Iterable[str]) -> None:
        """The log has them for good."""
        with self._transaction() as db:
            db.executemany("UPDATE entries SET done = 1 WHERE key = ?", [(key,) for key in keys])

    def unresolved(self) -> tuple[Entry, ...]:
        """What was about to be appended and may or may not be in the log."""
        with _translated(self.path):
            return tuple(map(_entry, self._db.execute("SELECT key, digest, input_id, at, done FROM entries WHERE done = 0 ORDER BY key")))

    def settle(self, found: Iterable[str]) -> None:
        """The unresolved entries of these keys are in the log; the others are not, and are forgotten."""
        with self._transaction() as db:
            db.executemany("UPDATE entries SET done = 1 WHERE key = ?", [(key,) for key in found])
            db.execute("DELETE FROM entries WHERE done = 0")

    def forget(self, keys: Iterable[str]) -> None:
        """Their items will not come again."""
        with self._transaction() as db:
            db.executemany("DELETE FROM entries WHERE key = ?", [(key,) for key in keys])

    def touch(self, keys: Iterable[str], at: int) -> None:
        """They were seen again at that time: `sweep` spares them."""
        with self._transaction() as db:
            db.executemany("UPDATE entries SET at = ? WHERE key = ? AND done = 1", [(at, key) for key in keys])

    def sweep(self, before: int) -> int:
        """Forget what was done and not seen since. How many."""
        with self._transaction() as db:
            return db.execute("DELETE FROM entries WHERE done = 1 AND at < ?", (before,)).rowcount

    def keys(self) -> tuple[str, ...]:
        """Every key, in order."""
        with _translated(self.path):
            return tuple(key for (key,) in self._db.execute("SELECT key FROM entries ORDER BY key"))

    def marks(self, broker: str) -> dict[int, int]:
        """Per partition of this broker's `wire.raw`, an offset before which no unresolved entry can be. Empty when unknown."""
        with _translated(self.path):
            return dict(self._db.execute("SELECT partition, position FROM marks WHERE broker = ?", (broker,)))

    def mark(self, broker: str, positions: Mapping[int, int]) -> None:
        """Set the marks; those of another broker are gone with it."""
        with self._transaction() as db:
            db.execute("DELETE FROM marks")
            db.executemany("INSERT INTO marks VALUES (?, ?, ?)", [(broker, p, offset) for p, offset in sorted(positions.items())])

    def cursor(self, name: str) -> str:
        """A poller's remembered text, empty when there is none."""
        with _translated(self.path):
            row = self._db.execute("SELECT value FROM cursors WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else ""

    def save_cursor(self, name: str, value: str) -> None:
        """Remember it."""
        with self._transaction() as db:
            db.execute("INSERT OR REPLACE INTO cursors VALUES (?, ?)", (name, value))

    def close(self) -> None:
        """Idempotent."""
        self._db.close()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with _translated(self.path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            finally:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")


def _entry(row: tuple[str, str, str, int, int]) -> Entry:
    key, digest, input_id, at, done = row
    return Entry(key, digest, input_id, at, bool(done))


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise ConfigError(f"{path}: another feeder runs on this journal; stop it, or give this one its own feeders.datadir") from error
        raise MustStop(
            f"{path}: {error}. Make room or check the disk; if the file is damaged, move it aside: items fed since may then be fed again"
        ) from error

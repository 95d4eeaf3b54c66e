"""SQLite's errors as the domain's: what the operator should do is in the message."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from streams.domain.errors import CorruptLog, MustStop, TransientFailure, WirebellError

_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_WAITING = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_ADVICE = {
    sqlite3.SQLITE_FULL: "the disk is full; make room and start again (nothing uncommitted was written)",
    sqlite3.SQLITE_IOERR: "the disk failed to read or write; check the volume before starting again",
    sqlite3.SQLITE_READONLY: "the file or its folder cannot be written; check owner and permissions",
    sqlite3.SQLITE_CANTOPEN: "the file cannot be opened; check that its folder exists and may be written",
    sqlite3.SQLITE_PERM: "access was refused; check owner and permissions",
}


def damaged(path: Path, what: str) -> CorruptLog:
    """The error for a file that must not be used as it is."""
    return CorruptLog(
        f"{path}: {' '.join(what.split())}. Stop every process that uses it and keep a copy of it with its -wal file. Then restore a "
        f"backup, or salvage what can be read with `sqlite3 {path} .recover | sqlite3 recovered.db`, or move it (with -wal and -shm) "
        f"aside and start with an empty log"
    )


def translate(error: sqlite3.Error, path: Path) -> WirebellError:
    """CorruptLog, TransientFailure (locked by another process), or MustStop (full disk, I/O, anything unforeseen)."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if code in _DAMAGED:
        return damaged(path, f"not a sound wirebell log: {error}")
    if code in _WAITING:
        return TransientFailure(f"{path}: another process kept the log locked for too long; find it (an open sqlite3 shell?) and retry")
    return MustStop(f"{path}: {error}: {_ADVICE.get(code, 'unexpected failure of the embedded log')}")


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turns sqlite3.Error into the domain's errors."""
    try:
        yield
    except sqlite3.Error as error:
        raise translate(error, path) from error
    except UnicodeDecodeError as error:
        # Text that SQLite hands out, its own messages about a damaged schema included, is not UTF-8.
        raise damaged(path, f"not a sound wirebell log: {error.object[:80]!r}") from error

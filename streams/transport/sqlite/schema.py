"""The file's layout, how one is created, and how a connection to it is set up.

A record's row id is `partition row id << 40 | offset`, so one integer index serves every partition and appends go to its end.
"""

from __future__ import annotations

import os
import sqlite3
import uuid
from pathlib import Path

from streams.transport.sqlite.url import Synchronous

APPLICATION_ID = 0x57424C47
"""`WBLG` in the SQLite header: tells our file from anyone else's."""
FORMAT = 1
"""`user_version`: raised when a release changes the layout."""
OFFSET_BITS = 40
OFFSET_MASK = (1 << OFFSET_BITS) - 1
PRIVATE = 0o600
"""Wire copy may be embargoed: readable by its owner; SQLite gives -wal and -shm the mode of the main file."""

_DDL = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE topics (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, partitions INTEGER NOT NULL,
    cleanup TEXT NOT NULL, retention_ms INTEGER, retention_bytes INTEGER
);
CREATE TABLE partitions (
    id INTEGER PRIMARY KEY, topic_id INTEGER NOT NULL, partition INTEGER NOT NULL,
    earliest INTEGER NOT NULL DEFAULT 0, next_offset INTEGER NOT NULL DEFAULT 0,
    count INTEGER NOT NULL DEFAULT 0, bytes INTEGER NOT NULL DEFAULT 0, compacted_to INTEGER NOT NULL DEFAULT 0,
    UNIQUE (topic_id, partition)
);
CREATE TABLE records (
    id INTEGER PRIMARY KEY, timestamp INTEGER NOT NULL, crc INTEGER NOT NULL, key BLOB, value BLOB, headers BLOB
);
CREATE TABLE positions (
    consumer_group TEXT NOT NULL, partition_id INTEGER NOT NULL, next_offset INTEGER NOT NULL, committed_at INTEGER NOT NULL,
    PRIMARY KEY (consumer_group, partition_id)
) WITHOUT ROWID;
"""


def row_id(partition_id: int, offset: int) -> int:
    """The row id of a record."""
    return (partition_id << OFFSET_BITS) | offset


def create(path: Path) -> None:
    """Makes an empty log, complete or not at all: built beside its place and linked into it. An existing file is left alone."""
    draft = path.with_name(f"{path.name}.new-{uuid.uuid4().hex}")
    os.close(os.open(draft, os.O_CREAT | os.O_EXCL, PRIVATE))
    try:
        _build(draft)
        os.link(draft, path)
    except FileExistsError:
        pass  # another process created the log in the same moment
    finally:
        draft.unlink()
    _sync_folder(path.parent)


def _build(path: Path) -> None:
    db = sqlite3.connect(path, isolation_level=None)
    try:
        db.executescript(f"BEGIN; PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {FORMAT}; {_DDL} COMMIT;")
        db.execute("INSERT INTO meta VALUES ('log_id', ?)", (uuid.uuid4().hex,))
        db.execute("PRAGMA journal_mode = WAL").fetchone()
    finally:
        db.close()


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def connect(path: Path, synchronous: Synchronous, busy_seconds: float) -> sqlite3.Connection:
    """A connection in autocommit mode. It may be handed from thread to thread, one at a time."""
    db = sqlite3.connect(path, timeout=busy_seconds, isolation_level=None, check_same_thread=False, cached_statements=256)
    db.execute(f"PRAGMA synchronous = {synchronous.value}")
    db.execute("PRAGMA cache_size = -16000")
    return db

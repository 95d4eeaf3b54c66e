"""Is this file a whole, sound log of ours? Asked at every open, and thoroughly by `check`."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from streams.domain.errors import ConfigError, MustStop
from streams.transport.sqlite import schema
from streams.transport.sqlite.codec import checksum
from streams.transport.sqlite.failures import damaged

MAGIC = b"SQLite format 3\x00"
SCAN_LIMIT = 64 << 20
"""Up to this many bytes every open walks the whole structure (about 0.1 s); beyond it only `check` does."""


def inspect_path(path: Path) -> bool:
    """Whether the file is there to be opened (False: create it). ConfigError or CorruptLog where neither would be right."""
    if path.is_dir() or not path.parent.is_dir():
        raise ConfigError(f"{path}: cannot hold the embedded log: " + ("it is a folder" if path.is_dir() else "its folder does not exist"))
    if not path.exists():
        _refuse_orphan(path)
        return False
    with path.open("rb") as file:
        head = file.read(len(MAGIC))
    if head != MAGIC:
        raise damaged(path, "the file is empty" if not head else "the file does not begin as an SQLite file does")
    return True


def _refuse_orphan(path: Path) -> None:
    wal = path.with_name(path.name + "-wal")
    if wal.exists() and wal.stat().st_size:
        raise damaged(path, f"the file is missing but {wal.name} is there: a log was moved without it; put the two together again")


def inspect_header(db: sqlite3.Connection, path: Path) -> None:
    """Refuses a foreign file and one from a newer release."""
    (application,) = db.execute("PRAGMA application_id").fetchone()
    (version,) = db.execute("PRAGMA user_version").fetchone()
    if application != schema.APPLICATION_ID:
        raise damaged(path, "an SQLite file, but not a wirebell log")
    if version != schema.FORMAT:
        raise MustStop(
            f"{path}: log format {version}, and this release reads {schema.FORMAT}: run the release that wrote it, or a newer one"
        )


def read_identity(db: sqlite3.Connection, path: Path) -> str:
    """The log's random id."""
    row = db.execute("SELECT value FROM meta WHERE name = 'log_id'").fetchone()
    if row is None:
        raise damaged(path, "it has lost its identity")
    return str(row[0])


def inspect_structure(db: sqlite3.Connection, path: Path) -> None:
    """Walks SQLite's structure; then each partition's offsets against its records."""
    (verdict,) = db.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise damaged(path, f"its structure is damaged: {verdict}")
    for identity, earliest, end, count in db.execute("SELECT id, earliest, next_offset, count FROM partitions").fetchall():
        low, high, found = db.execute(
            "SELECT min(id), max(id), count(*) FROM records WHERE id BETWEEN ? AND ?",
            (schema.row_id(identity, 0), schema.row_id(identity, schema.OFFSET_MASK)),
        ).fetchone()
        outside = found and (low < schema.row_id(identity, earliest) or high >= schema.row_id(identity, end))
        if found != count or outside:
            raise damaged(path, f"partition row {identity} should hold {count} records of offsets {earliest} to {end}, and does not")


def inspect_records(db: sqlite3.Connection, path: Path) -> None:
    """Checks every record's checksum."""
    for row in db.execute("SELECT id, timestamp, key, value, headers, crc FROM records"):
        if checksum(*row[:5]) != row[5]:
            raise damaged(path, f"the record in row {row[0]} fails its checksum")

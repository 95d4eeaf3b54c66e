"""Which topics the file has. Topics are never removed and never change their partition count, so what was read once stays true."""

from __future__ import annotations

import sqlite3

from streams.domain.errors import ConfigError
from streams.transport.sqlite.records import Cleanup, TopicConfig, TopicInfo


class UnknownTopic(ConfigError):
    """A topic, or a partition of one, that the log does not have."""


class Catalog:
    """Topics by name, and the row ids of their partitions."""

    def __init__(self) -> None:
        self._partitions: dict[str, tuple[int, ...]] = {}

    def partitions(self, db: sqlite3.Connection, topic: str) -> tuple[int, ...]:
        """Row ids of the topic's partitions in order. UnknownTopic when there is no such topic."""
        known = self._partitions.get(topic)
        if known is None:
            rows = db.execute(
                "SELECT p.id FROM partitions p JOIN topics t ON t.id = p.topic_id WHERE t.name = ? ORDER BY p.partition", (topic,)
            ).fetchall()
            if not rows:
                raise UnknownTopic(f"the log has no topic {topic!r}: create it first")
            known = self._partitions[topic] = tuple(row[0] for row in rows)
        return known

    def partition(self, db: sqlite3.Connection, topic: str, partition: int) -> int:
        """The row id of one partition."""
        known = self.partitions(db, topic)
        if not 0 <= partition < len(known):
            raise UnknownTopic(f"topic {topic!r} has partitions 0 to {len(known) - 1}, not {partition}")
        return known[partition]

    def by_row(self, db: sqlite3.Connection) -> dict[int, tuple[str, int]]:
        """(topic, partition) by partition row id, for every topic."""
        rows = db.execute("SELECT p.id, t.name, p.partition FROM partitions p JOIN topics t ON t.id = p.topic_id")
        return {identity: (name, partition) for identity, name, partition in rows}


def read_topics(db: sqlite3.Connection) -> tuple[TopicInfo, ...]:
    """Every topic, by name."""
    rows = db.execute("SELECT name, partitions, cleanup, retention_ms, retention_bytes FROM topics ORDER BY name")
    return tuple(TopicInfo(name, count, TopicConfig(Cleanup(cleanup), ms, size)) for name, count, cleanup, ms, size in rows)


def write_topic(db: sqlite3.Connection, info: TopicInfo) -> None:
    """Creates the topic, or updates its configuration. ConfigError when it exists with another partition count."""
    if info.partitions < 1:
        raise ConfigError(f"topic {info.name!r}: {info.partitions} partitions; it needs at least one")
    config = info.config
    found = db.execute("SELECT id, partitions FROM topics WHERE name = ?", (info.name,)).fetchone()
    if found is None:
        _insert(db, info)
    elif found[1] != info.partitions:
        raise ConfigError(f"topic {info.name!r} has {found[1]} partitions and cannot be given {info.partitions}: keys would move")
    else:
        db.execute(
            "UPDATE topics SET cleanup = ?, retention_ms = ?, retention_bytes = ? WHERE id = ?",
            (config.cleanup.value, config.retention_ms, config.retention_bytes, found[0]),
        )


def _insert(db: sqlite3.Connection, info: TopicInfo) -> None:
    config = info.config
    topic_id = db.execute(
        "INSERT INTO topics (name, partitions, cleanup, retention_ms, retention_bytes) VALUES (?, ?, ?, ?, ?)",
        (info.name, info.partitions, config.cleanup.value, config.retention_ms, config.retention_bytes),
    ).lastrowid
    rows = [(topic_id, partition) for partition in range(info.partitions)]
    db.executemany("INSERT INTO partitions (topic_id, partition) VALUES (?, ?)", rows)

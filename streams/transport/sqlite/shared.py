"""What the consumer, the producer and the table stores of one worker share."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, cast

from faust.streams import current_event
from faust.transport import base
from faust.types import TP

from streams.transport.liveness import Progress
from streams.transport.sqlite.committer import Committer
from streams.transport.sqlite.lock import WorkerLock
from streams.transport.sqlite.log import SqliteLog
from streams.transport.sqlite.partitioner import partition_of
from streams.transport.sqlite.records import NewRecord
from streams.transport.sqlite.tables import PendingTable
from streams.transport.sqlite.units import Unit, Units, Where
from streams.transport.sqlite.url import parse_url

BUSY_SECONDS = 0.02
"""How long the event loop may stand still for another process's transaction before it does something else and asks again."""


def _nothing() -> None:
    pass


class SharedState(base.Transport):
    """The driver without its consumer and producer, which import this. The log is opened at first use: an app is built at import time."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.location = parse_url(str(self.url[0]))
        self.units = Units()
        self._counts: dict[str, int] = {}
        self.on_append: Callable[[], None] = _nothing
        self.progress = Progress(clock=time.monotonic)

    @cached_property
    def log(self) -> SqliteLog:
        """This process's own handle."""
        return SqliteLog.open(self.location.path, synchronous=self.location.synchronous, busy_seconds=BUSY_SECONDS)

    @property
    def group(self) -> str:
        """The consumer group is the application's id."""
        return str(self.app.conf.id)

    @cached_property
    def lock(self) -> WorkerLock:
        """Held while this process consumes."""
        return WorkerLock(self.location.path, self.group)

    @cached_property
    def committer(self) -> Committer:
        """The only writer of this process."""
        return Committer(self.log, self.group, self.units, self._on_commit)

    def sweep(self) -> None:
        """Retention and compaction, over a handle of its own so that commits go on in between. For another thread."""
        log = SqliteLog.open(self.location.path, synchronous=self.location.synchronous, inspect=False)
        try:
            log.hold_checkpoints()
            log.sweep()
        finally:
            log.close()

    def _on_commit(self, offsets: Mapping[Where, int]) -> None:
        if offsets:
            self.app.monitor.on_tp_commit({TP(*where): offset for where, offset in offsets.items()})
        self.on_append()

    def attach(self, unit: Unit, record: NewRecord) -> NewRecord:
        """Adds a send to a unit, its partition decided."""
        if record.partition is None and record.key is not None:
            record = record._replace(partition=partition_of(record.key, self.partitions(record.topic)))
        changelog = (record.topic, cast(int, record.partition)) if record.topic in self._changelogs() else None
        self.units.send(unit, record, changelog)
        return record

    def partitions(self, topic: str) -> int:
        """How many partitions the topic has; cached, for the count never changes. Faust asks at every table access."""
        count = self._counts.get(topic)
        if count is None:
            count = self._counts[topic] = self.log.partitions(topic)
        return count

    def _changelogs(self) -> Mapping[str, object]:
        """Changelog topics. Faust's public property builds a new set for every question."""
        return cast(Mapping[str, object], cast(Any, self.app.tables)._changelogs)

    # TableGuard, for the table stores

    def touch_table(self, changelog: Where) -> None:
        """The record being processed uses this table partition."""
        event = current_event()
        unit = None if event is None else self.units.unit(event.message.tp, event.message.offset)
        if unit is not None:
            unit.touched.add(changelog)

    def log_identity(self) -> str:
        """Which log this is."""
        return self.log.log_id

    def log_end(self, changelog: Where) -> int:
        """The next offset of a changelog partition; 0 when there is none yet."""
        return self.log.ends().get(changelog, 0)

    def watch_table(self, changelog: Where, table: PendingTable) -> None:
        """From now on the table hears of every committed change."""
        self.committer.tables[changelog] = table

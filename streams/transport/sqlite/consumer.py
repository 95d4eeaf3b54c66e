"""The Faust consumer of the embedded log: one worker has every partition, so a rebalance is a conversation with itself."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any, cast

from faust.transport.consumer import Consumer as _Base
from faust.types import TP, ConsumerMessage

from streams.domain.errors import ConfigError, WirebellError
from streams.transport.drain import FastDrain
from streams.transport.sqlite.log import UnknownTopic
from streams.transport.sqlite.records import StoredRecord
from streams.transport.sqlite.shared import SharedState
from streams.transport.sqlite.stand_ins import AckMap, Cluster
from streams.transport.sqlite.watch import Watch

IN_FLIGHT = 1000
"""Records of one partition that may be delivered and not committed: bounds memory, and what a crash makes us process again."""
FETCH = 500
FETCH_BYTES = 4 << 20
MEMBER = "embedded"
QUIET_SECONDS = 0.005


class Consumer(FastDrain, _Base):
    """Reads every subscribed partition; commits through the units, never by Faust's own reckoning (FAUST.md, loss 3)."""

    def __init__(self, transport: SharedState, *args: Any, **kwargs: Any) -> None:
        super().__init__(transport, *args, **kwargs)
        self._transport = transport
        self._assigned: set[TP] = set()
        self._positions: dict[TP, int] = {}
        self._ends: dict[tuple[str, int], int] = {}
        self._generation = 0
        self._holding = False
        self._rebalances = asyncio.Lock()
        self._acked = cast(Any, AckMap(self))
        self._acked_index = cast(Any, AckMap(self))

    async def on_start(self) -> None:
        """Makes sure that this is the only worker of its group."""
        self._transport.lock.acquire()
        self._watch = Watch(self._transport.log.version)
        self._transport.on_append = self._watch.nudge
        self._transport.progress.sample = self.sample

    async def on_stop(self) -> None:
        """Commits what is finished."""
        if self._transport.committer.failure is None:
            await super().on_stop()
        self._transport.lock.release()

    # Acknowledging and committing

    def on_deliver(self, tp: TP, message: ConsumerMessage) -> None:
        """Opens the record's unit. Changelog records, and topics without acknowledgement, have none."""
        self._positions[tp] = message.offset + 1
        if self.app.topics.acks_enabled_for(tp.topic):
            self._transport.units.deliver(tp, message.offset)

    def acknowledge(self, tp: TP, offset: int) -> None:
        """An agent is done with a record."""
        if self._transport.units.ack(tp, offset):
            self._transport.committer.want()

    async def force_commit(self, topics: Any = None, start_new_transaction: bool = True) -> bool:  # noqa: ARG002
        """Commits whatever is finished, whichever topics were asked for."""
        try:
            return await self._transport.committer.flush()
        except WirebellError as error:
            await self.crash(error)
            return False

    async def _commit(self, offsets: Mapping[TP, int]) -> bool:
        raise NotImplementedError("offsets are committed with their units")

    # Subscribing

    async def subscribe(self, topics: Iterable[str]) -> None:
        """Returns at once; the rebalance follows, for it waits for whoever called this."""
        self.add_future(self._rebalance(frozenset(topics)))

    async def _rebalance(self, topics: frozenset[str]) -> None:
        async with self._rebalances:
            await self._quiesce()
            self.app.on_rebalance_start()
            await self.on_partitions_revoked(set(self._assigned))
            assigned = await self._assign(topics)
            self._generation += 1
            self.app.consumer_generation_id = self._generation
            self._assigned = assigned
            self._positions = {}
            self._start_positions()
            self._open_progress()
            self._holding = False
            await self.on_partitions_assigned(set(assigned), self._generation)

    async def _quiesce(self) -> None:
        """Hands out nothing more, and waits until everything handed out is committed: no record is then in two assignments."""
        self._holding = True
        if self._transport.units.pending:
            self.log.info("before the new assignment, %s records under way are finished", self._transport.units.pending)
        while self._transport.units.pending and not self.should_stop:
            await self._transport.committer.flush()
            await asyncio.sleep(QUIET_SECONDS)

    async def _assign(self, topics: frozenset[str]) -> set[TP]:
        for topic in sorted(topics):
            await self._declare(topic)
        cluster = Cluster({info.name: info.partitions for info in self._transport.log.topics()})
        assignor = cast(Any, self.app.assignor)
        assignment = assignor.assign(cluster, {MEMBER: assignor.metadata(set(topics))})[MEMBER]
        assignor.on_assignment(assignment)
        return {TP(topic, partition) for topic, partitions in assignment.assignment for partition in partitions}

    async def _declare(self, topic: str) -> None:
        """Creates a missing topic when the application says how many partitions it has. ConfigError when nobody does."""
        if self._transport.log.topic(topic) is not None:
            return
        for channel in list(self.app.topics):
            if topic in channel.topics and channel.partitions:
                await channel.declare()
                return
        raise ConfigError(
            f"{self._transport.log.path}: topic {topic!r} does not exist, and the application does not say how many partitions"
        )

    # Liveness

    def _open_progress(self) -> None:
        self._transport.progress.closed()
        for tp in sorted(self._assigned):
            if self.app.topics.acks_enabled_for(tp.topic):
                self._transport.progress.opened(tp, self._positions[tp])

    def sample(self) -> None:
        """Tells `progress` where every partition stands."""
        committed, ends = self._transport.log.committed(self._transport.group), self._transport.log.ends()
        for tp in self._assigned:
            self._transport.progress.observe(tp, committed=committed.get(tp), highwater=ends.get(tp))

    # Positions

    def _start_positions(self) -> None:
        """Where each partition goes on: at the committed offset, or where the application wants to start."""
        committed = self._transport.log.committed(self._transport.group)
        latest = self.app.conf.consumer_auto_offset_reset == "latest"
        for tp in self._assigned:
            earliest, end = self._transport.log.bounds(*tp)
            self._positions[tp] = max(committed.get(tp, end if latest else 0), earliest)

    async def seek_to_committed(self) -> Mapping[TP, int]:
        """Partitions with records in flight stay where they are: their units go on."""
        kept = {tp: self._positions[tp] for tp in self._assigned if self._transport.units.in_flight(tp)}
        self._start_positions()
        self._positions.update(kept)
        return dict(self._positions)

    async def perform_seek(self) -> None:
        """As stock Faust, but without committed offsets of its own."""
        positions = await self.seek_to_committed()
        self._read_offset.update({tp: offset or None for tp, offset in positions.items()})

    async def _seek(self, partition: TP, offset: int) -> None:
        self._positions[partition] = offset

    async def seek_wait(self, partitions: Mapping[TP, int]) -> None:
        """Table recovery starts to read here."""
        for tp, offset in partitions.items():
            self._positions[tp] = offset
            self._read_offset[tp] = offset or None

    async def position(self, tp: TP) -> int | None:
        """The next offset to read."""
        return self._positions.get(tp)

    def assignment(self) -> set[TP]:
        """Every partition of every subscribed topic."""
        return set(self._assigned)

    def highwater(self, tp: TP) -> int:
        """The end offset as last seen; for the monitor."""
        return self._ends.get(tp, 0)

    async def highwaters(self, *partitions: TP) -> Mapping[TP, int]:
        """The offsets that the next records will get."""
        return {tp: self._transport.log.bounds(*tp)[1] for tp in partitions}

    async def earliest_offsets(self, *partitions: TP) -> Mapping[TP, int]:
        """The first offsets still there."""
        return {tp: self._transport.log.bounds(*tp)[0] for tp in partitions}

    def topic_partitions(self, topic: str) -> int | None:
        """How many partitions, or None."""
        try:
            return self._transport.partitions(topic)
        except UnknownTopic:
            return None

    def key_partition(self, topic: str, key: bytes | None, partition: int | None = None) -> int | None:
        """Where a key goes."""
        if partition is not None or key is None:
            return partition
        return self._transport.log.partition_of(topic, key)

    async def create_topic(self, topic: str, partitions: int, replication: int, **options: Any) -> None:
        """As the producer does."""
        await cast(Any, self.app.producer).create_topic(topic, partitions, replication, **options)

    def verify_recovery_event_path(self, now: float, tp: TP) -> None:
        """No network, nothing to verify."""

    def _new_topicpartition(self, topic: str, partition: int) -> TP:
        return TP(topic, partition)

    # Fetching

    async def _getmany(self, active_partitions: set[TP] | None, timeout: float) -> Mapping[TP, list[StoredRecord]]:  # noqa: ASYNC109
        wanted = self._assigned if active_partitions is None else active_partitions
        records = self._fetch(wanted)
        if not records and await self._watch.changed(timeout):
            self._ends = self._transport.log.ends()
            records = self._fetch(wanted)
        return records

    def _fetch(self, wanted: set[TP]) -> dict[TP, list[StoredRecord]]:
        records: dict[TP, list[StoredRecord]] = {}
        if self._holding:
            return records
        for tp in sorted(wanted & self._positions.keys()):
            room = min(IN_FLIGHT - self._transport.units.in_flight(tp), FETCH)
            if room > 0 and self._positions[tp] < self._ends.get(tp, 0):
                found = self._transport.log.read(*tp, self._positions[tp], room, FETCH_BYTES)
                if found:
                    records[tp] = found
        return records

    def _to_message(self, tp: TP, record: StoredRecord) -> ConsumerMessage:
        return ConsumerMessage(
            tp.topic,
            tp.partition,
            record.offset,
            record.timestamp / 1000,
            0,
            list(record.headers),
            record.key,
            record.value,
            None,
            tp=tp,
            generation_id=self.app.consumer_generation_id,
        )

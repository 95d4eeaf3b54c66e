"""The consumer: commits the contiguous acknowledged prefix, once every output made for it is with the broker; nothing after a failure."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast

from aiokafka.errors import KafkaError
from faust.transport.consumer import RecordMap
from faust.transport.drivers import aiokafka as stock
from faust.types import TP, ConsumerMessage, Message
from faust.types.transports import TPorTopicSet
from faust.types.tuples import ack_lock
from mode import Service
from mode.utils.futures import notify

from streams.domain.errors import MustStop
from streams.transport.drain import IDLE_SECONDS, FastDrain
from streams.transport.inflight import InFlight
from streams.transport.kafka.acks import AckFeeds, NothingAcked
from streams.transport.kafka.producer import Producer
from streams.transport.kafka.recovery import TrailingHoles
from streams.transport.kafka.thread import ConsumerThread, RebalanceListener
from streams.transport.ledger import LedgerBook, PartitionLedger
from streams.transport.liveness import Progress

LAST_COMMIT_SECONDS = 10.0
"""How long a revocation or a stop waits for what is being processed and sent. Then it goes on; the records are processed again."""
HIGHWATER_SECONDS = 5.0
RECOVERY_SECONDS = 1.0


class Delivered(ConsumerMessage):
    """A record with the ledger it was entered in: a late acknowledgement must not count for a later assignment."""

    ledger: PartitionLedger | None = None


class Consumer(FastDrain, stock.Consumer):
    """Replaces Faust's bookkeeping of acknowledged offsets, commits and seeks; everything else is Faust's."""

    RebalanceListener = RebalanceListener
    _thread: ConsumerThread

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.book: LedgerBook[TP] = LedgerBook()
        self.progress: Progress = cast(Any, self.transport).progress
        self.progress.sample = self.sample
        self._committing = asyncio.Lock()
        self._seek_due = False
        # Faust's Cython stream iterator acknowledges by writing to these two, not by calling `ack`.
        self._acked = cast(Any, AckFeeds(self.book))
        self._acked_index = NothingAcked()

    def _new_consumer_thread(self) -> ConsumerThread:
        return ConsumerThread(self, loop=self.loop, beacon=self.beacon)

    # -- delivery

    async def _getmany(self, active_partitions: set[TP] | None, timeout: float) -> RecordMap:  # noqa: ASYNC109 (Faust's signature)
        wanted = {tp for tp in active_partitions or () if tp in self.book.ledgers or not self._commits(tp)}
        if not wanted:
            await asyncio.sleep(IDLE_SECONDS)
            return {}
        epoch, records = await self._thread.fetch(wanted, timeout)
        return records if epoch == self._thread.epoch else {}

    def _to_message(self, tp: TP, record: Any) -> Delivered:
        stamp = cast(float, None if record.timestamp is None else record.timestamp / 1000.0)
        return Delivered(
            record.topic,
            record.partition,
            record.offset,
            stamp,
            record.timestamp_type,
            record.headers,
            record.key,
            record.value,
            record.checksum,
            record.serialized_key_size,
            record.serialized_value_size,
            tp,
            generation_id=self.app.consumer_generation_id,
        )

    def on_deliver(self, tp: TP, message: ConsumerMessage) -> None:
        """Enter the record in the ledger of its partition, when it is one whose offsets are committed."""
        ledger = self.book.ledgers.get(tp)
        if ledger is not None:
            ledger.deliver(message.offset)
            cast(Delivered, message).ledger = ledger

    def _commits(self, tp: TP) -> bool:
        return bool(self.app.topics.acks_enabled_for(tp.topic))

    def ack(self, message: Message) -> bool:
        """The agents are done with a record. True when that counts towards what may be committed."""
        with ack_lock:
            if message.acked:
                return False
            message.acked = True
            self._unacked_messages.discard(message)
            ledger = getattr(message, "ledger", None)
            if ledger is None:
                counted = False
            elif message.tracked:
                ledger.ack(message.offset)
                self._n_acked += 1
                counted = True
            else:
                counted = self._set_aside(message, ledger)
            notify(self._waiting_for_ack)
            return counted

    def _set_aside(self, message: Message, ledger: PartitionLedger) -> bool:
        """Faust acknowledged a record that no agent saw: an outdated one, which comes again, or one that it could not decode."""
        if self.flow_active and self.book.ledgers.get(message.tp) is ledger and not self.should_stop:
            where = f"{message.topic}/{message.partition}/{message.offset}"
            self._fail(MustStop(f"Faust set {where} aside unread: agents must take raw bytes and decode them themselves"))
        return False

    @property
    def _inflight(self) -> InFlight:
        return cast(Producer, self.app.producer).inflight

    def _fail(self, error: MustStop) -> None:
        self._inflight.fail(error)

    # -- commits

    @Service.transitions_to("COMMITTING")
    async def force_commit(self, topics: TPorTopicSet | None = None, start_new_transaction: bool = True) -> bool:  # noqa: ARG002
        """Commit what may be committed now. False when there is nothing, something was not written, or the partitions are gone."""
        async with self._committing:
            offsets = self.book.snapshot(self._chosen(topics))
            if not offsets or self._inflight.failure is not None:
                return False
            state = self.app.sensors.on_commit_initiated(self)
            done = await self._commit_snapshot(offsets)
            self.app.sensors.on_commit_completed(self, state)
            return done

    def _chosen(self, topics: TPorTopicSet | None) -> list[TP] | None:
        return None if topics is None else [tp for tp in self.book.ledgers if tp in topics or tp.topic in topics]

    async def _commit_snapshot(self, offsets: dict[TP, int]) -> bool:
        ledgers = {tp: self.book.ledgers[tp] for tp in offsets}
        try:
            await self.app.producer.flush()
        except MustStop as error:
            self.log.error("Not committing: %s", error)
            return False
        ours = {tp: offset for tp, offset in offsets.items() if self.book.ledgers.get(tp) is ledgers[tp]}
        if not ours or not await self._commit(ours):
            return False
        self.book.committed(ours)
        self._committed_offset.update(ours)
        self.app.tables.on_commit(ours)
        self.app.monitor.on_tp_commit(ours)
        self.sample()
        return True

    async def commit_and_end_transactions(self) -> None:
        """The last commit before stopping."""
        await self._settle()

    async def _settle(self) -> None:
        """Let what the agents are working on finish, and commit it; both within a limit."""
        try:
            async with asyncio.timeout(LAST_COMMIT_SECONDS):
                await self._idle()
                await self.force_commit()
        except TimeoutError:
            self.log.warning("Left behind unfinished after %s s: %s", LAST_COMMIT_SECONDS, sorted(self._being_processed(), key=repr))

    def _being_processed(self) -> list[Message]:
        return [message for message in self._unacked_messages if not message.acked and getattr(message, "ledger", None) is not None]

    async def _idle(self) -> None:
        while self._inflight.failure is None and self._being_processed():
            await self._wait_for_ack(timeout=1)

    # -- rebalances and seeks

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        """Faust stops the flow and empties the agents' queues; then the last commit of this assignment."""
        self._seek_due = False
        await super().on_partitions_revoked(revoked)
        if self.book.ledgers:
            await self._settle()
        self._forget()

    async def on_partitions_assigned(self, assigned: set[TP], generation_id: int = 0) -> None:
        """Partitions are ours from now on, and read once `perform_seek` has found where they stand."""
        self._forget()
        self._seek_due = True
        await super().on_partitions_assigned(assigned, generation_id)

    def _forget(self) -> None:
        self.book.close()
        self._unacked_messages.clear()
        self.progress.closed()

    async def perform_seek(self) -> None:
        """Seek to the committed offsets, once per assignment. Faust also calls this when it drops records; here those are not taken."""
        if not self._seek_due:
            return
        generation = self.app.consumer_generation_id
        committed = await self._thread.rewind(tp for tp in self.assignment() if self._commits(tp))
        if self._seek_due and generation == self.app.consumer_generation_id:
            self._seek_due = False
            self._open(committed)

    def _open(self, committed: Mapping[TP, int | None]) -> None:
        self.book.open(dict(committed))
        for tp, offset in committed.items():
            self._read_offset[tp] = offset or None
            self._committed_offset[tp] = offset
            self.progress.opened(tp, offset)

    async def seek(self, partition: TP, offset: int) -> None:
        """Changelogs only: where agents' partitions stand is for `wirebell` commands on a stopped group."""
        if self._commits(partition):
            raise MustStop(f"a running worker cannot seek {partition}: its agents may be working on what lies there")
        await super().seek(partition, offset)

    # -- liveness

    def sample(self) -> None:
        """Tell `progress` where every partition stands."""
        for tp, ledger in self.book.ledgers.items():
            self.progress.observe(tp, delivered=ledger.last_delivered, committed=ledger.committed)

    @Service.task
    async def _watch_highwaters(self) -> None:
        async for _ in self.itertimer(HIGHWATER_SECONDS, name="highwaters"):
            with self._tolerant("asking where partitions end"):
                await self._ask_highwaters(list(self.book.ledgers))

    async def _ask_highwaters(self, partitions: Iterable[TP]) -> None:
        for tp, offset in (await self.highwaters(*partitions)).items():
            self.progress.observe(TP(*tp), highwater=offset)
        self.progress.heard()

    @Service.task
    async def _watch_recovery(self) -> None:
        holes = TrailingHoles()
        async for _ in self.itertimer(RECOVERY_SECONDS, name="recovery"):
            if self.app.in_recovery:
                with self._tolerant("looking at the recovery"):
                    await holes.step_over(self.app)

    @contextmanager
    def _tolerant(self, doing: str) -> Iterator[None]:
        """A watcher outlives a broker that is away and a partition that has just left; that nothing was heard is what counts."""
        try:
            yield
        except KafkaError as error:
            self.log.warning("While %s: %r", doing, error)

    async def verify_all_partitions_active(self) -> None:
        """Faust's own check compares clocks of two kinds and only logs; `progress` is what counts."""

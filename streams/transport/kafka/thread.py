"""The thread that owns the aiokafka consumer: fetches that a rebalance or a seek cannot overtake, seeks in one step, honest commits.

Stock Faust's fetch waits inside aiokafka across a rebalance and then takes records of the new assignment for the old one; they are
thrown away and only partly sought back. Here records are only ever taken in one step, under an `epoch` that a revocation or a seek
advances, so the reader can tell records from before it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable, Mapping
from typing import Any, cast

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import CommitFailedError, ConsumerStoppedError, IllegalStateError, KafkaError
from aiokafka.structs import OffsetAndMetadata
from faust.transport.consumer import RecordMap
from faust.transport.drivers import aiokafka as stock
from faust.types import TP

from streams.domain.errors import MustStop

Fetched = tuple[int, RecordMap]
"""Records and the epoch under which they were taken."""


class RebalanceListener(stock.ConsumerRebalanceListener):
    """Advances the epoch the moment partitions are revoked, before Faust hears of it."""

    def on_partitions_revoked(self, revoked: Iterable[Any]) -> Awaitable[Any]:
        """Called by aiokafka on its own thread."""
        cast("ConsumerThread", self._thread).advance()
        return super().on_partitions_revoked(revoked)


class ConsumerThread(stock.AIOKafkaConsumerThread):
    """Everything here with an underscore runs on the thread; the rest is called from the worker's loop."""

    epoch = 0
    _outdated: asyncio.Future[None] | None = None

    def advance(self) -> None:
        """What was taken so far is outdated, and a fetch that waits gives up."""
        self.epoch += 1
        if self._outdated is not None and not self._outdated.done():
            self._outdated.set_result(None)

    async def fetch(self, partitions: set[TP], patience: float) -> Fetched:
        """Records of these partitions, waiting up to `patience` seconds for some."""
        return cast(Fetched, await self.call_thread(self._fetch, self._ensure_consumer(), partitions, patience))

    async def _fetch(self, consumer: AIOKafkaConsumer, partitions: set[TP], patience: float) -> Fetched:
        epoch = self.epoch
        records = await self._take(consumer, partitions)
        if not records and await self._wait_for_records(consumer, patience) and epoch == self.epoch:
            records = await self._take(consumer, partitions)
        return epoch, records

    async def _take(self, consumer: AIOKafkaConsumer, partitions: set[TP]) -> RecordMap:
        fetcher = consumer._fetcher
        if consumer._closed or fetcher._closed:
            raise ConsumerStoppedError
        if not self.consumer.flow_active or fetcher._subscriptions.reassignment_in_progress:
            return {}
        with fetcher._subscriptions.fetch_context():
            # With no timeout this does not wait, so no rebalance or seek can come in between.
            return cast(RecordMap, await fetcher.fetched_records(partitions, timeout=0, max_records=consumer._max_poll_records))

    async def _wait_for_records(self, consumer: AIOKafkaConsumer, patience: float) -> bool:
        arrived = consumer._fetcher._create_fetch_waiter()
        self._outdated = asyncio.get_running_loop().create_future()
        await asyncio.wait({arrived, self._outdated}, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
        if arrived.done():
            arrived.result()  # raises what the broker refused, such as an authorization
            return True
        arrived.cancel()
        return False

    async def rewind(self, partitions: Iterable[TP]) -> Mapping[TP, int | None]:
        """Seek these to what the group has committed, or to their beginning when that is nothing. Returns the committed offsets."""
        return cast(Mapping[TP, "int | None"], await self.call_thread(self._rewind, set(partitions)))

    async def _rewind(self, partitions: set[TP]) -> Mapping[TP, int | None]:
        consumer = self._ensure_consumer()
        ours = sorted(partitions & self.assignment())
        named = [stock.ensure_aiokafka_TP(tp) for tp in ours]
        committed = await asyncio.gather(*(consumer.committed(tp) for tp in named))
        first = await consumer.beginning_offsets([tp for tp, offset in zip(named, committed, strict=True) if offset is None])
        for tp, offset in zip(named, committed, strict=True):
            consumer.seek(tp, first[tp] if offset is None else offset)
        self.advance()
        return dict(zip(ours, committed, strict=True))

    async def _seek_wait(self, consumer: AIOKafkaConsumer, partitions: Mapping[TP, int]) -> None:
        self.advance()
        await super()._seek_wait(consumer, partitions)

    async def _commit(self, offsets: Mapping[TP, int]) -> bool:
        """False when the partitions are no longer ours; MustStop, which ends the worker, when the broker refuses for good."""
        named = {stock.ensure_aiokafka_TP(tp): OffsetAndMetadata(offset, "") for tp, offset in offsets.items()}
        try:
            await self._ensure_consumer().commit(named)
        except (CommitFailedError, IllegalStateError) as error:
            self.log.info("Not committed, the group has rebalanced: %s", error)
            return False
        except KafkaError as error:
            await self.crash(MustStop(f"the broker refused to commit: {error!r}"))
            return False
        return True

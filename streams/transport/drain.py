"""A faster drain loop for Faust consumers, shared by the transports.

Stock `Consumer._drain_messages` makes four tasks per message to let a suspended flow interrupt a delivery. Nearly every delivery ends
without waiting for anything, so this one steps it in place and only builds tasks for those that do wait (FAUST.md, "Speed").
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Generator
from functools import partial
from types import coroutine
from typing import TYPE_CHECKING, Any, cast

from faust.transport.consumer import CONSUMER_FETCHING, RecordMap
from faust.types import TP, ConsumerMessage

if TYPE_CHECKING:
    from faust.transport.consumer import Consumer as _Base
    from mode import ServiceT
else:
    _Base = object

YIELD_EVERY = 100
"""Deliveries between two turns of the event loop, as in stock Faust: the agents run in between."""
FETCH_TIMEOUT = 1.0
IDLE_SECONDS = 0.01
"""Pause when no partition may be fetched, all buffers being full. Stock Faust sleeps for a whole second."""


@coroutine
def _resume(suspended: Coroutine[Any, Any, Any], waits_for: Any) -> Generator[Any, Any, Any]:
    while True:
        try:
            sent = yield waits_for
        except BaseException as error:  # noqa: BLE001 - handed on, cancellation included: the delivery sees whatever befalls what it waits for
            step: Callable[[], Any] = partial(suspended.throw, error)
        else:
            step = partial(suspended.send, sent)
        try:
            waits_for = step()
        except StopIteration as stop:
            return stop.value


async def resume(suspended: Coroutine[Any, Any, Any], waits_for: Any) -> Any:
    """Goes on with a coroutine that was stepped once by hand and yielded `waits_for`; fit to be made a task."""
    return await _resume(suspended, waits_for)


class FastDrain(_Base):
    """Mix in before `faust.transport.consumer.Consumer`. Keeps no gap list: the transport has a ledger of its own."""

    def on_deliver(self, tp: TP, message: ConsumerMessage) -> None:
        """Called right before a record goes to its agents; transports note it in their ledger."""

    async def _wait_next_records(self, timeout: float) -> tuple[RecordMap | None, set[TP] | None]:  # noqa: ASYNC109 - Faust's signature
        if not self.flow_active:
            await self.wait(cast(Any, self.can_resume_flow))
        active = None if self.app.client_only else self._fetchable()
        if active is not None and not active:
            await asyncio.sleep(IDLE_SECONDS)
            return {}, active
        return await self._getmany(active_partitions=active, timeout=timeout), active

    def _fetchable(self) -> set[TP]:
        """The active partitions; until a rebalance has ended, of changelogs only.

        Faust resumes the others, then seeks, then resumes the flow, which empties every agent's queue: what was handed out in between
        would never be acknowledged, and with a ledger that skips nothing the partition would stand still for good.
        """
        active = self._get_active_partitions()
        return {tp for tp in active if self._is_changelog_tp(tp)} if self.app.rebalancing else active

    async def _drain_messages(self, fetcher: ServiceT) -> None:
        stopped = (cast(Any, self)._stopped.is_set, cast(Any, fetcher)._stopped.is_set)
        self.diag.set_flag(CONSUMER_FETCHING)
        try:
            while not any(is_set() for is_set in stopped):
                await asyncio.sleep(0)
                records, active = await self._wait_next_records(FETCH_TIMEOUT)
                if records and not self.should_stop and self.flow_active:
                    await self._deliver(records, active)
        except self.consumer_stopped_errors:
            if not self.transport.app.should_stop:
                raise
        except asyncio.CancelledError:
            if not self.transport.app.should_stop:
                raise
        finally:
            self.diag.unset_flag(CONSUMER_FETCHING)

    async def _deliver(self, records: RecordMap, active: set[TP] | None) -> None:
        """Every record to its agents, round robin over topics and partitions, until the flow stops or the assignment changes."""
        generation = self.app.consumer_generation_id
        for tp in records:
            self.app.monitor.track_tp_end_offset(tp, self.highwater(tp))
        since_yield = 0
        for tp, record in self.scheduler.iterate(records):
            if not self.flow_active or self.app.consumer_generation_id != generation:
                break
            if active is None or tp in active or tp in self._buffered_partitions:
                await self._deliver_one(tp, self._to_message(tp, record))
            since_yield += 1
            if since_yield >= YIELD_EVERY:
                since_yield = 0
                await self._make_room()

    async def _make_room(self) -> None:
        if self._commit_every is not None and self._n_acked >= self._commit_every:
            self._n_acked = 0
            await self.commit()
        await asyncio.sleep(0)

    async def _deliver_one(self, tp: TP, message: ConsumerMessage) -> None:
        read = self._read_offset[tp]
        if read is not None and message.offset < read:
            return
        self.on_deliver(tp, message)
        delivery = cast(Coroutine[Any, Any, Any], self.callback(message))
        try:
            waits_for = delivery.send(None)
        except StopIteration:
            pass
        else:
            await self.wait_first(resume(delivery, waits_for), cast(Any, self.suspend_flow))
        self._read_offset[tp] = message.offset

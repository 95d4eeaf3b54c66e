"""The producer buffer: takes what `send_soon` sends (table changelogs), which cannot wait for the Kafka client."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Coroutine
from functools import partial
from typing import Any, Protocol

from faust.transport.producer import ProducerBuffer as StockBuffer
from faust.types import HeadersArg
from faust.types.tuples import FutureMessage
from mode import Service

from streams.transport.drain import resume
from streams.transport.inflight import Batch, InFlight, unwritten

FULL = 10_000
"""Records on their way at which the conductor stops handing out more, until half have arrived. About 10 MB of 1 kB records; Faust
stops at 100 and then waits a tenth of a second per turn (its issue 173)."""

Sent = asyncio.Future[Any]


class Outlet(Protocol):
    """What the buffer sends through."""

    inflight: InFlight

    def knows(self, topic: str) -> bool:
        """Whether the client has the topic's metadata, so that a send waits for nothing but room."""

    async def transmit(
        self, topic: str, key: bytes | None, value: bytes | None, partition: int | None, timestamp: float | None, headers: HeadersArg | None
    ) -> Sent:
        """Queue a record with the client; the future is done when the broker has it."""


class ProducerBuffer(StockBuffer):
    """Keeps order, counts every record as in flight from `put` on, and really drains (Faust's gives up after 0.1 s without progress).

    A send that need not wait is done within `put`, without a task or a turn of the loop. Faust's sensors are not told of these records.
    """

    outlet: Outlet

    def __post_init__(self) -> None:
        super().__post_init__()
        self._waiting: deque[Coroutine[Any, Any, Any]] = deque()
        self._wakeup = asyncio.Event()
        self._handing_over = asyncio.Lock()

    def put(self, fut: FutureMessage) -> None:
        """Take a record. A failure stops the worker."""
        topic = fut.message.channel.get_topic_name()
        sending = self._send(fut, topic, self.outlet.inflight.enter())
        if self._waiting or not self.outlet.knows(topic):
            self._postpone(sending)
            return
        try:
            waits_for = sending.send(None)
        except StopIteration:
            return
        self._postpone(resume(sending, waits_for))

    def _postpone(self, sending: Coroutine[Any, Any, Any]) -> None:
        self._waiting.append(sending)
        self._wakeup.set()

    async def _send(self, fut: FutureMessage, topic: str, batch: Batch) -> None:
        message: Any = fut.message
        try:
            sent = await self.outlet.transmit(topic, message.key, message.value, message.partition, message.timestamp, message.headers)
        # Boundary: whatever kept the record from being sent (too large, no such topic, a closed client), it is lost unless we stop.
        except Exception as error:  # noqa: BLE001
            self._failed(fut, topic, error)
            self.outlet.inflight.leave(batch)
        else:
            sent.add_done_callback(partial(self._settled, fut, topic, batch))

    def _settled(self, fut: FutureMessage, topic: str, batch: Batch, sent: Sent) -> None:
        error = asyncio.CancelledError() if sent.cancelled() else sent.exception()
        if error is None:
            fut.set_result(sent.result())
            if fut.message.callback:
                fut.message.callback(fut)
        else:
            self._failed(fut, topic, error)
        self.outlet.inflight.leave(batch)

    def _failed(self, fut: FutureMessage, topic: str, error: BaseException) -> None:
        stop = unwritten(topic, error)
        self.outlet.inflight.fail(stop)
        fut.set_exception(stop)
        fut.exception()  # seen: nobody awaits a changelog's future

    @Service.task
    async def _handle_pending(self) -> None:
        while not self.should_stop:
            await self._wakeup.wait()
            await self._hand_over()

    async def _hand_over(self) -> None:
        async with self._handing_over:
            while self._waiting:
                # Removed only when sent: while one waits, `put` must queue behind it.
                await self._waiting[0]
                del self._waiting[0]
            self._wakeup.clear()

    async def flush(self) -> None:
        """Return when the broker has acknowledged everything sent before this call. Raises the first failure."""
        await self._hand_over()
        await self.outlet.inflight.barrier()

    async def on_stop(self) -> None:
        """Hand over what is left; the producer waits for the broker."""
        await self._hand_over()

    async def wait_until_ebb(self) -> None:
        """Called by the conductor before each delivery."""
        if self.outlet.inflight.size > FULL:
            await self.outlet.inflight.ebb(FULL // 2)

    @property
    def size(self) -> int:
        """Records taken and not yet acknowledged by the broker."""
        return self.outlet.inflight.size

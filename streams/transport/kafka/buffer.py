"""The producer buffer: what `send_soon` takes (table changelogs) until the Kafka client has it. Faust's gives up flushing."""

from __future__ import annotations

import asyncio
from collections import deque

from faust.transport.producer import ProducerBuffer as StockBuffer
from faust.types.tuples import FutureMessage
from mode import Service

from streams.transport.inflight import Batch, InFlight, unwritten

FULL = 10_000
"""Records on their way at which the conductor stops handing out more, until half have arrived. About 10 MB of 1 kB records; Faust
stops at 100 and then waits a tenth of a second per turn (its issue 173)."""


class ProducerBuffer(StockBuffer):
    """Keeps order, counts every record as in flight from `put` on, and empties itself before it stops."""

    inflight: InFlight

    def __post_init__(self) -> None:
        super().__post_init__()
        self._waiting: deque[tuple[FutureMessage, Batch]] = deque()
        self._wakeup = asyncio.Event()
        self._handing_over = asyncio.Lock()

    def put(self, fut: FutureMessage) -> None:
        """Take a record. It is sent by the buffer's task; a failure stops the worker."""
        self._waiting.append((fut, self.inflight.enter()))
        self._wakeup.set()

    @Service.task
    async def _handle_pending(self) -> None:
        while not self.should_stop:
            await self._wakeup.wait()
            await self._hand_over()

    async def _hand_over(self) -> None:
        async with self._handing_over:
            while self._waiting:
                fut, batch = self._waiting[0]
                await self._publish(fut, batch)
                self._waiting.popleft()
            self._wakeup.clear()

    async def _publish(self, fut: FutureMessage, batch: Batch) -> None:
        try:
            await fut.message.channel.publish_message(fut, wait=False)
        # Boundary: whatever kept the record from being sent (too large, no such topic, a closed client), it is lost unless we stop.
        except Exception as error:  # noqa: BLE001
            self.inflight.fail(unwritten(fut.message.channel.get_topic_name(), error))
            if not fut.done():
                fut.set_exception(error)
        finally:
            self.inflight.leave(batch)

    async def flush(self) -> None:
        """Return when the broker has acknowledged everything sent before this call. Raises the first failure."""
        await self._hand_over()
        await self.inflight.barrier()

    async def on_stop(self) -> None:
        """Hand over what is left; the producer waits for the broker."""
        await self._hand_over()

    async def wait_until_ebb(self) -> None:
        """Called by the conductor before each delivery."""
        if self.inflight.size > FULL:
            await self.inflight.ebb(FULL // 2)

    @property
    def size(self) -> int:
        """Records taken and not yet acknowledged by the broker."""
        return self.inflight.size

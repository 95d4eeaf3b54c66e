"""The producer: every record it takes is counted until the broker acknowledges it; the first that fails stops the worker."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping
from functools import partial
from typing import Any, cast

from faust.transport.drivers import aiokafka as stock
from faust.types import HeadersArg, RecordMetadata
from mode.utils.objects import cached_property

from streams.domain.errors import MustStop
from streams.transport.inflight import Batch, InFlight, unwritten
from streams.transport.kafka.buffer import ProducerBuffer

Sent = asyncio.Future[RecordMetadata]

BATCH_BYTES = 262_144
"""aiokafka holds one batch per partition while it lingers: Faust's 16 kB would cap a partition at 16 kB per linger (0.8 MB/s at 20 ms)."""


class Producer(stock.Producer):
    """Idempotent, `acks=all`. `inflight` tells what is on its way."""

    def __init__(self, transport: Any, loop: asyncio.AbstractEventLoop | None = None, **kwargs: Any) -> None:
        super().__init__(transport, loop=loop, **kwargs)
        self.buffer = self._buffer = ProducerBuffer(loop=self.loop, beacon=self.beacon)
        self._buffer.app = self.app
        self._buffer.inflight = self.inflight
        self._crashing: asyncio.Task[None] | None = None

    @cached_property
    def inflight(self) -> InFlight:
        """Records handed to this producer that the broker has not acknowledged."""
        return InFlight(on_failure=self._stop_worker)

    def _settings_extra(self) -> Mapping[str, Any]:
        return {"acks": "all", "enable_idempotence": True, "max_batch_size": max(self.max_batch_size, BATCH_BYTES)}

    async def send(
        self,
        topic: str,
        key: bytes | None,
        value: bytes | None,
        partition: int | None,
        timestamp: float | None,
        headers: HeadersArg | None,
        *,
        transactional_id: str | None = None,
    ) -> Awaitable[RecordMetadata]:
        """Queue a record. The future that comes back is done when the broker has it; it need not be awaited."""
        batch = self.inflight.enter()
        try:
            sent = cast(Sent, await super().send(topic, key, value, partition, timestamp, headers, transactional_id=transactional_id))
        except BaseException:
            # The caller is told, so this is no silent loss: an agent may dead-letter a record that is too large.
            self.inflight.leave(batch)
            raise
        sent.add_done_callback(partial(self._settled, topic, batch))
        return sent

    def _settled(self, topic: str, batch: Batch, sent: Sent) -> None:
        error = asyncio.CancelledError() if sent.cancelled() else sent.exception()
        if error is not None:
            self.inflight.fail(unwritten(topic, error))
        self.inflight.leave(batch)

    def _stop_worker(self, error: MustStop) -> None:
        if not self.should_stop:
            self._crashing = asyncio.ensure_future(self.crash(error))

    async def flush(self) -> None:
        """Return when the broker has everything that was sent before this call. Raises MustStop when something was not written."""
        await self._buffer.flush()

    async def on_stop(self) -> None:
        """Hand over what the buffer holds while the client still runs: it is stopped next, and flushes itself."""
        await self._buffer.on_stop()
        await super().on_stop()

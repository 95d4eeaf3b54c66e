"""The producer: every record it takes is counted until the broker acknowledges it; the first that fails stops the worker."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping
from functools import partial
from typing import Any, cast

from aiokafka.errors import KafkaError
from faust.exceptions import ProducerSendError
from faust.transport.drivers import aiokafka as stock
from faust.types import HeadersArg, RecordMetadata

from streams.domain.errors import MustStop
from streams.transport.inflight import Batch, InFlight, unwritten
from streams.transport.kafka.buffer import ProducerBuffer, Sent

BATCH_BYTES = 262_144
"""aiokafka holds one batch per partition while it lingers: Faust's 16 kB would cap a partition at 16 kB per linger (0.8 MB/s at 20 ms)."""


class Producer(stock.Producer):
    """Idempotent, `acks=all`. `inflight` tells what is on its way."""

    def __init__(self, transport: Any, loop: asyncio.AbstractEventLoop | None = None, **kwargs: Any) -> None:
        super().__init__(transport, loop=loop, **kwargs)
        self.inflight = InFlight(on_failure=self._stop_worker)
        self.buffer = self._buffer = ProducerBuffer(loop=self.loop, beacon=self.beacon)
        self._buffer.app = self.app
        self._buffer.outlet = self
        self._crashing: asyncio.Task[None] | None = None

    async def on_start(self) -> None:
        """Also spares every send three turns of the event loop, which is what Faust's `maybe_start_producer` costs once it has started."""
        await super().on_start()
        cast(Any, self.app).maybe_start_producer = self._started_already

    async def _started_already(self) -> Producer:
        return self

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
        transactional_id: str | None = None,  # noqa: ARG002 (Faust's signature)
    ) -> Awaitable[RecordMetadata]:
        """Queue a record. The future that comes back is done when the broker has it; it need not be awaited."""
        batch = self.inflight.enter()
        try:
            sent = await self.transmit(topic, key, value, partition, timestamp, headers)
        except BaseException:
            # The caller is told, so this is no silent loss: an agent may dead-letter a record that is too large.
            self.inflight.leave(batch)
            raise
        sent.add_done_callback(partial(self._settled, topic, batch))
        return sent

    def knows(self, topic: str) -> bool:
        """Whether the client has the topic's metadata."""
        return self._ensure_producer().client.cluster.partitions_for_topic(topic) is not None

    async def transmit(
        self, topic: str, key: bytes | None, value: bytes | None, partition: int | None, timestamp: float | None, headers: HeadersArg | None
    ) -> Sent:
        """Queue a record without counting it. ProducerSendError when the client refuses it."""
        listed = list(headers.items()) if isinstance(headers, Mapping) else headers
        stamp = int(timestamp * 1000.0) if timestamp else None
        try:
            sent = await self._ensure_producer().send(topic, value, key=key, partition=partition, timestamp_ms=stamp, headers=listed)
        except KafkaError as error:
            raise ProducerSendError(f"{topic}: {error!r}") from error
        return cast(Sent, sent)

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
        vars(self.app).pop("maybe_start_producer", None)
        await self._buffer.on_stop()
        await super().on_stop()

"""The Faust producer of the embedded log."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Generator, Mapping
from typing import Any, cast

from faust.events import Event
from faust.streams import current_event
from faust.transport.producer import Producer as _Base
from faust.transport.producer import ProducerBuffer
from faust.types import TP
from faust.types.core import HeadersArg
from faust.types.tuples import FutureMessage, RecordMetadata
from mode import Seconds, Service
from mode.utils.times import want_seconds

from streams.domain.errors import ConfigError, TransientFailure
from streams.transport.sqlite.records import Cleanup, Headers, NewRecord, Placed, TopicConfig
from streams.transport.sqlite.shared import SharedState
from streams.transport.sqlite.units import Unit

PROVISIONAL = -1
"""The offset in the metadata of a send that belongs to a unit: it gets its real one when the unit is committed."""
CHECKPOINT_SECONDS = 1.0
SWEEP_SECONDS = 60.0


def new_record(
    topic: str, key: bytes | None, value: bytes | None, partition: int | None, timestamp: float | None, headers: HeadersArg | None
) -> NewRecord:
    """Faust's arguments (timestamp in seconds) as a record (milliseconds)."""
    milliseconds = None if timestamp is None else int(timestamp * 1000)
    return NewRecord(topic, key, value, _headers(headers), milliseconds, partition)


def _headers(headers: Any) -> Headers:
    pairs = headers.items() if isinstance(headers, Mapping) else headers or ()
    return tuple((name, value.encode() if isinstance(value, str) else value) for name, value in pairs)


def metadata(place: Placed) -> RecordMetadata:
    """Faust's view of where a record went."""
    tp = TP(place.topic, place.partition)
    return RecordMetadata(place.topic, place.partition, tp, place.offset, place.timestamp / 1000, 0)


class Sent:
    """An awaitable that is done, without the turn of the event loop that a future's callbacks take."""

    __slots__ = ("_metadata",)

    def __init__(self, metadata: RecordMetadata) -> None:
        self._metadata = metadata

    def add_done_callback(self, callback: Callable[[Sent], object]) -> None:
        """Calls it at once."""
        callback(self)

    def result(self) -> RecordMetadata:
        """Where the record will be."""
        return self._metadata

    def __await__(self) -> Generator[Any, None, RecordMetadata]:
        yield from ()
        return self._metadata


class Buffer(ProducerBuffer):
    """Table changes reach the unit at once: a queue in between is what loses them in stock Faust (FAUST.md, loss 1)."""

    producer: Producer

    def put(self, fut: FutureMessage) -> None:
        """Faust's `send_soon`."""
        message = fut.message
        topic = message.topic or cast(Any, message.channel).get_topic_name()
        record = new_record(
            topic, cast(Any, message.key), cast(Any, message.value), message.partition, message.timestamp, cast(Any, message.headers)
        )
        sent = self.producer.enqueue(record)
        if isinstance(sent, RecordMetadata):
            _delivered(fut, sent)
        else:
            sent.add_done_callback(lambda done: _deliver_later(fut, done))

    @property
    def size(self) -> int:
        """Nothing ever waits here."""
        return 0


def _delivered(fut: FutureMessage, sent: RecordMetadata) -> None:
    fut.set_result(sent)
    if fut.message.callback:
        fut.message.callback(fut)


def _deliver_later(fut: FutureMessage, done: asyncio.Future[RecordMetadata]) -> None:
    error = done.exception()
    if error is not None:
        fut.set_exception(error)
    else:
        _delivered(fut, done.result())


class Producer(_Base):
    """Sends made while a record is processed wait for its acknowledgement; any other send is committed promptly."""

    def __init__(self, transport: SharedState, *args: Any, **kwargs: Any) -> None:
        super().__init__(transport, *args, **kwargs)
        self._transport = transport
        self.buffer = Buffer(loop=self.loop, beacon=self.beacon)
        self.buffer.app = self.app
        self.buffer.producer = self

    def enqueue(self, record: NewRecord) -> RecordMetadata | asyncio.Future[RecordMetadata]:
        """Metadata at once (with a provisional offset) for a send of a unit; else a future that is done when the record is in the log."""
        self._transport.committer.refuse_after_failure()
        unit = self._current_unit()
        if unit is not None:
            record = self._transport.attach(unit, record)
            tp = TP(record.topic, cast(int, record.partition))
            return RecordMetadata(record.topic, tp.partition, tp, PROVISIONAL, None, 0)
        sent: asyncio.Future[RecordMetadata] = self.loop.create_future()
        self._transport.committer.send(record).add_done_callback(lambda done: _copy(done, sent))
        return sent

    def _current_unit(self) -> Unit | None:
        event = cast(Event | None, current_event())
        return None if event is None else self._transport.units.unit(event.message.tp, event.message.offset)

    async def send(
        self,
        topic: str,
        key: bytes | None,
        value: bytes | None,
        partition: int | None,
        timestamp: float | None,
        headers: HeadersArg | None,
        *,
        transactional_id: str | None = None,  # noqa: ARG002 - Faust's signature
    ) -> Awaitable[RecordMetadata]:
        """The awaitable never waits for the unit that made the send, so an agent may await it before it acknowledges."""
        sent = self.enqueue(new_record(topic, key, value, partition, timestamp, headers))
        return Sent(sent) if isinstance(sent, RecordMetadata) else sent

    async def send_and_wait(self, *args: Any, **kwargs: Any) -> RecordMetadata:
        """As `send`, awaited."""
        return await (await self.send(*args, **kwargs))

    async def flush(self) -> None:
        """Commits whatever may be committed."""
        await self._transport.committer.flush()

    def key_partition(self, topic: str, key: bytes) -> TP:
        """Where Kafka's default partitioner would put the key."""
        return TP(topic, self._transport.log.partition_of(topic, key))

    async def create_topic(
        self,
        topic: str,
        partitions: int,
        replication: int,  # noqa: ARG002 - one file, one copy
        *,
        config: Mapping[str, Any] | None = None,
        timeout: Seconds = 1000.0,  # noqa: ARG002, ASYNC109
        retention: Seconds | None = None,
        compacting: bool | None = None,
        deleting: bool | None = None,  # noqa: ARG002
        ensure_created: bool = False,  # noqa: ARG002
    ) -> None:
        """As a broker would: an existing topic keeps its configuration. ConfigError for another partition count."""
        existing = self._transport.log.topic(topic)
        if existing is None:
            wanted = _topic_config(config or {}, retention, bool(compacting))
            await self._transport.committer.exclusively(lambda: self._transport.log.create_topic(topic, partitions, wanted))
        elif existing.partitions != partitions:
            raise ConfigError(f"topic {topic!r} has {existing.partitions} partitions; the application declares {partitions}")

    def supports_headers(self) -> bool:
        """They are stored."""
        return True

    async def on_start(self) -> None:
        """Opens the log."""
        await super().on_start()
        self._transport.log.hold_checkpoints()

    async def on_stop(self) -> None:
        """Commits what is left; a failure was reported when it happened."""
        if self._transport.committer.failure is None:
            await self._transport.committer.flush()

    @Service.task
    async def _commit(self) -> None:
        await self._transport.committer.run()

    @Service.task
    async def _checkpoint(self) -> None:
        async for _ in self.itertimer(CHECKPOINT_SECONDS, name="checkpoint"):
            await self._transport.committer.checkpoint()

    @Service.task
    async def _sweep(self) -> None:
        async for _ in self.itertimer(SWEEP_SECONDS, name="sweep"):
            try:
                await asyncio.to_thread(self._transport.sweep)
            except TransientFailure as error:
                self.log.warning("no sweep this time: %s", error)


def _copy(done: asyncio.Future[Placed], sent: asyncio.Future[RecordMetadata]) -> None:
    if sent.done():
        return
    error = done.exception()
    if error is not None:
        sent.set_exception(error)
    else:
        sent.set_result(metadata(done.result()))


def _topic_config(config: Mapping[str, Any], retention: Seconds | None, compacting: bool) -> TopicConfig:
    compact = compacting or "compact" in str(config.get("cleanup.policy", ""))
    milliseconds = config.get("retention.ms", None if retention is None else want_seconds(retention) * 1000)
    size = int(config.get("retention.bytes", -1))
    return TopicConfig(
        cleanup=Cleanup.COMPACT if compact else Cleanup.DELETE,
        retention_ms=None if milliseconds is None or int(milliseconds) < 0 else int(milliseconds),
        retention_bytes=None if size < 0 else size,
    )

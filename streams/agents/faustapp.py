"""What Faust needs to be told, and the one agent body: decode -> core -> send, acknowledge last, and nothing escapes.

The settings are those measured in FAUST.md. What stock Faust loses silently is closed by the transports (losses 1 to 3) and by
this body (4 and 5): bytes in, explicit acknowledgement after the outputs were handed over, a crash instead of a dropped record.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import faust

from streams.agents.messages import Inbound, Outbound, as_headers
from streams.config import Settings
from streams.domain.errors import MustStop, WirebellError
from streams.domain.values import Position

MAX_MESSAGE_BYTES = 16 * 1024 * 1024
"""Larger than any raw record: what is too large to be a report must still reach the dead letters."""

BUFFER = 32_768
"""Records delivered and not yet processed; pipeline.deduplicate.REPLAY_WINDOW is sized after it."""

ROCKSDB_CACHE = 16 * 1024 * 1024
"""Bytes per partition; the default would take 2 GB of each."""

SESSION_SECONDS = 10.0
"""How long the broker waits for a silent worker."""

Send = Callable[[Iterable[Outbound]], Awaitable[None]]
Process = Callable[[Inbound], Iterable[Outbound]]


def faust_app(settings: Settings) -> faust.App:
    """An app without agents. Nothing is connected yet."""
    return faust.App(
        settings.app_id,
        broker=settings.broker,
        store="rocksdb://",
        datadir=str(settings.datadir),
        processing_guarantee="at_least_once",
        consumer_auto_offset_reset="earliest",
        broker_commit_interval=settings.commit_interval,
        # A killed worker's partitions go to the others after this; Faust's default would leave them unread for a minute.
        broker_session_timeout=SESSION_SECONDS,
        broker_heartbeat_interval=SESSION_SECONDS / 3,
        table_standby_replicas=0,
        producer_linger=0.02,
        producer_acks=-1,
        producer_max_request_size=MAX_MESSAGE_BYTES,
        consumer_max_fetch_size=MAX_MESSAGE_BYTES,
        stream_buffer_maxsize=BUFFER,
        stream_wait_empty=False,
        topic_disable_leader=True,
        web_enabled=False,
        worker_redirect_stdouts=False,
    )


def bytes_topic(app: faust.App, name: str) -> Any:
    """A topic whose keys and values stay bytes; `wirebell topics apply` made it, so Faust declares nothing."""
    return app.topic(name, key_serializer="raw", value_serializer="raw", key_type=bytes, value_type=bytes)


def bytes_table(app: faust.App, name: str, partitions: int) -> Any:
    """A table of bytes on RocksDB, with as many partitions as the topic whose records write it."""
    options = {"block_cache_size": ROCKSDB_CACHE, "write_buffer_size": ROCKSDB_CACHE}
    schema: Any = faust.Schema(key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw")
    table: Any = app.Table(name, partitions=partitions, schema=schema, key_type=bytes, value_type=bytes, options=options)
    # The store beneath takes these, not the schema; left alone it would put every value through JSON.
    table.key_serializer = table.value_serializer = "raw"
    # A broker's default of 1 MB would refuse the row of a very large incident and stop the worker.
    table.changelog_topic.config = {**(table.changelog_topic.config or {}), "max.message.bytes": str(MAX_MESSAGE_BYTES)}
    return table


def sender(topics: Mapping[str, Any]) -> Send:
    """Hand records to the producer in order. Delivery is awaited by the transport's commit, not here."""

    async def send(records: Iterable[Outbound]) -> None:
        for record in records:
            await topics[record.topic].send(key=record.key, value=record.value, headers=list(record.headers))

    return send


def add_agent(app: faust.App, name: str, topic: Any, process: Process, send: Send) -> None:
    """Consume `topic` with `process`. Whatever escapes it crashes the worker before anything is acknowledged."""

    async def body(stream: Any) -> None:
        async for event in stream.noack().events():
            async with crashing(app):
                await send(process(inbound(event)))
                event.ack()

    body.__name__ = body.__qualname__ = name
    app.agent(topic, name=name)(body)


@asynccontextmanager
async def crashing(app: faust.App) -> AsyncIterator[None]:
    """Crash the worker on any error: going on after one would acknowledge what was not done."""
    try:
        yield
    except WirebellError as error:
        await app.crash(error)
        raise
    # Faust would restart the agent and go on with the next record.
    except Exception as error:
        stop = MustStop(f"{type(error).__name__}: {error}")
        stop.__cause__ = error
        await app.crash(stop)
        raise stop from error


def inbound(event: Any) -> Inbound:
    """A Faust event as a record of ours."""
    message = event.message
    return Inbound(
        at=Position(message.topic, message.partition, message.offset),
        timestamp=float(message.timestamp or 0.0),
        key=message.key,
        value=message.value or b"",
        headers=as_headers(message.headers),
    )

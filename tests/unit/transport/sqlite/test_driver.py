"""The transport under a Faust app in this process; the subprocess tests in tests/integration show the rest."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import faust
import pytest
from faust.types import TP
from faust.types.tuples import FutureMessage, PendingMessage

from streams.domain.errors import ConfigError, MustStop
from streams.transport import register
from streams.transport.sqlite import Cleanup, NewRecord, SqliteLog, TopicConfig
from streams.transport.sqlite.consumer import Consumer
from streams.transport.sqlite.driver import Transport
from streams.transport.sqlite.producer import new_record
from streams.transport.sqlite.tables import Store, TableGuard


def build(path: Path, **settings: Any) -> faust.App:
    register()
    settings = {"store": "rocksdb://", "consumer_auto_offset_reset": "earliest", **settings}
    return faust.App(
        "unit",
        broker=f"sqlite://{path}?synchronous=normal",
        datadir=str(path.parent / "data"),
        topic_partitions=2,
        stream_wait_empty=False,
        topic_disable_leader=True,
        web_enabled=False,
        web_tables_enabled=False,
        **settings,
    )


def raw(app: faust.App, name: str) -> Any:
    return app.topic(name, partitions=2, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw")


def append(path: Path, *records: NewRecord) -> None:
    """As another process would: the transport's own handle is its committer's alone."""
    log = SqliteLog.open(path)
    log.append(records)
    log.close()


@asynccontextmanager
async def running(app: faust.App) -> AsyncIterator[Transport]:
    app.finalize()
    await app.start()
    try:
        yield app.transport
    finally:
        await app.stop()
        app.transport.log.close()


async def eventually(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - the condition is in a file, which sets no event
            await asyncio.sleep(0.005)


def counting(path: Path, **settings: Any) -> faust.App:
    """`in` is passed on by key to `mid`; `mid` counted in a table and the count sent to `out`."""
    app = build(path, **settings)
    app.transport.log.create_topic("out", 2)
    source, mid, out = raw(app, "in"), raw(app, "mid"), raw(app, "out")
    counts = app.Table("counts", default=int, partitions=2)

    @app.agent(source)
    async def pass_on(stream: Any) -> None:
        async for event in stream.noack().events():
            await mid.send(key=event.value, value=event.value, headers=event.headers)
            event.ack()

    @app.agent(mid)
    async def count(stream: Any) -> None:
        async for event in stream.noack().events():
            counts[event.key.decode()] += 1
            if event.key.decode() in counts and counts[event.key.decode()] == 3:
                counts.pop(event.key.decode())
                await out.send(key=event.key, value=b"third", headers={"h": b"1"})
            event.ack()

    return app


@pytest.mark.parametrize("store", ["rocksdb://", "memory://"])
async def test_records_flow_through_two_agents_and_a_table_and_are_committed(path: Path, store: str) -> None:
    async with running(counting(path, store=store)) as transport:
        assert isinstance(transport, TableGuard)
        assert transport.log.topic("mid") is not None
        other = SqliteLog.open(path)
        other.append([NewRecord("in", None, value, (("n", b"1"),)) for value in (b"a", b"b", b"a", b"a", b"b")])
        await eventually(lambda: sum(other.committed("unit").get(("mid", partition), 0) for partition in range(2)) == 5)
        out = [record for partition in range(2) for record in other.read("out", partition, 0)]
        assert [(record.key, record.value, record.headers) for record in out] == [(b"a", b"third", (("h", b"1"),))]
        assert sum(other.committed("unit").get(("in", partition), 0) for partition in range(2)) == 5
        assert transport.units.pending == 0
        other.close()


async def test_the_stock_way_to_acknowledge_works_as_well(path: Path) -> None:
    app = build(path)
    source = raw(app, "in")

    @app.agent(source)
    async def swallow(stream: Any) -> None:
        async for _ in stream:
            pass

    async with running(app) as transport:
        append(path, *[NewRecord("in", None, b"v", partition=0)] * 3)
        await eventually(lambda: transport.log.committed("unit") == {("in", 0): 3})


async def test_starting_at_the_latest_skips_what_was_there(path: Path) -> None:
    app = build(path, consumer_auto_offset_reset="latest")
    source = raw(app, "in")
    seen: list[bytes] = []

    @app.agent(source)
    async def note(stream: Any) -> None:
        async for value in stream:
            seen.append(value)

    log = SqliteLog.open(path)
    log.create_topic("in", 2)
    log.append([NewRecord("in", None, b"old", partition=0)])
    async with running(app) as transport:
        await eventually(lambda: transport.app.consumer.assignment() != set() and not transport.app.rebalancing)
        log.append([NewRecord("in", None, b"new", partition=0)])
        await eventually(lambda: bool(seen))
    assert seen == [b"new"]
    log.close()


async def test_nothing_is_handed_out_before_recovery_has_ended(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Faust empties the agents' queues at that moment: a record handed out before it would never be acknowledged."""
    async with running(counting(path, store="memory://")) as transport:
        append(path, *[NewRecord("in", None, b"a")] * 4)
        await eventually(lambda: sum(transport.log.committed("unit").get(("mid", p), 0) for p in range(2)) == 4)
    append(path, *[NewRecord("in", None, b"a")] * 400)
    seek = Consumer.perform_seek

    async def slowly(self: Consumer) -> None:
        await seek(self)
        append(path, NewRecord("in", None, b"a"))
        for _ in range(50):
            await asyncio.sleep(0.002)
            if self.app.transport.units.pending:
                break  # handed out too early: the queues are emptied next

    monkeypatch.setattr(Consumer, "perform_seek", slowly)
    async with running(counting(path, store="memory://")) as transport:
        await eventually(lambda: sum(transport.log.committed("unit").get(("mid", p), 0) for p in range(2)) == 405)


async def test_a_new_subscription_waits_for_what_is_under_way(path: Path) -> None:
    async with running(counting(path)) as transport:
        consumer: Any = transport.app.consumer
        await eventually(lambda: not transport.app.rebalancing and bool(consumer.assignment()))
        append(path, *[NewRecord("in", None, b"a")] * 50)
        generation = transport.app.consumer_generation_id
        await consumer.subscribe(sorted({tp.topic for tp in consumer.assignment()}))
        await eventually(lambda: transport.app.consumer_generation_id == generation + 1 and not transport.app.rebalancing)
        await eventually(lambda: sum(transport.log.committed("unit").get(("mid", p), 0) for p in range(2)) == 50)
        sent = sum(end for (topic, _), end in transport.log.ends().items() if topic == "out")
        assert sent == 50 // 3


@pytest.fixture
async def producing(path: Path) -> AsyncIterator[tuple[Any, SqliteLog]]:
    app = build(path)
    await app.producer.start()
    yield app.producer, app.transport.log
    await app.producer.stop()


async def test_a_send_from_anywhere_is_committed_and_learns_its_place(producing: tuple[Any, SqliteLog]) -> None:
    producer, log = producing
    await producer.create_topic("t", 2, 1)
    sent = await (await producer.send("t", b"k", b"v", None, 12.5, {"h": b"1"}))
    assert (sent.topic, sent.partition, sent.offset, sent.timestamp) == ("t", log.partition_of("t", b"k"), 0, 12.5)
    assert (await producer.send_and_wait("t", None, b"v", 1, None, None)).partition == 1
    assert producer.key_partition("t", b"k") == TP("t", log.partition_of("t", b"k"))
    assert producer.supports_headers()
    await producer.flush()


async def test_send_soon_reports_delivery_and_failure(producing: tuple[Any, SqliteLog]) -> None:
    producer, log = producing
    log.create_topic("t", 1)
    called: list[FutureMessage] = []
    message = PendingMessage("t", b"k", b"v", 0, None, None, None, None, called.append, topic="t")
    future = FutureMessage(message)
    producer.send_soon(future)
    assert (await future).offset == 0
    assert (called, producer.buffer.size) == ([future], 0)
    lost = FutureMessage(message._replace(topic="nowhere"))
    producer.send_soon(lost)
    with pytest.raises(ConfigError, match="no topic 'nowhere'"):
        await lost
    with pytest.raises(MustStop):
        await producer.send("t", None, b"v", None, None, None)


async def test_topics_are_declared_with_the_brokers_words(producing: tuple[Any, SqliteLog]) -> None:
    producer, log = producing
    await producer.create_topic("compacted", 2, 1, compacting=True)
    await producer.create_topic("aging", 2, 1, retention=60.0)
    await producer.create_topic("spelled", 1, 1, config={"cleanup.policy": "compact", "retention.ms": "-1", "retention.bytes": "1000"})
    assert {info.name: info.config for info in log.topics()} == {
        "aging": TopicConfig(retention_ms=60_000),
        "compacted": TopicConfig(Cleanup.COMPACT),
        "spelled": TopicConfig(Cleanup.COMPACT, None, 1000),
    }
    await producer.create_topic("aging", 2, 1, retention=1.0)
    with pytest.raises(ConfigError, match="has 2 partitions; the application declares 3"):
        await producer.create_topic("aging", 3, 1)


def test_fausts_arguments_become_a_record() -> None:
    assert new_record("t", b"k", b"v", 1, 1.5, [("a", "text"), ("b", b"bytes")]) == NewRecord(
        "t", b"k", b"v", (("a", b"text"), ("b", b"bytes")), 1500, 1
    )


async def test_the_consumer_answers_what_faust_asks(path: Path) -> None:
    async with running(counting(path)) as transport:
        consumer: Any = transport.app.consumer
        await eventually(lambda: not transport.app.rebalancing and bool(consumer.assignment()))
        tp = TP("in", 0)
        append(path, NewRecord("in", None, b"a", partition=0))
        await eventually(lambda: transport.log.committed("unit").get(("in", 0)) == 1)
        assert await consumer.highwaters(tp) == {tp: 1}
        assert await consumer.earliest_offsets(tp) == {tp: 0}
        assert (await consumer.position(tp), consumer.highwater(tp)) == (1, 1)
        assert (consumer.topic_partitions("in"), consumer.topic_partitions("nowhere")) == (2, None)
        assert (consumer.key_partition("in", b"k", 1), consumer.key_partition("in", None)) == (1, None)
        assert consumer.key_partition("in", b"k") == transport.log.partition_of("in", b"k")
        await consumer.create_topic("more", 1, 1)
        assert consumer.topic_partitions("more") == 1
        await consumer.seek(tp, 0)
        assert await consumer.position(tp) == 0


async def test_retention_runs_over_a_handle_of_its_own(path: Path) -> None:
    app = build(path)
    transport: Any = app.transport
    transport.log.create_topic("small", 1, TopicConfig(retention_bytes=10))
    transport.log.append([NewRecord("small", None, b"x" * 10)] * 3)
    await asyncio.to_thread(transport.sweep)
    assert transport.log.bounds("small", 0) == (2, 3)
    transport.log.close()


def test_our_table_store_takes_the_place_of_fausts(path: Path) -> None:
    app = build(path)
    assert isinstance(app.Table("t", partitions=1).data, Store)

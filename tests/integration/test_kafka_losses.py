"""Each of stock Faust's losses that the transport can close: provoked on purpose, seen to happen there and not to happen here."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import aiokafka
import pytest
from faust.transport.drivers import aiokafka as stock

from streams.domain.errors import MustStop
from tests.support.kafka_apps import eventually, make_app, raw_schema, running
from tests.support.kafka_client import Probe, numbered

pytestmark = [pytest.mark.timeout(90), pytest.mark.filterwarnings("ignore::DeprecationWarning")]
BOTH = pytest.mark.parametrize(("driver", "loses"), [("stock", True), ("hardened", False)])


class Held:
    """Makes the Kafka client hold back the sends to one topic, as a broker that does not keep up would."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, topic: str) -> None:
        self.released = asyncio.Event()
        held = self

        class HoldingClient(aiokafka.AIOKafkaProducer):  # type: ignore[misc]
            async def send(self, to: str, *args: Any, **kwargs: Any) -> Any:
                if to == topic:
                    await held.released.wait()
                return await super().send(to, *args, **kwargs)

        monkeypatch.setattr(stock.Producer, "_producer_type", property(lambda _: HoldingClient))


@BOTH
async def test_a_commit_waits_for_the_changelog(
    driver: str, loses: bool, kafka_broker: str, unique: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    probe, group = Probe(kafka_broker), f"{unique}app"
    probe.create(f"{unique}in")
    probe.send(f"{unique}in", numbered(50, 5))
    app = make_app(driver, kafka_broker, group, tmp_path)
    held = Held(monkeypatch, f"{group}-seen-changelog")
    table = app.Table("seen", partitions=1, schema=raw_schema(), key_type=bytes, value_type=bytes)
    processed = []

    @app.agent(app.topic(f"{unique}in", schema=raw_schema()))
    async def remember(stream: Any) -> None:
        async for event in stream.noack().events():
            table[event.key] = event.value
            processed.append(event.value)
            event.ack()

    async with running(app):
        await eventually(lambda: len(processed) == 50, 20, "all records processed")
        commit = asyncio.ensure_future(app.consumer.commit())
        await asyncio.wait({commit}, timeout=1.5)
        committed = await asyncio.to_thread(probe.committed, group, f"{unique}in")
        written = await asyncio.to_thread(probe.ends, f"{group}-seen-changelog")
        assert (committed, written) == ((50, 0) if loses else (None, 0))
        held.released.set()
        await commit
        if not loses:
            await app.consumer.commit()
            assert await asyncio.to_thread(probe.committed, group, f"{unique}in") == 50
            assert await asyncio.to_thread(probe.ends, f"{group}-seen-changelog") == 50


@BOTH
@pytest.mark.parametrize("kind", ["changelog", "output"])
async def test_a_refused_record_stops_the_commits(
    driver: str, loses: bool, kind: str, kafka_broker: str, unique: str, tmp_path: Path
) -> None:
    probe, group = Probe(kafka_broker), f"{unique}app"
    refusing = f"{group}-seen-changelog" if kind == "changelog" else f"{unique}out"
    for topic in (f"{unique}in", f"{group}-seen-changelog", f"{unique}out"):
        probe.create(topic, **({"max_message_bytes": "1000"} if topic == refusing else {}))
    probe.send(f"{unique}in", numbered(5, 5))
    app = make_app(driver, kafka_broker, group, tmp_path)
    table = app.Table("seen", partitions=1, schema=raw_schema(), key_type=bytes, value_type=bytes)
    out = app.topic(f"{unique}out", schema=raw_schema())
    processed = []

    @app.agent(app.topic(f"{unique}in", schema=raw_schema()))
    async def enlarge(stream: Any) -> None:
        async for event in stream.noack().events():
            if kind == "changelog":
                table[event.key] = event.value * 5000
            else:
                await out.send(value=event.value * 5000)
            processed.append(event.value)
            event.ack()

    async with running(app):
        await eventually(lambda: len(processed) == 5, 20, "all records processed")
        if loses:
            await eventually(lambda: probe.committed(group, f"{unique}in") == 5, 20, "the loss")
        else:
            await eventually(lambda: app.crash_reason is not None, 20, "the worker to stop")
    assert await asyncio.to_thread(probe.ends, refusing) == 0
    assert await asyncio.to_thread(probe.committed, group, f"{unique}in") == (5 if loses else None)
    if not loses:
        assert isinstance(app.crash_reason, MustStop)
        assert refusing in str(app.crash_reason)


@BOTH
@pytest.mark.parametrize("head", [0, 7])
async def test_a_commit_does_not_skip_a_record_in_work(
    driver: str, loses: bool, head: int, kafka_broker: str, unique: str, tmp_path: Path
) -> None:
    probe, group = Probe(kafka_broker), f"{unique}app"
    probe.create(f"{unique}in")
    probe.send(f"{unique}in", numbered(head, 5))
    app = make_app(driver, kafka_broker, group, tmp_path)
    events: list[Any] = []

    @app.agent(app.topic(f"{unique}in", schema=raw_schema()))
    async def hold(stream: Any) -> None:
        async for event in stream.noack().events():
            events.append(event)
            if event.message.offset != head:
                event.ack()

    async with running(app):
        await eventually(lambda: len(events) == head, 20, "the records before the held one")
        await app.consumer.commit()
        await asyncio.to_thread(probe.send, f"{unique}in", numbered(10, 5))
        await eventually(lambda: len(events) == head + 10, 20, "all records")
        await app.consumer.commit()
        committed = await asyncio.to_thread(probe.committed, group, f"{unique}in")
        assert committed == (head + 10 if loses else head or None)
        if not loses:
            [stands] = app.transport.progress.partitions()
            assert (stands.delivered, stands.committed) == (head + 9, head or None)
        events[head].ack()
        if not loses:
            await app.consumer.commit()
            assert await asyncio.to_thread(probe.committed, group, f"{unique}in") == head + 10


@BOTH
async def test_a_record_that_faust_cannot_decode_is_not_dropped(
    driver: str, loses: bool, kafka_broker: str, unique: str, tmp_path: Path
) -> None:
    probe, group = Probe(kafka_broker), f"{unique}app"
    probe.create(f"{unique}in")
    probe.send(f"{unique}in", [(None, b"1"), (None, b"{torn"), (None, b"3")])
    app = make_app(driver, kafka_broker, group, tmp_path)
    seen = []

    @app.agent(app.topic(f"{unique}in", value_type=int, value_serializer="json"))
    async def count(stream: Any) -> None:
        async for event in stream.noack().events():
            seen.append(event.value)
            event.ack()

    async with running(app):
        if loses:
            await eventually(lambda: probe.committed(group, f"{unique}in") == 3, 20, "the loss")
            assert seen == [1, 3]
        else:
            await eventually(lambda: app.crash_reason is not None, 20, "the worker to stop")
            assert f"{unique}in/0/1" in str(app.crash_reason)
    committed = await asyncio.to_thread(probe.committed, group, f"{unique}in")
    assert committed == 3 if loses else committed in (None, 1)

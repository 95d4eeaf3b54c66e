"""Tables come back whatever state their changelog is in; stock Faust waits forever for a record that is not there."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import faust
import pytest
from aiokafka import AIOKafkaProducer
from kafka import KafkaAdminClient, TopicPartition

from tests.support.kafka_apps import eventually, make_app, raw_schema, running, stop
from tests.support.kafka_client import Probe

pytestmark = [pytest.mark.timeout(90), pytest.mark.filterwarnings("ignore::DeprecationWarning")]


def table_app(driver: str, bootstrap: str, unique: str, datadir: Path) -> tuple[faust.App, Any]:
    """An app with one table `seen` of one partition, fed by nothing that matters here."""
    app = make_app(driver, bootstrap, f"{unique}app", datadir)
    types: dict[str, Any] = {"schema": raw_schema(), "key_type": bytes, "value_type": bytes}
    table: Any = app.Table("seen", partitions=1, **types)

    @app.agent(app.topic(f"{unique}in", schema=raw_schema()))
    async def remember(stream: Any) -> None:
        async for event in stream.noack().events():
            table[event.key] = event.value
            event.ack()

    return app, table


async def changelog_ending_in_a_marker(bootstrap: str, topic: str) -> None:
    """Three records and a transaction's marker: the offset below the end holds no record, as after the compaction of tombstones."""
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, transactional_id=topic) as producer, producer.transaction():
        for n in range(3):
            await producer.send(topic, b"value-%d" % n, key=b"key-%d" % n, partition=0)


@pytest.mark.parametrize(("driver", "ends"), [("stock", False), ("hardened", True)])
async def test_a_recovery_ends_when_the_last_offset_holds_no_record(
    driver: str, ends: bool, kafka_broker: str, unique: str, tmp_path: Path
) -> None:
    probe = Probe(kafka_broker)
    probe.create(f"{unique}in")
    probe.create(f"{unique}app-seen-changelog", cleanup_policy="compact")
    await changelog_ending_in_a_marker(kafka_broker, f"{unique}app-seen-changelog")
    app, table = table_app(driver, kafka_broker, unique, tmp_path)
    app.finalize()
    # An app has started when its tables are recovered. Ours takes 8 s of this: two looks, and the turn Faust gives itself to notice.
    starting = asyncio.ensure_future(app.start())
    done, _ = await asyncio.wait({starting}, timeout=20)
    assert bool(done) == ends
    if ends:
        assert {key: table[key] for key in sorted(table.keys())} == {b"key-%d" % n: b"value-%d" % n for n in range(3)}
    starting.cancel()
    await stop(app)


async def test_a_recovery_from_an_emptied_changelog_ends_and_records_flow(kafka_broker: str, unique: str, tmp_path: Path) -> None:
    probe, changelog = Probe(kafka_broker), f"{unique}app-seen-changelog"
    probe.create(f"{unique}in")
    probe.create(changelog, cleanup_policy="delete")
    probe.send(changelog, [(b"k", b"v")] * 5)
    admin = KafkaAdminClient(bootstrap_servers=kafka_broker)
    admin.delete_records({TopicPartition(changelog, 0): 5})
    admin.close()
    probe.send(f"{unique}in", [(b"a", b"1")])
    app, table = table_app("hardened", kafka_broker, unique, tmp_path)
    async with running(app):
        await eventually(lambda: b"a" in table, 30, "the record to be processed")
        await app.consumer.commit()
        assert await asyncio.to_thread(probe.committed, f"{unique}app", f"{unique}in") == 1

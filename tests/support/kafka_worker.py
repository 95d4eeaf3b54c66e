"""A worker process for tests and benches: agents that do nothing but carry records, on the stock driver, on ours, or without Faust.

    python -m tests.support.kafka_worker hardened --bootstrap 127.0.0.1:9092 --name t1- --datadir DIR --shape rekey-table

Topics NAMEin, NAMEmid, NAMEout must exist. Shapes: `pass` (in to out), `table` (the same, each record kept in a table), `rekey`
(in to mid under another key, mid to out) and `rekey-table`. A record's value is never changed. Prints "ready" when it is.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any, cast

import faust
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from streams.domain.errors import MustStop
from tests.support.kafka_apps import make_app, raw_schema

PARTITIONS = 4


def build(driver: str, bootstrap: str, name: str, datadir: Path, shape: str) -> faust.App:
    """The app of one worker. The table remembers, per key, the value that first came with it, and says when one comes again."""
    store = "rocksdb://" if "table" in shape else "memory://"
    settings: dict[str, Any] = {
        "store": store,
        "topic_partitions": PARTITIONS,
        "broker_commit_interval": 0.5,
        "broker_session_timeout": 4.0,
    }
    app = make_app(driver, bootstrap, f"{name}app", datadir, **settings)
    source, middle, sink = (app.topic(f"{name}{part}", schema=raw_schema()) for part in ("in", "mid", "out"))
    table: Any = None
    if "table" in shape:
        # The types as well as the schema: without them Faust reads the changelog back as JSON, and a recovery that cannot never ends.
        types: dict[str, Any] = {"schema": raw_schema(), "key_type": bytes, "value_type": bytes}
        table = app.Table("seen", partitions=PARTITIONS, options={"block_cache_size": 8 << 20}, **types)

    async def finish(stream: Any) -> None:
        async for event in stream.noack().events():
            if table is not None:
                table[event.key] = event.value
            await sink.send(key=event.key, value=event.value)
            event.ack()

    async def rekey(stream: Any) -> None:
        async for event in stream.noack().events():
            await middle.send(key=event.key[::-1], value=event.value)
            event.ack()

    if "rekey" in shape:
        app.agent(source, name="rekey")(rekey)
        app.agent(middle, name="finish")(finish)
    else:
        app.agent(source, name="finish")(finish)
    return app


async def serve(app: faust.App) -> None:
    """Run until SIGTERM, or until the app crashes, then raise why."""

    @app.on_rebalance_complete.connect
    async def ready(*_: Any, **__: Any) -> None:
        print("ready", flush=True)

    asked_to_stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, asked_to_stop.set)
    app.finalize()
    await app.start()
    endings = {asyncio.ensure_future(cast(Any, app)._crashed.wait()), asyncio.ensure_future(asked_to_stop.wait())}
    await asyncio.wait(endings, return_when=asyncio.FIRST_COMPLETED)
    if app.crash_reason is not None:
        raise app.crash_reason
    await app.stop()


async def plain(bootstrap: str, name: str, shape: str) -> None:
    """The same work in a plain aiokafka loop: a commit every half second, after the producer's flush."""
    steps = {f"{name}in": f"{name}mid", f"{name}mid": f"{name}out"} if "rekey" in shape else {f"{name}in": f"{name}out"}
    settings: dict[str, Any] = {"bootstrap_servers": bootstrap}
    consumer = AIOKafkaConsumer(*steps, group_id=f"{name}app", auto_offset_reset="earliest", enable_auto_commit=False, **settings)
    producer = AIOKafkaProducer(acks="all", enable_idempotence=True, linger_ms=20, max_batch_size=262144, **settings)
    await consumer.start()
    await producer.start()
    print("ready", flush=True)
    committed_at = time.monotonic()
    while True:
        for tp, records in (await consumer.getmany(timeout_ms=500)).items():
            for record in records:
                key = record.key[::-1] if tp.topic.endswith("in") and "rekey" in shape else record.key
                await producer.send(steps[tp.topic], record.value, key=key)
        if time.monotonic() - committed_at > 0.5:
            await producer.flush()
            await consumer.commit()
            committed_at = time.monotonic()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("driver", choices=["stock", "hardened", "plain"])
    for option in ("bootstrap", "name", "shape"):
        parser.add_argument(f"--{option}", required=True)
    parser.add_argument("--datadir", type=Path, required=True)
    asked = parser.parse_args()
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    if asked.driver == "plain":
        asyncio.run(plain(asked.bootstrap, asked.name, asked.shape))
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    code = 0
    try:
        loop.run_until_complete(serve(build(asked.driver, asked.bootstrap, asked.name, asked.datadir, asked.shape)))
    except MustStop:
        logging.exception("crashed")
        code = 70
    # A crashed worker leaves at once: nothing may be tidied up into a commit.
    os._exit(code)


if __name__ == "__main__":
    main()

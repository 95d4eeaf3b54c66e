"""A small app on the embedded log, run as a subprocess: `app.py worker`, with BROKER and DATADIR in the environment.

`inputs` (values "key:number") are re-keyed onto `numbers`, where a table sums them per key; every new sum goes to `sums`.
The environment may ask for trouble: see the constants.
"""

from __future__ import annotations

import asyncio
import os

import faust
from faust.types import StreamT, TopicT

from streams.transport import register

register()

PARTITIONS = 4
STORE = os.environ.get("STORE", "rocksdb://")
FAILS_AT = os.environ.get("FAILS_AT", "").encode()
STUCK_KEY = os.environ.get("STUCK_KEY", "").encode()
AWAITS_DELIVERY = "AWAITS_DELIVERY" in os.environ
UNDECLARED = os.environ.get("UNDECLARED", "")
TICKS = "TICKS" in os.environ
OPTIONS = {"block_cache_size": 1 << 20} if STORE.startswith("rocksdb") else {}

app = faust.App(
    "embedded-test",
    broker=os.environ["BROKER"],
    datadir=os.environ["DATADIR"],
    store=STORE,
    topic_partitions=PARTITIONS,
    processing_guarantee="at_least_once",
    consumer_auto_offset_reset="earliest",
    broker_commit_interval=0.5,
    stream_buffer_maxsize=32768,
    stream_wait_empty=False,
    topic_disable_leader=True,
    web_enabled=False,
)


def raw(name: str, partitions: int) -> TopicT:
    """A topic of plain bytes."""
    return app.topic(name, partitions=partitions, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw")


inputs, numbers, sums = raw("inputs", PARTITIONS), raw("numbers", PARTITIONS), raw("sums", 1)
totals = app.Table("totals", default=int, partitions=PARTITIONS, options=OPTIONS)


@app.agent(inputs)
async def rekey(stream: StreamT[bytes]) -> None:
    async for event in stream.noack().events():
        key, number = event.value.split(b":")
        await numbers.send(key=key, value=number)
        if number == FAILS_AT:
            raise ValueError("fails after its send")
        event.ack()


@app.agent(numbers)
async def add(stream: StreamT[bytes]) -> None:
    async for event in stream.noack().events():
        key = event.key.decode()
        totals[key] += int(event.value)
        if event.key == STUCK_KEY:
            await asyncio.sleep(3600)
        sent = await sums.send(key=event.key, value=b"%s:%d" % (event.key, totals[key]))
        if AWAITS_DELIVERY:
            await sent
        event.ack()


if TICKS:

    @app.timer(interval=0.2)
    async def tick() -> None:
        delivered = await sums.send(key=b"tick", value=b"tick:0")
        print(f"tick at {(await delivered).offset}", flush=True)


if UNDECLARED:

    @app.agent(app.topic(UNDECLARED, value_type=bytes))
    async def puzzled(stream: StreamT[bytes]) -> None:
        async for _ in stream:
            pass


if __name__ == "__main__":
    app.main()

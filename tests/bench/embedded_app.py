"""The worker that `bench_sqlite_log.py` measures: MODE `pass` is one agent, `table` two agents, a re-key and a table."""

from __future__ import annotations

import os

import faust
from faust.types import StreamT, TopicT

from streams.transport import register

register()
app = faust.App(
    "bench",
    broker=os.environ["BROKER"],
    datadir=os.environ["DATADIR"],
    store="rocksdb://",
    topic_partitions=4,
    consumer_auto_offset_reset="earliest",
    broker_commit_interval=0.5,
    stream_buffer_maxsize=32768,
    stream_wait_empty=False,
    topic_disable_leader=True,
    web_enabled=False,
)


def raw(name: str) -> TopicT:
    return app.topic(name, partitions=4, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw")


inputs, passed, numbers, sums = raw("inputs"), raw("passed"), raw("numbers"), raw("sums")

if os.environ["MODE"] == "pass":

    @app.agent(inputs)
    async def pass_on(stream: StreamT[bytes]) -> None:
        async for event in stream.noack().events():
            await passed.send(key=event.key, value=event.value, headers=event.headers)
            event.ack()

else:
    counts = app.Table("counts", default=int, partitions=4, options={"block_cache_size": 1 << 24})

    @app.agent(inputs)
    async def rekey(stream: StreamT[bytes]) -> None:
        async for event in stream.noack().events():
            await numbers.send(key=event.headers["k"], value=event.value, headers=event.headers)
            event.ack()

    @app.agent(numbers)
    async def count(stream: StreamT[bytes]) -> None:
        async for event in stream.noack().events():
            key = event.key.decode()
            counts[key] += 1
            await sums.send(key=event.key, value=b"%d" % counts[key], headers=event.headers)
            event.ack()


if __name__ == "__main__":
    app.main()

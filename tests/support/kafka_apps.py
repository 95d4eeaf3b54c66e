"""Faust apps on a real broker, on the stock driver or on ours, in the test's own process so that a test can hold or break things."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import faust
from faust.transport.drivers import aiokafka as stock
from yarl import URL

from streams.transport.kafka.driver import Transport

STOP_SECONDS = 15.0
"""Stock Faust does not always stop; a test that has shown what it came for must not wait for it."""

DRIVERS: dict[str, type[stock.Transport]] = {"stock": stock.Transport, "hardened": Transport}

SETTINGS: dict[str, Any] = {
    "processing_guarantee": "at_least_once",
    "consumer_auto_offset_reset": "earliest",
    "broker_commit_interval": 0.2,
    "broker_session_timeout": 6.0,
    "broker_heartbeat_interval": 1.0,
    "producer_linger": 0.02,
    "producer_acks": -1,
    "stream_buffer_maxsize": 32768,
    "stream_wait_empty": False,
    "topic_disable_leader": True,
    "web_enabled": False,
    "table_standby_replicas": 0,
    "topic_replication_factor": 1,
}


def raw_schema() -> faust.Schema:
    """Bytes in, bytes out, as wirebell's own agents take them."""
    return faust.Schema(key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw")


def make_app(driver: str, bootstrap: str, group: str, datadir: Path, **settings: Any) -> faust.App:
    """An app that is not started yet. `driver`: "stock" or "hardened"."""
    app = faust.App(group, broker=f"kafka://{bootstrap}", datadir=str(datadir), **{**SETTINGS, **settings})
    urls = [URL(f"kafka://{bootstrap}")]
    app.transport = DRIVERS[driver](urls, app)
    app.producer_transport = DRIVERS[driver](urls, app)
    return app


@asynccontextmanager
async def running(app: faust.App) -> AsyncIterator[faust.App]:
    """Start the app as a worker would, and stop it."""
    app.finalize()
    await app.start()
    try:
        yield app
    finally:
        await stop(app)


async def stop(app: faust.App) -> None:
    """Stop the app, and the tasks that Faust leaves behind while their loop still lives."""
    with suppress(TimeoutError):
        await asyncio.wait_for(app.stop(), STOP_SECONDS)
    left = asyncio.all_tasks() - {asyncio.current_task()}
    for task in left:
        task.cancel()
    await asyncio.wait(left or {asyncio.ensure_future(asyncio.sleep(0))}, timeout=STOP_SECONDS)
    gc.collect()


async def eventually(condition: Callable[[], bool], seconds: float, what: str) -> None:
    """Give the loop turns until it holds; AssertionError with `what` when it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not in {seconds} s: {what}"
        await asyncio.sleep(0.02)

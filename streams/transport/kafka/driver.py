"""`kafka://host:port[;host:port]` for Faust: the stock aiokafka transport with the parts replaced that lose records."""

from __future__ import annotations

import time
from typing import Any, ClassVar

from faust.transport.drivers import aiokafka as stock

from streams.domain.errors import ConfigError
from streams.transport.kafka.consumer import Consumer
from streams.transport.kafka.producer import Producer
from streams.transport.liveness import Progress


class Transport(stock.Transport):
    """`progress` is what a health endpoint reads; set `progress.limit` to change how long a partition may stand still."""

    Consumer: ClassVar[type[Consumer]] = Consumer
    Producer: ClassVar[type[Producer]] = Producer
    driver_version = f"wirebell on {stock.Transport.driver_version}"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        refuse_unsafe(self.app.conf)
        self.progress = Progress(clock=time.monotonic)


def refuse_unsafe(conf: Any) -> None:
    """ConfigError for Faust settings under which this transport cannot keep its word."""
    unsafe = {
        "processing_guarantee": conf.processing_guarantee.value != "at_least_once",  # Faust's exactly_once loses records (FAUST.md)
        "consumer_auto_offset_reset": conf.consumer_auto_offset_reset != "earliest",  # "latest" skips, and hangs recovery (faust 651)
        "producer_threaded": conf.producer_threaded,  # its sends are not counted, and it breaks on shutdown
        "stream_publish_on_commit": conf.stream_publish_on_commit,  # outputs would be sent after the snapshot
    }
    named = [name for name, wrong in unsafe.items() if wrong]
    if named:
        values = ", ".join(f"{name}={getattr(conf, name)!r}" for name in named)
        raise ConfigError(f"these Faust settings lose records: {values}")

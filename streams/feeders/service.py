"""What the feeders share: their surroundings, and pausing until there is something to do or it is time to stop."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import Protocol

from streams.adapters.logclient.port import MAX_RECORD_BYTES
from streams.domain.ids import derive
from streams.feeders.appender import Answer, Item, Receipt
from streams.feeders.observe import Feeder, FeederMetrics
from streams.feeders.outbox import Outbox
from streams.pipeline.ports import Clock

RECORD_CAP = MAX_RECORD_BYTES - 65_536
"""Bytes of one body that fit into a record with key and headers."""


class Service(Protocol):
    """One feeder. `run` returns after `stop` is set, with nothing of its own in flight; `problems` names what is wrong now."""

    async def run(self, stop: asyncio.Event) -> None: ...

    def problems(self) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What every feeder is given."""

    feeder: Feeder
    outbox: Outbox
    metrics: FeederMetrics
    clock: Clock

    async def feed(self, item: Item) -> Answer:
        """Hand over, wait for room and for the answer, and count. TransientFailure when the broker is away."""
        started = time.monotonic()
        return await self.answered(item, await self.outbox.put(item), started)

    async def answered(self, item: Item, future: asyncio.Future[Answer], started: float) -> Answer:
        """The answer to an item that was handed over at `started`, counted."""
        # Shielded: what was handed over is written, whoever stops waiting for it.
        answer = await asyncio.shield(future)
        if isinstance(answer, Receipt) and answer.repeated:
            self.metrics.repeated(self.feeder)
        elif isinstance(answer, Receipt):
            self.metrics.fed(self.feeder, item.raw, time.monotonic() - started)
        return answer


def input_id(prefix: str, *parts: str) -> str:
    """The input id of an item: what people see of it first, then what makes it the only one."""
    return f"{prefix}~{derive('f', *parts)[2:14]}"


async def pause(stop: asyncio.Event, seconds: float) -> bool:
    """Wait so long, or until it is time to stop: then False."""
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return True
    return False

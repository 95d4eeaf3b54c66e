"""Learns of appends: of this process at once, of other processes by polling SQLite's `data_version` (4 microseconds a poll)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

EAGER_SECONDS = 0.002
LAZY_SECONDS = 0.010
"""A poll every 2 ms right after a change, then ever more rarely down to every 10 ms: under 1 % of a core when idle."""
GROWTH = 1.2


class Watch:
    """One waiter at a time."""

    def __init__(self, version: Callable[[], int]) -> None:
        self._version = version
        self._seen = version()
        self._interval = EAGER_SECONDS
        self._nudged = True  # the first look counts as news
        self._sleeper: asyncio.Future[None] | None = None

    def nudge(self) -> None:
        """Something changed in this process."""
        self._nudged = True
        if self._sleeper is not None and not self._sleeper.done():
            self._sleeper.set_result(None)

    async def changed(self, seconds: float) -> bool:
        """Waits until something changed since the last call that said so; False after that many seconds."""
        deadline = time.monotonic() + seconds
        while not self._news():
            if time.monotonic() >= deadline:
                return False
            await self._sleep(self._interval)
            self._interval = min(self._interval * GROWTH, LAZY_SECONDS)
        self._interval = EAGER_SECONDS
        return True

    def _news(self) -> bool:
        nudged, self._nudged = self._nudged, False
        version = self._version()
        moved, self._seen = version != self._seen, version
        return nudged or moved

    async def _sleep(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        self._sleeper = sleeper = loop.create_future()
        timer = loop.call_later(seconds, _wake, sleeper)
        try:
            await sleeper
        finally:
            timer.cancel()
            self._sleeper = None


def _wake(sleeper: asyncio.Future[None]) -> None:
    if not sleeper.done():
        sleeper.set_result(None)

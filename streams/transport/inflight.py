"""Which records are on their way to the broker, and whether all of them will arrive.

Closes two of FAUST.md's losses: a commit waits at a `barrier` for everything that was sent before it (loss 1), and the first
record that fails is remembered for good (loss 2). asyncio only; knows no broker. Not for use from several threads.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from streams.domain.errors import MustStop


def unwritten(topic: str, cause: BaseException) -> MustStop:
    """What a record that the broker did not take means: its input must not be committed."""
    error = MustStop(f"a record for {topic} was not written ({cause!r}); nothing is committed from here on")
    error.__cause__ = cause
    return error


@dataclass(slots=True)
class Batch:
    """The records that were entered between two barriers and have not left yet."""

    open: int = 0
    emptied: asyncio.Future[None] | None = None


@dataclass(slots=True)
class InFlight:
    """Counts records by batch, so that entering and leaving cost the same however many are on their way.

    `on_failure` is called once, with the first failure.
    """

    on_failure: Callable[[MustStop], None]
    failure: MustStop | None = None
    size: int = 0
    _current: Batch = field(default_factory=Batch)
    _older: deque[Batch] = field(default_factory=deque)
    _ebb: tuple[int, asyncio.Future[None]] | None = None

    def enter(self) -> Batch:
        """A record is on its way. Give the batch back to `leave` exactly once."""
        self.size += 1
        self._current.open += 1
        return self._current

    def leave(self, batch: Batch) -> None:
        """A record of this batch is with the broker (or its sender was told that it is not)."""
        self.size -= 1
        batch.open -= 1
        if batch.open == 0 and batch.emptied is not None:
            _release(batch.emptied)
        if self._ebb is not None and self.size <= self._ebb[0]:
            _release(self._ebb[1])

    def fail(self, error: MustStop) -> None:
        """A record will not arrive. Every barrier, waiting or to come, raises the first such error."""
        if self.failure is None:
            self.failure = error
            for batch in (*self._older, self._current):
                if batch.emptied is not None:
                    _release(batch.emptied)
            if self._ebb is not None:
                _release(self._ebb[1])
            self.on_failure(error)

    async def barrier(self) -> None:
        """Return when everything entered before this call has left. Raises the first failure, also when it came earlier."""
        if self._current.open:
            self._older.append(self._current)
            self._current = Batch()
        for batch in list(self._older):
            await self._emptied(batch)
        while self._older and self._older[0].open == 0:
            self._older.popleft()

    async def _emptied(self, batch: Batch) -> None:
        if batch.open and self.failure is None:
            if batch.emptied is None:
                batch.emptied = asyncio.get_running_loop().create_future()
            # Shielded: a barrier that gives up (a bounded last commit) must not cancel the future that another one waits for.
            await asyncio.shield(batch.emptied)
        if self.failure is not None:
            raise self.failure

    async def ebb(self, limit: int) -> None:
        """Return when at most `limit` records are on their way, or when one has failed."""
        while self.size > limit and self.failure is None:
            if self._ebb is None or self._ebb[1].done():
                self._ebb = (limit, asyncio.get_running_loop().create_future())
            await asyncio.shield(self._ebb[1])


def _release(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_result(None)

"""Commits finished units of work: outputs, changelog and offsets in one transaction. After a failure, never again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from streams.domain.errors import MustStop, TransientFailure
from streams.transport.sqlite.log import SqliteLog
from streams.transport.sqlite.records import NewRecord, Placed
from streams.transport.sqlite.tables import PendingTable
from streams.transport.sqlite.units import Batch, Units, Where

LINGER_SECONDS = 0.002
BUSY_LINGER_SECONDS = 0.015
BUSY = 50
"""While other records are being processed a commit waits for more: briefly, or longer when at least BUSY are. Else not at all."""
RETRY_SECONDS = 0.003
GIVE_UP_SECONDS = 10.0
"""How long to stand in line behind other processes' transactions."""

T = TypeVar("T")


class Committer:
    """Owns the order of commits. `on_commit` hears the offsets of every commit, right after it is durable."""

    def __init__(self, log: SqliteLog, group: str, units: Units, on_commit: Callable[[Mapping[Where, int]], None]) -> None:
        self.log = log
        self.failure: BaseException | None = None
        self.tables: dict[Where, PendingTable] = {}
        self._group = group
        self._units = units
        self._on_commit = on_commit
        self._wanted = asyncio.Event()
        self._turn = asyncio.Lock()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="wirebell-log")
        self._waiting: list[tuple[NewRecord, asyncio.Future[Placed]]] = []

    def want(self) -> None:
        """There may be something to commit."""
        self._wanted.set()

    def send(self, record: NewRecord) -> asyncio.Future[Placed]:
        """A send that belongs to no unit: it goes with the next transaction, and the future has its place."""
        self.refuse_after_failure()
        future: asyncio.Future[Placed] = asyncio.get_running_loop().create_future()
        self._waiting.append((record, future))
        self._wanted.set()
        return future

    def refuse_after_failure(self) -> None:
        """MustStop once a commit has failed: what was sent before is not in the log, so nothing after may be."""
        if self.failure is not None:
            raise MustStop(f"{self.log.path}: stopped after a failed commit: {self.failure}") from self.failure

    async def run(self) -> None:
        """Commits for ever. Raises the first failure."""
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            await asyncio.sleep(self._linger())
            await self.flush()

    def _linger(self) -> float:
        still_open = self._units.open
        return 0 if not still_open else LINGER_SECONDS if still_open < BUSY else BUSY_LINGER_SECONDS

    async def flush(self) -> bool:
        """Commits what may be committed now; whether there was anything. Raises, now and ever after, when that fails."""
        # Shielded: a commit that a stopping worker abandons half way would leave the tables without changes that the log has.
        return await asyncio.shield(asyncio.ensure_future(self._flush()))

    async def _flush(self) -> bool:
        async with self._turn:
            self.refuse_after_failure()
            batch, waiting = self._units.take(), self._waiting
            self._waiting = []
            if batch is None and not waiting:
                return False
            try:
                await self._commit(batch or Batch((), {}), waiting)
            except BaseException as error:
                # Whatever it was, RocksDB's errors included: going on would leave the tables without changes that the log has.
                self._fail(error, waiting)
                raise
            return True

    async def _commit(self, batch: Batch, waiting: list[tuple[NewRecord, asyncio.Future[Placed]]]) -> None:
        placed = await self._write((*(record for record, _ in waiting), *batch.records), batch.offsets)
        self._settle(placed[len(waiting) :], batch.records)
        for (_, future), place in zip(waiting, placed, strict=False):
            if not future.done():
                future.set_result(place)
        self._on_commit(batch.offsets)

    async def _write(self, records: tuple[NewRecord, ...], offsets: Mapping[Where, int]) -> list[Placed]:
        await patiently(self.log.begin)
        placed = self.log.fill(records, self._group, offsets)
        await self._off_loop(self.log.finish)
        return placed

    def _settle(self, placed: list[Placed], records: tuple[NewRecord, ...]) -> None:
        """Brings RocksDB up to the changelog."""
        changes: dict[Where, list[tuple[bytes, bytes | None]]] = {}
        last: dict[Where, int] = {}
        for place, record in zip(placed, records, strict=True):
            where = (place.topic, place.partition)
            if where in self.tables and record.key is not None:
                changes.setdefault(where, []).append((record.key, record.value))
                last[where] = place.offset
        for where, pairs in changes.items():
            self.tables[where].settle(pairs, last[where])

    def _fail(self, error: BaseException, waiting: list[tuple[NewRecord, asyncio.Future[Placed]]]) -> None:
        self.failure = error
        for _, future in waiting:
            if not future.done():
                future.set_exception(error)

    async def exclusively(self, call: Callable[[], T]) -> T:
        """Calls something else that writes over the log's connection, between commits."""
        async with self._turn:
            return await patiently(call)

    async def checkpoint(self) -> None:
        """Between commits, since one connection does one thing at a time; shielded for the same reason."""
        await asyncio.shield(asyncio.ensure_future(self._checkpoint()))

    async def _checkpoint(self) -> None:
        async with self._turn:
            if self.failure is None:
                await self._off_loop(self.log.checkpoint)

    async def _off_loop(self, call: Callable[[], T]) -> T:
        """In the log's thread: the event loop must not wait for a disk."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, call)

    def close(self) -> None:
        """Waits for the log's thread."""
        self._thread.shutdown()


async def patiently(call: Callable[[], T]) -> T:
    """Calls, again and again while another process holds the write lock, for at most GIVE_UP_SECONDS; then TransientFailure."""
    deadline = time.monotonic() + GIVE_UP_SECONDS
    while True:
        try:
            return call()
        except TransientFailure:
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(RETRY_SECONDS)

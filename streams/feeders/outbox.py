"""Between a feeder's event loop and the log: a bounded queue, and one thread that holds the log client and the journal.

What waits is written together, so one flush and one journal transaction serve many items. While the broker is away items fail
with TransientFailure at once: the feeder offers them again, or tells its client to.
"""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from streams.adapters.logclient import LogClient
from streams.domain.errors import MustStop, TransientFailure, WirebellError
from streams.feeders.appender import Answer, Appender, Item
from streams.feeders.journal import Journal
from streams.feeders.pace import backoff

LOG = logging.getLogger("wirebell.feeders")

BATCH = 256
"""Items written together at most."""
RETRY_LIMIT = 30.0
"""Seconds between two attempts to reach a broker that is away, at most."""

T = TypeVar("T")
Future = asyncio.Future[Any]


class Full(Exception):
    """The queue is full: back-pressure. Offer it again later."""


@dataclass(frozen=True, slots=True)
class _Put:
    item: Item
    future: Future


@dataclass(frozen=True, slots=True)
class _Ask:
    question: Callable[[Journal], Any]
    future: Future


_Job = _Put | _Ask
Connect = Callable[[], LogClient]
MakeAppender = Callable[[Journal, LogClient], Appender]


class Outbox:
    """Start it on the loop that uses it. `connect` opens a log client, `appender` makes the writer on one."""

    def __init__(self, name: str, connect: Connect, appender: MakeAppender, journal: Journal, capacity: int) -> None:
        self._name = name
        self._connect = connect
        self._appender = appender
        self._journal = journal
        self.capacity = capacity
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._waiting: dict[Future, float] = {}
        self._freed = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name=f"{name}-outbox", daemon=True)
        self._loop: asyncio.AbstractEventLoop
        self._first: Future
        self._attempt = 0
        self._stopping = False
        self._dead: WirebellError | None = None
        self.failed: Future
        self.away = "not yet connected to the broker"
        """Why the broker cannot be written to now; empty when it can."""

    async def start(self) -> None:
        """Start the thread; returns when it has connected and recovered, or has found the broker away. Raises what makes it useless."""
        self._loop = asyncio.get_running_loop()
        self.failed = self._loop.create_future()
        # Whoever watches it reads the exception; nobody has to.
        self.failed.add_done_callback(lambda f: f.cancelled() or f.exception())
        self._first = self._loop.create_future()
        self._thread.start()
        await self._first

    async def stop(self) -> None:
        """Write what was handed over, end the thread, close client and journal."""
        if not self._stopping:
            self._stopping = True
            self._jobs.put(None)
        if self._thread.ident is not None:
            await asyncio.to_thread(self._thread.join)
        self._journal.close()

    @property
    def depth(self) -> int:
        """Items handed over and not yet acknowledged."""
        return len(self._waiting)

    @property
    def full(self) -> bool:
        """Whether `offer` would refuse."""
        return len(self._waiting) >= self.capacity

    def oldest(self) -> float:
        """Seconds that the longest waiting item has waited; 0.0 when none waits."""
        return time.monotonic() - next(iter(self._waiting.values())) if self._waiting else 0.0

    def offer(self, item: Item) -> asyncio.Future[Answer]:
        """Hand an item over: its answer comes when the log has it for good, or TransientFailure when that is not known. Full at once."""
        if self.full:
            raise Full
        future: asyncio.Future[Answer] = self._loop.create_future()
        self._waiting[future] = time.monotonic()
        future.add_done_callback(self._answered)
        self._send(_Put(item, future))
        return future

    async def put(self, item: Item) -> asyncio.Future[Answer]:
        """As `offer`, but waits for room."""
        while self.full:
            self._freed.clear()
            await self._freed.wait()
        return self.offer(item)

    async def ask(self, question: Callable[[Journal], T]) -> T:
        """The journal's answer, after everything handed over before."""
        future: asyncio.Future[T] = self._loop.create_future()
        self._send(_Ask(question, future))
        return await future

    def _send(self, job: _Job) -> None:
        if self._dead is not None or self._stopping:
            job.future.set_exception(self._dead or TransientFailure(f"the {self._name} feeder is stopping"))
        else:
            self._jobs.put(job)

    def _answered(self, future: Future) -> None:
        self._waiting.pop(future, None)
        self._freed.set()
        if not future.cancelled():
            future.exception()  # a client that left does not read it

    # Below here: the thread.

    def _run(self) -> None:
        try:
            while not self._served():
                self._attempt += 1
                if not self._wait_away(backoff(self._name, self._attempt, 0.5, RETRY_LIMIT)):
                    return
        except WirebellError as error:
            self._die(error)
        # The thread's boundary: a defect must end the process with its cause, not leave requests waiting for ever.
        except Exception as error:
            LOG.exception("the %s feeder's writer failed", self._name)
            self._die(MustStop(f"the {self._name} feeder's writer failed: {type(error).__name__}: {error}"))

    def _served(self) -> bool:
        """Connect and write until told to stop; False when the broker is away."""
        try:
            with self._connect() as client:
                self._serve(client)
        except TransientFailure as error:
            self._set_away(str(error))
            return False
        return True

    def _serve(self, client: LogClient) -> None:
        """Write until told to stop. Raises TransientFailure after failing what it had in hand."""
        appender = self._appender(self._journal, client)
        found = appender.recover()
        if found:
            LOG.info("%s: %d items of an earlier run were in the log already", self._name, found)
        self._attempt = 0
        self._set_away("")
        while jobs := self._next():
            self._do(appender, jobs)

    def _next(self) -> list[_Job]:
        """What waits, at least one job; empty at the end."""
        first = self._jobs.get()
        jobs = [] if first is None else [first]
        while jobs and len(jobs) < BATCH and not self._jobs.empty():
            job = self._jobs.get()
            if job is None:
                self._jobs.put(None)
                break
            jobs.append(job)
        return jobs

    def _do(self, appender: Appender, jobs: list[_Job]) -> None:
        puts = [job for job in jobs if isinstance(job, _Put)]
        try:
            answers = appender.append([job.item for job in puts])
        except BaseException as error:
            # Before anyone learns of the failure: whoever tries again at once must find the broker away.
            self._set_away(str(error))
            for job in jobs:
                self._fail(job, error)
            raise
        for put, answer in zip(puts, answers, strict=True):
            self._resolve(put.future, answer)
        for job in jobs:
            if isinstance(job, _Ask):
                self._answer(job)

    def _answer(self, ask: _Ask) -> None:
        try:
            self._resolve(ask.future, ask.question(self._journal))
        except WirebellError as error:
            self._fail(ask, error)
            raise

    def _wait_away(self, seconds: float) -> bool:
        """Answer until it is time to try again; False when told to stop."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            try:
                job = self._jobs.get(timeout=left)
            except queue.Empty:
                return True
            if job is None:
                return False
            if isinstance(job, _Ask):
                self._answer(job)
            else:
                self._fail(job, TransientFailure(self.away))
        return True

    def _set_away(self, why: str) -> None:
        if why and why != self.away:
            LOG.warning("%s: %s", self._name, why)
        self.away = why
        self._resolve(self._first, None)

    def _die(self, error: WirebellError) -> None:
        def end() -> None:
            self._dead = error
            for future in (self._first, self.failed):
                if not future.done():
                    future.set_exception(error)
            while not self._jobs.empty():
                job = self._jobs.get()
                if job is not None and not job.future.done():
                    job.future.set_exception(error)

        self.away = str(error)
        self._loop.call_soon_threadsafe(end)

    def _resolve(self, future: Future, answer: Any) -> None:
        def give() -> None:
            if not future.done():
                future.set_result(answer)

        self._loop.call_soon_threadsafe(give)

    def _fail(self, job: _Job, error: BaseException) -> None:
        known = error if isinstance(error, WirebellError) else MustStop(f"{type(error).__name__}: {error}")

        def give() -> None:
            if not job.future.done():
                job.future.set_exception(known)

        self._loop.call_soon_threadsafe(give)

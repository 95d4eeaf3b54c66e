"""Run feeders in this process until it is told to stop."""

from __future__ import annotations

import asyncio
import logging
import signal
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from streams.adapters.clock import SystemClock
from streams.adapters.logclient import LogClient, open_log
from streams.adapters.ops import serve_ops
from streams.config import Settings, redact
from streams.domain.errors import ConfigError, WirebellError
from streams.feeders.appender import Appender
from streams.feeders.feeds import FeedPoller
from streams.feeders.folder import FolderFeeder
from streams.feeders.journal import Journal
from streams.feeders.mailbox import MailboxFeeder
from streams.feeders.observe import Feeder, FeederMetrics
from streams.feeders.outbox import Outbox
from streams.feeders.pace import Quotas
from streams.feeders.push import PushFeeder
from streams.feeders.pushauth import keyring
from streams.feeders.service import Service, Surroundings, pause
from streams.pipeline.ports import Clock

LOG = logging.getLogger("wirebell.feeders")
SWEEP_SECONDS = 3_600.0
DAY_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class _Running:
    """One feeder with its surroundings."""

    around: Surroundings
    service: Service


def configured(settings: Settings) -> tuple[Feeder, ...]:
    """The feeders that the settings describe."""
    fed = settings.feeders
    described = {Feeder.FOLDER: fed.folder, Feeder.HTTP: fed.http, Feeder.RSS: fed.rss, Feeder.IMAP: fed.imap}
    return tuple(feeder for feeder, what in described.items() if what)


def run_feeders(feeders: Sequence[Feeder], settings: Settings, environ: Mapping[str, str]) -> None:
    """Run until SIGINT or SIGTERM. Raises ConfigError, or MustStop when going on would lose something."""
    missing = [feeder for feeder in feeders if feeder not in configured(settings)]
    if missing or not feeders:
        names = ", ".join(f"[feeders.{feeder}]" for feeder in missing or Feeder)
        raise ConfigError(f"nothing to feed: the settings have no {names}")
    asyncio.run(_main(feeders, settings, environ))


async def _main(feeders: Sequence[Feeder], settings: Settings, environ: Mapping[str, str]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    clock = SystemClock()
    metrics = FeederMetrics(settings.core.sources.values(), clock)
    running: list[_Running] = []
    try:
        for feeder in feeders:
            running.append(await _started(feeder, settings, environ, metrics, clock))
        await _serve(running, settings, metrics, stop)
    finally:
        stop.set()
        for one in running:
            await one.around.outbox.stop()


async def _started(feeder: Feeder, settings: Settings, environ: Mapping[str, str], metrics: FeederMetrics, clock: Clock) -> _Running:
    outbox = _outbox(feeder, settings, clock)
    around = Surroundings(feeder, outbox, metrics, clock)
    try:
        service = _service(around, settings, environ)
        await outbox.start()
    except BaseException:
        await outbox.stop()
        raise
    return _Running(around, service)


def _outbox(feeder: Feeder, settings: Settings, clock: Clock) -> Outbox:
    journal = Journal.open(settings.feeders.datadir / f"{feeder}.db")

    def connect() -> LogClient:
        return open_log(settings.broker)

    def appender(journal: Journal, client: LogClient) -> Appender:
        return Appender(journal, client, redact(settings.broker), settings.core, clock)

    return Outbox(feeder, connect, appender, journal, settings.feeders.queue)


def _service(around: Surroundings, settings: Settings, environ: Mapping[str, str]) -> Service:
    fed = settings.feeders
    quotas = Quotas({source.id: source.quota for source in settings.core.sources.values()}, time.monotonic)
    if around.feeder is Feeder.FOLDER and fed.folder:
        return FolderFeeder(around, fed.folder, quotas)
    if around.feeder is Feeder.HTTP and fed.http:
        return PushFeeder(around, fed.http, settings.core.limits.max_bytes, keyring(fed.http, environ), quotas)
    if around.feeder is Feeder.RSS:
        return FeedPoller(around, fed.rss, fed.host_pace)
    return MailboxFeeder(around, fed.imap, environ)


async def _serve(running: Sequence[_Running], settings: Settings, metrics: FeederMetrics, stop: asyncio.Event) -> None:
    """Run them all, and the ops endpoint, until told to stop or until one has to."""
    fed = settings.feeders

    def render() -> bytes:
        for one in running:
            metrics.outbox(one.around.feeder, one.around.outbox)
        return metrics.render()

    def health() -> list[str]:
        return [problem for one in running for problem in one.service.problems()]

    def readiness() -> list[str]:
        return [f"{one.around.feeder}: {one.around.outbox.away}" for one in running if one.around.outbox.away]

    ops = await serve_ops(fed.metrics_bind, fed.metrics_port, render, health, readiness)
    LOG.info("feeding %s; metrics on %s", ", ".join(one.around.feeder for one in running), ops.addresses)
    try:
        await _until_stopped(running, fed.keep_days, stop)
    finally:
        await ops.cleanup()


async def _until_stopped(running: Sequence[_Running], keep_days: int, stop: asyncio.Event) -> None:
    tasks = [asyncio.ensure_future(one.service.run(stop)) for one in running]
    tasks += [asyncio.ensure_future(_sweep(one.around, keep_days, stop)) for one in running]
    failures = [one.around.outbox.failed for one in running]
    try:
        await asyncio.wait([*tasks, *failures, asyncio.ensure_future(stop.wait())], return_when=asyncio.FIRST_COMPLETED)
    finally:
        stop.set()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
    broken = [future.exception() for future in failures if future.done()]
    for error in (*broken, *ended):
        if isinstance(error, WirebellError):
            raise error
    for error in ended:
        if isinstance(error, OSError):
            raise ConfigError(f"feeders: {error}") from error
        if isinstance(error, BaseException):
            raise error


async def _sweep(around: Surroundings, keep_days: int, stop: asyncio.Event) -> None:
    """Forget what was fed long ago. A folder's journal forgets by itself; what it still holds is a file that could not be moved."""
    while around.feeder is not Feeder.FOLDER and await pause(stop, SWEEP_SECONDS):
        before = int(around.clock.now().timestamp()) - keep_days * DAY_SECONDS
        await around.outbox.ask(lambda journal, before=before: journal.sweep(before))  # type: ignore[misc]
    await stop.wait()

"""Run a worker in this process until it is told to stop, and say with the exit code how it ended."""

from __future__ import annotations

import logging

import faust

from streams import __version__
from streams.adapters.clock import SystemClock
from streams.adapters.metrics import Metrics
from streams.agents.app import Worker, create_worker
from streams.config import Settings

LOG = logging.getLogger("wirebell")

EX_OK = 0
EX_MUST_STOP = 70
"""sysexits' EX_SOFTWARE: going on would lose or invent something. A supervisor may start it again; the log says why it stopped."""


def run_worker(settings: Settings, loglevel: str = "info") -> int:
    """Run until SIGINT or SIGTERM (0) or until the worker has to stop (70)."""
    worker = create_worker(settings, SystemClock(), _metrics(settings))
    try:
        # Not below info: Faust's -l warn and -l error set the root logger to DEBUG, which halves the speed (FAUST.md).
        faust.Worker(worker.app, worker.ops, loglevel=loglevel, redirect_stdouts=False).execute_from_commandline()
    except SystemExit as ended:
        return _exit_code(worker, ended)


def _metrics(settings: Settings) -> Metrics:
    metrics = Metrics(settings.core.sources.values())
    metrics.running(__version__, "sqlite" if settings.embedded else "kafka")
    return metrics


def _exit_code(worker: Worker, ended: SystemExit) -> int:
    reason = worker.app.crash_reason
    if reason is None:
        return ended.code if isinstance(ended.code, int) else EX_OK
    LOG.error("stopped without committing what was not done: %s", reason)
    return EX_MUST_STOP

"""What ops see of a worker: the server of adapters/ops.py as a service beside the agents."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web
from mode import Service

from streams.adapters.metrics import Metrics
from streams.adapters.ops import Problems, serve_ops

_STARTING = "starting: partitions are not yet assigned and recovered"


class OpsServer(Service):
    """A small HTTP server beside the agents, started and stopped with the worker.

    `problems` names what is wrong with the worker now (no committed progress, …); empty is healthy. `refresh` brings gauges
    up to date before a scrape.
    """

    def __init__(self, bind: str, port: int, metrics: Metrics, problems: Problems, refresh: Callable[[], None]) -> None:
        super().__init__()
        self._bind = bind
        self._port = port
        self._metrics = metrics
        self._problems = problems
        self._refresh = refresh
        self._waiting_for = _STARTING
        self._runner: web.AppRunner | None = None

    def ready(self) -> None:
        """Partitions are assigned and recovered."""
        self._waiting_for = ""

    def not_ready(self, why: str) -> None:
        """The worker does not process records at the moment."""
        self._waiting_for = why

    @property
    def port(self) -> int:
        """The port it listens on; with port 0 in the settings, the one that the system chose."""
        addresses = self._runner.addresses if self._runner is not None else []
        return int(addresses[0][1]) if addresses else self._port

    async def on_start(self) -> None:
        """Listen. OSError when the address is taken."""
        self._runner = await serve_ops(self._bind, self._port, self._render, self._problems, self._waiting)

    async def on_stop(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()

    def _render(self) -> bytes:
        self._refresh()
        return self._metrics.render()

    def _waiting(self) -> list[str]:
        return [self._waiting_for] if self._waiting_for else []

"""What ops see of a worker: `/metrics` for Prometheus, `/healthz` (is it alive) and `/readyz` (does it do its work)."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from aiohttp import web
from mode import Service

from streams.adapters.metrics import CONTENT_TYPE, Metrics

Problems = Callable[[], Sequence[str]]

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
        app = web.Application()
        pages = {"/metrics": self._serve_metrics, "/healthz": self._serve_health, "/readyz": self._serve_ready}
        app.add_routes([web.get(path, page) for path, page in pages.items()])
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, self._bind, self._port).start()

    async def on_stop(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _serve_metrics(self, _: web.Request) -> web.Response:
        self._refresh()
        return web.Response(body=self._metrics.render(), headers={"Content-Type": CONTENT_TYPE})

    async def _serve_health(self, _: web.Request) -> web.Response:
        return _verdict(self._problems())

    async def _serve_ready(self, _: web.Request) -> web.Response:
        waiting = [self._waiting_for] if self._waiting_for else []
        return _verdict([*waiting, *self._problems()])


def _verdict(problems: Sequence[str]) -> web.Response:
    body = json.dumps({"ok": not problems, "problems": list(problems)})
    return web.Response(text=body + "\n", status=503 if problems else 200, content_type="application/json")

"""What ops see of a process over HTTP: `/metrics` for Prometheus, `/healthz` (is it alive) and `/readyz` (does it do its work)."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from aiohttp import web

from streams.adapters.metrics import CONTENT_TYPE

Problems = Callable[[], Sequence[str]]
"""What is wrong now, in words; empty is well."""


async def serve_ops(bind: str, port: int, render: Callable[[], bytes], health: Problems, readiness: Problems) -> web.AppRunner:
    """Listen; `cleanup()` of what is returned stops it. What is not alive is not ready either. OSError when the address is taken."""

    async def metrics(_: web.Request) -> web.Response:
        return web.Response(body=render(), headers={"Content-Type": CONTENT_TYPE})

    async def healthz(_: web.Request) -> web.Response:
        return _verdict(health())

    async def readyz(_: web.Request) -> web.Response:
        return _verdict([*readiness(), *health()])

    app = web.Application()
    app.add_routes([web.get("/metrics", metrics), web.get("/healthz", healthz), web.get("/readyz", readyz)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, bind, port).start()
    return runner


def _verdict(problems: Sequence[str]) -> web.Response:
    body = json.dumps({"ok": not problems, "problems": list(problems)})
    return web.Response(text=body + "\n", status=503 if problems else 200, content_type="application/json")

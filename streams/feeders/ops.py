"""What ops see of a feeder process: `/metrics`, `/healthz` (is it alive) and `/readyz` (does the broker take items)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from aiohttp import web
from prometheus_client.exposition import CONTENT_TYPE_LATEST

Problems = Callable[[], Sequence[str]]


async def serve_ops(bind: str, port: int, render: Callable[[], bytes], health: Problems, readiness: Problems) -> web.AppRunner:
    """Listen; `cleanup()` of what is returned stops it. OSError when the address is taken."""

    async def metrics(_: web.Request) -> web.Response:
        return web.Response(body=render(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def healthz(_: web.Request) -> web.Response:
        return _verdict(health())

    async def readyz(_: web.Request) -> web.Response:
        return _verdict([*health(), *readiness()])

    app = web.Application()
    app.add_routes([web.get("/metrics", metrics), web.get("/healthz", healthz), web.get("/readyz", readyz)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, bind, port).start()
    return runner


def _verdict(problems: Sequence[str]) -> web.Response:
    return web.json_response({"ok": not problems, "problems": list(problems)}, status=503 if problems else 200)

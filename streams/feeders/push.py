"""HTTP push: `POST /wire/{source}`, answered with 202 only when the log has the body for good.

    source, credentials, type, quota, length -> body -> signature -> outbox -> 202 {"id", "source"}

Whatever the headers decide is decided before the body is read. Every other answer is JSON too: {"error", "message"}.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from streams.config.checks import is_source_id
from streams.config.feeders import PushSettings
from streams.domain.errors import TransientFailure, WirebellError
from streams.domain.ids import derive
from streams.domain.report import RawRecord
from streams.feeders.appender import Conflict, Item, digest_of
from streams.feeders.observe import Refusal
from streams.feeders.outbox import Full
from streams.feeders.pace import Quotas
from streams.feeders.pushauth import Credentials, Keyring, Verdict
from streams.feeders.pushrequest import Rejected, check_encoding, check_key, check_length, check_type
from streams.feeders.service import Surroundings
from streams.formats.registry import FORMATS

BODY_SECONDS = 30.0
"""For a body to arrive. A client that dribbles holds a place in the queue."""
GRACE_SECONDS = 20.0
"""For requests in flight when told to stop."""
LINGER_SECONDS = 1.0
"""Reading on after an early answer, so that a client that is still sending gets to see it."""
RETRY_SECONDS = 2.0

_MEDIA_TYPES = frozenset(name for known in FORMATS for name in known.content_types)
_REASONS = {
    Verdict.MISSING: (401, Refusal.UNAUTHORIZED, "needs Authorization: Bearer TOKEN, or X-Timestamp and X-Signature"),
    Verdict.WRONG: (401, Refusal.UNAUTHORIZED, "the token or signature is not valid"),
    Verdict.STALE: (401, Refusal.UNAUTHORIZED, "X-Timestamp is too far from now"),
    Verdict.FORBIDDEN: (403, Refusal.FORBIDDEN, "these credentials are for another source"),
}


@dataclass(frozen=True, slots=True)
class _Ask:
    """A request whose headers are in order."""

    source: str
    content_type: str
    idempotency_key: str
    credentials: Credentials
    signed: bool


class PushFeeder:
    """Implements Service."""

    def __init__(self, around: Surroundings, settings: PushSettings, max_bytes: int, keys: Keyring, quotas: Quotas) -> None:
        self._around = around
        self._settings = settings
        self._max_bytes = settings.max_bytes or max_bytes
        self._keys = keys
        self._quotas = quotas
        self._open = 0
        self._runner: web.AppRunner | None = None

    @property
    def port(self) -> int:
        """The port it listens on; with port 0 in the settings, the one that the system chose."""
        addresses = self._runner.addresses if self._runner is not None else []
        return int(addresses[0][1]) if addresses else self._settings.port

    def problems(self) -> list[str]:
        """Of its own, none: the outbox's are everyone's."""
        return []

    async def run(self, stop: asyncio.Event) -> None:
        """Listen until told to stop, then finish what is in flight. OSError when the address is taken."""
        await self.start()
        await stop.wait()
        await self.close()

    async def start(self) -> None:
        """Listen."""
        app = web.Application(middlewares=[_json_errors])
        app.add_routes([web.post("/wire/{source}", self._push, expect_handler=self._expect)])
        # What is compressed stays so: unpacked here it would have no caps, and the bytes are kept as received.
        self._runner = web.AppRunner(
            app, access_log=None, auto_decompress=False, shutdown_timeout=GRACE_SECONDS, lingering_time=LINGER_SECONDS
        )
        await self._runner.setup()
        await web.TCPSite(self._runner, self._settings.bind, self._settings.port).start()

    async def close(self) -> None:
        """Take no more connections; answer what is in flight."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _push(self, request: web.Request) -> web.Response:
        try:
            return await self._answer(request)
        except Rejected as rejected:
            return self._rejected(rejected)

    def _rejected(self, rejected: Rejected) -> web.Response:
        self._around.metrics.refused(self._around.feeder, rejected.refusal)
        return _rejection(rejected)

    async def _answer(self, request: web.Request) -> web.Response:
        ask = self._admit(request)
        if not ask.signed:
            self._check_quota(ask.source)
        self._open += 1
        try:
            body = await _body(request, self._max_bytes)
        finally:
            self._open -= 1
        if ask.signed:
            if not self._keys.signed(ask.source, ask.credentials, ask.idempotency_key, body):
                raise Rejected(*_REASONS[Verdict.WRONG])
            # Only now: a stranger must not use up the quota of a source.
            self._check_quota(ask.source)
        if not body:
            raise Rejected(400, Refusal.BAD_REQUEST, "the body is empty")
        return await self._feed(ask, body)

    def _admit(self, request: web.Request) -> _Ask:
        """Everything that can be said before the body is read."""
        source = request.match_info["source"]
        if not is_source_id(source):
            raise Rejected(400, Refusal.BAD_REQUEST, "a source id is letters, digits, dots, dashes and underscores, at most 64")
        headers = request.headers
        shown = Credentials(headers.get("Authorization", ""), headers.get("X-Timestamp", ""), headers.get("X-Signature", ""))
        verdict = self._keys.judge(source, shown, self._around.clock.now().timestamp())
        if verdict in _REASONS:
            raise Rejected(*_REASONS[verdict])
        check_type(headers.get("Content-Type", ""), _MEDIA_TYPES)
        check_encoding(headers.get("Content-Encoding", ""))
        check_length(request.content_length, self._max_bytes)
        key = check_key(headers.get("Idempotency-Key"))
        self._check_room()
        return _Ask(source, headers.get("Content-Type", ""), key, shown, verdict is Verdict.UNSIGNED)

    async def _expect(self, request: web.Request) -> web.Response | None:
        """`Expect: 100-continue`: the client sends its body only when the headers are in order."""
        try:
            self._admit(request)
        except Rejected as rejected:
            return self._rejected(rejected)
        await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        request.writer.output_size = 0  # as aiohttp's own handler does: the answer has not begun
        return None

    def _check_quota(self, source: str) -> None:
        if wait := self._quotas.take(source):
            raise Rejected(429, Refusal.QUOTA, f"the quota of {source} is used up", wait)

    def _check_room(self) -> None:
        if self._around.outbox.away:
            raise Rejected(503, Refusal.BROKER_AWAY, "the broker is away; nothing was kept", RETRY_SECONDS)
        if self._around.outbox.depth + self._open >= self._around.outbox.capacity:
            raise Rejected(429, Refusal.QUEUE_FULL, "too many requests are waiting to be written", RETRY_SECONDS)

    async def _feed(self, ask: _Ask, body: bytes) -> web.Response:
        try:
            started = time.monotonic()
            item = self._item(ask, body)
            answer = await self._around.answered(item, self._around.outbox.offer(item), started)
        except Full as error:
            raise Rejected(429, Refusal.QUEUE_FULL, "too many requests are waiting to be written", RETRY_SECONDS) from error
        except TransientFailure as error:
            message = "the broker did not answer; send it again with the same Idempotency-Key"
            raise Rejected(503, Refusal.BROKER_AWAY, message, RETRY_SECONDS) from error
        except WirebellError as error:
            raise Rejected(503, Refusal.BROKER_AWAY, "the feeder has to stop; see its log", RETRY_SECONDS) from error
        if isinstance(answer, Conflict):
            raise Rejected(409, Refusal.CONFLICT, f"this Idempotency-Key came before with another body, as {answer.input_id}")
        return web.json_response({"id": answer.input_id, "source": ask.source}, status=202)

    def _item(self, ask: _Ask, body: bytes) -> Item:
        now = self._around.clock.now()
        # A signed request without a key of its own is known by its signature: one that was overheard and is sent again adds nothing.
        key = ask.idempotency_key or (ask.credentials.signature.lower() if ask.signed else "")
        unique = ("key", key) if key else ("at", now.isoformat(), digest_of(body))
        raw = RawRecord(ask.source, now, body, ask.content_type, input_id=derive("push", ask.source, *unique))
        return Item(raw, f"{ask.source}\n{key}" if key else "")


async def _body(request: web.Request, limit: int) -> bytes:
    """The body, never more than `limit` of it."""
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in request.content.iter_any():
                size += len(chunk)
                check_length(size, limit)
                parts.append(chunk)
    except TimeoutError as error:
        raise Rejected(408, Refusal.BAD_REQUEST, f"the body did not arrive within {BODY_SECONDS:g} s") from error
    return b"".join(parts)


def _rejection(rejected: Rejected) -> web.Response:
    headers = {"Retry-After": str(max(1, math.ceil(rejected.retry_after)))} if rejected.retry_after else {}
    if rejected.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    response = web.json_response({"error": rejected.refusal.value, "message": rejected.message}, status=rejected.status, headers=headers)
    if rejected.status in (401, 408, 413):
        # The body was not read, or not to its end: nothing more can be understood on this connection.
        response.force_close()
    return response


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def _json_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """404 and 405 in JSON too."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        body = {"error": error.reason.lower().replace(" ", "-"), "message": f"POST /wire/SOURCE is all there is, not {request.path}"}
        allow = {"Allow": error.headers["Allow"]} if "Allow" in error.headers else {}
        return web.json_response(body, status=error.status, headers=allow)

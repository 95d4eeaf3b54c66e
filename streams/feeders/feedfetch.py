"""One conditional GET of a feed: redirects, validators, caps while it streams."""

from __future__ import annotations

import ipaddress
import zlib
from dataclasses import dataclass
from datetime import datetime

import aiohttp
from yarl import URL

from streams import __version__
from streams.config.feeders import FeedSettings
from streams.feeders.pace import retry_after

AGENT = f"wirebell/{__version__} (newsroom wire reader)"
MAX_REDIRECTS = 5
_PERMANENT, _TEMPORARY = (301, 308), (302, 303, 307)
_ACCEPT = "application/atom+xml, application/rss+xml, application/rdf+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1"


@dataclass(frozen=True, slots=True)
class Page:
    """The feed has changed. `moved_to` is its new address when every redirect on the way was permanent, else empty."""

    body: bytes
    charset: str
    content_type: str
    etag: str
    last_modified: str
    moved_to: str


@dataclass(frozen=True, slots=True)
class Unchanged:
    """304."""

    moved_to: str


@dataclass(frozen=True, slots=True)
class Gone:
    """410: it will not come back."""


@dataclass(frozen=True, slots=True)
class Failed:
    """Anything else. `retry_after` seconds when the server said when to come again; `throttled` for 429 and 503."""

    why: str
    retry_after: float | None = None
    throttled: bool = False


Fetched = Page | Unchanged | Gone | Failed


class _TooMuch(Exception):
    pass


async def fetch(session: aiohttp.ClientSession, settings: FeedSettings, url: str, etag: str, last_modified: str, now: datetime) -> Fetched:
    """Ask for the feed at `url`, with the validators of the last answer. Never raises for what a server may do."""
    asked = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    headers = {name: value for name, value in asked.items() if value}
    timeout = aiohttp.ClientTimeout(total=settings.timeout)
    here, moved_to, permanent = URL(url), "", True
    try:
        for _ in range(MAX_REDIRECTS + 1):
            async with session.get(here, headers=headers, timeout=timeout, allow_redirects=False) as response:
                if response.status not in (*_PERMANENT, *_TEMPORARY):
                    return await _answer(response, settings.max_bytes, moved_to, now)
                target = here.join(URL(response.headers.get("Location", "")))
                permanent = permanent and response.status in _PERMANENT
            if why := _refuse_hop(here, target):
                return Failed(why)
            here, moved_to = target, str(target) if permanent else moved_to
        return Failed(f"more than {MAX_REDIRECTS} redirects")
    except TimeoutError:
        return Failed(f"no answer within {settings.timeout:g} s")
    except (aiohttp.ClientError, ValueError, OSError) as error:
        return Failed(f"{type(error).__name__}: {error}")


def _refuse_hop(here: URL, target: URL) -> str:
    """Why a redirect is not followed: a publisher must not lead us into the newsroom's own network, or out of TLS."""
    if target.scheme not in ("http", "https") or not target.host:
        return f"a redirect to {target.scheme or 'nowhere'}"
    if here.scheme == "https" and target.scheme == "http":
        return f"a redirect from https to http ({target.host})"
    if _is_inside(target.host) and not _is_inside(here.host or ""):
        return f"a redirect to an address inside ({target.host})"
    return ""


def _is_inside(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return host == "localhost" or host.endswith((".localhost", ".local", ".internal"))


async def _answer(response: aiohttp.ClientResponse, limit: int, moved_to: str, now: datetime) -> Fetched:
    if response.status == 304:
        return Unchanged(moved_to)
    if response.status == 410:
        return Gone()
    if response.status != 200:
        wait = retry_after(response.headers.get("Retry-After", ""), now)
        return Failed(f"HTTP {response.status}", wait, response.status in (429, 503))
    try:
        body = await _read(response, limit)
    except _TooMuch:
        return Failed(f"over {limit} bytes")
    except zlib.error as error:
        return Failed(f"damaged gzip: {error}")
    headers = response.headers
    return Page(body, response.charset or "", response.content_type, headers.get("ETag", ""), headers.get("Last-Modified", ""), moved_to)


async def _read(response: aiohttp.ClientResponse, limit: int) -> bytes:
    """The body, unpacked while it comes: never more than `limit` bytes are held."""
    packed = response.headers.get("Content-Encoding", "").lower() in ("gzip", "x-gzip")
    opener = zlib.decompressobj(wbits=31)
    out = bytearray()
    async for chunk in response.content.iter_chunked(65_536):
        out += opener.decompress(chunk, limit + 1 - len(out)) if packed else chunk
        if len(out) > limit:
            raise _TooMuch
    if packed and not opener.eof:
        raise zlib.error("it ends too early")
    return bytes(out)

"""The poller against a server on loopback."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from yarl import URL

from streams.config.feeders import FeedSettings
from streams.domain.report import RawRecord
from streams.domain.settings import Limits
from streams.feeders import feedfetch
from streams.feeders.feedfetch import Failed, Gone, Page, Unchanged, fetch
from streams.feeders.feeds import FeedPoller
from streams.feeders.feedstate import FeedState
from streams.feeders.observe import Feeder
from streams.formats import parse
from tests.support.feeding import START, Desk, MemoryLog, desk
from tests.support.kafka_apps import eventually


def rss(*entries: tuple[str, str]) -> bytes:
    """A feed of (guid, title), the newest first."""
    items = "".join(f"<item><guid>{guid}</guid><title>{title}</title></item>" for guid, title in reversed(entries))
    return f"<rss version='2.0'><channel><title>Acme</title>{items}</channel></rss>".encode()


@dataclass
class Publisher:
    """A server with one feed; `answers` are given one by one, the last for ever."""

    answers: list[Callable[[web.Request], web.StreamResponse]] = field(default_factory=list)
    asked: list[web.Request] = field(default_factory=list)
    url: str = ""

    async def serve(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return answer(request)

    def gives(self, *answers: Callable[[web.Request], web.StreamResponse]) -> None:
        self.answers = list(answers)


def page(body: bytes, **headers: str) -> Callable[[web.Request], web.StreamResponse]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _: web.Response(body=body, headers={"Content-Type": "application/rss+xml", **named})


def status(code: int, **headers: str) -> Callable[[web.Request], web.StreamResponse]:
    return lambda _: web.Response(status=code, headers={name.replace("_", "-"): value for name, value in headers.items()})


def conditional(body: bytes, etag: str) -> Callable[[web.Request], web.StreamResponse]:
    def answer(request: web.Request) -> web.StreamResponse:
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304)
        return web.Response(body=body, headers={"ETag": etag, "Last-Modified": "Sun, 27 Sep 2020 06:00:00 GMT"})

    return answer


@asynccontextmanager
async def publisher() -> AsyncIterator[Publisher]:
    made = Publisher()
    app = web.Application()
    app.router.add_get("/{name:.*}", made.serve)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield made
    finally:
        await runner.cleanup()


def settings(of: Publisher, **changed: float) -> FeedSettings:
    return replace(FeedSettings(f"{of.url}/rss", "acme", interval=100, timeout=5, max_bytes=10_000), **changed)  # type: ignore[arg-type]


@dataclass
class Polling:
    """One feed, polled when the test says so."""

    at: Desk
    of: Publisher
    poller: FeedPoller
    session: aiohttp.ClientSession
    settings: FeedSettings
    state: FeedState

    async def poll(self, times: int = 1) -> FeedState:
        for _ in range(times):
            self.at.clock.advance(1)
            self.state = await self.poller._poll(self.session, "acme-en", self.settings, self.state)
        return self.state

    def titles(self) -> list[str]:
        return [parse(RawRecord("acme", START, b, ""), Limits()).reports[0].headline for b in self.at.log.bodies()]

    def polled(self, outcome: str, count: int = 1) -> bool:
        return self.at.metric(f'wirebell_feeder_polls_total{{feeder="rss",outcome="{outcome}"}} {count}.0')


@asynccontextmanager
async def polling(folder: Path, log: MemoryLog | None = None) -> AsyncIterator[Polling]:
    async with publisher() as of, desk(folder, Feeder.RSS, log) as at, aiohttp.ClientSession(auto_decompress=False) as session:
        feed = settings(of)
        yield Polling(at, of, FeedPoller(at.around, {"acme-en": feed}, 0.0), session, feed, FeedState(feed.url))


async def test_entries_are_fed_once_oldest_first(tmp_path: Path) -> None:
    async with polling(tmp_path) as on:
        on.of.gives(page(rss(("1", "First"), ("2", "Second"))))
        await on.poll(3)
        assert on.titles() == ["First", "Second"]
        assert [(r.key, r.header("source")) for r in on.at.log.records] == [(b"acme|1", "acme"), (b"acme|2", "acme")]
        assert on.at.log.records[0].header("input-id").startswith("acme-en/1~")
        assert (on.polled("new"), on.polled("unchanged", 2)) == (True, True)


async def test_a_new_version_of_an_entry_is_fed_under_the_same_key(tmp_path: Path) -> None:
    async with polling(tmp_path) as on:
        on.of.gives(*(page(rss(("1", title))) for title in ("One dead", "Two dead", "One dead")))
        await on.poll(4)
        assert on.titles() == ["One dead", "Two dead", "One dead"]
        assert ({r.key for r in on.at.log.records}, len(set(on.at.log.ids()))) == ({b"acme|1"}, 3)


async def test_a_feed_that_has_not_changed_is_not_sent_again(tmp_path: Path) -> None:
    async with polling(tmp_path) as on:
        on.of.gives(conditional(rss(("1", "First")), '"v1"'))
        await on.poll(2)
        assert (on.titles(), on.polled("unchanged"), on.state.etag) == (["First"], True, '"v1"')
        asked = on.of.asked[1].headers
        assert (asked["If-None-Match"], asked["If-Modified-Since"]) == ('"v1"', "Sun, 27 Sep 2020 06:00:00 GMT")


async def test_the_cursor_is_not_moved_while_the_broker_is_away(tmp_path: Path) -> None:
    log = MemoryLog(failures=["lost"])
    async with polling(tmp_path, log) as on:
        on.of.gives(conditional(rss(("1", "First")), '"v1"'))
        state = await on.poll()
        assert (log.bodies(), state.etag, on.polled("broker-away")) == ([], "", True)
        await eventually(lambda: not on.at.outbox.away, 10, "connected again")
        await on.poll()
        assert (on.titles(), on.state.etag) == (["First"], '"v1"')


async def test_what_was_fed_is_known_after_a_restart(tmp_path: Path) -> None:
    log = MemoryLog()
    for _ in range(2):
        async with polling(tmp_path, log) as on:
            on.of.gives(page(rss(("1", "First"))))
            await on.poll()
    assert len(log.records) == 1


async def test_a_broken_feed_is_fed_whole_once_and_backs_off(tmp_path: Path) -> None:
    async with polling(tmp_path) as on:
        on.of.gives(page(b"<rss><channel><item>"))
        await on.poll(2)
        assert on.at.log.bodies() == [b"<rss><channel><item>"]
        assert (on.state.failures, on.polled("failed", 2), "XML" in on.poller.troubles["acme-en"]) == (2, True, True)


async def test_a_page_that_is_no_feed_is_not_fed(tmp_path: Path) -> None:
    async with polling(tmp_path) as on:
        on.of.gives(page(b"<html><body><h1>Back soon</h1></body></html>"), page(rss(("1", "First"))))
        await on.poll(2)
        assert (on.titles(), on.state.failures, on.poller.troubles["acme-en"]) == (["First"], 0, "")


@pytest.mark.parametrize(
    ("answer", "outcome", "wait"),
    [
        (status(429, Retry_After="5000"), "throttled", 5_000),
        (status(503, Retry_After="Sun, 27 Sep 2020 08:00:00 GMT"), "throttled", 7_200),
        (status(404), "failed", 75),
        (status(500), "failed", 75),
    ],
)
async def test_failures_are_counted_and_wait(
    tmp_path: Path, answer: Callable[[web.Request], web.StreamResponse], outcome: str, wait: int
) -> None:
    async with polling(tmp_path) as on:
        on.of.gives(answer)
        state = await on.poll()
        assert (on.polled(outcome), state.not_before >= START.timestamp() + wait) == (True, True)


async def test_polling_goes_on_until_told_to_stop_and_remembers_a_feed_that_is_gone(tmp_path: Path) -> None:
    async with polling(tmp_path) as on:
        on.settings = replace(on.settings, interval=0.05)
        feeds = {"acme-en": replace(on.settings), "gone": replace(on.settings, url=f"{on.of.url}/gone")}
        on.of.gives(lambda r: web.Response(status=410) if "gone" in r.path else web.Response(body=rss(("1", "First"))))
        for run in (1, 2):
            stop = asyncio.Event()
            poller = FeedPoller(on.at.around, feeds, 0.0)
            running = asyncio.ensure_future(poller.run(stop))
            await eventually(lambda run=run: _polled_while_time_goes_on(on) >= 2 * run, 10, "polled twice more")  # type: ignore[misc]
            await eventually(lambda: on.polled("gone"), 10, "gone")
            stop.set()
            await asyncio.wait_for(running, 10)
        assert (poller.problems(), len([r for r in on.of.asked if "gone" in r.path])) == ([], 1)
        assert {r.headers["Accept-Encoding"] for r in on.of.asked} == {"gzip"}
        assert all(r.headers["User-Agent"].startswith("wirebell/") for r in on.of.asked)


def _polled_while_time_goes_on(on: Polling) -> int:
    on.at.clock.advance(1)
    return sum("gone" not in request.path for request in on.of.asked)


@asynccontextmanager
async def fetching() -> AsyncIterator[tuple[Publisher, aiohttp.ClientSession]]:
    async with publisher() as of, aiohttp.ClientSession(auto_decompress=False) as session:
        yield of, session


async def got(of: Publisher, session: aiohttp.ClientSession, **changed: float) -> feedfetch.Fetched:
    return await fetch(session, settings(of, **changed), f"{of.url}/rss", "", "", START)


async def test_gzip_is_unpacked_within_the_cap() -> None:
    async with fetching() as (of, session):
        of.gives(page(gzip.compress(b"<rss/>"), Content_Encoding="gzip"))
        assert await got(of, session) == Page(b"<rss/>", "", "application/rss+xml", "", "", "")
        of.gives(page(gzip.compress(b"x" * 5_000_000), Content_Encoding="gzip"))
        assert await got(of, session) == Failed("over 10000 bytes")
        of.gives(page(gzip.compress(b"<rss/>")[:-9], Content_Encoding="gzip"))
        assert await got(of, session) == Failed("damaged gzip: it ends too early")
        of.gives(page(b"no gzip", Content_Encoding="gzip"))
        assert "damaged gzip" in str(await got(of, session))


async def test_a_feed_over_the_cap_is_cut_off() -> None:
    async with fetching() as (of, session):
        of.gives(page(b"x" * 10_001))
        assert await got(of, session) == Failed("over 10000 bytes")
        of.gives(page(b"x" * 10_000))
        assert isinstance(await got(of, session), Page)


@pytest.mark.parametrize(("codes", "moved"), [((301,), True), ((308, 301), True), ((302,), False), ((301, 307), False), ((303,), False)])
async def test_redirects_are_followed_and_permanent_ones_remembered(codes: tuple[int, ...], moved: bool) -> None:
    async with fetching() as (of, session):
        of.gives(*(status(code, Location=f"/hop{n}") for n, code in enumerate(codes)), page(b"<rss/>"))
        found = await got(of, session)
        assert isinstance(found, Page)
        last = f"{of.url}/hop{len(codes) - 1}" if moved else ("" if codes[0] != 301 else f"{of.url}/hop0")
        assert found.moved_to == last


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("file:///etc/passwd", "a redirect to file"),
        ("ftp://a/b", "a redirect to ftp"),
        ("http://[", "ValueError"),
    ],
)
async def test_redirects_out_of_the_web_are_not_followed(target: str, why: str) -> None:
    async with fetching() as (of, session):
        of.gives(status(301, Location=target))
        found = await got(of, session)
        assert isinstance(found, Failed)
        assert why in found.why


@pytest.mark.parametrize(
    ("here", "target", "why"),
    [
        ("https://a.example/", "http://a.example/", "a redirect from https to http"),
        ("https://a.example/", "https://169.254.169.254/", "a redirect to an address inside"),
        ("http://a.example/", "http://localhost/", "a redirect to an address inside"),
        ("http://a.example/", "http://[::1]/", "a redirect to an address inside"),
        ("http://a.example/", "http://wiki.internal/", "a redirect to an address inside"),
        ("http://127.0.0.1/", "http://127.0.0.1/b", ""),
        ("http://a.example/", "https://b.example/", ""),
    ],
)
def test_a_publisher_cannot_lead_us_inside(here: str, target: str, why: str) -> None:
    refused = feedfetch._refuse_hop(URL(here), URL(target))
    assert refused.startswith(why)
    assert bool(refused) is bool(why)


async def test_a_circle_of_redirects_ends() -> None:
    async with fetching() as (of, session):
        of.gives(status(302, Location="/rss"))
        assert await got(of, session) == Failed("more than 5 redirects")
        assert len(of.asked) == 6


async def test_other_answers_are_what_they_are() -> None:
    async with fetching() as (of, session):
        for answer, expected in (
            (status(304), Unchanged("")),
            (status(410), Gone()),
            (status(404), Failed("HTTP 404")),
            (status(429, Retry_After="7"), Failed("HTTP 429", 7.0, True)),
            (status(503), Failed("HTTP 503", None, True)),
        ):
            of.gives(answer)
            assert await got(of, session) == expected


async def test_a_server_that_does_not_answer_is_given_up() -> None:
    async def hang(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await forever.wait()
        writer.close()

    forever = asyncio.Event()
    server = await asyncio.start_server(hang, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with aiohttp.ClientSession() as session:
        found = await fetch(session, FeedSettings(url, "acme", timeout=0.1), url, "", "", START)
        assert found == Failed("no answer within 0.1 s")
        forever.set()
        server.close()
        await server.wait_closed()
        refused = await fetch(session, FeedSettings(url, "acme", timeout=1), url, "", "", START)
        assert isinstance(refused, Failed)
        assert "ClientConnector" in refused.why

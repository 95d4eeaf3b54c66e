"""The RSS and Atom poller: one task per feed, one turn at a time per host.

    wait until due -> the host's turn -> conditional GET -> split -> entries the journal does not know -> log -> cursor

The cursor is saved after the log has every entry of the answer: a crash in between asks again, and the journal knows what was fed.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

import aiohttp
from yarl import URL

from streams.config.feeders import FeedSettings
from streams.domain.errors import RefusedInput, TransientFailure
from streams.domain.report import RawRecord
from streams.feeders.appender import Item, digest_of
from streams.feeders.feedfetch import AGENT, Failed, Fetched, Gone, Page, fetch
from streams.feeders.feedsplit import FeedEntry, is_feed, split
from streams.feeders.feedstate import FeedState, after, remembered, saved
from streams.feeders.journal import Journal
from streams.feeders.observe import Outcome
from streams.feeders.pace import HostPace
from streams.feeders.service import RECORD_CAP, Surroundings, input_id, pause

LOG = logging.getLogger("wirebell.feeders")
AWAY_SECONDS = 5.0
"""Before the next poll when the broker was away: what was fetched has to be fetched again."""


class FeedPoller:
    """Implements Service."""

    def __init__(self, around: Surroundings, feeds: Mapping[str, FeedSettings], host_pace: float) -> None:
        self._around = around
        self._feeds = dict(feeds)
        self._pace = HostPace(host_pace, time.monotonic)
        self._troubles: dict[str, str] = {}

    def problems(self) -> list[str]:
        """None: a feed that fails is its publisher's, and counted."""
        return []

    @property
    def troubles(self) -> Mapping[str, str]:
        """Why the last poll of a feed came to nothing, by feed."""
        return self._troubles

    async def run(self, stop: asyncio.Event) -> None:
        """Poll every feed until told to stop."""
        headers = {"User-Agent": AGENT, "Accept-Encoding": "gzip"}
        # Unpacked by feedfetch, which has a cap; cookies of one publisher are no other's.
        async with aiohttp.ClientSession(headers=headers, auto_decompress=False, cookie_jar=aiohttp.DummyCookieJar()) as session:
            await asyncio.gather(*(self._watch(session, name, settings, stop) for name, settings in self._feeds.items()))

    async def _watch(self, session: aiohttp.ClientSession, name: str, settings: FeedSettings, stop: asyncio.Event) -> None:
        cursor = f"feed {name}"
        state = remembered(await self._around.outbox.ask(lambda journal: journal.cursor(cursor)), settings.url)
        while not state.gone:
            due = state.not_before - self._around.clock.now().timestamp()
            turn = self._pace.reserve(URL(state.address).host or "") if due <= 0 else 0.0
            if not await pause(stop, max(due, turn)):
                return
            if due > 0:
                continue
            state = await self._poll(session, name, settings, state)
            text = saved(state)
            await self._around.outbox.ask(lambda journal, text=text: journal.save_cursor(cursor, text))  # type: ignore[misc]
        LOG.warning("rss: %s is gone (410) and is not asked again; take it out of the settings", name)
        await stop.wait()

    async def _poll(self, session: aiohttp.ClientSession, name: str, settings: FeedSettings, state: FeedState) -> FeedState:
        now = self._around.clock.now()
        found = await fetch(session, settings, state.address, state.etag, state.last_modified, now)
        try:
            found, outcome = await self._take(name, settings, found)
        except TransientFailure:
            self._around.metrics.polled(self._around.feeder, Outcome.BROKER_AWAY)
            return replace(state, not_before=now.timestamp() + AWAY_SECONDS)
        self._note(name, found)
        self._around.metrics.polled(self._around.feeder, outcome)
        return after(state, found, name, settings, now.timestamp())

    def _note(self, name: str, found: Fetched) -> None:
        why = found.why if isinstance(found, Failed) else ""
        if why and why != self._troubles.get(name):
            LOG.warning("rss: %s: %s", name, why)
        self._troubles[name] = why

    async def _take(self, name: str, settings: FeedSettings, found: Fetched) -> tuple[Fetched, Outcome]:
        """Feed what is new of an answer. Its outcome, and the answer itself, a failure where it was no feed."""
        if isinstance(found, Gone):
            return found, Outcome.GONE
        if isinstance(found, Failed):
            return found, Outcome.THROTTLED if found.throttled else Outcome.FAILED
        if not isinstance(found, Page):
            return found, Outcome.UNCHANGED
        try:
            entries = await asyncio.to_thread(split, found.body, found.charset)
        except RefusedInput as refused:
            if len(found.body) <= RECORD_CAP and is_feed(found.body):
                # Fed whole, once per change: the dead letter shows the editor what is wrong with the feed. Never what is no feed:
                # a page that says "back soon" would be read as an article.
                await self._feed(name, settings, [FeedEntry("", found.body, found.content_type)])
            return Failed(refused.message), Outcome.FAILED
        return found, Outcome.NEW if await self._feed(name, settings, entries) else Outcome.UNCHANGED

    async def _feed(self, name: str, settings: FeedSettings, entries: Sequence[FeedEntry]) -> int:
        """How many entries were new or a new version."""
        prefix, now = f"{name}|", self._around.clock.now()

        def unknown(journal: Journal) -> list[FeedEntry]:
            found = {e.key: journal.find(prefix + e.key) for e in entries}
            journal.touch((prefix + key for key, entry in found.items() if entry), int(now.timestamp()))
            return [e for e in entries if (known := found[e.key]) is None or known.digest != digest_of(e.body)]

        fresh = await self._around.outbox.ask(unknown)
        await asyncio.gather(*[await self._hand_over(name, settings, entry) for entry in fresh])
        return len(fresh)

    async def _hand_over(self, name: str, settings: FeedSettings, entry: FeedEntry) -> asyncio.Future[object]:
        now, started = self._around.clock.now(), time.monotonic()
        unique = input_id(f"{name}/{entry.key[:120]}", entry.key, digest_of(entry.body), now.isoformat())
        raw = RawRecord(settings.source, now, entry.body, entry.content_type, input_id=unique)
        item = Item(raw, f"{name}|{entry.key}", supersedes=True)
        future = await self._around.outbox.put(item)
        return asyncio.ensure_future(self._around.answered(item, future, started))

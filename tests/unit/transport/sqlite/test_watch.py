from __future__ import annotations

import asyncio
import time

from streams.transport.sqlite.watch import LAZY_SECONDS, Watch


class Version:
    """A number that the test moves."""

    def __init__(self) -> None:
        self.number = 1
        self.polls = 0

    def __call__(self) -> int:
        self.polls += 1
        return self.number


async def test_the_first_look_is_news_and_then_silence_times_out() -> None:
    watch = Watch(Version())
    assert await watch.changed(0.01)
    assert not await watch.changed(0.01)


async def test_another_processs_append_is_noticed_within_a_few_milliseconds() -> None:
    version = Version()
    watch = Watch(version)
    await watch.changed(0.01)
    started = time.monotonic()
    asyncio.get_running_loop().call_later(0.2, setattr, version, "number", 2)
    assert await watch.changed(5)
    assert time.monotonic() - started < 0.2 + 10 * LAZY_SECONDS


async def test_this_processs_append_wakes_at_once() -> None:
    version = Version()
    watch = Watch(version)
    await watch.changed(0.01)
    polls = version.polls
    asyncio.get_running_loop().call_soon(watch.nudge)
    assert await watch.changed(5)
    assert version.polls == polls + 2


async def test_a_nudge_before_the_wait_is_not_lost() -> None:
    watch = Watch(Version())
    await watch.changed(0.01)
    watch.nudge()
    assert await watch.changed(0.01)


async def test_an_idle_watch_polls_rarely() -> None:
    version = Version()
    watch = Watch(version)
    await watch.changed(0.01)
    await watch.changed(0.5)
    assert version.polls < 0.5 / LAZY_SECONDS + 20


async def test_a_cancelled_wait_leaves_the_watch_usable() -> None:
    watch = Watch(Version())
    await watch.changed(0.01)
    waiting = asyncio.ensure_future(watch.changed(60))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait([waiting])
    watch.nudge()
    assert await watch.changed(1)

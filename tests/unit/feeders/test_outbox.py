"""Between a feeder's loop and the log: bounded, in order, honest about what it does not know."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from streams.domain.errors import MustStop, TransientFailure
from streams.feeders import outbox as module
from streams.feeders.appender import Receipt
from streams.feeders.outbox import Full
from tests.support.feeding import MemoryLog, StandingClock, desk, item, outbox
from tests.support.kafka_apps import eventually


async def test_what_is_handed_over_is_answered_when_the_log_has_it(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        answers = await asyncio.gather(*[await at.outbox.put(item(b"%d" % n, input_id=str(n))) for n in range(10)])
        assert answers == [Receipt(str(n)) for n in range(10)]
        assert (at.log.ids(), at.outbox.depth, at.outbox.oldest()) == ([str(n) for n in range(10)], 0, 0.0)


async def test_what_waits_is_written_together(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        at.log.gate.clear()
        futures = [at.outbox.offer(item(b"%d" % n)) for n in range(10)]
        assert (at.outbox.depth, at.outbox.oldest() >= 0) == (10, True)
        at.log.gate.set()
        await asyncio.gather(*futures)
        assert at.log.flushes <= 2


async def test_a_full_queue_refuses_and_waits(tmp_path: Path) -> None:
    async with desk(tmp_path, capacity=2) as at:
        at.log.gate.clear()
        futures = [at.outbox.offer(item(b"%d" % n)) for n in range(2)]
        with pytest.raises(Full):
            at.outbox.offer(item(b"3"))
        waiting = asyncio.ensure_future(at.outbox.put(item(b"4")))
        await asyncio.sleep(0)
        assert not waiting.done()
        at.log.gate.set()
        await asyncio.gather(*futures, await waiting)
        assert at.log.bodies() == [b"0", b"1", b"4"]


async def test_a_broker_that_fails_is_reached_again(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        at.log.failures.append("lost")
        with pytest.raises(TransientFailure, match="flush: lost"):
            await at.outbox.offer(item(b"one", "1"))
        await eventually(lambda: not at.outbox.away, 10, "connected again")
        assert await at.outbox.offer(item(b"one", "1", "a")) == Receipt("a")
        assert at.log.bodies() == [b"one"]


async def test_what_landed_in_spite_of_the_failure_is_not_appended_again(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        at.log.failures.append("landed")
        with pytest.raises(TransientFailure):
            await at.outbox.offer(item(b"one", "1", "a"))
        await eventually(lambda: not at.outbox.away, 10, "connected again")
        assert await at.outbox.offer(item(b"one", "1", "b")) == Receipt("a", repeated=True)
        assert at.log.ids() == ["a"]


async def test_while_the_broker_is_away_items_fail_at_once_and_questions_are_answered(tmp_path: Path) -> None:
    log = MemoryLog(away=True)
    async with desk(tmp_path, log=log) as at:
        assert at.outbox.away == "no answer from the broker"
        with pytest.raises(TransientFailure, match="no answer from the broker"):
            await at.outbox.offer(item(b"one"))
        assert await at.outbox.ask(lambda journal: journal.cursor("none")) == ""
        log.away = False
        await eventually(lambda: not at.outbox.away, 10, "connected")
        assert await at.outbox.offer(item(b"one", input_id="a")) == Receipt("a")


async def test_stopping_writes_what_was_handed_over(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        at.log.gate.clear()
        futures = [at.outbox.offer(item(b"%d" % n)) for n in range(5)]
        stopping = asyncio.ensure_future(at.outbox.stop())
        await asyncio.sleep(0)
        with pytest.raises(TransientFailure, match="stopping"):
            await at.outbox.offer(item(b"late"))
        at.log.gate.set()
        await asyncio.gather(stopping, *futures)
        assert len(at.log.records) == 5


async def test_stopping_while_the_broker_is_away_does_not_wait_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "backoff", lambda *_: 60.0)
    async with desk(tmp_path, log=MemoryLog(away=True)) as at:
        await asyncio.wait_for(at.outbox.stop(), 5)


@pytest.mark.parametrize("error", [MustStop("the disk is full"), ZeroDivisionError("a defect")])
async def test_what_cannot_be_survived_fails_everything_and_says_why(tmp_path: Path, error: Exception) -> None:
    async with desk(tmp_path) as at:
        at.log.gate.clear()
        at.log.failures.append(error)
        futures = [at.outbox.offer(item(b"%d" % n)) for n in range(3)]
        at.log.gate.set()
        for future in futures:
            with pytest.raises(MustStop, match=str(error)):
                await future
        with pytest.raises(MustStop, match=str(error)):
            await at.outbox.failed
        with pytest.raises(MustStop, match=str(error)):
            await at.outbox.offer(item(b"late"))


async def test_a_start_that_cannot_succeed_raises(tmp_path: Path) -> None:
    log = MemoryLog()
    made = outbox(tmp_path, log, StandingClock())
    made._connect = lambda: (_ for _ in ()).throw(MustStop("the log is damaged"))
    with pytest.raises(MustStop, match="the log is damaged"):
        await made.start()
    await made.stop()


async def test_an_outbox_that_was_never_started_can_be_stopped(tmp_path: Path) -> None:
    await outbox(tmp_path, MemoryLog(), StandingClock()).stop()
    await outbox(tmp_path, MemoryLog(), StandingClock()).stop()

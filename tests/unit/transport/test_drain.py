from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from itertools import pairwise
from types import SimpleNamespace
from typing import Any, cast

import pytest
from faust.transport.consumer import Consumer
from faust.transport.utils import DefaultSchedulingStrategy
from faust.types import TP
from mode import Service

from streams.transport import drain
from streams.transport.drain import FastDrain, resume

A, B = TP("a", 0), TP("b", 0)


class FakeConsumer(FastDrain, Service):
    """As much of a Faust consumer as draining needs; `fetches` are what `_getmany` hands out, one after the other."""

    consumer_stopped_errors = (ConnectionError,)
    _commit_every: int | None = None

    def __init__(self, callback: Callable[[Any], Any], *fetches: Any) -> None:
        Service.__init__(self)
        self.callback = callback
        self.fetches = list(fetches)
        self.delivered: list[tuple[TP, int]] = []
        self.commits = 0
        self.scheduler = DefaultSchedulingStrategy()
        self.flow_active = True
        self.can_resume_flow, self.suspend_flow = asyncio.Event(), asyncio.Event()
        self.active = {A, B}
        self._buffered_partitions: set[TP] = set()
        self._read_offset: Any = defaultdict(lambda: None)
        self._n_acked = 0
        monitor = SimpleNamespace(track_tp_end_offset=lambda *_: None)
        self.app: Any = SimpleNamespace(client_only=False, consumer_generation_id=1, monitor=monitor, should_stop=False, rebalancing=False)
        self.transport: Any = SimpleNamespace(app=self.app)

    def _get_active_partitions(self) -> set[TP]:
        return self.active

    def _is_changelog_tp(self, tp: TP) -> bool:
        return tp == B

    def highwater(self, *_: Any) -> int:
        return 0

    def _to_message(self, tp: TP, record: int) -> Any:
        return SimpleNamespace(tp=tp, offset=record)

    def on_deliver(self, tp: TP, message: Any) -> None:
        self.delivered.append((tp, message.offset))

    async def commit(self, *_: Any) -> bool:
        self.commits += 1
        return True

    async def _getmany(self, **_: Any) -> Any:
        if not self.fetches:
            self._stopped.set()
            return {}
        fetched = self.fetches.pop(0)
        if isinstance(fetched, BaseException):
            raise fetched
        return fetched

    async def drain(self) -> None:
        await asyncio.wait_for(self._drain_messages(cast(Any, Service())), 5)


class Agents:
    """A callback that notes what reached it, and may wait first."""

    def __init__(self, wait: Callable[[], Any] | None = None) -> None:
        self.seen: list[int] = []
        self.wait = wait

    async def __call__(self, message: Any) -> None:
        if self.wait is not None:
            await self.wait()
        self.seen.append(message.offset)


def test_it_stands_before_fausts_consumer() -> None:
    class Mixed(FastDrain, Consumer):
        pass

    assert Mixed._drain_messages is FastDrain._drain_messages
    assert Mixed.getmany is Consumer.getmany


async def test_every_record_reaches_the_agents_round_robin_over_topics() -> None:
    agents = Agents()
    consumer = FakeConsumer(agents, {A: [1, 2, 3], B: [10, 11]})
    await consumer.drain()
    assert agents.seen == [1, 10, 2, 11, 3]
    assert consumer.delivered == [(A, 1), (B, 10), (A, 2), (B, 11), (A, 3)]


async def test_a_delivery_that_waits_for_nothing_takes_no_task(monkeypatch: pytest.MonkeyPatch) -> None:
    consumer = FakeConsumer(Agents(), {A: list(range(50))})
    monkeypatch.setattr(consumer, "wait_first", None)
    await consumer.drain()
    assert len(consumer.delivered) == 50


async def test_a_delivery_that_waits_is_finished_before_the_next_begins() -> None:
    agents = Agents(lambda: asyncio.sleep(0.001))
    await FakeConsumer(agents, {A: [1, 2, 3]}).drain()
    assert agents.seen == [1, 2, 3]


async def test_a_suspended_flow_interrupts_a_waiting_delivery() -> None:
    agents = Agents(asyncio.Event().wait)
    consumer = FakeConsumer(agents, {A: [1, 2]})

    def suspend() -> None:
        consumer.flow_active = False
        consumer.suspend_flow.set()

    asyncio.get_running_loop().call_later(0.01, suspend)
    asyncio.get_running_loop().call_later(0.05, consumer._stopped.set)
    await consumer.drain()
    assert (agents.seen, consumer.delivered) == ([], [(A, 1)])


async def test_an_error_in_a_delivery_comes_out() -> None:
    async def broken(message: Any) -> None:
        await asyncio.sleep(0)
        raise KeyError(message.offset)

    with pytest.raises(KeyError):
        await FakeConsumer(broken, {A: [1]}).drain()


async def test_a_new_assignment_ends_the_batch() -> None:
    consumer = FakeConsumer(Agents(), {A: [1, 2, 3]})

    async def rebalance(*_: Any) -> None:
        consumer.app.consumer_generation_id += 1

    consumer.callback = rebalance
    await consumer.drain()
    assert consumer.delivered == [(A, 1)]


async def test_paused_partitions_are_left_out_but_buffered_ones_are_not() -> None:
    consumer = FakeConsumer(Agents(), {A: [1], B: [2], TP("c", 0): [3]})
    consumer.active = {A}
    consumer._buffered_partitions = {B}
    await consumer.drain()
    assert consumer.delivered == [(A, 1), (B, 2)]


async def test_what_lies_before_the_position_is_dropped() -> None:
    consumer = FakeConsumer(Agents(), {A: [1, 2, 3]})
    consumer._read_offset[A] = 3
    await consumer.drain()
    assert consumer.delivered == [(A, 3)]


async def test_it_pauses_briefly_while_no_partition_may_be_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drain, "IDLE_SECONDS", 0.001)
    consumer = FakeConsumer(Agents(), {A: [1]})
    consumer.active = set()
    asyncio.get_running_loop().call_later(0.01, consumer.active.add, A)
    await consumer.drain()
    assert consumer.delivered == [(A, 1)]


async def test_until_a_rebalance_has_ended_only_changelogs_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drain, "IDLE_SECONDS", 0.001)
    consumer = FakeConsumer(Agents(), {A: [1], B: [2]}, {A: [1]})
    consumer.app.rebalancing = True

    async def end_of_recovery(*_: Any) -> None:
        consumer.active = {A}
        asyncio.get_running_loop().call_later(0.01, setattr, consumer.app, "rebalancing", False)

    consumer.callback = end_of_recovery
    await consumer.drain()
    assert consumer.delivered == [(B, 2), (A, 1)]


async def test_a_client_without_assignment_takes_everything() -> None:
    consumer = FakeConsumer(Agents(), {A: [1]})
    consumer.active = set()
    consumer.app.client_only = True
    await consumer.drain()
    assert consumer.delivered == [(A, 1)]


async def test_others_get_their_turn_and_commit_every_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drain, "YIELD_EVERY", 10)
    turns: list[int] = []
    consumer = FakeConsumer(Agents(), {A: list(range(100))})
    consumer._commit_every = 5

    async def other() -> None:
        while len(consumer.delivered) < 100:
            turns.append(len(consumer.delivered))
            consumer._n_acked = 5
            await asyncio.sleep(0)

    await asyncio.gather(consumer.drain(), other())
    assert max(later - earlier for earlier, later in pairwise(turns)) <= 10
    assert consumer.commits >= 9


@pytest.mark.parametrize("error", [ConnectionError(), asyncio.CancelledError()])
async def test_a_broker_that_goes_away_matters_only_while_running(error: BaseException) -> None:
    with pytest.raises(type(error)):
        await FakeConsumer(Agents(), error).drain()
    stopping = FakeConsumer(Agents(), error)
    stopping.app.should_stop = True
    await stopping.drain()
    assert stopping.fetches == []


async def test_a_resumed_coroutine_gets_results_and_errors_of_what_it_waits_for() -> None:
    loop = asyncio.get_running_loop()
    first, second = loop.create_future(), loop.create_future()

    async def waits() -> str:
        got = await first
        try:
            await second
        except ValueError:
            return f"{got}, then the error"
        return "no error"

    suspended = waits()
    task = asyncio.ensure_future(resume(suspended, suspended.send(None)))
    loop.call_soon(first.set_result, "result")
    loop.call_soon(second.set_exception, ValueError())
    assert await task == "result, then the error"


async def test_a_cancelled_delivery_sees_the_cancellation() -> None:
    seen: list[str] = []

    async def waits() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            seen.append("cleaned up")

    suspended = waits()
    task = asyncio.ensure_future(resume(suspended, suspended.send(None)))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert seen == ["cleaned up"]

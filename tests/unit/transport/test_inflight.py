"""What is on its way to the broker: barriers that really wait, and a first failure that is never forgotten."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.domain.errors import MustStop
from streams.transport.inflight import InFlight, unwritten


def inflight() -> tuple[InFlight, list[MustStop]]:
    failures: list[MustStop] = []
    return InFlight(on_failure=failures.append), failures


async def passed(waiter: asyncio.Future[None]) -> bool:
    for _ in range(5):
        await asyncio.sleep(0)
    return waiter.done()


async def test_a_barrier_with_nothing_on_its_way_does_not_wait() -> None:
    await inflight()[0].barrier()


async def test_a_barrier_waits_for_what_was_sent_before_it_and_not_for_what_came_after() -> None:
    flight, _ = inflight()
    before = flight.enter()
    barrier = asyncio.ensure_future(flight.barrier())
    assert not await passed(barrier)
    after = flight.enter()
    flight.leave(before)
    assert await passed(barrier)
    assert flight.size == 1
    flight.leave(after)
    await flight.barrier()


async def test_a_later_barrier_waits_for_what_an_abandoned_one_waited_for() -> None:
    flight, _ = inflight()
    batch = flight.enter()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(flight.barrier(), 0.01)
    second = asyncio.ensure_future(flight.barrier())
    assert not await passed(second)
    flight.leave(batch)
    assert await passed(second)


async def test_the_first_failure_reaches_every_barrier_for_good() -> None:
    flight, failures = inflight()
    batch = flight.enter()
    waiting = asyncio.ensure_future(flight.barrier())
    assert not await passed(waiting)
    first = unwritten("wire.alerts", OSError("gone"))
    flight.fail(first)
    flight.fail(unwritten("wire.events", OSError("later")))
    flight.leave(batch)
    with pytest.raises(MustStop, match=r"wire\.alerts"):
        await waiting
    flight.leave(flight.enter())
    flight.enter()
    with pytest.raises(MustStop, match=r"wire\.alerts"):
        await flight.barrier()
    assert failures == [first]
    assert isinstance(first.__cause__, OSError)


async def test_the_ebb_comes_when_enough_has_left() -> None:
    flight, _ = inflight()
    batches = [flight.enter() for _ in range(4)]
    ebb = asyncio.ensure_future(flight.ebb(2))
    flight.leave(batches[0])
    assert not await passed(ebb)
    flight.leave(batches[1])
    assert await passed(ebb)


async def test_a_failure_ends_the_wait_for_the_ebb() -> None:
    flight, _ = inflight()
    flight.enter()
    ebb = asyncio.ensure_future(flight.ebb(0))
    assert not await passed(ebb)
    flight.fail(unwritten("wire.alerts", OSError()))
    assert await passed(ebb)


@given(st.lists(st.sampled_from(["enter", "leave", "barrier"]), max_size=40))
def test_a_barrier_is_passed_exactly_when_all_before_it_have_left(steps: list[str]) -> None:
    async def run() -> None:
        flight, _ = inflight()
        open_batches, entered, barriers = [], 0, []
        left = 0
        for step in steps:
            if step == "enter":
                open_batches.append(flight.enter())
                entered += 1
            elif step == "leave" and open_batches:
                flight.leave(open_batches.pop(0))
                left += 1
            elif step == "barrier":
                barriers.append((entered, asyncio.ensure_future(flight.barrier())))
            for needed, barrier in barriers:
                assert await passed(barrier) == (left >= needed)
        for batch in open_batches:
            flight.leave(batch)
        await asyncio.gather(*(barrier for _, barrier in barriers))
        assert flight.size == 0

    asyncio.run(run())

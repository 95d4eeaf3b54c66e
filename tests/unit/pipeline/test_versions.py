"""Versions of an item: whatever the order, the newest one's events stand last."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from streams.domain.event import Action, Carrier, EventRecord, RetractReason
from streams.domain.item import ItemState, VersionState
from streams.domain.report import Signal
from streams.domain.values import Position
from streams.pipeline.versions import REASON_OF, Arrival, Plan, arrive

NOON = datetime(2020, 9, 27, 12, tzinfo=UTC)


def event(report_id: str, name: str) -> EventRecord:
    return EventRecord(
        event_id=f"{report_id}-{name}",
        report_id=report_id,
        item_key="agency|1",
        type="other.story",
        block_key="story",
        carrier=Carrier("agency"),
        published_at=NOON,
        received_at=NOON,
        version_at=NOON,
    )


def version(number: int, signal: Signal = Signal.NEW, events: tuple[str, ...] = ("lead",), offset: int | None = None) -> VersionState:
    report_id = f"v{number}"
    told = () if signal is Signal.KILL else tuple(event(report_id, name) for name in events)
    at = Position("wire.raw", 0, number if offset is None else offset)
    return VersionState(report_id, f"hash{number}", number, NOON + timedelta(minutes=number), signal, None, at, told, ())


def run(*versions: VersionState) -> list[Plan]:
    plans, state = [], ItemState("agency|1")
    for v in versions:
        plans.append(arrive(state, v, NOON, max_versions=50))
        state = plans[-1].state
    return plans


def standing(plans: list[Plan]) -> dict[str, tuple[Action, RetractReason]]:
    """What a consumer of the records ends up believing of each event."""
    return {r.event_id: (r.action, r.retract_reason) for plan in plans for r in plan.records}


def test_a_first_version_asserts_its_events() -> None:
    (plan,) = run(version(1, events=("lead", "other")))
    assert plan.arrival is Arrival.ACCEPTED
    assert [(r.event_id, r.action) for r in plan.records] == [("v1-lead", Action.ASSERT), ("v1-other", Action.ASSERT)]


def test_an_update_asserts_before_it_takes_back() -> None:
    plan = run(version(1), version(2, Signal.UPDATE))[-1]
    expected = [("v2-lead", Action.ASSERT, RetractReason.NONE), ("v1-lead", Action.RETRACT, RetractReason.SUPERSEDED)]
    assert [(r.event_id, r.action, r.retract_reason) for r in plan.records] == expected


def test_a_retraction_names_the_report_that_caused_it() -> None:
    plan = run(version(1), version(2, Signal.KILL))[-1]
    assert [(r.event_id, r.caused_by) for r in plan.records] == [("v1-lead", "v2")]


def test_a_resend_from_another_record_sends_nothing() -> None:
    plans = run(version(1), version(1, offset=9))
    assert (plans[1].arrival, plans[1].records, plans[1].state) == (Arrival.DUPLICATE, (), plans[0].state)


def test_the_same_record_again_sends_the_same_again() -> None:
    first, second, again = run(version(1), version(2, Signal.CORRECTION), version(2, Signal.CORRECTION))
    assert again.arrival is Arrival.REPLAYED
    assert again.records == second.records
    assert first.records != second.records


def test_a_replay_of_an_old_version_sends_what_it_sent_then() -> None:
    first, _, again = run(version(1), version(2, Signal.UPDATE), version(1))
    assert again.records == first.records


def test_a_kill_before_the_original_leaves_the_original_killed() -> None:
    plans = run(version(2, Signal.KILL), version(1))
    assert plans[1].arrival is Arrival.LATE
    assert standing(plans) == {"v1-lead": (Action.RETRACT, RetractReason.KILLED)}


def test_a_kill_reaches_versions_that_were_superseded_before() -> None:
    plans = run(version(1), version(2, Signal.UPDATE), version(3, Signal.KILL))
    assert standing(plans) == {f"v{n}-lead": (Action.RETRACT, RetractReason.KILLED) for n in (1, 2)}


def test_only_the_newest_versions_are_kept() -> None:
    state = ItemState("agency|1")
    for n in range(1, 6):
        state = arrive(state, version(n, Signal.UPDATE), NOON, max_versions=3).state
    assert [v.report_id for v in state.versions] == ["v3", "v4", "v5"]


@pytest.mark.parametrize("last", list(Signal))
def test_every_order_of_arrival_ends_in_the_same_standing(last: Signal) -> None:
    versions = [version(1), version(2, Signal.UPDATE, ("lead", "b")), version(3, Signal.CORRECTION), version(4, last, ("a", "b"))]
    expected = {f"v{n}-{e}": (Action.RETRACT, REASON_OF[last]) for n, e in [(1, "lead"), (2, "lead"), (2, "b"), (3, "lead")]}
    if last is not Signal.KILL:
        expected |= {f"v4-{e}": (Action.ASSERT, RetractReason.NONE) for e in "ab"}
    for order in permutations(versions):
        assert standing(run(*order)) == expected


@pytest.mark.parametrize("content", ["aaa", "zzz"])
def test_at_the_same_stamp_an_update_follows_what_it_updates_whichever_came_first(content: str) -> None:
    first = replace(version(1), version=0, version_at=NOON, content_hash="mmm")
    update = replace(version(2, Signal.UPDATE), version=0, version_at=NOON, content_hash=content)
    for order in ([first, update], [update, first]):
        assert standing(run(*order))["v2-lead"] == (Action.ASSERT, RetractReason.NONE)

"""What one record does to the open incidents: linkage is scripted here, everything else is real."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import cast

import pytest

from streams.domain.event import Action, Claim, EventRecord, RetractReason, Stance
from streams.domain.incident import IncidentState, StoredRecord
from streams.domain.settings import CoreSettings
from streams.domain.values import Position
from streams.matching import Cluster, Linker, Relinked
from streams.pipeline.deduplicate import REPLAY_WINDOW, Applied, Deduplicator, Outcome
from streams.pipeline.replay import MemoryIncidents
from tests.support.make import NOON, event


class Scripted:
    """Linkage that a test decides: after each arrival the open records stand in `groups`, the rest alone."""

    def __init__(self, _: Callable[[str], StoredRecord]) -> None:
        self.groups: list[set[str]] = []
        self.known: dict[str, frozenset[str]] = {}

    def upsert(self, stored: StoredRecord) -> Relinked:
        new = stored.record.event_id
        ids = {*self.known, new}
        after = {frozenset(g & ids) for g in self.groups if g & ids}
        after |= {frozenset({i}) for i in ids if not any(i in g for g in after)}
        before = set(self.known.values())
        changed = {g for g in after if g not in before or new in g}
        gone = {g for g in before if g not in after or new in g}
        self.known = {i: g for g in after for i in g}
        return Relinked(
            tuple(sorted(tuple(sorted(g)) for g in gone)), tuple(Cluster(tuple(sorted(g)), ()) for g in sorted(changed, key=sorted))
        )

    def load(self, stored_records: Iterable[StoredRecord], clusters: Iterable[Sequence[str]]) -> None:
        assert all(stored_records)
        self.known |= {i: frozenset(c) for c in clusters for i in c}

    def forget(self, event_ids: Iterable[str]) -> None:
        for event_id in event_ids:
            self.known.pop(event_id)


class Desk:
    """A deduplicator fed record by record, at offsets of its own."""

    def __init__(self, settings: CoreSettings | None = None, store: MemoryIncidents | None = None) -> None:
        self.settings = settings or CoreSettings()
        self.store = store or MemoryIncidents()
        self.offset = 0
        self.open()

    def open(self) -> None:
        make = cast("Callable[[Callable[[str], StoredRecord]], Linker]", Scripted)
        self.deduplicator = Deduplicator(self.store, self.settings, make_linker=make)

    def group(self, *groups: set[str]) -> None:
        cast(Scripted, self.deduplicator.linker).groups = list(groups)

    def hears(self, record: EventRecord, offset: int | None = None) -> Applied:
        self.offset = self.offset + 1 if offset is None else offset
        return self.deduplicator.apply(record, Position("wire.events", 0, self.offset))

    def members(self) -> dict[str, tuple[str, ...]]:
        return {i: row.incident.event_ids for i, row in sorted(self.store.table.items()) if row.records}


def told(name: str, minutes: int = 0, **changes: object) -> EventRecord:
    at = NOON + timedelta(minutes=minutes)
    claims = (Claim(f"agency-{name}", Stance.ASSERTS),)
    return event(name, published_at=at, received_at=at, version_at=at, priority=1, headline=f"Story {name}", claims=claims, **changes)


def taken_back(record: EventRecord, reason: RetractReason = RetractReason.KILLED) -> EventRecord:
    return replace(record, action=Action.RETRACT, retract_reason=reason, caused_by="rpt-kill")


def test_a_first_record_founds_an_incident_and_rings() -> None:
    desk = Desk()
    applied = desk.hears(told("a"))
    assert (applied.outcome, [i.event_ids for i in applied.incidents], [a.kind.value for a in applied.alerts]) == (
        Outcome.APPLIED,
        [("a",)],
        ["new"],
    )


def test_the_same_event_from_another_position_is_a_counted_duplicate() -> None:
    desk = Desk()
    desk.hears(told("a"))
    assert desk.hears(told("a")) == Applied(Outcome.DUPLICATE)


def test_the_same_position_again_says_the_same_again_even_after_a_restart() -> None:
    desk = Desk()
    first = desk.hears(told("a"))
    desk.hears(told("b"))
    desk.open()
    again = desk.hears(told("a"), offset=1)
    assert (again.outcome, again.alerts) == (Outcome.REPLAYED, first.alerts)


def test_a_kill_at_the_same_position_again_says_the_same_again() -> None:
    desk = Desk()
    desk.hears(told("a"))
    kill = desk.hears(taken_back(told("a")))
    assert [a.kind.value for a in kill.alerts] == ["withdrawn"]
    assert kill.alerts[0].report_id == "rpt-kill"
    assert desk.hears(taken_back(told("a")), offset=2).alerts == kill.alerts


def test_a_retraction_before_its_assertion_leaves_the_same_incident_as_after_it() -> None:
    early, late = Desk(), Desk()
    early.hears(taken_back(told("a")))
    assert early.hears(told("a")).outcome is Outcome.DUPLICATE
    late.hears(told("a"))
    late.hears(taken_back(told("a")))
    (one,), (other,) = early.store.final(), late.store.final()
    assert replace(one.incident, revision=0) == replace(other.incident, revision=0)
    assert one.incident.state is IncidentState.RETRACTED


def test_a_joining_record_keeps_the_incident() -> None:
    desk = Desk()
    (founded,) = desk.hears(told("a")).incidents
    desk.group({"a", "b"})
    (grown,) = desk.hears(told("b")).incidents
    assert (grown.incident_id, grown.event_ids, grown.revision) == (founded.incident_id, ("a", "b"), 2)


def test_a_merge_leaves_consumers_with_one_incident_and_names_it() -> None:
    desk = Desk()
    survivor, absorbed = (desk.hears(told(name)).incidents[0].incident_id for name in "ab")
    desk.group({"a", "b", "c"})
    applied = desk.hears(told("c"))
    assert desk.members() == {survivor: ("a", "b", "c")}
    assert {i.incident_id: i.merged_into for i in applied.incidents} == {survivor: "", absorbed: survivor}
    assert [a.kind.value for a in applied.alerts if a.incident_id == absorbed] == ["withdrawn"]


def test_a_split_keeps_the_larger_part_and_founds_another_incident() -> None:
    desk = Desk()
    desk.group({"a", "b", "c"})
    for name in "abc":
        (incident,) = desk.hears(told(name)).incidents
    desk.group({"a", "b"}, {"c"})
    desk.hears(taken_back(told("a"), RetractReason.SUPERSEDED))
    members = desk.members()
    assert members[incident.incident_id] == ("a", "b")
    assert sorted(members.values()) == [("a", "b"), ("c",)]


def test_an_incident_that_was_absorbed_is_taken_up_again_when_it_parts() -> None:
    desk = Desk()
    first, second = (desk.hears(told(name)).incidents[0].incident_id for name in "ab")
    desk.group({"a", "b", "c"})
    desk.hears(told("c"))
    desk.group({"a", "c"}, {"b"})
    desk.hears(taken_back(told("c"), RetractReason.SUPERSEDED))
    assert desk.members() == {first: ("a", "c"), second: ("b",)}
    (row,) = [r for r in desk.store.final() if r.incident.incident_id == second]
    assert row.incident.merged_into == ""


def test_a_take_over_rebuilds_what_was_open() -> None:
    desk = Desk()
    desk.group({"a", "b"})
    for name in "ab":
        desk.hears(told(name))
    before = desk.members()
    desk.open()
    assert sum(desk.deduplicator.open_states().values()) == 1
    assert desk.hears(told("a")).outcome is Outcome.DUPLICATE
    assert desk.members() == before


def test_incidents_quiet_for_longer_than_the_window_are_let_go() -> None:
    desk = Desk(CoreSettings(open_records=0, open_days=1))
    desk.hears(told("old"))
    desk.hears(told("recent", minutes=23 * 60))
    assert len(desk.members()) == 2
    desk.hears(told("new", minutes=25 * 60))
    assert sorted(desk.members().values()) == [("new",), ("recent",)]
    assert [r.incident.event_ids for r in desk.store.aside.values()] == [("old",)]


DAY = 24 * 60


def test_while_there_is_room_nothing_closes_and_then_the_longest_overdue() -> None:
    desk = Desk(CoreSettings(open_records=2, open_days=1))
    for day, name in enumerate(("first", "second", "third")):
        desk.hears(told(name, minutes=5 * day * DAY))
        assert len(desk.members()) == min(day + 1, 2)
    assert sorted(desk.members().values()) == [("second",), ("third",)]


def test_a_type_may_have_a_window_of_its_own() -> None:
    desk = Desk(CoreSettings(open_records=0, open_days=1, open_days_of=(("hazard.drought", 10),)))
    desk.hears(told("dry", type="hazard.drought"))
    desk.hears(told("shot"))
    desk.hears(told("new", minutes=5 * DAY))
    assert sorted(desk.members().values()) == [("dry",), ("new",)]


def test_a_kill_finds_what_was_closed_and_reaches_who_was_alerted() -> None:
    desk = Desk(CoreSettings(open_records=0, open_days=1))
    first = desk.hears(told("old"))
    desk.hears(told("new", minutes=5 * DAY))
    desk.open()
    killed = desk.hears(taken_back(told("old")))
    assert [(a.kind.value, a.incident_id) for a in killed.alerts] == [("withdrawn", first.incidents[0].incident_id)]
    assert desk.hears(taken_back(told("old"))).outcome is Outcome.DUPLICATE


def test_a_new_version_of_a_closed_item_joins_its_incident() -> None:
    desk = Desk(CoreSettings(open_records=0, open_days=1))
    desk.group({"old", "corrected"})
    (founded,) = desk.hears(told("old", item_key="item")).incidents
    desk.hears(told("new", minutes=5 * DAY))
    joined = desk.hears(told("corrected", minutes=6 * DAY, item_key="item"))
    assert [i.incident_id for i in joined.incidents] == [founded.incident_id]
    assert joined.incidents[0].event_ids == ("corrected", "old")


def test_a_closed_incident_is_forgotten_once_it_was_kept_long_enough() -> None:
    desk = Desk(CoreSettings(open_records=0, open_days=1, kept_days=30))
    desk.hears(told("old"))
    desk.hears(told("middle", minutes=20 * DAY))
    desk.open()
    desk.hears(told("new", minutes=31 * DAY))
    assert [r.incident.event_ids for r in desk.store.archive.values()] == [("old",)]
    assert [r.incident.event_ids for r in desk.store.aside.values()] == [("middle",)]


def test_a_reopened_incident_that_nothing_joined_closes_again() -> None:
    desk = Desk(CoreSettings(open_records=0, open_days=1, kept_days=30))
    desk.hears(told("old"))
    desk.hears(told("new", minutes=5 * DAY))
    desk.hears(taken_back(told("old")))
    assert [r.incident.event_ids for r in desk.store.aside.values()] == [("old",)]


def test_a_resend_of_what_was_closed_leaves_it_closed() -> None:
    desk = Desk(CoreSettings(open_records=0, open_days=1, kept_days=30))
    desk.hears(told("old"))
    desk.hears(told("new", minutes=5 * DAY))
    assert desk.hears(told("old")).outcome in (Outcome.DUPLICATE, Outcome.REPLAYED)
    assert list(desk.members().values()) == [("new",)]


def test_a_release_of_nothing_known_leaves_closed_what_it_looked_through() -> None:
    desk = Desk(CoreSettings(open_records=0, open_days=1))
    desk.hears(told("old", item_key="item"))
    desk.hears(told("new", minutes=5 * DAY))
    assert desk.hears(replace(told("other", item_key="item"), action=Action.RELEASE)).outcome is Outcome.UNKNOWN
    assert [r.incident.event_ids for r in desk.store.aside.values()] == [("old",)]


def test_what_is_under_an_embargo_stays_open_until_it_has_passed() -> None:
    desk = Desk(CoreSettings(open_records=0, open_days=1))
    desk.hears(told("a", embargo_until=NOON + timedelta(days=5)))
    desk.hears(told("b", minutes=5 * DAY))
    assert ("a",) in desk.members().values()


def test_an_incident_that_grew_stays_open() -> None:
    desk = Desk(CoreSettings(open_records=0, open_days=1))
    desk.group({"old", "grown"})
    desk.hears(told("old"))
    desk.hears(told("grown", minutes=20 * 60))
    desk.hears(told("new", minutes=30 * 60))
    assert ("grown", "old") in desk.members().values()


def test_a_clock_that_runs_ahead_does_not_age_out_what_others_tell() -> None:
    desk = Desk(CoreSettings(open_records=0, open_days=1))
    desk.hears(told("a"))
    desk.hears(replace(told("b"), published_at=NOON + timedelta(days=400)))
    assert ("a",) in desk.members().values()


def test_an_embargoed_record_does_not_ring_until_it_is_released() -> None:
    desk = Desk()
    until = NOON + timedelta(hours=6)
    assert desk.hears(told("a", embargo_until=until)).alerts == ()
    assert list(desk.deduplicator.due(until - timedelta(seconds=1))) == []
    (release,) = desk.deduplicator.due(until)
    assert (release.action, release.received_at) == (Action.RELEASE, until)
    assert [a.kind.value for a in desk.hears(release).alerts] == ["new"]
    assert desk.hears(release).outcome is Outcome.DUPLICATE
    assert list(desk.deduplicator.due(until)) == []


def test_an_embargo_survives_a_restart() -> None:
    desk = Desk()
    desk.hears(told("a", embargo_until=NOON + timedelta(hours=6)))
    desk.open()
    assert [r.event_id for r in desk.deduplicator.due(NOON + timedelta(hours=7))] == ["a"]


def test_a_release_of_what_is_not_open_is_nothing() -> None:
    assert Desk().hears(replace(told("a"), action=Action.RELEASE)).outcome is Outcome.UNKNOWN


def test_emissions_beyond_what_a_crash_can_replay_are_dropped() -> None:
    desk = Desk()
    desk.hears(told("a"), offset=1)
    desk.hears(taken_back(told("a")), offset=REPLAY_WINDOW + 10)
    (row,) = desk.store.final()
    assert [e.at.offset for e in row.records[0].emissions] == [REPLAY_WINDOW + 10]


def test_a_record_says_where_it_is() -> None:
    desk = Desk()
    (incident,) = desk.hears(told("a")).incidents
    assert [desk.deduplicator.incident_of(e) for e in ("a", "b")] == [incident.incident_id, ""]


@pytest.mark.parametrize("order", ["abc", "cab", "bca"])
def test_the_founder_of_a_new_incident_is_its_first_published_record(order: str) -> None:
    desk = Desk()
    desk.group({"a", "b", "c"})
    for name in order:
        desk.hears(told(name, minutes=ord(name)))
    (row,) = [r for r in desk.store.final() if r.records]
    assert row.incident.founded_by == order[0]

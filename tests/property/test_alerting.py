"""Whatever happens to an incident, what consumers were last told of it has its state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from streams.alerting import decide
from streams.alerting.wording import MAX_LENGTH
from streams.domain.alert import Alert, AlertKind, Announced, MessageType
from streams.domain.event import EventRecord, Modality, RetractReason, Stance
from streams.domain.incident import Incident, IncidentRow, IncidentState, StoredRecord
from streams.domain.report import Signal
from streams.domain.settings import AlertPolicy
from tests.unit.alerting.builders import attribute, claim, incident, record, retraction, row, stored

LIVE = [s for s in IncidentState if s is not IncidentState.RETRACTED]
POLICY = AlertPolicy()

records = st.builds(
    record,
    name=st.sampled_from("abcd"),
    source=st.sampled_from(["agency-a", "agency-b", "agency-c"]),
    modality=st.sampled_from(Modality),
    signal=st.sampled_from([Signal.NEW, Signal.UPDATE, Signal.CORRECTION]),
    priority=st.integers(1, 8),
    item=st.sampled_from(["", "item-1"]),
    event_type=st.sampled_from(["conflict.aircraft_downed", "conflict.mobilisation", "other.story"]),
)
attributes = st.lists(
    st.builds(
        attribute,
        st.sampled_from(["object_class", "operator", "killed", "place", "crew", "weather"]),
        st.sampled_from(["AZE", "12", "up_to 2", "aircraft", "Nagorno-Karabakh"]),
    ),
    unique_by=lambda a: a.name,
)
claims = st.lists(st.builds(claim, st.sampled_from(["ARM.MIL", "AZE.MIL", "witnesses"]), st.sampled_from(Stance)))
Step = tuple[EventRecord, RetractReason, IncidentState, list[object], list[object], int, bool]
steps = st.lists(
    st.tuples(records, st.sampled_from(RetractReason), st.sampled_from(LIVE), attributes, claims, st.integers(0, 4), st.booleans()),
    min_size=1,
    max_size=8,
)


def walk(script: Sequence[tuple[object, ...]]) -> list[tuple[IncidentRow | None, IncidentRow, EventRecord, Alert | None]]:
    """Run a script as the pipeline would: each step asserts a record or takes it back, fuses, decides and keeps the row."""
    before: IncidentRow | None = None
    known: dict[str, StoredRecord] = {}
    seen = []
    for subject, reason, state, attrs, ledger, voices, absorbed in script:
        assert isinstance(subject, EventRecord)
        assert isinstance(reason, RetractReason)
        known[subject.event_id] = replace(stored(subject)[0], retracted=reason)
        trigger = subject if reason is RetractReason.NONE else retraction(subject, reason)
        now = _fused(list(known.values()), state, attrs, ledger, voices)
        if absorbed:
            known = {}
            now = replace(now, state=IncidentState.RETRACTED, merged_into="inc-2", members=(), attributes=(), claims=())
        alert, announced = decide(before, now, list(known.values()), trigger, POLICY)
        after = row(now, list(known.values()), announced)
        seen.append((before, after, trigger, alert))
        before = after
    return seen


def _fused(members: list[StoredRecord], state: object, attrs: object, ledger: object, voices: object) -> Incident:
    active = [m for m in members if m.retracted is RetractReason.NONE]
    kind = active[0].record.type if active else "other.story"
    now = state if active else IncidentState.RETRACTED
    return incident(members, now, attrs, ledger, kind, voices)  # type: ignore[arg-type]


def _announced(known: IncidentRow | None) -> Announced | None:
    return known.announced if known is not None else None


@given(steps)
def test_once_announced_what_was_announced_always_has_the_incidents_state(script: list[tuple[object, ...]]) -> None:
    for _, after, _, _ in walk(script):
        if after.announced is not None:
            assert after.announced.state == after.incident.state.value


@given(steps)
def test_consumers_are_told_exactly_what_is_remembered_as_told(script: list[tuple[object, ...]]) -> None:
    for before, after, _, alert in walk(script):
        last, now = _announced(before), after.announced
        if alert is None:
            assert now == last
        else:
            assert now is not None
            assert (now.state, now.priority, now.snap) == (alert.state, alert.priority, alert.snap)
            assert now.alert_ids == (*alert.references, alert.alert_id)
            assert alert.references == (last.alert_ids if last else ())
            assert now.withdrawn == (alert.message_type is MessageType.CANCEL)


@given(steps)
def test_no_two_alerts_of_an_incident_share_an_id(script: list[tuple[object, ...]]) -> None:
    ids = [alert.alert_id for _, _, _, alert in walk(script) if alert]
    assert len(ids) == len(set(ids))


@given(steps)
def test_background_and_what_nobody_holds_any_more_never_stand_announced(script: list[tuple[object, ...]]) -> None:
    for _, after, _, _ in walk(script):
        happening = any(
            r.retracted is RetractReason.NONE and r.record.modality in (Modality.ACTUAL, Modality.ATTEMPTED) for r in after.records
        )
        if after.announced is not None and not happening:
            assert after.announced.withdrawn


@given(steps)
def test_deciding_again_about_the_same_incident_tells_nothing(script: list[tuple[object, ...]]) -> None:
    _, after, trigger, _ = walk(script)[-1]
    again, announced = decide(after, after.incident, after.records, trigger, POLICY)
    assert again is None
    assert announced == after.announced


@given(steps)
def test_a_snap_is_one_upper_case_line_that_fits_and_says_something(script: list[tuple[object, ...]]) -> None:
    for _, _, _, alert in walk(script):
        if alert:
            assert 0 < len(alert.snap) <= MAX_LENGTH
            assert alert.snap == alert.snap.upper()
            assert "\n" not in alert.snap
            assert not alert.snap.endswith((" ", "-", ",", ";"))


@given(steps)
def test_only_the_first_and_those_after_a_withdrawal_are_new(script: list[tuple[object, ...]]) -> None:
    for before, _, _, alert in walk(script):
        last = _announced(before)
        if alert and alert.kind is AlertKind.NEW:
            assert last is None or last.withdrawn

"""Which incidents ring, and how loud."""

from __future__ import annotations

from dataclasses import replace

import pytest

from streams.alerting.policy import configured, louder, priority, rings, toll_step
from streams.alerting.view import fact_text, lower_bound, view
from streams.domain.alert import Announced, Priority
from streams.domain.event import Modality, RetractReason
from streams.domain.incident import IncidentState
from streams.domain.settings import AlertPolicy
from tests.unit.alerting.builders import attribute, incident, record, stored

POLICY = AlertPolicy()


@pytest.mark.parametrize(
    ("modality", "expected"),
    [
        (Modality.ACTUAL, True),
        (Modality.ATTEMPTED, True),
        (Modality.PLANNED, False),
        (Modality.HYPOTHETICAL, False),
        (Modality.NEGATED, False),
        (Modality.HISTORICAL, False),
    ],
)
def test_only_what_happened_or_was_tried_rings(modality: Modality, expected: bool) -> None:
    records = stored(record("a", modality=modality))
    assert rings(view(incident(records), records), POLICY)[0] is expected


def test_one_actual_record_among_background_rings() -> None:
    records = stored(record("a", modality=Modality.HISTORICAL), record("b"))
    assert rings(view(incident(records), records), POLICY)[0]


@pytest.mark.parametrize(("lead", "expected"), [(True, True), (False, False)])
def test_talk_rings_only_when_a_report_leads_with_it(lead: bool, expected: bool) -> None:
    records = stored(replace(record("a", event_type="politics.demand"), lead=lead))
    assert rings(view(incident(records, event_type="politics.demand"), records), POLICY)[0] is expected


def test_a_record_taken_back_does_not_ring() -> None:
    records = stored(record("a"), record("b", modality=Modality.PLANNED), a=RetractReason.KILLED)
    assert rings(view(incident(records), records), POLICY) == (False, "nobody says that it happened")


def test_a_denial_of_something_never_announced_does_not_ring() -> None:
    records = stored(record("a"))
    assert not rings(view(incident(records, IncidentState.DENIED), records), POLICY)[0]


@pytest.mark.parametrize(("provider", "voices", "expected"), [(5, 1, False), (3, 1, True), (5, 3, True), (4, 2, False)])
def test_a_story_rings_by_provider_priority_or_by_voices(provider: int, voices: int, expected: bool) -> None:
    records = stored(record("a", priority=provider, event_type="other.story"))
    assert rings(view(incident(records, event_type="other.story", voices=voices), records), POLICY)[0] is expected


@pytest.mark.parametrize(
    ("event_type", "rule", "level"),
    [
        ("conflict.aircraft_downed", "conflict.aircraft_downed", Priority.FLASH),
        ("conflict.bombing", "conflict", Priority.URGENT),
        ("health.outbreak", "*", Priority.ROUTINE),
    ],
)
def test_the_most_specific_rule_wins(event_type: str, rule: str, level: Priority) -> None:
    assert configured(event_type, POLICY) == (rule, level)


def test_a_policy_without_a_rule_rings_as_routine() -> None:
    assert configured("health.outbreak", AlertPolicy(priorities=())) == ("default", Priority.ROUTINE)


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (IncidentState.CLAIMED, Priority.BULLETIN),
        (IncidentState.SINGLE_SOURCE, Priority.BULLETIN),
        (IncidentState.CORROBORATED, Priority.FLASH),
        (IncidentState.CONFIRMED, Priority.FLASH),
        (IncidentState.DISPUTED, Priority.FLASH),
    ],
)
def test_one_unconfirmed_voice_is_capped(state: IncidentState, expected: Priority) -> None:
    records = stored(record("a"))
    assert priority(view(incident(records, state), records), POLICY, None)[0] is expected


def test_the_providers_top_priority_lifts_by_one_step_but_not_over_the_cap() -> None:
    records = stored(record("a", priority=1, event_type="conflict.mobilisation"))
    alone = view(incident(records, event_type="conflict.mobilisation"), records)
    together = view(incident(records, IncidentState.CORROBORATED, event_type="conflict.mobilisation"), records)
    assert (priority(alone, POLICY, None)[0], priority(together, POLICY, None)[0]) == (Priority.BULLETIN, Priority.FLASH)


@pytest.mark.parametrize("state", [IncidentState.DENIED, IncidentState.RETRACTED])
def test_a_denied_or_withdrawn_incident_keeps_its_last_priority(state: IncidentState) -> None:
    last = Announced("confirmed", Priority.URGENT, "SNAP", (), ("alr-1",))
    records = stored(record("a"))
    assert priority(view(incident(records, state), records), POLICY, last) == (Priority.URGENT, ("as last announced",))


def test_flash_is_as_loud_as_it_gets() -> None:
    assert [louder(p) for p in Priority] == [Priority.FLASH, Priority.FLASH, Priority.BULLETIN, Priority.URGENT]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("16", 16), ("16-20", 16), ("16+", 16), ("at_least 16", 16), ("up_to 16", 0), ("<=16", 0), ("16 or 12", 16), ("", 0), ("several", 0)],
)
def test_a_toll_counts_by_what_is_certain(text: str, expected: int) -> None:
    assert lower_bound(text) == expected


@pytest.mark.parametrize(("killed", "step"), [(0, 0), (1, 1), (9, 1), (10, 2), (1000, 6)])
def test_toll_steps_are_reached_from_their_number_on(killed: int, step: int) -> None:
    assert toll_step(killed, POLICY) == step


def test_a_disputed_fact_names_every_variant_the_best_first() -> None:
    assert fact_text(attribute("operator", "RUS", "AZE", "ARM")) == "RUS or ARM or AZE"


def test_a_record_held_by_an_embargo_is_not_active() -> None:
    from dataclasses import replace

    held = replace(record("a"), embargo_until=record("a").published_at)
    records = stored(held)
    assert view(incident(records), records).gone
    released = (replace(records[0], released=True),)
    assert not view(incident(released), released).gone

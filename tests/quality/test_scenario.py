"""Every scenario meets its truth: exactly in the order given; in any order, and delivered twice, the same incidents."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from tests.support.scenario import SCENARIOS, Scenario, shuffled, twice
from tests.support.scenario_diff import Matched, alert_diff, convergence_diff, event_diff, incident_diff, input_diff, last_alert_diff

SEEDS = range(10)


@pytest.fixture(scope="module", params=SCENARIOS, ids=lambda one: one.name)
def scenario(request: pytest.FixtureRequest) -> Scenario:
    one: Scenario = request.param
    return one


@pytest.fixture(scope="module")
def given_order(scenario: Scenario) -> Matched:
    return Matched(scenario.run(scenario.raws()), scenario.truth())


def _lines(found: Iterable[str]) -> str:
    return "\n".join(found)


def test_every_input_is_accepted_refused_or_recognised_as_the_truth_says(given_order: Matched) -> None:
    assert _lines(input_diff(given_order.output, given_order.truth)) == ""


def test_every_event_is_read_as_the_truth_says_and_none_is_invented(given_order: Matched) -> None:
    assert _lines(event_diff(given_order)) == ""


def test_incidents_have_the_members_states_and_variants_of_the_truth(given_order: Matched) -> None:
    assert _lines(incident_diff(given_order)) == ""


def test_alerts_ring_exactly_as_the_truth_says(given_order: Matched) -> None:
    assert _lines(alert_diff(given_order)) == ""


def test_what_consumers_were_last_told_agrees_with_the_final_state(given_order: Matched) -> None:
    assert _lines(last_alert_diff(given_order)) == ""


@pytest.mark.parametrize("seed", SEEDS)
def test_a_random_order_leads_to_the_same_incidents_and_last_words(scenario: Scenario, seed: int) -> None:
    matched = Matched(scenario.run(shuffled(scenario.raws(), seed)), scenario.truth())
    assert _lines([*incident_diff(matched), *last_alert_diff(matched)]) == ""


@pytest.mark.parametrize("seed", SEEDS)
def test_a_random_order_leads_where_the_given_order_led(scenario: Scenario, given_order: Matched, seed: int) -> None:
    assert _lines(convergence_diff(given_order, scenario.run(shuffled(scenario.raws(), seed)))) == ""


@pytest.mark.parametrize("seed", SEEDS)
def test_every_report_delivered_twice_leads_to_the_same_incidents_and_last_words(scenario: Scenario, seed: int) -> None:
    matched = Matched(scenario.run(twice(scenario.raws(), seed)), scenario.truth())
    assert _lines([*incident_diff(matched), *last_alert_diff(matched)]) == ""


def test_delivering_everything_twice_in_order_rings_no_bell_twice(scenario: Scenario, given_order: Matched) -> None:
    doubled = [raw for raw in scenario.raws() for _ in range(2)]
    assert scenario.run(doubled).alerts == given_order.output.alerts

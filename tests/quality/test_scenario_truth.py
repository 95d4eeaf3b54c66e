"""Each scenario's truth is whole, speaks the domain's words, and the comparer sees every kind of mistake. Needs no pipeline."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from streams.domain.alert import AlertKind, Priority
from streams.domain.errors import Reason, RefusedInput, Stage
from streams.domain.event import Modality, RetractReason, Stance
from streams.domain.incident import IncidentState
from streams.domain.ontology import TYPES
from streams.domain.report import RawRecord, Report
from streams.domain.settings import Limits
from streams.formats import parse
from tests.support.scenario import KARABAKH, SCENARIOS, SKIES, Output, Row, Scenario
from tests.support.scenario_diff import Matched, alert_diff, event_diff, incident_diff, input_diff, last_alert_diff
from tests.support.scenario_perfect import perfect

TRUTH = KARABAKH.truth()
each_scenario = pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: one.name)


def _all_diffs(output: Output, truth: Row = TRUTH) -> list[str]:
    matched = Matched(output, truth)
    return [
        *input_diff(output, truth),
        *event_diff(matched),
        *incident_diff(matched),
        *alert_diff(matched),
        *last_alert_diff(matched),
    ]


@each_scenario
def test_the_scenario_is_as_large_as_was_asked(scenario: Scenario) -> None:
    rows = scenario.rows()
    assert (len(rows) >= 40, len({r["source"] for r in rows}) >= 10) == (True, True)


def test_the_second_scenario_is_told_in_several_languages_on_several_days() -> None:
    reports = [report for raw in SKIES.raws() for report in _parsed(raw)]
    assert {report.language for report in reports} == {"en", "es", "de", "fr", "ru", "ar"}
    assert len({report.published_at.date() for report in reports}) == 4


def _parsed(raw: RawRecord) -> tuple[Report, ...]:
    try:
        return parse(raw, Limits()).reports
    except RefusedInput:
        return ()


@each_scenario
def test_raw_records_stand_in_the_order_they_were_received(scenario: Scenario) -> None:
    times = [raw.received_at for raw in scenario.raws()]
    assert times == sorted(times)


@each_scenario
def test_every_raw_file_is_one_row_and_every_row_one_truth(scenario: Scenario) -> None:
    rows = scenario.rows()
    assert sorted(r["body_file"] for r in rows) == sorted(f"raw/{p.name}" for p in (scenario.folder / "raw").iterdir())
    assert [r["id"] for r in rows] == [r["input"] for r in scenario.truth()["reports"]]


@each_scenario
def test_every_source_is_registered_and_none_is_idle(scenario: Scenario) -> None:
    assert set(scenario.settings().sources) == {raw.source for raw in scenario.raws()}


@each_scenario
def test_every_event_of_the_truth_is_in_exactly_one_incident(scenario: Scenario) -> None:
    truth = scenario.truth()
    members = [key for incident in truth["incidents"] for key in incident["members"]]
    assert sorted(members) == sorted(event["key"] for event in truth["events"])


@each_scenario
def test_the_truth_speaks_only_words_of_the_domain(scenario: Scenario) -> None:
    truth = scenario.truth()
    words: list[tuple[Any, Any]] = [
        *((e["type"], TYPES) for e in truth["events"]),
        *((e["modality"], Modality) for e in truth["events"]),
        *((c["stance"], Stance) for e in truth["events"] for c in e.get("claims", ())),
        *((i["state"], IncidentState) for i in truth["incidents"] if i["state"] is not None),
        *((r, RetractReason) for i in truth["incidents"] for r in i.get("retracted", {}).values()),
        *((a["kind"], AlertKind) for a in truth["alerts"]),
        *((a["priority"], Priority) for a in truth["alerts"]),
        *((a["state"], IncidentState) for a in truth["alerts"]),
        *((d["stage"], Stage) for d in truth["dead_letters"]),
        *((d["reason"], Reason) for d in truth["dead_letters"]),
    ]
    assert [word for word, allowed in words if word not in list(allowed)] == []


@each_scenario
def test_the_last_alert_of_each_incident_has_its_final_state(scenario: Scenario) -> None:
    truth = scenario.truth()
    last = {a["incident"]: a["state"] for a in truth["alerts"]}
    states = {i["name"]: i["state"] for i in truth["incidents"]}
    assert last == {name: states[name] for name in last}


@each_scenario
def test_the_comparer_accepts_a_replay_that_meets_the_truth(scenario: Scenario) -> None:
    truth = scenario.truth()
    assert _all_diffs(perfect(truth), truth) == []


def _aircraft(output: Output) -> Row:
    return next(i for i in output.incidents if i["incident_id"] == "aircraft")


def _lose_an_alert(output: Output) -> None:
    del output.alerts[0]


def _ring_twice(output: Output) -> None:
    output.alerts.append(output.alerts[-1])


def _ring_louder(output: Output) -> None:
    output.alerts[3]["priority"] = "routine"


def _end_elsewhere(output: Output) -> None:
    _aircraft(output)["state"] = "claimed"


def _glue_a_drone(output: Output) -> None:
    drones = next(i for i in output.incidents if i["incident_id"] == "drones")
    _aircraft(output)["event_ids"] += drones["event_ids"]


def _forget_the_russian_jet(output: Output) -> None:
    operator = next(a for a in _aircraft(output)["attributes"] if a["name"] == "operator")
    operator["variants"] = [v for v in operator["variants"] if v["value"] != "RUS"]


def _let_a_holder_go(output: Output) -> None:
    crew = next(a for a in _aircraft(output)["attributes"] if a["name"] == "crew")
    crew["variants"][0]["holders"] = ["ARM.MIL"]


def _believe_a_denial_of_the_wrong_thing(output: Output) -> None:
    next(e for e in output.events if e["event_id"] == "022/helicopter")["claims"][0]["stance"] = "denies"


def _take_history_for_news(output: Output) -> None:
    next(e for e in output.events if e["event_id"] == "041/helicopter-2016")["modality"] = "actual"


def _invent_an_event(output: Output) -> None:
    extra = deepcopy(next(e for e in output.events if e["event_id"] == "046/shelling"))
    output.events.append({**extra, "event_id": "046/self-accusation"})


def _swallow_poison(output: Output) -> None:
    del output.dead_letters[0]


def _count_a_copy(output: Output) -> None:
    shelling = next(i for i in output.incidents if i["incident_id"] == "gashalti-shelling")
    shelling["independent_groups"].append({"sources": ["alpine-courier"], "reasons": ["alone"]})


@pytest.mark.parametrize(
    "spoil",
    [
        _lose_an_alert,
        _ring_twice,
        _ring_louder,
        _end_elsewhere,
        _glue_a_drone,
        _forget_the_russian_jet,
        _let_a_holder_go,
        _believe_a_denial_of_the_wrong_thing,
        _take_history_for_news,
        _invent_an_event,
        _swallow_poison,
        _count_a_copy,
    ],
)
def test_the_comparer_sees(spoil: Any) -> None:
    output = perfect(TRUTH)
    spoil(output)
    assert _all_diffs(output) != []

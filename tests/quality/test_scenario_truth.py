"""The scenario's truth is whole, speaks the domain's words, and its comparer sees every kind of mistake. Needs no pipeline."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest

from streams.domain.alert import AlertKind, Priority
from streams.domain.errors import Reason, Stage
from streams.domain.event import Modality, RetractReason, Stance
from streams.domain.incident import IncidentState
from streams.domain.ontology import TYPES
from tests.support import scenario
from tests.support.scenario import Output, Row
from tests.support.scenario_diff import Matched, alert_diff, event_diff, incident_diff, input_diff, last_alert_diff
from tests.support.scenario_perfect import perfect

TRUTH = scenario.truth()


def _all_diffs(output: Output) -> list[str]:
    matched = Matched(output, TRUTH)
    return [
        *input_diff(output, TRUTH),
        *event_diff(matched),
        *incident_diff(matched),
        *alert_diff(matched),
        *last_alert_diff(matched),
    ]


def _raw_rows() -> list[Row]:
    return [json.loads(line) for line in (scenario.FOLDER / "reports.jsonl").read_text("utf-8").splitlines()]


def test_the_scenario_is_as_large_as_was_asked() -> None:
    rows = _raw_rows()
    assert (len(rows) >= 40, len({r["source"] for r in rows}) >= 10) == (True, True)


def test_raw_records_stand_in_the_order_they_were_received() -> None:
    times = [raw.received_at for raw in scenario.raws()]
    assert times == sorted(times)


def test_every_raw_file_is_one_row_and_every_row_one_truth() -> None:
    rows = _raw_rows()
    assert sorted(r["body_file"] for r in rows) == sorted(f"raw/{p.name}" for p in (scenario.FOLDER / "raw").iterdir())
    assert [r["id"] for r in rows] == [r["input"] for r in TRUTH["reports"]]


def test_every_source_is_registered_and_none_is_idle() -> None:
    assert set(scenario.settings().sources) == {raw.source for raw in scenario.raws()}


def test_every_event_of_the_truth_is_in_exactly_one_incident() -> None:
    members = [key for incident in TRUTH["incidents"] for key in incident["members"]]
    assert sorted(members) == sorted(event["key"] for event in TRUTH["events"])


def test_the_truth_speaks_only_words_of_the_domain() -> None:
    words: list[tuple[Any, Any]] = [
        *((e["type"], TYPES) for e in TRUTH["events"]),
        *((e["modality"], Modality) for e in TRUTH["events"]),
        *((c["stance"], Stance) for e in TRUTH["events"] for c in e.get("claims", ())),
        *((i["state"], IncidentState) for i in TRUTH["incidents"] if i["state"] is not None),
        *((r, RetractReason) for i in TRUTH["incidents"] for r in i.get("retracted", {}).values()),
        *((a["kind"], AlertKind) for a in TRUTH["alerts"]),
        *((a["priority"], Priority) for a in TRUTH["alerts"]),
        *((a["state"], IncidentState) for a in TRUTH["alerts"]),
        *((d["stage"], Stage) for d in TRUTH["dead_letters"]),
        *((d["reason"], Reason) for d in TRUTH["dead_letters"]),
    ]
    assert [word for word, allowed in words if word not in list(allowed)] == []


def test_the_last_alert_of_each_incident_has_its_final_state() -> None:
    last = {a["incident"]: a["state"] for a in TRUTH["alerts"]}
    states = {i["name"]: i["state"] for i in TRUTH["incidents"]}
    assert last == {name: states[name] for name in last}


def test_the_comparer_accepts_a_replay_that_meets_the_truth() -> None:
    assert _all_diffs(perfect(TRUTH)) == []


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

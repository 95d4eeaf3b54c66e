"""The scenarios' truth on reading: every event of every report, with its roles, counts, place, modality and claims."""

from __future__ import annotations

from typing import Any

import pytest

from streams.domain.errors import RefusedInput
from streams.domain.event import ActorRole
from streams.domain.reading import ReadEvent
from streams.domain.report import RawRecord, Report
from streams.domain.settings import Limits
from streams.domain.values import Qualifier, Quantity
from streams.extraction import extract
from streams.formats import parse
from tests.support.scenario import SCENARIOS, Scenario

TRUTHS: dict[str, dict[str, Any]] = {scenario.name: scenario.truth() for scenario in SCENARIOS}


def parsed(raw: RawRecord, scenario: Scenario) -> list[Report]:
    try:
        return list(parse(raw, Limits(), scenario.settings().source(raw.source)).reports)
    except RefusedInput:
        return []


def readings(scenario: Scenario) -> dict[str, tuple[ReadEvent, ...]]:
    """What is read of each report, by its name in the truth."""
    found = {}
    for raw in scenario.raws():
        reports = parsed(raw, scenario)
        for n, report in enumerate(reports, 1):
            found[raw.input_id if len(reports) == 1 else f"{raw.input_id}.{n}"] = extract(report, scenario.settings().source(raw.source))
    return found


READ = {scenario.name: readings(scenario) for scenario in SCENARIOS}
SIDES: dict[str, str] = {name: one for truth in TRUTHS.values() for name, one in truth["sides"].items()}
ALIASES: dict[str, str] = {name: one for truth in TRUTHS.values() for name, one in truth["aliases"].items()}


def written(quantity: Any) -> str:
    """A quantity as the truth file writes it."""
    if quantity is None:
        return ""
    if quantity.qualifier is Qualifier.UP_TO:
        return f"up to {quantity.max}"
    return f"at least {quantity.min}" if quantity.qualifier is Qualifier.AT_LEAST else str(quantity.min)


def side(canonical: str) -> str:
    head = canonical.partition(".")[0]
    return SIDES.get(head, head)


def faults(truth: dict[str, Any], event: ReadEvent) -> list[str]:
    """What of the truth the event does not say."""
    checks = (_modality, _lead, _roles, _object, _place, _counts, _outcome, _parties, _claims)
    return [fault for check in checks for fault in check(truth, event)]


def _modality(truth: dict[str, Any], event: ReadEvent) -> list[str]:
    return [f"modality {event.modality}"] if truth.get("modality", event.modality.value) != event.modality.value else []


def _lead(truth: dict[str, Any], event: ReadEvent) -> list[str]:
    return [f"lead {event.lead}"] if truth.get("lead") is not None and truth["lead"] != event.lead else []


def _roles(truth: dict[str, Any], event: ReadEvent) -> list[str]:
    missing = []
    for role in (ActorRole.INITIATOR, ActorRole.TARGET):
        mine = {name for a in event.actors if a.role is role for name in (side(a.country), side(a.canonical))}
        if role.value in truth and truth[role.value] not in mine:
            missing.append(f"{role.value} {sorted(mine)}")
    return missing


def _object(truth: dict[str, Any], event: ReadEvent) -> list[str]:
    wanted = truth.get("object")
    if wanted is None:
        return []
    fitting = [
        thing
        for thing in event.objects
        if thing.class_path.startswith(wanted["class"])
        and side(thing.operator) == wanted.get("operator", side(thing.operator))
        and written(thing.count) == wanted.get("count", written(thing.count))
    ]
    return [] if fitting else [f"objects {event.objects}"]


def _place(truth: dict[str, Any], event: ReadEvent) -> list[str]:
    wanted = truth.get("place")
    if wanted is None:
        return []
    place = event.place
    fits = place is not None and wanted["name"].lower() in place.name.lower() and place.country == wanted["country"]
    return [] if fits else [f"place {place}"]


def _counts(truth: dict[str, Any], event: ReadEvent) -> list[str]:
    mine = {(count.kind, written(Quantity(count.min, count.max, count.qualifier))) for count in event.counts}
    return [f"counts {sorted(mine)}" for count in truth.get("counts", []) if (count["kind"], count["value"]) not in mine]


def _outcome(truth: dict[str, Any], event: ReadEvent) -> list[str]:
    crew = truth.get("outcome", {}).get("crew", "")
    return [f"crew {event.outcome}"] if crew and (event.outcome is None or event.outcome.crew != crew) else []


def _parties(truth: dict[str, Any], event: ReadEvent) -> list[str]:
    mine = {actor.canonical for actor in event.actors}
    return [] if set(truth.get("parties", [])) <= mine else [f"parties {sorted(mine)}"]


def _claims(truth: dict[str, Any], event: ReadEvent) -> list[str]:
    return [f"claims {event.claims}" for wanted in truth.get("claims", []) if not any(_fits(wanted, claim) for claim in event.claims)]


def _fits(wanted: dict[str, Any], claim: Any) -> bool:
    holder = ALIASES.get(claim.holder, claim.holder)
    named = holder == wanted["holder"] or (wanted["holder"] == "?" and claim.holder_kind.value == "unnamed")
    via = list(claim.via) == wanted.get("via", list(claim.via))
    return named and via and (claim.stance.value, claim.about) == (wanted["stance"], wanted["about"])


EVENTS = [pytest.param(name, event, id=f"{name}-{event['key']}") for name, truth in TRUTHS.items() for event in truth["events"]]
REPORTS = [pytest.param(name, key, id=f"{name}-{key}") for name, read in READ.items() for key in sorted(read)]


@pytest.mark.parametrize(("scenario", "truth"), EVENTS)
def test_the_event_is_read_as_the_truth_says(scenario: str, truth: Any) -> None:
    events = [event for event in READ[scenario][truth["report"]] if event.type == truth["type"]]

    assert any(not faults(truth, event) for event in events), [faults(truth, event) for event in events]


@pytest.mark.parametrize(("scenario", "key"), REPORTS)
def test_a_report_tells_no_more_than_the_truth_lists(scenario: str, key: Any) -> None:
    truth, read = TRUTHS[scenario], READ[scenario]
    duplicates = {row["input"]: row["of"] for row in truth["reports"] if row["outcome"] == "duplicate"}
    kills = {row["input"] for row in truth["reports"] if row.get("signal") == "kill"}
    listed = sorted(t["type"] for t in truth["events"] if t["report"] == duplicates.get(key, key) and t["type"] in truth["strict_types"])
    told = sorted(e.type for e in read[key] if e.type in truth["strict_types"] and e.modality.value in ("actual", "attempted"))
    historical = [t["type"] for t in truth["events"] if t["report"] == key and t["modality"] == "historical"]

    assert key in kills or sorted(set(listed) - set(historical)) == sorted(set(told))

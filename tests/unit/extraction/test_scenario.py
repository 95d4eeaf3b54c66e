"""The scenario's truth on reading: every event of every report, with its roles, counts, place, modality and claims."""

from __future__ import annotations

import json
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from streams.domain.errors import RefusedInput
from streams.domain.event import ActorRole
from streams.domain.reading import ReadEvent
from streams.domain.report import RawRecord, Report
from streams.domain.settings import Limits
from streams.domain.source import Source
from streams.domain.values import Qualifier, Quantity
from streams.extraction import extract
from streams.formats import parse

FOLDER = Path(__file__).parents[2] / "data" / "scenario"
TRUTH: dict[str, Any] = json.loads((FOLDER / "truth.json").read_text(encoding="utf-8"))
SOURCES: dict[str, Any] = tomllib.loads((FOLDER / "wirebell.toml").read_text(encoding="utf-8"))["sources"]


def source(name: str) -> Source:
    row = SOURCES.get(name, {})
    return Source(
        name, row.get("name", ""), row.get("country", ""), row.get("owner", ""), row.get("official_of", ""), row.get("grade", "F")
    )


def parsed(row: dict[str, Any]) -> list[Report]:
    received = datetime.fromisoformat(row["received_at"].replace("Z", "+00:00"))
    raw = RawRecord(row["source"], received, (FOLDER / row["body_file"]).read_bytes(), row.get("content_type", ""), "", row["id"])
    try:
        return list(parse(raw, Limits()).reports)
    except RefusedInput:
        return []


def readings() -> dict[str, tuple[ReadEvent, ...]]:
    found = {}
    for line in (FOLDER / "reports.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        reports = parsed(row)
        for n, report in enumerate(reports, 1):
            found[row["id"] if len(reports) == 1 else f"{row['id']}.{n}"] = extract(report, source(report.source))
    return found


READ = readings()


def written(quantity: Any) -> str:
    """A quantity as the truth file writes it."""
    if quantity is None:
        return ""
    if quantity.qualifier is Qualifier.UP_TO:
        return f"up to {quantity.max}"
    return f"at least {quantity.min}" if quantity.qualifier is Qualifier.AT_LEAST else str(quantity.min)


def side(canonical: str) -> str:
    head = canonical.partition(".")[0]
    known: str = TRUTH["sides"].get(head, head)
    return known


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
    holder = TRUTH["aliases"].get(claim.holder, claim.holder)
    named = holder == wanted["holder"] or (wanted["holder"] == "?" and claim.holder_kind.value == "unnamed")
    via = list(claim.via) == wanted.get("via", list(claim.via))
    return named and via and (claim.stance.value, claim.about) == (wanted["stance"], wanted["about"])


@pytest.mark.parametrize("truth", TRUTH["events"], ids=lambda truth: truth["key"])
def test_the_event_is_read_as_the_truth_says(truth: Any) -> None:
    events = [event for event in READ[truth["report"]] if event.type == truth["type"]]

    assert any(not faults(truth, event) for event in events), [faults(truth, event) for event in events]


@pytest.mark.parametrize("key", sorted(READ))
def test_a_report_tells_no_more_than_the_truth_lists(key: Any) -> None:
    duplicates = {row["input"]: row["of"] for row in TRUTH["reports"] if row["outcome"] == "duplicate"}
    kills = {row["input"] for row in TRUTH["reports"] if row.get("signal") == "kill"}
    listed = sorted(t["type"] for t in TRUTH["events"] if t["report"] == duplicates.get(key, key) and t["type"] in TRUTH["strict_types"])
    told = sorted(e.type for e in READ[key] if e.type in TRUTH["strict_types"] and e.modality.value in ("actual", "attempted"))
    historical = [t["type"] for t in TRUTH["events"] if t["report"] == key and t["modality"] == "historical"]

    assert key in kills or sorted(set(listed) - set(historical)) == sorted(set(told))

"""What of a replay of the scenario is not as its truth says, in sentences. An empty list is a pass.

Truth names events by keys such as "016/drones"; `Matched` finds the event record that each key means, then every comparison is
on keys and names, never on ids: ids may depend on the order of arrival.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from tests.support.scenario import Output, Row

UNNAMED = "?"
"""In a truth's holders: any number of voices that are not named (they have no canonical id)."""

_HAPPENING = frozenset({"actual", "attempted"})
_CANONICAL = re.compile(r"^[A-Z]{2,}(\.[A-Z]+)?$|^[a-z0-9]+(-[a-z0-9]+)+$")


class Matched:
    """The event records of a replay by the truth's keys, and back."""

    def __init__(self, output: Output, truth: Row) -> None:
        self.output, self.truth = output, truth
        self.aliases: dict[str, str] = truth["aliases"]
        self.names = report_names(output, truth)
        self.event_of = self._events()
        self.key_of = {event["event_id"]: key for key, event in self.event_of.items()}
        self.incident_of = {event["event_id"]: event["incident_id"] for event in output.events}

    def holder(self, name: str) -> str:
        """A holder by its one name in the truth."""
        return self.aliases.get(name, name)

    def side(self, name: str) -> str:
        """A side by its one name in the truth."""
        sides: dict[str, str] = self.truth["sides"]
        return sides.get(name, name)

    def report_name(self, event: Row) -> str:
        """The truth's name of the report that an event came from ("005.2")."""
        return self.names.get(event["report_id"], f"unknown report {event['report_id']}")

    def key(self, event_id: str) -> str:
        """The truth's key of an event, or a readable description of one that the truth does not list."""
        if event_id in self.key_of:
            return self.key_of[event_id]
        event = next((e for e in self.output.events if e["event_id"] == event_id), None)
        return event_id if event is None else f"{self.report_name(event)}/({event['modality']} {event['type']})"

    def incident_name(self, incident_id: str) -> str:
        """The name of the true incident that most of the incident's records belong to."""
        homes = {key: i["name"] for i in self.truth["incidents"] for key in i["members"]}
        inside = [homes[self.key_of[e]] for e, i in sorted(self.incident_of.items()) if i == incident_id and e in self.key_of]
        if not inside:
            return f"unlisted {incident_id}"
        counted = Counter(inside)
        return min(counted, key=lambda name: (-counted[name], name))

    def _events(self) -> dict[str, Row]:
        found: dict[str, Row] = {}
        taken: set[str] = set()
        for true in self.truth["events"]:
            candidates = [
                e
                for e in self.output.events
                if self.report_name(e) == true["report"] and e["type"] == true["type"] and e["event_id"] not in taken
            ]
            if candidates:
                best = min(candidates, key=lambda e: (len(list(event_differences(self, true, e))), e["event_id"]))
                found[true["key"]] = best
                taken.add(best["event_id"])
        return found


def report_names(output: Output, truth: Row) -> dict[str, str]:
    """Report id -> "007", or "005.2" for the second of an input of several; a resend has the name of what it repeats."""
    repeats: dict[str, str] = {r["input"]: r["of"] for r in truth["reports"] if r["outcome"] == "duplicate"}
    several = {r["input"] for r in truth["reports"] if r.get("reports", 1) > 1}
    by_input: dict[str, list[str]] = {}
    for report in output.reports:
        name: str = report["input_id"]
        ids = by_input.setdefault(repeats.get(name, name), [])
        if report["report_id"] not in ids:
            ids.append(report["report_id"])
    return {r: f"{i}.{n}" if i in several else i for i, ids in by_input.items() for n, r in enumerate(ids, 1)}


# ---- events


def event_differences(matched: Matched, true: Row, event: Row) -> Iterator[str]:
    """Where one event record differs from what the truth says of it; what the truth does not mention is free."""
    for name in ("lead", "modality"):
        if true[name] is not None and event[name] != true[name]:
            yield f"{name} is {event[name]}, not {true[name]}"
    for role in ("initiator", "target"):
        sides = sorted({matched.side(_side(a)) for a in event["actors"] if a["role"] == role})
        if role in true and true[role] not in sides:
            yield f"{role} is {sides or 'nobody'}, not {true[role]}"
    people = {matched.holder(a["canonical"]) for a in event["actors"]}
    yield from (f"party {p} is missing among {sorted(people)}" for p in true.get("parties", ()) if p not in people)
    yield from _object_differences(true.get("object"), event["objects"])
    yield from _place_differences(true.get("place"), event["place"])
    outcome = event["outcome"] or {}
    yield from (f"{k} is {outcome.get(k)!r}, not {v!r}" for k, v in true.get("outcome", {}).items() if outcome.get(k) != v)
    told = {(c["kind"], quantity(c)) for c in event["counts"]}
    yield from (
        f"no count {c['kind']} {c['value']} among {sorted(told)}" for c in true.get("counts", ()) if (c["kind"], c["value"]) not in told
    )
    yield from (f"no claim {c} among {_claims(event)}" for c in true.get("claims", ()) if not _claimed(matched, c, event))


def _side(actor: Row) -> str:
    return actor["country"] or actor["canonical"].partition(".")[0]


def _object_differences(true: Row | None, objects: list[Row]) -> Iterator[str]:
    if true is None:
        return
    same = [o for o in objects if o["role"] != "instrument" and _same_class(o["class"], true["class"])]
    if not same:
        yield f"no object {true['class']} among {[o['class'] for o in objects]}"
        return
    if "operator" in true and same[0]["operator"].partition(".")[0] != true["operator"]:
        yield f"operator is {same[0]['operator']!r}, not {true['operator']}"
    if "count" in true and (same[0]["count"] is None or quantity(same[0]["count"]) != true["count"]):
        yield f"object count is {same[0]['count'] and quantity(same[0]['count'])}, not {true['count']}"


def _same_class(found: str, true: str) -> bool:
    """The class itself or a finer one: a "combat helicopter" is a helicopter."""
    return found == true or found.startswith(true + ".")


def _place_differences(true: Row | None, place: Row | None) -> Iterator[str]:
    if true is None:
        return
    if place is None:
        yield f"no place, not {true['name']}"
        return
    if not f"{place['name']} ".startswith(f"{true['name']} "):
        yield f"place is {place['name']}, not {true['name']}"
    if place["country"] != true["country"]:
        yield f"place country is {place['country']!r}, not {true['country']}"


def quantity(count: Row) -> str:
    """A count as the truth writes it: "2", "up to 2", "at least 24", "about 50", "3 to 5"."""
    low, high = count["min"], count["max"]
    if low is not None and low == high:
        return f"about {low}" if count["qualifier"] == "about" else str(low)
    if low is not None and high is not None and low > 0:
        return f"{low} to {high}"
    return f"up to {high}" if high is not None else f"at least {low or 0}"


def _claims(event: Row) -> list[str]:
    return [f"{c['holder']} {c['stance']} {c['about']}" for c in event["claims"]]


def _claimed(matched: Matched, true: Row, event: Row) -> bool:
    return any(_same_claim(matched, true, claim) for claim in event["claims"])


def _same_claim(matched: Matched, true: Row, claim: Row) -> bool:
    if claim["stance"] != true["stance"] or claim["about"] != true["about"]:
        return False
    if "kind" in true and claim["holder_kind"] != true["kind"]:
        return False
    if "via" in true and [_slug(v) for v in claim["via"]] != true["via"]:
        return False
    return bool(true["holder"] == UNNAMED or matched.holder(claim["holder"]) == true["holder"])


def _slug(text: str) -> str:
    return "-".join(text.casefold().split())


def event_diff(matched: Matched) -> Iterator[str]:
    """Events that are missing or not as the truth has them, and events of strict types that happen and are not in the truth."""
    for true in matched.truth["events"]:
        event = matched.event_of.get(true["key"])
        if event is None:
            have = [e["type"] for e in matched.output.events if matched.report_name(e) == true["report"]]
            yield f"event {true['key']}: no {true['type']} left; the report has {have}"
        else:
            yield from (f"event {true['key']}: {text}" for text in event_differences(matched, true, event))
    strict = set(matched.truth["strict_types"])
    for event in matched.output.events:
        if event["type"] in strict and event["modality"] in _HAPPENING and event["event_id"] not in matched.key_of:
            yield f"event {matched.key(event['event_id'])}: not in the truth: {event['excerpt']!r}"


# ---- inputs


def input_diff(output: Output, truth: Row) -> Iterator[str]:
    """Inputs that were not accepted, refused or recognised as a resend as the truth says."""
    refused = {d["input_id"]: (d["stage"], d["reason"]) for d in output.dead_letters}
    expected = {d["input"]: (d["stage"], d["reason"]) for d in truth["dead_letters"]}
    for name in sorted(refused.keys() | expected.keys()):
        if refused.get(name) != expected.get(name):
            yield f"input {name}: dead letter {refused.get(name)}, not {expected.get(name)}"
    ids: dict[str, set[str]] = {}
    signals: dict[str, str] = {}
    for report in output.reports:
        ids.setdefault(report["input_id"], set()).add(report["report_id"])
        signals[report["input_id"]] = report["signal"]
    for true in truth["reports"]:
        name = true["input"]
        if true["outcome"] == "duplicate" and ids.get(name) != ids.get(true["of"]):
            yield f"input {name}: not recognised as a resend of {true['of']}"
        if "reports" in true and len(ids.get(name, ())) != true["reports"]:
            yield f"input {name}: {len(ids.get(name, ()))} reports, not {true['reports']}"
        if "signal" in true and signals.get(name) != true["signal"]:
            yield f"input {name}: signal {signals.get(name)}, not {true['signal']}"


# ---- incidents


def incident_diff(matched: Matched) -> Iterator[str]:
    """Incidents whose members, states, variants or voices are not as the truth has them."""
    for true in matched.truth["incidents"]:
        found = sorted({matched.event_of[k]["incident_id"] for k in true["members"] if k in matched.event_of})
        if len(found) != 1:
            parts = [[k for k in true["members"] if k in matched.event_of and matched.event_of[k]["incident_id"] == i] for i in found]
            yield f"incident {true['name']}: {len(found)} incidents, not one: {parts}"
            continue
        incident = next(i for i in matched.output.incidents if i["incident_id"] == found[0])
        yield from (f"incident {true['name']}: {text}" for text in _incident_differences(matched, true, incident))


def _incident_differences(matched: Matched, true: Row, incident: Row) -> Iterator[str]:
    keys = {matched.key(e) for e in incident["event_ids"] if not _tolerated(matched, e)}
    if keys != set(true["members"]):
        yield f"members also {sorted(keys - set(true['members']))}, without {sorted(set(true['members']) - keys)}"
    if incident["type"] != true["type"]:
        yield f"type {incident['type']}, not {true['type']}"
    if true["state"] is not None and incident["state"] != true["state"]:
        yield f"state {incident['state']} {incident['state_reasons']}, not {true['state']}"
    retracted = {matched.key(m["event_id"]): m["retracted"] for m in incident["members"] if m["retracted"] != "none"}
    if retracted != true.get("retracted", {}):
        yield f"retracted {retracted}, not {true.get('retracted', {})}"
    voices = len(incident["independent_groups"])
    if voices != true.get("voices", voices) or voices > true.get("voices_at_most", voices):
        groups = [(g["sources"], g["reasons"]) for g in incident["independent_groups"]]
        yield f"{voices} voices {groups}, not {true.get('voices', true.get('voices_at_most'))}"
    attributes = {a["name"]: a for a in incident["attributes"]}
    for name, expected in true.get("attributes", {}).items():
        if name not in attributes:
            yield f"no {name}, not {expected['value']}"
        else:
            yield from (f"{name}: {text}" for text in _attribute_differences(matched, expected, attributes[name]))


def _tolerated(matched: Matched, event_id: str) -> bool:
    """An event that the truth leaves open: of a type it is not complete for. One of a strict type is never free to join."""
    event = next((e for e in matched.output.events if e["event_id"] == event_id), None)
    return event is not None and event_id not in matched.key_of and event["type"] not in matched.truth["strict_types"]


def _attribute_differences(matched: Matched, true: Row, found: Row) -> Iterator[str]:
    if found["value"] != true["value"]:
        yield f"value {found['value']!r}, not {true['value']!r}"
    if found["disputed"] != true["disputed"]:
        yield f"disputed is {found['disputed']}, not {true['disputed']}"
    variants = {v["value"]: v["holders"] for v in found["variants"]}
    if variants.keys() != true["variants"].keys():
        yield f"variants {sorted(variants)}, not {sorted(true['variants'])}"
    for value in sorted(variants.keys() & true["variants"].keys()):
        expected = {h for h in true["variants"][value] if h != UNNAMED}
        holders = {matched.holder(h) for h in variants[value]}
        if UNNAMED in true["variants"][value]:
            holders = {h for h in holders if h in expected or _CANONICAL.match(h)}
        if holders != expected:
            yield f"{value!r} held by {sorted(holders)}, not {sorted(expected)}"


# ---- alerts


@dataclass(frozen=True, slots=True)
class Ring:
    """An alert as the truth tells it."""

    input: str
    incident: str
    kind: str
    priority: str
    state: str

    def __str__(self) -> str:
        return f"{self.input} {self.incident}: {self.kind} {self.priority} ({self.state})"


def alert_diff(matched: Matched) -> list[str]:
    """The alerts in order as a unified diff against the truth's, without context; empty when they are the same."""
    expected = [Ring(**a) for a in matched.truth["alerts"]]
    actual = [
        Ring(a["input_id"], matched.incident_name(a["incident_id"]), a["kind"], a["priority"], a["state"]) for a in matched.output.alerts
    ]
    if actual == expected:
        return []
    spare, short = Counter(actual) - Counter(expected), Counter(expected) - Counter(actual)
    lines = [f"alert missing: {ring}" for ring in short.elements()] + [f"alert not in the truth: {ring}" for ring in spare.elements()]
    return lines or [f"the alerts are right but in another order: {[str(ring) for ring in actual]}"]


def last_alert_diff(matched: Matched) -> Iterator[str]:
    """Incidents of which consumers were last told something else than their final state."""
    last = {a["incident_id"]: a for a in matched.output.alerts}
    names = {i["incident_id"]: i for i in matched.output.incidents}
    for incident_id, alert in sorted(last.items()):
        incident = names[incident_id]
        if alert["state"] != incident["state"]:
            yield f"{matched.incident_name(incident_id)}: last told {alert['state']}, is {incident['state']}"
        withdrawn = alert["kind"] == "withdrawn"
        if withdrawn != (incident["state"] == "retracted"):
            yield f"{matched.incident_name(incident_id)}: last alert {alert['kind']}, is {incident['state']}"
    rung = {a["incident"] for a in matched.truth["alerts"]}
    told = {matched.incident_name(i) for i in last if not names[i]["merged_into"] and names[i]["state"] != "retracted"}
    standing = {i["name"] for i in matched.truth["incidents"] if i["state"] != "retracted"}
    yield from (f"{name}: rang and should not" for name in sorted(told - rung))
    yield from (f"{name}: never rang" for name in sorted((rung & standing) - told))


# ---- convergence, whatever the truth says


def pictures(output: Output) -> dict[str, Row]:
    """Incidents without what may depend on order (their ids, founders, revisions): by their members' ids, which are derived."""
    return {" ".join(i["event_ids"]): _picture(i) for i in output.incidents if not i["merged_into"]}


def _picture(incident: Row) -> Row:
    standing = {m["event_id"]: m["retracted"] for m in incident["members"]}
    return {"type": incident["type"], "state": incident["state"], "attributes": incident["attributes"], "standing": standing}


def convergence_diff(given: Matched, other: Output) -> Iterator[str]:
    """Incidents of the given order that another order did not lead to, and the other way round."""
    one, two = pictures(given.output), pictures(other)
    for members in sorted(one.keys() | two.keys()):
        if members not in one or members not in two:
            side = "only in the given order" if members in one else "only in the other order"
            yield f"{side}: {[given.key(e) for e in members.split()]}"
        else:
            names = [name for name in one[members] if one[members][name] != two[members][name]]
            yield from (f"{[given.key(e) for e in members.split()]}: {n}: {one[members][n]} against {two[members][n]}" for n in names)

"""A replay's output made from the scenario's truth itself: what the comparer must accept, and what its tests spoil."""

from __future__ import annotations

from collections.abc import Iterator

from tests.support.scenario import Output, Row


def perfect(truth: Row) -> Output:
    """Rows as a replay that meets the truth would write them; ids are the truth's keys and names."""
    home = {key: incident["name"] for incident in truth["incidents"] for key in incident["members"]}
    return Output(
        reports=list(_reports(truth)),
        events=[_event(e, home[e["key"]]) for e in truth["events"]],
        incidents=[_incident(i) for i in truth["incidents"]],
        alerts=[
            {"input_id": a["input"], "incident_id": a["incident"], **{k: a[k] for k in ("kind", "priority", "state")}}
            for a in truth["alerts"]
        ],
        dead_letters=[{"input_id": d["input"], "stage": d["stage"], "reason": d["reason"]} for d in truth["dead_letters"]],
    )


def _reports(truth: Row) -> Iterator[Row]:
    for true in truth["reports"]:
        if true["outcome"] == "dead-letter":
            continue
        base, several = true.get("of", true["input"]), true.get("reports", 1)
        for n in range(1, several + 1):
            name = f"{base}.{n}" if several > 1 else base
            yield {"input_id": true["input"], "report_id": f"rpt-{name}", "signal": true.get("signal", "new")}


def _event(true: Row, incident: str) -> Row:
    return {
        "event_id": true["key"],
        "report_id": f"rpt-{true['report']}",
        "incident_id": incident,
        "type": true["type"],
        "lead": true["lead"],
        "modality": true["modality"],
        "excerpt": "",
        "actors": list(_actors(true)),
        "objects": [_object(true["object"])] if "object" in true else [],
        "place": true.get("place"),
        "outcome": true.get("outcome"),
        "counts": [{"kind": c["kind"], **_quantity(c["value"])} for c in true.get("counts", ())],
        "claims": [_claim(c) for c in true.get("claims", ())],
    }


def _actors(true: Row) -> Iterator[Row]:
    yield from ({"role": r, "country": true[r], "canonical": ""} for r in ("initiator", "target") if r in true)
    yield from ({"role": "party", "country": "", "canonical": p} for p in true.get("parties", ()))


def _object(true: Row) -> Row:
    count = _quantity(true["count"]) if "count" in true else None
    return {"role": "target", "class": true["class"], "operator": true.get("operator", ""), "count": count}


def _quantity(text: str) -> Row:
    """ "up to 2" as a count's fields."""
    *words, digits = text.split()
    number = int(digits)
    low, high = {"up to": (None, number), "at least": (number, None)}.get(" ".join(words), (number, number))
    return {"min": low, "max": high, "qualifier": "_".join(words) or "exact"}


def _claim(true: Row) -> Row:
    via = true.get("via", [])
    return {
        "holder": true["holder"],
        "stance": true["stance"],
        "about": true["about"],
        "holder_kind": true.get("kind", "official"),
        "via": via,
    }


def _incident(true: Row) -> Row:
    retracted = true.get("retracted", {})
    voices: int = next((true[name] for name in ("voices", "voices_at_most") if name in true), 0)
    attributes = true.get("attributes", {})
    return {
        "incident_id": true["name"],
        "type": true["type"],
        "state": true["state"] or "single_source",
        "state_reasons": [],
        "merged_into": "",
        "event_ids": sorted(true["members"]),
        "members": [{"event_id": key, "retracted": retracted.get(key, "none")} for key in true["members"]],
        "independent_groups": [{"sources": [str(n)], "reasons": ["alone"]} for n in range(voices)],
        "attributes": [_attribute(name, a) for name, a in attributes.items()],
    }


def _attribute(name: str, true: Row) -> Row:
    variants = [{"value": value, "holders": list(holders)} for value, holders in true["variants"].items()]
    return {"name": name, "value": true["value"], "disputed": true["disputed"], "variants": variants}

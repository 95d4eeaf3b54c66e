"""A replay's result as the rows of DESIGN.md's replay contract, JSON-ready."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from streams.adapters.serialisation import to_json
from streams.pipeline.replay import AlertLine, EventLine, Refusal, Replayed, ReportLine

STEMS = ("reports", "events", "incidents", "alerts", "dead_letters")
"""The files of a replay, without `.jsonl`, in the order they are written."""


def rows(replayed: Replayed, stem: str) -> Iterator[dict[str, Any]]:
    """The rows of one file, in order. KeyError for a stem that is not in STEMS."""
    makers: dict[str, Iterator[dict[str, Any]]] = {
        "reports": (report_row(line) for line in replayed.reports),
        "events": (event_row(line) for line in replayed.events),
        "incidents": (to_json(incident) for incident in replayed.incidents),
        "alerts": (alert_row(line) for line in replayed.alerts),
        "dead_letters": (refusal_row(line) for line in replayed.dead_letters),
    }
    return makers[stem]


def report_row(line: ReportLine) -> dict[str, Any]:
    """A report with its fields, the body included: spans in events.jsonl point into it."""
    placed = {"arrival": line.arrival.value, "lead_event_id": line.lead_event_id, "lead_incident_id": line.lead_incident_id}
    return {"input_id": line.input_id, **to_json(line.report), **placed}


def event_row(line: EventLine) -> dict[str, Any]:
    """An event record as it was asserted, with its final standing: `retracted` is "none" while its source stands by it."""
    record = to_json(line.stored.record)
    standing = {"retracted": line.stored.retracted.value, "released": line.stored.released}
    return {"input_id": line.input_id, "incident_id": line.incident_id, **record, **standing}


def alert_row(line: AlertLine) -> dict[str, Any]:
    """An alert and the input that triggered it."""
    return {"input_id": line.input_id, **to_json(line.alert)}


def refusal_row(line: Refusal) -> dict[str, Any]:
    """A refused input and why."""
    error = line.error
    return {
        "input_id": line.input_id,
        "stage": error.stage.value,
        "reason": error.reason.value,
        "message": error.message,
        "where": error.where,
    }

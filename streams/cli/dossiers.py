"""Where `wirebell explain` reads: a replay's folder, or the topics of the running system. Both give the same Dossier."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from cattrs import BaseValidationError

from streams.adapters.avro import codec_for
from streams.adapters.files import BadInput
from streams.adapters.logclient import LogClient, Record, Start, open_log
from streams.adapters.serialisation import from_json
from streams.agents.messages import Inbound
from streams.agents.steps import raw_record
from streams.board.dossier import Dossier, Standing
from streams.cli.common import ALERTS, EVENTS, INCIDENTS, RAW
from streams.config import Settings
from streams.domain.alert import Alert
from streams.domain.errors import RefusedInput
from streams.domain.event import Action, EventRecord
from streams.domain.incident import Incident
from streams.domain.report import Report
from streams.domain.settings import CoreSettings
from streams.domain.values import Position
from streams.formats import parse

T = TypeVar("T", Incident, EventRecord, Alert, Report)
_MS = 1000


# ---- from a replay


def from_folder(folder: Path, wanted: str) -> Dossier:
    """From the files that `wirebell replay --out` wrote. BadInput when they are not there, or not of this version."""
    found = only({i.incident_id: i for i in _rows(folder / "incidents.jsonl", Incident, _begins(wanted))}, wanted)
    ids = set(found.event_ids)
    records = {e.event_id: e for e in _rows(folder / "events.jsonl", EventRecord, lambda row: row.get("event_id") in ids)}
    alerts = tuple(
        _rows(folder / "alerts.jsonl", Alert, lambda row: row.get("incident_id") == found.incident_id or row.get("event_id") in ids)
    )
    report_ids = {member.report_id for member in found.members}
    reports = {r.report_id: r for r in _rows(folder / "reports.jsonl", Report, lambda row: row.get("report_id") in report_ids)}
    return Dossier(found, records, alerts, reports)


def _begins(wanted: str) -> Callable[[Mapping[str, Any]], bool]:
    return lambda row: str(row.get("incident_id", "")).startswith(wanted)


def _rows(path: Path, record: type[T], take: Callable[[Mapping[str, Any]], bool]) -> Iterator[T]:
    """The records of a replay's file that `take` takes."""
    known = {f.name for f in fields(record)}
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                row: dict[str, Any] = json.loads(line)
                if take(row):
                    yield _structured({k: v for k, v in row.items() if k in known}, record, f"{path}:{number}")
    except OSError as error:
        raise BadInput(f"{path}: {error.strerror}; --from takes the folder that `wirebell replay --out` wrote") from error
    except ValueError as error:
        raise BadInput(f"{path}: is not JSONL: {error}") from error


def _structured(row: dict[str, Any], record: type[T], where: str) -> T:
    try:
        return from_json(row, record)
    except BaseValidationError as error:
        raise BadInput(f"{where}: is not a {record.__name__} of this version: {error.exceptions[0]!r}") from error


# ---- from the log


def from_log(settings: Settings, wanted: str) -> Dossier:
    """From the topics: what the log still holds."""
    with open_log(settings.broker, create=False) as client:
        found, history = revisions(client, wanted)
        ids = set(found.event_ids)
        return Dossier(found, told(client, ids), rung(client, found), carried(client, found, settings.core), history)


def revisions(client: LogClient, wanted: str) -> tuple[Incident, tuple[Standing, ...]]:
    """The newest state of the incident whose id begins so, and how it stood before. BadInput when there is none, or more than one."""
    codec, kept = codec_for(Incident), dict[str, list[tuple[int, bytes]]]()
    for record in client.read(INCIDENTS, Start.BEGINNING):
        if record.key is not None and record.key.startswith(wanted.encode()):
            kept.setdefault(record.key.decode(), []).append((record.timestamp, record.value or b""))
    found = only({key: codec.decode(values[-1][1]) for key, values in kept.items() if values[-1][1]}, wanted)
    states = ((datetime.fromtimestamp(at / _MS, UTC), codec.decode(value)) for at, value in kept[found.incident_id] if value)
    return found, tuple(Standing(at, incident.state, incident.state_reasons) for at, incident in states)


def told(client: LogClient, event_ids: set[str]) -> dict[str, EventRecord]:
    """The records of these events as they were asserted."""
    codec = codec_for(EventRecord)
    records = (codec.decode(r.value or b"") for r in client.read(EVENTS, Start.BEGINNING))
    return {e.event_id: e for e in records if e.event_id in event_ids and e.action is Action.ASSERT}


def rung(client: LogClient, incident: Incident) -> tuple[Alert, ...]:
    """The alerts that told of the incident or of its records, each once, as they were first sent."""
    codec, ids = codec_for(Alert), set(incident.event_ids)
    alerts = (codec.decode(r.value or b"") for r in client.read(ALERTS, Start.BEGINNING))
    mine = (a for a in alerts if a.incident_id == incident.incident_id or a.event_id in ids)
    return tuple({alert.alert_id: alert for alert in mine}.values())


def carried(client: LogClient, incident: Incident, settings: CoreSettings) -> dict[str, Report]:
    """The reports of the incident, parsed again from the bytes as received; those that the log no longer holds are not among them."""
    wanted = {member.report_id for member in incident.members}
    sources = {member.source for member in incident.members}
    reports = (report for record in client.read(RAW, Start.BEGINNING) for report in _parsed(record, sources, settings))
    return {report.report_id: report for report in reports if report.report_id in wanted}


def _parsed(record: Record, sources: set[str], settings: CoreSettings) -> Iterable[Report]:
    at = Position(record.topic, record.partition, record.offset)
    try:
        raw = raw_record(Inbound(at, record.timestamp / _MS, record.key, record.value or b"", record.headers))
        return parse(raw, settings.limits, settings.source(raw.source)).reports if raw.source in sources else ()
    except RefusedInput:
        # It went to the dead letters, so no incident has anything of it.
        return ()


def only(found: Mapping[str, Incident], wanted: str) -> Incident:
    """The incident with that id, or the one whose id begins so. BadInput when there is none, or more than one."""
    if wanted in found:
        return found[wanted]
    if len(found) == 1:
        return next(iter(found.values()))
    if found:
        raise BadInput(f"{len(found)} incidents begin with {wanted}: {', '.join(sorted(found)[:5])}")
    raise BadInput(f"no incident begins with {wanted}")

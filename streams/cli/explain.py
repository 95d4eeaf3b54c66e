"""`wirebell explain`: why an incident is what it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

import click
from cattrs import BaseValidationError

from streams.adapters.avro import codec_for
from streams.adapters.files import BadInput
from streams.adapters.logclient import LogClient, Start, open_log
from streams.adapters.serialisation import from_json, to_json
from streams.cli.account import account
from streams.cli.common import EVENTS, INCIDENTS, json_option, out, print_json, settings_option
from streams.config import Settings
from streams.domain.event import Action, EventRecord
from streams.domain.incident import Incident

T = TypeVar("T", Incident, EventRecord)


@click.command()
@click.argument("incident", metavar="INCIDENT")
@click.option("--from", "place", metavar="DIR|broker", default="broker", show_default=True, help="A replay's output folder, or the log.")
@json_option
@settings_option
def explain(incident: str, place: str, as_json: bool, settings: Settings) -> None:
    """Print an incident's members, voices, variants and claims, and for each join the terms of its score.

    INCIDENT is an incident's id or the beginning of one that no other shares.

    \b
    wirebell explain inc-4f1d --from result
    wirebell explain inc-4f1d7a90c2e8b3556a10 --json
    """
    found, events = _from_log(settings, incident) if place == "broker" else _from_folder(Path(place), incident)
    if as_json:
        print_json({"incident": to_json(found), "events": [to_json(e) for _, e in sorted(events.items())]})
        return
    for part in account(found, events):
        out().print(part)


def _from_folder(folder: Path, wanted: str) -> tuple[Incident, dict[str, EventRecord]]:
    found = _only({i.incident_id: i for i in _read(folder / "incidents.jsonl", Incident, wanted)}, wanted)
    ids = set(found.event_ids)
    return found, {e.event_id: e for e in _read(folder / "events.jsonl", EventRecord, found.incident_id) if e.event_id in ids}


def _read(path: Path, record: type[T], incident_id: str) -> Iterator[T]:
    """The records of a replay's file whose incident's id begins so."""
    known = {f.name for f in fields(record)}
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                row: dict[str, Any] = json.loads(line)
                if str(row.get("incident_id", "")).startswith(incident_id):
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


def _from_log(settings: Settings, wanted: str) -> tuple[Incident, dict[str, EventRecord]]:
    with open_log(settings.broker, create=False) as client:
        found = latest(client, wanted)
        return found, told(client, set(found.event_ids))


def latest(client: LogClient, wanted: str) -> Incident:
    """The newest state of the incident whose id begins so. BadInput when there is none, or more than one."""
    codec = codec_for(Incident)
    newest = {r.key: r.value for r in client.read(INCIDENTS, Start.BEGINNING) if r.key and r.key.startswith(wanted.encode())}
    return _only({key.decode(): codec.decode(value) for key, value in newest.items() if value}, wanted)


def told(client: LogClient, event_ids: set[str]) -> dict[str, EventRecord]:
    """The records of these events as they were asserted."""
    codec = codec_for(EventRecord)
    records = (codec.decode(r.value or b"") for r in client.read(EVENTS, Start.BEGINNING))
    return {e.event_id: e for e in records if e.event_id in event_ids and e.action is Action.ASSERT}


def _only(found: dict[str, Incident], wanted: str) -> Incident:
    if wanted in found:
        return found[wanted]
    if len(found) == 1:
        return next(iter(found.values()))
    if found:
        raise BadInput(f"{len(found)} incidents begin with {wanted}: {', '.join(sorted(found)[:5])}")
    raise BadInput(f"no incident begins with {wanted}")

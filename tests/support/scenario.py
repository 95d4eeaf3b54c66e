"""The scenarios: their raw records, their sources, their truths, and replays of them as plain dicts.

The only place that knows how a replay is called is `run`: everything else works on the JSON-ready rows of the replay contract.
"""

from __future__ import annotations

import json
import random
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from streams.adapters.serialisation import to_json
from streams.domain.report import RawRecord
from streams.domain.settings import CoreSettings
from streams.domain.source import Source
from streams.pipeline.replay import Replayed, replay

DATA = Path(__file__).parents[1] / "data"
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Output:
    """What a replay wrote, as the rows of the replay contract."""

    reports: list[Row] = field(default_factory=list)
    events: list[Row] = field(default_factory=list)
    incidents: list[Row] = field(default_factory=list)
    alerts: list[Row] = field(default_factory=list)
    dead_letters: list[Row] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Scenario:
    """A folder of tests/data: its README tells what is in it and what the fields of its truth mean."""

    folder: Path

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.folder.name

    def rows(self) -> list[Row]:
        """The lines of reports.jsonl."""
        return [json.loads(line) for line in (self.folder / "reports.jsonl").read_text("utf-8").splitlines()]

    def raws(self) -> list[RawRecord]:
        """The raw records in the order given."""
        return [self._raw(row) for row in self.rows()]

    def _raw(self, row: Row) -> RawRecord:
        return RawRecord(
            source=row["source"],
            received_at=datetime.fromisoformat(row["received_at"]),
            body=(self.folder / row["body_file"]).read_bytes(),
            content_type=row.get("content_type", ""),
            input_id=row["id"],
        )

    def settings(self) -> CoreSettings:
        """The scenario's sources under the default policy."""
        table = tomllib.loads((self.folder / "wirebell.toml").read_text("utf-8"))["sources"]
        return CoreSettings(sources={source_id: Source(id=source_id, **entry) for source_id, entry in table.items()})

    def truth(self) -> Row:
        """What must come of it."""
        loaded: Row = json.loads((self.folder / "truth.json").read_text("utf-8"))
        return loaded

    def run(self, records: Sequence[RawRecord]) -> Output:
        """Replay the records under the scenario's settings."""
        return as_rows(replay(records, self.settings()))


KARABAKH = Scenario(DATA / "scenario")
SKIES = Scenario(DATA / "skies")
SCENARIOS = (KARABAKH, SKIES)


def shuffled(records: Sequence[RawRecord], seed: int) -> list[RawRecord]:
    """The same records in another order, the same one for the same seed."""
    mixed = list(records)
    random.Random(seed).shuffle(mixed)
    return mixed


def twice(records: Sequence[RawRecord], seed: int) -> list[RawRecord]:
    """Every record delivered twice, both deliveries anywhere."""
    return shuffled([*records, *records], seed)


def as_rows(replayed: Replayed) -> Output:
    """What the replay led to as the contract's rows, without those fields of reports that the truth does not speak of."""
    return Output(
        reports=[
            {
                "input_id": line.input_id,
                "report_id": line.report.report_id,
                "source": line.report.source,
                "headline": line.report.headline,
                "signal": line.report.signal.value,
                "arrival": line.arrival.value,
                "lead_event_id": line.lead_event_id,
                "lead_incident_id": line.lead_incident_id,
            }
            for line in replayed.reports
        ],
        events=[
            {
                **to_json(line.stored.record),
                "input_id": line.input_id,
                "incident_id": line.incident_id,
                "retracted": line.stored.retracted.value,
            }
            for line in replayed.events
        ],
        incidents=[to_json(incident) for incident in replayed.incidents],
        alerts=[{**to_json(line.alert), "input_id": line.input_id} for line in replayed.alerts],
        dead_letters=[
            {
                "input_id": refusal.input_id,
                "stage": refusal.error.stage.value,
                "reason": refusal.error.reason.value,
                "message": refusal.error.message,
            }
            for refusal in replayed.dead_letters
        ],
    )

"""A dossier of an incident that a replay led to, for the tests of this folder and the properties of pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from streams.board.dossier import Dossier
from streams.domain.report import RawRecord
from streams.domain.settings import CoreSettings
from streams.pipeline.replay import Replayed, replay

START = datetime(2020, 9, 27, 6, 0, tzinfo=UTC)
COPY = (
    ("acme", "KIDAL, Sept 27 (Acme) - Rebels shot down a government helicopter near Kidal on Sunday, the rebels said."),
    ("gao-wire", "KIDAL, Sept 27 (Acme) - Rebels shot down a government helicopter near Kidal on Sunday, the rebels said."),
    (
        "sahel",
        "BAMAKO, Sept 27 (Sahel News) - Mali's army confirmed that its helicopter was shot down near Kidal on Sunday. The crew survived.",
    ),
)
"""One event, three sources: a claim, a copy of it, and the owner's confirmation."""


def replayed(copies: Sequence[tuple[str, str]] = COPY) -> Replayed:
    """Plain copy, one source and text each, received ten minutes apart."""
    raws = [
        RawRecord(source, START + timedelta(minutes=10 * n), text.encode("utf-8", "surrogatepass"), "text/plain", input_id=str(n))
        for n, (source, text) in enumerate(copies)
    ]
    return replay(raws, CoreSettings())


def dossiers(result: Replayed) -> list[Dossier]:
    """A dossier of every incident, those with more records first."""
    records = {line.stored.record.event_id: line.stored.record for line in result.events}
    reports = {line.report.report_id: line.report for line in result.reports}
    alerts = [line.alert for line in result.alerts]
    ordered = sorted(result.incidents, key=lambda incident: (-len(incident.members), incident.incident_id))
    return [
        Dossier(i, {e: records[e] for e in i.event_ids}, tuple(a for a in alerts if a.incident_id == i.incident_id), reports)
        for i in ordered
    ]


def downed() -> Dossier:
    """The helicopter near Kidal."""
    return dossiers(replayed())[0]

"""Everything that is at hand of one incident: the incident, its records, what consumers were told, and the copy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from streams.domain.alert import Alert
from streams.domain.event import EventRecord
from streams.domain.incident import Incident, IncidentState
from streams.domain.report import Report


@dataclass(frozen=True, slots=True)
class Standing:
    """How an incident stood from a time on, and why."""

    at: datetime
    state: IncidentState
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dossier:
    """`records` by event id, `reports` by report id; both may lack what the log no longer holds. `alerts` as they were sent.

    Alerts include those of incidents that this one absorbed: they told of its records. `history` is how it stood, revision by
    revision, as far as the log still holds them; a replay keeps only the last.
    """

    incident: Incident
    records: Mapping[str, EventRecord]
    alerts: tuple[Alert, ...] = ()
    reports: Mapping[str, Report] = field(default_factory=dict)
    history: tuple[Standing, ...] = ()

    @property
    def last_alert(self) -> Alert | None:
        """What consumers were last told under the incident's own id."""
        own = [alert for alert in self.alerts if alert.incident_id == self.incident.incident_id]
        return own[-1] if own else None

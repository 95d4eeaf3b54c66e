"""An incident's story: reports when they were published, alerts when they rang, and how its state changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from streams.board.dossier import Dossier
from streams.board.facts import claim_about
from streams.board.wording import moment, readable
from streams.domain.alert import Alert, Change
from streams.domain.event import EventRecord, RetractReason, Stance
from streams.domain.incident import Member
from streams.domain.report import Signal

REPORT, ALERT, STATE = "report", "alert", "state"
LATE = timedelta(minutes=10)
"""A report that arrives this long after its publication is said to."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened. `what` is REPORT, ALERT or STATE; `tone` an alert's priority.

    `news`: what a report's holders say of the event, what an alert tells that is new, why the state changed; `notes` what is to be
    said besides.
    """

    at: str
    what: str
    who: str
    title: str
    tone: str
    news: tuple[str, ...]
    notes: tuple[str, ...]
    event_id: str


def timeline(dossier: Dossier) -> tuple[Moment, ...]:
    """Reports by publication, alerts by the arrival of the report that rang them; of one time, reports first."""
    found = [*_reports(dossier), *_alerts(dossier), *_standings(dossier)]
    return tuple(moment for _, moment in sorted(found, key=lambda pair: pair[0]))


_Order = tuple[datetime, int, datetime, str]


def _reports(dossier: Dossier) -> Iterator[tuple[_Order, Moment]]:
    """One entry per report, however many of its events are members."""
    told: dict[str, list[tuple[Member, EventRecord]]] = {}
    for member in dossier.incident.members:
        if member.event_id in dossier.records:
            told.setdefault(member.report_id, []).append((member, dossier.records[member.event_id]))
    for pairs in told.values():
        record = min((record for _, record in pairs), key=lambda record: record.event_id)
        order = (record.published_at, 0, record.received_at, record.event_id)
        headline = record.headline or " ".join(record.excerpt.split())
        who, at = record.carrier.name or record.carrier.id, moment(record.published_at)
        news = _once(said for _, mine in pairs for said in _said(mine))
        yield order, Moment(at, REPORT, who, headline, "", news, _once(n for m, mine in pairs for n in _notes(m, mine)), record.event_id)


def _once(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))


def _said(record: EventRecord) -> Iterator[str]:
    """What its holders say of the event itself, and whatever they deny."""
    for claim in record.claims:
        if claim.about == "event" or claim.stance is Stance.DENIES:
            yield f"{claim.holder} {claim.stance.value}" + ("" if claim.about == "event" else f" {claim_about(claim.about, claim.value)}")


def _notes(member: Member, record: EventRecord) -> Iterator[str]:
    if record.signal is not Signal.NEW:
        yield f"sent as {readable(record.signal.value)}"
    if member.retracted is not RetractReason.NONE:
        yield f"no longer stands: {readable(member.retracted.value)}"
    if record.received_at - record.published_at >= LATE:
        yield f"arrived {moment(record.received_at)}"


def _alerts(dossier: Dossier) -> Iterator[tuple[_Order, Moment]]:
    before = ""
    for number, alert in enumerate(dossier.alerts):
        order = (alert.received_at, 1, alert.received_at, f"{number:06}")
        news, notes = tuple(_new(alert, before)), tuple(_besides(alert))
        yield order, Moment(moment(alert.received_at), ALERT, _rings(alert), alert.snap, alert.priority.value, news, notes, alert.event_id)
        before = alert.state


def _standings(dossier: Dossier) -> Iterator[tuple[_Order, Moment]]:
    """The states that no alert told: those of an incident that does not ring, or does not yet."""
    told, before = {alert.state for alert in dossier.alerts}, ""
    for number, standing in enumerate(dossier.history):
        state = standing.state.value
        if state != before and state not in told:
            title = f"{readable(before)} to {readable(state)}" if before else readable(state)
            order = (standing.at, 2, standing.at, f"{number:06}")
            yield order, Moment(moment(standing.at), STATE, "state, no alert", title, "", standing.reasons, (), "")
        before = state


def _rings(alert: Alert) -> str:
    return f"{alert.priority.value} {alert.kind.value}"


def _new(alert: Alert, before: str) -> Iterator[str]:
    """The change of state, and what else changed since the alert before."""
    if alert.state != before:
        yield f"state: {readable(before)} to {readable(alert.state)}" if before else f"state: {readable(alert.state)}"
    yield from (change_shown(change) for change in alert.changes if alert.references and change.what != "state")


def _besides(alert: Alert) -> Iterator[str]:
    """Who is heard, and why it rang so loud."""
    yield f"{alert.voices} independent {'voice' if alert.voices == 1 else 'voices'}: {', '.join(alert.sources) or 'no source holds it now'}"
    yield from alert.why


def change_shown(change: Change) -> str:
    """ "operator: AZE to AZE or RUS"."""
    if not change.before:
        return f"{readable(change.what)}: {change.after}"
    return f"{readable(change.what)}: {change.before} to {change.after or 'no longer said'}"

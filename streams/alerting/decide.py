"""Decide what consumers are owed after an incident changed.

    incident now + what was last announced -> lifecycle (what it is) -> policy (how loud) -> wording (what it says) -> alert

Invariant: once an incident has been announced, what was announced has the incident's state. Every change of state is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from streams.alerting.lifecycle import kind_of_change, message_type
from streams.alerting.policy import priority, rings, toll_step
from streams.alerting.view import FIRST_WORD, View, facts, lower_bound, variants, view
from streams.alerting.wording import snap
from streams.domain.alert import Alert, AlertKind, Announced, Change, Priority
from streams.domain.event import Action, EventRecord, RetractReason
from streams.domain.ids import derive
from streams.domain.incident import Incident, IncidentRow, IncidentState, StoredRecord
from streams.domain.ontology import codes_of
from streams.domain.report import Signal
from streams.domain.settings import AlertPolicy

TAKEN_BACK = frozenset({RetractReason.KILLED, RetractReason.EMBARGOED, RetractReason.CORRECTED})
"""Retractions that must reach everyone who was alerted. A superseded version is only told when something material changed."""


@dataclass(frozen=True, slots=True)
class _Case:
    """Everything a decision looks at."""

    now: View
    was_active: frozenset[str]
    last: Announced | None
    trigger: EventRecord
    policy: AlertPolicy
    level: Priority
    why: tuple[str, ...]

    @property
    def incident(self) -> Incident:
        return self.now.incident

    @property
    def told(self) -> IncidentState | None:
        """The lifecycle's row: what consumers were last told."""
        if self.last is None:
            return None
        return IncidentState.RETRACTED if self.last.withdrawn else IncidentState(self.last.state)

    @property
    def target(self) -> IncidentState:
        """The lifecycle's column: what they must be told. What is left may be history or plans only: that is gone as news."""
        return IncidentState.RETRACTED if self.now.gone or not self.now.happening else self.incident.state


def decide(
    row_before: IncidentRow | None,
    incident: Incident,
    records: Sequence[StoredRecord],
    trigger: EventRecord,
    policy: AlertPolicy,
) -> tuple[Alert | None, Announced | None]:
    """The alert to emit after `trigger` changed `incident` (None: nothing to tell), and what consumers have then been told.

    `row_before` is the incident as it was, with what was last announced; None for a new one. `records` are the incident's
    records now, retracted ones included.
    """
    last = row_before.announced if row_before is not None else None
    now = view(incident, records)
    rung, reason = rings(now, policy)
    if last is None and not rung:
        return None, None
    level, why = priority(now, policy, last)
    was = frozenset(r.record.event_id for r in view(row_before.incident, row_before.records).active) if row_before else frozenset()
    case = _Case(now, was, last, trigger, policy, level, (reason, *why) if last is None else why)
    changes = tuple(_changes(case))
    kind = _kind(case, changes)
    if kind is None:
        return None, last
    alert = _alert(case, kind, changes)
    return alert, _announced(case, alert)


def _kind(case: _Case, changes: Sequence[Change]) -> AlertKind | None:
    moved = kind_of_change(case.told, case.target)
    if case.target is IncidentState.RETRACTED:
        stale = case.last is not None and case.last.state != case.incident.state.value
        return AlertKind.WITHDRAWN if moved or stale else None
    if case.last is None or case.told is IncidentState.RETRACTED:
        return moved
    if _notice(case) is not None or (changes and _corrects(case.trigger)):
        return AlertKind.CORRECTED
    return moved or _escalated(case, case.last) or (AlertKind.UPDATED if changes else None)


def _escalated(case: _Case, last: Announced) -> AlertKind | None:
    then, now = (toll_step(lower_bound(dict(f).get("killed", "")), case.policy) for f in (last.facts, facts(case.incident)))
    return AlertKind.ESCALATED if now > then or case.level.rank < last.priority.rank else None


def _corrects(trigger: EventRecord) -> bool:
    if trigger.action is Action.RETRACT:
        return trigger.retract_reason in TAKEN_BACK
    return trigger.signal is Signal.CORRECTION


def _notice(case: _Case) -> Change | None:
    """That a source took back or corrected its report: told even when no fact of ours changed."""
    trigger, active = case.trigger, {r.record.event_id for r in case.now.active}
    name = trigger.carrier.name or trigger.carrier.id
    joined = trigger.event_id in active and trigger.event_id not in case.was_active
    left = trigger.event_id in case.was_active and trigger.event_id not in active
    if trigger.action is not Action.RETRACT:
        return Change("report", name, f"{name} corrects its report") if joined and _corrects(trigger) else None
    if not left or trigger.retract_reason not in TAKEN_BACK:
        return None
    if trigger.retract_reason is RetractReason.CORRECTED and any(r.record.item_key == trigger.item_key for r in case.now.active):
        # The corrected version came first and was told; its predecessor leaving is no second correction.
        return None
    return Change("report", name, f"{name} took its report back: {trigger.retract_reason.value}")


def _changes(case: _Case) -> Iterator[Change]:
    """What is different from what consumers were last told, the state first."""
    last, incident = case.last, case.incident
    if last is not None and last.state != incident.state.value:
        yield Change("state", last.state, incident.state.value)
    if incident.merged_into:
        yield Change("incident", incident.incident_id, f"merged into {incident.merged_into}")
    if last is not None and (notice := _notice(case)) is not None:
        yield notice
    if case.target is IncidentState.RETRACTED:
        return
    before, after = dict(last.facts if last is not None else ()), dict(facts(incident))
    for name in (*after, *(n for n in before if n not in after)):
        # Which variant of a dispute leads may change with every voice; that is no news, another variant is.
        known = name in before or name in FIRST_WORD or last is None
        if known and variants(before.get(name, "")) != variants(after.get(name, "")):
            yield Change(name, before.get(name, ""), after.get(name, ""))


def _alert(case: _Case, kind: AlertKind, changes: tuple[Change, ...]) -> Alert:
    incident, trigger = case.incident, case.trigger
    references = case.last.alert_ids if case.last is not None else ()
    if kind is AlertKind.ESCALATED and case.last is not None and case.level.rank < case.last.priority.rank:
        changes = (*changes, Change("priority", case.last.priority.value, case.level.value))
    place = incident.attribute("place")
    return Alert(
        alert_id=_alert_id(case, kind, references),
        incident_id=incident.incident_id,
        kind=kind,
        message_type=message_type(kind, first=not references),
        priority=case.level,
        state=incident.state.value,
        type=incident.type,
        codes=codes_of(incident.type),
        snap=snap(case.now, kind, trigger, case.last.snap if case.last is not None else ""),
        headline=incident.headline,
        place=place.value if place is not None else "",
        changes=changes,
        why=(*incident.state_reasons, *case.why),
        sources=case.now.sources,
        voices=len(incident.independent_groups),
        references=references,
        at=trigger.published_at,
        received_at=trigger.received_at,
        event_id=trigger.event_id,
        report_id=trigger.caused_by or trigger.report_id,
    )


def _alert_id(case: _Case, kind: AlertKind, references: tuple[str, ...]) -> str:
    """Derived from the incident, the record that triggered it and the kind.

    A record that is asserted, taken back and asserted again would say the same twice: then the number of alerts tells them
    apart, because a sink that remembers ids must not take the second for a repeat.
    """
    trigger = case.trigger
    parts = (case.incident.incident_id, trigger.event_id, trigger.action.value, trigger.retract_reason.value, kind.value)
    plain = derive("alr", *parts)
    return plain if plain not in references else derive("alr", *parts, str(len(references)))


def _announced(case: _Case, alert: Alert) -> Announced:
    withdrawn = alert.kind is AlertKind.WITHDRAWN
    return Announced(
        state=alert.state,
        priority=alert.priority,
        snap=alert.snap,
        facts=() if withdrawn else facts(case.incident),
        alert_ids=(*alert.references, alert.alert_id),
        withdrawn=withdrawn,
    )

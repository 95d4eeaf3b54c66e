"""What consumers are told after each change, as a desk would expect it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from streams.alerting import decide
from streams.domain.alert import Alert, AlertKind, Announced, Change, MessageType, Priority
from streams.domain.event import EventRecord, Modality, RetractReason
from streams.domain.ids import derive
from streams.domain.incident import Attribute, Incident, IncidentRow, IncidentState, StoredRecord
from streams.domain.report import Signal
from streams.domain.settings import AlertPolicy
from tests.unit.alerting.builders import attribute, incident, record, retraction, row, stored

S = IncidentState


class Desk:
    """One incident through time: remembers the row as the pipeline does."""

    def __init__(self) -> None:
        self.row: IncidentRow | None = None
        self.alerts: list[Alert] = []

    def hears(self, trigger: EventRecord, subject: Incident, records: Sequence[StoredRecord]) -> Alert | None:
        alert, announced = decide(self.row, subject, records, trigger, AlertPolicy())
        self.row = row(subject, records, announced)
        self.alerts += [alert] if alert else []
        return alert

    def told(self) -> Announced:
        assert self.row is not None
        assert self.row.announced is not None
        return self.row.announced


def begun(state: S = S.SINGLE_SOURCE, *attributes: Attribute) -> tuple[Desk, EventRecord]:
    desk, first = Desk(), record("a")
    desk.hears(first, incident(stored(first), state, attributes), stored(first))
    return desk, first


def then(desk: Desk, first: EventRecord, state: S, *attributes: Attribute, **second: object) -> Alert | None:
    other = record("b", source="agency-b", **second)  # type: ignore[arg-type]
    records = stored(first, other)
    return desk.hears(other, incident(records, state, attributes), records)


def kind_of(alert: Alert | None) -> AlertKind | None:
    return alert.kind if alert else None


def test_the_first_alert_is_new_and_refers_to_nothing() -> None:
    desk, first = begun()
    alert = desk.alerts[0]
    assert (alert.kind, alert.message_type, alert.references, alert.priority) == (AlertKind.NEW, MessageType.ALERT, (), Priority.BULLETIN)
    assert alert.alert_id == derive("alr", "inc-1", first.event_id, "assert", "none", "new")
    assert (alert.event_id, alert.report_id, alert.sources, alert.voices) == ("evt-a", "rep-a", ("agency-a",), 1)


def test_why_an_alert_rang_is_in_words() -> None:
    desk, _ = begun()
    assert desk.alerts[0].why == (
        "it is single_source",
        "conflict.aircraft_downed rings",
        "conflict.aircraft_downed rings as flash",
        "one unconfirmed voice rings no louder than bulletin",
    )


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        (S.CORROBORATED, AlertKind.CORROBORATED),
        (S.CONFIRMED, AlertKind.CONFIRMED),
        (S.DISPUTED, AlertKind.DISPUTED),
        (S.DENIED, AlertKind.DISPUTED),
    ],
)
def test_a_change_of_state_is_told_with_a_reference_to_what_was_said_before(state: S, kind: AlertKind) -> None:
    desk, first = begun()
    alert = then(desk, first, state)
    assert alert is not None
    assert (alert.kind, alert.message_type, alert.references) == (kind, MessageType.UPDATE, (desk.alerts[0].alert_id,))
    assert alert.changes[0] == Change("state", "single_source", state.value)


def test_the_flash_comes_with_the_confirmation() -> None:
    desk, first = begun()
    alert = then(desk, first, S.CONFIRMED)
    assert alert is not None
    assert (alert.kind, alert.priority) == (AlertKind.CONFIRMED, Priority.FLASH)


def test_the_same_again_from_another_voice_of_the_same_group_is_not_news() -> None:
    desk, first = begun()
    assert then(desk, first, S.SINGLE_SOURCE) is None
    assert desk.told() == replace(desk.told(), alert_ids=(desk.alerts[0].alert_id,))


def test_a_changed_fact_is_an_update_that_says_what_was_before() -> None:
    desk, first = begun(S.SINGLE_SOURCE, attribute("object_class", "aircraft"))
    alert = then(desk, first, S.SINGLE_SOURCE, attribute("object_class", "aircraft.fixed-wing.fighter-jet"))
    assert alert is not None
    assert alert.kind is AlertKind.UPDATED
    assert alert.changes == (Change("object_class", "aircraft", "aircraft.fixed-wing.fighter-jet"),)


def test_a_new_disputed_variant_is_an_update() -> None:
    desk, first = begun(S.SINGLE_SOURCE, attribute("operator", "AZE"))
    alert = then(desk, first, S.SINGLE_SOURCE, attribute("operator", "AZE", "RUS"))
    assert alert is not None
    assert (alert.kind, alert.changes) == (AlertKind.UPDATED, (Change("operator", "AZE", "AZE or RUS"),))


def test_which_variant_of_a_dispute_leads_is_not_news() -> None:
    desk, first = begun(S.SINGLE_SOURCE, attribute("operator", "AZE", "RUS"))
    assert then(desk, first, S.SINGLE_SOURCE, attribute("operator", "RUS", "AZE")) is None


def test_an_attribute_that_is_not_material_changes_silently() -> None:
    desk, first = begun()
    assert then(desk, first, S.SINGLE_SOURCE, attribute("weather", "fog")) is None


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ("9", "10", AlertKind.ESCALATED),
        ("10", "11", AlertKind.UPDATED),
        ("16", "12", AlertKind.UPDATED),
        ("9", "up_to 50", AlertKind.UPDATED),
    ],
)
def test_a_toll_escalates_when_it_crosses_a_step(before: str, after: str, kind: AlertKind) -> None:
    desk, first = begun(S.SINGLE_SOURCE, attribute("killed", before))
    assert kind_of(then(desk, first, S.SINGLE_SOURCE, attribute("killed", after))) is kind


def test_a_rise_in_priority_alone_is_an_escalation() -> None:
    desk, first = Desk(), record("a", event_type="conflict.mobilisation")
    subject = incident(stored(first), S.CORROBORATED, event_type="conflict.mobilisation")
    desk.hears(first, subject, stored(first))
    urgent = record("b", event_type="conflict.mobilisation", priority=1)
    records = stored(first, urgent)
    alert = desk.hears(urgent, incident(records, S.CORROBORATED, event_type="conflict.mobilisation"), records)
    assert alert is not None
    assert (alert.kind, alert.changes) == (AlertKind.ESCALATED, (Change("priority", "bulletin", "flash"),))


def test_a_fall_in_priority_alone_is_not_news() -> None:
    desk, first = Desk(), record("a", event_type="conflict.mobilisation", priority=1)
    subject = incident(stored(first), S.CORROBORATED, event_type="conflict.mobilisation")
    desk.hears(first, subject, stored(first))
    quieter = stored(replace(first, priority=5))
    assert desk.hears(first, incident(quieter, S.CORROBORATED, event_type="conflict.mobilisation"), quieter) is None


def test_a_correction_reaches_everyone_even_when_no_fact_changed() -> None:
    desk, first = begun()
    alert = then(desk, first, S.SINGLE_SOURCE, signal=Signal.CORRECTION)
    assert alert is not None
    assert (alert.kind, alert.snap[:11]) == (AlertKind.CORRECTED, "CORRECTED: ")
    assert alert.changes == (Change("report", "Agency B", "Agency B corrects its report"),)


def test_the_corrected_version_leaving_is_not_a_second_correction() -> None:
    desk, first = Desk(), record("a", item="agency-a/item")
    desk.hears(first, incident(stored(first)), stored(first))
    better = record("b", item="agency-a/item", signal=Signal.CORRECTION)
    desk.hears(better, incident(stored(first, better)), stored(first, better))
    after = stored(first, better, a=RetractReason.CORRECTED)
    assert desk.hears(retraction(first, RetractReason.CORRECTED), incident(after), after) is None
    assert [a.kind for a in desk.alerts] == [AlertKind.NEW, AlertKind.CORRECTED]


def test_a_correction_that_no_longer_tells_of_the_event_says_so() -> None:
    desk, first = begun()
    then(desk, first, S.CORROBORATED)
    records = stored(first, record("b", source="agency-b"), a=RetractReason.CORRECTED)
    alert = desk.hears(retraction(first, RetractReason.CORRECTED), incident(records, S.CORROBORATED), records)
    assert alert is not None
    assert (alert.kind, alert.changes) == (AlertKind.CORRECTED, (Change("report", "Agency A", "Agency A took its report back: corrected"),))


@pytest.mark.parametrize(("reason", "mark"), [(RetractReason.KILLED, "KILL: "), (RetractReason.EMBARGOED, "WITHDRAWN: ")])
def test_when_nothing_is_left_the_alert_is_cancelled(reason: RetractReason, mark: str) -> None:
    desk, first = begun()
    said = desk.told().snap
    records = stored(first, a=reason)
    alert = desk.hears(retraction(first, reason), incident(records, S.RETRACTED), records)
    assert alert is not None
    assert (alert.kind, alert.message_type, alert.snap) == (AlertKind.WITHDRAWN, MessageType.CANCEL, mark + said)
    assert (alert.report_id, alert.sources) == (f"rep-a-{reason.value}", ())
    assert (desk.told().withdrawn, desk.told().state, desk.told().facts) == (True, "retracted", ())


@pytest.mark.parametrize("reason", [RetractReason.KILLED, RetractReason.EMBARGOED])
def test_a_kill_that_leaves_others_names_who_took_it_back(reason: RetractReason) -> None:
    desk, first = begun()
    then(desk, first, S.CORROBORATED)
    records = stored(first, record("b", source="agency-b"), a=reason)
    alert = desk.hears(retraction(first, reason), incident(records, S.SINGLE_SOURCE), records)
    assert alert is not None
    assert alert.kind is AlertKind.CORRECTED
    assert Change("report", "Agency A", f"Agency A took its report back: {reason.value}") in alert.changes


def test_a_superseded_version_leaving_is_silent_when_its_successor_says_the_same() -> None:
    desk, first = begun()
    then(desk, first, S.SINGLE_SOURCE)
    records = stored(first, record("b", source="agency-b"), a=RetractReason.SUPERSEDED)
    assert desk.hears(retraction(first, RetractReason.SUPERSEDED), incident(records), records) is None


def test_the_same_kill_twice_is_told_once() -> None:
    desk, first = begun()
    then(desk, first, S.CORROBORATED)
    records = stored(first, record("b", source="agency-b"), a=RetractReason.KILLED)
    desk.hears(retraction(first, RetractReason.KILLED), incident(records), records)
    assert desk.hears(retraction(first, RetractReason.KILLED), incident(records), records) is None


def test_an_incident_that_comes_back_is_new_again_and_refers_to_its_past() -> None:
    desk, first = begun()
    gone = stored(first, a=RetractReason.KILLED)
    desk.hears(retraction(first, RetractReason.KILLED), incident(gone, S.RETRACTED), gone)
    again = record("b", source="agency-b")
    records = stored(first, again, a=RetractReason.KILLED)
    alert = desk.hears(again, incident(records), records)
    assert alert is not None
    assert (alert.kind, alert.message_type) == (AlertKind.NEW, MessageType.UPDATE)
    assert alert.references == tuple(a.alert_id for a in desk.alerts[:2])
    assert not desk.told().withdrawn


def test_a_record_asserted_again_after_its_kill_has_an_alert_id_of_its_own() -> None:
    desk, first = begun()
    gone = stored(first, a=RetractReason.KILLED)
    desk.hears(retraction(first, RetractReason.KILLED), incident(gone, S.RETRACTED), gone)
    desk.hears(first, incident(stored(first)), stored(first))
    assert len({a.alert_id for a in desk.alerts}) == 3


def test_what_is_left_as_history_only_is_withdrawn() -> None:
    desk, first = begun()
    background = record("b", modality=Modality.HISTORICAL)
    records = stored(first, background, a=RetractReason.KILLED)
    alert = desk.hears(retraction(first, RetractReason.KILLED), incident(records, S.SINGLE_SOURCE), records)
    assert kind_of(alert) is AlertKind.WITHDRAWN
    assert (desk.told().withdrawn, desk.told().state) == (True, "single_source")


def test_a_withdrawn_incident_whose_state_moves_on_in_the_background_stays_withdrawn_and_is_told() -> None:
    desk, first = begun()
    gone = stored(first, a=RetractReason.KILLED)
    desk.hears(retraction(first, RetractReason.KILLED), incident(gone, S.RETRACTED), gone)
    plan = record("b", modality=Modality.PLANNED)
    records = stored(first, plan, a=RetractReason.KILLED)
    assert kind_of(desk.hears(plan, incident(records), records)) is AlertKind.WITHDRAWN
    assert desk.told().state == "single_source"


def test_an_absorbed_incident_is_cancelled_with_a_reference_to_the_survivor() -> None:
    desk, _ = begun()
    absorbed = replace(incident((), S.RETRACTED), merged_into="inc-2", members=(), independent_groups=())
    alert = desk.hears(record("b"), absorbed, ())
    assert alert is not None
    assert (alert.kind, alert.message_type) == (AlertKind.WITHDRAWN, MessageType.CANCEL)
    assert Change("incident", "inc-1", "merged into inc-2") in alert.changes
    assert alert.snap.startswith("WITHDRAWN: DUPLICATE OF ANOTHER ALERT: ")


@pytest.mark.parametrize("state", [S.RETRACTED, S.DENIED])
def test_an_incident_never_announced_goes_silently(state: S) -> None:
    records = stored(record("a"), a=RetractReason.KILLED) if state is S.RETRACTED else stored(record("a"))
    assert decide(None, incident(records, state), records, record("a"), AlertPolicy()) == (None, None)


def test_background_never_alerts_as_new() -> None:
    records = stored(record("a", modality=Modality.HISTORICAL))
    assert decide(None, incident(records), records, records[0].record, AlertPolicy()) == (None, None)

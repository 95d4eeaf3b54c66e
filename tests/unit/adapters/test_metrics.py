import math
from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families

from streams.adapters.metric_defs import FEEDER_METRICS, LABELS, METRICS, Kind
from streams.adapters.metrics import Agent, Metrics, Timed
from streams.domain.alert import Alert, AlertKind, MessageType, Priority
from streams.domain.errors import Reason, Stage
from streams.domain.event import Action, Carrier, Codes, EventRecord, RetractReason
from streams.domain.incident import Incident, IncidentState
from streams.domain.report import Report, Signal
from streams.domain.source import Source

AT = datetime(2020, 9, 27, 6, tzinfo=UTC)


def value(metrics: Metrics, sample: str, **labels: str) -> float | None:
    """One sample of the exposition, as Prometheus' own parser reads it."""
    for metric in text_string_to_metric_families(metrics.render().decode()):
        for found in metric.samples:
            if found.name == sample and found.labels == labels:
                return found.value
    return None


def report(source: str) -> Report:
    return Report("rpt-1", "k", source, Signal.KILL, "h", "b", AT, AT, AT, "x", format="plain")


def event(kind: str, action: Action) -> EventRecord:
    return EventRecord("e", "r", "k", kind, "b", Carrier("s"), AT, AT, AT, action=action, retract_reason=RetractReason.KILLED)


def alert() -> Alert:
    text = ("claimed", "conflict.airstrike", Codes(), "SNAP", "h", "p")
    return Alert("a", "i", AlertKind.NEW, MessageType.ALERT, Priority.FLASH, *text, (), (), (), 1, (), AT, AT, "e", "r")


def test_a_report_is_counted_under_its_source_and_notes_when_it_came() -> None:
    metrics = Metrics([Source("tass", name="TASS")])
    metrics.report(report("tass"))
    assert value(metrics, "wirebell_reports_total", source="tass", format="plain", signal="kill") == 1
    assert value(metrics, "wirebell_source_last_seen_time_seconds", source="tass") == AT.timestamp()


def test_a_source_that_no_registry_names_never_becomes_a_label() -> None:
    metrics = Metrics([Source("tass", name="TASS")])
    metrics.report(report('evil"} 1\n'))
    metrics.report(report("another"))
    assert value(metrics, "wirebell_reports_total", source="unknown", format="plain", signal="kill") == 2


def test_a_type_outside_the_ontology_never_becomes_a_label() -> None:
    metrics = Metrics()
    metrics.event(event("free.text", Action.ASSERT))
    assert value(metrics, "wirebell_events_total", type="unknown", action="assert") == 1


def test_a_retraction_is_counted_with_its_reason() -> None:
    metrics = Metrics()
    metrics.event(event("conflict.airstrike", Action.RETRACT))
    metrics.event(event("conflict.airstrike", Action.ASSERT))
    assert value(metrics, "wirebell_retractions_total", reason="killed") == 1


@pytest.mark.parametrize(("seconds", "below", "total"), [(0.149, 1.0, 0.149), (0.151, 0.0, 0.151), (-3.0, 1.0, 0.0)])
def test_latency_counts_from_the_arrival_of_the_report(seconds: float, below: float, total: float) -> None:
    metrics = Metrics()
    metrics.alert(alert(), AT + timedelta(seconds=seconds))
    assert value(metrics, "wirebell_alert_latency_seconds_bucket", priority="flash", le="0.15") == below
    measured = value(metrics, "wirebell_alert_latency_seconds_sum", priority="flash")
    assert measured is not None
    assert math.isclose(measured, total, abs_tol=1e-9)
    assert value(metrics, "wirebell_alerts_total", kind="new", priority="flash") == 1


def test_dead_letters_start_at_zero_so_that_a_rate_sees_the_first_one() -> None:
    metrics = Metrics()
    assert value(metrics, "wirebell_dead_letters_total", stage="parse", reason="malformed") == 0
    metrics.dead_letter(Stage.PARSE, Reason.MALFORMED)
    assert value(metrics, "wirebell_dead_letters_total", stage="parse", reason="malformed") == 1


def test_open_incidents_of_a_missing_state_are_none() -> None:
    metrics = Metrics()
    metrics.incidents_open({IncidentState.CLAIMED: 2})
    metrics.incidents_open({IncidentState.CONFIRMED: 1})
    assert value(metrics, "wirebell_incidents_open", state="claimed") == 0
    assert value(metrics, "wirebell_incidents_open", state="confirmed") == 1


def test_a_partition_that_went_away_is_forgotten() -> None:
    metrics = Metrics()
    metrics.lag("wire.raw", 3, 7)
    metrics.progressed("wire.raw", 3, AT)
    metrics.lag("wire.raw", 4, 1)
    metrics.revoked("wire.raw", 3)
    metrics.revoked("wire.raw", 9)
    assert value(metrics, "wirebell_consumer_lag_records", topic="wire.raw", partition="3") is None
    assert value(metrics, "wirebell_commit_progress_time_seconds", topic="wire.raw", partition="3") is None
    assert value(metrics, "wirebell_consumer_lag_records", topic="wire.raw", partition="4") == 1


def test_every_metric_of_the_table_can_be_said() -> None:
    metrics = Metrics([Source("tass", expected_interval=600)])
    incident = Incident("i", "b", "e", "t", IncidentState.CLAIMED, (), "h", AT, AT)
    metrics.running("1.2.3", "sqlite")
    metrics.ready(True)
    metrics.consumed("wire.raw")
    metrics.report(report("tass"))
    metrics.event(event("conflict.airstrike", Action.RETRACT))
    metrics.incident(incident)
    metrics.incidents_open({})
    metrics.alert(alert(), AT)
    metrics.duplicate(Agent.NORMALIZE)
    metrics.replayed(Agent.DEDUPLICATE)
    metrics.spent(Timed.PARSE, 0.001)
    metrics.lag("wire.raw", 0, 1)
    metrics.progressed("wire.raw", 0, AT)
    metrics.log_size(4096)
    metrics.index("blocks", 3)
    said = {metric.name for metric in text_string_to_metric_families(metrics.render().decode()) if metric.samples}
    assert {metric.name.removesuffix("_total") for metric in METRICS} <= said
    assert value(metrics, "wirebell_source_expected_interval_seconds", source="tass") == 600


def test_names_follow_prometheus_conventions() -> None:
    every = (*METRICS, *FEEDER_METRICS)
    assert [metric.name for metric in every if metric.name.endswith("_total") != (metric.kind is Kind.COUNTER)] == []
    assert len({metric.name for metric in every}) == len(every)
    assert [metric.name for metric in every if bool(metric.buckets) != (metric.kind is Kind.HISTOGRAM)] == []


def test_every_label_is_explained_and_used() -> None:
    assert {label for metric in (*METRICS, *FEEDER_METRICS) for label in metric.labels} == set(LABELS)

"""Every metric that wirebell exports: name, kind, meaning, labels, buckets. docs/metrics.md is made from this table.

A label value always comes from a closed set (an enum, the ontology, the registry of sources, the topics): never from text.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Prometheus' metric types."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


LABELS: dict[str, str] = {
    "source": "id of a source in the registry; `unknown` for every other",
    "format": "name of the wire format",
    "signal": "new, update, correction, kill or embargoed",
    "type": "event type of the ontology; `unknown` for every other",
    "action": "assert, retract or release",
    "state": "state of the incident",
    "kind": "kind of the alert",
    "priority": "flash, bulletin, urgent or routine",
    "stage": "stage of the flow",
    "reason": "reason, a word of a closed set",
    "agent": "normalize or deduplicate",
    "topic": "topic",
    "partition": "partition number",
    "index": "name of a candidate index",
    "version": "version of wirebell",
    "python": "version of Python",
    "transport": "`sqlite` or `kafka`",
    "feeder": "folder, http, rss or imap",
    "outcome": "what a poll came to, a word of a closed set",
}
"""What the values of each label may be."""


@dataclass(frozen=True, slots=True)
class MetricDef:
    """One metric. `buckets` are upper bounds in seconds, for histograms only."""

    name: str
    kind: Kind
    help: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()


LATENCY_BUCKETS = (0.005, 0.01, 0.02, 0.035, 0.05, 0.075, 0.1, 0.125, 0.15, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0)
"""Dense up to 150 ms, the limit for the 99th percentile; beyond it only how bad it is."""

STAGE_BUCKETS = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.5)
"""A stage takes between a tenth of a millisecond and, for a hostile input, seconds."""

_C, _G, _H = Kind.COUNTER, Kind.GAUGE, Kind.HISTOGRAM

CONSUMED = MetricDef("wirebell_records_consumed_total", _C, "Records taken from a topic, whatever became of them.", ("topic",))
REPORTS = MetricDef("wirebell_reports_total", _C, "Reports accepted, duplicates excluded.", ("source", "format", "signal"))
EVENTS = MetricDef("wirebell_events_total", _C, "Event records sent.", ("type", "action"))
RETRACTIONS = MetricDef("wirebell_retractions_total", _C, "Event records taken back.", ("reason",))
INCIDENT_CHANGES = MetricDef("wirebell_incident_changes_total", _C, "Incidents written, by the state they are now in.", ("state",))
INCIDENTS_OPEN = MetricDef("wirebell_incidents_open", _G, "Incidents that this worker holds open.", ("state",))
ALERTS = MetricDef("wirebell_alerts_total", _C, "Alerts sent, re-emissions excluded.", ("kind", "priority"))
DEAD_LETTERS = MetricDef("wirebell_dead_letters_total", _C, "Inputs refused and kept on wire.dead-letters.", ("stage", "reason"))
DUPLICATES = MetricDef("wirebell_duplicates_total", _C, "Resends: records that were applied before under another offset.", ("agent",))
REPLAYS = MetricDef("wirebell_replays_total", _C, "Records processed again after a crash, whose outputs were sent again.", ("agent",))
LATENCY = MetricDef(
    "wirebell_alert_latency_seconds", _H, "From the arrival of a report to the alert it triggered.", ("priority",), LATENCY_BUCKETS
)
STAGE = MetricDef("wirebell_stage_seconds", _H, "Time that one record spends in a stage.", ("stage",), STAGE_BUCKETS)
LAG = MetricDef("wirebell_consumer_lag_records", _G, "Records of a partition that are not yet processed.", ("topic", "partition"))
COMMITTED_AT = MetricDef(
    "wirebell_commit_progress_time_seconds",
    _G,
    "Unix time when the committed offset last moved, or when there was last nothing to commit.",
    ("topic", "partition"),
)
SOURCE_SEEN_AT = MetricDef("wirebell_source_last_seen_time_seconds", _G, "Unix time of arrival of the source's last report.", ("source",))
SOURCE_INTERVAL = MetricDef(
    "wirebell_source_expected_interval_seconds", _G, "How often the source is expected to report, from the registry.", ("source",)
)
LOG_BYTES = MetricDef("wirebell_log_size_bytes", _G, "Size of the embedded log's files; 0 on Kafka.")
INDEX_ENTRIES = MetricDef("wirebell_index_entries", _G, "Entries of a candidate index in memory.", ("index",))
READY = MetricDef("wirebell_worker_ready", _G, "1 when the worker has its partitions and its tables are recovered.")
BUILD = MetricDef("wirebell_build_info", _G, "Always 1; the labels say what is running.", ("version", "python", "transport"))

METRICS: tuple[MetricDef, ...] = (
    CONSUMED,
    REPORTS,
    EVENTS,
    RETRACTIONS,
    INCIDENT_CHANGES,
    INCIDENTS_OPEN,
    ALERTS,
    DEAD_LETTERS,
    DUPLICATES,
    REPLAYS,
    LATENCY,
    STAGE,
    LAG,
    COMMITTED_AT,
    SOURCE_SEEN_AT,
    SOURCE_INTERVAL,
    LOG_BYTES,
    INDEX_ENTRIES,
    READY,
    BUILD,
)
"""What a worker exports, in the order of the docs page."""

FED = MetricDef("wirebell_feeder_items_total", _C, "Items that the log has for good, repeats excluded.", ("feeder", "source"))
FED_BYTES = MetricDef("wirebell_feeder_bytes_total", _C, "Bytes of those items.", ("feeder", "source"))
FEEDER_REPEATS = MetricDef("wirebell_feeder_repeats_total", _C, "Items that the log had already; nothing was appended.", ("feeder",))
FEEDER_REFUSED = MetricDef("wirebell_feeder_refused_total", _C, "Items that a feeder did not take.", ("feeder", "reason"))
FEEDER_POLLS = MetricDef("wirebell_feeder_polls_total", _C, "Looks at a folder, a feed or a mailbox.", ("feeder", "outcome"))
FEEDER_SUCCESS_AT = MetricDef(
    "wirebell_feeder_last_success_time_seconds", _G, "Unix time of the last item acknowledged or poll that succeeded.", ("feeder",)
)
FEEDER_QUEUE = MetricDef("wirebell_feeder_queue_items", _G, "Items handed to the log's writer and not yet acknowledged.", ("feeder",))
FEEDER_LAG = MetricDef("wirebell_feeder_lag_seconds", _G, "How long the oldest item of the queue has waited.", ("feeder",))
FEEDER_BROKER = MetricDef("wirebell_feeder_broker_up", _G, "1 when the broker takes items.", ("feeder",))
FEEDER_TOOK = MetricDef(
    "wirebell_feeder_append_seconds", _H, "From handing an item over to the log's acknowledgement.", ("feeder",), STAGE_BUCKETS
)

FEEDER_METRICS: tuple[MetricDef, ...] = (
    FED,
    FED_BYTES,
    FEEDER_REPEATS,
    FEEDER_REFUSED,
    FEEDER_POLLS,
    FEEDER_SUCCESS_AT,
    FEEDER_QUEUE,
    FEEDER_LAG,
    FEEDER_BROKER,
    FEEDER_TOOK,
)
"""What a feeder process exports, in the order of the docs page."""

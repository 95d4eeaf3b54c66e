"""What the worker tells Prometheus. One object, handed to the agents; it keeps no state but the counters."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from streams.adapters import metric_defs as defs
from streams.adapters.metric_defs import Kind, MetricDef
from streams.domain.alert import Alert
from streams.domain.errors import Reason, Stage
from streams.domain.event import Action, EventRecord
from streams.domain.incident import Incident, IncidentState
from streams.domain.ontology import TYPES
from streams.domain.report import Report
from streams.domain.source import Source

CONTENT_TYPE = CONTENT_TYPE_LATEST
"""The media type of `render`'s answer."""

UNKNOWN = "unknown"


class Agent(StrEnum):
    """Who counted a duplicate or a replay."""

    NORMALIZE = "normalize"
    DEDUPLICATE = "deduplicate"


class Timed(StrEnum):
    """A stage whose time is measured."""

    PARSE = "parse"
    EXTRACT = "extract"
    MATCH = "match"
    ALERT = "alert"
    DECODE = "decode"
    ENCODE = "encode"
    STORE = "store"


class Metrics:
    """The counters of one worker. Methods take domain values, so that no label can come from free text."""

    def __init__(self, sources: Iterable[Source] = (), registry: CollectorRegistry | None = None) -> None:
        self._registry = registry or CollectorRegistry()
        self._metrics = {metric.name: _build(metric, self._registry) for metric in defs.METRICS}
        self._children: dict[tuple[str, ...], Any] = {}
        self._sources: frozenset[str] = frozenset()
        ProcessCollector(registry=self._registry)
        self.know(sources)

    def know(self, sources: Iterable[Source]) -> None:
        """The registry of sources: the only ids that become label values. Zeroes what rules and dashboards count from the start."""
        known = {source.id: source for source in sources}
        self._sources = frozenset(known)
        for source in known.values():
            self._of(defs.SOURCE_INTERVAL, source.id).set(source.expected_interval)
        for stage in Stage:
            for reason in Reason:
                self._of(defs.DEAD_LETTERS, stage.value, reason.value)

    def running(self, version: str, transport: str) -> None:
        """What is running: the version of wirebell, and `sqlite` or `kafka`."""
        self._of(defs.BUILD, version, platform.python_version(), transport).set(1)

    def ready(self, ready: bool) -> None:
        """Whether the worker has its partitions and its tables are recovered."""
        self._of(defs.READY).set(int(ready))

    def consumed(self, topic: str) -> None:
        """A record was taken from a topic of schemas/topics."""
        self._of(defs.CONSUMED, topic).inc()

    def report(self, report: Report) -> None:
        """A report was accepted: counts it and notes when its source was last seen."""
        source = report.source if report.source in self._sources else UNKNOWN
        self._of(defs.REPORTS, source, report.format or UNKNOWN, report.signal.value).inc()
        self._of(defs.SOURCE_SEEN_AT, source).set(report.received_at.timestamp())

    def event(self, record: EventRecord) -> None:
        """An event record was sent."""
        self._of(defs.EVENTS, record.type if record.type in TYPES else UNKNOWN, record.action.value).inc()
        if record.action is Action.RETRACT:
            self._of(defs.RETRACTIONS, record.retract_reason.value).inc()

    def incident(self, incident: Incident) -> None:
        """An incident was written."""
        self._of(defs.INCIDENT_CHANGES, incident.state.value).inc()

    def incidents_open(self, counts: Mapping[IncidentState, int]) -> None:
        """How many incidents this worker holds open; a state that is missing has none."""
        for state in IncidentState:
            self._of(defs.INCIDENTS_OPEN, state.value).set(counts.get(state, 0))

    def alert(self, alert: Alert, sent_at: datetime) -> None:
        """An alert was sent for the first time; its latency counts from the arrival of its report, never below 0."""
        self._of(defs.ALERTS, alert.kind.value, alert.priority.value).inc()
        seconds = (sent_at - alert.received_at).total_seconds()
        self._of(defs.LATENCY, alert.priority.value).observe(max(0.0, seconds))

    def dead_letter(self, stage: Stage, reason: Reason) -> None:
        """An input was refused."""
        self._of(defs.DEAD_LETTERS, stage.value, reason.value).inc()

    def duplicate(self, agent: Agent) -> None:
        """A resend was recognised."""
        self._of(defs.DUPLICATES, agent.value).inc()

    def replayed(self, agent: Agent) -> None:
        """A record came again after a crash, and its outputs were sent again."""
        self._of(defs.REPLAYS, agent.value).inc()

    def spent(self, stage: Timed, seconds: float) -> None:
        """One record was in a stage for so long."""
        self._of(defs.STAGE, stage.value).observe(seconds)

    def lag(self, topic: str, partition: int, records: int) -> None:
        """Records of a partition not yet processed."""
        self._of(defs.LAG, topic, str(partition)).set(records)

    def progressed(self, topic: str, partition: int, at: datetime) -> None:
        """The committed offset moved, or there was nothing to commit."""
        self._of(defs.COMMITTED_AT, topic, str(partition)).set(at.timestamp())

    def revoked(self, topic: str, partition: int) -> None:
        """The partition went to another worker: what this one said of it is no longer true."""
        for metric in (defs.LAG, defs.COMMITTED_AT):
            if self._children.pop((metric.name, topic, str(partition)), None) is not None:
                self._metrics[metric.name].remove(topic, str(partition))

    def log_size(self, size: int) -> None:
        """Bytes of the embedded log's files."""
        self._of(defs.LOG_BYTES).set(size)

    def index(self, index: str, entries: int) -> None:
        """Entries of a candidate index; `index` is a name in the code."""
        self._of(defs.INDEX_ENTRIES, index).set(entries)

    def render(self) -> bytes:
        """The exposition in Prometheus' text format: the body of /metrics."""
        return generate_latest(self._registry)

    def _of(self, metric: MetricDef, *values: str) -> Any:
        """The series of these label values; kept, because looking it up in prometheus_client costs more than counting."""
        key = (metric.name, *values)
        child = self._children.get(key)
        if child is None:
            parent = self._metrics[metric.name]
            child = self._children[key] = parent.labels(*values) if metric.labels else parent
        return child


def _build(metric: MetricDef, registry: CollectorRegistry) -> Any:
    if metric.kind is Kind.HISTOGRAM:
        return Histogram(metric.name, metric.help, metric.labels, registry=registry, buckets=metric.buckets)
    maker = Counter if metric.kind is Kind.COUNTER else Gauge
    return maker(metric.name, metric.help, metric.labels, registry=registry)

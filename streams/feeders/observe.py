"""What a feeder process tells Prometheus and its log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.exposition import generate_latest

from streams.adapters import metric_defs as defs
from streams.adapters.metric_defs import Kind, MetricDef
from streams.adapters.metrics import UNKNOWN
from streams.domain.report import RawRecord
from streams.domain.source import Source
from streams.feeders.outbox import Outbox
from streams.pipeline.ports import Clock


class Feeder(StrEnum):
    """The kinds of feeders: label values and the names of the commands."""

    FOLDER = "folder"
    HTTP = "http"
    RSS = "rss"
    IMAP = "imap"


class Refusal(StrEnum):
    """Why an item was not taken. What is taken and cannot be read becomes a dead letter, and is not counted here."""

    TOO_LARGE = "too-large"
    BAD_REQUEST = "bad-request"
    UNAUTHORIZED = "unauthorized"
    FORBIDDEN = "forbidden"
    CONFLICT = "conflict"
    BAD_TYPE = "bad-type"
    QUOTA = "quota"
    QUEUE_FULL = "queue-full"
    BROKER_AWAY = "broker-away"
    UNREADABLE = "unreadable"


class Outcome(StrEnum):
    """What a look at a folder, a feed or a mailbox came to."""

    NEW = "new"
    UNCHANGED = "unchanged"
    GONE = "gone"
    THROTTLED = "throttled"
    FAILED = "failed"
    BROKER_AWAY = "broker-away"


class FeederMetrics:
    """The counters of one feeder process. Labels come from the enums above and the registry of sources."""

    def __init__(self, sources: Iterable[Source], clock: Clock) -> None:
        self._registry = CollectorRegistry()
        self._clock = clock
        self._known = frozenset(source.id for source in sources)
        self._metrics: Mapping[str, Any] = {metric.name: _build(metric, self._registry) for metric in defs.FEEDER_METRICS}
        ProcessCollector(registry=self._registry)

    def fed(self, feeder: Feeder, raw: RawRecord, seconds: float) -> None:
        """The log has it for good, `seconds` after it was handed over."""
        source = raw.source if raw.source in self._known else UNKNOWN
        self._of(defs.FED, feeder, source).inc()
        self._of(defs.FED_BYTES, feeder, source).inc(len(raw.body))
        self._of(defs.FEEDER_TOOK, feeder).observe(seconds)
        self.succeeded(feeder)

    def repeated(self, feeder: Feeder) -> None:
        """The log had it before."""
        self._of(defs.FEEDER_REPEATS, feeder).inc()
        self.succeeded(feeder)

    def refused(self, feeder: Feeder, reason: Refusal) -> None:
        """An item was not taken."""
        self._of(defs.FEEDER_REFUSED, feeder, reason).inc()

    def polled(self, feeder: Feeder, outcome: Outcome) -> None:
        """One look."""
        self._of(defs.FEEDER_POLLS, feeder, outcome).inc()
        if outcome in (Outcome.NEW, Outcome.UNCHANGED):
            self.succeeded(feeder)

    def succeeded(self, feeder: Feeder) -> None:
        """The feeder did its work now."""
        self._of(defs.FEEDER_SUCCESS_AT, feeder).set(self._clock.now().timestamp())

    def outbox(self, feeder: Feeder, outbox: Outbox) -> None:
        """Bring the gauges of its queue up to date."""
        self._of(defs.FEEDER_QUEUE, feeder).set(outbox.depth)
        self._of(defs.FEEDER_LAG, feeder).set(outbox.oldest())
        self._of(defs.FEEDER_BROKER, feeder).set(int(not outbox.away))

    def render(self) -> bytes:
        """The body of /metrics."""
        return generate_latest(self._registry)

    def _of(self, metric: MetricDef, *labels: str) -> Any:
        return self._metrics[metric.name].labels(*(str(label) for label in labels))


def _build(metric: MetricDef, registry: CollectorRegistry) -> Any:
    if metric.kind is Kind.HISTOGRAM:
        return Histogram(metric.name, metric.help, metric.labels, registry=registry, buckets=metric.buckets)
    return (Counter if metric.kind is Kind.COUNTER else Gauge)(metric.name, metric.help, metric.labels, registry=registry)

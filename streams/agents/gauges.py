"""The worker's state as gauges, brought up to date when Prometheus asks, and what of it is a problem."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic, time
from typing import Any

from streams.adapters.metrics import Metrics
from streams.agents.steps import DeduplicateStep
from streams.domain.incident import IncidentState
from streams.transport.liveness import Progress


class Gauges:
    """Reads the transport's progress, the open incidents and, on the embedded log at `log_path`, the size of its files."""

    def __init__(self, app: Any, metrics: Metrics, deduplicating: DeduplicateStep, log_path: Path | None) -> None:
        self._app = app
        self._metrics = metrics
        self._deduplicating = deduplicating
        self._log_path = log_path

    @property
    def _progress(self) -> Progress:
        progress: Progress = self._app.transport.progress
        return progress

    def problems(self) -> Sequence[str]:
        """What is wrong with the worker now, in words; empty when it is alive."""
        progress = self._progress
        waiting = f"records are waiting and none was committed for over {progress.limit:.0f} s"
        stalled = (f"{p.topic}[{p.partition}]: {waiting}" for p in progress.stalled())
        return (*stalled, *(("the broker does not answer",) if progress.silent() else ()))

    def refresh(self) -> None:
        """Bring every gauge up to date."""
        now, ticks = time(), monotonic()
        for p in self._progress.partitions():
            self._metrics.progressed(p.topic, p.partition, datetime.fromtimestamp(now - (ticks - p.last_progress_at), UTC))
            if p.lag is not None:
                self._metrics.lag(p.topic, p.partition, p.lag)
        states: Counter[IncidentState] = Counter()
        for partition in self._deduplicating.partitions:
            states.update(partition.open_states())
        self._metrics.incidents_open(states)
        self._index_sizes()
        if self._log_path is not None:
            self._metrics.log_size(sum(p.stat().st_size for p in self._log_path.parent.glob(self._log_path.name + "*") if p.is_file()))

    def _index_sizes(self) -> None:
        sizes = [partition.linker.size for partition in self._deduplicating.partitions]
        for name in ("records", "clusters", "postings", "saturated", "pairs"):
            self._metrics.index(name, sum(getattr(size, name) for size in sizes))

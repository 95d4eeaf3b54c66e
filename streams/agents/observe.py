"""What the agents tell the metrics: one call per record and outcome, so that steps stay free of counting."""

from __future__ import annotations

import logging

from streams.adapters.metrics import Agent, Metrics, Timed
from streams.domain.errors import Reason, RefusedInput
from streams.domain.event import EventRecord
from streams.pipeline.deduplicate import Applied, Outcome
from streams.pipeline.normalize import Normalized
from streams.pipeline.ports import Clock
from streams.pipeline.versions import Arrival

LOG = logging.getLogger("wirebell")

_STAGES = {Agent.NORMALIZE: Timed.EXTRACT, Agent.DEDUPLICATE: Timed.MATCH}


class Observer:
    """Translates what the core did into metrics and log lines."""

    def __init__(self, metrics: Metrics, clock: Clock) -> None:
        self._metrics = metrics
        self._clock = clock

    def consumed(self, topic: str) -> None:
        """A record was taken from a topic."""
        self._metrics.consumed(topic)

    def normalized(self, normalized: Normalized) -> None:
        """A raw record went through the core."""
        for outcome in normalized.outcomes:
            if outcome.arrival is Arrival.DUPLICATE:
                self._metrics.duplicate(Agent.NORMALIZE)
            elif outcome.arrival is Arrival.REPLAYED:
                self._metrics.replayed(Agent.NORMALIZE)
            else:
                self._metrics.report(outcome.report)
                for record in outcome.records:
                    self._metrics.event(record)

    def deduplicated(self, record: EventRecord, applied: Applied) -> None:
        """An event record went through the core."""
        match applied.outcome:
            case Outcome.DUPLICATE:
                self._metrics.duplicate(Agent.DEDUPLICATE)
            case Outcome.REPLAYED:
                self._metrics.replayed(Agent.DEDUPLICATE)
            case Outcome.UNKNOWN:
                LOG.info("release of %s: it is no longer open", record.event_id)
            case Outcome.APPLIED:
                self._changed(applied)

    def _changed(self, applied: Applied) -> None:
        for incident in applied.incidents:
            self._metrics.incident(incident)
        now = self._clock.now()
        for alert in applied.alerts:
            self._metrics.alert(alert, now)

    def refused(self, error: RefusedInput, where: str) -> None:
        """A record, or a part of one, went to the dead letters. A defect of ours is logged with its traceback."""
        self._metrics.dead_letter(error.stage, error.reason)
        LOG.warning("refused %s: %s", where, error, exc_info=error.__cause__ if error.reason is Reason.INTERNAL else None)

    def took(self, agent: Agent, seconds: float) -> None:
        """One record took an agent so long."""
        self._metrics.spent(_STAGES[agent], seconds)

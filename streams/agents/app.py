"""The worker composed: the same agents, tables and topics on the embedded log and on Kafka.

wire.raw --normalize--> wire.events --deduplicate--> wire.incidents, wire.alerts
             |                           |
      table `reports`            table `incidents`          whatever is refused -> wire.dead-letters
"""

from __future__ import annotations

from dataclasses import dataclass

import faust

from streams.adapters.metrics import Agent, Metrics
from streams.adapters.tables import TableIncidents, TableItems
from streams.agents.deadletters import DeadLetters
from streams.agents.faustapp import Send, add_agent, bytes_table, bytes_topic, crashing, faust_app, sender
from streams.agents.gauges import Gauges
from streams.agents.observe import Observer
from streams.agents.ops import OpsServer
from streams.agents.steps import DeduplicateStep, Guarded, NormalizeStep, TopicNames
from streams.config import Settings
from streams.pipeline.deduplicate import Deduplicator
from streams.pipeline.ports import Clock
from streams.transport import register
from streams.transport.sqlite import parse_url

RELEASE_INTERVAL = 1.0
"""Seconds between looks for embargoes that have passed."""


@dataclass(frozen=True, slots=True)
class Worker:
    """An app with what stands beside it."""

    app: faust.App
    ops: OpsServer
    metrics: Metrics


def create_worker(settings: Settings, clock: Clock, metrics: Metrics) -> Worker:
    """Compose the worker for these settings. Nothing is started and nothing is connected yet."""
    register()
    app = faust_app(settings)
    names = TopicNames()
    topics = {name: bytes_topic(app, name) for name in (names.raw, names.events, names.incidents, names.alerts, names.dead_letters)}
    send = sender(topics)
    observer = Observer(metrics, clock)
    letters = [DeadLetters(names.dead_letters, clock, settings.dead_letter_share, settings.dead_letter_window) for _ in Agent]
    items = TableItems(bytes_table(app, "reports", settings.partitions[names.raw]))
    incidents = bytes_table(app, "incidents", settings.partitions[names.events])

    def open_partition(partition: int) -> Deduplicator:
        return Deduplicator(TableIncidents(incidents, partition), settings.core, partition)

    normalizing = NormalizeStep(items, settings.core, names, letters[0], observer)
    deduplicating = DeduplicateStep(open_partition, names, observer)
    add_agent(app, "normalize", topics[names.raw], Guarded(Agent.NORMALIZE, normalizing, letters[0], observer), send)
    add_agent(app, "deduplicate", topics[names.events], Guarded(Agent.DEDUPLICATE, deduplicating, letters[1], observer), send)
    gauges = Gauges(app, metrics, deduplicating, parse_url(settings.broker).path if settings.embedded else None)
    ops = OpsServer(settings.metrics_bind, settings.metrics_port, metrics, gauges.problems, gauges.refresh)
    _follow_assignment(app, deduplicating, ops, metrics)
    _release_embargoes(app, deduplicating, clock, send)
    return Worker(app, ops, metrics)


def _follow_assignment(app: faust.App, deduplicating: DeduplicateStep, ops: OpsServer, metrics: Metrics) -> None:
    async def revoked(*_: object, **__: object) -> None:
        ops.not_ready("partitions are being reassigned")
        metrics.ready(False)
        deduplicating.release_all()

    async def settled(*_: object, **__: object) -> None:
        ops.ready()
        metrics.ready(True)

    app.on_partitions_revoked.connect(revoked, weak=False)
    app.on_rebalance_complete.connect(settled, weak=False)


def _release_embargoes(app: faust.App, deduplicating: DeduplicateStep, clock: Clock, send: Send) -> None:
    async def release() -> None:
        async with crashing(app):
            await send(deduplicating.due(clock.now()))

    app.timer(RELEASE_INTERVAL)(release)

"""Nothing lost, nothing invented, nothing told twice: workers killed at random moments against an undisturbed run.

Small here; the full size with WIREBELL_CHAOS=1 (`make chaos`).
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from deploy.kafka.broker import Broker
from streams.domain.report import RawRecord
from streams.domain.settings import CoreSettings
from streams.pipeline.replay import Replayed, replay
from tests.support.deployment import Deployment, wait_until
from tests.support.synthetic import Item, items

CHAOS = os.environ.get("WIREBELL_CHAOS") == "1"
SEED = 20200927
DRAIN_SECONDS = 1500.0 if CHAOS else 150.0


@dataclass(frozen=True)
class Size:
    """How much of it."""

    reports: int
    kills: int


KAFKA = Size(20_000, 10) if CHAOS else Size(600, 3)
EMBEDDED = Size(20_000, 50) if CHAOS else Size(600, 5)


def fed(size: Size, poison: float) -> list[Item]:
    return list(items(size.reports, SEED, poison))


def raws(fed: Sequence[Item]) -> list[RawRecord]:
    return [RawRecord(i.source, i.received_at, i.body, input_id=i.input_id) for i in fed]


def expected(fed: Sequence[Item]) -> Replayed:
    """The undisturbed run: the same core, no broker, no crash."""
    return replay(raws(fed), CoreSettings())


def assert_nothing_lost_or_invented(deployment: Deployment, fed: Sequence[Item]) -> None:
    """Alerts by id, incidents by what they are, dead letters by input, against the undisturbed run."""
    undisturbed = expected(fed)
    told = Counter(a.alert_id for a in deployment.alerts())
    assert set(told) == {line.alert.alert_id for line in undisturbed.alerts}
    pictures = {i.incident_id: (i.state, i.event_ids, i.attributes) for i in deployment.incidents().values()}
    assert pictures == {i.incident_id: (i.state, i.event_ids, i.attributes) for i in undisturbed.incidents}
    refused = {r.header("input-id") for r in deployment.records("wire.dead-letters")}
    assert refused == {i.input_id for i in fed if i.poison}


def sink_that_remembers(deployment: Deployment) -> list[str]:
    """What a consumer that drops alert ids it has seen ends up with."""
    return list(dict.fromkeys(a.alert_id for a in deployment.alerts()))


def kill_at_random(deployment: Deployment, slots: int, kills: int, total: int) -> Iterator[int]:
    """Kill a random worker each time a random share of the work was done, and start it again. Yields after each kill."""
    dice = random.Random(SEED)
    moments = sorted(dice.random() * 0.9 for _ in range(kills))
    for slot in range(slots):
        deployment.start_worker(slot)
    for number, moment in enumerate(moments):
        wait_until(partial(reached, deployment, moment * total), DRAIN_SECONDS, f"{moment:.0%} processed: {deployment.last_words()}")
        slot = dice.randrange(slots)
        deployment.running[slot].kill()
        deployment.running[slot].wait()
        deployment.supervise()
        yield number


def reached(deployment: Deployment, records: float) -> bool:
    """Whether so many are done with. A worker that gave up, as one does that starts while the broker is away, is started again."""
    deployment.supervise()
    return processed(deployment) >= records


def processed(deployment: Deployment) -> int:
    """Event records that the group is done with: moves on with the committed offsets only."""
    with deployment.client() as client:
        return sum(client.committed(deployment.app_id, "wire.events").values())


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[Deployment]:
    deployment = Deployment(f"sqlite:///{tmp_path}/wirebell.db", tmp_path / "run", "wirebell")
    deployment.prepare()
    yield deployment
    deployment.kill_all()


@pytest.mark.timeout(2 * DRAIN_SECONDS)
def test_the_embedded_log_says_everything_exactly_once_through_kills(embedded: Deployment) -> None:
    reports = fed(EMBEDDED, poison=0.01)
    embedded.ingest(raws(reports))
    kills = list(kill_at_random(embedded, 1, EMBEDDED.kills, len(reports)))
    embedded.drain(DRAIN_SECONDS)
    assert len(kills) == EMBEDDED.kills
    assert embedded.stop() == [0]
    assert_nothing_lost_or_invented(embedded, reports)
    assert sink_that_remembers(embedded) == [a.alert_id for a in embedded.alerts()]


@pytest.mark.timeout(2 * DRAIN_SECONDS)
def test_kafka_loses_and_invents_nothing_through_kills_and_a_broker_restart(own_broker: Broker, unique: str, tmp_path: Path) -> None:
    deployment = Deployment(f"kafka://{own_broker.bootstrap}", tmp_path / "run", f"{unique}wirebell")
    deployment.prepare()
    reports = fed(KAFKA, poison=0.01)
    try:
        deployment.ingest(raws(reports))
        for number in kill_at_random(deployment, 2, KAFKA.kills, len(reports)):
            if number == KAFKA.kills // 2:
                own_broker.restart()
        deployment.drain(DRAIN_SECONDS)
        deployment.stop()
        assert_nothing_lost_or_invented(deployment, reports)
    finally:
        deployment.kill_all()

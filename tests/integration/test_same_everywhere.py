"""The scenario through replay, the embedded log and Kafka, with few and many workers and partitions: the same incidents."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from deploy.kafka.broker import Broker
from streams.adapters.serialisation import to_json
from tests.support.deployment import Deployment
from tests.support.scenario import KARABAKH, Output

SOURCES = (KARABAKH.folder / "wirebell.toml").read_text("utf-8")


@pytest.fixture(scope="module")
def replayed() -> Output:
    return KARABAKH.run(KARABAKH.raws())


@contextmanager
def played(broker: str, folder: Path, group: str, workers: int, partitions: dict[str, int]) -> Iterator[Deployment]:
    """The scenario fed to workers until nothing is left to do."""
    deployment = Deployment(broker, folder, group, partitions, SOURCES)
    deployment.prepare()
    try:
        deployment.ingest(KARABAKH.raws())
        for slot in range(workers):
            deployment.start_worker(slot)
        deployment.drain(100)
        assert deployment.stop() == [0] * workers
        yield deployment
    finally:
        deployment.kill_all()


def incidents(deployment: Deployment) -> list[dict[str, Any]]:
    return [to_json(i) for i in deployment.incidents().values() if not i.merged_into]


def differences(deployment: Deployment, replayed: Output) -> list[str]:
    """Where the incidents differ from the replay's, whatever their ids: members, state, variants with holders, claims, voices."""
    here, there = _pictures(incidents(deployment)), _pictures(replayed.incidents)
    found = [f"only here: {m}" for m in sorted(here.keys() - there.keys())]
    found += [f"only in the replay: {m}" for m in sorted(there.keys() - here.keys())]
    for members in sorted(here.keys() & there.keys()):
        one, other = here[members], there[members]
        found += [f"{members}: {k}: {one[k]} is not {other[k]}" for k in one if one[k] != other[k]]
    return found


def _pictures(rows: list[dict[str, Any]]) -> dict[tuple[str, ...], dict[str, Any]]:
    ignored = {"incident_id", "founded_by", "revision", "joins", "headline"}
    return {tuple(row["event_ids"]): {k: v for k, v in row.items() if k not in ignored} for row in rows if not row["merged_into"]}


def test_the_embedded_log_tells_what_the_replay_tells(replayed: Output, tmp_path: Path) -> None:
    one = {"wire.raw": 1, "wire.events": 1, "wire.alerts": 1}
    with played(f"sqlite:///{tmp_path}/wirebell.db", tmp_path / "run", "wirebell", 1, one) as deployment:
        assert differences(deployment, replayed) == []
        assert [a.alert_id for a in deployment.alerts()] == [a["alert_id"] for a in replayed.alerts]


@pytest.mark.parametrize("partitions", [1, 8])
def test_the_embedded_log_with_many_raw_partitions_leads_to_the_same_incidents(replayed: Output, tmp_path: Path, partitions: int) -> None:
    with played(f"sqlite:///{tmp_path}/wirebell.db", tmp_path / "run", "wirebell", 1, {"wire.events": partitions}) as deployment:
        assert differences(deployment, replayed) == []


@pytest.mark.parametrize(("workers", "partitions"), [(1, 1), (1, 4), (3, 1), (3, 4)])
def test_kafka_leads_to_the_same_incidents(
    replayed: Output, own_broker: Broker, unique: str, tmp_path: Path, workers: int, partitions: int
) -> None:
    raw = {"wire.raw": 1, "wire.alerts": 1} if (workers, partitions) == (1, 1) else {}
    # Topics have the same names in every deployment, as in production: each case needs a log of its own.
    with played(
        f"kafka://{own_broker.bootstrap}", tmp_path / "run", f"{unique}wirebell", workers, {"wire.events": partitions, **raw}
    ) as deployment:
        assert differences(deployment, replayed) == []
        if raw:
            assert [a.alert_id for a in deployment.alerts()] == [a["alert_id"] for a in replayed.alerts]

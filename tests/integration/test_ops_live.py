"""What ops see of a running worker on the embedded log."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from deploy.kafka.broker import free_port
from tests.support.deployment import Deployment, wait_until
from tests.support.scenario import KARABAKH


@pytest.fixture
def deployment(tmp_path: Path) -> Iterator[Deployment]:
    sources = (KARABAKH.folder / "wirebell.toml").read_text("utf-8")
    # One partition each: the number of alerts may depend on the order, and only then is it the replay's.
    one = {"wire.raw": 1, "wire.events": 1}
    running = Deployment(f"sqlite:///{tmp_path}/wirebell.db", tmp_path / "run", "wirebell", one, sources, free_port())
    running.prepare()
    yield running
    running.kill_all()


def get(deployment: Deployment, path: str) -> tuple[int, str]:
    """Status and body; status 0 while nobody listens."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{deployment.metrics_port}{path}", timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except urllib.error.URLError:
        return 0, ""


def totals(page: str) -> dict[tuple[str, str], float]:
    """Sample values by metric and label values."""
    samples = (s for family in text_string_to_metric_families(page) for s in family.samples)
    return {(s.name, ",".join(f"{k}={v}" for k, v in sorted(s.labels.items()))): s.value for s in samples}


def test_a_worker_becomes_ready_and_counts_what_it_does(deployment: Deployment) -> None:
    expected = KARABAKH.run(KARABAKH.raws())
    deployment.ingest(KARABAKH.raws())
    deployment.start_worker()
    wait_until(lambda: get(deployment, "/readyz")[0] == 200, 30, f"ready: {deployment.last_words()}")
    deployment.drain(60)
    assert get(deployment, "/healthz") == (200, '{"ok": true, "problems": []}\n')
    found = totals(get(deployment, "/metrics")[1])
    named = {name for name, _ in found}

    def total(name: str) -> float:
        return sum(value for (metric, _), value in found.items() if metric == name)

    assert total("wirebell_alerts_total") == len(expected.alerts)
    assert total("wirebell_dead_letters_total") == len(expected.dead_letters)
    assert total("wirebell_incidents_open") == sum(1 for i in expected.incidents if not i["merged_into"])
    assert total("wirebell_duplicates_total") == sum(r["arrival"] == "duplicate" for r in expected.reports)
    assert found["wirebell_consumer_lag_records", "partition=0,topic=wire.raw"] == 0
    assert total("wirebell_log_size_bytes") > 0
    assert {"wirebell_alert_latency_seconds_bucket", "wirebell_source_last_seen_time_seconds", "wirebell_worker_ready"} <= named

"""What was refused under one setting is driven again under another, and nothing of it is lost or told twice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from streams.cli import cli
from streams.domain.report import RawRecord
from tests.support.deployment import Deployment
from tests.support.synthetic import BASE, ordinary

TIGHT = "[limits]\nmax_bytes = 900\n\n[dead_letters]\nlimit = 1.0\n"


@pytest.fixture
def deployment(tmp_path: Path) -> Iterator[Deployment]:
    running = Deployment(f"sqlite:///{tmp_path}/wirebell.db", tmp_path / "run", "wirebell", settings=TIGHT)
    running.prepare()
    yield running
    running.kill_all()


def long_and_short() -> list[RawRecord]:
    """Twenty reports, of which every other one is longer than the tight limit."""
    found = []
    for n, item in enumerate(ordinary(20, seed=3)):
        story = json.loads(item.body)
        story["headline"] = f"Report {n} of {story['headline']}"
        story["body"] = story["body"][:300] if n % 2 else story["body"] + " " + "It went on for some time. " * 20
        found.append(RawRecord(item.source, BASE, json.dumps(story).encode(), "application/json", input_id=item.input_id))
    return found


def run_to_the_end(deployment: Deployment) -> list[str]:
    deployment.start_worker()
    deployment.drain(60)
    assert deployment.stop() == [0]
    return [a.alert_id for a in deployment.alerts()]


def test_a_raised_limit_and_a_redrive_bring_back_what_was_too_large(deployment: Deployment) -> None:
    deployment.ingest(long_and_short())
    before = run_to_the_end(deployment)
    letters = list(deployment.records("wire.dead-letters"))
    assert {r.header("error.reason") for r in letters} == {"too-large"}
    assert len(letters) == 10
    deployment.settings = ""
    config = deployment.folder / "settings.toml"
    config.write_text(f'broker = "{deployment.broker}"\n')
    redriven = CliRunner().invoke(cli, ["dlq", "redrive", "--settings", str(config)])
    assert redriven.exit_code == 0, redriven.output
    after = run_to_the_end(deployment)
    assert len(set(after)) == len(after)
    assert set(before) < set(after)
    read = {m.report_id for i in deployment.incidents().values() for m in i.members}
    assert len(read) == 20

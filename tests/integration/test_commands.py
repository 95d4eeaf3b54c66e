"""The commands with the real worker behind them: the demo on the embedded log, and a newsroom's day on either broker."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).parents[2]
SCENARIO = REPOSITORY / "tests" / "data" / "scenario"
SECONDS = 90.0
COMMAND = [sys.executable, "-m", "streams.cli"]


def wirebell(*args: str, environ: Mapping[str, str]) -> str:
    done = subprocess.run(
        [*COMMAND, *args], env=dict(environ), cwd=environ["HOME"], capture_output=True, text=True, timeout=SECONDS, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    own = {k: v for k, v in os.environ.items() if not k.startswith("WIREBELL_")}
    return {**own, "HOME": str(tmp_path), "PYTHONPATH": str(REPOSITORY)}


@pytest.fixture(params=["embedded", "kafka"])
def newsroom(request: pytest.FixtureRequest, environ: dict[str, str], tmp_path: Path, unique: str) -> dict[str, str]:
    """The environment of a newsroom on either broker."""
    kafka = request.param == "kafka"
    broker = f"kafka://{request.getfixturevalue('kafka_broker')}" if kafka else f"sqlite:///{tmp_path}/wirebell.db"
    settings = {"BROKER": broker, "APP_ID": f"{unique}wirebell", "DATADIR": str(tmp_path / "state"), "METRICS_PORT": "0"}
    return environ | {f"WIREBELL_{k}": v for k, v in settings.items()} | {"WIREBELL_CONFIG": str(SCENARIO / "wirebell.toml")}


@contextmanager
def worker(environ: Mapping[str, str]) -> Iterator[None]:
    log = Path(environ["HOME"]) / "worker.log"
    with log.open("ab") as out:
        process = subprocess.Popen([*COMMAND, "worker"], env=dict(environ), cwd=environ["HOME"], stdout=out, stderr=out)
    try:
        yield
        assert process.poll() is None, log.read_text()[-3000:]
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0, log.read_text()[-3000:]
    finally:
        process.kill()
        process.wait()


def rows(*args: str, environ: Mapping[str, str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in wirebell(*args, "--json", environ=environ).splitlines()]


def settled(environ: Mapping[str, str]) -> None:
    """Wait until the worker has committed all of both topics that it consumes."""
    deadline = time.monotonic() + SECONDS
    while True:
        lag = {r["topic"]: r["lag"] for r in rows("topics", "list", environ=environ)}
        if lag["wire.raw"] == lag["wire.events"] == 0:
            return
        assert time.monotonic() < deadline, lag
        time.sleep(0.3)


@pytest.mark.timeout(240)
def test_a_day_goes_in_and_the_alerts_come_out(newsroom: dict[str, str]) -> None:
    wirebell("topics", "apply", environ=newsroom)
    assert rows("ingest", str(SCENARIO / "reports.jsonl"), environ=newsroom)[0]["records"] == 46
    with worker(newsroom):
        settled(newsroom)
    alerts = rows("tail", "--from", "beginning", "--no-follow", environ=newsroom)
    ids = [a["alert_id"] for a in alerts]
    assert len(ids) == len(set(ids)) > 10
    downed = next(a for a in alerts if a["type"] == "conflict.aircraft_downed" and a["state"] == "confirmed")
    explained = wirebell("explain", downed["incident_id"], environ=newsroom)
    assert "Who says so" in explained
    refused = {(r["source"], r["origin"].partition("[")[0]) for r in rows("dlq", "list", environ=newsroom)}
    assert refused == {("volga-news", "wire.raw"), ("alpine-courier", "wire.raw")}
    assert rows("dlq", "redrive", environ=newsroom)[0]["redriven"] == 2
    assert rows("dlq", "redrive", environ=newsroom)[0]["redriven"] == 0
    with worker(newsroom):
        settled(newsroom)
    assert len(rows("dlq", "list", environ=newsroom)) == 2
    assert [a["alert_id"] for a in rows("tail", "--from", "beginning", "--no-follow", environ=newsroom)] == ids


@pytest.mark.timeout(180)
def test_the_demo_plays_the_day_and_ends_with_the_ledger(environ: dict[str, str]) -> None:
    text = wirebell("demo", "--speed", "0", environ=environ)
    assert text.count("<- ") == 46
    assert "AZERBAIJAN CONFIRMS" in text
    assert "Who says so" in text
    assert "46 raw records" in text
    assert text.rstrip().endswith("incidents")

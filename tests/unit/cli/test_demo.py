"""The demo's parts, and the worker commands, without a worker."""

from __future__ import annotations

import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from streams.adapters.avro import codec_for
from streams.adapters.logclient import LogClient, Start
from streams.cli import demo
from streams.cli.demo import environment, main_incident, pace, play, ringing, settle, working
from streams.config import Settings, load
from streams.domain.errors import MustStop
from streams.domain.incident import Incident
from streams.domain.report import RawRecord
from streams.domain.settings import CoreSettings
from tests.unit.cli.conftest import Wirebell
from tests.unit.cli.test_log_commands import RECEIVED, STORY, alert, say
from tests.unit.cli.test_replay_explain import incident


def ok() -> None:
    return None


def test_a_missing_scenario_is_said_where_to_find_it(wirebell: Wirebell, tmp_path: Path) -> None:
    assert "name it with --scenario" in wirebell("demo", "--scenario", str(tmp_path), code=65).stderr


def test_the_demo_takes_nothing_from_the_users_settings_and_writes_in_its_own_folder(tmp_path: Path) -> None:
    environ = environment(
        tmp_path, tmp_path, {"WIREBELL_BROKER": "kafka://production:9092", "WIREBELL_APP_ID": "prod", "HOME": "/root-of-me"}
    )
    settings = load(None, environ)
    assert (settings.embedded, settings.app_id, settings.datadir, settings.metrics_port) == (True, "wirebell", tmp_path / "state", 0)
    assert environ["HOME"] == "/root-of-me"


def test_the_scenarios_sources_are_the_workers(tmp_path: Path) -> None:
    (tmp_path / "wirebell.toml").write_text('[sources.acme]\nname = "Acme"\n')
    assert load(None, environment(tmp_path, tmp_path, {})).core.source("acme").name == "Acme"


def test_playing_puts_reports_in_order_into_the_log(log: LogClient, capsys: pytest.CaptureFixture[str]) -> None:
    pauses: list[int] = []
    raws = [RawRecord("acme", RECEIVED, STORY, input_id=str(n)) for n in range(3)]
    assert play(log, raws, CoreSettings(), lambda: pauses.append(1)) == 3
    assert [r.header("input-id") for r in log.read("wire.raw", Start.BEGINNING)] == ["0", "1", "2"]
    assert (len(pauses), capsys.readouterr().out.count("<- acme")) == (3, 3)


def test_speed_nought_does_not_pause_and_the_first_pause_waits_for_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[object] = []
    monkeypatch.setattr("streams.cli.demo.time.sleep", slept.append)
    pace(0, lambda: slept.append("waited"))()
    pause = pace(4, lambda: slept.append("waited"))
    pause()
    pause()
    assert slept == ["waited", 0.25, 0.25]


def test_everything_in_the_log_is_printed_before_listening_ends(
    wirebell: Wirebell, log: LogClient, capsys: pytest.CaptureFixture[str]
) -> None:
    with ringing(Settings(broker=wirebell.broker), bell=False):
        say(log, *(alert(n) for n in range(5)))
    assert capsys.readouterr().out.count("SNAP NUMBER") == 5


def test_settling_ends_when_the_worker_has_committed_everything(log: LogClient) -> None:
    log.append("wire.raw", b"k", b"v")
    log.flush()
    looks: list[int] = []

    def commits_at_the_second_look() -> None:
        looks.append(1)
        if len(looks) == 2:
            log.commit("wirebell", "wire.raw", log.ends("wire.raw"))

    settle(log, "wirebell", commits_at_the_second_look)
    assert len(looks) == 2


def test_settling_gives_up_on_a_worker_that_does_not_get_on(log: LogClient) -> None:
    log.append("wire.events", b"k", b"v")
    log.flush()
    with pytest.raises(MustStop, match=r"1 records of wire\.events still to process"):
        settle(log, "wirebell", ok, seconds=0.0)


def started(monkeypatch: pytest.MonkeyPatch, program: str) -> list[subprocess.Popen[bytes]]:
    made: list[subprocess.Popen[bytes]] = []
    real = subprocess.Popen

    def popen(_: list[str], **kwargs: object) -> subprocess.Popen[bytes]:
        made.append(real([sys.executable, "-c", program], **kwargs))  # type: ignore[call-overload]
        return made[0]

    monkeypatch.setattr("streams.cli.demo.subprocess.Popen", popen)
    return made


def test_a_worker_that_ends_is_reported_with_the_end_of_its_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = started(monkeypatch, "print('the disk is full', flush=True); raise SystemExit(70)")
    with working({}, tmp_path) as alive:
        made[0].wait(30)
        with pytest.raises(MustStop, match="ended with code 70:\nthe disk is full"):
            alive()


def test_a_running_worker_is_told_to_stop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = started(monkeypatch, "import time; time.sleep(60)")
    with working({}, tmp_path) as alive:
        alive()
    assert made[0].returncode == -signal.SIGTERM


def test_a_worker_that_will_not_stop_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(demo, "STOP_SECONDS", 0.2)
    ready = tmp_path / "ready"
    program = f"import pathlib, signal, time; signal.signal(15, signal.SIG_IGN); pathlib.Path({str(ready)!r}).touch(); time.sleep(60)"
    made = started(monkeypatch, program)
    with working({}, tmp_path):
        while not ready.exists():
            assert made[0].poll() is None
    assert made[0].returncode == -signal.SIGKILL
    assert "did not stop within 0.2 s" in capsys.readouterr().err


def test_the_main_incident_is_the_one_told_most_often() -> None:
    incidents = {i: incident(i) for i in ("inc-a", "inc-b", "inc-c")}
    alerts = [alert(n, incident_id=i) for n, i in enumerate(("inc-a", "inc-b", "inc-b", "inc-c", "inc-c", "inc-gone"))]
    assert main_incident({**incidents, "inc-b": replace(incidents["inc-b"], claims=())}, alerts) == "inc-c"
    assert main_incident({}, alerts) is None


def test_the_demo_ends_with_the_main_incidents_ledger(log: LogClient, capsys: pytest.CaptureFixture[str]) -> None:
    log.append("wire.incidents", b"inc-abc1", codec_for(Incident).encode(incident()))
    say(log, alert(1, incident_id="inc-abc1"))
    demo.close(log)
    text = capsys.readouterr().out
    for part in (
        "AZE.MIL (party)",
        "confirms",
        "crew: survived",
        "0 raw records, 0 event records, 0 dead letters; 1 alerts of 1 incidents",
    ):
        assert part in text


def test_a_day_on_which_nothing_rang_still_ends_with_its_counts(log: LogClient, capsys: pytest.CaptureFixture[str]) -> None:
    demo.close(log)
    assert "0 alerts of 0 incidents" in capsys.readouterr().out


@pytest.mark.parametrize(("command", "topics"), [("worker", 0), ("run", 5)])
def test_worker_commands_end_with_the_workers_exit_code(
    wirebell: Wirebell, monkeypatch: pytest.MonkeyPatch, command: str, topics: int
) -> None:
    ran: list[tuple[str, str]] = []

    def run_worker(settings: Settings, loglevel: str) -> int:
        ran.append((settings.broker, loglevel))
        return 70

    monkeypatch.setattr("streams.agents.run_worker", run_worker)
    wirebell(command, "--loglevel", "debug", code=70)
    assert ran == [(wirebell.broker, "debug")]
    assert len(wirebell.rows("topics", "list") if topics else []) == topics

"""Feeders in one process: started, observed, stopped."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from streams.adapters.logclient import Start, open_log
from streams.adapters.topics import load_topics
from streams.config import Settings, load
from streams.domain.errors import ConfigError, MustStop
from streams.feeders import run as module
from streams.feeders.journal import Entry, Journal
from streams.feeders.observe import Feeder
from streams.feeders.run import configured, run_feeders
from tests.support.feeding import START, desk

TOKEN = "a-token-for-the-tests"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def settings(folder: Path, feeders: str, topics: bool = True) -> Settings:
    path = folder / "wirebell.toml"
    head = f'broker = "sqlite:///{folder}/wirebell.db"\n[feeders]\ndatadir = "{folder}/journals"\nmetrics_port = {free_port()}\n'
    path.write_text(head + feeders)
    made = load(path, {})
    with open_log(made.broker) as client:
        for spec in load_topics() if topics else ():
            client.apply(spec, spec.partitions)
    return made


def stopped_after(visit: Callable[[], None]) -> threading.Thread:
    """Visit the running feeders, then end this process's run as a supervisor would."""

    def go() -> None:
        try:
            visit()
        finally:
            os.kill(os.getpid(), signal.SIGTERM)

    thread = threading.Thread(target=go)
    thread.start()
    return thread


def asked(url: str, body: bytes | None = None) -> tuple[int, str]:
    """Status and text, once the server listens."""
    request = urllib.request.Request(url, body, {"Authorization": f"Bearer {TOKEN}", "Content-Type": "text/plain"})
    for _ in range(400):
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except urllib.error.URLError:
            threading.Event().wait(0.02)
    raise AssertionError(f"{url} does not answer")


def test_feeders_run_until_they_are_told_to_stop(tmp_path: Path) -> None:
    port = free_port()
    made = settings(tmp_path, f'[feeders.folder]\npath = "{tmp_path}/inbox"\n[feeders.http]\nport = {port}\ntoken_env = "PUSH_TOKEN"\n')
    ops = f"http://127.0.0.1:{made.feeders.metrics_port}"
    seen: dict[str, tuple[int, str]] = {}

    def visit() -> None:
        seen["push"] = asked(f"http://127.0.0.1:{port}/wire/acme", b"Quake hits Yerevan")
        for page in ("metrics", "healthz", "readyz"):
            seen[page] = asked(f"{ops}/{page}")

    visitor = stopped_after(visit)
    run_feeders(configured(made), made, {"PUSH_TOKEN": TOKEN})
    visitor.join()
    assert seen["push"][0] == 202
    assert 'wirebell_feeder_items_total{feeder="http",source="unknown"} 1.0' in seen["metrics"][1]
    assert 'wirebell_feeder_broker_up{feeder="folder"} 1.0' in seen["metrics"][1]
    assert [seen[page] for page in ("healthz", "readyz")] == [(200, '{"ok": true, "problems": []}\n')] * 2
    with open_log(made.broker) as client:
        [record] = client.read("wire.raw", Start.BEGINNING)
    assert record.header("input-id") == json.loads(seen["push"][1])["id"]


def test_a_broker_that_is_away_is_waited_for_and_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streams.adapters.logclient.kafka.CONNECT_MS", 200)
    port = free_port()
    made = settings(tmp_path, f'[feeders.http]\nport = {port}\ntoken_env = "PUSH_TOKEN"\n')
    away = load(tmp_path / "wirebell.toml", {"WIREBELL_BROKER": "kafka://127.0.0.1:1"})
    seen: dict[str, tuple[int, str]] = {}

    def visit() -> None:
        seen["push"] = asked(f"http://127.0.0.1:{port}/wire/acme", b"Quake hits Yerevan")
        seen["readyz"] = asked(f"http://127.0.0.1:{made.feeders.metrics_port}/readyz")
        seen["healthz"] = asked(f"http://127.0.0.1:{made.feeders.metrics_port}/healthz")

    visitor = stopped_after(visit)
    run_feeders([Feeder.HTTP], away, {"PUSH_TOKEN": TOKEN})
    visitor.join()
    assert (seen["push"][0], seen["readyz"][0], seen["healthz"][0]) == (503, 503, 200)
    assert "no answer from the broker at 127.0.0.1:1" in seen["readyz"][1]


def test_pollers_run_beside_the_others(tmp_path: Path) -> None:
    nowhere = free_port()
    made = settings(
        tmp_path,
        f'[feeders.rss.acme]\nurl = "http://127.0.0.1:{nowhere}/rss"\n'
        f'[feeders.imap.desk]\nhost = "127.0.0.1"\nport = {nowhere}\nuser = "u"\npassword_env = "P"\ntls = "none"\n',
    )
    seen: list[str] = []

    def visit() -> None:
        wanted = ['polls_total{feeder="rss",outcome="failed"}', 'polls_total{feeder="imap",outcome="failed"}']
        for _ in range(200):
            seen.append(asked(f"http://127.0.0.1:{made.feeders.metrics_port}/metrics")[1])
            if all(line in seen[-1] for line in wanted):
                return
            threading.Event().wait(0.02)
        raise AssertionError("both did not poll")

    visitor = stopped_after(visit)
    run_feeders(configured(made), made, {"P": "secret"})
    visitor.join()
    assert 'outcome="failed"' in seen[-1]


def test_one_that_has_to_stop_ends_the_process_with_its_cause(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise MustStop("the disk is full")

    monkeypatch.setattr("streams.feeders.journal.Journal.intend", full)
    made = settings(tmp_path, f'[feeders.folder]\npath = "{tmp_path}/inbox"\ninterval = 0.05\n')
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "a.txt").write_text("Quake hits Yerevan")
    with pytest.raises(MustStop, match="the disk is full"):
        run_feeders([Feeder.FOLDER], made, {})
    assert (tmp_path / "inbox" / "a.txt").exists()


def test_an_address_that_is_taken_is_said(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        made = settings(tmp_path, f'[feeders.http]\nport = {taken.getsockname()[1]}\ntoken_env = "PUSH_TOKEN"\n')
        with pytest.raises(ConfigError, match="address already in use"):
            run_feeders([Feeder.HTTP], made, {"PUSH_TOKEN": TOKEN})


def test_a_topic_that_is_missing_is_named(tmp_path: Path) -> None:
    made = settings(tmp_path, f'[feeders.folder]\npath = "{tmp_path}/inbox"\n', topics=False)
    with pytest.raises(ConfigError, match=r"no topic wire\.raw"):
        run_feeders([Feeder.FOLDER], made, {})


def test_a_secret_that_is_missing_is_named(tmp_path: Path) -> None:
    made = settings(tmp_path, '[feeders.http]\ntoken_env = "PUSH_TOKEN"\n')
    with pytest.raises(ConfigError, match="the environment variable PUSH_TOKEN must hold a secret"):
        run_feeders([Feeder.HTTP], made, {})


@pytest.mark.parametrize(
    ("feeders", "message"), [([Feeder.RSS], r"no \[feeders\.rss\]"), ([], r"no \[feeders\.folder\], \[feeders\.http\]")]
)
def test_what_is_not_described_cannot_be_run(tmp_path: Path, feeders: list[Feeder], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        run_feeders(feeders, settings(tmp_path, ""), {})


@pytest.mark.parametrize(("feeder", "left"), [(Feeder.HTTP, ("young",)), (Feeder.FOLDER, ("old", "young"))])
async def test_what_was_fed_long_ago_is_forgotten_but_by_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, feeder: Feeder, left: tuple[str, ...]
) -> None:
    monkeypatch.setattr(module, "SWEEP_SECONDS", 0.001)
    swept = asyncio.Event()
    async with desk(tmp_path, feeder) as at:

        def fill(journal: Journal) -> None:
            journal.intend([Entry("old", "d", "a", 0), Entry("young", "d", "b", int(START.timestamp()))])
            journal.finish(["old", "young"])

        await at.outbox.ask(fill)
        stop = asyncio.Event()
        sweeping = asyncio.ensure_future(module._sweep(at.around, 1, stop))
        for _ in range(200):
            await asyncio.sleep(0.001)
            if await at.outbox.ask(lambda journal: journal.keys()) == left:
                swept.set()
        stop.set()
        await sweeping
        assert swept.is_set()
        assert await at.outbox.ask(lambda journal: journal.keys()) == left

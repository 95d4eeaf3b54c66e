"""`kill -9` at seeded random moments: the folder loses and duplicates nothing, and every 202 is kept."""

from __future__ import annotations

import asyncio
import os
import random
import socket
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

from tests.support.feeder_process import TOKEN, FeederProcess, until_or_dead

KILLS = 20 if os.environ.get("WIREBELL_CHAOS") else 5
SEED = int(os.environ.get("WIREBELL_SEED", "20200927"))
FILES = 120


@pytest.fixture(params=["embedded", "kafka"])
def broker(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "embedded":
        return f"sqlite:///{tmp_path}/wirebell.db"
    own = request.getfixturevalue("own_broker")
    return f"kafka://{own.bootstrap}"


@pytest.fixture
def folder(broker: str, tmp_path: Path) -> Iterator[FeederProcess]:
    table = f'[feeders.folder]\npath = "{tmp_path}/inbox"\ninterval = 0.05\n'
    feeder = FeederProcess(broker, tmp_path / "folder", "folder", table)
    feeder.prepare()
    yield feeder
    feeder.end()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def http(broker: str, tmp_path: Path) -> Iterator[tuple[FeederProcess, str]]:
    port = free_port()
    feeder = FeederProcess(broker, tmp_path / "http", "http", f'[feeders.http]\nport = {port}\ntoken_env = "PUSH_TOKEN"\n')
    feeder.prepare()
    yield feeder, f"http://127.0.0.1:{port}/wire/acme"
    feeder.end()


def story(n: int) -> bytes:
    return f"YEREVAN, Sept 27 (Acme) - Quake number {n} shook the city.\n".encode() * (1 + n % 7)


def drop(inbox: Path, numbers: range) -> None:
    """Some written in place, some under a temporary name first."""
    for n in numbers:
        target = inbox / f"source-{n % 3}" / f"{n}.txt"
        target.parent.mkdir(parents=True, exist_ok=True)
        if n % 2:
            target.write_bytes(story(n))
        else:
            draft = target.with_suffix(".part")
            draft.write_bytes(story(n))
            draft.rename(target)


@pytest.mark.timeout(120 + 20 * KILLS)
def test_a_watched_folder_loses_and_duplicates_nothing_through_kill_9(folder: FeederProcess, tmp_path: Path) -> None:
    chance, inbox, dropped, mid_way = random.Random(SEED), tmp_path / "inbox", 0, 0
    for _ in range(KILLS):
        drop(inbox, range(dropped, dropped + FILES))
        before, dropped = folder.count(), dropped + FILES
        folder.start()
        # Mostly in full work, where an append, its journal and the move of its file may be cut apart.
        until_or_dead(folder, before + chance.randrange(1, FILES), 60)
        time.sleep(chance.random() * 0.01)
        folder.kill()
        mid_way += folder.count() < dropped
    # One more, so that the last process is seen at work before it is told to stop: the kills may have left it nothing.
    drop(inbox, range(dropped, dropped + 1))
    dropped += 1
    folder.start()
    until_or_dead(folder, dropped, 60)
    left = inbox / "done"
    deadline = time.monotonic() + 30
    while sum(p.is_file() for p in left.rglob("*")) < dropped and time.monotonic() < deadline:
        time.sleep(0.05)
    assert folder.stop() == 0, folder.said()
    assert Counter(r.value for r in folder.records()) == Counter(story(n) for n in range(dropped))
    assert len({r.header("input-id") for r in folder.records()}) == dropped
    assert sorted(p.read_bytes() for p in left.rglob("*.txt")) == sorted(story(n) for n in range(dropped))
    assert [p for p in inbox.rglob("*.txt") if left not in p.parents] == []
    assert mid_way > 0, "no kill came while files were waiting: the test showed nothing"


class Agency:
    """A client as one should be: it sends a report with its key until it gets a 202."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.acknowledged: dict[int, list[str]] = {}
        self.refused = 0
        self._next = 0
        self.stop = False

    async def run(self) -> None:
        async with aiohttp.ClientSession() as session:
            await asyncio.gather(*(self._worker(session) for _ in range(8)))

    async def _worker(self, session: aiohttp.ClientSession) -> None:
        while not self.stop:
            n, self._next = self._next, self._next + 1
            await self._until_sent(session, n)
            # Now and then an answer gets lost on the way, and the client asks again.
            if n % 5 == 0:
                await self._sent(session, n)

    async def _until_sent(self, session: aiohttp.ClientSession, n: int) -> None:
        while True:
            if await self._sent(session, n):
                return
            await asyncio.sleep(0.02)

    async def _sent(self, session: aiohttp.ClientSession, n: int) -> bool:
        headers = {"Authorization": f"Bearer {TOKEN}", "Idempotency-Key": f"story-{n}", "Content-Type": "text/plain"}
        try:
            async with session.post(self._url, data=story(n), headers=headers) as response:
                answer = await response.json()
                if response.status == 202:
                    self.acknowledged.setdefault(n, []).append(answer["id"])
                    return True
                assert response.status in (429, 503), answer
        except aiohttp.ClientError:
            pass
        self.refused += 1
        return False


@pytest.mark.timeout(120 + 20 * KILLS)
async def test_http_push_keeps_every_report_it_acknowledged_through_kill_9(http: tuple[FeederProcess, str]) -> None:
    feeder, url = http
    chance, agency = random.Random(SEED), Agency(url)
    feeder.start()
    sending = asyncio.ensure_future(agency.run())
    for _ in range(KILLS):
        goal = len(agency.acknowledged) + chance.randrange(20, 120)
        deadline = time.monotonic() + 60
        while len(agency.acknowledged) < goal:
            assert time.monotonic() < deadline, feeder.said()
            await asyncio.sleep(0.002)
        await asyncio.to_thread(feeder.kill)
        await asyncio.to_thread(feeder.start)
    agency.stop = True
    await sending
    assert await asyncio.to_thread(feeder.stop) == 0, feeder.said()
    records = await asyncio.to_thread(feeder.records)
    stored = Counter(r.header("input-id") for r in records)
    assert set(stored.values()) == {1}
    assert Counter(r.value for r in records) == Counter(story(n) for n in agency.acknowledged)
    assert all(len(set(ids)) == 1 and ids[0] in stored for ids in agency.acknowledged.values())
    assert agency.refused > 0, "no request was in flight when it was killed: the test showed nothing"

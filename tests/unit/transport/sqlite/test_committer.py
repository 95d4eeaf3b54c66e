from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest

from streams.domain.errors import ConfigError, MustStop, TransientFailure
from streams.transport.sqlite import NewRecord, SqliteLog, committer
from streams.transport.sqlite.committer import Committer, patiently
from streams.transport.sqlite.units import Units

IN = ("t", 0)
OUT = NewRecord("t", None, b"out", partition=1)


class Bench:
    """A committer over a real log."""

    def __init__(self, log: SqliteLog) -> None:
        self.log = log
        self.units = Units()
        self.heard: list[Mapping[tuple[str, int], int]] = []
        self.committer = Committer(log, "g", self.units, self.heard.append)

    def finish_a_record(self, offset: int, *records: NewRecord) -> None:
        self.units.deliver(IN, offset)
        unit = self.units.unit(IN, offset)
        for record in records:
            self.units.send(unit, record)
        self.units.ack(IN, offset)


@pytest.fixture
async def bench(log: SqliteLog) -> AsyncIterator[Bench]:
    bench = Bench(log)
    yield bench
    bench.committer.close()


async def test_outputs_and_offset_are_committed_together_and_announced(bench: Bench) -> None:
    bench.finish_a_record(4, OUT, OUT)
    assert await bench.committer.flush()
    assert (bench.log.bounds("t", 1), bench.log.committed("g"), bench.heard) == ((0, 2), {IN: 5}, [{IN: 5}])
    assert not await bench.committer.flush()


async def test_a_send_outside_any_record_learns_its_place(bench: Bench) -> None:
    sent = bench.committer.send(OUT)
    assert not sent.done()
    await bench.committer.flush()
    assert (await sent).offset == 0


async def test_running_commits_whenever_something_is_finished(bench: Bench) -> None:
    running = asyncio.ensure_future(bench.committer.run())
    bench.finish_a_record(0, OUT)
    bench.committer.want()
    assert (await asyncio.wait_for(bench.committer.send(OUT), 5)).partition == 1
    assert bench.log.committed("g") == {IN: 1}
    running.cancel()


async def test_after_a_failed_commit_nothing_is_ever_committed_again(bench: Bench) -> None:
    bench.finish_a_record(0, NewRecord("nowhere", None, b"v"))
    lost = bench.committer.send(OUT)
    with pytest.raises(ConfigError, match="no topic 'nowhere'"):
        await bench.committer.flush()
    with pytest.raises(ConfigError):
        await lost
    bench.finish_a_record(1, OUT)
    with pytest.raises(MustStop, match="stopped after a failed commit"):
        await bench.committer.flush()
    with pytest.raises(MustStop):
        bench.committer.send(OUT)
    assert (bench.log.committed("g"), bench.log.bounds("t", 1)) == ({}, (0, 0))


async def test_a_cancelled_flush_is_carried_through(bench: Bench) -> None:
    bench.finish_a_record(0, OUT)
    flushing = asyncio.ensure_future(bench.committer.flush())
    await asyncio.sleep(0)
    flushing.cancel()
    await asyncio.wait([flushing])
    await bench.committer.flush()
    assert (bench.log.committed("g"), bench.heard) == ({IN: 1}, [{IN: 1}])


async def test_it_stands_in_line_while_another_process_writes(bench: Bench, path: Path) -> None:
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    bench.finish_a_record(0, OUT)
    asyncio.get_running_loop().call_later(0.3, holder.execute, "ROLLBACK")
    assert await bench.committer.flush()
    assert bench.log.committed("g") == {IN: 1}


async def test_it_does_not_stand_in_line_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(committer, "GIVE_UP_SECONDS", 0.02)

    def busy() -> None:
        raise TransientFailure("busy")

    with pytest.raises(TransientFailure):
        await patiently(busy)


def size(path: Path) -> int:
    return path.stat().st_size


async def test_a_checkpoint_empties_the_wal_for_reuse(bench: Bench, path: Path) -> None:
    bench.log.hold_checkpoints()
    before = size(path)
    bench.finish_a_record(0, NewRecord("t", None, b"x" * 200_000, partition=1))
    await bench.committer.flush()
    assert size(path) == before
    await bench.committer.checkpoint()
    assert size(path) > 200_000

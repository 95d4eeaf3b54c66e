"""A watched folder, from a file to the log and to done/."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from streams.config.feeders import FolderSettings
from streams.domain.errors import ConfigError
from streams.feeders import folder as module
from streams.feeders.appender import Item
from streams.feeders.folder import FolderFeeder
from streams.feeders.observe import Feeder
from streams.feeders.pace import Quotas
from tests.support.feeding import Desk, MemoryLog, desk
from tests.support.kafka_apps import eventually


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    return tmp_path / "inbox"


def feeder(at: Desk, inbox: Path, quota: int = 0) -> FolderFeeder:
    return FolderFeeder(at.around, FolderSettings(inbox, interval=0.01), Quotas({"acme": quota}, lambda: 0.0))


def put(inbox: Path, name: str, body: bytes = b"Quake hits Yerevan") -> Path:
    path = inbox / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    return path


def files(folder: Path) -> Sequence[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


async def looks(fed: FolderFeeder, count: int = 2) -> None:
    for _ in range(count):
        await fed._look(asyncio.Event())


async def test_finished_files_are_fed_and_moved(tmp_path: Path, inbox: Path) -> None:
    async with desk(tmp_path, Feeder.FOLDER) as at:
        fed = feeder(at, inbox)
        put(inbox, "acme/deep/a.xml", b"one")
        os.utime(inbox / "acme/deep/a.xml", (1, 1))
        put(inbox, "b.txt", b"two")
        await looks(fed)
        assert at.log.bodies() == [b"one", b"two"]
        assert [r.header("source") for r in at.log.records] == ["acme", "unnamed"]
        assert [r.header("input-id").split("~")[0] for r in at.log.records] == ["acme/deep/a.xml", "b.txt"]
        assert files(inbox) == ["done/acme/deep/a.xml", "done/b.txt"]
        assert await at.outbox.ask(lambda journal: journal.keys()) == ()
        assert at.metric('wirebell_feeder_items_total{feeder="folder",source="acme"} 1.0')
        assert at.metric('wirebell_feeder_items_total{feeder="folder",source="unknown"} 1.0')


async def test_a_file_that_is_still_written_waits(tmp_path: Path, inbox: Path) -> None:
    async with desk(tmp_path, Feeder.FOLDER) as at:
        fed = feeder(at, inbox)
        path = put(inbox, "acme/a.xml", b"on")
        await looks(fed, 1)
        path.write_bytes(b"one")
        await looks(fed, 1)
        assert at.log.bodies() == []
        await looks(fed, 1)
        assert at.log.bodies() == [b"one"]


async def test_the_same_name_again_does_not_replace_what_is_done(tmp_path: Path, inbox: Path) -> None:
    async with desk(tmp_path, Feeder.FOLDER) as at:
        fed = feeder(at, inbox)
        for body in (b"one", b"one", b"two"):
            put(inbox, "acme/a.xml", body)
            await looks(fed)
        assert at.log.bodies() == [b"one", b"one", b"two"]
        assert files(inbox) == ["done/acme/a.xml", "done/acme/a~2.xml", "done/acme/a~3.xml"]


async def test_empty_and_unreadable_copy_is_fed_all_the_same(tmp_path: Path, inbox: Path) -> None:
    async with desk(tmp_path, Feeder.FOLDER) as at:
        put(inbox, "acme/empty", b"")
        put(inbox, "acme/picture.jpg", b"\xff\xd8\xff\xe0 not copy")
        put(inbox, "acme/long.txt", b"x" * 2_000_000)
        await looks(feeder(at, inbox))
        assert sorted(map(len, at.log.bodies())) == [0, 13, 2_000_000]


async def test_what_no_record_can_hold_fails_with_its_reason(tmp_path: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "RECORD_CAP", 5)
    async with desk(tmp_path, Feeder.FOLDER) as at:
        put(inbox, "acme/a.xml", b"123456")
        put(inbox, "no source/b.xml", b"1")
        put(inbox, os.fsdecode(b"acme/\xff.xml"), b"2")
        put(inbox, "acme/c.xml", b"12345")
        await looks(feeder(at, inbox))
        assert at.log.bodies() == [b"12345"]
        failed = inbox / "failed"
        assert (failed / "acme/a.xml.reason").read_text() == "6 bytes; a record holds at most 5\n"
        assert "is no source id" in (failed / "no source/b.xml.reason").read_text()
        assert (failed / os.fsdecode(b"acme/\xff.xml.reason")).read_text() == "the name is not UTF-8\n"
        assert at.metric('wirebell_feeder_refused_total{feeder="folder",reason="too-large"} 1.0')
        assert at.metric('wirebell_feeder_refused_total{feeder="folder",reason="bad-request"} 2.0')


async def test_links_are_not_followed(tmp_path: Path, inbox: Path) -> None:
    async with desk(tmp_path, Feeder.FOLDER) as at:
        fed = feeder(at, inbox)
        secret = put(tmp_path, "secret/key.txt", b"secret")
        (inbox / "acme").symlink_to(secret.parent)
        (inbox / "key.txt").symlink_to(secret)
        await looks(fed, 3)
        assert at.log.bodies() == []


async def test_while_the_broker_is_away_files_stay(tmp_path: Path, inbox: Path) -> None:
    log = MemoryLog(failures=["lost"])
    async with desk(tmp_path, Feeder.FOLDER, log) as at:
        fed = feeder(at, inbox)
        put(inbox, "acme/a.xml", b"one")
        await looks(fed)
        assert (log.bodies(), files(inbox)) == ([], ["acme/a.xml"])
        await eventually(lambda: not at.outbox.away, 10, "connected again")
        await looks(fed)
        assert (log.bodies(), files(inbox)) == ([b"one"], ["done/acme/a.xml"])


async def test_a_file_that_was_fed_before_a_crash_is_only_moved(tmp_path: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = MemoryLog()
    with monkeypatch.context() as broken:

        async def crash(*_: object) -> None:
            raise KeyError("power cut")

        broken.setattr(FolderFeeder, "_put_away", crash)
        async with desk(tmp_path, Feeder.FOLDER, log) as at:
            put(inbox, "acme/a.xml", b"one")
            with pytest.raises(KeyError):
                await looks(feeder(at, inbox))
    async with desk(tmp_path, Feeder.FOLDER, log) as at:
        fed = feeder(at, inbox)
        await fed._tidy()
        await looks(fed)
        assert (log.bodies(), files(inbox)) == ([b"one"], ["done/acme/a.xml"])
        assert at.metric('wirebell_feeder_repeats_total{feeder="folder"} 1.0')


async def test_keys_of_files_that_are_gone_are_forgotten_at_the_start(tmp_path: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with desk(tmp_path, Feeder.FOLDER) as at:
        monkeypatch.setattr(module, "move_into", _refused)
        fed = feeder(at, inbox)
        path = put(inbox, "acme/a|b.xml", b"one")
        await looks(fed, 3)
        assert at.log.bodies() == [b"one"]
        assert len(await at.outbox.ask(lambda journal: journal.keys())) == 1
        await fed._tidy()
        assert len(await at.outbox.ask(lambda journal: journal.keys())) == 1
        path.unlink()
        await fed._tidy()
        assert await at.outbox.ask(lambda journal: journal.keys()) == ()


def _refused(*_: Path) -> Path:
    raise PermissionError(13, "not allowed")


async def test_a_file_that_is_replaced_while_it_is_fed_is_fed_too(tmp_path: Path, inbox: Path) -> None:
    async with desk(tmp_path, Feeder.FOLDER) as at:
        fed = feeder(at, inbox)
        put(inbox, "acme/a.xml", b"one")
        at.log.gate.clear()
        await looks(fed, 1)
        looking = asyncio.ensure_future(looks(fed, 1))
        await eventually(lambda: at.outbox.depth == 1, 10, "handed over")
        put(inbox, "acme/new.part", b"two").rename(inbox / "acme/a.xml")
        at.log.gate.set()
        await looking
        assert files(inbox) == ["acme/a.xml"]
        await looks(fed)
        assert (at.log.bodies(), files(inbox)) == ([b"one", b"two"], ["done/acme/a.xml"])


async def test_a_source_over_its_quota_waits(tmp_path: Path, inbox: Path) -> None:
    async with desk(tmp_path, Feeder.FOLDER) as at:
        fed = feeder(at, inbox, quota=2)
        for n in range(4):
            put(inbox, f"acme/{n}.xml")
        put(inbox, "other/a.xml")
        await looks(fed, 4)
        assert (len(at.log.records), len(files(inbox / "acme"))) == (3, 2)


async def test_a_folder_that_is_taken_away_is_a_problem_until_it_is_back(tmp_path: Path, inbox: Path) -> None:
    async with desk(tmp_path, Feeder.FOLDER) as at:
        fed = feeder(at, inbox)
        os.rename(inbox, tmp_path / "elsewhere")
        await looks(fed, 1)
        [problem] = fed.problems()
        assert "cannot be read: No such file or directory" in problem
        os.rename(tmp_path / "elsewhere", inbox)
        await looks(fed, 1)
        assert fed.problems() == []


async def test_running_feeds_until_it_is_told_to_stop(tmp_path: Path, inbox: Path) -> None:
    async with desk(tmp_path, Feeder.FOLDER) as at:
        stop = asyncio.Event()
        running = asyncio.ensure_future(feeder(at, inbox).run(stop))
        for n in range(3):
            put(inbox, f"acme/{n}.xml", b"%d" % n)
        await eventually(lambda: len(files(inbox / "done")) == 3, 10, "all fed")
        stop.set()
        await asyncio.wait_for(running, 10)


async def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    async with desk(tmp_path, Feeder.FOLDER) as at:
        with pytest.raises(ConfigError, match=r"feeders\.folder\.path: .* cannot be used"):
            feeder(at, tmp_path / "file" / "inbox")


async def test_a_file_that_went_or_changed_since_the_look_waits_for_the_next(tmp_path: Path, inbox: Path) -> None:
    async with desk(tmp_path, Feeder.FOLDER) as at:
        fed = feeder(at, inbox)
        path = put(inbox, "acme/a.xml", b"one")
        [seen] = fed._scan(inbox)
        assert isinstance(fed._read(seen), Item)
        path.write_bytes(b"longer")
        assert fed._read(seen) is None
        path.unlink()
        assert fed._read(seen) is None


async def test_a_file_that_cannot_be_read_fails_and_stays_where_even_that_is_impossible(
    tmp_path: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def denied(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", denied)
    async with desk(tmp_path, Feeder.FOLDER) as at:
        fed = feeder(at, inbox)
        put(inbox, "acme/a.xml")
        with monkeypatch.context() as stuck:
            stuck.setattr(module, "move_into", _refused)
            await looks(fed)
        assert "cannot be moved to failed: not allowed" in caplog.text
        await looks(fed)
        assert (inbox / "failed/acme/a.xml.reason").read_text() == "cannot be read: Permission denied\n"
        assert at.log.bodies() == []

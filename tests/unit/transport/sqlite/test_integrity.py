"""A file that is torn, damaged or not ours is refused, and the message says what to do."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
from pathlib import Path

import pytest

from streams.domain.errors import ConfigError, CorruptLog, MustStop, WirebellError
from streams.transport.sqlite import NewRecord, SqliteLog, integrity, schema

RECORDS = 2000


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed log of some 700 kB."""
    path = tmp_path_factory.mktemp("sound") / "log.db"
    log = SqliteLog.open(path)
    log.create_topic("t", 2)
    log.append([NewRecord("t", b"k%d" % number, b"%06d" % number * 50) for number in range(RECORDS)])
    log.close()
    return path


@pytest.fixture
def copy(sound: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(sound, tmp_path / "log.db"))


def use(path: Path) -> int:
    """Opens, checks and reads everything; the number of records."""
    log = SqliteLog.open(path)
    try:
        log.check()
        return sum(len(log.read("t", partition, 0, RECORDS)) for partition in range(2))
    finally:
        log.close()


def test_the_sound_file_is_sound(copy: Path) -> None:
    assert use(copy) == RECORDS


def test_a_truncated_file_is_reported_at_opening(copy: Path) -> None:
    for share in (0.1, 0.5, 0.9, 0.999):
        torn = copy.with_name("torn.db")
        torn.write_bytes(copy.read_bytes()[: int(copy.stat().st_size * share)])
        with pytest.raises(CorruptLog, match=r"torn\.db.*estore a backup.*\.recover"):
            SqliteLog.open(torn)


def test_garbage_is_reported(path: Path) -> None:
    path.write_bytes(random.Random(1).randbytes(50_000))
    with pytest.raises(CorruptLog, match="does not begin as an SQLite file does"):
        SqliteLog.open(path)


def test_an_empty_file_is_not_taken_for_a_new_log(path: Path) -> None:
    path.touch()
    with pytest.raises(CorruptLog, match="the file is empty"):
        SqliteLog.open(path)


def test_another_programs_database_is_left_alone(path: Path) -> None:
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE theirs (x)")
    db.commit()
    db.close()
    before = path.read_bytes()
    with pytest.raises(CorruptLog, match="not a wirebell log"):
        SqliteLog.open(path)
    assert path.read_bytes() == before


def test_a_newer_format_asks_for_a_newer_release(copy: Path) -> None:
    db = sqlite3.connect(copy)
    db.execute(f"PRAGMA user_version = {schema.FORMAT + 1}")
    db.close()
    with pytest.raises(MustStop, match="log format 2, and this release reads 1") as refusal:
        SqliteLog.open(copy)
    assert not isinstance(refusal.value, CorruptLog)


@pytest.mark.parametrize("seed", range(30))
def test_flipped_bytes_are_noticed_or_harmless(copy: Path, seed: int) -> None:
    """Harmless: in free space, where no record is. Never a wrong record, never another exception."""
    chance = random.Random(seed)
    data = bytearray(copy.read_bytes())
    for _ in range(3):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    copy.write_bytes(data)
    assert outcome(copy) in {"CorruptLog naming log.db", "MustStop naming log.db", f"{RECORDS} records"}


def outcome(path: Path) -> str:
    try:
        return f"{use(path)} records"
    except WirebellError as error:
        return f"{type(error).__name__} naming {path.name if path.name in str(error) else 'nothing'}"


def test_a_flipped_byte_in_a_value_is_noticed_when_read(copy: Path) -> None:
    data = bytearray(copy.read_bytes())
    data[data.index(b"001234" * 10)] ^= 1
    copy.write_bytes(data)
    log = SqliteLog.open(copy)
    with pytest.raises(CorruptLog, match=r"t/\d/\d+ fails its checksum"):
        [log.read("t", partition, 0, RECORDS) for partition in range(2)]
    with pytest.raises(CorruptLog, match="fails its checksum"):
        log.check()
    log.close()


def test_a_large_file_is_not_walked_at_opening_but_by_check(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    db = sqlite3.connect(copy)
    db.execute("UPDATE partitions SET next_offset = 3")
    db.commit()
    db.close()
    monkeypatch.setattr(integrity, "SCAN_LIMIT", 0)
    log = SqliteLog.open(copy)
    with pytest.raises(CorruptLog, match="should hold"):
        log.check()
    log.close()


def test_offsets_that_do_not_fit_the_records_are_reported_at_opening(copy: Path) -> None:
    db = sqlite3.connect(copy)
    db.execute("DELETE FROM records WHERE id % 2")
    db.commit()
    db.close()
    with pytest.raises(CorruptLog, match="should hold"):
        SqliteLog.open(copy)


def test_a_wal_left_behind_by_a_killed_process_is_taken_in(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    child = os.fork()
    if child == 0:
        log = SqliteLog.open(path)
        log.create_topic("t", 1)
        log.append([NewRecord("t", None, b"acknowledged")])
        os._exit(0)  # as kill -9: nothing is closed
    os.waitpid(child, 0)
    assert (tmp_path / "log.db-wal").stat().st_size
    log = SqliteLog.open(path)
    assert [record.value for record in log.read("t", 0, 0)] == [b"acknowledged"]
    log.close()


def test_a_wal_without_its_file_is_reported(path: Path) -> None:
    path.with_name("log.db-wal").write_bytes(b"frames")
    with pytest.raises(CorruptLog, match="put the two together again"):
        SqliteLog.open(path)
    assert not path.exists()


def test_a_torn_wal_loses_its_torn_end_only(tmp_path: Path) -> None:
    source = tmp_path / "live.db"
    log = SqliteLog.open(source)
    log.create_topic("t", 1)
    log.append([NewRecord("t", None, b"first")])
    kept = source.with_name("live.db-wal").stat().st_size
    log.append([NewRecord("t", None, b"second")])
    target = tmp_path / "torn.db"
    shutil.copy(source, target)
    wal = source.with_name("live.db-wal").read_bytes()
    target.with_name("torn.db-wal").write_bytes(wal[: kept + 100])
    log.close()
    torn = SqliteLog.open(target)
    assert [record.value for record in torn.read("t", 0, 0)] == [b"first"]
    torn.check()
    torn.close()


def test_a_path_that_cannot_hold_a_log_is_a_setting_to_mend(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="it is a folder"):
        SqliteLog.open(tmp_path)
    with pytest.raises(ConfigError, match="its folder does not exist"):
        SqliteLog.open(tmp_path / "nowhere" / "log.db")
    with pytest.raises(ConfigError, match="no log here"):
        SqliteLog.open(tmp_path / "log.db", create=False)


def test_a_log_being_created_twice_at_once_is_created_once(path: Path) -> None:
    SqliteLog.open(path).close()
    before = path.read_bytes()
    schema.create(path)
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == ["log.db"]


def test_a_folder_that_cannot_be_written_is_a_setting_to_mend(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    with pytest.raises(ConfigError, match="needs a writable folder on a local disk"):
        SqliteLog.open(path)
    assert list(path.parent.iterdir()) == []

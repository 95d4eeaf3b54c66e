from __future__ import annotations

from pathlib import Path
from typing import Any

import rocksdict
from faust.stores import rocksdb

from streams.transport.sqlite.tables import IDENTITY_KEY, PendingTable

OFFSET_KEY = rocksdb.Store.offset_key


def database(path: Path) -> Any:
    options = rocksdict.Options(raw_mode=True)
    options.create_if_missing(True)
    return rocksdict.Rdict(str(path), options)


class Touches:
    """Counts."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> None:
        self.count += 1


def test_a_change_is_seen_at_once_but_not_in_rocksdb_before_it_is_settled(tmp_path: Path) -> None:
    db = database(tmp_path / "t")
    table = PendingTable(db, Touches())
    table.put(b"k", b"1")
    assert (table.get(b"k"), db.get(b"k")) == (b"1", None)
    table.settle([(b"k", b"1")], 17)
    assert (table.get(b"k"), db.get(b"k"), db.get(OFFSET_KEY)) == (b"1", b"1", b"17")


def test_a_later_change_stays_in_front_when_an_earlier_one_is_settled(tmp_path: Path) -> None:
    db = database(tmp_path / "t")
    table = PendingTable(db, Touches())
    table.put(b"k", b"1")
    table.put(b"k", b"2")
    table.settle([(b"k", b"1")], 0)
    assert (table.get(b"k"), db.get(b"k")) == (b"2", b"1")
    table.settle([(b"k", b"2")], 1)
    assert (table.get(b"k"), db.get(b"k")) == (b"2", b"2")


def test_a_removal_waits_as_well(tmp_path: Path) -> None:
    db = database(tmp_path / "t")
    table = PendingTable(db, Touches())
    table.put(b"k", b"1")
    table.settle([(b"k", b"1")], 0)
    table.delete(b"k")
    assert (table.get(b"k"), table.key_may_exist(b"k"), db.get(b"k")) == (None, False, b"1")
    table.settle([(b"k", None)], 1)
    assert (table.get(b"k"), db.get(b"k")) == (None, None)


def test_iteration_shows_settled_and_pending_and_no_bookkeeping(tmp_path: Path) -> None:
    db = database(tmp_path / "t")
    table = PendingTable(db, Touches())
    table.put(IDENTITY_KEY, b"log")
    for key in (b"a", b"b", b"c"):
        table.put(key, b"old")
    table.settle([(key, b"old") for key in (b"a", b"b", b"c")], 2)
    table.put(b"b", b"new")
    table.delete(b"c")
    table.put(b"d", b"new")
    assert dict(table.items()) == {b"a": b"old", b"b": b"new", b"d": b"new"}
    assert sorted(table.keys()) == [b"a", b"b", b"d"]
    assert (db.get(IDENTITY_KEY), table.key_may_exist(b"d"), table.key_may_exist(b"nothing")) == (b"log", True, False)


def test_what_recovery_writes_goes_straight_through(tmp_path: Path) -> None:
    db = database(tmp_path / "t")
    table = PendingTable(db, Touches())
    batch = rocksdict.WriteBatch(raw_mode=True)
    batch.put(b"k", b"recovered")
    table.write(batch)
    table.put(OFFSET_KEY, b"5")
    assert (db.get(b"k"), db.get(OFFSET_KEY)) == (b"recovered", b"5")


def test_every_read_is_noted(tmp_path: Path) -> None:
    touches = Touches()
    table = PendingTable(database(tmp_path / "t"), touches)
    table.get(b"a")
    table.get(b"b")
    assert touches.count == 2

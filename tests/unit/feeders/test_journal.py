"""What a feeder must not forget."""

from __future__ import annotations

import os
import sqlite3
import stat
from pathlib import Path

import pytest

from streams.domain.errors import ConfigError, MustStop
from streams.feeders.journal import Entry, Journal

ENTRY = Entry("key", "digest", "in-1", 100)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journals" / "folder.db"


def reopened(journal: Journal) -> Journal:
    journal.close()
    return Journal.open(journal.path)


def test_what_was_intended_is_unresolved_until_it_is_finished(path: Path) -> None:
    journal = Journal.open(path)
    journal.intend([ENTRY])
    journal = reopened(journal)
    assert journal.unresolved() == (ENTRY,)
    journal.finish(["key"])
    journal = reopened(journal)
    assert (journal.unresolved(), journal.find("key")) == ((), Entry("key", "digest", "in-1", 100, done=True))


def test_settling_keeps_what_the_log_has_and_forgets_the_rest(path: Path) -> None:
    journal = Journal.open(path)
    journal.intend([Entry("done", "d", "in-0", 1)])
    journal.finish(["done"])
    journal.intend([Entry("found", "d", "in-1", 1), Entry("lost", "d", "in-2", 1)])
    journal.settle(["found"])
    assert (journal.keys(), journal.unresolved()) == (("done", "found"), ())


def test_a_newer_version_takes_the_place_of_the_older(path: Path) -> None:
    journal = Journal.open(path)
    journal.intend([ENTRY])
    journal.finish(["key"])
    journal.intend([Entry("key", "other", "in-2", 200)])
    assert journal.find("key") == Entry("key", "other", "in-2", 200)


def test_sweeping_spares_what_was_seen_since_and_what_is_unresolved(path: Path) -> None:
    journal = Journal.open(path)
    journal.intend([Entry("old", "d", "a", 1), Entry("seen", "d", "b", 1)])
    journal.finish(["old", "seen"])
    journal.intend([Entry("open", "d", "c", 1)])
    journal.touch(["seen", "open"], 50)
    assert (journal.sweep(50), journal.keys()) == (1, ("open", "seen"))


def test_marks_belong_to_one_broker(path: Path) -> None:
    journal = Journal.open(path)
    journal.mark("kafka://a", {0: 5, 1: 7})
    assert (journal.marks("kafka://a"), journal.marks("kafka://b")) == ({0: 5, 1: 7}, {})
    journal.mark("kafka://b", {0: 1})
    assert (journal.marks("kafka://a"), journal.marks("kafka://b")) == ({}, {0: 1})


def test_cursors_survive(path: Path) -> None:
    journal = Journal.open(path)
    assert journal.cursor("feed a") == ""
    journal.save_cursor("feed a", "1")
    journal.save_cursor("feed a", "2")
    assert reopened(journal).cursor("feed a") == "2"


def test_one_process_at_a_time(path: Path) -> None:
    first = Journal.open(path)
    with pytest.raises(ConfigError, match="another feeder runs on this journal"):
        Journal.open(path)
    first.close()
    Journal.open(path).close()


def test_it_is_readable_by_its_owner_only(path: Path) -> None:
    Journal.open(path).close()
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600


def test_a_damaged_file_stops_the_feeder(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"not a database, but long enough to look like one" * 40)
    with pytest.raises(MustStop, match="move it aside"):
        Journal.open(path)


def test_another_releases_file_is_refused(path: Path) -> None:
    Journal.open(path).close()
    db = sqlite3.connect(path)
    db.execute("PRAGMA user_version = 9")
    db.close()
    with pytest.raises(ConfigError, match="a journal of format 9"):
        Journal.open(path)

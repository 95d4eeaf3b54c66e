"""Exactly once into the log, whatever happens between the journal and the log."""

from __future__ import annotations

from pathlib import Path

import pytest

from streams.domain.errors import TransientFailure
from streams.domain.settings import CoreSettings
from streams.feeders import appender as module
from streams.feeders.appender import Appender, Conflict, Receipt
from streams.feeders.journal import Entry, Journal
from tests.support.feeding import BROKER, MemoryLog, StandingClock, item


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal.open(tmp_path / "journal.db")


@pytest.fixture
def log() -> MemoryLog:
    return MemoryLog()


@pytest.fixture
def appender(journal: Journal, log: MemoryLog) -> Appender:
    return Appender(journal, log, BROKER, CoreSettings(), StandingClock())


def test_items_are_appended_in_order_with_one_flush(appender: Appender, log: MemoryLog) -> None:
    answers = appender.append([item(b"one", "1", "a"), item(b"two", "2", "b"), item(b"three", input_id="c")])
    assert answers == [Receipt("a"), Receipt("b"), Receipt("c")]
    assert (log.bodies(), log.ids(), log.flushes) == ([b"one", b"two", b"three"], ["a", "b", "c"], 1)


def test_the_record_carries_key_and_headers(appender: Appender, log: MemoryLog) -> None:
    appender.append([item(b"Quake hits Yerevan", input_id="a")])
    [record] = log.records
    assert (record.key or b"").startswith(b"acme|")
    assert dict(record.headers) == {"source": b"acme", "received-at": b"2020-09-27T06:00:00Z", "input-id": b"a"}


def test_the_same_again_is_answered_as_before_and_not_appended(appender: Appender, log: MemoryLog) -> None:
    appender.append([item(b"one", "1", "a")])
    assert appender.append([item(b"one", "1", "other-id")]) == [Receipt("a", repeated=True)]
    assert log.ids() == ["a"]


def test_the_same_twice_at_once_is_appended_once(appender: Appender, log: MemoryLog) -> None:
    assert appender.append([item(b"one", "1", "a"), item(b"one", "1", "b")]) == [Receipt("a"), Receipt("a", repeated=True)]
    assert log.ids() == ["a"]


def test_other_bytes_under_the_same_key_are_a_conflict(appender: Appender, log: MemoryLog) -> None:
    assert appender.append([item(b"one", "1", "a"), item(b"two", "1", "b")]) == [Receipt("a"), Conflict("a")]
    assert log.ids() == ["a"]


def test_a_newer_version_is_appended_and_the_older_is_new_again_when_it_returns(appender: Appender, log: MemoryLog) -> None:
    versions = [item(body, "1", input_id, supersedes=True) for body, input_id in ((b"one", "a"), (b"two", "b"), (b"one", "c"))]
    assert appender.append(versions) == [Receipt("a"), Receipt("b"), Receipt("c")]
    assert log.bodies() == [b"one", b"two", b"one"]


def test_without_a_key_nothing_is_remembered(appender: Appender, log: MemoryLog, journal: Journal) -> None:
    appender.append([item(b"one", input_id="a")])
    appender.append([item(b"one", input_id="b")])
    assert (log.ids(), journal.keys()) == (["a", "b"], ())


@pytest.mark.parametrize(("failure", "found", "repeated"), [("lost", 0, False), ("landed", 1, True)])
def test_after_a_failed_flush_the_log_is_asked(
    appender: Appender, log: MemoryLog, journal: Journal, failure: str, found: int, repeated: bool
) -> None:
    log.failures.append(failure)
    with pytest.raises(TransientFailure):
        appender.append([item(b"one", "1", "a")])
    again = Appender(journal, log, BROKER, CoreSettings(), StandingClock())
    assert again.recover() == found
    assert again.append([item(b"one", "1", "a")]) == [Receipt("a", repeated=repeated)]
    assert log.ids() == ["a"]


def test_recovery_reads_only_what_came_after_the_mark(appender: Appender, log: MemoryLog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MARK_EVERY", 3)
    appender.recover()
    for n in range(7):
        appender.append([item(b"%d" % n, str(n))])
    log.failures.append("landed")
    with pytest.raises(TransientFailure):
        appender.append([item(b"last", "last")])
    assert (appender.recover(), log.reads) == (1, [{0: 6}])


def test_a_mark_past_the_end_means_that_the_log_was_replaced(appender: Appender, log: MemoryLog, journal: Journal) -> None:
    journal.mark(BROKER, {0: 50})
    journal.intend([Entry("1", "d", "a", 0)])
    log.append("wire.raw", b"k", b"v", (("input-id", b"a"),))
    log.flush()
    assert (appender.recover(), log.reads) == (1, [{}])


def test_without_anything_unresolved_the_log_is_not_read(appender: Appender, log: MemoryLog) -> None:
    assert (appender.recover(), log.reads) == (0, [])

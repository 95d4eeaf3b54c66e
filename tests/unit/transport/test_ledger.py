"""The commit ledger: only a contiguous acknowledged prefix of what was delivered may ever be committed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.transport.ledger import LedgerBook, PartitionLedger

IN = ("wire.raw", 0)
OTHER = ("wire.raw", 1)


def delivered(*offsets: int) -> PartitionLedger:
    ledger = PartitionLedger()
    for offset in offsets:
        ledger.deliver(offset)
    return ledger


def test_nothing_is_committable_before_an_acknowledgement() -> None:
    assert delivered(0, 1).committable() is None


def test_offset_zero_counts_as_a_head_in_work() -> None:
    ledger = delivered(0, 1, 2)
    ledger.ack(1)
    ledger.ack(2)
    assert ledger.committable() is None
    ledger.ack(0)
    assert (ledger.committable(), ledger.pending) == (3, 0)


def test_holes_of_a_compacted_topic_do_not_hold_up_the_prefix() -> None:
    ledger = delivered(3, 10, 11, 40)
    for offset in (3, 11, 10):
        ledger.ack(offset)
    assert ledger.committable() == 12


def test_an_offset_that_lies_in_a_hole_acknowledges_nothing() -> None:
    ledger = delivered(3, 10)
    ledger.ack(5)
    assert (ledger.committable(), ledger.pending) == (None, 2)


def test_an_acknowledgement_of_what_was_never_delivered_is_ignored() -> None:
    ledger = delivered(5)
    ledger.ack(4)
    ledger.ack(6)
    PartitionLedger().ack(1)
    assert ledger.committable() is None


@pytest.mark.parametrize("offset", [4, 5])
def test_offsets_must_ascend_even_after_all_is_acknowledged(offset: int) -> None:
    ledger = delivered(5)
    ledger.ack(5)
    with pytest.raises(ValueError, match="delivered after 5"):
        ledger.deliver(offset)


def test_what_is_committed_already_is_not_committed_again() -> None:
    ledger = PartitionLedger(committed=7)
    ledger.deliver(6)
    ledger.ack(6)
    assert ledger.uncommitted() is None
    ledger.deliver(7)
    ledger.ack(7)
    assert ledger.uncommitted() == 8


@given(st.data())
def test_a_commit_never_passes_a_record_in_work(data: st.DataObject) -> None:
    offsets = sorted(data.draw(st.sets(st.integers(0, 60), min_size=1, max_size=25)))
    order = data.draw(st.permutations(offsets))
    acknowledged: set[int] = set()
    ledger = delivered(*offsets)
    for offset in order[: data.draw(st.integers(0, len(order)))]:
        ledger.ack(offset)
        acknowledged.add(offset)
        prefix = [o for i, o in enumerate(offsets) if set(offsets[: i + 1]) <= acknowledged]
        assert ledger.committable() == (prefix[-1] + 1 if prefix else None)
        assert ledger.pending == len(offsets) - len(prefix)


def test_a_snapshot_holds_only_what_moved_among_the_wanted() -> None:
    book: LedgerBook[tuple[str, int]] = LedgerBook()
    book.open({IN: None, OTHER: 4})
    for partition, offset in ((IN, 0), (OTHER, 4)):
        book.ledgers[partition].deliver(offset)
        book.ledgers[partition].ack(offset)
    assert book.snapshot() == {IN: 1, OTHER: 5}
    assert book.snapshot([OTHER, ("gone", 0)]) == {OTHER: 5}
    book.committed({IN: 1})
    assert book.snapshot() == {OTHER: 5}


def test_a_late_acknowledgement_does_not_count_for_the_next_assignment() -> None:
    book: LedgerBook[tuple[str, int]] = LedgerBook()
    book.open({IN: 0})
    old = book.ledgers[IN]
    old.deliver(0)
    book.close()
    book.open({IN: 0})
    book.ledgers[IN].deliver(0)
    old.ack(0)
    assert book.snapshot() == {}
    book.close()
    book.committed({IN: 1})
    assert book.ledgers == {}

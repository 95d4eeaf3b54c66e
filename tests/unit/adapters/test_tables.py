"""The core's stores on tables of bytes, and what a crash between two writes leaves behind."""

from __future__ import annotations

import pytest

from streams.adapters.tables import TableIncidents, TableItems
from streams.domain.errors import MustStop, RefusedInput
from streams.domain.item import ItemState
from tests.support.make import row, stored

AT = stored().applied_at


class CutOff(dict[bytes, bytes]):
    """A table whose changelog took only the first `writes` writes before the crash."""

    def __init__(self, writes: int) -> None:
        super().__init__()
        self.left = writes

    def __setitem__(self, key: bytes, value: bytes) -> None:
        if self.left:
            self.left -= 1
            super().__setitem__(key, value)


def incidents(table: dict[bytes, bytes], partition: int = 0) -> TableIncidents:
    return TableIncidents(table, partition)


def test_an_item_comes_back_as_it_was_put() -> None:
    items = TableItems({})
    items.put(ItemState("agency|1"))
    assert (items.get("agency|1"), items.get("agency|2")) == (ItemState("agency|1"), None)


def test_a_row_comes_back_as_it_was_put() -> None:
    table: dict[bytes, bytes] = {}
    incidents(table).put_all([row("inc-1", stored())], AT)
    assert incidents(table).get("inc-1") == row("inc-1", stored())


def test_rows_of_another_partition_are_not_ours() -> None:
    table: dict[bytes, bytes] = {}
    incidents(table, 0).put_all([row("inc-0", partition=0)], AT)
    incidents(table, 1).put_all([row("inc-1", partition=1)], AT)
    assert [r.incident.incident_id for r in incidents(table, 1).rows()] == ["inc-1"]


def test_a_deleted_row_is_gone() -> None:
    table: dict[bytes, bytes] = {}
    store = incidents(table)
    store.put_all([row("inc-1", stored())], AT)
    store.delete("inc-1")
    assert (store.get("inc-1"), list(store.rows())) == (None, [])


@pytest.mark.parametrize("writes", range(6))
def test_a_merge_cut_off_by_a_crash_is_found_whole_or_not_at_all(writes: int) -> None:
    before = [row("inc-1", stored("a")), row("inc-2", stored("b"))]
    after = [row("inc-1", stored("a"), stored("b"), revision=2), row("inc-2", revision=2)]
    table = CutOff(writes=100)
    for r in before:
        incidents(table).put_all([r], AT)
    table.left = writes
    incidents(table).put_all(after, AT)
    recovered = sorted(incidents(table).rows(), key=lambda r: r.incident.incident_id)
    # Two records come first, then the intent, then the entries.
    assert recovered == (after if writes > 2 else before)
    assert [incidents(table).get(i) for i in ("inc-1", "inc-2")] == recovered


def test_a_row_of_an_unknown_schema_is_refused() -> None:
    with pytest.raises(RefusedInput, match="unknown-schema"):
        incidents({b"inc-1": b"\xc3\x01" + b"\x00" * 20}).get("inc-1")


def test_a_record_is_written_by_the_position_that_applied_it_and_by_no_other() -> None:
    table: dict[bytes, bytes] = {}
    old, new = stored("a", offset=1), stored("b", offset=2)
    incidents(table).put_all([row("inc-1", old)], old.applied_at)
    before = dict(table)
    incidents(table).put_all([row("inc-1", old, new, revision=2)], new.applied_at)
    assert {k for k in table if table[k] is not before.get(k)} == {b"inc-1", b"\x01b"}


def test_an_entry_whose_record_is_missing_stops_the_worker() -> None:
    table: dict[bytes, bytes] = {}
    incidents(table).put_all([row("inc-1", stored("a"))], AT)
    del table[b"\x01a"]
    with pytest.raises(MustStop, match="names record a, which is missing"):
        incidents(table).get("inc-1")


def test_a_closed_incident_is_found_by_its_items_and_not_among_the_open_ones() -> None:
    table: dict[bytes, bytes] = {}
    store = incidents(table)
    store.put_all([row("inc-1", stored("a"))], AT)
    store.close("inc-1")
    item_key = stored("a").record.item_key
    again = incidents(table)
    assert (again.get("inc-1"), list(again.rows()), again.closed("another item")) == (None, [], ())
    assert again.closed(item_key) == (row("inc-1", stored("a")),)
    assert list(again.shelf()) == [("inc-1", row("inc-1", stored("a")).incident.last_at)]


def test_a_reopened_incident_is_as_it_was() -> None:
    table: dict[bytes, bytes] = {}
    store = incidents(table)
    store.put_all([row("inc-1", stored("a"))], AT)
    before = dict(table)
    store.close("inc-1")
    store.reopen("inc-1")
    assert (table, store.get("inc-1"), list(store.shelf())) == (before, row("inc-1", stored("a")), [])


@pytest.mark.parametrize("writes", range(3))
def test_an_incident_whose_closing_was_cut_off_is_open_or_closed_but_not_lost(writes: int) -> None:
    table = CutOff(writes=100)
    incidents(table).put_all([row("inc-1", stored("a"))], AT)
    kept = table[b"inc-1"]
    table.left = writes
    incidents(table).close("inc-1")
    if writes < 2:
        table.left = 1
        table[b"inc-1"] = kept  # the changelog ends before the entry was taken out
    store = incidents(table)
    found = [*store.rows(), *store.closed(stored("a").record.item_key)]
    assert found == [row("inc-1", stored("a"))]


def test_deleting_a_closed_incident_leaves_nothing() -> None:
    table: dict[bytes, bytes] = {}
    store = incidents(table)
    store.put_all([row("inc-1", stored("a"), stored("b"))], AT)
    store.close("inc-1")
    store.delete("inc-1")
    assert table == {}


def test_closing_what_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError, match="inc-1"):
        incidents({}).close("inc-1")


def test_deleting_an_incident_deletes_its_records() -> None:
    table: dict[bytes, bytes] = {}
    store = incidents(table)
    store.put_all([row("inc-1", stored("a"), stored("b"))], AT)
    store.delete("inc-1")
    assert table == {}

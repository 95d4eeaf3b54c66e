"""The core's stores on tables of bytes, and what a crash between two writes leaves behind."""

from __future__ import annotations

import pytest

from streams.adapters.avro import codec_for
from streams.adapters.tables import TableIncidents, TableItems
from streams.domain.errors import RefusedInput
from streams.domain.incident import IncidentRow
from streams.domain.item import ItemState
from tests.support.make import row, stored

CODEC = codec_for(IncidentRow)


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
    return TableIncidents(table, CODEC, partition)


def test_an_item_comes_back_as_it_was_put() -> None:
    items = TableItems({}, codec_for(ItemState))
    items.put(ItemState("agency|1"))
    assert (items.get("agency|1"), items.get("agency|2")) == (ItemState("agency|1"), None)


def test_a_row_comes_back_as_it_was_put() -> None:
    table: dict[bytes, bytes] = {}
    incidents(table).put_all([row("inc-1", stored())])
    assert incidents(table).get("inc-1") == row("inc-1", stored())


def test_rows_of_another_partition_are_not_ours() -> None:
    table: dict[bytes, bytes] = {}
    incidents(table, 0).put_all([row("inc-0", partition=0)])
    incidents(table, 1).put_all([row("inc-1", partition=1)])
    assert [r.incident.incident_id for r in incidents(table, 1).rows()] == ["inc-1"]


def test_a_deleted_row_is_gone() -> None:
    table: dict[bytes, bytes] = {}
    store = incidents(table)
    store.put_all([row("inc-1", stored())])
    store.delete("inc-1")
    assert (store.get("inc-1"), list(store.rows())) == (None, [])


@pytest.mark.parametrize("writes", [0, 1, 2, 3])
def test_a_merge_cut_off_by_a_crash_is_found_whole_or_not_at_all(writes: int) -> None:
    before = [row("inc-1", stored("a")), row("inc-2", stored("b"))]
    after = [row("inc-1", stored("a"), stored("b"), revision=2), row("inc-2", revision=2)]
    table = CutOff(writes=100)
    for r in before:
        incidents(table).put_all([r])
    table.left = writes
    incidents(table).put_all(after)
    recovered = sorted(incidents(table).rows(), key=lambda r: r.incident.incident_id)
    assert recovered == (after if writes else before)
    assert [incidents(table).get(i) for i in ("inc-1", "inc-2")] == recovered


def test_a_row_of_an_unknown_schema_is_refused() -> None:
    with pytest.raises(RefusedInput, match="unknown-schema"):
        incidents({b"inc-1": b"\xc3\x01" + b"\x00" * 20}).get("inc-1")

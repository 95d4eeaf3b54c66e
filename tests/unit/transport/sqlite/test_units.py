from __future__ import annotations

import pytest

from streams.transport.sqlite.records import NewRecord
from streams.transport.sqlite.units import Batch, Unit, Units

IN, OTHER = ("in", 0), ("other", 0)
TABLE = ("changelog", 0)


def record(value: bytes) -> NewRecord:
    return NewRecord("out", None, value, partition=0)


def started(units: Units, where: tuple[str, int], offset: int) -> Unit:
    units.deliver(where, offset)
    unit = units.unit(where, offset)
    assert unit is not None
    return unit


def test_what_a_record_caused_is_committed_with_its_offset_and_not_before() -> None:
    units = Units()
    unit = started(units, IN, 7)
    units.send(unit, record(b"a"))
    units.send(unit, record(b"b"))
    assert units.take() is None
    assert units.ack(IN, 7)
    assert units.take() == Batch((record(b"a"), record(b"b")), {IN: 8})
    assert (units.take(), units.pending, units.in_flight(IN)) == (None, 0, 0)


def test_a_later_record_waits_for_an_earlier_one_of_its_partition() -> None:
    units = Units()
    first, second = started(units, IN, 0), started(units, IN, 3)
    units.send(second, record(b"second"))
    units.send(first, record(b"first"))
    assert not units.ack(IN, 3)
    assert units.take() is None
    assert units.ack(IN, 0)
    assert units.take() == Batch((record(b"second"), record(b"first")), {IN: 4})


def test_another_partition_does_not_wait() -> None:
    units = Units()
    started(units, IN, 0)
    units.send(started(units, OTHER, 0), record(b"free"))
    units.ack(OTHER, 0)
    assert units.take() == Batch((record(b"free"),), {OTHER: 1})
    assert (units.open, units.pending, units.in_flight(IN)) == (1, 1, 1)


def test_a_send_outside_any_record_goes_with_the_next_transaction() -> None:
    units = Units()
    units.send(None, record(b"timer"))
    assert units.take() == Batch((record(b"timer"),), {})


def test_a_record_already_done_has_no_unit() -> None:
    units = Units()
    started(units, IN, 0)
    units.ack(IN, 0)
    assert units.unit(IN, 0) is None
    assert units.unit(OTHER, 0) is None
    assert not units.ack(IN, 0)
    assert not units.ack(OTHER, 5)


def test_offsets_must_ascend() -> None:
    units = Units()
    started(units, IN, 1)
    with pytest.raises(ValueError, match="delivered after"):
        units.deliver(IN, 1)


def test_nothing_that_saw_an_unfinished_table_change_is_committed_without_it() -> None:
    units = Units()
    writer, reader = started(units, IN, 0), started(units, OTHER, 0)
    units.send(writer, record(b"change"), TABLE)
    reader.touched.add(TABLE)
    units.send(reader, record(b"built on it"))
    units.ack(OTHER, 0)
    assert units.take() is None
    units.ack(IN, 0)
    assert units.take() == Batch((record(b"change"), record(b"built on it")), {IN: 1, OTHER: 1})


def test_what_is_held_back_holds_back_those_who_built_on_it() -> None:
    units = Units()
    first_table, second_table, third = ("one", 0), ("two", 0), ("third", 0)
    writer, middle, last, free = (started(units, where, 0) for where in (IN, OTHER, third, ("free", 0)))
    units.send(writer, record(b"1"), first_table)
    middle.touched.add(first_table)
    units.send(middle, record(b"2"), second_table)
    last.touched.add(second_table)
    units.send(free, record(b"free"))
    for where in (third, OTHER, ("free", 0)):
        units.ack(where, 0)
    assert units.take() == Batch((record(b"free"),), {("free", 0): 1})
    units.ack(IN, 0)
    taken = units.take()
    assert taken is not None
    assert taken.offsets == {IN: 1, OTHER: 1, third: 1}


def test_the_prefix_before_a_held_back_record_is_committed() -> None:
    units = Units()
    writer = started(units, IN, 0)
    units.send(writer, record(b"change"), TABLE)
    started(units, OTHER, 0)
    started(units, OTHER, 1).touched.add(TABLE)
    started(units, OTHER, 2)
    for offset in range(3):
        units.ack(OTHER, offset)
    assert units.take() == Batch((), {OTHER: 1})

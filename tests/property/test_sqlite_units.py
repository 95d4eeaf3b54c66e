"""Units of work under any interleaving: each commit is a consistent cut, and everything is committed once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from streams.transport.sqlite.records import NewRecord
from streams.transport.sqlite.units import Batch, Unit, Units, Where

PARTITIONS: list[Where] = [("a", 0), ("a", 1), ("b", 0)]
TABLES: list[Where] = [("table", 0), ("table", 1)]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["deliver", "send", "write", "read", "ack", "take"]), st.integers(0, 2), st.integers(0, 5), st.sampled_from(TABLES)
    ),
    max_size=80,
)


class World:
    """Drives Units, and remembers what every record did."""

    def __init__(self) -> None:
        self.units = Units()
        self.delivered: dict[Where, list[Unit]] = {where: [] for where in PARTITIONS}
        self.acked: set[Unit] = set()
        self.sent: list[tuple[Unit, NewRecord]] = []
        self.taken: list[NewRecord] = []
        self.committed: dict[Where, int] = dict.fromkeys(PARTITIONS, 0)
        self.settled: set[Unit] = set()

    def step(self, what: str, partition: int, which: int, table: Where) -> None:
        where = PARTITIONS[partition]
        if what == "deliver":
            self.deliver(where)
        elif what == "take":
            self.take(self.units.take())
        elif unfinished := [unit for unit in self.delivered[where] if unit not in self.acked]:
            self.work(what, unfinished[which % len(unfinished)], table)

    def deliver(self, where: Where) -> None:
        offset = 2 * len(self.delivered[where])
        self.units.deliver(where, offset)
        unit = self.units.unit(where, offset)
        assert unit is not None
        self.delivered[where].append(unit)

    def work(self, what: str, unit: Unit, table: Where) -> None:
        if what == "ack":
            self.acked.add(unit)
            self.units.ack(unit.where, unit.offset)
        elif what == "read":
            unit.touched.add(table)
        else:
            record = NewRecord("out", None, b"%d" % len(self.sent))
            self.sent.append((unit, record))
            self.units.send(unit, record, table if what == "write" else None)

    def take(self, batch: Batch | None) -> None:
        if batch is None:
            return
        for where, end in batch.offsets.items():
            assert end > self.committed[where]
            self.committed[where] = end
        self.taken += batch.records
        assert sorted(self.taken) == sorted(record for unit, record in self.sent if self.is_committed(unit))
        self.assert_consistent_cut()

    def is_committed(self, unit: Unit) -> bool:
        return unit.offset < self.committed[unit.where]

    def assert_consistent_cut(self) -> None:
        every = [unit for units in self.delivered.values() for unit in units]
        assert all(unit in self.acked for unit in every if self.is_committed(unit))


@given(STEPS)
def test_every_commit_is_a_prefix_of_finished_records_and_nothing_is_committed_twice_or_left_over(
    steps: list[tuple[str, int, int, Where]],
) -> None:
    world = World()
    for step in steps:
        world.step(*step)
    for units in world.delivered.values():
        for unit in units:
            if unit not in world.acked:
                world.work("ack", unit, TABLES[0])
    world.take(world.units.take())
    assert [record for _, record in world.sent if record not in world.taken] == []
    assert world.committed == {where: units[-1].offset + 1 if units else 0 for where, units in world.delivered.items()}
    assert (world.units.pending, world.units.take()) == (0, None)


@given(STEPS)
def test_no_commit_builds_on_a_table_change_that_is_not_in_it(steps: list[tuple[str, int, int, Where]]) -> None:
    world = World()
    for what, partition, which, table in steps:
        if what != "take":
            world.step(what, partition, which, table)
            continue
        world.take(world.units.take())
        every = [unit for units in world.delivered.values() for unit in units]
        pending_writes = {table for unit in every if not world.is_committed(unit) for table in unit.wrote}
        now = {unit for unit in every if world.is_committed(unit)} - world.settled
        assert all(unit.touched.isdisjoint(pending_writes) for unit in now)
        world.settled |= now

"""Units of work: what one record caused, to be committed together with the fact that it is done. Pure.

Every send and every table change made while a record is processed belongs to its unit. A commit takes, per partition, the
contiguous prefix of acknowledged units, and writes their sends and the offsets in one transaction: that is exactly-once. Units of
other partitions go on meanwhile; one slow record delays only its own partition.

One more rule keeps a crash from leaving half a story: a unit that read or wrote a table partition is held back while another unit
that wrote there is not committed with it, because it may have built on that one's changes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from streams.transport.ledger import PartitionLedger
from streams.transport.sqlite.records import NewRecord

Where = tuple[str, int]
"""(topic, partition)."""


@dataclass(slots=True, eq=False)
class Unit:
    """What a record has caused so far. `wrote` and `touched` are changelog partitions."""

    where: Where
    offset: int
    sends: list[tuple[int, NewRecord]] = field(default_factory=list)
    wrote: set[Where] = field(default_factory=set)
    touched: set[Where] = field(default_factory=set)
    ready: bool = False


@dataclass(frozen=True, slots=True)
class Batch:
    """What one transaction writes: sends in the order they were made, and the offsets to commit."""

    records: tuple[NewRecord, ...]
    offsets: Mapping[Where, int]


@dataclass(slots=True)
class _Partition:
    ledger: PartitionLedger = field(default_factory=PartitionLedger)
    open: dict[int, Unit] = field(default_factory=dict)
    ready: deque[Unit] = field(default_factory=deque)


class Units:
    """Every unit that is not committed yet."""

    def __init__(self) -> None:
        self._partitions: dict[Where, _Partition] = {}
        self._writers: set[Unit] = set()
        self._loose: list[tuple[int, NewRecord]] = []
        self._sequence = 0
        self._open = 0

    @property
    def open(self) -> int:
        """Units that cannot be committed yet, because they or an earlier one of their partition are not acknowledged."""
        return self._open

    @property
    def pending(self) -> int:
        """Units not yet taken."""
        return self._open + sum(len(partition.ready) for partition in self._partitions.values())

    def in_flight(self, where: Where) -> int:
        """How many units of the partition are not yet taken."""
        partition = self._partitions.get(where)
        return len(partition.open) + len(partition.ready) if partition else 0

    def deliver(self, where: Where, offset: int) -> None:
        """A record goes to the application. ValueError when offsets of a partition do not ascend."""
        partition = self._partitions.setdefault(where, _Partition())
        partition.ledger.deliver(offset)
        partition.open[offset] = Unit(where, offset)
        self._open += 1

    def unit(self, where: Where, offset: int) -> Unit | None:
        """The open unit of a record; None when it was never delivered or is already done."""
        partition = self._partitions.get(where)
        return partition.open.get(offset) if partition else None

    def send(self, unit: Unit | None, record: NewRecord, changelog: Where | None = None) -> None:
        """Notes a send. Without a unit it goes with the next transaction. `changelog` marks a change of that table partition."""
        self._sequence += 1
        if unit is None:
            self._loose.append((self._sequence, record))
            return
        unit.sends.append((self._sequence, record))
        if changelog is not None:
            unit.wrote.add(changelog)
            unit.touched.add(changelog)
            self._writers.add(unit)

    def ack(self, where: Where, offset: int) -> bool:
        """The application is done with a record. Whether that made anything ready to commit."""
        partition = self._partitions.get(where)
        if partition is None:
            return False
        partition.ledger.ack(offset)
        end = partition.ledger.committable()
        before = len(partition.ready)
        while partition.open and end is not None and (first := next(iter(partition.open))) < end:
            unit = partition.open.pop(first)
            unit.ready = True
            partition.ready.append(unit)
            self._open -= 1
        return len(partition.ready) > before

    def take(self) -> Batch | None:
        """Everything that may be committed now, or None. The caller must commit it or stop."""
        blocked = {where for unit in self._writers if not unit.ready for where in unit.wrote}
        counts = self._held_back(blocked) if blocked else {where: len(p.ready) for where, p in self._partitions.items()}
        sends, self._loose = self._loose, []
        offsets: dict[Where, int] = {}
        for where, count in counts.items():
            ready = self._partitions[where].ready
            for _ in range(count):
                unit = ready.popleft()
                sends += unit.sends
                offsets[where] = unit.offset + 1
                self._writers.discard(unit)
        if not sends and not offsets:
            return None
        sends.sort(key=lambda numbered: numbered[0])
        return Batch(tuple(record for _, record in sends), offsets)

    def _held_back(self, blocked: set[Where]) -> dict[Where, int]:
        """How many ready units of each partition may go, given that nothing may build on changes in `blocked`."""
        counts = {where: len(partition.ready) for where, partition in self._partitions.items()}
        changed = True
        while changed:
            changed = False
            for where, partition in self._partitions.items():
                free = _free(partition.ready, counts[where], blocked)
                if free < counts[where]:
                    changed = True
                    for unit in list(partition.ready)[free:]:
                        blocked |= unit.wrote
                    counts[where] = free
        return counts


def _free(ready: deque[Unit], count: int, blocked: set[Where]) -> int:
    for index in range(count):
        if not blocked.isdisjoint(ready[index].touched):
            return index
    return count

"""Which offsets of a partition may be committed: the contiguous prefix of what was delivered and acknowledged.

Closes FAUST.md's loss 3 (stock Faust commits past an in-flight head). Pure; both transports use it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Partition = TypeVar("Partition", bound=tuple[str, int])
"""What names a partition: a tuple of topic and number, such as Faust's TP."""


@dataclass(slots=True)
class PartitionLedger:
    """Delivered offsets in order, those acknowledged, and the next offset to commit.

    Offsets need not be consecutive (a compacted or transactional topic has holes): only what was delivered counts.
    """

    in_flight: deque[int] = field(default_factory=deque)
    acked: set[int] = field(default_factory=set)
    next_offset: int | None = None
    committed: int | None = None
    last_delivered: int | None = None

    def deliver(self, offset: int) -> None:
        """A record was handed to the application. Offsets must ascend; ValueError otherwise."""
        if self.last_delivered is not None and offset <= self.last_delivered:
            raise ValueError(f"offset {offset} delivered after {self.last_delivered}")
        self.last_delivered = offset
        self.in_flight.append(offset)

    def ack(self, offset: int) -> None:
        """The application is done with a record. An offset that was never delivered (an older assignment's) is ignored."""
        if self.in_flight and self.in_flight[0] <= offset <= self.in_flight[-1]:
            self.acked.add(offset)
            while self.in_flight and self.in_flight[0] in self.acked:
                done = self.in_flight.popleft()
                self.acked.discard(done)
                self.next_offset = done + 1

    def committable(self) -> int | None:
        """The offset to commit (of the next record to process), or None when nothing is acknowledged yet."""
        return self.next_offset

    def uncommitted(self) -> int | None:
        """The committable offset when it is beyond what is committed already, else None."""
        ahead = self.next_offset is not None and (self.committed is None or self.next_offset > self.committed)
        return self.next_offset if ahead else None

    @property
    def pending(self) -> int:
        """How many delivered records are not yet behind the committable offset."""
        return len(self.in_flight)


@dataclass(slots=True)
class LedgerBook(Generic[Partition]):
    """One ledger per partition that this worker owns now.

    A partition is opened when its position is known (after the seek that follows an assignment) and closed when it is revoked.
    Whoever delivers a record keeps the ledger with it: an acknowledgement that comes after a revocation then goes to a ledger
    that nobody commits from, even when the partition has come back meanwhile.
    """

    ledgers: dict[Partition, PartitionLedger] = field(default_factory=dict)

    def open(self, committed: dict[Partition, int | None]) -> None:
        """Start fresh ledgers at these committed offsets (None: nothing committed yet)."""
        for partition, offset in committed.items():
            self.ledgers[partition] = PartitionLedger(committed=offset)

    def close(self) -> None:
        """Forget every partition. The group protocol is eager: a rebalance revokes all of them."""
        self.ledgers.clear()

    def snapshot(self, wanted: Iterable[Partition] | None = None) -> dict[Partition, int]:
        """What may be committed now and is not yet, by partition; only those in `wanted` when it is given."""
        among = self.ledgers if wanted is None else [p for p in wanted if p in self.ledgers]
        offsets = {partition: self.ledgers[partition].uncommitted() for partition in among}
        return {partition: offset for partition, offset in offsets.items() if offset is not None}

    def committed(self, offsets: dict[Partition, int]) -> None:
        """The broker has these. Partitions closed since the snapshot are ignored."""
        for partition, offset in offsets.items():
            ledger = self.ledgers.get(partition)
            if ledger is not None:
                ledger.committed = max(offset, ledger.committed or 0)

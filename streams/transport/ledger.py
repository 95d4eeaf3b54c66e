"""Which offsets of a partition may be committed: the contiguous prefix of what was delivered and acknowledged.

Closes FAUST.md's loss 3 (stock Faust commits past an in-flight head). Pure; both transports use it.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field


@dataclass(slots=True)
class PartitionLedger:
    """Delivered offsets in order, those acknowledged, and the next offset to commit.

    Offsets need not be consecutive (a compacted or transactional topic has holes): only what was delivered counts.
    """

    in_flight: deque[int] = field(default_factory=deque)
    acked: set[int] = field(default_factory=set)
    next_offset: int | None = None

    def deliver(self, offset: int) -> None:
        """A record was handed to the application. Offsets must ascend; ValueError otherwise."""
        if self.in_flight and offset <= self.in_flight[-1]:
            raise ValueError(f"offset {offset} delivered after {self.in_flight[-1]}")
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

    @property
    def pending(self) -> int:
        """How many delivered records are not yet behind the committable offset."""
        return len(self.in_flight)

"""Is the worker getting on? Committed-offset progress per partition, whatever else the process claims about itself.

Stock Faust consumers can die without a word (FAUST.md: issues 175, 523, 532, 549); a process that answers HTTP and commits
nothing is dead. Pure: the clock is passed in; either transport feeds it, `/healthz` reads it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

STALL_LIMIT = 60.0
"""Seconds that a partition may stay behind without a commit. Many times the slowest rebalance seen in the fault tests (10 s)."""


@dataclass(frozen=True, slots=True)
class PartitionProgress:
    """Where a partition stands. `committed` and `highwater` are offsets of the next record; `lag` counts records.

    `last_progress_at` is the clock's time of the last committed step, or of when the partition last had nothing to do.
    """

    topic: str
    partition: int
    delivered: int | None
    committed: int | None
    highwater: int | None
    lag: int | None
    last_progress_at: float


@dataclass(slots=True)
class _Track:
    committed: int | None
    since: float
    delivered: int | None = None
    highwater: int | None = None

    def behind(self) -> bool:
        """Whether there is work that is not committed: a delivered record, or one that the broker holds."""
        base = self.committed or 0
        return (self.delivered is not None and self.delivered >= base) or (
            self.highwater is not None and self.committed is not None and self.highwater > self.committed
        )

    def lag(self) -> int | None:
        """Records between the committed offset and the end of the partition, None while either is unknown."""
        return None if self.highwater is None or self.committed is None else max(0, self.highwater - self.committed)


@dataclass(slots=True)
class Progress:
    """Fed by a transport, read by the worker's health endpoint. `clock` gives seconds that never run backwards.

    `sample` is called before every reading, so that a dead timer cannot hide a dead consumer; a transport sets it to a function
    that reports what it has delivered and committed by now.
    """

    clock: Callable[[], float]
    limit: float = STALL_LIMIT
    sample: Callable[[], None] = lambda: None
    _tracks: dict[tuple[str, int], _Track] = field(default_factory=dict)
    _heard_at: float | None = None

    def opened(self, partition: tuple[str, int], committed: int | None) -> None:
        """The partition is this worker's from now on."""
        self._tracks[partition] = _Track(committed, self.clock())

    def closed(self) -> None:
        """All partitions were revoked (the eager group protocol)."""
        self._tracks.clear()

    def heard(self) -> None:
        """The broker's client answered: it is not dead, even when there is no partition to make progress on."""
        self._heard_at = self.clock()

    def observe(
        self, partition: tuple[str, int], *, delivered: int | None = None, committed: int | None = None, highwater: int | None = None
    ) -> None:
        """What is known by now: last delivered, committed, end of the partition; None: nothing new. Unknown partitions are ignored."""
        track = self._tracks.get(partition)
        if track is None:
            return
        was_behind = track.behind()
        track.delivered = track.delivered if delivered is None else delivered
        track.highwater = track.highwater if highwater is None else highwater
        moved = committed is not None and committed != track.committed
        track.committed = track.committed if committed is None else committed
        if moved or not was_behind:
            track.since = self.clock()

    def stalled(self) -> tuple[PartitionProgress, ...]:
        """Partitions that were behind for longer than the limit without a commit, ordered."""
        now = self.clock()
        return tuple(p for p in self.partitions() if self._stuck((p.topic, p.partition), now))

    def silent(self) -> bool:
        """Whether the broker's client has not answered for longer than the limit. False before it first did: starting is not dying."""
        return self._heard_at is not None and self.clock() - self._heard_at > self.limit

    def alive(self) -> bool:
        """Whether no partition is stalled and the broker's client answers."""
        return not self.stalled() and not self.silent()

    def partitions(self) -> tuple[PartitionProgress, ...]:
        """Every partition of this worker, ordered by topic and number."""
        self.sample()
        return tuple(
            PartitionProgress(topic, number, t.delivered, t.committed, t.highwater, t.lag(), t.since)
            for (topic, number), t in sorted(self._tracks.items())
        )

    def _stuck(self, partition: tuple[str, int], now: float) -> bool:
        track = self._tracks[partition]
        return track.behind() and now - track.since > self.limit

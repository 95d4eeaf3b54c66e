"""Alive means: no partition stands still while there is work for it, and the broker's client answers."""

from __future__ import annotations

from dataclasses import dataclass

from streams.transport.liveness import PartitionProgress, Progress

IN = ("wire.raw", 0)
OTHER = ("wire.raw", 1)


@dataclass
class Clock:
    now: float = 100.0

    def __call__(self) -> float:
        return self.now


def worker(*partitions: tuple[str, int], committed: int | None = 10) -> tuple[Progress, Clock]:
    clock = Clock()
    progress = Progress(clock, limit=60.0)
    for partition in partitions or (IN,):
        progress.opened(partition, committed)
    return progress, clock


def test_a_worker_with_nothing_to_do_is_alive_however_long() -> None:
    progress, clock = worker()
    clock.now += 10_000
    assert progress.alive()


def test_a_partition_with_a_delivered_record_and_no_commit_stalls_after_the_limit() -> None:
    progress, clock = worker()
    clock.now += 500
    progress.observe(IN, delivered=10)
    clock.now += 60
    assert progress.alive()
    clock.now += 1
    assert [stall.topic for stall in progress.stalled()] == ["wire.raw"]
    assert not progress.alive()


def test_each_committed_step_starts_the_limit_anew() -> None:
    progress, clock = worker()
    for committed in (11, 12, 13):
        progress.observe(IN, delivered=50, committed=committed)
        clock.now += 59
    assert progress.alive()
    progress.observe(IN, delivered=50, committed=13)
    clock.now += 2
    assert not progress.alive()


def test_a_first_record_of_a_partition_that_never_committed_counts() -> None:
    progress, clock = worker(committed=None)
    progress.observe(IN, delivered=0)
    clock.now += 61
    assert not progress.alive()


def test_records_that_are_never_fetched_stall_too() -> None:
    progress, clock = worker()
    progress.observe(IN, highwater=12)
    clock.now += 61
    assert progress.stalled() == (PartitionProgress("wire.raw", 0, None, 10, 12, 2, 100.0),)


def test_a_stalled_partition_is_not_hidden_by_one_that_moves() -> None:
    progress, clock = worker(IN, OTHER)
    progress.observe(IN, delivered=10)
    for step in range(10):
        progress.observe(OTHER, delivered=20 + step, committed=20 + step)
        clock.now += 10
    assert [stall.partition for stall in progress.stalled()] == [0]


def test_a_revoked_partition_is_nobodys_stall() -> None:
    progress, clock = worker()
    progress.observe(IN, delivered=10)
    progress.closed()
    progress.observe(IN, delivered=11)
    clock.now += 61
    assert progress.alive()
    assert progress.partitions() == ()


def test_a_client_that_fell_silent_is_dead_and_one_that_never_spoke_is_starting() -> None:
    progress, clock = worker()
    clock.now += 61
    assert not progress.silent()
    progress.heard()
    clock.now += 61
    assert not progress.alive()


def test_a_reading_samples_first_so_that_a_dead_timer_hides_nothing() -> None:
    progress, clock = worker()
    progress.sample = lambda: progress.observe(IN, delivered=10)
    assert progress.alive()
    clock.now += 61
    assert not progress.alive()


def test_partitions_tell_where_they_stand_in_order() -> None:
    progress, _ = worker(OTHER, IN)
    progress.observe(IN, delivered=14, committed=12, highwater=20)
    assert progress.partitions() == (
        PartitionProgress("wire.raw", 0, 14, 12, 20, 8, 100.0),
        PartitionProgress("wire.raw", 1, None, 10, None, None, 100.0),
    )

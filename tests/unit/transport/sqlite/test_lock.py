from __future__ import annotations

import os
from pathlib import Path

import pytest

from streams.domain.errors import ConfigError
from streams.transport.sqlite.lock import WorkerLock


def test_a_second_worker_of_the_group_is_told_who_holds_the_log(path: Path) -> None:
    first, second = WorkerLock(path, "wirebell"), WorkerLock(path, "wirebell")
    first.acquire()
    with pytest.raises(ConfigError, match=rf"process {os.getpid()}\) already runs on this log"):
        second.acquire()
    first.release()
    second.acquire()
    second.release()
    second.release()


def test_another_group_may_work_on_the_same_log(path: Path) -> None:
    locks = [WorkerLock(path, "wirebell"), WorkerLock(path, "a/b group")]
    for lock in locks:
        lock.acquire()
    assert sorted(file.name for file in path.parent.iterdir()) == ["log.db-a_b_group.lock", "log.db-wirebell.lock"]
    for lock in locks:
        lock.release()

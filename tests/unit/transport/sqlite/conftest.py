from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from streams.transport.sqlite import SqliteLog


@dataclass
class Clock:
    """Milliseconds, set by hand."""

    now: int = 1_000_000_000_000

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log.db"


@pytest.fixture
def log(path: Path, clock: Clock) -> Iterator[SqliteLog]:
    log = SqliteLog.open(path, clock=clock, busy_seconds=0.1)
    log.create_topic("t", 4)
    yield log
    log.close()

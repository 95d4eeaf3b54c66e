"""`kill -9` at seeded random moments: nothing acknowledged is lost, nothing invented, every output exactly once."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from streams.transport.sqlite import SqliteLog
from tests.integration.embedded.harness import Embedded, eventually

KILLS = 50 if os.environ.get("WIREBELL_CHAOS") else 5
SEED = int(os.environ.get("WIREBELL_SEED", "20200927"))


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[Embedded]:
    embedded = Embedded(tmp_path)
    yield embedded
    embedded.close()


def appending(embedded: Embedded) -> int:
    """This process appends while the worker works; the number of outputs so far."""
    embedded.append(2)
    return embedded.sums()


def kill_at_a_random_moment(embedded: Embedded, chance: random.Random) -> None:
    """Mostly in full work, sometimes in the start-up, recovery included."""
    before = embedded.sums()
    process = embedded.start()
    try:
        if chance.random() < 0.8:
            share = chance.randrange(1, 400)
            eventually(lambda: appending(embedded) >= before + share or process.poll() is not None, 30, lambda: embedded.said()[-3000:])
            time.sleep(chance.random() * 0.02)
        else:
            time.sleep(chance.random() * 3)
    finally:
        process.kill()
        assert process.wait() == -9, embedded.said()[-3000:]


@pytest.mark.timeout(60 + 12 * KILLS)
def test_killed_workers_leave_every_output_exactly_once_and_the_table_right(embedded: Embedded) -> None:
    chance = random.Random(SEED)
    for _ in range(KILLS):
        embedded.append(400)
        kill_at_a_random_moment(embedded, chance)
    embedded.append(100)
    with embedded.worker():
        embedded.wait_until_done()
    embedded.assert_exactly_once()
    SqliteLog.open(embedded.path).check()

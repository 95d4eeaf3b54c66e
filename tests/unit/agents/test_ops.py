"""What ops see of a worker over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import aiohttp
import pytest

from streams.adapters.metrics import Metrics
from streams.agents.ops import OpsServer


@dataclass
class Ward:
    """A worker's condition, as the test sets it."""

    problems: list[str] = field(default_factory=list)
    refreshed: int = 0

    def refresh(self) -> None:
        self.refreshed += 1


@pytest.fixture
def ward() -> Ward:
    return Ward()


@pytest.fixture
async def ops(ward: Ward) -> AsyncIterator[OpsServer]:
    server = OpsServer("127.0.0.1", 0, Metrics(), lambda: ward.problems, ward.refresh)
    async with server:
        yield server


async def get(ops: OpsServer, path: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{ops.port}{path}") as answer:
        return answer.status, await answer.text()


async def test_a_worker_without_problems_is_healthy_but_not_ready_before_it_has_partitions(ops: OpsServer) -> None:
    assert (await get(ops, "/healthz"))[0] == 200
    status, body = await get(ops, "/readyz")
    assert (status, "partitions are not yet assigned" in body) == (503, True)


async def test_a_worker_with_its_partitions_is_ready_until_they_are_taken(ops: OpsServer) -> None:
    ops.ready()
    assert (await get(ops, "/readyz"))[0] == 200
    ops.not_ready("partitions are being reassigned")
    assert (await get(ops, "/readyz"))[0] == 503


async def test_a_stalled_worker_says_where(ops: OpsServer, ward: Ward) -> None:
    ward.problems.append("wire.raw[3]: nothing committed")
    status, body = await get(ops, "/healthz")
    assert (status, "wire.raw[3]" in body) == (503, True)


async def test_a_scrape_refreshes_the_gauges_first(ops: OpsServer, ward: Ward) -> None:
    status, body = await get(ops, "/metrics")
    assert (status, ward.refreshed, "wirebell_worker_ready" in body) == (200, 1, True)

"""The broker that the integration tests share, and names that no other test uses."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.kafka.broker import Broker, BrokerUnavailable, assemble

_NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def kafka_jars() -> Path:
    """The assembled broker. Skips where it cannot be had; fails instead with REQUIRE_KAFKA=1."""
    try:
        return assemble()
    except BrokerUnavailable as reason:
        if os.environ.get("REQUIRE_KAFKA") == "1":
            raise
        pytest.skip(str(reason))


@pytest.fixture(scope="session")
def shared_broker(kafka_jars: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:  # noqa: ARG001
    """One broker for the session, for tests that only read and write."""
    broker = Broker(tmp_path_factory.mktemp("kafka"))
    broker.start()
    yield broker
    broker.kill()


@pytest.fixture
def kafka_broker(shared_broker: Broker) -> str:
    """`host:port` of the shared broker."""
    return shared_broker.bootstrap


@pytest.fixture
def own_broker(kafka_jars: Path, tmp_path: Path) -> Iterator[Broker]:  # noqa: ARG001
    """A broker of the test's own, for tests that stop it."""
    broker = Broker(tmp_path / "kafka")
    broker.start()
    yield broker
    broker.kill()


@pytest.fixture
def unique() -> str:
    """A prefix for topics and groups that no other test of this run uses."""
    return f"t{os.getpid()}-{next(_NUMBERS)}-"

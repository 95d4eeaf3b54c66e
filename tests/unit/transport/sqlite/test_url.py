from __future__ import annotations

from pathlib import Path

import pytest

from streams.domain.errors import ConfigError
from streams.transport.sqlite import LogUrl, Synchronous, parse_url


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("sqlite:///var/lib/wirebell/log.db", LogUrl(Path("/var/lib/wirebell/log.db"))),
        ("sqlite:///./data/log.db", LogUrl(Path("data/log.db"))),
        ("sqlite:///../log.db", LogUrl(Path("../log.db"))),
        ("sqlite:/./log.db", LogUrl(Path("log.db"))),
        ("sqlite:///my%20log.db?synchronous=normal", LogUrl(Path("/my log.db"), Synchronous.NORMAL)),
        ("sqlite:///log.db?synchronous=FULL", LogUrl(Path("/log.db"), Synchronous.FULL)),
    ],
)
def test_a_url_names_the_file_and_how_hard_it_syncs(url: str, expected: LogUrl) -> None:
    assert parse_url(url) == expected


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("kafka://localhost", "the embedded log's URL is"),
        ("sqlite://host/log.db", "the embedded log's URL is"),
        ("sqlite:///", "must name a file"),
        ("sqlite://", "must name a file"),
        ("sqlite:///log.db?synchronous=off", "must be full or normal"),
        ("sqlite:///log.db?cache=1", "unknown option 'cache'"),
    ],
)
def test_a_url_that_cannot_be_one_is_refused_with_the_reason(url: str, complaint: str) -> None:
    with pytest.raises(ConfigError, match=complaint):
        parse_url(url)

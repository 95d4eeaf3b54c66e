"""When to do it again."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.feeders.pace import HostPace, Quotas, backoff, retry_after

NOW = datetime(2020, 9, 27, 6, 0, tzinfo=UTC)


@given(st.text(max_size=20), st.integers(1, 10_000), st.floats(0.1, 600), st.floats(600, 7200))
def test_back_off_stays_within_its_limits_and_is_the_same_every_time(name: str, attempt: int, first: float, limit: float) -> None:
    wait = backoff(name, attempt, first, limit)
    assert 0.75 * min(first, limit) <= wait <= limit
    assert wait == backoff(name, attempt, first, limit)


def test_back_off_doubles_and_spreads() -> None:
    for attempt, full in ((1, 10), (2, 20), (3, 40), (4, 80), (5, 100), (5_000, 100)):
        assert 0.75 * full <= backoff("a", attempt, 10, 100) <= full
    assert len({backoff(f"feed-{n}", 1, 10, 100) for n in range(50)}) == 50


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        ("99999999999999", 86_400.0),
        ("Sun, 27 Sep 2020 06:02:00 GMT", 120.0),
        ("Sun, 27 Sep 2020 05:00:00 GMT", 0.0),
        ("Sun, 27 Sep 2020 06:01:00", 60.0),
        ("Sun, 27 Sep 2099 05:00:00 GMT", 86_400.0),
        ("", None),
        ("soon", None),
        ("-1", None),
        ("²", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(value: str, seconds: float | None) -> None:
    assert retry_after(value, NOW) == seconds


def test_a_quota_is_a_minutes_worth_and_refills_evenly() -> None:
    now = [0.0]
    quotas = Quotas({"acme": 6, "free": 0}, lambda: now[0])
    assert [quotas.take("acme") for _ in range(7)] == [0.0] * 6 + [10.0]
    now[0] = 4.0
    assert quotas.take("acme") == pytest.approx(6.0)
    now[0] = 10.0
    assert quotas.take("acme") == 0.0
    assert quotas.take("acme") == pytest.approx(10.0)
    assert {quotas.take(source) for source in ("free", "unknown") for _ in range(100)} == {0.0}


def test_a_host_has_its_turns_and_another_does_not_wait_for_them() -> None:
    now = [100.0]
    pace = HostPace(2.0, lambda: now[0])
    assert [pace.reserve("a"), pace.reserve("a"), pace.reserve("a"), pace.reserve("b")] == [0.0, 2.0, 4.0, 0.0]
    now[0] = 110.0
    assert pace.reserve("a") == 0.0

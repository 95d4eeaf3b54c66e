"""When to do it again: back-off with jitter, Retry-After, quotas. Pure; times and clocks are passed in."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_LONGEST = 86_400.0
"""A Retry-After of more than a day is taken for a day: a server's slip must not silence a wire."""


def backoff(name: str, attempt: int, first: float, limit: float) -> float:
    """Seconds before the next attempt: doubling from `first` to `limit`, each less up to a quarter.

    The jitter is derived from name and attempt, so that many pollers spread out and a test knows what it gets.
    """
    fraction = int.from_bytes(hashlib.sha256(f"{name}|{attempt}".encode()).digest()[:4], "big") / 2**32
    return min(limit, first * 2.0 ** min(max(attempt - 1, 0), 30)) * (1 - 0.25 * fraction)


def retry_after(value: str, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks for (RFC 9110, 10.2.3): a number or a date. None when it says nothing."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        return min(float(value[:9]), _LONGEST)
    try:
        at = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return min(max((at - now).total_seconds(), 0.0), _LONGEST)


class Quotas:
    """Reports per minute and source: a bucket as large as one minute's quota that refills evenly. Not for threads.

    `limits` are reports per minute by source id; a source without one is not limited. `monotonic` in seconds.
    """

    def __init__(self, limits: Mapping[str, int], monotonic: Callable[[], float]) -> None:
        self._limits = {source: limit for source, limit in limits.items() if limit > 0}
        self._monotonic = monotonic
        self._buckets: dict[str, tuple[float, float]] = {}

    def take(self, source: str) -> float:
        """0.0 when one more is within the quota (and is counted); else the seconds until one is, and nothing is counted."""
        limit = self._limits.get(source)
        if limit is None:
            return 0.0
        now = self._monotonic()
        left, at = self._buckets.get(source, (float(limit), now))
        left = min(float(limit), left + (now - at) * limit / 60)
        if left < 1:
            self._buckets[source] = (left, now)
            return (1 - left) * 60 / limit
        self._buckets[source] = (left - 1, now)
        return 0.0


class HostPace:
    """The next moment at which a host may be asked again: one request at a time and `seconds` between two. For one loop."""

    def __init__(self, seconds: float, monotonic: Callable[[], float]) -> None:
        self._seconds = seconds
        self._monotonic = monotonic
        self._next: dict[str, float] = {}

    def reserve(self, host: str) -> float:
        """Take the host's next turn; seconds to wait for it."""
        now = self._monotonic()
        turn = max(now, self._next.get(host, now))
        self._next[host] = turn + self._seconds
        return turn - now

"""Where refused records go, and when refusing has to stop.

A dead letter is the original key, bytes and headers plus `error.*` headers. When too large a share of what comes in is refused,
something is wrong with us or a feed, and going on would empty a topic into the dead letters: the worker stops instead.
"""

from __future__ import annotations

from collections import deque
from datetime import datetime

from streams.agents.messages import Inbound, Outbound
from streams.domain.errors import MustStop, RefusedInput
from streams.pipeline.ports import Clock

ERROR_PREFIX = "error."


class DeadLetters:
    """Counts accepted and refused records of one agent and makes dead letters. `limit` is the share of `window` that stops it."""

    def __init__(self, topic: str, clock: Clock, limit: float, window: int) -> None:
        self._topic = topic
        self._clock = clock
        self._limit = limit
        self._recent: deque[bool] = deque(maxlen=window)

    def accepted(self) -> None:
        """A record was processed."""
        self._recent.append(False)

    def refuse(self, message: Inbound, error: RefusedInput) -> Outbound:
        """The dead letter for a refused record. MustStop when more than the allowed share of the window was refused."""
        self._recent.append(True)
        window = self._recent.maxlen or 1
        if sum(self._recent) > self._limit * window:
            raise MustStop(
                f"{sum(self._recent)} of the last {len(self._recent)} records were refused, more than {self._limit:.0%} of {window}; "
                f"the last, {describe(message)}: {error}. Stopped before refusing more: mend the feed or raise dead_letters.limit"
            )
        return Outbound(self._topic, message.key, message.value, _headers(message, error, self._clock.now()))


def describe(message: Inbound) -> str:
    """A record's place in the log in words."""
    return f"{message.at.topic}[{message.at.partition}]@{message.at.offset}"


def _headers(message: Inbound, error: RefusedInput, at: datetime) -> tuple[tuple[str, bytes], ...]:
    # A redriven record that fails again must not carry the causes of its first failure as well.
    original = tuple((k, v) for k, v in message.headers if not k.startswith(ERROR_PREFIX))
    cause = {
        "stage": error.stage.value,
        "reason": error.reason.value,
        "class": type(error.__cause__ or error).__name__,
        "message": error.message,
        "where": error.where,
        "topic": message.at.topic,
        "partition": str(message.at.partition),
        "offset": str(message.at.offset),
        "at": at.isoformat().replace("+00:00", "Z"),
    }
    return (*original, *((ERROR_PREFIX + k, v.encode("utf-8", "replace")) for k, v in cause.items() if v))

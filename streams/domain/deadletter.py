"""Dead letters: inputs that were refused, kept with the cause so that they can be listed and driven again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from streams.domain.errors import Reason, Stage
from streams.domain.values import Position


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A refused input: the original key, bytes and headers, and why. On the topic the cause travels as `error.*` headers."""

    key: bytes | None
    value: bytes
    headers: tuple[tuple[str, bytes], ...]
    stage: Stage
    reason: Reason
    error_class: str
    message: str
    origin: Position
    at: datetime

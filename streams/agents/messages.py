"""Records as the agents see them: what came in, what goes out. Bytes on both sides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from streams.domain.values import Position

Headers = tuple[tuple[str, bytes], ...]


@dataclass(frozen=True, slots=True)
class Inbound:
    """A record delivered to an agent. `timestamp` is the log's, in Unix seconds."""

    at: Position
    timestamp: float
    key: bytes | None
    value: bytes
    headers: Headers

    def header(self, name: str) -> str:
        """The last header of that name as text, or an empty string. Undecodable bytes are replaced."""
        return next((v.decode("utf-8", "replace") for k, v in reversed(self.headers) if k == name), "")


@dataclass(frozen=True, slots=True)
class Outbound:
    """A record to send."""

    topic: str
    key: bytes | None
    value: bytes
    headers: Headers = ()


def as_headers(headers: Mapping[str, bytes] | Iterable[tuple[str, bytes]] | None) -> Headers:
    """Headers as pairs, whichever form the transport has them in."""
    if headers is None:
        return ()
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    return tuple((k, bytes(v) if v is not None else b"") for k, v in pairs)

"""Reports for load and fault tests: each tells of its own event, so what is alerted does not depend on interleaving."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

BASE = datetime(2024, 3, 1, tzinfo=UTC)
SYLLABLES = [c + v for c in "bdfgklmnprstvz" for v in "aeiou"]
POISON = (
    b'{"headline": "cut sh',
    b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
    b"[1, 2, 3]",
    b'{"uri": "x", "version": "1", "$schema": "https://www.iptc.org/std/ninjs/ninjs-schema_9.9.json", "standard": {"name": "ninjs", "version": "9.9"}}',
    b'{"headline": "' + b"x" * 2_000_000 + b'"}',
)
"""Truncated, not text, not a report, an unknown version, 2 MB."""


@dataclass(frozen=True, slots=True)
class Item:
    """One raw record to ingest. `poison` tells that it must end in the dead letters."""

    input_id: str
    source: str
    received_at: datetime
    body: bytes
    poison: bool = False

    def row(self) -> dict[str, str]:
        """The replay contract's row."""
        import base64

        return {
            "id": self.input_id,
            "source": self.source,
            "received_at": self.received_at.isoformat().replace("+00:00", "Z"),
            "content_type": "",
            "body_base64": base64.b64encode(self.body).decode(),
        }


def items(count: int, seed: int, poison_share: float = 0.0) -> Iterator[Item]:
    """`count` raw records. One in ten is a later version (update, correction or kill) of the report nine before it."""
    random = Random(seed)
    for n in range(count):
        at = BASE + timedelta(seconds=n)
        source = f"agency-{n % 7}"
        if random.random() < poison_share:
            yield Item(f"in-{n}", source, at, POISON[n % len(POISON)], poison=True)
        elif n % 10 == 9:
            yield Item(f"in-{n}", f"agency-{(n - 9) % 7}", at, _later(n - 9, seed, at, random))
        else:
            yield Item(f"in-{n}", source, at, _report(n, 1, "new", seed, at))


def _later(n: int, seed: int, at: datetime, random: Random) -> bytes:
    return _report(n, 2, random.choice(["update", "correction", "kill"]), seed, at)


def _report(n: int, version: int, signal: str, seed: int, at: datetime) -> bytes:
    words = Random(f"{seed}/{n}")
    names = ["".join(words.choice(SYLLABLES) for _ in range(4)).capitalize() for _ in range(40)]
    story = {
        "id": f"item-{seed}-{n}",
        "version": version,
        "signal": signal,
        "priority": 1 + n % 3,
        "headline": f"{names[0]} {names[1].lower()} {names[2]} {names[3].lower()}",
        "body": " ".join(names[4:]) + f" Version {version}.",
        "published_at": at.isoformat(),
    }
    return json.dumps(story).encode()

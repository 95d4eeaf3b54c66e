"""`sqlite:///path` as a Faust transport: exactly once on one machine, with nothing to install.

A record is read, its agents run, and when they acknowledge it everything it caused (sends, table changes) is committed with its offset
in one SQLite transaction (`units.py`, `committer.py`). A crash at any moment leaves either all of that or none of it.
"""

from __future__ import annotations

from typing import Any, ClassVar

from streams.transport.sqlite.consumer import Consumer
from streams.transport.sqlite.producer import Producer
from streams.transport.sqlite.shared import SharedState


class Transport(SharedState):
    """What Faust makes of a `sqlite:` URL."""

    Consumer: ClassVar[Any] = Consumer
    Producer: ClassVar[Any] = Producer
    default_port = 0
    driver_version = "wirebell-sqlite"

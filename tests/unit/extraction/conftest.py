"""Short ways to write a report and look at what was read, shared by the tests of this folder as fixtures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from streams.domain.reading import ReadEvent
from streams.domain.report import Dateline, Report, Signal
from streams.domain.source import Source
from streams.domain.values import Quantity, Span
from streams.extraction import extract

FILED = datetime(2020, 9, 28, 9, 0, tzinfo=UTC)
SOURCE = Source("agency", name="Agency", country="GBR", grade="B")


def report(body: str, headline: str = "", filed: datetime = FILED, dateline: str = "") -> Report:
    """A report whose dateline, if given, stands at the start of the body."""
    line = Dateline(dateline, None, Span(0, body.index("-") + 1)) if dateline else None
    return Report("r", "k", "agency", Signal.NEW, headline, body, filed, filed, filed, "h", dateline=line)


def read(body: str, headline: str = "", source: Source = SOURCE, filed: datetime = FILED, dateline: str = "") -> tuple[ReadEvent, ...]:
    """The events of a text."""
    return extract(report(body, headline, filed, dateline), source)


Read = Callable[..., tuple[ReadEvent, ...]]
Only = Callable[[tuple[ReadEvent, ...], str], ReadEvent]


@pytest.fixture(name="read")
def _read() -> Read:
    """read(body, headline="", source=..., filed=..., dateline="") -> events."""
    return read


@pytest.fixture(name="only")
def _only() -> Only:
    """only(events, type) -> the one event of the type."""

    def only(events: tuple[ReadEvent, ...], kind: str) -> ReadEvent:
        found = [event for event in events if event.type == kind]
        assert len(found) == 1, [event.type for event in events]
        return found[0]

    return only


@pytest.fixture(name="things")
def _things() -> Callable[[ReadEvent], list[tuple[str, str, Quantity | None]]]:
    """things(event) -> (class path, operator, count) of its objects."""
    return lambda event: [(thing.class_path, thing.operator, thing.count) for thing in event.objects]

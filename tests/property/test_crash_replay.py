"""Crashes between any two writes: whatever prefix of the changelog survives, processing again ends where no crash would have.

The worst of what a worker can leave behind, without Faust: the table is the changelog's surviving prefix, the offsets committed
lie anywhere before it, and outputs of the lost stretch may or may not have been sent.
"""

from __future__ import annotations

from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from streams.adapters.tables import TableIncidents
from streams.domain.event import EventRecord
from streams.domain.incident import Incident
from streams.domain.values import Position
from streams.pipeline.deduplicate import Deduplicator
from streams.pipeline.normalize import normalize
from streams.pipeline.replay import MemoryItems
from tests.support import scenario

POISON = {row["input"] for row in scenario.truth()["dead_letters"]}


class Changelog(dict[bytes, bytes]):
    """A table that writes down every change."""

    def __init__(self, changes: list[tuple[bytes, bytes | None]]) -> None:
        super().__init__()
        self.changes: list[tuple[bytes, bytes | None]] = []
        for key, value in changes:
            if value is None:
                self.pop(key, None)
            else:
                self[key] = value

    def __setitem__(self, key: bytes, value: bytes) -> None:
        self.changes.append((key, value))
        super().__setitem__(key, value)

    def pop(self, key: bytes, default: bytes | None = None) -> bytes | None:  # type: ignore[override]
        self.changes.append((key, None))
        return super().pop(key, default)


@cache
def records() -> tuple[EventRecord, ...]:
    """What the scenario sends on `wire.events`, with a later record of each kind in between."""
    items = MemoryItems()
    found: list[EventRecord] = []
    for offset, raw in enumerate(r for r in scenario.raws() if r.input_id not in POISON):
        found += normalize(raw, Position("wire.raw", 0, offset), items, scenario.settings()).records
    return tuple(found)


@cache
def undisturbed() -> tuple[frozenset[str], dict[str, Incident], int]:
    table = Changelog([])
    alerts = run(table, 0, len(records()))
    return frozenset(alerts), final(table), len(table.changes)


def run(table: Changelog, start: int, end: int) -> list[str]:
    deduplicator = Deduplicator(TableIncidents(table, 0), scenario.settings())
    said = []
    for offset in range(start, end):
        applied = deduplicator.apply(records()[offset], Position("wire.events", 0, offset))
        said += [a.alert_id for a in applied.alerts]
    return said


def final(table: Changelog) -> dict[str, Incident]:
    return {row.incident.incident_id: row.incident for row in TableIncidents(table, 0).rows()}


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_any_crash_ends_where_no_crash_would_have(data: st.DataObject) -> None:
    total = len(records())
    crashed_at = data.draw(st.integers(1, total), label="processed before the crash")
    committed = data.draw(st.integers(0, crashed_at), label="committed")
    first = Changelog([])
    before = run(first, 0, committed)
    durable = len(first.changes)
    run(first, committed, crashed_at)
    kept = data.draw(st.integers(durable, len(first.changes)), label="changelog that survived")
    second = Changelog(first.changes[:kept])
    after = run(second, committed, total)
    alerts, incidents, _ = undisturbed()
    assert frozenset(before) | frozenset(after) == alerts
    assert final(second) == incidents

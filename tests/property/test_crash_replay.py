"""Crashes between any two writes: whatever prefix of the changelog survives, processing again ends where no crash would have.

The worst of what a worker can leave behind, without Faust: the table is the changelog's surviving prefix, the offsets committed
lie anywhere before it, and outputs of the lost stretch may or may not have been sent.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.adapters.tables import TableIncidents
from streams.domain.event import EventRecord
from streams.domain.incident import Incident
from streams.domain.values import Position
from streams.pipeline.deduplicate import Deduplicator
from streams.pipeline.normalize import normalize
from streams.pipeline.replay import MemoryItems
from tests.support.scenario import KARABAKH

POISON = {row["input"] for row in KARABAKH.truth()["dead_letters"]}


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
    for offset, raw in enumerate(r for r in KARABAKH.raws() if r.input_id not in POISON):
        found += normalize(raw, Position("wire.raw", 0, offset), items, KARABAKH.settings()).records
    return tuple(found)


@cache
def drawn_out() -> tuple[EventRecord, ...]:
    """The same records STRETCH times as slow, so that incidents close in between and what comes late opens them again."""
    first = min(r.published_at for r in records())

    def later(at: datetime) -> datetime:
        return first + STRETCH * (at - first)

    return tuple(
        replace(r, published_at=later(r.published_at), received_at=later(r.received_at), version_at=later(r.version_at)) for r in records()
    )


STRETCH = 40


@cache
def undisturbed(pace: Callable[[], tuple[EventRecord, ...]]) -> tuple[frozenset[str], dict[str, Incident]]:
    table = Changelog([])
    alerts = run(pace(), table, 0, len(records()))
    return frozenset(alerts), final(table)


def run(told: tuple[EventRecord, ...], table: Changelog, start: int, end: int) -> list[str]:
    deduplicator = Deduplicator(TableIncidents(table, 0), replace(KARABAKH.settings(), open_records=0))
    said = []
    for offset in range(start, end):
        applied = deduplicator.apply(told[offset], Position("wire.events", 0, offset))
        said += [a.alert_id for a in applied.alerts]
    return said


def final(table: Changelog) -> dict[str, Incident]:
    """Every incident, open or closed: when one is closed may differ by a record after a crash, what it is may not."""
    store = TableIncidents(table, 0)
    closed = [row for item in {r.item_key for r in records()} for row in store.closed(item)]
    return {row.incident.incident_id: row.incident for row in (*closed, *store.rows())}


def test_at_the_slower_pace_incidents_close() -> None:
    table = Changelog([])
    run(drawn_out(), table, 0, len(records()))
    assert len(list(TableIncidents(table, 0).shelf())) > 5


@pytest.mark.parametrize("pace", [records, drawn_out])
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_any_crash_ends_where_no_crash_would_have(pace: Callable[[], tuple[EventRecord, ...]], data: st.DataObject) -> None:
    total = len(records())
    crashed_at = data.draw(st.integers(1, total), label="processed before the crash")
    committed = data.draw(st.integers(0, crashed_at), label="committed")
    first = Changelog([])
    before = run(pace(), first, 0, committed)
    durable = len(first.changes)
    run(pace(), first, committed, crashed_at)
    kept = data.draw(st.integers(durable, len(first.changes)), label="changelog that survived")
    second = Changelog(first.changes[:kept])
    after = run(pace(), second, committed, total)
    alerts, incidents = undisturbed(pace)
    assert frozenset(before) | frozenset(after) == alerts
    assert final(second) == incidents

"""The registry's quirks of a source reach its reports."""

from __future__ import annotations

from datetime import UTC, datetime

from streams.domain.report import RawRecord
from streams.domain.settings import CoreSettings
from streams.domain.source import Source
from streams.domain.values import Position
from streams.pipeline.normalize import normalize
from streams.pipeline.replay import MemoryItems

RAW = RawRecord(
    "acme",
    datetime(2020, 9, 27, 12, tzinfo=UTC),
    b'{"id": "1", "headline": "Quake hits Yerevan", "body": "A quake shook the city.", "priority": "hot", "published": "2020-09-27T10:00"}',
)


def test_a_known_sources_quirks_are_applied() -> None:
    acme = Source("acme", grade="B", priority_map=(("hot", 1),), zone="Asia/Yerevan", language="hy")
    [known] = normalize(RAW, Position("wire.raw", 0, 0), MemoryItems(), CoreSettings(sources={"acme": acme})).outcomes
    [unknown] = normalize(RAW, Position("wire.raw", 0, 0), MemoryItems(), CoreSettings()).outcomes
    assert (known.report.priority, known.report.published_at.hour, known.report.language) == (1, 6, "hy")
    assert (unknown.report.priority, unknown.report.published_at.hour) == (5, 10)


def test_an_unknown_source_is_accepted_and_graded_f() -> None:
    [outcome] = normalize(RAW, Position("wire.raw", 0, 0), MemoryItems(), CoreSettings()).outcomes
    assert {record.carrier.grade for record in outcome.records} == {"F"}

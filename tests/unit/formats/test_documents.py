"""docs/formats.md names every format, signal, note and reason there is, and none that is not."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from streams.domain.errors import Reason
from streams.domain.report import RawRecord, Signal
from streams.domain.settings import Limits
from streams.domain.source import Source
from streams.formats import parse
from streams.formats.compress import MAX_MEMBERS, MAX_RATIO
from streams.formats.language import DETECTED
from streams.formats.mail import MAX_PARTS
from streams.formats.markup import MAX_ATTRIBUTES as MAX_HTML_ATTRIBUTES
from streams.formats.registry import FORMATS
from streams.formats.xml import MAX_ATTRIBUTES
from tests.unit.formats import golden

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
SHELL_REASONS = {Reason.UNKNOWN_SCHEMA, Reason.CORRUPT_RECORD, Reason.BAD_TIMESTAMP}
"""Reasons that only the shell around the core gives."""


def table(heading: str) -> list[str]:
    """The names in the first column of the table under a heading."""
    section = f"\n{PAGE}".split(f"\n{heading}\n", 1)[1].split("\n## ", 1)[0]
    return re.findall(r"^\| `([^`]+)` \|", section, re.MULTILINE)


def observed_notes() -> set[str]:
    """Every note that a fixture yields, and the three that ask for a source, a broken embargo and a broken charset."""
    expected = [json.loads(golden.expectation(path).read_text("utf-8")) for path in golden.fixtures()]
    seen = {note for seen in expected for report in seen.get("reports", ()) for note in report.get("notes", ())}
    unzoned = b'{"headline": "Ferry burns", "body": "x", "published_at": "2020-09-27T10:00:00"}'
    eastern = Source(id="w", zone="Asia/Yerevan")
    for body, source in (
        (unzoned, eastern),
        (b"EMBARGOED UNTIL THE MINISTER SPEAKS\nFerry burns\n\nx\n", None),
        (b"Ferry \xff\x81 burns\n", None),
    ):
        raw = RawRecord("w", datetime(2020, 9, 27, 12, tzinfo=UTC), body)
        seen |= {note for report in parse(raw, Limits(), source).reports for note in report.notes}
    return seen


def test_every_format_has_its_row_and_no_row_is_of_none() -> None:
    assert sorted(table("# Wire formats")) == sorted(wire_format.name for wire_format in FORMATS)


def test_every_signal_is_told() -> None:
    assert sorted(table("## What a version is")) == sorted(Signal)


def test_every_note_that_reports_carry_is_explained_and_no_other() -> None:
    assert sorted(table("## Notes")) == sorted(observed_notes() | {DETECTED})


def test_every_reason_to_refuse_a_wire_is_explained_and_no_other() -> None:
    assert sorted(table("## Refusals")) == sorted(set(Reason) - SHELL_REASONS)


@pytest.mark.parametrize("setting", re.findall(r"`limits\.(\w+)`", PAGE))
def test_the_limits_named_are_settings(setting: str) -> None:
    assert hasattr(Limits(), setting)


def test_the_caps_told_are_the_caps_held() -> None:
    told = (
        f"mail of over {MAX_PARTS} parts",
        f"over {MAX_RATIO} times its size, over {MAX_MEMBERS} members",
        f"with over {MAX_ATTRIBUTES} attributes",
        f"HTML with over {MAX_HTML_ATTRIBUTES:,}",
    )
    assert [words for words in told if words not in PAGE] == []

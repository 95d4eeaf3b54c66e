"""IPTC's own test items: accepted or refused as their folders say. Skipped where the shared data is absent."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree

from streams.domain.errors import Reason, RefusedInput
from streams.domain.report import RawRecord, Report
from streams.domain.settings import Limits
from streams.formats import parse

SHARED = Path(os.environ.get("WIREBELL_SHARED", Path(__file__).parents[3] / ".." / "shared"))
WIRE = SHARED / "data" / "wire"
SUITE = WIRE / "newsinjson" / "validation" / "test_suite"
pytestmark = pytest.mark.skipif(not WIRE.is_dir(), reason="the shared wire data is not here")

UNTOLD = {
    "1.0/should_fail/014_type_component.json",
    "1.0/should_fail/016_infosource.json",
    "1.1/should_fail/001_type_component.json",
    "1.1/should_fail/002_infosource.json",
}
"""Invalid in 1.0 or 1.1 and valid from 1.2, and naming no version: only a version told with them can refuse them."""


def read(path: Path, content_type: str = "") -> Report:
    raw = RawRecord("iptc", datetime(2026, 1, 1, tzinfo=UTC), path.read_bytes(), content_type)
    return parse(raw, Limits()).reports[0]


def told(path: Path) -> str:
    version = path.parts[-3]
    return f"application/vnd.iptc.ninjs+json; version={version}" if version[-1].isdigit() else ""


def name(path: Path) -> str:
    return "/".join(path.parts[-3:])


@pytest.mark.parametrize("path", sorted(SUITE.glob("*/should_pass/*.json")), ids=name)
def test_what_should_pass_is_accepted(path: Path) -> None:
    assert read(path).format == "ninjs"


@pytest.mark.parametrize("path", [path for path in sorted(SUITE.glob("*/should_fail/*.json")) if name(path) not in UNTOLD], ids=name)
def test_what_should_fail_is_refused_for_its_structure(path: Path) -> None:
    with pytest.raises(RefusedInput) as refused:
        read(path)
    assert refused.value.reason in (Reason.INVALID, Reason.MALFORMED, Reason.NOT_A_REPORT)


@pytest.mark.parametrize("path", sorted(SUITE.glob("*/should_fail/*.json")), ids=name)
def test_what_should_fail_is_refused_when_the_version_is_told(path: Path) -> None:
    with pytest.raises(RefusedInput):
        read(path, told(path))


@pytest.mark.parametrize("path", sorted((WIRE / "newsml-g2").rglob("*.xml")), ids=name)
def test_every_newsml_g2_file_is_answered(path: Path) -> None:
    report, reason = answer(path)
    assert reason in (None, Reason.UNSUPPORTED_KIND, Reason.EMPTY, Reason.UNKNOWN_FORMAT)
    assert report is None or (report.format == "newsml-g2" and report.body.strip())
    if reason is Reason.EMPTY:
        assert not telling(path)


def answer(path: Path) -> tuple[Report | None, Reason | None]:
    try:
        return read(path), None
    except RefusedInput as refused:
        return None, refused.reason


def telling(path: Path) -> str:
    """All text of a G2 file that a report could be made of."""
    found = etree.parse(path, etree.XMLParser(remove_comments=True)).xpath(
        "//*[local-name()='contentMeta']/*[local-name()='headline' or local-name()='description']//text()"
        "|//*[local-name()='inlineXML' or local-name()='inlineData']//text()|//*[local-name()='itemMeta']/*[local-name()='title']//text()"
    )
    assert isinstance(found, list)
    return "".join(str(text) for text in found).strip(" .\n\r\t")

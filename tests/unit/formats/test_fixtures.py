"""Every fixture yields exactly what the file beside it says."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from streams.formats.registry import FORMATS
from tests.chaos.fuzz_formats import FAMILIES
from tests.unit.formats.golden import FOLDER, expectation, fixtures, observe

FIXTURES = list(fixtures())


def _name(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


@pytest.mark.parametrize("path", FIXTURES, ids=_name)
def test_a_fixture_yields_what_is_written_beside_it(path: Path) -> None:
    expected = json.loads(expectation(path).read_text("utf-8"))
    assert observe(path.read_bytes(), expected["content_type"]) == expected


@pytest.mark.parametrize("path", FIXTURES, ids=_name)
def test_a_fixture_passes_or_fails_as_its_name_says(path: Path) -> None:
    expected = json.loads(expectation(path).read_text("utf-8"))
    assert ("refusal" in expected) == (".fail." in path.name)


@pytest.mark.parametrize("name", [wire_format.name for wire_format in FORMATS])
def test_every_registered_format_has_twelve_fixtures_with_a_pass_and_a_fail(name: str) -> None:
    kinds = Counter(path.name.split(".")[1] for path in FIXTURES if path.parent.name == name)
    assert kinds.total() >= 12
    assert kinds["pass"] >= 1
    assert kinds["fail"] >= 1


@pytest.mark.parametrize("path", [path for path in FIXTURES if path.name.endswith(".xml")], ids=_name)
def test_a_fixture_is_read_in_its_own_format_whatever_the_content_type_claims(path: Path) -> None:
    seen = [observe(path.read_bytes(), claimed) for claimed in ("", "text/xml", "application/octet-stream", "text/plain")]
    assert {report["format"] for one in seen for report in one.get("reports", [])} <= {path.parent.name}
    assert len({"refusal" in one for one in seen}) == 1


def test_no_expectation_is_without_its_fixture() -> None:
    known = {expectation(path) for path in FIXTURES}
    assert [path for path in sorted(FOLDER.glob("*/*.expected.json")) if path not in known] == []


def test_every_format_is_fuzzed_in_one_family() -> None:
    assert sorted(name for names in FAMILIES.values() for name in names) == sorted(wire_format.name for wire_format in FORMATS)

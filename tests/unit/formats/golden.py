"""Fixtures and what they must yield: `tests/data/formats/<format>/NAME.{pass,fail}.EXT` with `NAME….EXT.expected.json` beside.

`python -m tests.unit.formats.golden` writes the expectations that are missing; `--all` writes all of them anew: read the diff.
"""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any

from streams.domain.errors import RefusedInput
from streams.domain.report import RawRecord, Report
from streams.domain.settings import Limits
from streams.formats import parse

FOLDER = Path(__file__).parents[2] / "data" / "formats"
RECEIVED = datetime(2020, 9, 27, 12, tzinfo=UTC)
SUFFIX = ".expected.json"


def fixtures() -> Iterator[Path]:
    """Every fixture file, in order."""
    for path in sorted(FOLDER.glob("*/*")):
        if not path.name.endswith(SUFFIX):
            yield path


def expectation(path: Path) -> Path:
    """The file that says what a fixture yields."""
    return path.with_name(path.name + SUFFIX)


def observe(body: bytes, content_type: str, source: str = "wire") -> dict[str, Any]:
    """What a parse yields, as JSON: its content type, then reports and refused entries, or the refusal of the whole."""
    try:
        parsed = parse(RawRecord(source, RECEIVED, body, content_type), Limits())
    except RefusedInput as refused:
        return {"content_type": content_type, "refusal": told(refused)}
    seen: dict[str, Any] = {"content_type": content_type, "reports": [plain(report) for report in parsed.reports]}
    return {**seen, "refused": [told(refused) for refused in parsed.refused]} if parsed.refused else seen


def told(refused: RefusedInput) -> dict[str, str]:
    """A refusal as JSON."""
    return {"stage": refused.stage.value, "reason": refused.reason.value, "message": refused.message, "where": refused.where}


def plain(report: Report) -> dict[str, Any]:
    """A report as JSON without its empty fields."""
    return {name: value for name, value in _plain(report).items() if value not in ("", [], None, 0)}


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, datetime) else value


def main() -> None:
    """Write expectations; a content type already there is kept."""
    for path in fixtures():
        beside = expectation(path)
        known = json.loads(beside.read_text("utf-8")) if beside.exists() else {}
        if known.keys() > {"content_type"} and "--all" not in sys.argv:
            continue
        seen = observe(path.read_bytes(), known.get("content_type", ""))
        beside.write_text(json.dumps(seen, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()

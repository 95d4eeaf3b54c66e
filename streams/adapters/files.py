"""Raw records from files: wire files and folders of them, and `.jsonl[.gz]` in the replay format.

A line of the replay format is `{"id", "source", "received_at", "content_type", "item_id", "body" | "body_base64" | "body_file"}`;
`source`, `received_at` and one of the bodies are required; `body_file` is relative to the file it stands in. A JSONL file
whose first line is something else is a batch of wire copy and is read as one raw record, like any other file.

A plain file does not say when it was received, and its time on disk differs from machine to machine. It counts as received
when its latest report was published; one that states no time at all, at EPOCH. Name a time to have another.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from streams.domain.errors import RefusedInput, WirebellError
from streams.domain.report import RawRecord
from streams.domain.settings import Limits
from streams.formats import parse

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PROBE = datetime(9000, 1, 1, tzinfo=UTC)
"""Later than anything published: parsers take times after the arrival for slips, and what states none gets the arrival's."""
_STATED_BEFORE = datetime(2200, 1, 1, tzinfo=UTC)
UNNAMED = "unnamed"
"""The source of a plain file when nobody names one."""
_BODIES = ("body", "body_base64", "body_file")
_KEYS = frozenset({"id", "source", "received_at", "content_type", "item_id", *_BODIES})


class BadInput(WirebellError):
    """An input file that cannot be read as what it says it is. The message names file and line. Exit code 65."""


@dataclass(frozen=True, slots=True)
class Plain:
    """What is said of plain files: their source, content type, and when they count as received (None: see above)."""

    source: str = UNNAMED
    content_type: str = ""
    received_at: datetime | None = None


def read_inputs(paths: Sequence[Path], plain: Plain, limits: Limits) -> Iterator[RawRecord]:
    """Every raw record of files and folders, in the order given, folders by path. BadInput when one cannot be read."""
    for path in paths:
        for file, name in _files(path):
            yield from read_file(file, name, plain, limits)


def _files(path: Path) -> Iterator[tuple[Path, str]]:
    """Files with the name that they have in `input_id`: never more of the path than below what was named."""
    if not path.is_dir():
        yield path, path.name
        return
    inside = sorted(p for p in path.rglob("*") if p.is_file() and not any(part.startswith(".") for part in p.relative_to(path).parts))
    if not inside:
        raise BadInput(f"{path}: no files in this folder")
    for file in inside:
        yield file, file.relative_to(path).as_posix()


def read_file(path: Path, name: str, plain: Plain, limits: Limits) -> Iterator[RawRecord]:
    """The raw records of one file. `name` stands in their `input_id`."""
    try:
        if path.name.endswith((".jsonl", ".jsonl.gz")) and _is_replay_format(path):
            yield from _lines(path, name)
            return
        yield plain_record(path.read_bytes(), name, plain, limits)
    except (OSError, EOFError, zlib.error) as error:
        raise BadInput(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}") from error


def plain_record(body: bytes, name: str, plain: Plain, limits: Limits) -> RawRecord:
    """Bytes as one raw record."""
    raw = RawRecord(plain.source, plain.received_at or _PROBE, body, plain.content_type, input_id=name)
    return raw if plain.received_at is not None else replace(raw, received_at=_published(raw, limits))


def _published(raw: RawRecord, limits: Limits) -> datetime:
    """The latest publication time that the copy states with its year, else EPOCH."""
    try:
        parsed = parse(raw, limits)
    except RefusedInput:
        # It will be refused again where refusals are recorded.
        return EPOCH
    stated = [r.published_at for r in parsed.reports if r.published_at < _STATED_BEFORE]
    return max(stated, default=EPOCH)


def _open(path: Path) -> IO[bytes]:
    return gzip.open(path, "rb") if path.name.endswith(".gz") else path.open("rb")  # type: ignore[return-value]


def _is_replay_format(path: Path) -> bool:
    with _open(path) as lines:
        first = next((line for line in lines if line.strip()), b"")
    try:
        row = json.loads(first)
    except ValueError:
        return False
    return isinstance(row, dict) and "source" in row and "received_at" in row and any(b in row for b in _BODIES)


def _lines(path: Path, name: str) -> Iterator[RawRecord]:
    with _open(path) as lines:
        yield from read_lines(lines, path.parent, name)


def read_lines(lines: IO[bytes] | Sequence[bytes], folder: Path, name: str) -> Iterator[RawRecord]:
    """Lines of the replay format; blank ones are skipped. BadInput names `name` and the line."""
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _row(line, folder, f"{name}:{number}")


def _row(line: bytes, folder: Path, where: str) -> RawRecord:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise BadInput(f"{where}: is not JSON: {error}") from error
    problem = _problem(row)
    if problem:
        raise BadInput(f"{where}: {problem}")
    return RawRecord(
        source=row["source"],
        received_at=_time(row["received_at"], where),
        body=_body(row, folder, where),
        content_type=row.get("content_type") or "",
        item_id=row.get("item_id") or "",
        input_id=str(row.get("id") or where),
    )


def _problem(row: Any) -> str:
    if not isinstance(row, dict):
        return "is not a JSON object"
    unknown = sorted(set(row) - _KEYS)
    if unknown:
        return f"unknown key {unknown[0]!r}; known are {', '.join(sorted(_KEYS))}"
    if sum(key in row for key in _BODIES) != 1:
        return f"must have exactly one of {', '.join(_BODIES)}"
    wrong = sorted(k for k, v in row.items() if not isinstance(v, str) and not (k == "id" and isinstance(v, int)) and v is not None)
    missing = [key for key in ("source", "received_at") if not row.get(key)]
    if wrong:
        return f"{wrong[0]!r} must be a text"
    return f"{missing[0]!r} is missing" if missing else ""


def _time(text: str, where: str) -> datetime:
    try:
        return parse_time(text)
    except ValueError as error:
        raise BadInput(f"{where}: received_at {error}") from error


def parse_time(text: str) -> datetime:
    """An RFC 3339 time as aware UTC. ValueError says what is wrong with it."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"is not RFC 3339 (2020-09-27T06:30:00Z): {text!r}") from error
    if at.tzinfo is None:
        raise ValueError(f"has no zone (end it with Z for UTC): {text!r}")
    return at.astimezone(UTC)


def _body(row: dict[str, Any], folder: Path, where: str) -> bytes:
    if "body" in row:
        return str(row["body"] or "").encode("utf-8", "surrogatepass")
    try:
        if "body_base64" in row:
            return base64.b64decode(row["body_base64"], validate=True)
        return (folder / str(row["body_file"])).read_bytes()
    except (binascii.Error, TypeError) as error:
        raise BadInput(f"{where}: the body cannot be decoded: {error}") from error
    except OSError as error:
        raise BadInput(f"{where}: body_file {row['body_file']}: {error.strerror}") from error

"""The schema files: where they are, which record each kind is, and every version of it, parsed."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fastavro
from fastavro.schema import SchemaParseException, UnknownType, fingerprint, to_parsing_canonical_form

from streams.domain.alert import Alert
from streams.domain.event import EventRecord
from streams.domain.incident import Incident, IncidentEntry
from streams.domain.item import ItemState

KINDS: dict[str, type] = {
    "event_record": EventRecord,
    "incident": Incident,
    "alert": Alert,
    "item_state": ItemState,
    "incident_entry": IncidentEntry,
}
"""The folders of schemas/avro and the domain record that each is for."""

VERSION_FILE = re.compile(r"v([1-9][0-9]*)\.avsc")


@dataclass(frozen=True, slots=True)
class SchemaVersion:
    """One version of one record's schema.

    `declared` is the file as written, `parsed` as fastavro wants it. `fingerprint` is the eight bytes of single-object
    encoding: CRC-64-AVRO of the parsing canonical form, little-endian (Avro 1.12 specification, "Single-object encoding").
    """

    kind: str
    version: int
    path: Path
    declared: dict[str, Any]
    parsed: Any
    fingerprint: bytes


def schema_folder() -> Path:
    """The `schemas` folder: inside the package when installed from a wheel, beside it in a clone."""
    package = Path(__file__).resolve().parents[1]
    inside = package / "schemas"
    return inside if inside.is_dir() else package.parent / "schemas"


def versions_of(kind: str, folder: Path | None = None) -> tuple[SchemaVersion, ...]:
    """Every version of a kind, oldest first. FileNotFoundError when there is none; ValueError for a file that is no schema."""
    place = (folder or schema_folder()) / "avro" / kind
    paths = [path for path in sorted(place.glob("*.avsc")) if VERSION_FILE.fullmatch(path.name)]
    if not paths:
        raise FileNotFoundError(f"no v1.avsc in {place}")
    return tuple(sorted(map(_load, paths), key=lambda version: version.version))


def _load(path: Path) -> SchemaVersion:
    try:
        return _parse(path)
    except (SchemaParseException, UnknownType, LookupError, TypeError) as error:  # bad JSON is a ValueError already
        raise ValueError(f"{path.name} is no Avro schema: {type(error).__name__}: {error}") from error


def _parse(path: Path) -> SchemaVersion:
    declared = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(declared, dict) or not declared.get("fields"):
        raise TypeError("not a record with fields")
    number = int(path.stem.removeprefix("v"))
    # avro 1.12.2 keeps {"type": "long"} in its canonical form when a logical type is present: its fingerprint is not the
    # specification's, fastavro's is.
    print_ = bytes.fromhex(fingerprint(to_parsing_canonical_form(declared), "CRC-64-AVRO"))
    return SchemaVersion(path.parent.name, number, path, declared, fastavro.parse_schema(declared, named_schemas={}), print_)

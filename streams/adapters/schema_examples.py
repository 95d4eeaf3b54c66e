"""The examples beside the schemas: records as JSON that must, or must not, be records of a schema version.

A file is `{"about": "what it shows", "record": {...}}`; times are RFC 3339, bytes ISO-8859-1 text, absent fields take the
schema's defaults. The `avro` package decides: it validates strictly, where fastavro's writer lets an int stand for a boolean.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import avro.errors
import avro.io
import avro.schema

from streams.adapters.avro import HEADER_LENGTH, MARKER, Codec
from streams.adapters.schemas import SchemaVersion
from streams.adapters.serialisation import parse_rfc3339
from streams.domain.errors import RefusedInput

AT_LEAST = 3
"""Examples of each sort that a version needs."""


def example_problems(folder: Path, versions: tuple[SchemaVersion, ...], codec: Codec[Any]) -> list[str]:
    """What is wrong with the examples of one record kind; `folder` is schemas/examples/<record>."""
    return [text for version in versions for text in _version_problems(folder / f"v{version.version}", version, codec)]


def _version_problems(folder: Path, version: SchemaVersion, codec: Codec[Any]) -> Iterator[str]:
    where = f"examples/{version.kind}/v{version.version}"
    for sort in ("pass", "fail"):
        paths = sorted(folder.glob(f"*.{sort}.json"))
        if len(paths) < AT_LEAST:
            yield f"{where}: {len(paths)} {sort} examples, {AT_LEAST} needed"
        for path in paths:
            problem = _problem(path, version, codec)
            if sort == "pass" and problem:
                yield f"{where}/{path.name}: {problem}"
            if sort == "fail" and not problem:
                yield f"{where}/{path.name}: is a valid record, but should not be"


def _problem(path: Path, version: SchemaVersion, codec: Codec[Any]) -> str:
    """Why the example is not a record of this version; empty when it is one."""
    try:
        record = json.loads(path.read_text(encoding="utf-8"))["record"]
        datum = complete(version.declared, record)
        schema = avro.schema.make_avsc_object(version.declared)
        framed = MARKER + version.fingerprint + _written_by_avro(schema, datum)
        again = codec.encode(codec.decode(framed))
    except (ValueError, KeyError, TypeError, avro.errors.AvroException, RefusedInput) as error:
        return f"{type(error).__name__}: {error}"
    if version.fingerprint != codec.fingerprint:
        return ""  # an older version is read as the newest one: the bytes differ by design
    return "" if _read_by_avro(schema, again) == datum else "fastavro and avro do not read the same record"


def complete(schema: dict[str, Any], record: Any) -> Any:
    """An example's record as an Avro datum: defaults filled in, times and bytes turned from text. Judges nothing."""
    return _Completion().value(schema, record)


def _written_by_avro(schema: avro.schema.Schema, datum: object) -> bytes:
    avro.io.validate(schema, datum, raise_on_error=True)
    out = BytesIO()
    avro.io.DatumWriter(schema).write(datum, avro.io.BinaryEncoder(out))
    return out.getvalue()


def _read_by_avro(schema: avro.schema.Schema, framed: bytes) -> object:
    return avro.io.DatumReader(schema).read(avro.io.BinaryDecoder(BytesIO(framed[HEADER_LENGTH:])))


class _Completion:
    """One walk over a schema and an example; remembers the named types it has seen."""

    def __init__(self) -> None:
        self._named: dict[str, Any] = {}

    def value(self, schema: Any, data: Any) -> Any:
        if isinstance(schema, list):
            return None if data is None else self.value(schema[1], data)
        if isinstance(schema, str):
            schema = self._named.get(schema, schema)
        if schema == "bytes":
            return data.encode("latin-1") if isinstance(data, str) else data
        if not isinstance(schema, dict):
            return data
        return self._complex(schema, data)

    def _complex(self, schema: dict[str, Any], data: Any) -> Any:
        self._learn(schema)
        kind = schema["type"]
        if kind == "record" and isinstance(data, dict):
            return self._record(schema, data)
        if kind == "array" and isinstance(data, list):
            return [self.value(schema["items"], item) for item in data]
        if schema.get("logicalType") == "timestamp-micros":
            return parse_rfc3339(data) if isinstance(data, str) else data
        return data

    def _learn(self, schema: Any) -> None:
        """Names are learnt from the whole definition at once: an empty array would hide the ones inside it."""
        if isinstance(schema, list):
            for branch in schema:
                self._learn(branch)
        if not isinstance(schema, dict) or schema.get("name") in self._named:
            return
        if "name" in schema:
            self._named[schema["name"]] = schema
        for inner in (schema.get("items"), schema.get("values"), *(field["type"] for field in schema.get("fields", ()))):
            self._learn(inner)

    def _record(self, schema: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
        filled = {field["name"]: field["default"] for field in schema["fields"] if "default" in field}
        types = {field["name"]: field["type"] for field in schema["fields"]}
        return {name: self.value(types.get(name), item) for name, item in {**filled, **data}.items()}

"""Records as bytes: Avro single-object encoding, so that a consumer needs only the files of `schemas/`.

    C3 01 | CRC-64-AVRO of the writer's schema, 8 bytes, little-endian | the record's Avro body

Every version of a record that was ever released stays readable: the fingerprint finds the writer's schema, and Avro's
schema resolution turns it into the newest.
"""

from __future__ import annotations

import struct
from io import BytesIO
from pathlib import Path
from typing import Any, Generic, TypeVar, cast

import fastavro
from fastavro.read import SchemaResolutionError

from streams.adapters.schemas import KINDS, SchemaVersion, versions_of
from streams.adapters.serialisation import from_datum, to_datum
from streams.domain.errors import Reason, RefusedInput, Stage

T = TypeVar("T")

MARKER = b"\xc3\x01"
HEADER_LENGTH = 10

# What fastavro raises on bytes that are not what the schema says: an early end, an index outside an enum or a union, text
# that is not UTF-8, a time outside the calendar, a block length that is no length, a version that does not resolve.
_UNREADABLE = (EOFError, IndexError, ValueError, OverflowError, KeyError, TypeError, struct.error, MemoryError, SchemaResolutionError)


class Codec(Generic[T]):
    """Encodes and decodes one record kind. Holds no state besides the schemas."""

    def __init__(self, record: type[T], versions: tuple[SchemaVersion, ...]) -> None:
        self._record = record
        self._newest = versions[-1]
        self._versions = {version.fingerprint: version for version in reversed(versions)}
        self._header = MARKER + self._newest.fingerprint

    @property
    def fingerprint(self) -> bytes:
        """The eight bytes that mark what this codec writes."""
        return self._newest.fingerprint

    def encode(self, value: T) -> bytes:
        """The record's bytes. RefusedInput (EXTRACT, INVALID) when a value has no place in Avro: a lone surrogate, an int over 64 bits."""
        out = BytesIO()
        out.write(self._header)
        try:
            fastavro.schemaless_writer(out, self._newest.parsed, to_datum(value))
        except (ValueError, OverflowError, struct.error) as error:
            raise RefusedInput(Stage.EXTRACT, Reason.INVALID, f"{self._newest.kind} cannot be written: {error}") from error
        return out.getvalue()

    def decode(self, data: bytes) -> T:
        """The record. RefusedInput (DECODE) with UNKNOWN_SCHEMA or CORRUPT_RECORD when the bytes are not one of this kind."""
        writer = self._writer_of(data)
        body = BytesIO(data)
        body.seek(HEADER_LENGTH)
        reader = None if writer is self._newest else self._newest.parsed
        try:
            datum = fastavro.schemaless_reader(body, writer.parsed, reader)
            value = from_datum(cast("dict[str, object]", datum), self._record)
        except _UNREADABLE as error:
            raise _corrupt(f"{writer.kind} v{writer.version}: {type(error).__name__}: {error}") from error
        if body.tell() != len(data):
            raise _corrupt(f"{writer.kind} v{writer.version}: {len(data) - body.tell()} bytes left over")
        return value

    def _writer_of(self, data: bytes) -> SchemaVersion:
        if len(data) < HEADER_LENGTH or not data.startswith(MARKER):
            raise _corrupt(f"no single-object header: starts with {data[:HEADER_LENGTH].hex() or 'nothing'}")
        fingerprint = data[len(MARKER) : HEADER_LENGTH]
        writer = self._versions.get(fingerprint)
        if writer is None:
            message = f"no known version of {self._newest.kind} has the fingerprint {fingerprint.hex()}"
            raise RefusedInput(Stage.DECODE, Reason.UNKNOWN_SCHEMA, message)
        return writer


def _corrupt(message: str) -> RefusedInput:
    return RefusedInput(Stage.DECODE, Reason.CORRUPT_RECORD, message)


def load_codec(record: type[T], folder: Path | None = None) -> Codec[T]:
    """A codec from the schema files of `folder`, the packaged ones by default. KeyError for a class that has no schema."""
    kind = next((name for name, known in KINDS.items() if known is record), None)
    if kind is None:
        raise KeyError(f"{record.__name__} has no Avro schema; those that have: {', '.join(KINDS)}")
    return Codec(record, versions_of(kind, folder))


_loaded: dict[type, Codec[Any]] = {}


def codec_for(record: type[T]) -> Codec[T]:
    """The codec of EventRecord, Incident, Alert, ItemState or IncidentRow, from the packaged schemas, loaded once."""
    if record not in _loaded:
        _loaded[record] = load_codec(record)
    return _loaded[record]

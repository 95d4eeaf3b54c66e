"""Whether a domain record and its schema say the same: names, order, types, defaults and symbols.

The domain is the contract; a schema adds only what Avro needs: docs, a namespace, an enum's default symbol.
"""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Iterator
from datetime import datetime
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from streams.adapters.serialisation import to_datum

_TIME = {"type": "long", "logicalType": "timestamp-micros"}
_SCALARS: dict[type, tuple[str, ...]] = {str: ("string",), int: ("int", "long"), float: ("double",), bool: ("boolean",)}
_BYTES_FIELDS = frozenset({"Sketch.shingles"})
"""Fields that the Avro converter packs into bytes."""


def disagreements(record: type, schema: dict[str, Any]) -> list[str]:
    """What is different, each with the path of the field; empty when they agree."""
    return list(_Comparison().record(record, schema, record.__name__))


class _Comparison:
    """One walk over a domain class and its schema. Avro defines a named type where it is first used and names it later."""

    def __init__(self) -> None:
        self._defined: dict[str, Any] = {}

    def record(self, record: type, schema: Any, path: str) -> Iterator[str]:
        if not isinstance(schema, dict) or schema.get("type") != "record" or schema.get("name") != record.__name__:
            yield f"{path}: expected a record named {record.__name__}, the schema has {_short(schema)}"
            return
        yield from _undocumented(schema, path)
        names, fields = _field_names(record), schema["fields"]
        if names != [field["name"] for field in fields]:
            yield f"{path}: the domain has the fields {names}, the schema {[field['name'] for field in fields]}"
            return
        hints = get_type_hints(record)
        for own, field in zip(dataclasses.fields(record), fields, strict=True):
            where = f"{path}.{own.name}"
            yield from _undocumented(field, where)
            yield from self._field(record, own, hints[own.name], field, where)

    def _field(self, record: type, own: dataclasses.Field[Any], hint: Any, field: dict[str, Any], where: str) -> Iterator[str]:
        if f"{record.__name__}.{own.name}" in _BYTES_FIELDS:
            yield from _expect("bytes", field["type"], where)
            return
        yield from self._type(hint, field["type"], where)
        expected, actual = _domain_default(own, hint), field.get("default", dataclasses.MISSING)
        if expected != actual:
            yield f"{where}: the domain's default is {_default_text(expected)}, the schema's {_default_text(actual)}"

    def _type(self, hint: Any, schema: Any, where: str) -> Iterator[str]:
        origin, args = get_origin(hint), get_args(hint)
        if origin in (Union, UnionType):
            yield from self._nullable(args, schema, where)
        elif hint == tuple[str, str]:
            yield from self._pair(schema, where)
        elif origin is tuple:
            yield from self._container("array", "items", args[0], schema, where)
        elif origin is dict:
            yield from self._container("map", "values", args[1], schema, where)
        elif hint is datetime:
            yield from _expect(_TIME, schema, where)
        elif hint in _SCALARS:
            if schema not in _SCALARS[hint]:
                yield f"{where}: expected {' or '.join(_SCALARS[hint])}, the schema has {_short(schema)}"
        else:
            yield from self._named(hint, schema, where)

    def _nullable(self, args: tuple[Any, ...], schema: Any, where: str) -> Iterator[str]:
        if not isinstance(schema, list) or len(schema) != 2 or schema[0] != "null":
            yield f"{where}: expected a union of null and one type, the schema has {_short(schema)}"
            return
        yield from self._type(next(arg for arg in args if arg is not type(None)), schema[1], where)

    def _container(self, kind: str, inner: str, hint: Any, schema: Any, where: str) -> Iterator[str]:
        if not isinstance(schema, dict) or schema.get("type") != kind:
            yield f"{where}: expected {kind}, the schema has {_short(schema)}"
            return
        yield from self._type(hint, schema[inner], f"{where}[]")

    def _pair(self, schema: Any, where: str) -> Iterator[str]:
        names = [field["name"] for field in schema.get("fields", ())] if isinstance(schema, dict) else []
        if names != ["name", "value"]:
            yield f"{where}: expected a record of name and value, the schema has {_short(schema)}"

    def _named(self, hint: type, schema: Any, where: str) -> Iterator[str]:
        if isinstance(schema, str):
            if schema != hint.__name__ or schema not in self._defined:
                yield f"{where}: expected {hint.__name__}, the schema has {schema}"
            return
        self._defined[hint.__name__] = schema
        yield from _enum(hint, schema, where) if issubclass(hint, enum.Enum) else self.record(hint, schema, where)


def _enum(hint: type[enum.Enum], schema: dict[str, Any], where: str) -> Iterator[str]:
    symbols = [member.value for member in hint]
    if schema.get("type") != "enum" or schema.get("name") != hint.__name__ or schema.get("symbols") != symbols:
        yield f"{where}: expected the enum {hint.__name__} of {symbols}, the schema has {_short(schema)}"
    elif schema.get("default") not in symbols:
        yield f"{where}: the enum {hint.__name__} needs a default symbol, or an older reader cannot read a newer symbol"
    yield from _undocumented(schema, where)


def _expect(expected: object, schema: object, where: str) -> Iterator[str]:
    if schema != expected:
        yield f"{where}: expected {_short(expected)}, the schema has {_short(schema)}"


def _undocumented(schema: dict[str, Any], where: str) -> Iterator[str]:
    if not str(schema.get("doc", "")).strip():
        yield f"{where}: {schema.get('name')} has no doc"


def _field_names(record: type) -> list[str]:
    return ["class" if field.name == "class_path" else field.name for field in dataclasses.fields(record)]


def _domain_default(field: dataclasses.Field[Any], hint: Any) -> object:
    if field.default is not dataclasses.MISSING:
        value = field.default
    elif field.default_factory is not dataclasses.MISSING:
        value = field.default_factory()
    else:  # a nullable field may always be absent, so that it can be added or dropped
        return None if type(None) in get_args(hint) else dataclasses.MISSING
    return _as_json(to_datum(value) if dataclasses.is_dataclass(value) else value)


def _as_json(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _as_json(inner) for key, inner in value.items()}
    if isinstance(value, tuple):
        return [_as_json(inner) for inner in value]
    if isinstance(value, bytes):
        return value.decode("latin-1")  # Avro 1.12, "Complex Types": bytes defaults are ISO-8859-1 text
    return value


def _default_text(value: object) -> str:
    return "absent" if value is dataclasses.MISSING else repr(value)


def _short(schema: object) -> str:
    named = isinstance(schema, dict) and "name" in schema
    return f"{schema['type']} {schema['name']}" if named and isinstance(schema, dict) else repr(schema)

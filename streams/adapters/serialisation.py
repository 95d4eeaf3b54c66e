"""Domain values to plain dicts and back: one converter for Avro data, one for JSON.

| | Avro datum | JSON |
|---|---|---|
| time | aware `datetime` | RFC 3339 in UTC, "2020-09-27T08:10:00Z", microseconds only when there are any |
| enum | the enum itself, a `str` that is the symbol | its value |
| span | `{"start", "end", "part"}` | `[start, end]`; a headline span `[start, end, "headline"]` |
| bytes | - | base64 |
| pair of texts (an announced fact) | `{"name", "value"}` | `[name, value]` |
| `Sketch.shingles` | bytes, unsigned 32-bit little-endian | array of numbers |
| nullable record | `(full name, datum)`, which spares fastavro trying each branch of the union | as it is, or null |
| `Thing.class_path` | `class` | `class` |

Reading an Avro datum trusts its types (the Avro reader has checked them); reading JSON does not.
"""

from __future__ import annotations

import base64
import enum
import json
import struct
from collections.abc import Callable
from dataclasses import is_dataclass
from datetime import UTC, datetime
from types import UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin

from cattrs import Converter
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override

from streams.domain.event import Sketch, Thing
from streams.domain.incident import Incident
from streams.domain.values import Span

T = TypeVar("T")
Hook = Callable[[Any, Any], Any]

_SCALARS = (str, int, float, bool)
_BODY = "body"
NAMESPACE = "wirebell.v1"
"""The namespace of every record in `schemas/avro`."""


def to_datum(value: object) -> dict[str, Any]:
    """A domain record as fastavro and avro take it."""
    return cast("dict[str, Any]", _AVRO.unstructure(value))


def from_datum(datum: dict[str, Any], record: type[T]) -> T:
    """The inverse of `to_datum`. KeyError, TypeError or ValueError when the datum is not one of `record`."""
    return _AVRO.structure(datum, record)


def to_json(value: object) -> dict[str, Any]:
    """A domain record as JSON takes it. An incident also gets its derived `event_ids`."""
    return cast("dict[str, Any]", _JSON.unstructure(value))


def from_json(data: dict[str, Any], record: type[T]) -> T:
    """The inverse of `to_json`. cattrs' BaseValidationError, a group that names every field at fault, when it does not fit."""
    return _JSON.structure(data, record)


def json_line(value: object) -> str:
    """One line of JSON, fields in the order of the class, no spaces: the same value gives the same text."""
    return json.dumps(to_json(value), ensure_ascii=False, separators=(",", ":"))


def rfc3339(at: datetime) -> str:
    """An aware time in UTC with a Z. ValueError for a naive one: whose time it is would be a guess."""
    if at.tzinfo is None:
        raise ValueError(f"a time without a zone: {at.isoformat()}")
    return (at if at.tzinfo is UTC else at.astimezone(UTC)).isoformat()[:-6] + "Z"


def parse_rfc3339(text: str) -> datetime:
    """An aware UTC time. ValueError when the text is not RFC 3339 or has no zone."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"a time without a zone: {text}")
    return at.astimezone(UTC)


def _is_optional(tp: Any) -> bool:
    return get_origin(tp) in (Union, UnionType) and type(None) in get_args(tp) and len(get_args(tp)) == 2


def _is_scalar_tuple(tp: Any) -> bool:
    return get_origin(tp) is tuple and get_args(tp)[0] in _SCALARS and get_args(tp)[1:] == (Ellipsis,)


def _is_pair(tp: Any) -> bool:
    return bool(tp == tuple[str, str])


def _rename_class(converter: Converter) -> None:
    renamed = override(rename="class")  # `class` is a word of Python, so the domain cannot use it
    converter.register_structure_hook(Thing, make_dict_structure_fn(Thing, converter, class_path=renamed))
    converter.register_unstructure_hook(Thing, make_dict_unstructure_fn(Thing, converter, class_path=renamed))


def _same(value: Any, _: Any = None) -> Any:
    return value


def _avro_converter() -> Converter:
    """cattrs' general hooks take twice as long for a full event record as these, which trust the types of scalars."""
    converter = Converter(detailed_validation=False)
    converter.register_structure_hook(datetime, _same)
    converter.register_unstructure_hook(datetime, _same)
    converter.register_unstructure_hook(enum.StrEnum, _same)
    converter.register_structure_hook_func(_is_scalar_tuple, lambda value, _: tuple(value))
    converter.register_structure_hook_func(lambda tp: tp == dict[str, int], _same)
    converter.register_structure_hook_func(_is_pair, lambda value, _: (value["name"], value["value"]))
    converter.register_unstructure_hook_func(_is_pair, lambda pair: {"name": pair[0], "value": pair[1]})
    _hint_nullables(converter)
    _rename_class(converter)
    _pack_shingles(converter)
    return converter


def _pack_shingles(converter: Converter) -> None:
    """128 numbers as one field of bytes: an array of longs takes longer to write than the rest of the record."""
    pack = override(unstruct_hook=lambda values: struct.pack(f"<{len(values)}I", *values))
    unpack = override(struct_hook=lambda data, _: struct.unpack(f"<{len(data) // 4}I", data))
    converter.register_unstructure_hook(Sketch, make_dict_unstructure_fn(Sketch, converter, shingles=pack))
    converter.register_structure_hook(Sketch, make_dict_structure_fn(Sketch, converter, _cattrs_detailed_validation=False, shingles=unpack))


def _inner_type(optional: Any) -> Any:
    return next(arg for arg in get_args(optional) if arg is not type(None))


def _hint_nullables(converter: Converter) -> None:
    def structure(tp: Any) -> Hook:
        inner_type = _inner_type(tp)
        inner = converter.get_structure_hook(inner_type)
        return lambda value, _: None if value is None else inner(value, inner_type)

    def unstructure(tp: Any) -> Callable[[Any], Any]:
        inner_type = _inner_type(tp)
        if not is_dataclass(inner_type):
            return _same
        inner, name = converter.get_unstructure_hook(inner_type), f"{NAMESPACE}.{_inner_type(tp).__name__}"
        return lambda value: None if value is None else (name, inner(value))

    converter.register_structure_hook_factory(_is_optional, structure)
    converter.register_unstructure_hook_factory(_is_optional, unstructure)


def _span_to_json(span: Span) -> list[int | str]:
    return [span.start, span.end] if span.part == _BODY else [span.start, span.end, span.part]


def _span_from_json(data: list[Any], _: Any) -> Span:
    return Span(*data)


def _strict(value: Any, tp: Any) -> Any:
    """No "5" for 5, no true for 1. A StrEnum comes here too, as the str that it is."""
    if issubclass(tp, enum.Enum):
        return tp(value)
    if type(value) is tp or (tp is float and type(value) is int):
        return tp(value)
    raise TypeError(f"expected {tp.__name__}, not {value!r:.80}")


def _json_converter() -> Converter:
    converter = Converter(forbid_extra_keys=True)
    for scalar in _SCALARS:
        converter.register_structure_hook(scalar, _strict)
    converter.register_unstructure_hook(enum.StrEnum, lambda member: member.value)
    converter.register_structure_hook(datetime, lambda value, _: parse_rfc3339(value))
    converter.register_unstructure_hook(datetime, rfc3339)
    converter.register_structure_hook(bytes, lambda value, _: base64.b64decode(value, validate=True))
    converter.register_unstructure_hook(bytes, lambda value: base64.b64encode(value).decode("ascii"))
    converter.register_structure_hook(Span, _span_from_json)
    converter.register_unstructure_hook(Span, _span_to_json)
    _rename_class(converter)
    _derive_event_ids(converter)
    return converter


def _derive_event_ids(converter: Converter) -> None:
    plain_out = make_dict_unstructure_fn(Incident, converter)
    plain_in = make_dict_structure_fn(Incident, converter, _cattrs_forbid_extra_keys=True)

    def out(incident: Incident) -> dict[str, Any]:
        return {**plain_out(incident), "event_ids": list(incident.event_ids)}

    def back(data: dict[str, Any], tp: Any) -> Incident:
        return plain_in({name: value for name, value in data.items() if name != "event_ids"}, tp)

    converter.register_unstructure_hook(Incident, out)
    converter.register_structure_hook(Incident, back)


_AVRO = _avro_converter()
_JSON = _json_converter()

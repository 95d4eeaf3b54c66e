from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

import pytest

from streams.adapters.schema_agreement import disagreements


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True)
class Inner:
    name: str = "x"


@dataclass(frozen=True)
class Outer:
    inner: Inner
    again: Inner
    colour: Colour
    at: datetime
    many: tuple[str, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)
    facts: tuple[tuple[str, str], ...] = ()
    maybe: Inner | None = None


INNER = {"type": "record", "name": "Inner", "doc": "d", "fields": [{"name": "name", "type": "string", "default": "x", "doc": "d"}]}
COLOUR = {"type": "enum", "name": "Colour", "doc": "d", "symbols": ["red", "blue"], "default": "red"}
FACT = {"type": "record", "name": "Fact", "doc": "d", "fields": [{"name": "name", "type": "string"}, {"name": "value", "type": "string"}]}
FIELDS: dict[str, Any] = {
    "inner": {"type": INNER},
    "again": {"type": "Inner"},
    "colour": {"type": COLOUR},
    "at": {"type": {"type": "long", "logicalType": "timestamp-micros"}},
    "many": {"type": {"type": "array", "items": "string"}, "default": []},
    "counts": {"type": {"type": "map", "values": "long"}, "default": {}},
    "facts": {"type": {"type": "array", "items": FACT}, "default": []},
    "maybe": {"type": ["null", "Inner"], "default": None},
}


def schema(**changed: Any) -> dict[str, Any]:
    fields = [{"name": name, "doc": "d", **rest, **changed.get(name, {})} for name, rest in FIELDS.items()]
    return {"type": "record", "name": "Outer", "doc": "d", "fields": fields}


def test_a_schema_that_says_the_same_agrees() -> None:
    assert disagreements(Outer, schema()) == []


@pytest.mark.parametrize(
    ("name", "wrong", "problem"),
    [
        ("inner", "string", "Outer.inner: expected Inner, the schema has string"),
        ("again", "Outer", "Outer.again: expected Inner, the schema has Outer"),
        ("inner", {**INNER, "name": "Other"}, "Outer.inner: expected a record named Inner, the schema has record Other"),
        ("inner", {**INNER, "doc": ""}, "Outer.inner: Inner has no doc"),
        ("colour", {**COLOUR, "symbols": ["red"]}, "Outer.colour: expected the enum Colour of ['red', 'blue'], the schema has enum Colour"),
        (
            "colour",
            {**COLOUR, "default": "green"},
            "Outer.colour: the enum Colour needs a default symbol, or an older reader cannot read a newer symbol",
        ),
        ("at", "long", "Outer.at: expected {'type': 'long', 'logicalType': 'timestamp-micros'}, the schema has 'long'"),
        ("many", "string", "Outer.many: expected array, the schema has 'string'"),
        ("many", {"type": "array", "items": "long"}, "Outer.many[]: expected string, the schema has 'long'"),
        ("counts", {"type": "map", "values": "boolean"}, "Outer.counts[]: expected int or long, the schema has 'boolean'"),
        ("facts", {"type": "array", "items": "string"}, "Outer.facts[]: expected a record of name and value, the schema has 'string'"),
        ("maybe", "Inner", "Outer.maybe: expected a union of null and one type, the schema has 'Inner'"),
    ],
)
def test_a_type_that_differs_is_named_with_its_path(name: str, wrong: Any, problem: str) -> None:
    assert problem in disagreements(Outer, schema(**{name: {"type": wrong}}))


def test_a_field_that_the_schema_lacks_is_named() -> None:
    short = schema()
    short["fields"] = short["fields"][:-1]
    assert disagreements(Outer, short)[0].startswith("Outer: the domain has the fields ['inner', 'again'")


def test_another_default_is_named() -> None:
    assert disagreements(Outer, schema(maybe={"default": "x"})) == ["Outer.maybe: the domain's default is None, the schema's 'x'"]

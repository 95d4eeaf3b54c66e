"""The rules of every ninjs version, from the packaged schemas: one file per generation, pruned to the version that an item declares.

IPTC's own schema files are draft 2020-12 and lean on `unevaluatedProperties`, which no fast validator of ours implements; the
packaged ones say the same in draft-07.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache
from importlib import resources
from typing import Any

import fastjsonschema

from streams.formats.refusal import invalid, unsupported_version

GENERATIONS = (3, 2, 1)
"""Newest first: the order in which an item that declares no version is tried."""

DEVELOPMENT = "dev"
_VERSION = re.compile(r"(\d{1,3})\.(\d{1,3})(?!\d)")
_SCHEMA_VERSION = re.compile(r"ninjs-schema_(\d{1,3})\.(\d{1,3})\.json")
_VENDOR = "_id _links abstract authors evolvedfrom extra guid keywords priority products provider readtime service source subscribers"
VENDOR_KEYS = frozenset(_VENDOR.split())
"""Top-level properties that newsroom systems add outside the standard (Superdesk and its kin); read or passed over, with a note."""


def check(item: dict[str, Any], declared: str = "") -> tuple[str, ...]:
    """The vendor keys of a valid item. `declared` is a version the transport named ("2.1").

    Raises RefusedInput: INVALID with the first broken rule, UNSUPPORTED_VERSION for a version that is not known.
    """
    extensions = tuple(sorted(key for key in item if key in VENDOR_KEYS or ":" in key))
    core = {key: value for key, value in item.items() if key not in extensions} if extensions else item
    generation, version = declared_version(item, declared)
    if version:
        _validate(core, version)
        return extensions
    for candidate in _candidates(item, generation):
        if _valid(core, candidate):
            return extensions
    _validate(core, _candidates(item, generation)[0])
    return extensions


def declared_version(item: dict[str, Any], declared: str = "") -> tuple[int, str]:
    """(generation, version) as far as declared: (2, "2.1"), (3, ""), (0, ""). `$standard` is 1.x's key, `standard` that of 2.x and 3.x."""
    old, new = item.get("$standard"), item.get("standard")
    standard = old if isinstance(old, dict) else new if isinstance(new, dict) else {}
    match = (
        _VERSION.match(declared)
        or _VERSION.search(str(standard.get("version", "")))
        or _SCHEMA_VERSION.search(str(standard.get("schema", "")))
    )
    if match is None:
        return (1 if old is not None else 0), ""
    generation, version = int(match.group(1)), f"{match.group(1)}.{match.group(2)}"
    if generation not in GENERATIONS or version not in schema(generation)["versions"]:
        raise unsupported_version(f"ninjs {version}; known are 1.0 to {latest(1)}, 2.0 to {latest(2)} and 3.0 to {latest(3)}")
    # A 2.x item that names a 1.x schema (IPTC's own tests hold some) is judged by what it is.
    contradicts = not declared and (generation == 1) == (isinstance(new, dict) and not isinstance(old, dict))
    return (0, "") if contradicts else (generation, version)


def _candidates(item: dict[str, Any], generation: int) -> list[str]:
    likely = generation or _likely(item)
    rest = [] if generation else [g for g in GENERATIONS if g != likely]
    return [DEVELOPMENT + str(g) for g in (likely, *rest)]


def _likely(item: dict[str, Any]) -> int:
    if (
        any(re.match(r"(?:body|headline|description)_", key) for key in item)
        or {"headline", "byline", "mimetype", "person", "subject"} & item.keys()
    ):
        return 1
    return 3 if any(key != key.lower() for key in item) else 2


def latest(generation: int) -> str:
    """The newest known version of a generation."""
    return str(schema(generation)["versions"][-1])


@cache
def schema(generation: int) -> dict[str, Any]:
    """The packaged schema of a generation."""
    text = resources.files("streams.formats.schemas").joinpath(f"ninjs-{generation}.json").read_text("utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


@cache
def _validator(version: str) -> Callable[[Any], Any]:
    """Compiled rules of "2.1", or of "dev2": the newest of a generation and what its development branch adds."""
    development = version.startswith(DEVELOPMENT)
    generation = int(version[-1]) if development else int(version.partition(".")[0])
    whole = schema(generation)
    rules = _pruned(whole, (999, 0) if development else _number(version), development)
    if generation > 1:
        name = {"name": {"type": "string"}, "rel": {"type": "string"}} if generation > 2 else {"name": {"type": "string"}}
        required = ["uri"] if version == "2.0" else ["name", "uri"]
        own = {"type": "object", "additionalProperties": False, "required": required, "properties": {**rules["properties"], **name}}
        rules["definitions"]["association"] = own
    compiled: Callable[[Any], Any] = fastjsonschema.compile(rules, use_formats=False)
    return compiled


def _pruned(node: Any, version: tuple[int, int], development: bool) -> Any:
    """The schema without what a later version added."""
    if isinstance(node, list):
        return [_pruned(item, version, development) for item in node]
    if not isinstance(node, dict):
        return node
    kept = {key: _pruned(value, version, development) for key, value in node.items() if _is_in(value, version, development)}
    later = kept.pop("since-values", {})
    if "enum" in kept:
        kept["enum"] = [value for value in kept["enum"] if value not in later or _number(later[value]) <= version]
    return kept


def _is_in(value: Any, version: tuple[int, int], development: bool) -> bool:
    since = value.get("since") if isinstance(value, dict) else None
    if not isinstance(since, str):
        return True
    return development if since == DEVELOPMENT else _number(since) <= version


def _number(version: str) -> tuple[int, int]:
    major, _, minor = version.partition(".")
    return int(major), int(minor)


def _valid(item: dict[str, Any], version: str) -> bool:
    try:
        _validator(version)(item)
    except fastjsonschema.JsonSchemaValueException:
        return False
    return True


def _validate(item: dict[str, Any], version: str) -> None:
    try:
        _validator(version)(item)
    except fastjsonschema.JsonSchemaValueException as error:
        name = latest(int(version[-1])) if version.startswith(DEVELOPMENT) else version
        raise invalid(f"ninjs {name}", _in_words(str(error.message))) from error


def _in_words(message: str) -> str:
    """The validator's message about "data" as one about the item; a set's members in order, so that the same input has the same words."""
    message = re.sub(r"\{([^{}]{0,500})\}", lambda found: "{" + ", ".join(sorted(found.group(1).split(", "))) + "}", message)
    return message.replace("data", "item", 1)

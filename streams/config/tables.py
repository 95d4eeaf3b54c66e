"""The tables of wirebell.toml whose keys are names: topics, alert priorities, sources."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any, TypeVar

from streams.config import checks
from streams.config.settings import PARTITIONS
from streams.domain.alert import Priority
from streams.domain.errors import ConfigError
from streams.domain.ontology import TYPES, family
from streams.domain.settings import AlertPolicy, CoreSettings
from streams.domain.source import Source

_T = TypeVar("_T")
_PARTITION_COUNT = checks.whole(1, 10_000)
_DAYS = checks.whole(1, 3650)
TABLES = ("topics", "sources", "alerts.priorities", "matching.open_days_of", "feeders")


def suggestion(key: str, known: tuple[str, ...]) -> str:
    """ "; did you mean …?" when some known key is close, else empty."""
    close = get_close_matches(key, known, n=1, cutoff=0.8)
    return f"; did you mean {close[0]}?" if close else ""


def table_of(data: Mapping[str, Any], dotted: str, where: str) -> dict[str, Any]:
    value: Any = data
    for part in dotted.split("."):
        value = value.get(part, {}) if isinstance(value, dict) else {}
    if not isinstance(value, dict):
        raise ConfigError(f"{where}: {dotted}: must be a table")
    return value


def partitions(table: Mapping[str, Any], where: str) -> Mapping[str, int]:
    for topic in table:
        if topic not in PARTITIONS:
            raise ConfigError(f"{where}: topics.{topic}: unknown topic{suggestion(topic, tuple(PARTITIONS))}")
    counts = {topic: _named(_PARTITION_COUNT, count, f"{where}: topics.{topic}") for topic, count in table.items()}
    return MappingProxyType({**PARTITIONS, **counts})


def priorities(table: Mapping[str, Any], where: str) -> tuple[tuple[str, Priority], ...]:
    """The defaults with the file's rules over them."""
    known = {*TYPES, *(family(t) for t in TYPES), "*"}
    return _rules(AlertPolicy().priorities, table, checks.priority, known, f"{where}: alerts.priorities")


def windows(table: Mapping[str, Any], where: str) -> tuple[tuple[str, int], ...]:
    """The windows of event types and families, in days: the defaults with the file's over them."""
    known = {*TYPES, *(family(t) for t in TYPES)}
    return _rules(CoreSettings().open_days_of, table, _DAYS, known, f"{where}: matching.open_days_of")


def _rules(
    default: tuple[tuple[str, _T], ...], table: Mapping[str, Any], check: Callable[[object], _T], known: set[str], what: str
) -> tuple[tuple[str, _T], ...]:
    rules = dict(default)
    for rule, value in table.items():
        if rule not in known:
            raise ConfigError(f"{what}.{rule}: no such event type{suggestion(rule, tuple(sorted(known)))}")
        rules[rule] = _named(check, value, f"{what}.{rule}")
    return tuple(rules.items())


def _named(check: Callable[[object], Any], value: object, what: str) -> Any:
    try:
        return check(value)
    except ValueError as error:
        raise ConfigError(f"{what}: {error}, not {value!r}") from error


SOURCE_KEYS = tuple(f.name for f in fields(Source) if f.name != "id")


def sources(table: Mapping[str, Any], where: str) -> dict[str, Source]:
    return {source_id: _source(source_id, entry, f"{where}: sources.{source_id}") for source_id, entry in table.items()}


def _source(source_id: str, entry: object, where: str) -> Source:
    if not isinstance(entry, dict):
        raise ConfigError(f"{where}: must be a table")
    for key in entry:
        if key not in SOURCE_KEYS:
            raise ConfigError(f"{where}.{key}: unknown setting{suggestion(key, SOURCE_KEYS)}")
    checked = {key: _named(_SOURCE_CHECKS[key], value, f"{where}.{key}") for key, value in entry.items()}
    return Source(id=source_id, **checked)


_SOURCE_CHECKS: dict[str, Callable[[object], Any]] = {
    "name": checks.text,
    "country": checks.country,
    "owner": checks.text,
    "official_of": checks.country,
    "voice": checks.text,
    "grade": checks.grade,
    "expected_interval": checks.number(0, 10**9),
    "quota": checks.whole(0, 10**9),
    "priority_map": checks.priority_map,
    "charset": checks.charset,
    "zone": checks.zone,
    "language": checks.language,
}

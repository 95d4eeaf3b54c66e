"""Read the settings: defaults < wirebell.toml < WIREBELL_* variables.

Every key stands in `_KEYS`; a key that does not is refused with a suggestion. `metrics.port` in the file is
`WIREBELL_METRICS_PORT` in the environment. Tables of names (`topics`, `alerts.priorities`, `matching.open_days_of`, `sources`) and
`feeders` stand in the file only.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from streams.config import checks
from streams.config.feeder_tables import feeders
from streams.config.settings import Settings
from streams.config.show import redact
from streams.config.tables import TABLES, partitions, priorities, sources, suggestion, table_of, windows
from streams.domain.errors import ConfigError
from streams.domain.settings import AlertPolicy, CoreSettings, Limits

PREFIX = "WIREBELL_"
PATH_VARIABLE = "WIREBELL_CONFIG"
DEFAULT_FILE = Path("wirebell.toml")

_BYTES = checks.whole(1, 2**31 - 1)

_KEYS: dict[str, Callable[[object], Any]] = {
    "broker": checks.broker,
    "app_id": checks.app_id,
    "datadir": lambda v: Path(checks.text(v)),
    "commit_interval": checks.number(0.01, 60),
    "metrics.bind": checks.text,
    "metrics.port": checks.whole(0, 65535),
    "dead_letters.limit": checks.number(0.0, 1.0),
    "dead_letters.window": checks.whole(1, 1_000_000),
    "reading.ner": checks.ner,
    "limits.max_bytes": _BYTES,
    "limits.max_decompressed_bytes": _BYTES,
    "limits.max_batch": _BYTES,
    "limits.max_events": checks.whole(1, 1000),
    "limits.max_versions": checks.whole(2, 10_000),
    "alerts.single_source_cap": checks.priority,
    "alerts.story_priority": checks.whole(0, 8),
    "alerts.story_voices": checks.whole(1, 1000),
    "alerts.escalate_killed": checks.steps,
    "alerts.lead_only": checks.words,
    "matching.open_days": checks.whole(1, 3650),
    "matching.open_records": checks.whole(0, 10_000_000),
    "matching.kept_days": checks.whole(1, 3650),
}
_OTHER_VARIABLES = frozenset({PATH_VARIABLE})


def variable(key: str) -> str:
    """The environment variable of a key: "metrics.port" -> "WIREBELL_METRICS_PORT"."""
    return PREFIX + key.replace(".", "_").upper()


def load(path: Path | None, environ: Mapping[str, str]) -> Settings:
    """The settings from a file and the environment.

    `path` is what the command line named; else WIREBELL_CONFIG; else ./wirebell.toml when there is one. ConfigError names the
    key, where it stands and the reason.
    """
    named = path or (Path(environ[PATH_VARIABLE]) if environ.get(PATH_VARIABLE) else None)
    file = named or (DEFAULT_FILE if DEFAULT_FILE.is_file() else None)
    data = _read(file) if file is not None else {}
    where = str(file)
    tables = {name: table_of(data, name, where) for name in TABLES}
    found: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for key, value, origin in (*((k, v, where) for k, v in _flat(data, where)), *_variables(environ)):
        found[key] = _checked(key, value, origin)
        origins[key] = origin
    return _settings(found, tables, where, origins)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: is not TOML: {error}") from error


def _flat(data: Mapping[str, Any], where: str, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """The keys of the file as dotted names, the free tables left out. An unknown key is refused."""
    for name, value in data.items():
        key = prefix + name
        if key in TABLES:
            continue
        if isinstance(value, dict) and not prefix and any(k.startswith(f"{key}.") for k in _KEYS):
            yield from _flat(value, where, f"{key}.")
        elif key in _KEYS:
            yield key, value
        else:
            raise ConfigError(f"{where}: {key}: unknown setting{suggestion(key, (*_KEYS, *TABLES))}")


def _variables(environ: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    names = {variable(key): key for key in _KEYS}
    for name in sorted(n for n in environ if n.startswith(PREFIX)):
        if name in names:
            yield names[name], environ[name], f"environment variable {name}"
        elif name not in _OTHER_VARIABLES and (hint := suggestion(name, tuple(names))):
            # Others may own names with our prefix; only what looks like a slip of one of ours is refused.
            raise ConfigError(f"environment variable {name}: unknown setting{hint}")


def _checked(key: str, value: object, where: str) -> Any:
    try:
        return _KEYS[key](value)
    except ValueError as error:
        raise ConfigError(f"{where}: {key}: {error}, not {redact(str(value))!r}") from error


def _settings(found: Mapping[str, Any], tables: Mapping[str, dict[str, Any]], where: str, origins: Mapping[str, str]) -> Settings:
    policy = AlertPolicy(priorities=priorities(tables["alerts.priorities"], where), **_section(found, "alerts"))
    core = CoreSettings(
        limits=Limits(**_section(found, "limits")),
        policy=policy,
        sources=sources(tables["sources"], where),
        open_days_of=windows(tables["matching.open_days_of"], where),
        **_section(found, "matching"),
    )
    letters = {"limit": "dead_letter_share", "window": "dead_letter_window"}
    return Settings(
        core=core,
        feeders=feeders(tables["feeders"], where),
        partitions=partitions(tables["topics"], where),
        origins=dict(origins),
        **_section(found, "reading"),
        **{f"metrics_{k}": v for k, v in _section(found, "metrics").items()},
        **{letters[k]: v for k, v in _section(found, "dead_letters").items()},
        **{key: value for key, value in found.items() if "." not in key},
    )


def _section(found: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key.removeprefix(f"{name}."): value for key, value in found.items() if key.startswith(f"{name}.")}

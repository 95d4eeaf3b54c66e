"""The [feeders] table of wirebell.toml -> FeederSettings."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from streams.config import checks
from streams.config.feeders import FeederSettings, FeedSettings, FolderSettings, MailboxSettings, PushSecret, PushSettings
from streams.config.tables import suggestion
from streams.domain.errors import ConfigError

T = TypeVar("T")
_Checks = Mapping[str, Callable[[object], Any]]


def _path(value: object) -> Path:
    return Path(checks.text(value))


def _source(value: object) -> str:
    if not checks.is_source_id(checks.text(value)):
        raise ValueError("must be a source id: letters, digits, dots, dashes and underscores, at most 64")
    return str(value)


def _name(value: object) -> str:
    text = checks.text(value)
    if text in (".", "..") or "/" in text:
        raise ValueError("must be the name of a folder, not a path")
    return text


def _patterns(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError("must be a list of name patterns")
    return tuple(checks.text(item) for item in value)


def _variable(value: object) -> str:
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", checks.text(value)):
        raise ValueError("must be the name of an environment variable; the secret itself never stands in the file")
    return str(value)


def _url(value: object) -> str:
    parts = urlsplit(checks.text(value))
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be an http:// or https:// address")
    if "@" in parts.netloc:
        raise ValueError("must not hold credentials")
    return str(value)


def _tls(value: object) -> str:
    if value not in ("tls", "starttls", "none"):
        raise ValueError('must be "tls", "starttls" or "none"')
    return str(value)


_PORT = checks.whole(0, 65535)
_SECONDS = checks.number(0.05, 86_400)
_BYTES = checks.whole(1, 2**31 - 1)
_SECRET: _Checks = {"token_env": _variable, "hmac_env": _variable}
_FOLDER: _Checks = {"path": _path, "source": _source, "interval": _SECONDS, "ignore": _patterns, "done": _name, "failed": _name}
_PUSH: _Checks = {"bind": checks.text, "port": _PORT, "max_bytes": _BYTES, "replay_window": _SECONDS, **_SECRET}
_FEED: _Checks = {"url": _url, "source": _source, "interval": _SECONDS, "timeout": _SECONDS, "max_bytes": _BYTES}
_MAILBOX: _Checks = {
    "host": checks.text,
    "user": checks.text,
    "password_env": _variable,
    "source": _source,
    "port": _PORT,
    "tls": _tls,
    "mailbox": checks.text,
    "move_to": checks.text,
    "interval": _SECONDS,
    "timeout": _SECONDS,
}
_COMMON: _Checks = {
    "datadir": _path,
    "metrics_bind": checks.text,
    "metrics_port": _PORT,
    "queue": checks.whole(1, 100_000),
    "keep_days": checks.whole(1, 3650),
    "host_pace": checks.number(0, 3600),
}


def feeders(table: Mapping[str, Any], where: str) -> FeederSettings:
    """The [feeders] table, checked. ConfigError names the key."""
    where = f"{where}: feeders"
    inner = {name: _table(table[name], f"{where}.{name}") for name in ("folder", "http", "rss", "imap") if name in table}
    common = {key: value for key, value in table.items() if key not in inner}
    return _made(
        FeederSettings,
        _COMMON,
        common,
        where,
        folder=_made(FolderSettings, _FOLDER, inner["folder"], f"{where}.folder") if "folder" in inner else None,
        http=_push(inner["http"], f"{where}.http") if "http" in inner else None,
        rss=_each(FeedSettings, _FEED, inner.get("rss", {}), f"{where}.rss"),
        imap=_each(MailboxSettings, _MAILBOX, inner.get("imap", {}), f"{where}.imap"),
    )


def _push(table: Mapping[str, Any], where: str) -> PushSettings:
    sources = _table(table.get("sources", {}), f"{where}.sources")
    for source in sources:
        _checked(_source, source, f"{where}.sources.{source}")
    secrets = {s: _made(PushSecret, _SECRET, _table(v, f"{where}.sources.{s}"), f"{where}.sources.{s}") for s, v in sources.items()}
    own = {key: value for key, value in table.items() if key != "sources"}
    return _made(PushSettings, _PUSH, own, where, sources=secrets)


def _each(kind: type[T], checked: _Checks, table: Mapping[str, Any], where: str) -> dict[str, T]:
    """Entries by name; the name is the source where none is given."""
    return {
        name: _made(kind, checked, {"source": name, **_table(entry, f"{where}.{name}")}, f"{where}.{name}") for name, entry in table.items()
    }


def _table(value: object, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ConfigError(f"{where}: must be a table")
    return value


def _made(kind: type[T], known: _Checks, table: Mapping[str, Any], where: str, **more: Any) -> T:
    for key in table:
        if key not in known:
            raise ConfigError(f"{where}.{key}: unknown setting{suggestion(key, (*known, *more))}")
    missing = [f.name for f in fields(kind) if f.default is MISSING and f.default_factory is MISSING and f.name not in table]  # type: ignore[arg-type]
    if missing:
        raise ConfigError(f"{where}.{missing[0]}: must be set")
    return kind(**{key: _checked(known[key], value, f"{where}.{key}") for key, value in table.items()}, **more)


def _checked(check: Callable[[object], Any], value: object, where: str) -> Any:
    try:
        return check(value)
    except ValueError as error:
        # The value is not repeated: it may be a secret put where its variable's name belongs.
        raise ConfigError(f"{where}: {error}") from error

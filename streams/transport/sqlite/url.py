"""`sqlite:///abs/path` and `sqlite:///./relative/path`, with `?synchronous=full|normal`, as values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from streams.domain.errors import ConfigError

SCHEME = "sqlite"


class Synchronous(StrEnum):
    """What survives. Both survive `kill -9`. FULL (the default) syncs every commit, so it also survives a power cut.

    NORMAL syncs at checkpoints only: after a power cut the file is sound but the last commits may be gone.
    """

    FULL = "full"
    NORMAL = "normal"


@dataclass(frozen=True, slots=True)
class LogUrl:
    """Where the log is and how hard it syncs."""

    path: Path
    synchronous: Synchronous = Synchronous.FULL


def parse_url(url: str) -> LogUrl:
    """The URL as values. ConfigError names the URL and what is wrong with it."""
    parts = urlsplit(url)
    if parts.scheme != SCHEME or parts.netloc:
        raise ConfigError(f"{url!r}: the embedded log's URL is sqlite:///absolute/path or sqlite:///./relative/path")
    path = unquote(parts.path)
    if path.startswith(("/./", "/../")):
        path = path[1:]
    if path.endswith("/") or not path:
        raise ConfigError(f"{url!r}: the embedded log's URL must name a file")
    return LogUrl(Path(path), _synchronous(url, parts.query))


def _synchronous(url: str, query: str) -> Synchronous:
    options = dict(parse_qsl(query, keep_blank_values=True))
    choice = options.pop("synchronous", Synchronous.FULL.value).lower()
    if options:
        raise ConfigError(f"{url!r}: unknown option {sorted(options)[0]!r}; the only option is synchronous")
    if choice not in set(Synchronous):
        raise ConfigError(f"{url!r}: synchronous is {choice!r}; it must be full or normal")
    return Synchronous(choice)

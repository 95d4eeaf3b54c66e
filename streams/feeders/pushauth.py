"""Who may push what: bearer tokens and signed requests. Pure; secrets never leave it.

A signed request carries `X-Timestamp` (Unix seconds) and `X-Signature: sha256=HEX`, the HMAC-SHA256 under the source's key of

    TIMESTAMP "\\n" SOURCE "\\n" IDEMPOTENCY-KEY "\\n" BODY

with an empty line where the request has no Idempotency-Key. The source and the key are signed so that a request that was
overheard cannot be sent again as another source's or another item's.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto

from streams.config.feeders import PushSecret, PushSettings
from streams.domain.errors import ConfigError

_SIGNATURE = re.compile(r"sha256=([0-9a-fA-F]{64})")
MIN_SECRET = 16
"""Characters of the shortest secret that is taken."""


class Verdict(Enum):
    """Of the credentials of a request."""

    ALLOWED = auto()
    UNSIGNED = auto()
    """So far in order, but the body has still to prove the signature."""
    MISSING = auto()
    WRONG = auto()
    FORBIDDEN = auto()
    """Good credentials, for another source."""
    STALE = auto()


@dataclass(frozen=True, slots=True)
class Secrets:
    """Of one source, empty where it has none. Not shown by repr."""

    token: bytes = field(default=b"", repr=False)
    key: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a request shows."""

    authorization: str = field(default="", repr=False)
    timestamp: str = ""
    signature: str = ""


class Keyring:
    """The secrets of every source."""

    def __init__(self, general: Secrets, own: Mapping[str, Secrets], window: float) -> None:
        """`general` holds for sources without secrets of their own; `window` seconds that a timestamp may be off."""
        self._general = general
        self._own = dict(own)
        self._window = window

    def judge(self, source: str, shown: Credentials, now: float) -> Verdict:
        """What the headers alone decide, before the body is read."""
        secrets = self._own.get(source, self._general)
        if shown.signature:
            return self._judge_signed(secrets, shown, now)
        scheme, _, token = shown.authorization.partition(" ")
        if scheme.lower() != "bearer" or not token:
            return Verdict.MISSING
        shown_token = token.strip().encode("utf-8", "surrogateescape")
        if _same(secrets.token, shown_token):
            return Verdict.ALLOWED
        others = [self._general, *self._own.values()]
        known = any(_same(s.token, shown_token) for s in others)
        return Verdict.FORBIDDEN if known else Verdict.WRONG

    def _judge_signed(self, secrets: Secrets, shown: Credentials, now: float) -> Verdict:
        if not secrets.key or not _SIGNATURE.fullmatch(shown.signature):
            return Verdict.WRONG
        if not re.fullmatch(r"[0-9]{1,12}", shown.timestamp):
            return Verdict.MISSING
        return Verdict.UNSIGNED if abs(now - int(shown.timestamp)) <= self._window else Verdict.STALE

    def signed(self, source: str, shown: Credentials, idempotency_key: str, body: bytes) -> bool:
        """Whether the signature is of this body."""
        secrets = self._own.get(source, self._general)
        expected = sign(secrets.key, int(shown.timestamp), source, idempotency_key, body)
        return hmac.compare_digest(expected, shown.signature.lower())


def sign(key: bytes, timestamp: int, source: str, idempotency_key: str, body: bytes) -> str:
    """The X-Signature of a request."""
    mac = hmac.new(key, f"{timestamp}\n{source}\n{idempotency_key}\n".encode(), hashlib.sha256)
    mac.update(body)
    return f"sha256={mac.hexdigest()}"


def _same(secret: bytes, shown: bytes) -> bool:
    return bool(secret) and hmac.compare_digest(secret, shown)


def keyring(settings: PushSettings, environ: Mapping[str, str]) -> Keyring:
    """The secrets that the settings name. ConfigError when one is not set or too short, or when there is none at all."""
    general = _secrets(PushSecret(settings.token_env, settings.hmac_env), environ, "feeders.http")
    own = {source: _secrets(named, environ, f"feeders.http.sources.{source}") for source, named in settings.sources.items()}
    if general == Secrets() and not own:
        raise ConfigError("feeders.http: needs token_env or hmac_env, for all sources or under [feeders.http.sources.SOURCE]")
    return Keyring(general, own, settings.replay_window)


def _secrets(named: PushSecret, environ: Mapping[str, str], where: str) -> Secrets:
    if where != "feeders.http" and not named.token_env and not named.hmac_env:
        raise ConfigError(f"{where}: needs token_env or hmac_env")
    return Secrets(
        _secret(named.token_env, environ, f"{where}.token_env"),
        _secret(named.hmac_env, environ, f"{where}.hmac_env"),
    )


def _secret(variable: str, environ: Mapping[str, str], where: str) -> bytes:
    if not variable:
        return b""
    value = environ.get(variable, "").strip()
    if len(value) < MIN_SECRET:
        raise ConfigError(f"{where}: the environment variable {variable} must hold a secret of at least {MIN_SECRET} characters")
    return value.encode()

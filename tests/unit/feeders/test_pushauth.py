"""Who may push what."""

from __future__ import annotations

import hashlib
import hmac

import pytest

from streams.config.feeders import PushSecret, PushSettings
from streams.domain.errors import ConfigError
from streams.feeders.pushauth import Credentials, Keyring, Secrets, Verdict, keyring, sign

GENERAL, OWN, KEY = b"general-secret-00", b"own-secret-000000", b"hmac-key-00000000"
NOW = 1_601_186_400.0
RING = Keyring(Secrets(GENERAL), {"acme": Secrets(OWN, KEY)}, 300)


def bearer(token: bytes) -> Credentials:
    return Credentials(f"Bearer {token.decode()}")


def signed(timestamp: int = int(NOW), key: bytes = KEY, source: str = "acme", idempotency: str = "k", body: bytes = b"body") -> Credentials:
    return Credentials("", str(timestamp), sign(key, timestamp, source, idempotency, body))


@pytest.mark.parametrize(
    ("source", "shown", "verdict"),
    [
        ("acme", bearer(OWN), Verdict.ALLOWED),
        ("acme", Credentials(f"bearer  {OWN.decode()} "), Verdict.ALLOWED),
        ("other", bearer(GENERAL), Verdict.ALLOWED),
        ("other", bearer(OWN), Verdict.FORBIDDEN),
        ("acme", bearer(GENERAL), Verdict.FORBIDDEN),
        ("acme", bearer(b"guess"), Verdict.WRONG),
        ("acme", Credentials("Bearer schlüssel\udcff"), Verdict.WRONG),
        ("acme", Credentials(), Verdict.MISSING),
        ("acme", Credentials("Bearer "), Verdict.MISSING),
        ("acme", Credentials("Basic YTpi"), Verdict.MISSING),
        ("acme", signed(), Verdict.UNSIGNED),
        ("acme", signed(int(NOW) + 300), Verdict.UNSIGNED),
        ("acme", signed(int(NOW) - 301), Verdict.STALE),
        ("acme", signed(int(NOW) + 301), Verdict.STALE),
        ("other", signed(source="other"), Verdict.WRONG),
        ("acme", Credentials("", "now", "sha256=" + "0" * 64), Verdict.MISSING),
        ("acme", Credentials("", str(int(NOW)), "sha1=00"), Verdict.WRONG),
    ],
)
def test_the_headers_are_judged(source: str, shown: Credentials, verdict: Verdict) -> None:
    assert RING.judge(source, shown, NOW) is verdict


def test_an_empty_secret_lets_nobody_in() -> None:
    assert Keyring(Secrets(), {"acme": Secrets(OWN)}, 300).judge("other", Credentials("Bearer "), NOW) is Verdict.MISSING
    assert Keyring(Secrets(key=KEY), {}, 300).judge("other", bearer(b"x"), NOW) is Verdict.WRONG


def test_the_signature_is_an_hmac_over_time_source_key_and_body() -> None:
    expected = hmac.new(KEY, b"1601186400\nacme\nk\nbody", hashlib.sha256).hexdigest()
    assert sign(KEY, 1_601_186_400, "acme", "k", b"body") == f"sha256={expected}"


def test_a_signature_holds_for_exactly_what_was_signed() -> None:
    shown = signed()
    assert RING.signed("acme", shown, "k", b"body")
    assert RING.signed("acme", Credentials("", shown.timestamp, "sha256=" + shown.signature[7:].upper()), "k", b"body")
    assert not RING.signed("acme", shown, "other", b"body")
    assert not RING.signed("acme", shown, "k", b"other")
    assert not RING.signed("acme", Credentials("", str(int(NOW) + 1), shown.signature), "k", b"body")


def test_secrets_are_not_shown() -> None:
    assert "secret" not in repr((Secrets(OWN, KEY), bearer(OWN)))


def test_secrets_come_from_the_environment() -> None:
    settings = PushSettings(token_env="TOKEN", sources={"acme": PushSecret("", "KEY")})
    ring = keyring(settings, {"TOKEN": GENERAL.decode(), "KEY": f"{KEY.decode()}\n"})
    assert ring.judge("other", bearer(GENERAL), NOW) is Verdict.ALLOWED
    assert ring.signed("acme", signed(), "k", b"body")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (PushSettings(), "needs token_env or hmac_env, for all sources or"),
        (PushSettings(token_env="ABSENT"), r"token_env: the environment variable ABSENT must hold a secret of at least 16"),
        (PushSettings(hmac_env="SHORT"), r"hmac_env: the environment variable SHORT must hold"),
        (PushSettings(sources={"acme": PushSecret()}), r"feeders\.http\.sources\.acme: needs token_env or hmac_env"),
    ],
)
def test_a_feeder_without_secrets_does_not_start(settings: PushSettings, message: str) -> None:
    with pytest.raises(ConfigError, match=message) as refused:
        keyring(settings, {"SHORT": "hunter2"})
    assert "hunter2" not in str(refused.value)

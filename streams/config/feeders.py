"""[feeders]: what is fed from where. Secrets are named by the environment variable that holds them, never written in the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class FolderSettings:
    """A watched folder. A file in `path/SOURCE/…` is of that source, one directly in `path` of `source`.

    `interval` seconds between two looks; a file that two looks find the same is finished. `ignore` are name patterns.
    `done` and `failed` are folders inside `path`.
    """

    path: Path
    source: str = "unnamed"
    interval: float = 1.0
    ignore: tuple[str, ...] = (".*", "*.part", "*.tmp", "*.filepart", "*.crdownload", "*~")
    done: str = "done"
    failed: str = "failed"


@dataclass(frozen=True, slots=True)
class PushSecret:
    """Names of the environment variables that hold a bearer token, an HMAC key, or both."""

    token_env: str = ""
    hmac_env: str = ""


@dataclass(frozen=True, slots=True)
class PushSettings:
    """`POST /wire/{source}`. The secrets here hold for every source that has none of its own in `sources`.

    `max_bytes` of one body, 0 for `limits.max_bytes`; `replay_window` seconds that a signed request's time may be off.
    """

    bind: str = "127.0.0.1"
    port: int = 8080
    token_env: str = ""
    hmac_env: str = ""
    max_bytes: int = 0
    replay_window: float = 300.0
    sources: Mapping[str, PushSecret] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FeedSettings:
    """An RSS or Atom feed. `interval` seconds between two polls; `timeout` of one; `max_bytes` of the feed, unpacked."""

    url: str
    source: str
    interval: float = 300.0
    timeout: float = 30.0
    max_bytes: int = 10_000_000


@dataclass(frozen=True, slots=True)
class MailboxSettings:
    """An IMAP mailbox. `tls` is "tls", "starttls" or "none". Fed mail is marked as read, or moved to `move_to` when that is set."""

    host: str
    user: str
    password_env: str
    source: str
    port: int = 0
    tls: str = "tls"
    mailbox: str = "INBOX"
    move_to: str = ""
    interval: float = 60.0
    timeout: float = 30.0


@dataclass(frozen=True, slots=True)
class FeederSettings:
    """Every feeder. `datadir` holds their journals; `queue` bounds the items of one feeder that await acknowledgement; what was fed
    is remembered `keep_days` (an idempotency key, an entry that left its feed); `host_pace` seconds between two requests to a host."""

    datadir: Path = Path("var/feeders")
    metrics_bind: str = "127.0.0.1"
    metrics_port: int = 6067
    queue: int = 256
    keep_days: int = 14
    host_pace: float = 2.0
    folder: FolderSettings | None = None
    http: PushSettings | None = None
    rss: Mapping[str, FeedSettings] = field(default_factory=dict)
    imap: Mapping[str, MailboxSettings] = field(default_factory=dict)

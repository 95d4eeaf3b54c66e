"""What a push request may look like, and the answers it can get. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from streams.feeders.observe import Refusal

_KEY = re.compile(r"[\x21-\x7e]{1,200}")
_NAMED_TYPES = frozenset({"application/xml", "application/json", "application/octet-stream", "application/gzip", "application/zip"})
_FAMILIES = re.compile(r"text/[a-z0-9.+-]{1,80}|message/rfc822|application/[a-z0-9.-]{1,80}\+(?:xml|json)")
ENCODINGS = frozenset({"", "identity", "gzip"})
"""gzip is stored as it came: what opens it has caps."""


class Rejected(Exception):
    """A request that gets no 202. `message` is for whoever sent it; `retry_after` in seconds, 0 for none."""

    def __init__(self, status: int, refusal: Refusal, message: str, retry_after: float = 0.0) -> None:
        super().__init__(message)
        self.status = status
        self.refusal = refusal
        self.message = message
        self.retry_after = retry_after


def check_type(content_type: str, known: Iterable[str]) -> None:
    """415 for what cannot be a report. An absent type is sniffed later."""
    media = content_type.partition(";")[0].strip().lower()
    if not media or media in _NAMED_TYPES or media in known or _FAMILIES.fullmatch(media):
        return
    hint = "; name the type of the body (curl -H 'Content-Type: …')" if media == "application/x-www-form-urlencoded" else ""
    raise Rejected(415, Refusal.BAD_TYPE, f"{media} cannot be wire copy{hint}")


def check_encoding(encoding: str) -> None:
    """415 for a Content-Encoding that is not stored."""
    if encoding.strip().lower() not in ENCODINGS:
        raise Rejected(415, Refusal.BAD_TYPE, f"Content-Encoding {encoding!r} is not accepted; send gzip or none")


def check_length(length: int | None, limit: int) -> None:
    """413 for a body that is announced, or has grown, over the limit."""
    if length is not None and length > limit:
        raise Rejected(413, Refusal.TOO_LARGE, f"{length} bytes or more; at most {limit}")


def check_key(key: str | None) -> str:
    """The idempotency key, empty when there is none; 400 for one that cannot be used."""
    if key is None:
        return ""
    if not _KEY.fullmatch(key):
        raise Rejected(400, Refusal.BAD_REQUEST, "Idempotency-Key must be 1 to 200 printable ASCII characters without spaces")
    return key

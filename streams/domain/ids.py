"""Ids derived from content and provider ids: no clock, no randomness, so a replayed log yields the same ids."""

from __future__ import annotations

import hashlib

ID_LENGTH = 20
"""Hex digits kept of the SHA-256: 80 bits, a collision chance under 1e-9 for 30 million ids (birthday bound)."""


def derive(kind: str, *parts: str) -> str:
    """An id such as `evt-3f…` from its parts. Parts are length-prefixed, so ("a", "bc") and ("ab", "c") differ."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return f"{kind}-{digest.hexdigest()[:ID_LENGTH]}"

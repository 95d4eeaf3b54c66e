"""placeholder until the rules are transcribed"""

from __future__ import annotations

from typing import Any


def check(item: dict[str, Any], declared: str = "") -> tuple[str, ...]:
    from streams.formats.refusal import invalid

    if not isinstance(item.get("uri"), str):
        raise invalid("ninjs", "no uri")
    return ()

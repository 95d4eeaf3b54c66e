"""The schemas, as `wirebell schemas check` sees them."""

from __future__ import annotations

from pathlib import Path

from streams.adapters.schema_check import check_schemas


def problems(root: Path) -> list[str]:
    """What `wirebell schemas check` would say."""
    return check_schemas(root / "schemas")

"""Files put away: never over another file, and lasting."""

from __future__ import annotations

import os
from collections.abc import Iterable
from itertools import count
from pathlib import Path


def move_into(path: Path, target: Path) -> Path:
    """Rename `path` to `target`, or to `target~2`, `~3`, … when there is one already. Where it went. OSError.

    For one process: what comes to be under the target's name between the look and the renaming is lost.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    free = next(p for p in _names(target) if not os.path.lexists(p))
    path.rename(free)
    return free


def _names(target: Path) -> Iterable[Path]:
    yield target
    for number in count(2):
        yield target.with_name(f"{target.stem}~{number}{target.suffix}")


def sync_folders(folders: Iterable[Path]) -> None:
    """Make renames in these folders outlast a power cut."""
    for folder in sorted(folders):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def write_reason(path: Path, why: str) -> None:
    """`path.reason` beside a file, one line for whoever finds it."""
    path.with_name(f"{path.name}.reason").write_text(why + "\n", encoding="utf-8")

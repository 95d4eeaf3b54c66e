"""The files that belong to the project."""

from __future__ import annotations

import subprocess
from pathlib import Path


def committed(root: Path, *patterns: str) -> list[Path]:
    """Tracked files that exist, sorted; patterns as git ls-files takes them."""
    command = ("git", "ls-files", "-z", "--", *patterns)
    listed = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout
    return [root / name for name in sorted(filter(None, listed.split("\0"))) if (root / name).is_file()]

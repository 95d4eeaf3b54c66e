"""What a committed file must not hold: the paths of one machine, the hosts of package registries, more than 400 lines of code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from deploy.check.files import committed

MOST_LINES = 400

REVEALING: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("a path of one machine", re.compile(r"(?<![\w./-])/(?:home|root|Users|work|tmp)/[A-Za-z]")),
    ("a package host", re.compile(r"(?:pypi|pythonhosted|npm|mvnrepository|maven|debian|crates)[a-z]*\.(?:org|com|io)\b(?!\.)")),
    ("a package index", re.compile(r"(?:index-url|find-links|registry)\s*[=:]\s*\"?(?:http|file)|\"resolved\":\s*\"http")),
)


def revealing(root: Path) -> list[str]:
    """Lines of committed text that name a machine's paths or a package host."""
    return [problem for path in committed(root) for problem in _lines(path, root)]


def _lines(path: Path, root: Path) -> Iterator[str]:
    data = path.read_bytes()
    if b"\0" in data:
        return
    for number, line in enumerate(data.decode("utf-8", "replace").splitlines(), 1):
        for what, pattern in REVEALING:
            if found := pattern.search(line):
                yield f"{path.relative_to(root)}:{number}: {what}: {found.group()}"


def oversized(root: Path) -> list[str]:
    """Source files that are too long to be one thing."""
    lengths = ((path, len(path.read_text(encoding="utf-8").splitlines())) for path in committed(root, "streams/*.py", "deploy/*.py"))
    return [f"{path.relative_to(root)}: {length} lines, at most {MOST_LINES}" for path, length in lengths if length > MOST_LINES]

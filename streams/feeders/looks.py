"""Which files of a watched folder are finished: pure, from what two looks at the folder found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import PurePosixPath


@dataclass(frozen=True, slots=True)
class Seen:
    """A file as one look found it. `name` is its path below the folder; `stamp` is (device, inode, size, mtime in ns)."""

    name: str
    stamp: tuple[int, int, int, int]

    @property
    def size(self) -> int:
        """Bytes."""
        return self.stamp[2]


def ignored(name: str, patterns: Sequence[str]) -> bool:
    """Whether the file or a folder it is in has a name that means "not yet" or "not ours"."""
    return any(fnmatchcase(part, pattern) for part in PurePosixPath(name).parts for pattern in patterns)


class Looks:
    """Remembers the last look."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self._patterns = tuple(patterns)
        self._last: dict[str, Seen] = {}

    def finished(self, found: Iterable[Seen]) -> list[Seen]:
        """The files that are finished, oldest first: the same as at the last look, under this name or under an ignored one."""
        now = {seen.name: seen for seen in found}
        # The whole stamp and not the inode alone: a deleted file's inode is soon another file's.
        temporary = {seen.stamp for name, seen in self._last.items() if ignored(name, self._patterns)}
        done = [
            seen
            for name, seen in now.items()
            if not ignored(name, self._patterns) and (self._last.get(name) == seen or (name not in self._last and seen.stamp in temporary))
        ]
        self._last = now
        return sorted(done, key=lambda seen: (seen.stamp[3], seen.name))

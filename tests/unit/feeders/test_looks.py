"""When a file of a watched folder is finished."""

from __future__ import annotations

import pytest

from streams.feeders.looks import Looks, Seen, ignored

IGNORE = (".*", "*.part", "*.tmp")


def seen(name: str, inode: int = 1, size: int = 10, mtime: int = 100) -> Seen:
    return Seen(name, (1, inode, size, mtime))


def names(found: list[Seen]) -> list[str]:
    return [f.name for f in found]


def test_a_file_is_finished_when_two_looks_find_it_the_same() -> None:
    looks = Looks(IGNORE)
    assert names(looks.finished([seen("a")])) == []
    assert names(looks.finished([seen("a")])) == ["a"]


@pytest.mark.parametrize("changed", [seen("a", size=20), seen("a", mtime=200), seen("a", inode=2)])
def test_a_file_that_changes_is_not_finished(changed: Seen) -> None:
    looks = Looks(IGNORE)
    looks.finished([seen("a")])
    assert names(looks.finished([changed])) == []
    assert names(looks.finished([changed])) == ["a"]


def test_a_file_renamed_from_a_temporary_name_is_finished_at_once() -> None:
    looks = Looks(IGNORE)
    looks.finished([seen("acme/a.xml.part")])
    assert names(looks.finished([seen("acme/a.xml")])) == ["acme/a.xml"]


def test_another_file_with_the_temporary_files_inode_is_not() -> None:
    looks = Looks(IGNORE)
    looks.finished([seen("a.part")])
    assert names(looks.finished([seen("b.xml", size=3)])) == []


def test_temporary_files_are_never_finished() -> None:
    looks = Looks(IGNORE)
    found = [seen(".hidden"), seen("a.part"), seen("b.tmp"), seen(".staging/c.xml")]
    assert [names(looks.finished(found)) for _ in range(3)] == [[], [], []]


def test_the_oldest_comes_first() -> None:
    looks = Looks(IGNORE)
    found = [seen("b", mtime=2), seen("c", mtime=1), seen("a", mtime=2)]
    looks.finished(found)
    assert names(looks.finished(found)) == ["c", "a", "b"]


def test_a_file_that_went_and_came_back_is_looked_at_anew() -> None:
    looks = Looks(IGNORE)
    for found in ([seen("a")], [], [seen("a")]):
        assert names(looks.finished(found)) == []


def test_patterns_hold_for_folders_too() -> None:
    assert ignored("a/.git/b", IGNORE)
    assert ignored("a/b.part", IGNORE)
    assert not ignored("a/b.part.xml", IGNORE)

"""The port for a user's own finder of names: a model of named entities, trained by whoever runs wirebell, that reading may ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class NameKind(StrEnum):
    """What a name is of, as far as reading needs to know."""

    PERSON = "person"
    ORGANIZATION = "organization"
    GROUP = "group"
    """Nationalities, religions, political and armed groups."""
    PLACE = "place"


@dataclass(frozen=True, slots=True)
class Name:
    """Characters [start, end) of the text that was asked about, and what they name."""

    start: int
    end: int
    kind: NameKind


class NameFinder(Protocol):
    """Finds names in one part of a report. Must give the same answer for the same text: ids and replays depend on it."""

    def find(self, text: str, language: str) -> Sequence[Name]:
        """The names of the text in order, without overlaps. `language` is BCP 47, empty where the report does not say."""

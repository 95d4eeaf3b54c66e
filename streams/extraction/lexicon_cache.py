"""Loads a language's lexicon lazily, once per process."""

from __future__ import annotations

from functools import lru_cache

from streams.extraction.lexicon_build import build
from streams.extraction.lexicon_types import Lexicon
from streams.extraction.tables import DEFAULT_LANGUAGE, languages

_UNKNOWN = "und"
_SAMPLE = 200
_LAST_LATIN = "\u024f"
_UNTOLD = frozenset({"", "und", "mul", "zxx", "mis"})
"""Tags that name no language (BCP 47)."""


def language_of(tag: str, text: str) -> str:
    """The primary subtag of a report's language ("es-MX" -> "es"). Where the report does not say: the default, unless the text is in
    another script, which is then of no language known.
    """
    primary = tag.partition("-")[0].lower()
    if primary not in _UNTOLD:
        return primary
    letters = [char for char in text[:_SAMPLE] if char.isalpha()] if not text[:_SAMPLE].isascii() else []
    return _UNKNOWN if sum(char > _LAST_LATIN for char in letters) * 2 > len(letters) else DEFAULT_LANGUAGE


@lru_cache(maxsize=1)
def with_lexicon() -> frozenset[str]:
    """The languages that have a lexicon."""
    return languages()


@lru_cache(maxsize=8)
def lexicon(language: str = DEFAULT_LANGUAGE) -> Lexicon:
    """The lexicon of a language that has a folder. FileNotFoundError for one that has none."""
    return build(language)

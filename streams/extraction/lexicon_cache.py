"""Loads a language's lexicon lazily, once per process."""

from __future__ import annotations

from functools import lru_cache

from streams.extraction.lexicon_build import build
from streams.extraction.lexicon_types import Lexicon

DEFAULT_LANGUAGE = "en"


@lru_cache(maxsize=4)
def lexicon(language: str = DEFAULT_LANGUAGE) -> Lexicon:
    """The lexicon of a language that has a folder. FileNotFoundError for one that has none."""
    return build(language)

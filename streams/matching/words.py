"""Words as matching compares them: folded, stemmed where the language has a stemmer, with names and numbers told apart."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

import snowballstemmer

_STEMMERS = {
    "ar": "arabic",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "nl": "dutch",
    "no": "norwegian",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "sv": "swedish",
    "tr": "turkish",
}
DEFAULT_LANGUAGE = "en"

_TOKEN = re.compile(r"\d+(?:[.,:]\d+)*|[぀-ヿ㐀-鿿가-힯฀-๿]+|[^\W\d_](?:[^\W_]|['’](?=[^\W\d_]))*", re.UNICODE)
_POSSESSIVE = re.compile(r"['’]s?$")
_UNSPACED = re.compile(r"[぀-ヿ㐀-鿿가-힯฀-๿]")
"""Scripts written without spaces (kana, Han, Hangul, Thai): their runs are cut into overlapping pairs."""
_ENDS = (".", "!", "?", ":", ";", '"', "“", "”", "»", ")", "]", "``")
"""What stands before a word that starts a sentence, spaces and line breaks after it or not."""
_LONG = 64
"""Characters beyond which a word is not kept: it is none, and what is kept must stay small."""


class Token(NamedTuple):
    """A word where it stands: `raw` as written, `opens` whether it starts a sentence (then its capital means nothing)."""

    raw: str
    start: int
    opens: bool
    number: bool
    """Whether it is written in digits."""
    capital: bool
    """Whether it starts with a capital."""


def tokens(text: str, most: int | None = None) -> list[Token]:
    """The words and numbers of a text, in order, the first `most` of them."""
    found: list[Token] = []
    end = 0
    for match in islice(_TOKEN.finditer(text), most):
        start, after = match.span()
        raw = text[start:after]
        gap = text[end:start]
        opens = (gap != " " and _ends(gap)) or not found
        # Past the named tuple's own constructor, which takes as long as the rest of this loop.
        found.append(tuple.__new__(Token, (raw, start, opens, raw[0].isdigit(), raw[0].isupper())))
        end = after
    return found


def _ends(gap: str) -> bool:
    """Whether what stands between two words ends a sentence."""
    bare = gap.rstrip()
    return bare.endswith(_ENDS) or "\n" in gap[len(bare) :]


def fold(word: str) -> str:
    """Case and marks removed ("Überlingen" -> "uberlingen"), a possessive ending cut."""
    return _kept_fold(word) if len(word) <= _LONG else _fold(word)


def _fold(word: str) -> str:
    bare = _POSSESSIVE.sub("", word.casefold()).replace("'", "").replace("’", "")
    if bare.isascii():
        return bare
    return "".join(c for c in unicodedata.normalize("NFKD", bare) if not unicodedata.combining(c))


def stem(word: str, language: str) -> str:
    """The folded word's stem in that language (ISO 639-1); unchanged where Snowball has none for it."""
    return _kept_stem(word, language) if len(word) <= _LONG else _stem(word, language)


def _stem(word: str, language: str) -> str:
    name = _STEMMERS.get(language)
    folded = fold(word)
    return folded if name is None else str(_stemmer(name).stemWord(folded))


_kept_fold = lru_cache(maxsize=65_536)(_fold)
_kept_stem = lru_cache(maxsize=131_072)(_stem)


@lru_cache(maxsize=32)
def _stemmer(name: str) -> snowballstemmer.stemmer:
    return snowballstemmer.stemmer(name)


def number(raw: str) -> str:
    """A number as compared: group separators removed ("1,200" and "1.200" -> "1200"), decimals and clock times kept.

    Digits of other scripts become ASCII's ("١٤" -> "14").
    """
    if not raw.isascii():
        raw = "".join(str(unicodedata.digit(char)) if char.isdigit() else char for char in raw)
    return re.sub(r"[.,](?=\d{3}(?:\D|$))", "", raw)


def terms(words: list[Token], language: str) -> tuple[str, ...]:
    """The words' stems and the numbers, in order, single letters dropped; unspaced scripts as overlapping pairs."""
    found: list[str] = []
    for word in words:
        raw = word.raw
        found += _kept_terms(raw, language) if len(raw) <= _LONG else _terms(raw, language)
    return tuple(found)


def _terms(raw: str, language: str) -> tuple[str, ...]:
    if raw[0].isdigit():
        return (number(raw),)
    if not raw.isascii() and _UNSPACED.search(raw):
        return tuple(raw[i : i + 2] for i in range(max(1, len(raw) - 1)))
    folded = _stem(raw, language)
    return (folded,) if len(folded) > 1 else ()


_kept_terms = lru_cache(maxsize=131_072)(_terms)


def base_language(tag: str) -> str:
    """The primary subtag of a BCP 47 tag ("en-GB" -> "en"); English where the report does not say."""
    return tag.partition("-")[0].lower() or DEFAULT_LANGUAGE

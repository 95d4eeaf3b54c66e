"""Words as matching compares them: folded, stemmed where the language has a stemmer, with names and numbers told apart."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

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

_TOKEN = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_](?:[^\W_]|['’](?=[^\W\d_]))*", re.UNICODE)
_POSSESSIVE = re.compile(r"['’]s?$")
_UNSPACED = re.compile(r"[぀-ヿ㐀-鿿가-힯฀-๿]")
"""Scripts written without spaces (kana, Han, Hangul, Thai): their runs are cut into overlapping pairs."""
_SENTENCE_END = re.compile(r"[.!?:;\"“”»)\]]\s*$|\n\s*$|``\s*$")


@dataclass(frozen=True, slots=True)
class Token:
    """A word where it stands: `raw` as written, `opens` whether it starts a sentence (then its capital means nothing)."""

    raw: str
    start: int
    opens: bool

    @property
    def number(self) -> bool:
        """Whether it is written in digits."""
        return self.raw[0].isdigit()

    @property
    def capital(self) -> bool:
        """Whether it starts with a capital."""
        return self.raw[0].isupper()


def tokens(text: str) -> list[Token]:
    """The words and numbers of a text, in order."""
    found: list[Token] = []
    end = 0
    for match in _TOKEN.finditer(text):
        opens = bool(_SENTENCE_END.search(text[end : match.start()])) or not found
        found.append(Token(match.group(), match.start(), opens))
        end = match.end()
    return found


@lru_cache(maxsize=65_536)
def fold(word: str) -> str:
    """Case and marks removed ("Überlingen" -> "uberlingen"), a possessive ending cut."""
    bare = _POSSESSIVE.sub("", word.casefold()).replace("'", "").replace("’", "")
    return "".join(c for c in unicodedata.normalize("NFKD", bare) if not unicodedata.combining(c))


@lru_cache(maxsize=262_144)
def stem(word: str, language: str) -> str:
    """The folded word's stem in that language (ISO 639-1); unchanged where Snowball has none for it."""
    name = _STEMMERS.get(language)
    folded = fold(word)
    return folded if name is None else str(_stemmer(name).stemWord(folded))


@lru_cache(maxsize=32)
def _stemmer(name: str) -> snowballstemmer.stemmer:
    return snowballstemmer.stemmer(name)


def number(raw: str) -> str:
    """A number as compared: group separators removed ("1,200" and "1.200" -> "1200"), decimals and clock times kept."""
    return re.sub(r"[.,](?=\d{3}(?:\D|$))", "", raw)


def terms(words: list[Token], language: str) -> tuple[str, ...]:
    """The words' stems and the numbers, in order, single letters dropped; unspaced scripts as overlapping pairs."""
    found: list[str] = []
    for word in words:
        if word.number:
            found.append(number(word.raw))
        elif _UNSPACED.search(word.raw):
            found += _pairs(word.raw)
        elif len(folded := stem(word.raw, language)) > 1:
            found.append(folded)
    return tuple(found)


def _pairs(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(max(1, len(run) - 1))]


def base_language(tag: str) -> str:
    """The primary subtag of a BCP 47 tag ("en-GB" -> "en"); English where the report does not say."""
    return tag.partition("-")[0].lower() or DEFAULT_LANGUAGE

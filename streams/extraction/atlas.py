"""The countries and cities that a text names, without a lexicon: by capitals where its script has them, else by their letters alone.

Countries by the language's own names (CLDR), cities by GeoNames, the large ones under their names in every script.
"""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib import resources

from streams.domain.event import Place, Precision
from streams.domain.values import Span
from streams.extraction.gazetteer import LARGE, Gazetteer, first_words, gazetteer, native_cities
from streams.extraction.grammar import neutral
from streams.extraction.model import Text
from streams.extraction.tables import DEFAULT_LANGUAGE, SHARED

_PHRASE = 4
"""Words of the longest name that is looked up."""
_LEAST_STEM = 4
"""Letters that an inflected name must keep: "Москве" is found by "Москв"."""
_CUT = 2
"""Letters that an inflection may have put at the end of a name."""
_UNSPACED = re.compile(r"[぀-ヿ㐀-鿿가-힯฀-๿]")
"""Kana, Han, Hangul, Thai: names stand within runs of letters, or have particles attached."""
_ALIASES = {"no": "nb", "nn": "nb"}
_EVERYWHERE: frozenset[str] = frozenset()


@dataclass(slots=True)
class Atlas:
    """What one language calls countries and cities."""

    gazetteer: Gazetteer
    countries: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Lower-case name -> alpha-3, name as shown."""
    cities: dict[str, Place] = field(default_factory=dict)
    """Cities that CLDR names; the rest is the gazetteer's."""
    stems: dict[str, str] = field(default_factory=dict)
    """Name without its last letter -> name."""
    firsts: frozenset[str] = frozenset()
    """The words that names of several words begin with."""
    unspaced: dict[str, list[str]] = field(default_factory=dict)
    """Names in unspaced scripts by their first two letters, longest first."""

    def places(self, text: Text, i: int, j: int, doubtful: bool) -> list[Place]:
        """The places of tokens [i, j) in order. `doubtful`: capitals tell no name there, so only large cities count."""
        found: list[Place] = []
        k = i
        while k < j:
            if _UNSPACED.match(text.words[k]):
                found += self._within(text, k)
                k += 1
                continue
            place, k = self._at(text, k, j, doubtful or k == i)
            found += [place] if place is not None else []
        return found

    def _at(self, text: Text, k: int, j: int, doubtful: bool) -> tuple[Place | None, int]:
        letter = text.raw[text.starts[k]]
        if letter.isalpha() and not letter.islower():
            reach = _PHRASE if text.words[k] in self.firsts else 1
            for end in range(min(j, k + reach), k, -1):
                place = self._named(" ".join(text.words[k:end]), doubtful and end == k + 1)
                if place is not None:
                    return replace(place, span=text.span(k, end)), end
        return None, k + 1

    def _within(self, text: Text, k: int) -> list[Place]:
        found = []
        word, at = text.words[k], 0
        while at < len(word) - 1:
            name = next((n for n in self.unspaced.get(word[at : at + 2], ()) if word.startswith(n, at)), "")
            place = self._named(name, False) if name else None
            if place is not None:
                start = text.starts[k] + at
                found.append(replace(place, span=Span(start, start + len(name), text.part)))
            at += len(name) or 1
        return found

    def _named(self, name: str, doubtful: bool) -> Place | None:
        for key in (name, *self._uninflected(name)):
            if key in self.countries:
                code, shown = self.countries[key]
                return Place(self.gazetteer.state_names.get(code, shown), precision=Precision.COUNTRY, country=code)
            found = self.cities.get(key) or self.gazetteer.at(key, _EVERYWHERE, LARGE if doubtful else 0)
            if found is not None:
                return found
        return None

    def _uninflected(self, name: str) -> list[str]:
        if name.isascii() or " " in name or name.lower() == name.upper():
            return []
        cut = [name[: len(name) - n] for n in range(1, _CUT + 1) if len(name) - n >= _LEAST_STEM]
        return [self.stems.get(stem, stem) for stem in cut]


@lru_cache(maxsize=64)
def atlas(language: str) -> Atlas:
    """The atlas of a language (BCP 47 primary subtag); for one that CLDR's table lacks, with the English names of countries."""
    made = Atlas(gazetteer(DEFAULT_LANGUAGE, native=True))
    own = _ALIASES.get(language, language)
    for code, name in _names("countries.tsv.gz", own) or _names("countries.tsv.gz", DEFAULT_LANGUAGE):
        made.countries[_key(name)] = code, name
    for english, name in _names("cities.tsv.gz", own):
        if (city := made.gazetteer.find(english, _EVERYWHERE)) is not None:
            made.cities[_key(name)] = city
    own_names = (*made.countries, *made.cities)
    made.firsts = first_words() | {name.partition(" ")[0] for name in own_names if " " in name}
    foreign = [name for name in (*own_names, *native_cities()) if not name.isascii()]
    for name in foreign:
        if _UNSPACED.match(name):
            if len(name) > 1:
                made.unspaced.setdefault(name[:2], []).append(name)
        elif " " not in name and len(name) > _LEAST_STEM:
            made.stems.setdefault(name[:-1], name)
    for names in made.unspaced.values():
        names.sort(key=lambda name: (-len(name), name))
    return made


def _key(name: str) -> str:
    return " ".join(neutral().words(name))


@lru_cache(maxsize=128)
def _names(file: str, language: str) -> list[tuple[str, str]]:
    """(code or English name, name) of every row of a language; empty for one that the table lacks."""
    data = resources.files("streams.extraction").joinpath("lexicon", SHARED, file).read_bytes()
    lines = (line.split("\t") for line in gzip.decompress(data).decode("utf-8").splitlines() if line.startswith(f"{language}\t"))
    return [(of, name) for _, of, name in lines]

"""Places by name: the hand-made entries of places.tsv first, then GeoNames cities (CC BY 4.0), loaded lazily, once."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from unicodedata import combining, normalize

from streams.domain.event import Place, Precision
from streams.extraction.grammar import neutral
from streams.extraction.tables import DEFAULT_LANGUAGE, SHARED, rows, split

LARGE = 300_000
"""Inhabitants from which a city is meant by its name even where nothing else says that the word is a name."""


@dataclass(slots=True)
class Gazetteer:
    """`known` are curated places by lower-case name; `cities` raw rows by lower-case name, one a line, parsed on use:
    strings cost the garbage collector nothing. `native` are names with other languages' letters, for those languages alone."""

    known: dict[str, Place] = field(default_factory=dict)
    cities: Mapping[str, str] = field(default_factory=dict)
    native: Mapping[str, str] = field(default_factory=dict)
    held_by: dict[str, Place] = field(default_factory=dict)
    """The region that a de facto authority holds, by its canonical id."""
    state_names: dict[str, str] = field(default_factory=dict)

    def find(self, name: str, countries: frozenset[str], least: int = 0, beside: str = "") -> Place | None:
        """The place of that name: in the country that stands `beside` it ("Tripoli, Lebanon"), else the curated one, unless one of
        `countries` has a city of that name and some size, else the largest.

        `least`: inhabitants that a city must have.
        """
        return self.at(" ".join(neutral().words(name)), countries, least, beside)

    def at(self, key: str, countries: frozenset[str], least: int = 0, beside: str = "") -> Place | None:
        """The same for a name as it is filed: its lower-case words with single spaces."""
        curated, found = self.known.get(key), self._rows(key)
        if not found or (curated is not None and (curated.precision is not Precision.CITY or curated.country in (beside, *countries))):
            return curated
        cities = [row.split("\t") for row in found.split("\n")]
        least = max(least, max(map(_size, cities)) // _MUCH_SMALLER)
        there = [city for city in cities if city[3] == beside]
        here = there or [city for city in cities if city[3] in countries and _size(city) >= least]
        best = max(here or cities, key=_size)
        if curated is not None and not here:
            return curated
        return _place(best) if there or _size(best) >= least else None

    def _rows(self, key: str) -> str:
        """The rows of that name; with native names also those of the name without its accents ("Trípoli" is no town in Greece alone)."""
        if not self.native:
            return self.cities.get(key, "")
        plain = key if key.isascii() else "".join(char for char in normalize("NFKD", key) if not combining(char))
        tables = ((self.cities, key), (self.native, key), (self.cities, plain if plain != key else ""))
        return "\n".join(table[name] for table, name in tables if name in table)


_MUCH_SMALLER = 30
"""A namesake that many times smaller is not meant, whatever country a report speaks of: Paris is not the one in Texas."""


def _size(city: list[str]) -> int:
    return int(city[4])


def _place(city: list[str]) -> Place:
    names, lat, lon, country, _, geonames_id = city
    return Place(names.partition("|")[0], int(geonames_id), float(lat), float(lon), Precision.CITY, country)


@lru_cache(maxsize=8)
def gazetteer(language: str, native: bool = False) -> Gazetteer:
    """The gazetteer with the curated names that a language uses; `native` adds the cities' names in other scripts and accents.

    Places are shown under the same name in all languages: the first of places.tsv's, GeoNames' own, the English state name.
    """
    made = Gazetteer(cities=_cities("gazetteer.tsv.gz"), native=native_cities() if native else {})
    for names, display, lat, lon, precision, country, de_facto, geonames_id in rows(language, "places.tsv", 8):
        place = Place(display, int(geonames_id) if geonames_id else None, float(lat), float(lon), Precision(precision), country, de_facto)
        for name in split(names):
            made.known[" ".join(neutral().words(name))] = place
        if de_facto and precision == "region":
            made.held_by.setdefault(de_facto, place)
    made.state_names = {code: names.partition("|")[0] for code, names, *_ in rows(DEFAULT_LANGUAGE, "states.tsv", 2)}
    return made


def native_cities() -> Mapping[str, str]:
    """Rows of large cities by their names with other languages' letters."""
    return _cities("nativenames.tsv.gz")


@lru_cache(maxsize=1)
def first_words() -> frozenset[str]:
    """The first words of every city's name of several words."""
    names = (*_cities("gazetteer.tsv.gz"), *native_cities())
    return frozenset(name.partition(" ")[0] for name in names if " " in name)


@lru_cache(maxsize=2)
def _cities(file: str) -> dict[str, str]:
    """Rows of GeoNames by lower-case name, one set for all languages."""
    found: dict[str, str] = {}
    words = neutral().words
    for row in _city_rows(file):
        for name in row.partition("\t")[0].split("|"):
            key = " ".join(words(name))
            found[key] = f"{found[key]}\n{row}" if key in found else row
    return found


def _city_rows(file: str) -> list[str]:
    data = resources.files("streams.extraction").joinpath("lexicon", SHARED, file).read_bytes()
    return [line for line in gzip.decompress(data).decode("utf-8").splitlines() if not line.startswith("#")]

"""Places by name: the hand-made entries of places.tsv first, then GeoNames cities (CC BY 4.0), loaded lazily, once."""

from __future__ import annotations

import gzip
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources

from streams.domain.event import Place, Precision
from streams.extraction.tables import rows, split
from streams.extraction.tokens import words_of


@dataclass(slots=True)
class Gazetteer:
    """`known` are curated places by lower-case name; `cities` raw rows by lower-case name, one a line, parsed on use:
    strings cost the garbage collector nothing."""

    known: dict[str, Place] = field(default_factory=dict)
    cities: dict[str, str] = field(default_factory=dict)
    held_by: dict[str, Place] = field(default_factory=dict)
    """The region that a de facto authority holds, by its canonical id."""
    state_names: dict[str, str] = field(default_factory=dict)

    def find(self, name: str, countries: frozenset[str]) -> Place | None:
        """The place of that name: the curated one, else the city in one of `countries`, else the largest."""
        key = " ".join(words_of(name))
        curated = self.known.get(key)
        if curated is not None:
            return curated
        found = self.cities.get(key)
        if not found:
            return None
        best = max(found.split("\n"), key=lambda row: _rank(row, countries))
        return _place(best)


def _rank(row: str, countries: frozenset[str]) -> tuple[bool, int]:
    fields = row.split("\t")
    return fields[3] in countries, int(fields[4])


def _place(row: str) -> Place:
    names, lat, lon, country, _, geonames_id = row.split("\t")
    return Place(names.partition("|")[0], int(geonames_id), float(lat), float(lon), Precision.CITY, country)


@lru_cache(maxsize=2)
def gazetteer(language: str) -> Gazetteer:
    """The gazetteer with the names that a language uses."""
    made = Gazetteer()
    for names, display, lat, lon, precision, country, de_facto, geonames_id in rows(language, "places.tsv", 8):
        place = Place(display, int(geonames_id) if geonames_id else None, float(lat), float(lon), Precision(precision), country, de_facto)
        for name in split(names):
            made.known[" ".join(words_of(name))] = place
        if de_facto and precision == "region":
            made.held_by.setdefault(de_facto, place)
    made.state_names = {code: names.partition("|")[0] for code, names, *_ in rows(language, "states.tsv", 2)}
    for row in _city_rows(language):
        for name in row.partition("\t")[0].split("|"):
            key = " ".join(words_of(name))
            made.cities[key] = f"{made.cities[key]}\n{row}" if key in made.cities else row
    return made


def _city_rows(language: str) -> list[str]:
    data = resources.files("streams.extraction").joinpath("lexicon", language, "gazetteer.tsv.gz").read_bytes()
    return [line for line in gzip.decompress(data).decode("utf-8").splitlines() if not line.startswith("#")]

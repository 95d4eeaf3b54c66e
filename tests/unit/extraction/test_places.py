"""Where: every way in which copy tells a place, with whose it is said to be, how exact it is, and which of its namesakes is meant."""

from __future__ import annotations

from typing import Any

import pytest

from streams.domain.event import Place
from streams.domain.report import Dateline, Report, Signal
from streams.extraction import extract
from streams.extraction.gazetteer import gazetteer
from tests.unit.extraction.conftest import FILED, SOURCE


def told(place: Place | None) -> tuple[str, str, str] | None:
    return (place.name, place.precision.value, place.country) if place is not None else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A bomb exploded in Ganja.", ("Ganja", "city", "AZE")),
        ("A bomb exploded in the eastern city of Ganja.", ("Ganja", "city", "AZE")),
        ("A bomb exploded in Paris.", ("Paris", "city", "FRA")),
        ("A bomb exploded in Paris, Texas.", ("Paris", "city", "USA")),
        ("A bomb exploded in Paris, officials in Texas said.", ("Paris", "city", "FRA")),
        ("A bomb exploded in Tripoli.", ("Tripoli", "city", "LBY")),
        ("A bomb exploded in Tripoli, Lebanon.", ("Tripoli", "city", "LBN")),
        ("A bomb exploded in Hyderabad in southern Pakistan.", ("Hyderabad", "city", "PAK")),
        ("A bomb exploded in Hyderabad, India.", ("Hyderabad", "city", "IND")),
        ("A bomb exploded in St. Petersburg.", ("Saint Petersburg", "city", "RUS")),
        ("A bomb exploded in Kunduz province.", ("Kunduz province", "region", "AFG")),
        ("A bomb exploded in Afghanistan's Kunduz province.", ("Kunduz province", "region", "AFG")),
        ("A bomb exploded in northern Afghanistan.", ("Afghanistan", "country", "AFG")),
        ("A bomb exploded in the Karrada district of Baghdad.", ("Karrada district", "district", "IRQ")),
        ("A bomb exploded in the West Bank city of Nablus.", ("Nablus", "city", "PSE")),
        ("A bomb exploded in the village of Xyzabad.", ("Xyzabad", "city", "")),
        ("Rebels killed 12 people in the town of Beni in eastern Congo.", ("Beni", "city", "COD")),
        ("Rebels shelled Donetsk.", ("Donetsk", "city", "UKR")),
        ("A tornado hit Atlanta, Georgia.", ("Atlanta", "city", "USA")),
        ("A blast hit Georgia.", ("Georgia", "country", "GEO")),
        ("A quake struck 20 km north of Kathmandu.", ("Kathmandu", "city", "NPL")),
        ("A quake struck off the coast of Sumatra.", ("Sumatra", "region", "IDN")),
        ("A boat sank in the Mediterranean Sea off Libya.", ("Mediterranean Sea", "region", "")),
        ("A bomb exploded in Cairo, officials in Washington said.", ("Cairo", "city", "EGY")),
        ("Officials in Washington said a bomb exploded in Cairo.", ("Cairo", "city", "EGY")),
        ("A bomb exploded in Xyzabad.", None),
    ],
)
def test_an_event_is_placed(read: Any, text: str, expected: Any) -> None:
    assert told(read(text)[0].place) == expected


@pytest.mark.parametrize(
    ("text", "de_jure", "de_facto"),
    [
        ("Rebels shelled Stepanakert in Nagorno-Karabakh.", "AZE", "ARTSAKH"),
        ("A bomb exploded in Simferopol, Crimea.", "UKR", "RUS"),
        ("A bomb exploded in Tskhinvali, South Ossetia.", "GEO", "SOUTH-OSSETIA"),
        ("A bomb exploded in Sukhumi, the capital of Abkhazia.", "GEO", "ABKHAZIA"),
        ("Israel shelled the Golan Heights.", "SYR", "ISR"),
        ("A bomb exploded in Ganja.", "AZE", ""),
    ],
)
def test_a_disputed_place_has_both_its_states(read: Any, text: str, de_jure: str, de_facto: str) -> None:
    place = read(text)[0].place

    assert (place.country, place.de_facto) == (de_jure, de_facto)


@pytest.mark.parametrize(
    ("written", "expected"),
    [("KABUL", ("Kabul", "city", "AFG")), ("GOMA, Congo", ("Goma", "city", "COD")), ("TRIPOLI, Lebanon", ("Tripoli", "city", "LBN"))],
)
def test_copy_that_names_no_place_is_from_where_it_was_filed(written: str, expected: Any) -> None:
    line = Dateline(written, None, None)
    source = Report("r", "k", "agency", Signal.NEW, "", "A bomb exploded at a market.", FILED, FILED, FILED, "h", dateline=line)

    assert told(extract(source, SOURCE)[0].place) == expected


def test_a_namesake_of_a_country_that_the_report_names_is_meant_unless_it_is_far_smaller() -> None:
    known = gazetteer("en")

    assert told(known.find("Hyderabad", frozenset({"PAK"}))) == ("Hyderabad", "city", "PAK")
    assert told(known.find("Paris", frozenset({"USA"}))) == ("Paris", "city", "FRA")
    assert told(known.find("Paris", frozenset(), beside="USA")) == ("Paris", "city", "USA")
    assert known.find("Goris", frozenset(), least=300_000) is None

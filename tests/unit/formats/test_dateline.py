"""Datelines: found where they are, and not where a sentence begins."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from streams.formats.dateline import read_dateline

NEAR = datetime(2020, 9, 27, 12, tzinfo=UTC)
SEPT_27 = datetime(2020, 9, 27, tzinfo=UTC)


@pytest.mark.parametrize(
    ("body", "place", "date", "agency", "covered"),
    [
        ("LONDON (Norwire) - The", "LONDON", None, "Norwire", "LONDON (Norwire) -"),
        ("KABUL, Afghanistan (NPA) — The", "KABUL, Afghanistan", None, "NPA", "KABUL, Afghanistan (NPA) —"),
        ("BAKU/YEREVAN, Sept 27 (Norwire) - The", "BAKU/YEREVAN", SEPT_27, "Norwire", "BAKU/YEREVAN, Sept 27 (Norwire) -"),
        ("Sept 27 (Norwire) - The", "", SEPT_27, "Norwire", "Sept 27 (Norwire) -"),
        ("Paris, Sept 27, 2020 (NPA) - Le", "Paris", SEPT_27, "NPA", "Paris, Sept 27, 2020 (NPA) -"),
        ("BEIJING, Sept. 27 (Norwire) -- The", "BEIJING", SEPT_27, "Norwire", "BEIJING, Sept. 27 (Norwire) --"),
        ("MOSCOW, September 27. /NORWIRE/. The", "MOSCOW", SEPT_27, "NORWIRE", "MOSCOW, September 27. /NORWIRE/."),
        ("YEREVAN, SEPTEMBER 27, NORPRESS. The", "YEREVAN", SEPT_27, "NORPRESS", "YEREVAN, SEPTEMBER 27, NORPRESS."),
        ("Stepanakert/Berlin (nwi) - Die", "Stepanakert/Berlin", None, "nwi", "Stepanakert/Berlin (nwi) -"),
        ("MOSCOW — The ministry", "MOSCOW", None, "", "MOSCOW —"),
        ("Madrid, 27 sep (NFE).- El", "Madrid", SEPT_27, "NFE", "Madrid, 27 sep (NFE).-"),
        ("PARIS, 27 septembre (NPA) - Le", "PARIS", SEPT_27, "NPA", "PARIS, 27 septembre (NPA) -"),
        ("WIEN, 27. September (nwi) - Die", "WIEN", SEPT_27, "nwi", "WIEN, 27. September (nwi) -"),
        ("LIMA, 27 de setiembre (NFE) - El", "LIMA", SEPT_27, "NFE", "LIMA, 27 de setiembre (NFE) -"),
        ("КИЕВ, 27 сентября (Новости) - В", "КИЕВ", SEPT_27, "Новости", "КИЕВ, 27 сентября (Новости) -"),
        ("   LIMA, 27 SEP 20 -- [TEXT] THE", "LIMA", SEPT_27, "", "LIMA, 27 SEP 20 --"),
        ("   NO CITY (PERU), NO DATE -- [TEXT] THE", "NO CITY (PERU)", None, "", "NO CITY (PERU), NO DATE --"),
        ("San José de la Sierra (Norwire) - The", "San José de la Sierra", None, "Norwire", "San José de la Sierra (Norwire) -"),
    ],
)
def test_a_dateline_is_read_with_its_span(body: str, place: str, date: datetime | None, agency: str, covered: str) -> None:
    opening = read_dateline(body, NEAR)
    assert opening is not None
    span = opening.dateline.span
    assert span is not None
    assert (opening.dateline.place, opening.dateline.date, opening.agency) == (place, date, agency)
    assert body[span.start : span.end] == covered


@pytest.mark.parametrize(
    "body",
    [
        "The minister said - and not for the first time - that he would go.",
        "Police in Orsa (the capital) - said on Sunday they had found it.",
        "US officials said the dam - built in 1931 - had cracked.",
        "He left on March 3 (his birthday) - and never came back.",
        "FLASH - Orsa airport closed.",
        "EDITORS -- please note the following.",
        "Two people died. Three - among them a child - were hurt.",
        "",
        "-- Norwire",
        "A",
    ],
)
def test_a_sentence_is_no_dateline(body: str) -> None:
    assert read_dateline(body, NEAR) is None


@pytest.mark.parametrize(
    ("kinds", "agency"),
    [
        ("[REPORT] [NAVAL PRESS OFFICE] [TEXT]", "NAVAL PRESS OFFICE"),
        ("[TEXT]", ""),
        ("[SPEECH] [THE PRESIDENT] [TEXT]", ""),
        ("[COMMUNIQUE] [NORTHERN FRONT] [EXCERPTS] [TEXT]", "NORTHERN FRONT"),
        ("[REPORT] [UNCLOSED", ""),
    ],
)
def test_a_bracket_before_the_text_names_the_source(kinds: str, agency: str) -> None:
    opening = read_dateline(f"   LIMA, 27 SEP 20 -- {kinds} THE PORT CLOSED.", NEAR)
    assert opening is not None
    assert opening.agency == agency


def test_a_dateline_wraps_over_two_lines() -> None:
    opening = read_dateline("   SAN LUCAS DE LA SIERRA (NORLAND), 27 SEP 20 (RADIO\nNORTE) -- [TEXT] THE", NEAR)
    assert opening is not None
    assert (opening.dateline.place, opening.agency) == ("SAN LUCAS DE LA SIERRA (NORLAND)", "RADIO NORTE")

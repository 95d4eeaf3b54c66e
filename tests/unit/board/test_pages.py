"""A page holds everything it needs, can be read by everybody, and runs nothing."""

from __future__ import annotations

import re
from importlib import resources
from itertools import product
from typing import Any

import pytest
from lxml import etree
from lxml import html as lxml_html

from streams.board.marks import KINDS
from streams.board.pages import reading_page
from tests.unit.board.looks import DOWNED, viewed

SHEET = resources.files("streams.board").joinpath("templates", "style.css").read_text("utf-8")
LIGHT, DARK = re.findall(r":root \{(.*?)\}", SHEET, re.DOTALL)[:2]
AA = 4.5
"""WCAG 2.2, success criterion 1.4.3: the least contrast of text with what is behind it."""


def colours(theme: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", theme))


def luminance(colour: str) -> float:
    """WCAG 2.2's relative luminance of "#rrggbb"."""
    channels = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_every_colour_has_contrast_enough_in_both_themes(theme: str) -> None:
    known = colours(theme)
    pairs = [("text", f"{kind}-bg") for kind in KINDS] + [(f"{kind}-ink", f"{kind}-bg") for kind in KINDS]
    pairs += [*product(("text", "muted", "accent", "good", "bad", "warn"), ("page", "surface")), ("page", "accent"), ("page", "bad")]
    low = {pair: ratio for pair in pairs if (ratio := round(contrast(known[pair[0]], known[pair[1]]), 2)) < AA}
    assert low == {}


def test_the_contrast_of_black_on_white_is_what_the_standard_says() -> None:
    assert round(contrast("#000000", "#ffffff"), 1) == 21.0


def page(*copies: str) -> Any:
    text = reading_page([viewed(copy) for copy in copies], [("noise.bin", "not a report")])
    return lxml_html.document_fromstring(text)


def test_a_page_loads_nothing_and_runs_nothing() -> None:
    tree = page(DOWNED)
    assert [link for link in tree.xpath("//@href | //@src") if not link.startswith(("#", "data:,"))] == []
    assert re.findall(r"url\(|@import", SHEET) == []
    [policy] = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy.startswith("default-src 'none'")


def test_a_page_is_well_formed() -> None:
    """Read as XML, so that an element that is not closed or not nested is an error; HTML's empty elements are closed first."""
    text = reading_page([viewed(DOWNED)], [])
    closed = re.sub(r"<(meta|link|input)([^>]*)>", r"<\1\2/>", text).replace("<!DOCTYPE html>", "")
    closed = re.sub(r" (open|checked)(?=[ />])", r' \1="\1"', closed)
    assert etree.fromstring(closed).tag == "html"


def test_a_page_can_be_walked_by_headings_and_regions() -> None:
    tree = page(DOWNED)
    assert [h.tag for h in tree.xpath("//main//h1 | //main//h2")] == ["h1", "h2", "h2"]
    labelled = set(tree.xpath("//@aria-labelledby"))
    assert labelled <= set(tree.xpath("//@id"))
    assert tree.xpath("//table[not(caption)]") == []
    assert tree.xpath("//th[not(@scope)]") == []


def test_ids_are_unique_however_many_reports_there_are() -> None:
    views = [viewed(DOWNED), viewed(DOWNED + " A war game was held.")]
    numbered = [type(v)(**{f: getattr(v, f) for f in v.__slots__} | {"number": n}) for n, v in enumerate(views, 1)]
    tree: Any = lxml_html.document_fromstring(reading_page(numbered, []))
    ids = tree.xpath("//@id")
    assert sorted(ids) == sorted(set(ids))


def test_one_event_of_many_can_be_picked_without_a_script() -> None:
    tree = page("KIDAL, Sept 27 (Acme) - Rebels shot down a government helicopter near Kidal. Rebels shelled the town of Gao on Monday.")
    values = tree.xpath("//input[@type='radio']/@value")
    sheet = tree.xpath("//style")[0].text_content()
    assert values == ["0", "1", "2"]
    assert 'input[value="2"]:checked' in sheet


def test_what_is_no_report_is_told_with_its_reason() -> None:
    assert "noise.bin: not a report" in " ".join(page(DOWNED).text_content().split())


def test_the_page_of_nothing_is_a_page() -> None:
    assert lxml_html.document_fromstring(reading_page([], [])).xpath("//main")

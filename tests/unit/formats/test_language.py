"""Untagged copy gets the language its words are in, and none when they do not tell."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from streams.domain.report import RawRecord, Report
from streams.domain.settings import Limits
from streams.domain.source import Source
from streams.formats import parse
from streams.formats.language import DETECTED, detect

COPY: dict[str, str] = json.loads((Path(__file__).parents[2] / "data" / "formats" / "languages.json").read_text("utf-8"))
"""A wire lede in each language, written for this test."""
UNCLEAR = ["EL AL FLIGHT LY001 LANDS", "MADRID", "Los Angeles Lakers 112, San Antonio Spurs 98", "BC-HALM-FERRY",
           "Norwire 85 271015 Sep 20",
           "De Kooning, van Gogh, Van Dyck to tour", "Kiev, Minsk, La Paz, El Salvador, Rio de Janeiro", "", "212 / 85"]  # fmt: skip


def report(item: dict[str, str], source: Source | None = None) -> Report:
    raw = RawRecord("wire", datetime(2020, 9, 27, 12, tzinfo=UTC), json.dumps(item).encode(), "application/json")
    return parse(raw, Limits(), source).reports[0]


@pytest.mark.parametrize("language", COPY)
def test_a_sentence_or_two_tell_the_language(language: str) -> None:
    assert detect(COPY[language]) == language


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "ru", "tr"])
def test_upper_case_copy_is_told_too(language: str) -> None:
    assert detect(COPY[language].upper()) == language


@pytest.mark.parametrize("text", UNCLEAR)
def test_names_and_numbers_tell_nothing(text: str) -> None:
    assert detect(text) == ""


def test_mixed_copy_is_in_the_language_of_most_of_it() -> None:
    assert detect(f'{COPY["de"]} "{COPY["en"][:40]}"') == "de"
    assert detect(f"TASS: {COPY['ru']}") == "ru"


def test_japanese_and_chinese_are_told_by_the_kana() -> None:
    assert (detect(COPY["ja"]), detect(COPY["zh"])) == ("ja", "zh")


def test_an_untagged_report_says_that_its_language_was_detected() -> None:
    found = report({"headline": "Fähre in Brand", "body": COPY["de"]})
    assert (found.language, DETECTED in found.notes) == ("de", True)


def test_a_tag_goes_before_what_the_words_tell() -> None:
    found = report({"headline": "Fähre in Brand", "body": COPY["de"], "language": "gsw_CH"})
    assert (found.language, DETECTED in found.notes) == ("gsw-CH", False)


def test_the_sources_own_language_goes_before_detection() -> None:
    found = report({"headline": "Fähre in Brand", "body": COPY["de"]}, Source(id="wire", language="nds"))
    assert (found.language, DETECTED in found.notes) == ("nds", False)


def test_short_copy_has_no_language_and_no_note() -> None:
    found = report({"headline": "Sangamo Q3 EPS 0.12"})
    assert (found.language, found.notes) == ("", ())

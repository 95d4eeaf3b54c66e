"""The data files of a language: each is read, each row can be meant, and a bad row is named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import streams.extraction
from streams.domain.ontology import OTHER_STORY, TYPES
from streams.extraction import grammar, lexicon_build, tables
from streams.extraction.gazetteer import gazetteer
from streams.extraction.inflect import inflect, inflect_first, parse_rules
from streams.extraction.lexicon_cache import lexicon
from streams.extraction.lexicon_types import ancestors
from streams.extraction.tables import SHARED, LexiconError, languages, rows

FOLDER = Path(streams.extraction.__file__).parent / "lexicon"
LANGUAGES = sorted(languages())
RULES = parse_rules(rows("en", "inflection.tsv", 4))


def files(language: str) -> dict[str, Path]:
    """The files that a language is read from, its own before the shared ones."""
    return {path.name: path for folder in (SHARED, language) for path in (FOLDER / folder).iterdir()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_file_is_read(language: str, monkeypatch: Any) -> None:
    read: set[str] = set()

    def recording(language: str, name: str, columns: int) -> list[list[str]]:
        read.add(name)
        return rows(language, name, columns)

    for module in (lexicon_build, grammar):
        monkeypatch.setattr(module, "rows", recording)
    lexicon_build.build(language)

    assert {name for name in files(language) if name.endswith(".tsv")} == read


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_file_says_what_a_row_means(language: str) -> None:
    told = {name: path.read_text(encoding="utf-8") for name, path in files(language).items() if name.endswith(".tsv")}
    assert [name for name, text in told.items() if not text.startswith("# ")] == []


def test_every_type_but_the_plain_story_has_a_frame() -> None:
    told = {frame.type for pairs in lexicon().frames.values() for _, frame in pairs}

    assert set() == TYPES - told - {OTHER_STORY}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_trigger_is_found_under_its_own_words(language: str) -> None:
    lost = []
    words = lexicon(language)
    for pos, trigger in words.frames:
        entry = words.entry(trigger)
        frames = {"v": entry.frames_v, "n": entry.frames_n, "p": entry.frames_p}[pos]
        if not frames and not entry.has("particle"):
            lost.append((pos, trigger))
    assert lost == []


def test_materiel_stands_in_the_lattice() -> None:
    words = lexicon()

    assert [words.entry(name).noun for name in ("plane", "fighter jet", "helicopters", "uav")] == [
        "aircraft.fixed-wing",
        "aircraft.fixed-wing.fighter",
        "aircraft.rotary-wing.helicopter",
        "aircraft.drone",
    ]
    assert {"aircraft", "aircraft.fixed-wing", "aircraft.fixed-wing.fighter"} == ancestors("aircraft.fixed-wing.fighter")


@pytest.mark.parametrize(
    ("word", "kind", "expected"),
    [
        ("city", "plural", "cities"),
        ("aircraft", "plural", "aircraft"),
        ("gunman", "plural", "gunmen"),
        ("try", "past", "tried"),
        ("die", "ger", "dying"),
        ("pass", "3sg", "passes"),
    ],
)
def test_words_are_inflected_by_the_language_s_rules(word: str, kind: str, expected: Any) -> None:
    assert expected == inflect(word, kind, RULES)


def test_phrases_are_inflected_at_their_head() -> None:
    assert (inflect_first("shell out", "past", RULES), lexicon().grammar.plural("bomb attack")) == ("shelled out", "bomb attacks")


def test_a_word_that_no_rule_fits_is_an_error() -> None:
    with pytest.raises(ValueError, match="no plural rule"):
        inflect("word", "plural", {"plural": [("x", 0, "")]})


def test_a_row_with_too_many_fields_is_named() -> None:
    with pytest.raises(LexiconError, match=r"en/harms\.tsv:\d+: 3 fields, at most 1"):
        tables.rows("en", "harms.tsv", 1)


def test_wants_that_cannot_be_read_are_an_error() -> None:
    with pytest.raises(LexiconError, match="cannot read wants"):
        lexicon_build._wants("aircraft")


@pytest.mark.parametrize(
    ("name", "countries", "expected"),
    [
        ("Khankendi", frozenset(), ("Stepanakert", "AZE", "ARTSAKH")),
        ("Kiev", frozenset(), ("Kyiv", "UKR", "")),
        ("San Salvador", frozenset(), ("San Salvador", "SLV", "")),
        ("Valencia", frozenset({"VEN"}), ("Valencia", "VEN", "")),
        ("Valencia", frozenset({"ESP"}), ("Valencia", "ESP", "")),
    ],
)
def test_a_place_is_found_by_its_names_and_its_country(name: str, countries: Any, expected: Any) -> None:
    place = gazetteer("en").find(name, countries)

    assert place is not None
    assert expected == (place.name, place.country, place.de_facto)


def test_a_name_that_is_no_place_is_none() -> None:
    assert gazetteer("en").find("Pashinyan", frozenset()) is None

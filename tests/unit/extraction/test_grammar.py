"""The port of a language's grammar: what the steps ask is answered from the language's own tables."""

from __future__ import annotations

from typing import Any

import pytest

from streams.extraction import grammar
from streams.extraction.grammar import grammar_of, neutral
from streams.extraction.tables import LexiconError

EN = grammar_of("en")


@pytest.mark.parametrize(
    ("word", "expected"),
    [("1,200", "1200.0"), ("3.5", "3.5"), ("1,20", "1,20"), ("12:30", "12:30"), ("1,234,567.8", "1234567.8"), ("2020", "2020")],
)
def test_numerals_are_read_by_the_language_s_marks(word: str, expected: Any) -> None:
    assert EN.numeral(word) == expected


@pytest.mark.parametrize(("word", "expected"), [("27th", "27"), ("1st", "1"), ("27km", ""), ("th", "")])
def test_ordinals_are_read_by_the_language_s_endings(word: str, expected: Any) -> None:
    assert EN.ordinal(word) == expected


def test_a_verb_has_every_form_that_its_rules_and_exceptions_make() -> None:
    assert list(EN.conjugate("open fire", {"past": ["opened fire"]})) == [
        ("open fire", "base"),
        ("opens fire", "3sg"),
        ("opening fire", "ger"),
        ("opened fire", "past"),
        ("opened fire", "part"),
    ]


def test_the_neutral_grammar_knows_no_clitics() -> None:
    assert (EN.words("it's"), neutral().words("it's")) == (("it", "'s"), ("it", "'", "s"))


def test_words_keep_the_marks_that_belong_to_them() -> None:
    assert neutral().words("कीव के पास") == ("कीव", "के", "पास")


def test_a_trait_that_no_grammar_has_is_named(monkeypatch: Any) -> None:
    monkeypatch.setattr(grammar, "rows", lambda *_: [["tenses", "many"]])
    with pytest.raises(LexiconError, match="no such trait: \\['tenses'\\]"):
        grammar_of("en")

"""The steps of the cascade on their own: tokens, sentences, quantities, phrases, dates."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from streams.domain.event import Precision
from streams.domain.values import Qualifier, Quantity
from streams.extraction.annotate import annotate
from streams.extraction.chunk import chunk
from streams.extraction.identity import slug
from streams.extraction.lexicon_cache import lexicon
from streams.extraction.model import Node, Text
from streams.extraction.quantities import read_quantity
from streams.extraction.syntax import direct_object, is_passive, subject
from streams.extraction.times import find_when
from streams.extraction.tokens import tokenize

AS_OF = datetime(2020, 9, 28, 9, 0, tzinfo=UTC)


def text_of(raw: str) -> Text:
    return tokenize(raw, "body", lexicon().abbreviations, lexicon().grammar)


def nodes_of(raw: str) -> tuple[Text, list[Node]]:
    text = text_of(raw)
    return text, chunk(annotate(text, 0, len(text.words), lexicon()), text, lexicon())


def phrases(raw: str) -> list[str]:
    text, nodes = nodes_of(raw)
    return [text.text(node.i, node.j) for node in nodes if node.kind == "np"]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("It fell. It burned.", ["It fell.", "It burned."]),
        ("Gen. Smith of the U.S. Army spoke. He left.", ["Gen. Smith of the U.S. Army spoke.", "He left."]),
        ('"We stay." He left.', ['"We stay."', "He left."]),
        ("A headline without a stop\n\nThen a paragraph.", ["A headline without a stop", "Then a paragraph."]),
        ("It cost 3.5 million. Sept. 27 came.", ["It cost 3.5 million.", "Sept. 27 came."]),
        ("One", ["One"]),
        ("", []),
    ],
)
def test_sentences_end_where_they_end(raw: Any, expected: Any) -> None:
    text = text_of(raw)

    assert expected == [text.text(i, j) for i, j in text.sentences]


@pytest.mark.parametrize(("raw", "upper"), [("ARMENIA SAYS JET DOWNED", True), ("Armenia says US jet downed", False), ("", False)])
def test_upper_case_copy_is_told_by_its_letters(raw: Any, upper: Any) -> None:
    assert upper is text_of(raw).upper


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("up to two", Quantity(None, 2, Qualifier.UP_TO)),
        ("at least 1,200", Quantity(1200, None, Qualifier.AT_LEAST)),
        ("more than 90", Quantity(90, None, Qualifier.AT_LEAST)),
        ("about 50", Quantity(50, 50, Qualifier.ABOUT)),
        ("dozens", Quantity(24, None, Qualifier.AT_LEAST)),
        ("twenty-six", Quantity(26, 26)),
        ("two hundred and five", Quantity(205, 205)),
        ("a hundred", Quantity(100, 100)),
        ("two dozen", Quantity(24, 24)),
        ("30 to 40", Quantity(30, 40)),
        ("3.5 million", Quantity(3_500_000, 3_500_000)),
        ("tanks", None),
        ("1234567890123", None),
    ],
)
def test_a_number_is_read_with_its_qualifier(raw: Any, expected: Any) -> None:
    text = text_of(raw)
    found = read_quantity(annotate(text, 0, len(text.words), lexicon()), 0)

    assert expected == (found[0] if found else None)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("the badly damaged Azerbaijani tank", ["the badly damaged Azerbaijani tank"]),
        ("an Azerbaijani Mi-24 helicopter was hit", ["an Azerbaijani Mi-24 helicopter"]),
        ("two of the three fighter jets", ["two of the three fighter jets"]),
        ("Russian President Vladimir Putin met officials", ["Russian President Vladimir Putin", "officials"]),
        ("Armenia's forces shelled Ganja", ["Armenia", "forces", "Ganja"]),
        ("spokesman Turki al-Maliki said", ["spokesman Turki al-Maliki"]),
    ],
)
def test_words_are_joined_into_phrases(raw: Any, expected: Any) -> None:
    assert expected == phrases(raw)


@pytest.mark.parametrize(
    ("raw", "verb", "who", "what", "passive"),
    [
        ("Armenian forces shot down a jet.", "shot down", "Armenian forces", "a jet", False),
        ("A jet was shot down by rebels.", "shot down", "A jet", None, True),
        ("The jet, on loan to the army, was shot down.", "shot down", "The jet", None, True),
        ("The Mission in Sudan (UNMISS) was attacked.", "attacked", "The Mission", None, True),
        ("Rebels, who shot down a jet, fled.", "shot down", "Rebels", "a jet", False),
        ("Rebels vowed to shoot down planes.", "shoot down", "Rebels", "planes", False),
        ("Rebels ambushed a convoy and destroyed two tanks.", "destroyed", "Rebels", "two tanks", False),
    ],
)
def test_subject_and_object_are_found(raw: Any, verb: Any, who: Any, what: Any, passive: Any) -> None:
    text, nodes = nodes_of(raw)
    at = next(k for k, node in enumerate(nodes) if node.kind == "v" and text.text(node.i, node.j) == verb)
    found = [None if k is None else text.text(nodes[k].i, nodes[k].j) for k in (subject(nodes, at), direct_object(nodes, at))]

    assert (who, what, passive) == (found[0], found[1], is_passive(nodes, at))


@pytest.mark.parametrize(
    ("raw", "start", "precision", "past"),
    [
        ("on Sunday", datetime(2020, 9, 27), Precision.DAY, False),
        ("on Sept. 25", datetime(2020, 9, 25), Precision.DAY, False),
        ("on 27 September 2020", datetime(2020, 9, 27), Precision.DAY, False),
        ("from 10 October", datetime(2020, 10, 10), Precision.DAY, False),
        ("on 3 December", datetime(2019, 12, 3), Precision.DAY, True),
        ("in April 2016", datetime(2016, 4, 1), Precision.MONTH, True),
        ("in 1994", datetime(1994, 1, 1), Precision.YEAR, True),
        ("30 DEC 89", datetime(1989, 12, 30), Precision.DAY, True),
        ("two days ago", datetime(2020, 9, 26), Precision.DAY, False),
        ("three years ago", datetime(2017, 3, 31), Precision.MONTH, True),
        ("yesterday", datetime(2020, 9, 27), Precision.DAY, False),
        ("last Monday", datetime(2020, 9, 21), Precision.DAY, False),
        ("last week", datetime(2020, 9, 21), Precision.UNKNOWN, False),
        ("in May", datetime(2020, 5, 1), Precision.MONTH, True),
    ],
)
def test_a_date_is_resolved_against_the_day_of_filing(raw: Any, start: Any, precision: Any, past: Any) -> None:
    text = text_of(raw)
    found = find_when(annotate(text, 0, len(text.words), lexicon()), text, AS_OF, lexicon())

    assert found is not None
    assert (start.replace(tzinfo=UTC), precision, past) == (found[0].start, found[0].precision, found[1])


@pytest.mark.parametrize("raw", ["it may rain", "from 1900 GMT", "31 February", "no date at all", "400 years ago and 90000 decades ago"])
def test_what_is_no_date_is_none(raw: Any) -> None:
    text = text_of(raw)
    found = find_when(annotate(text, 0, len(text.words), lexicon()), text, AS_OF, lexicon())

    assert found is None or found[0].start.year < 1700


def test_a_name_becomes_an_id() -> None:
    assert slug("Turki al-Maliki") == "turki-al-maliki"

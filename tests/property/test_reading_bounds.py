"""However long or odd the text, reading it takes work in proportion to its length.

Work is counted in calls, so that a busy machine changes nothing; what regular expressions do is no call, so there CPU time decides,
by ratio and with room to spare.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count, islice
from types import FrameType

import pytest

from streams.domain.report import Report, Signal
from streams.domain.source import Source
from streams.extraction import extract
from streams.extraction.lexicon_cache import lexicon
from streams.extraction.tokens import tokenize
from streams.matching import Sketcher

FILED = datetime(2020, 9, 28, tzinfo=UTC)
SOURCE = Source("agency")
WORK_PER_CHARACTER = 60
"""Calls that a character may cost. Wire copy costs 5; the worst of the texts below 27."""
SIZE = 8_000

MARKS = {
    "commas": ", ", "open quotes": '"“‘(', "closing marks": ")) ", "dashes": "-", "stops": ". ", "blank lines": "\n\n", "spaces": " ",
    "digits": "1 ", "grouped digits": "1,234,", "one number": "12", "initials": "a.", "initials cut off": "A.B.c", "apostrophes": "’",
    "letters": "abcdefghij", "capitals": "ABC ", "combining marks": "a\u0301", "zero width": "a\u200b", "unspaced script": "北京地震",
    "lone surrogates": "\ud800 ", "designators": "Mi-1abcdefgh ",
}  # fmt: skip
WORDS = {
    "a list": "Anna, ", "a list that is said": "Anna, Ben and Carl said ", "conjunctions": "Anna and ", "triggers": "shot down ",
    "triggers joined": "shot down and ", "attacks": "attack on ", "attack upon attack": "the bombing of ", "tolls": "killed 12, ",
    "dates": "on Sunday, 27 September 2020, ", "years": "in 1994 ", "owners": "Armenia's ", "units": "units of the army of ",
    "places": "in Goris, Armenia, ", "speech": "said the ministry that ", "infinitives": "vowed to shoot down ", "scales": "hundred ",
    "passives": "a jet shot down by rebels with a missile, ", "included": "including two ", "meetings": "Putin met Erdogan. ",
    "denials": "But Baku denied the report. ", "pronouns": "They downed it. ", "lines": "shot\n",
}  # fmt: skip
COUNTRIES = ("Armenia", "Iran", "Kenya", "Peru", "Chad")
CRAFT = ("jets", "helicopters", "drones", "tanks")
NUMBERED: dict[str, Callable[[int], str]] = {
    "events apart": lambda n: f"{COUNTRIES[n % 5]} shot down {n + 2} {CRAFT[n % 4]} of {COUNTRIES[n * 7 % 5]} near Goris. ",
    "fights aside": lambda n: f"Talks went on as fighting erupted in {COUNTRIES[n % 5]}ville{n}. ",
    "blasts apart": lambda n: f"A blast in {COUNTRIES[n % 5]} killed {n + 3} people, officials of {COUNTRIES[n % 3]} said. ",
    "holders": lambda n: f"The Ministry of Town{n} said that {COUNTRIES[n % 5]} was shelled. ",
}


def report(body: str) -> Report:
    return Report("r", "k", "agency", Signal.NEW, "", body, FILED, FILED, FILED, "h")


def calls(act: Callable[[], object]) -> int:
    """Calls of Python and C functions while it runs."""
    total = 0

    def counted(frame: FrameType, event: str, argument: object) -> None:
        nonlocal total
        del frame, argument
        total += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        act()
    finally:
        sys.setprofile(before)
    return total


def seconds(act: Callable[[], object]) -> float:
    """CPU time, the best of three."""
    best = float("inf")
    for _ in range(3):
        began = time.process_time()
        act()
        best = min(best, time.process_time() - began)
    return best


def text(unit: str, size: int) -> str:
    return (unit * (size // len(unit) + 1))[:size]


def numbered(sentence: Callable[[int], str], size: int) -> str:
    return "".join(islice(map(sentence, count()), size // len(sentence(0))))


@pytest.mark.parametrize("unit", [*MARKS.values(), *WORDS.values()], ids=[*MARKS, *WORDS])
def test_twice_the_text_is_twice_the_work(unit: str) -> None:
    short, long = report(text(unit, SIZE)), report(text(unit, 2 * SIZE))
    extract(short, SOURCE)

    once, twice = calls(lambda: extract(short, SOURCE)), calls(lambda: extract(long, SOURCE))

    assert twice <= 2.6 * once + 2_000
    assert twice <= WORK_PER_CHARACTER * 2 * SIZE


@pytest.mark.parametrize("sentence", NUMBERED.values(), ids=NUMBERED)
def test_events_that_stay_apart_are_not_all_compared_with_all(sentence: Callable[[int], str]) -> None:
    long = report(numbered(sentence, 40_000))

    assert calls(lambda: extract(long, SOURCE)) <= WORK_PER_CHARACTER * len(long.body)


@pytest.mark.parametrize("unit", [*MARKS.values(), " \n -", "\n x", "`` ", "a.b", "1.", "_", "http://a.b/c?d=e&f=g "])
def test_expressions_are_linear(unit: str) -> None:
    words = lexicon()
    short, long = text(unit, 100_000), text(unit, 400_000)

    def tokens(body: str) -> Callable[[], object]:
        return lambda: tokenize(body, "body", words.abbreviations, words.grammar)

    def sketch(body: str) -> Callable[[], object]:
        return lambda: Sketcher(report(body)).sketch("elsewhere")

    assert seconds(tokens(long)) < 12 * max(seconds(tokens(short)), 0.01)
    assert seconds(sketch(long)) < 12 * max(seconds(sketch(short)), 0.01)


def test_a_number_beyond_counting_is_none_that_breaks() -> None:
    (told,) = extract(report("Rebels killed " + "hundred " * 40 + "people."), SOURCE)[:1]

    assert all(count.max is None or count.max < 2**63 for count in told.counts)

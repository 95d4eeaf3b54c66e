"""Marks in headlines and slugs, and what must not be taken for one."""

from __future__ import annotations

import pytest

from streams.domain.report import Signal
from streams.formats.conventions import Marks, kills, louder, read_marks


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("UPDATE 1-Ferry burns", Marks("Ferry burns", Signal.UPDATE, 1)),
        ("UPDATE 12 - Ferry burns", Marks("Ferry burns", Signal.UPDATE, 12)),
        ("WRAPUP 3-Ferry burns", Marks("Ferry burns", Signal.UPDATE, 3)),
        ("CORRECTED-UPDATE 2-Ferry burns", Marks("Ferry burns", Signal.CORRECTION, 2)),
        ("CORRECTED (OFFICIAL)-Ferry burns", Marks("Ferry burns", Signal.CORRECTION)),
        ("Correction: Ferry burns", Marks("Ferry burns", Signal.CORRECTION)),
        ("RPT-Ferry burns", Marks("Ferry burns")),
        ("RPT-UPDATE 2-Ferry burns", Marks("Ferry burns", Signal.UPDATE, 2)),
        ("(2nd LD) Ferry burns", Marks("Ferry burns", Signal.UPDATE, 2)),
        ("(LEAD) Ferry burns", Marks("Ferry burns", Signal.UPDATE, 1)),
        ("(2nd Lead - adds toll) Ferry burns", Marks("Ferry burns", Signal.UPDATE, 2)),
        ("Ferry burns (1st Lead)", Marks("Ferry burns", Signal.UPDATE, 1)),
        ("BC-Norland-Ferry, 3rd Ld-Writethru", Marks("BC-Norland-Ferry", Signal.UPDATE, 3)),
        ("HARBOUR-FERRY (UPDATE 2)", Marks("HARBOUR-FERRY", Signal.UPDATE, 2)),
        ("Ferry burns, take 2", Marks("Ferry burns", Signal.UPDATE, 2)),
        ("KILL: Ferry burns", Marks("Ferry burns", Signal.KILL)),
        ("MANDATORY KILL-Ferry burns", Marks("Ferry burns", Signal.KILL)),
        ("KILL HARBOUR-FERRY/FIRE", Marks("HARBOUR-FERRY/FIRE", Signal.KILL)),
        ("WITHDRAWN-Ferry burns", Marks("Ferry burns", Signal.KILL)),
        ("norland-ferry,kill", Marks("norland-ferry", Signal.KILL)),
        ("CORRECCIÓN: Arde un ferry", Marks("Arde un ferry", Signal.CORRECTION)),
        ("Korrektur - Fähre brennt", Marks("Fähre brennt", Signal.CORRECTION)),
        ("ANULACIÓN: Arde un ferry", Marks("Arde un ferry", Signal.KILL)),
        ("АННУЛИРУЕТСЯ - Горит паром", Marks("Горит паром", Signal.KILL)),
        ("AMPLIACIÓN: Arde un ferry", Marks("Arde un ferry", Signal.UPDATE)),
        ("FLASH: Ferry burns", Marks("Ferry burns", priority=1)),
        ("*** URGENT - Ferry burns", Marks("Ferry burns", priority=3)),
        ("BREAKING NEWS: Ferry burns", Marks("Ferry burns", priority=2)),
        ("(URGENT) Ferry burns", Marks("Ferry burns", priority=3)),
        ("URGENT: UPDATE 1-Ferry burns", Marks("Ferry burns", Signal.UPDATE, 1, 3)),
    ],
)
def test_a_mark_is_read_and_the_stem_is_left(text: str, expected: Marks) -> None:
    assert read_marks(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Flash floods kill 12 in Orsa",
        "Anulación del juicio en Orsa",
        "Korrektur des Haushalts beschlossen",
        "FLASH FLOODS KILL 12 IN ORSA",
        "Storms, floods kill 40",
        "Kill Bill director wins prize",
        "Lead found in Velden water",
        "Urgent care wards close in Halm",
        "Update on dam due on Monday",
        "Corrected maps show border",
        "Bulletin board of the Orsa exchange closes",
        "",
    ],
)
def test_words_that_only_look_like_marks_stay(text: str) -> None:
    assert read_marks(text) == Marks(text)


def test_the_louder_signal_decides() -> None:
    assert louder(Signal.UPDATE, Signal.KILL) is Signal.KILL
    assert louder(Signal.CORRECTION, Signal.UPDATE) is Signal.CORRECTION
    assert louder(Signal.NEW, None) is Signal.NEW


@pytest.mark.parametrize(
    ("note", "killed"),
    [
        ("EDITORS: kill the story on the ferry", True),
        ("Attention editors - please withdraw the item slugged X", True),
        ("Editors note picture to follow", False),
        ("The editor said floods kill hundreds", False),
    ],
)
def test_a_note_to_editors_kills_only_when_it_asks_to(note: str, killed: bool) -> None:
    assert kills(note) is killed


def test_reading_marks_of_a_hostile_headline_is_quick() -> None:
    for unit in ("UPDATE 1-", "(", "(2nd ld ", "- ", "KILL ", ", take ", "=" * 10):
        assert read_marks(unit * 50_000).stem is not None

"""Wire conventions in a headline or slug: UPDATE 1-, CORRECTED-, (2nd Lead), KILL, FLASH; and the stem that stays when they go."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources

from streams.domain.report import Signal
from streams.formats.priority import WORDS

_DASH = r"\s?(?:--|[-–—:])\s?"
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5}
_NTH = r"(?:(\d{1,2})(?:st|nd|rd|th|\.)|(first|second|third|fourth|fifth))"


@cache
def _foreign() -> dict[Signal, list[str]]:
    """The marks of other languages, small, by what they say."""
    text = resources.files("streams.formats").joinpath("data", "marks.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines() if not line.startswith("#"))
    return {Signal(signal): marks.split("|") for signal, marks in rows}


def _abroad(signal: Signal) -> re.Pattern[str]:
    words = sorted({form for mark in _foreign()[signal] for form in (mark.upper(), mark.capitalize())}, key=lambda form: (-len(form), form))
    return re.compile(rf"(?:{'|'.join(words)}){_DASH}")


_PREFIXES: tuple[tuple[re.Pattern[str], Signal | None, bool], ...] = (
    (re.compile(rf"(?:UPDATED?|WRAPUP|Updated?)\s?(\d{{1,2}})?{_DASH}"), Signal.UPDATE, True),
    (
        re.compile(rf"(?:CORRECT(?:ED|ION|S)?|Correct(?:ed|ion|s)|CLARIFICATION|Clarification)(?:\s?\([^()]{{1,40}}\))?{_DASH}"),
        Signal.CORRECTION,
        False,
    ),
    (re.compile(rf"(?:RPT|REPEAT|REFILE|RESEND|Repeat|Refile)\s?\d{{0,2}}{_DASH}"), None, False),
    (
        re.compile(rf"(?:MANDATORY\s|STORY\s)?(?:KILL(?:ED)?|WITHDRAW(?:N|AL)|RETRACT(?:ED|ION))(?:\sNOTICE)?(?:{_DASH}|\Z)"),
        Signal.KILL,
        False,
    ),
    (re.compile(rf"(?:Withdrawn|Retraction|Retracted|Kill notice|Mandatory kill)(?:{_DASH}|\Z)"), Signal.KILL, False),
    (re.compile(r"(?:MANDATORY\s)?KILL\s(?=\S{1,60}[-/]\S)"), Signal.KILL, False),
    (re.compile(rf"\({_NTH}?\s?(?:LEAD|LD|Lead|Ld)\)\s?"), Signal.UPDATE, True),
    (
        re.compile(
            rf"\({_NTH}?\s?(?:lead|ld|update|writethru|wrapup|zusammenfassung|neu)(?:[\s,:–—-][^()\n]{{0,80}})?\)\s?", re.IGNORECASE
        ),
        Signal.UPDATE,
        True,
    ),
    (
        re.compile(
            r"\((?:correct(?:ed|ion|s)|clarif(?:ies|ication)|berichtigung|berichtigt|korrektur)(?:[\s,:–—-][^()\n]{0,80})?\)\s?",
            re.IGNORECASE,
        ),
        Signal.CORRECTION,
        False,
    ),
    (re.compile(r"\(EMBARGOED\)\s?|EMBARGOED\s?[-:]\s?"), None, False),
    *((_abroad(signal), signal, False) for signal in (Signal.CORRECTION, Signal.KILL, Signal.UPDATE)),
)
_URGENCY = re.compile(
    r"[*=#\s]{0,6}(FLASH|BULLETIN|URGENT|ALERT|SNAP|BREAKING(?: NEWS)?|Flash|Bulletin|Urgent|Breaking(?: News| news)?)"
    r"[*=#]{0,3}(?:\s?:\s?|\s?[–—]\s?|\s-{1,2}\s|--\s?|\s?!{1,3}\s|\s{2,})|\((URGENT|FLASH|BULLETIN)\)\s?"
)
_SUFFIXES: tuple[tuple[re.Pattern[str], Signal | None, bool], ...] = (
    (
        re.compile(rf"[\s,(=/-]{{1,3}}{_NTH}[\s-](?:lead|ld|update|add|take|writethru)(?:-?\s?writethru)?\)?\Z", re.IGNORECASE),
        Signal.UPDATE,
        True,
    ),
    (re.compile(r"[\s,(=/-]{1,3}(?:take|update|add|lead|ld)\s?(\d{1,2})\)?\Z", re.IGNORECASE), Signal.UPDATE, True),
    (re.compile(r"\s?\((?:UPDATED?|LEAD|WRAPUP)\s?(\d{1,2})?\)\Z"), Signal.UPDATE, True),
    (re.compile(r"\s?\((?:CORRECTED|CORRECTION|corrected)\)\Z"), Signal.CORRECTION, False),
    (re.compile(r"\s?[,(-]\s?(?:MANDATORY )?KILL(?:ED)?\)?\Z|,\s?(?:mandatory )?kill\Z"), Signal.KILL, False),
    (re.compile(r"\s?\((?:RPT|REPEAT)\)\Z"), None, False),
)
_EDITORS_KILL = re.compile(
    r"\W{0,8}(?:ATTENTION[\s,:]{1,3})?EDITORS?\b[^\n]{0,160}?\b(?:KILL|WITHDRAW|WITHDRAWN|RETRACT|RETRACTED|DISREGARD)\b", re.IGNORECASE
)
_MARKS = (
    "update wrapup correct clarif rpt repeat refile resend kill withdraw retract lead ld embargo zusammenfassung neu bericht korrektur"
    " flash bulletin urgent alert snap breaking add take writethru"
)
_ANY_MARK = re.compile("|".join([*_MARKS.split(), *(mark for marks in _foreign().values() for mark in marks)]))
"""Most headlines have none of these in any word, and need no look at the tables."""
_RANK = {Signal.NEW: 0, Signal.UPDATE: 1, Signal.CORRECTION: 2, Signal.EMBARGOED: 3, Signal.KILL: 4}
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Marks:
    """What the conventions say. `number` is the update's or lead's, 0 when none; `stem` the text without its marks."""

    stem: str
    signal: Signal = Signal.NEW
    number: int = 0
    priority: int | None = None


def read_marks(text: str) -> Marks:
    """Strip marks from both ends until none is left; at most twelve of them."""
    marks = Marks(text.strip()[:400])
    if not marks.stem or not _ANY_MARK.search(marks.stem.casefold()):
        return marks
    for _ in range(12):
        stripped = _strip_urgency(_strip(_strip(marks, _PREFIXES, False), _SUFFIXES, True))
        if stripped.stem == marks.stem:
            break
        marks = stripped
    return marks


def _strip(marks: Marks, table: tuple[tuple[re.Pattern[str], Signal | None, bool], ...], at_end: bool) -> Marks:
    for pattern, signal, numbered in table:
        # A mark stands in the last sixty characters; searching only there keeps the scan linear.
        start = max(0, len(marks.stem) - 60) if at_end else 0
        match = pattern.search(marks.stem, start) if at_end else pattern.match(marks.stem)
        if match:
            rest = marks.stem[: match.start()] if at_end else marks.stem[match.end() :]
            number = _number(match) if numbered else 0
            return replace(marks, stem=rest.strip(" ,"), signal=louder(marks.signal, signal), number=max(marks.number, number))
    return marks


def _strip_urgency(marks: Marks) -> Marks:
    match = _URGENCY.match(marks.stem)
    if match is None:
        return marks
    word = (match.group(1) or match.group(2)).lower()
    return replace(marks, stem=marks.stem[match.end() :].strip(), priority=marks.priority or WORDS[word])


def _number(match: re.Match[str]) -> int:
    for group in match.groups():
        if group:
            return _ORDINALS.get(group.lower(), 0) or int(group)
    return 1


def louder(one: Signal, other: Signal | None) -> Signal:
    """The signal that decides: kill over embargo over correction over update over new."""
    return one if other is None or _RANK[one] >= _RANK[other] else other


def kills(editor_note: str) -> bool:
    """Whether a note to editors asks that the story be killed."""
    return bool(_EDITORS_KILL.match(editor_note[:240]))


def stem_words(text: str) -> tuple[str, ...]:
    """The words of a stem, case-folded: what the versions of one story share."""
    return tuple(word.casefold() for word in _WORD.findall(text))

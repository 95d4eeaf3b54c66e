"""Datelines as wires write them, found at the start of a body: place, date and the agency in brackets.

Read by hand rather than by one large pattern: find where the dateline would end, then ask of each piece what it is.
Shapes seen: "KABUL, Afghanistan (AP) -", "BAKU/YEREVAN, Sept 27 (Reuters) -", "   SAN SALVADOR, 3 JAN 90 (ACAN-EFE) -- [TEXT]",
"MOSCOW, September 27. /TASS/.", "YEREVAN, SEPTEMBER 27, ARMENPRESS.", "Stepanakert (dpa) -", "(ANSA) - ROMA, 27 SET -".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from streams.domain.report import Dateline
from streams.domain.values import Span
from streams.formats.times import DAY_END, MONTH, read_date

_REACH = 200
_END = re.compile(r"\s--+\s?|--+\s|\s[-–—]\s|\)\.?\s?(?:--+|[-–—:])\s?|\s?[—–]\s|\)\.-\s?|\.\s/[A-Za-z -]{2,30}/\.?\s|\.-\s")
_DASHES = frozenset("-–—)/")
"""Every end of a dateline that is looked for has one of these."""
_AGENCY = re.compile(r"[(/]([^()/]{2,60})[)/]\.?\s*\Z")
_MONTH_WORD = re.compile(rf"\b{MONTH}", re.IGNORECASE)
_DATE_PIECE = re.compile(
    rf"(?:\b\d{{1,2}}{DAY_END}[\s-])?\b{MONTH}\.?"
    r"(?:\s\d{1,2}(?:st|nd|rd|th)?\b)?(?:,?\s\d{2,4}\b)?|\bNO DATE\b",
    re.IGNORECASE,
)
_CLOSED = re.compile(r"\A[^\n]{2,90}?[.,]\s(?P<agency>[A-Z][A-Z-]{2,20})\.\s")
_BRACKETS = re.compile(r"\s{0,3}\[([^\[\]]{1,120})\]")
_FBIS_WORDS = "TEXT REPORT EXCERPT EXCERPTS ARTICLE COMMUNIQUE SPEECH EDITORIAL INTERVIEW COMMENTARY CONTINUED SUMMARY STATEMENT"
_FBIS_KINDS = frozenset(_FBIS_WORDS.split())
_SPOKEN = frozenset(["SPEECH", "INTERVIEW", "COMMENTARY", "EDITORIAL"])
"""Kinds whose next bracket names who speaks, not who carries it."""
_NO_PLACE_WORDS = (
    "FLASH URGENT BULLETIN BREAKING ALERT SNAP UPDATE UPDATED LEAD CORRECTED CORRECTION KILL RPT REPEAT ADVISORY EDITORS NOTE EIL"
)
_NOT_PLACES = frozenset(_NO_PLACE_WORDS.split())
_SMALL_WORDS = "de la las los el du des le les of the and in on am an der den di da do dos al ad e y et und"
_SMALL = frozenset(_SMALL_WORDS.split())
_PLACE_LIMIT = 8


@dataclass(frozen=True, slots=True)
class Opening:
    """How a body opens: the dateline, and the agency it names, empty when none."""

    dateline: Dateline
    agency: str


def read_dateline(body: str, near: datetime) -> Opening | None:
    """The dateline that opens a body, its span without leading space; None when the body opens with a sentence."""
    start = len(body) - len(body.lstrip())
    text = body[start : start + _REACH].split("\n\n", 1)[0]
    return _dashed(text, body, start, near) or _closed(text, start, near)


def _dashed(text: str, body: str, start: int, near: datetime) -> Opening | None:
    if not _DASHES.intersection(text):
        return None
    for end in _END.finditer(text):
        if end.start() < 2 and text[0] != "(":
            continue
        head = text[: end.end()].rstrip().rstrip("-–—: ").rstrip()
        found = _read(head.rstrip("."), near, strict="--" not in end.group(0))
        if found:
            agency = found[2] or _bracketed_agency(body, start + end.end())
            return Opening(Dateline(found[0], found[1], Span(start, start + len(text[: end.end()].rstrip()))), agency)
    return None


def _closed(text: str, start: int, near: datetime) -> Opening | None:
    match = _CLOSED.match(text)
    if match is None:
        return None
    found = _read(text[: match.start("agency")].rstrip(" .,"), near, strict=True)
    if found is None or found[1] is None:
        return None
    return Opening(Dateline(found[0], found[1], Span(start, start + match.end("agency") + 1)), match.group("agency"))


def _read(head: str, near: datetime, strict: bool) -> tuple[str, datetime | None, str] | None:
    head = " ".join(head.split())
    if len(head) > 140:
        return None
    agency_match = _AGENCY.search(head)
    agency = agency_match.group(1).strip() if agency_match else ""
    if agency and not agency[0].isupper() and (len(agency) > 5 or not agency.isalpha()):
        return None
    rest = head[: agency_match.start()] if agency_match else head
    date_match = _last_date(rest)
    dated = bool(date_match) and not rest[date_match.end() :].strip(" ,.") if date_match else False
    place = (rest[: date_match.start()] if date_match and dated else rest).strip(" ,.")
    if date_match and dated is False and _MONTH_WORD.search(rest):
        return None
    if not _is_place(place, bool(agency), dated, strict) and not (not place and agency):
        place = _country_agency(head, agency)
        if not place:
            return None
        agency = ""
    date = read_date(date_match.group(0), near, past=True) if date_match and dated else None
    return (place, date, agency) if place or date or agency else None


def _last_date(text: str) -> re.Match[str] | None:
    return next(iter(list(_DATE_PIECE.finditer(text))[-1:]), None)


def _country_agency(head: str, bracket: str) -> str:
    """ "SAN JOSE (COSTA RICA) --": what stands in brackets is a country when nothing else names an agency and all is upper case."""
    return head if bracket and head.isupper() and _is_place(head, False, False, True) else ""


def _is_place(text: str, has_agency: bool, dated: bool, strict: bool) -> bool:
    words = [word for word in re.split(r"[\s/,()]+", text) if word]
    if words and words[0].rstrip(":").upper() in _NOT_PLACES:
        return False
    if not words or len(words) > _PLACE_LIMIT or len(text) > 80 or not text[0].isalpha():
        return False
    if any(char in text for char in '"“”;:!?[]') or not text[0].isupper():
        return False
    capital = words[0].isupper() and len(words[0]) > 1
    if has_agency or dated:
        return all(word[0].isupper() or word.lower() in _SMALL or not word[0].isalpha() for word in words)
    return capital and len(words) <= 4 and text.isupper() if strict else capital and text.isupper()


def _bracketed_agency(body: str, position: int) -> str:
    """FBIS: "-- [REPORT] [ARMED FORCES PRESS COMMITTEE, COPREFA] [TEXT]": the bracket that is not a kind of text names the source."""
    named = ""
    for _ in range(5):
        match = _BRACKETS.match(body, position)
        if match is None:
            return ""
        words = " ".join(match.group(1).split())
        if words in _SPOKEN:
            return ""
        if words.split(" ")[0].rstrip(",") not in _FBIS_KINDS:
            named = named or words
        elif words == "TEXT":
            return named
        position = match.end()
    return ""

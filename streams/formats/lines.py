"""Bylines and credit lines: where they stand in copy, and the bare name in them."""

from __future__ import annotations

import re

_BYLINE = re.compile(r"(?:By|BY|by|Von|Par|Por)\s{1,3}([^\n.;:!?]{3,80})\Z")
_BRACKET_CREDIT = re.compile(r"\((?:c|C|copyright)\)\s?(?:\d{4}\s)?|©\s?(?:\d{4}\s)?|Copyright\s(?:\d{4}\s)?", re.IGNORECASE)
_SOURCE = re.compile(r"(?:Source|SOURCE|Credit|CREDIT|Quelle|Fuente)\s?:\s{0,3}([^\n]{2,80})\Z")
_TRAILING = re.compile(r"(?:--|—|–|-)\s{0,2}([A-Z][\w .&/'-]{1,39})\Z")
_PLAIN_BRACKET = re.compile(r"\(([A-Z][\w .&/'-]{1,39})\)\Z")
_END = re.compile(r"\(?\s?(?:END|ENDS|ENDALL|END ALL|ENDITEM|MORE|-0-|30|###|xxx)\s?\)?\Z", re.IGNORECASE)


def read_byline(line: str) -> str:
    """ "By Jane Doe" -> "Jane Doe", else ""."""
    match = _BYLINE.match(" ".join(line.split()))
    if match is None:
        return ""
    words = match.group(1).split()
    return " ".join(words) if len(words) <= 12 and words[0][0].isupper() else ""


def strip_byline(text: str) -> str:
    """A byline field without its "By"."""
    return read_byline(text) or " ".join(text.split())


def read_credit(line: str) -> str:
    """The agency of a line that is nothing but a credit ("-- AGENCY", "(c) AGENCY 2020", "Source: AGENCY"), else ""."""
    line = " ".join(line.split())
    if not 2 < len(line) <= 100:
        return ""
    if match := _SOURCE.match(line):
        return strip_credit(match.group(1))
    if match := _BRACKET_CREDIT.match(line):
        return strip_credit(line[match.end() :])
    match = _TRAILING.match(line) or _PLAIN_BRACKET.match(line)
    return strip_credit(match.group(1)) if match and not is_end_mark(line) else ""


def strip_credit(text: str) -> str:
    """A credit field as the bare name: no copyright sign, year, brackets or "All rights reserved"."""
    text = _BRACKET_CREDIT.sub("", " ".join(text.split()), count=2).strip(" ()/.,-–—")
    text = re.split(r"[.,;]?\s(?:All rights|Alle Rechte|Tous droits|\d{4}\b)", text, maxsplit=1)[0]
    return re.sub(r"\A\d{4}\s", "", text).strip(" ()/.,-–—")


def closing_credit(body: str) -> str:
    """The credit in the last two lines of a body, else ""; signing-off marks ("ENDS", "-0-") are looked past."""
    tail = [line for line in body[-400:].split("\n") if line.strip()]
    for line in [line for line in reversed(tail[1:]) if not is_end_mark(line)][:2]:
        if credit := read_credit(line):
            return credit
    return ""


def is_end_mark(line: str) -> bool:
    """Whether a line only says that the copy ends."""
    return bool(_END.match(line.strip(" -*=")))

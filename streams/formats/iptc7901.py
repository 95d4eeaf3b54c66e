"""IPTC 7901 (text transmission format of European agencies): SOH heading STX text ETX date EOT."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from functools import reduce

from streams.domain.errors import RefusedInput
from streams.domain.report import Part
from streams.formats.charset import decode
from streams.formats.conventions import louder, read_marks
from streams.formats.draft import Draft
from streams.formats.payload import Payload
from streams.formats.plain import read_copy
from streams.formats.priority import urgency_words
from streams.formats.refusal import empty, malformed
from streams.formats.teletype import SOH, STX, copy_draft, framed, keyword_line, with_slug
from streams.formats.text import clean_line, clean_text, has_words, reflow
from streams.formats.times import Stamp, read_wire_time

_ORIGIN = r"\s{0,4}([A-Za-z]{2,5})[ ]?(\d{1,5})\s{1,3}(\d)\s{1,3}([A-Za-z]{1,5})"
_HEADING = re.compile(_ORIGIN + r"(?:\s{1,3}(\d{1,5}))?(?:\s{1,3}(.{0,120}))?\s{0,4}\Z", re.DOTALL)
_DATE_GROUP = re.compile(r"(?<!\d)(\d{2})(\d{2})(\d{2})\s?(?:([A-Z]{1,4})\s)?\s?([A-Za-z]{3})\.?\s?(\d{2,4})(?!\d)")
_PATH = r"[^\n=/]{1,70}(?:/[^\n=/]{0,70}){1,6}=?\s{0,3}\Z"
_HYPHENED = r"[A-Za-z0-9]{2,30}(?:-[A-Za-z0-9]{1,30}){1,5}(?:\s?[-,(]\s?[A-Za-z0-9 ]{2,30}\)?)?=?\s{0,3}\Z"
_CATCH_LINE = re.compile(f"{_PATH}|{_HYPHENED}")


def sniff(payload: Payload) -> bool:
    """SOH and STX near the start, and a heading of source, number, priority and category."""
    if SOH not in payload.data[:64] or STX not in payload.data[:1024]:
        return False
    frame = framed(payload.data)
    return frame is not None and _HEADING.match(frame[0].decode("latin-1")) is not None


def parse(payload: Payload) -> list[Draft | RefusedInput]:
    """One report. Raises RefusedInput: MALFORMED when the frame is broken, EMPTY."""
    frame = framed(payload.data)
    heading = _HEADING.match(frame[0].decode("latin-1")) if frame else None
    if frame is None or heading is None:
        raise malformed("IPTC 7901", "no heading between SOH and STX")
    decoded = decode(frame[1], payload.charset)
    if not has_words(decoded.text):
        raise empty("an IPTC 7901 message without text")
    slug, text = _split(clean_text(decoded.text))
    draft = _copy(text, payload)
    stamp = date_group(frame[2].decode("latin-1"), payload.received_at)
    parts = (Part("priority", "heading"), *((Part("slug", "catch line"),) if slug else ()), *draft.parts)
    draft = replace(
        with_slug(draft, slug or draft.slug, f"{_told_apart(slug, draft)} {stamp.at.date().isoformat() if stamp else ''}"),
        priority=urgency_words(heading.group(3)) + draft.priority,
        keywords=(*draft.keywords, heading.group(4).lower(), *re.split(r"[/,]", slug.rstrip("="))),
        credit=draft.credit or heading.group(1).upper(),
        stated_at=draft.stated_at or (stamp.at if stamp else None),
        notes=(*decoded.notes, *draft.notes),
        parts=(*parts, *((Part("published_at", "post-text information"),) if stamp else ())),
    )
    return [draft]


def _told_apart(slug: str, draft: Draft) -> str:
    """A path ("Politik/Wahlen/Norland/") is a subject that many stories share: the headline's stem tells them apart."""
    return read_marks(draft.headline).stem if "/" in slug else ""


def _split(text: str) -> tuple[str, str]:
    """(catch line, the rest): the first line is the catch line when it is a slug."""
    first, _, rest = text.lstrip("\n").partition("\n")
    if _CATCH_LINE.match(first) and rest.strip():
        return clean_line(keyword_line(first.rstrip("= "))), rest
    return "", text


def _copy(text: str, payload: Payload) -> Draft:
    """A headline ends with "=" in this format, possibly lines later; notes in brackets ("(2nd lead - adds toll)") stand before it."""
    noted, text = _notes(text.rstrip("= \n") if "=\n" not in text else text)
    head, mark, body = text.partition("=\n")
    if mark and len(head) <= 300 and "\n\n" not in head.strip("\n"):
        draft = copy_draft(reflow(body), payload) if body.strip() else read_copy(head, payload)
        own = bool(draft.headline) and bool(body.strip()) and draft.headline != draft.body
        draft = replace(draft, headline=clean_line(head), body=f"{draft.headline}\n\n{draft.body}" if own else draft.body)
    else:
        draft = copy_draft(text, payload)
    signal = reduce(louder, (read_marks(note).signal for note in noted), draft.signal)
    return replace(draft, signal=signal, notice=" ".join((draft.notice, *noted)).strip())


def _notes(text: str) -> tuple[list[str], str]:
    """(notes, the rest): lines wholly in brackets at the start."""
    lines = text.lstrip("\n").split("\n")
    found: list[str] = []
    while len(lines) > 1 and lines[0].strip().startswith("(") and lines[0].strip().endswith(")"):
        found.append(lines.pop(0).strip())
    return found, "\n".join(lines)


def date_group(text: str, near: datetime) -> Stamp | None:
    """The "271015 SEP 20" or "271015 GMT Sep 20" of the post-text information: day, hour, minute, month, year."""
    match = _DATE_GROUP.search(text[:200])
    if match is None:
        return None
    day, hour, minute, zone, month, year = match.groups()
    # Agencies that give no zone send UTC: the format's own rule.
    return read_wire_time(f"{hour}:{minute} {zone or 'GMT'}, {day} {month} {year if len(year) == 4 else '20' + year}", near)

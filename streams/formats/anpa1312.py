"""ANPA 1312 (the wire format of North American agencies): SYN SYN SOH heading, keyword line, STX text ETX transmission date EOT."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from streams.domain.errors import RefusedInput
from streams.domain.report import Part
from streams.formats.charset import decode
from streams.formats.draft import Draft
from streams.formats.lines import strip_byline
from streams.formats.payload import Payload
from streams.formats.priority import urgency_words
from streams.formats.refusal import empty, malformed
from streams.formats.teletype import SOH, STX, copy_draft, framed, keyword_line, with_slug
from streams.formats.text import clean_line, has_words, reflow
from streams.formats.times import Stamp, read_wire_time

_FIRST = re.compile(r"\s{0,4}([a-z]?)\s?(\d{3,4})\s{0,2}\x1f?\s?([a-z0-9-]{0,40})", re.IGNORECASE)
_SECOND = re.compile(r"\s{0,4}([a-z])\s([a-z])(?:[\x11-\x15]|\s){1,3}(.{2,200})\Z", re.IGNORECASE | re.DOTALL)
_FILED = re.compile(r"\s(\d{1,2})-(\d{1,2})(?:\s(\d{1,5}))?\s{0,3}\Z")
_SENT = re.compile(r"(\d{1,2})-(\d{1,2})-(\d{2,4})\s(\d{2})(\d{2})\s?([A-Z]{3,4})")


def sniff(payload: Payload) -> bool:
    """SOH and STX near the start and a story number or a priority line between."""
    if SOH not in payload.data[:64] or STX not in payload.data[:1024]:
        return False
    frame = framed(payload.data)
    return frame is not None and (b"\x16" in payload.data[:8] or _SECOND.match(_lines(frame[0])[-1]) is not None)


def _lines(heading: bytes) -> list[str]:
    return [line for line in re.split(r"[\r\n]{1,4}", heading.decode("latin-1")) if line.strip()] or [""]


def parse(payload: Payload) -> list[Draft | RefusedInput]:
    """One report. Raises RefusedInput: MALFORMED when the frame or its heading is broken, EMPTY."""
    frame = framed(payload.data)
    if frame is None:
        raise malformed("ANPA 1312", "no SOH and STX")
    heading = _lines(frame[0])
    first, second = _FIRST.match(heading[0]), _SECOND.match(heading[-1])
    if first is None or second is None:
        raise malformed("ANPA 1312", "no service level, story number, priority and keyword in the heading")
    decoded = decode(frame[1], payload.charset)
    if not has_words(decoded.text):
        raise empty("an ANPA 1312 message without text")
    keyword, day = _keyword(second.group(3))
    draft = _copy(decoded.text, payload)
    stamp = _sent(frame[2].decode("latin-1"), payload.received_at)
    slug = clean_line(keyword_line(keyword))
    return [
        replace(
            with_slug(draft, slug, day),
            priority=urgency_words(second.group(1)) + draft.priority,
            keywords=(*draft.keywords, second.group(2).lower(), *(first.group(3).strip("-").split("-"))),
            stated_at=draft.stated_at or (stamp.at if stamp else None),
            notes=(*decoded.notes, *draft.notes),
            parts=(
                Part("priority", "heading"),
                Part("slug", "keyword line"),
                *draft.parts,
                *((Part("published_at", "ending"),) if stamp else ()),
            ),
        )
    ]


def _keyword(rest: str) -> tuple[str, str]:
    """(keyword and version reference, "9-27"): the line ends with the day it was filed and its word count."""
    rest = clean_line(rest)
    match = _FILED.search(rest)
    return (rest[: match.start()], f"{match.group(1)}-{match.group(2)}") if match else (rest, "")


def _copy(text: str, payload: Payload) -> Draft:
    """Marks of this wire: "^headline<", "^By NAME=", "^DATELINE (AP) _ text"; "<" and "=" end lines, "_" is a dash."""
    headline, byline = "", ""
    lines: list[str] = []
    for raw in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        marked = raw.lstrip().startswith("^")
        line = raw.lstrip().lstrip("^") if marked else raw
        if (
            marked
            and line.rstrip().endswith("<")
            and not line.rstrip("< ").endswith(":")
            and not headline
            and not any(kept.strip() for kept in lines)
        ):
            headline = clean_line(line.rstrip("< \t"))
        elif marked and line.rstrip().endswith("=") and not any(kept.strip() for kept in lines):
            byline = byline or strip_byline(line.rstrip("= \t"))
        else:
            lines.append(("   " if marked else "") + line.rstrip("<= \t").replace(" _ ", " — "))
    draft = copy_draft(reflow("\n".join(lines)) or headline, payload)
    extra = (
        f"{draft.headline}\n\n{draft.body}"
        if headline and draft.headline and draft.headline != headline and draft.body != draft.headline
        else draft.body
    )
    return replace(draft, headline=headline or draft.headline, body=extra, byline=byline or draft.byline)


def _sent(ending: str, near: datetime) -> Stamp | None:
    match = _SENT.search(ending[:200])
    if match:
        month, day, year, hour, minute, zone = match.groups()
        return read_wire_time(f"{year if len(year) == 4 else '20' + year}-{int(month):02}-{int(day):02}T{hour}:{minute}:00 {zone}", near)
    return None

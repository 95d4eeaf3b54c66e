"""What the two teleprinter formats, IPTC 7901 and ANPA 1312, share: control characters, slug lines and the draft made of them."""

from __future__ import annotations

import re
from dataclasses import replace

from streams.formats.conventions import read_marks
from streams.formats.draft import Draft
from streams.formats.lines import is_end_mark
from streams.formats.payload import Payload
from streams.formats.plain import read_copy

SOH, STX, ETX, EOT = b"\x01", b"\x02", b"\x03", b"\x04"
_CYCLE = re.compile(r"\A\^?(?:AM|PM|BC|AP|BI|AMS|PMS)[- _]", re.IGNORECASE)
_COUNT = re.compile(r"[,\s]{1,2}\d{2,5}\Z")


def framed(data: bytes) -> tuple[bytes, bytes, bytes] | None:
    """(heading, text, ending) of one SOH … STX … ETX … EOT message, None when it is not framed so. A missing ETX ends with the data."""
    start = data.find(SOH, 0, 64)
    text = data.find(STX, start + 1, start + 1024)
    if start < 0 or text < 0:
        return None
    end = data.find(ETX, text)
    end = len(data) if end < 0 else end
    stop = data.find(EOT, end)
    return data[start + 1 : text], data[text + 1 : end], data[end + 1 : stop if stop >= 0 else len(data)]


def keyword_line(line: str) -> str:
    """A keyword line without its cycle ("BC-") and its word count: the slug."""
    return _COUNT.sub("", _CYCLE.sub("", line.strip()))


def story_of(slug: str) -> str:
    """What a slug's takes and leads share."""
    return read_marks(slug).stem


def copy_draft(text: str, payload: Payload) -> Draft:
    """The copy inside a message as plain wire text, its closing mark gone."""
    lines = text.rstrip().split("\n")
    while len(lines) > 1 and (is_end_mark(lines[-1]) or not lines[-1].strip()):
        lines.pop()
    return read_copy("\n".join(lines), payload)


def with_slug(draft: Draft, slug: str, day: str) -> Draft:
    """The draft under a slug that names its story on that day: in these formats it is the only thing that all takes carry."""
    return replace(draft, slug=slug, story=f"{story_of(slug)} {day}") if slug else draft

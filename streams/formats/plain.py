"""Plain wire text: header lines (priority, slug, headline, "Key: value", byline, embargo) where there are any, then the body as it is."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from streams.domain.errors import RefusedInput
from streams.domain.report import Part, Signal
from streams.formats.conventions import read_marks
from streams.formats.dateline import read_dateline
from streams.formats.draft import Draft
from streams.formats.fields import read_signal, version_number
from streams.formats.lines import read_byline, read_credit, strip_byline, strip_credit
from streams.formats.payload import Payload
from streams.formats.priority import urgency_words
from streams.formats.refusal import empty, not_a_report
from streams.formats.text import clean_line, clean_text, has_words
from streams.formats.times import ZONE_ASSUMED, read_wire_time

_UNTYPED = frozenset({"application/octet-stream", "application/x-www-form-urlencoded", "application/gzip", "application/zip"})
_HEADER_LINES = 16
_HEADLINE_LENGTH = 180
_KEYED = re.compile(r"\s{0,3}([A-Za-z][A-Za-z _-]{1,18}?)\s?:\s{1,4}(\S[^\n]{0,300})\Z")
_PRIORITY_LINE = re.compile(r"\W{0,5}(FLASH|BULLETIN|URGENT|ROUTINE|ALERT|SNAP|BREAKING|RUSH|DEFERRED|EILMELDUNG|EIL)\W{0,5}\Z")
_SLUG_LINE = re.compile(
    r"(?:(?:BC|AM|PM|AP|[bu])-)?[A-Za-z0-9]{2,30}(?:(?:--|[-/])[A-Za-z0-9']{1,30}){1,5}(?:[\s,/-]{1,2}\(?[A-Za-z0-9()' -]{1,40})?\Z"
)
_KILL_LINE = re.compile(r"\W{0,4}(?:MANDATORY |STORY )?(?:KILL|WITHDRAWAL|RETRACTION)(?: NOTICE)?\W{0,4}\Z")
_EMBARGO_LINE = re.compile(r"\W{0,4}(?:STRICTLY )?EMBARGO(?:ED)?\b", re.IGNORECASE)
_NOTE_LINE = re.compile(r"\W{0,4}(?:ATTENTION\W{1,3})?(?:EDITORS?|ADVISORY)\b", re.IGNORECASE)
_KEYS = {
    "slug": "slug",
    "slugline": "slug",
    "headline": "headline",
    "title": "headline",
    "subject": "headline",
    "hed": "headline",
    "priority": "priority",
    "urgency": "priority",
    "byline": "byline",
    "author": "byline",
    "credit": "credit",
    "agency": "credit",
    "date": "time",
    "published": "time",
    "time": "time",
    "sent": "time",
    "filed": "time",
    "id": "id",
    "item": "id",
    "item id": "id",
    "language": "language",
    "lang": "language",
    "keywords": "keywords",
    "version": "version",
    "signal": "signal",
    "status": "signal",
    "embargo": "embargo",
    "embargoed until": "embargo",
    "embargo until": "embargo",
    "ednote": "note",
    "note": "note",
    "dateline": "place",
}


def sniff(payload: Payload) -> bool:
    """Any text that no other format claims; declared as text or not declared."""
    marked_up = payload.head.startswith(("<?xml", "<!")) or payload.root_name
    return not marked_up and (not payload.media_type or payload.media_type.startswith("text/") or payload.media_type in _UNTYPED)


def parse(payload: Payload) -> list[Draft | RefusedInput]:
    """One report."""
    decoded = payload.decoded
    draft = read_copy(clean_text(decoded.text), payload)
    return [replace(draft, notes=(*decoded.notes, *draft.notes))]


def read_copy(text: str, payload: Payload) -> Draft:
    """A draft of clean wire text. Raises RefusedInput when it has no words."""
    if not text.strip():
        raise empty("no text")
    if not has_words(text):
        raise not_a_report("a text without a single letter")
    return _Header(text, payload).read()


@dataclass(slots=True)
class _Cursor:
    """The lines of the copy and how far the header reaches."""

    lines: list[str]
    at: int = 0

    @property
    def line(self) -> str:
        return self.lines[self.at] if self.at < len(self.lines) else ""

    def rest(self) -> str:
        return "\n".join(self.lines[self.at :])


class _Header:
    """Reads header lines one by one until a line is none."""

    def __init__(self, text: str, payload: Payload) -> None:
        self.cursor = _Cursor(text.split("\n"))
        self.near = payload.received_at
        self.draft = Draft()
        self.parts: list[Part] = []

    def read(self) -> Draft:
        while self.cursor.at < min(_HEADER_LINES, len(self.cursor.lines)):
            if self.cursor.line.strip() and not self._take(self.cursor.line):
                break
            self.cursor.at += 1
        body = self.cursor.rest().strip("\n")
        if "\n" not in body and not self.draft.headline and len(body) <= _HEADLINE_LENGTH and not body.endswith("."):
            self._set("headline", replace(self.draft, headline=clean_line(body)))
        self._part("body", self.cursor.at)
        return replace(self.draft, body=body, parts=tuple(self.parts))

    def _take(self, line: str) -> bool:
        if read_dateline(self.cursor.rest()[:400], self.near):
            return False
        return any(step(line) for step in (self._keyed, self._mark, self._embargo, self._slug, self._byline, self._headline))

    def _part(self, name: str, at: int) -> None:
        self.parts.append(Part(name, f"line {at + 1}"))

    def _set(self, name: str, draft: Draft) -> bool:
        self.draft = draft
        self._part(name, self.cursor.at)
        return True

    def _keyed(self, line: str) -> bool:
        match = _KEYED.match(line)
        name = _KEYS.get(match.group(1).lower().strip()) if match else None
        if match is None or name is None:
            return False
        return self._set(name, keyed(self.draft, name, clean_line(match.group(2)), self))

    def _mark(self, line: str) -> bool:
        if match := _PRIORITY_LINE.match(line):
            return self._set("priority", replace(self.draft, priority=urgency_words(match.group(1))))
        if _KILL_LINE.match(line):
            return self._set("signal", replace(self.draft, signal=Signal.KILL))
        if _NOTE_LINE.match(line) and len(line) < 200 and self._more() and self._blank_after():
            return self._set("notice", replace(self.draft, notice=clean_line(line)))
        return False

    def _embargo(self, line: str) -> bool:
        return bool(_EMBARGO_LINE.match(line)) and len(line) < 140 and self._set("embargo_until", embargoed(self.draft, line, self))

    def _slug(self, line: str) -> bool:
        fits = not self.draft.slug and len(line) <= 70 and bool(_SLUG_LINE.match(line.strip()))
        return fits and not self.draft.headline and self._more() and self._set("slug", replace(self.draft, slug=clean_line(line)))

    def _byline(self, line: str) -> bool:
        name = read_byline(line)
        return bool(name) and self._more() and self._set("byline", replace(self.draft, byline=name))

    def _headline(self, line: str) -> bool:
        text = line.strip()
        if self.draft.headline or not has_words(text) or len(text) > _HEADLINE_LENGTH or line.startswith("  ") or not self._more():
            return self._credit(line)
        whole = text.endswith((".", ",", ";", ":")) and not text.endswith("...")
        if whole or not (self._blank_after() or self._stands_alone(text)):
            return self._credit(line)
        return self._set("headline", replace(self.draft, headline=clean_line(text)))

    def _credit(self, line: str) -> bool:
        credit = read_credit(line) if self._more() and not self.draft.credit else ""
        return bool(credit) and self._set("credit", replace(self.draft, credit=credit))

    def _more(self) -> bool:
        return any(line.strip() for line in self.cursor.lines[self.cursor.at + 1 :])

    def _blank_after(self) -> bool:
        following = self.cursor.lines[self.cursor.at + 1 : self.cursor.at + 2]
        return not following or not following[0].strip()

    def _stands_alone(self, text: str) -> bool:
        """A short line above a long one, above a dateline or a byline, is a headline; a wrapped line is as long as the next."""
        rest = "\n".join(self.cursor.lines[self.cursor.at + 1 : self.cursor.at + 6])
        following = self.cursor.lines[self.cursor.at + 1]
        marked = read_marks(text).stem != text
        long_next = len(text) <= 110 and len(following) > max(120, len(text) * 3 // 2)
        return long_next or marked or bool(read_byline(following)) or read_dateline(rest, self.near) is not None


def keyed(draft: Draft, name: str, value: str, header: _Header) -> Draft:
    """The draft with one "Key: value" header line taken in."""
    if name == "time":
        stamp = read_wire_time(value, header.near)
        notes = () if stamp and stamp.zoned else ((ZONE_ASSUMED,) if stamp else ("time-unreadable",))
        return replace(draft, stated_at=stamp.at if stamp else None, notes=(*draft.notes, *notes))
    if name == "embargo":
        return embargoed(draft, "embargo until " + value, header)
    if name == "keywords":
        return replace(draft, keywords=tuple(word.strip() for word in re.split(r"[,;]", value)))
    if name == "priority":
        return replace(draft, priority=urgency_words(value))
    if name == "version":
        return replace(draft, version=version_number(value))
    if name == "signal":
        return replace(draft, signal=read_signal(value) or draft.signal)
    return _text_key(draft, name, value)


def _text_key(draft: Draft, name: str, value: str) -> Draft:
    changed = {
        "slug": lambda: replace(draft, slug=value),
        "headline": lambda: replace(draft, headline=value),
        "byline": lambda: replace(draft, byline=strip_byline(value)),
        "credit": lambda: replace(draft, credit=strip_credit(value)),
        "id": lambda: replace(draft, provider_id=value),
        "language": lambda: replace(draft, language=value),
        "place": lambda: replace(draft, place=value),
        "note": lambda: replace(draft, notice=value),
    }
    return changed[name]()


def embargoed(draft: Draft, line: str, header: _Header) -> Draft:
    """The draft with the embargo of a line like "EMBARGOED UNTIL 0001 GMT 28 SEPT"; one without a readable time is noted."""
    after = re.sub(
        r"\A\W{0,4}(?:STRICTLY )?EMBARGO(?:ED)?\W{0,3}(?:UNTIL|TILL|TO|FOR RELEASE(?: AT| ON)?)?\s{0,3}", "", line, flags=re.IGNORECASE
    )
    stamp = read_wire_time(after, draft.stated_at or header.near)
    if stamp is None:
        return replace(draft, notes=(*draft.notes, "embargo-unreadable"))
    return replace(draft, embargo_until=stamp.at, notes=(*draft.notes, *(() if stamp.zoned else (ZONE_ASSUMED,))))

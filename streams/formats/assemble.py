"""Draft to report: the rules that hold for every wire alike (ids, signals, datelines, credits, times)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from streams.domain.ids import derive
from streams.domain.report import NORMAL_PRIORITY, Dateline, RawRecord, Report, Signal
from streams.domain.source import Source
from streams.formats.conventions import Marks, kills, louder, read_marks, stem_words
from streams.formats.dateline import Opening, read_dateline
from streams.formats.draft import Draft
from streams.formats.language import DETECTED, detect
from streams.formats.lines import closing_credit
from streams.formats.quirks import priority, settle, settled
from streams.formats.refusal import empty
from streams.formats.text import clean_line, clean_text
from streams.formats.times import read_wire_time

TIME_AHEAD = "time-in-future"
_CLOCK_SKEW = timedelta(hours=24)
"""A wire's clock and zone errors stay under a day; a stamp further ahead would drag event time with it."""

KILL_VERSION = 9_999
"""A kill without a version number must outrank every numbered version of its item. Lead numbers count only where no clock does."""

TELLING_WORDS = 5
"""A stem of fewer words ("ARMENIA-AZERBAIJAN", "Morning briefing") comes again with other news: its key includes the stated day."""

TELLING_SLUG = 3
"""A slug of fewer words ("ARMENIA-AZERBAIJAN") is shared by a day's many stories: the headline's words tell them apart."""

LEDE_LENGTH = 400
"""Characters of a first paragraph that stand for the story where it has neither slug nor headline."""

_EMBARGO = re.compile(
    r"\bembargo(?:ed)?\b[\s:]{1,3}(?:until|till|to|for release(?: at| on)?|not for release before)?[\s:]{0,3}([^\n;]{3,80})", re.IGNORECASE
)
_NOTICE_REACH = 600
_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,4}")


@dataclass(frozen=True, slots=True)
class _Identity:
    """A draft with its times settled and its texts clean, and the key that all versions of its item have."""

    draft: Draft
    headline: str
    body: str
    slug: str
    marks: Marks
    slug_marks: Marks
    key: str


def item_key(draft: Draft, raw: RawRecord, format_name: str, only: bool, source: Source) -> str:  # noqa: ARG001
    """The key of the report that `assemble` would make of the same arguments, for less. Raises what it raises."""
    return _identify(draft, raw, only, source).key


def _identify(draft: Draft, raw: RawRecord, only: bool, source: Source) -> _Identity:
    draft = settled(draft, source)
    body = clean_text(draft.body) or clean_line(draft.headline) or clean_line(draft.notice) or _named_kill(draft)
    if not body.strip():
        raise empty("no headline and no text", draft.provider_id)
    headline, slug = clean_line(draft.headline), clean_line(draft.slug)
    marks, slug_marks = read_marks(headline or body.split("\n", 1)[0]), read_marks(slug)
    return _Identity(draft, headline, body, slug, marks, slug_marks, _item_key(draft, raw, marks, slug_marks, body, only))


def assemble(draft: Draft, raw: RawRecord, format_name: str, only: bool, source: Source) -> Report:
    """The report of a draft. `only`: it is the record's only item, so the feeder's item id is its own. Raises RefusedInput(EMPTY)."""
    item = _identify(draft, raw, only, source)
    draft, headline, body, slug = item.draft, item.headline, item.body, item.slug
    marks, slug_marks = item.marks, item.slug_marks
    opening = read_dateline(body, draft.stated_at or raw.received_at)
    embargo = draft.embargo_until or settle(_embargo(draft.notice, draft.stated_at or raw.received_at), source)
    signal = _signal(draft, marks, slug_marks, body, embargo)
    version = draft.version or _unnumbered(draft, signal, max(marks.number, slug_marks.number))
    content = _content_hash(marks.stem, body, slug_marks.stem, signal, version, embargo)
    published, notes = _published(draft, raw.received_at)
    language, language_notes = _language(draft, source, headline, body)
    return Report(
        report_id=derive("rpt", item.key, content),
        item_key=item.key,
        source=raw.source,
        signal=louder(signal, Signal.EMBARGOED if embargo and embargo > raw.received_at else None),
        headline=headline,
        body=body,
        received_at=raw.received_at,
        published_at=published,
        version_at=min(draft.versioned_at or published, raw.received_at + _CLOCK_SKEW),
        content_hash=content,
        version=version,
        embargo_until=embargo,
        slug=slug,
        dateline=_dateline(draft, opening),
        byline=clean_line(draft.byline),
        credit=clean_line(draft.credit) or (opening.agency if opening else "") or closing_credit(body),
        language=language,
        priority=priority(draft, source) or marks.priority or slug_marks.priority or NORMAL_PRIORITY,
        keywords=_once(draft.keywords),
        medtops=_once(draft.medtops),
        format=format_name,
        parts=draft.parts,
        notes=_once((*draft.notes, *notes, *language_notes)),
    )


def _item_key(draft: Draft, raw: RawRecord, marks: Marks, slug_marks: Marks, body: str, only: bool) -> str:
    given = clean_line(draft.provider_id) or (clean_line(raw.item_id) if only else "")
    if given:
        return f"{raw.source}|{given}"
    if draft.story:
        return f"{raw.source}|{derive('item', ' '.join(stem_words(draft.story)))}"
    words = stem_words(slug_marks.stem)
    if len(words) < TELLING_SLUG:
        words += stem_words(marks.stem) if draft.headline else stem_words(body.split("\n\n")[0][:LEDE_LENGTH])
    day = draft.stated_at.date().isoformat() if draft.stated_at and len(words) < TELLING_WORDS else ""
    return f"{raw.source}|{derive('item', day, ' '.join(words))}"


def _unnumbered(draft: Draft, signal: Signal, marked: int) -> int:
    if signal is Signal.KILL:
        return KILL_VERSION
    return 0 if draft.stated_at or draft.versioned_at else marked


def _named_kill(draft: Draft) -> str:
    """A kill that only names the story: its slug is all the text there is."""
    return clean_line(draft.slug) if draft.signal is Signal.KILL or read_marks(draft.slug).signal is Signal.KILL else ""


def _signal(draft: Draft, marks: Marks, slug_marks: Marks, body: str, embargo: datetime | None) -> Signal:
    # "Embargoed" as a status holds for as long as the embargo does; where no time is stated, until a version without it.
    stated = Signal.NEW if draft.signal is Signal.EMBARGOED and embargo else draft.signal
    signal = louder(louder(stated, marks.signal), slug_marks.signal)
    if draft.version > 1:
        signal = louder(signal, Signal.UPDATE)
    return Signal.KILL if kills(draft.notice) or kills(body) else signal


def _content_hash(stem: str, body: str, slug_stem: str, signal: Signal, version: int, embargo: datetime | None) -> str:
    # No arrival or transmission times: a resend carries new ones. Repeat marks (RPT-) are gone from the stem for the same reason.
    return derive("cnt", stem, body, slug_stem, signal, str(version), embargo.isoformat() if embargo else "")


def _published(draft: Draft, received_at: datetime) -> tuple[datetime, tuple[str, ...]]:
    stated = draft.stated_at or draft.versioned_at
    if stated is None:
        return received_at, ()
    return (stated, ()) if stated <= received_at + _CLOCK_SKEW else (received_at, (TIME_AHEAD,))


def _dateline(draft: Draft, opening: Opening | None) -> Dateline | None:
    if draft.dateline:
        return draft.dateline
    if opening:
        found = opening.dateline
        return Dateline(found.place or clean_line(draft.place), found.date, found.span)
    return Dateline(clean_line(draft.place), None, None) if draft.place else None


def _embargo(notice: str, near: datetime) -> datetime | None:
    match = _EMBARGO.search(notice[:_NOTICE_REACH])
    stamp = read_wire_time(match.group(1), near) if match else None
    return stamp.at if stamp else None


def _language(draft: Draft, source: Source, headline: str, body: str) -> tuple[str, tuple[str, ...]]:
    """As tagged, else the source's own, else as detected, which a note says; "" where the copy is too short to tell."""
    tag = clean_line(draft.language).replace("_", "-")
    told = tag if _TAG.fullmatch(tag) else source.language
    found = "" if told else detect(body if body.startswith(headline) else f"{headline}\n{body}")
    return told or found, (DETECTED,) if found else ()


def _once(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in map(clean_line, values) if value))

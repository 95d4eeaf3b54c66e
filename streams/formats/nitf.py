"""NITF 3.x (iptc.org/std/NITF): a document of its own, and the body of NewsML items."""

from __future__ import annotations

from datetime import datetime

from lxml import etree

from streams.domain.errors import RefusedInput
from streams.domain.report import Dateline, Part, Signal
from streams.formats.codes import medtop
from streams.formats.draft import Draft
from streams.formats.fields import first_time, read_signal, timed, version_number
from streams.formats.lines import strip_byline, strip_credit
from streams.formats.markup import SKIPPED, paragraphs
from streams.formats.payload import Payload
from streams.formats.priority import urgency_words
from streams.formats.refusal import empty
from streams.formats.xml import XML_LANG, attribute, child, children, down, line, path_of

_NOT_COPY = SKIPPED | {"body.head", "note"}


def sniff(payload: Payload) -> bool:
    """The root element is nitf."""
    return payload.root_name == "nitf"


def parse(payload: Payload) -> list[Draft | RefusedInput]:
    """One report. Raises RefusedInput(EMPTY) for a document with neither headline nor text."""
    root, notes = payload.xml
    draft = read_nitf(root, notes)
    if not draft.headline and not draft.body and draft.signal is not Signal.KILL:
        raise empty("an NITF document without headline and text")
    return [draft]


def read_nitf(root: etree._Element, notes: tuple[str, ...] = ()) -> Draft:
    """A draft of an nitf element, possibly without text."""
    docdata, top = down(root, "head", "docdata"), down(root, "body", "body.head")
    headline = _headline(root, top)
    content = down(root, "body", "body.content")
    body = paragraphs(content, _NOT_COPY) if content is not None else ""
    issued, issued_notes = first_time(attribute(child(docdata, name), "norm") for name in ("date.issue", "date.release"))
    embargo, embargo_notes = _embargo(docdata)
    return Draft(
        headline=line(headline),
        body=body,
        provider_id=attribute(child(docdata, "doc-id"), "id-string"),
        version=version_number(attribute(child(docdata, "du-key"), "version") or attribute(child(docdata, "du-key"), "generation") or None),
        signal=_signal(docdata),
        stated_at=issued,
        embargo_until=embargo,
        slug=attribute(child(docdata, "du-key"), "key") or attribute(child(docdata, "fixture"), "fix-id"),
        place=_place(top),
        dateline=_dateline(top),
        byline=_byline(top),
        credit=_credit(root, docdata, top),
        language=attribute(root, XML_LANG, "lang"),
        priority=urgency_words(attribute(child(docdata, "urgency"), "ed-urg")),
        keywords=_keywords(docdata),
        medtops=_codes(root, docdata),
        notice=" ".join(attribute(note, "info", "msg-type") for note in children(docdata, "ed-msg")),
        parts=_parts(docdata, headline, content, top),
        notes=(*notes, *issued_notes, *embargo_notes),
    )


def _headline(root: etree._Element, top: etree._Element | None) -> etree._Element | None:
    for found in (down(top, "hedline", "hl1"), child(top, "hedline"), down(root, "head", "title")):
        if line(found):
            return found
    return None


def _signal(docdata: etree._Element | None) -> Signal:
    if child(docdata, "del-list") is not None:
        return Signal.KILL
    if child(docdata, "correction") is not None:
        return Signal.CORRECTION
    return read_signal(attribute(docdata, "management-status") or None) or Signal.NEW


def _embargo(docdata: etree._Element | None) -> tuple[datetime | None, tuple[str, ...]]:
    if attribute(docdata, "management-status") != "embargoed":
        return None, ()
    return timed(attribute(child(docdata, "date.release"), "norm"))


def _place(top: etree._Element | None) -> str:
    dateline = child(top, "dateline")
    return line(child(dateline, "location")) or (line(dateline) if child(dateline, "story.date") is None else "")


def _dateline(top: etree._Element | None) -> Dateline | None:
    day, _ = timed(attribute(down(top, "dateline", "story.date"), "norm"))
    return Dateline(_place(top), day, None) if day else None


def _byline(top: etree._Element | None) -> str:
    byline = child(top, "byline")
    person = child(byline, "person")
    return strip_byline(line(person) or line(byline))


def _credit(root: etree._Element, docdata: etree._Element | None, top: etree._Element | None) -> str:
    named = (
        line(child(top, "distributor"))
        or attribute(child(docdata, "doc.copyright"), "holder")
        or attribute(child(docdata, "doc-id"), "regsrc")
    )
    return strip_credit(named or attribute(down(root, "head", "pubdata"), "name"))


def _keywords(docdata: etree._Element | None) -> tuple[str, ...]:
    return tuple(attribute(keyword, "key") for keyword in children(child(docdata, "key-list"), "keyword"))


def _codes(root: etree._Element, docdata: etree._Element | None) -> tuple[str, ...]:
    classifiers = children(child(docdata, "identified-content"), "classifier")
    coded = [medtop(attribute(item, "value", "idsrc"), attribute(item, "type", "idsrc")) for item in classifiers]
    subjects = children(down(root, "head", "tobject"), "tobject.subject")
    return tuple(code for code in (*coded, *(medtop(attribute(item, "tobject.subject.refnum")) for item in subjects)) if code)


def _parts(
    docdata: etree._Element | None, headline: etree._Element | None, content: etree._Element | None, top: etree._Element | None
) -> tuple[Part, ...]:
    found = {
        "headline": headline,
        "body": content,
        "item_key": child(docdata, "doc-id"),
        "published_at": child(docdata, "date.issue", "date.release"),
        "priority": child(docdata, "urgency"),
        "slug": child(docdata, "du-key", "fixture"),
        "dateline": child(top, "dateline"),
        "byline": child(top, "byline"),
    }
    return tuple(Part(name, path_of(element)) for name, element in found.items() if element is not None)

"""NewsML 1.0 to 1.2: one NewsML document with one or several NewsItems, each with its components."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from lxml import etree

from streams.domain.errors import RefusedInput
from streams.domain.report import Part, Signal
from streams.formats.codes import medtop
from streams.formats.draft import Draft
from streams.formats.fields import first_time, read_signal, timed, version_number
from streams.formats.lines import strip_byline, strip_credit
from streams.formats.markup import html_line, html_text, looks_like_html, paragraphs
from streams.formats.nitf import read_nitf
from streams.formats.payload import Payload
from streams.formats.priority import urgency_words
from streams.formats.refusal import empty, unsupported_kind
from streams.formats.text import clean_text
from streams.formats.xml import XML_LANG, attribute, child, children, down, line, local, path_of

_BODY_ROLES = frozenset({"body", "main", "main text", "maintext", "text", "article", "story"})
_NOT_BODY = frozenset({"stylesheet", "headline", "subheadline", "contact", "caption", "logo", "photo", "graphic", "supporting", "teaser"})
_NOT_TEXT = frozenset({"text/css", "application/javascript", "application/pdf", "application/octet-stream"})
_OTHER_KINDS = frozenset({"TopicSet", "Catalog"})
_SIGNALS = {
    "Update": Signal.UPDATE,
    "Rectify": Signal.CORRECTION,
    "Correction": Signal.CORRECTION,
    "Delete": Signal.KILL,
    "Kill": Signal.KILL,
}


def sniff(payload: Payload) -> bool:
    """The root is NewsML."""
    return payload.root_name == "NewsML"


def parse(payload: Payload) -> list[Draft | RefusedInput]:
    """A draft or a refusal per NewsItem. Raises RefusedInput: UNSUPPORTED_KIND for documents with topics only, EMPTY."""
    root, notes = payload.xml
    items = children(root, "NewsItem")
    if not items:
        if any(local(kid) in _OTHER_KINDS for kid in root):
            raise unsupported_kind("a NewsML document of topics or catalogues, without a NewsItem")
        raise empty("a NewsML document without a NewsItem")
    payload.refuse_over_batch(len(items))
    envelope = child(root, "NewsEnvelope")
    return [_entry(item, envelope, notes, len(items) == 1) for item in items]


def _entry(item: etree._Element, envelope: etree._Element | None, notes: tuple[str, ...], alone: bool) -> Draft | RefusedInput:
    draft = _draft(item, envelope, notes)
    if draft.headline or draft.body or draft.signal is Signal.KILL:
        return draft
    refused = empty("a NewsItem without headline and text", draft.provider_id)
    if alone:
        raise refused
    return refused


class _Components:
    """The components of an item in document order, outermost first: the first that has something gives it."""

    def __init__(self, item: etree._Element) -> None:
        self.all = [element for element in item.iter() if local(element) == "NewsComponent"]

    def line(self, *path: str) -> etree._Element | None:
        """The first element with text at `path` below any component."""
        for component in self.all:
            found = down(component, *path)
            if found is not None and line(found):
                return found
        return None

    def each(self, *path: str) -> list[etree._Element]:
        """All elements of the last name below the rest of the path."""
        return [kid for component in self.all for kid in children(down(component, *path[:-1]) if path[:-1] else component, path[-1])]

    def name(self, *path: str) -> str:
        """The first FormalName of those elements."""
        return next((name for name in (attribute(element, "FormalName") for element in self.each(*path)) if name), "")


def _draft(item: etree._Element, envelope: etree._Element | None, notes: tuple[str, ...]) -> Draft:
    management, found = child(item, "NewsManagement"), _Components(item)
    headline = found.line("NewsLines", "HeadLine")
    inner, body, holder = _text(found)
    dates = (line(child(management, name)) for name in ("FirstCreated", "ThisRevisionCreated"))
    versioned, _ = timed(line(child(management, "ThisRevisionCreated")))
    stated, stated_notes = first_time((*dates, line(child(envelope, "DateAndTime"))))
    embargo, embargo_notes = _embargo(management)
    identifier = down(item, "Identification", "NewsIdentifier")
    draft = Draft(
        headline=html_line(line(headline)) or inner.headline,
        body=body,
        provider_id=_identity(identifier),
        version=version_number(line(child(identifier, "RevisionId")) or None),
        signal=_signal(management, embargo is not None),
        stated_at=stated or inner.stated_at,
        versioned_at=versioned,
        embargo_until=embargo,
        slug=line(found.line("NewsLines", "SlugLine")) or inner.slug or line(down(item, "Identification", "NameLabel")),
        place=line(found.line("NewsLines", "DateLine")).split(",")[0] or inner.place,
        dateline=inner.dateline,
        byline=strip_byline(line(found.line("NewsLines", "ByLine"))) or inner.byline,
        credit=_credit(found) or inner.credit,
        language=found.name("DescriptiveMetadata", "Language") or attribute(item, XML_LANG) or inner.language,
        priority=urgency_words(
            attribute(child(management, "Urgency", "Priority"), "FormalName") or attribute(child(envelope, "Priority"), "FormalName")
        ),
        keywords=tuple(line(element) for element in found.each("NewsLines", "KeywordLine")) + inner.keywords,
        medtops=_codes(found) + inner.medtops,
        notes=(*notes, *stated_notes, *embargo_notes),
    )
    return replace(draft, parts=_parts(item, headline, holder, management, identifier))


def _identity(identifier: etree._Element | None) -> str:
    """Provider, date and item id: what all revisions share (the public identifier ends in the revision)."""
    return ":".join(value for value in (line(child(identifier, name)) for name in ("ProviderId", "DateId", "NewsItemId")) if value)


def _text(found: _Components) -> tuple[Draft, str, etree._Element | None]:
    best: tuple[bool, int] = (False, 0)
    chosen: tuple[Draft, str, etree._Element | None] | None = None
    for component in found.all:
        role = attribute(child(component, "Role"), "FormalName").lower()
        for content in _contents(component) if role not in _NOT_BODY else ():
            inner, body = _content(content)
            if body and (rank := (role in _BODY_ROLES, len(body))) > best:
                best, chosen = rank, (inner, body, content)
    abstract = found.line("NewsLines", "SubHeadLine")
    return chosen or (Draft(), line(abstract), abstract)


def _contents(component: etree._Element) -> list[etree._Element]:
    """The inline contents of a component that may be text: no style sheets, no pictures as base64."""
    items = children(component, "ContentItem")
    texts = [
        item for item in items if attribute(child(item, "MimeType"), "FormalName").lower().partition("/")[0] in ("", "text", "application")
    ]
    texts = [item for item in texts if attribute(child(item, "MimeType"), "FormalName").lower() not in _NOT_TEXT]
    contents = [child(item, "DataContent") for item in texts if child(item, "Encoding") is None]
    return [content for content in contents if content is not None]


def _content(content: etree._Element) -> tuple[Draft, str]:
    inside = next((kid for kid in content.iter() if local(kid) == "nitf"), None)
    inner = read_nitf(inside) if inside is not None else Draft()
    return inner, inner.body or _held(content)


def _held(content: etree._Element) -> str:
    if len(content):
        return paragraphs(content)
    text = content.text or ""
    return html_text(text) if looks_like_html(text) else clean_text(text).strip()


def _signal(management: etree._Element | None, embargoed: bool) -> Signal:
    status = read_signal(attribute(child(management, "Status"), "FormalName") or None)
    if status is Signal.KILL or (status is Signal.EMBARGOED and not embargoed):
        return Signal.KILL
    return next((s for s in (_SIGNALS.get(attribute(i, "FormalName")) for i in children(management, "Instruction")) if s), Signal.NEW)


def _embargo(management: etree._Element | None) -> tuple[datetime | None, tuple[str, ...]]:
    if read_signal(attribute(child(management, "Status"), "FormalName") or None) is not Signal.EMBARGOED:
        return None, ()
    return timed(line(down(management, "StatusWillChange", "DateAndTime")))


def _credit(found: _Components) -> str:
    names = (
        line(found.line("NewsLines", "CreditLine")),
        found_party(found, "Source"),
        found_party(found, "Provider"),
        line(found.line("NewsLines", "CopyrightLine")),
    )
    return next((strip_credit(name) for name in names if name), "")


def found_party(found: _Components, role: str) -> str:
    """The FormalName of the first party in that role."""
    return next(
        (name for element in found.each("AdministrativeMetadata", role) if (name := attribute(child(element, "Party"), "FormalName"))), ""
    )


def _codes(found: _Components) -> tuple[str, ...]:
    subjects = [subject for code in found.each("DescriptiveMetadata", "SubjectCode") for subject in code]
    return tuple(code for code in (medtop(attribute(subject, "FormalName")) for subject in subjects) if code)


def _parts(
    item: etree._Element,
    headline: etree._Element | None,
    holder: etree._Element | None,
    management: etree._Element | None,
    identifier: etree._Element | None,
) -> tuple[Part, ...]:
    found = {
        "headline": headline,
        "body": holder,
        "item_key": child(identifier, "NewsItemId"),
        "version": child(identifier, "RevisionId"),
        "published_at": child(management, "FirstCreated", "ThisRevisionCreated"),
        "version_at": child(management, "ThisRevisionCreated"),
        "signal": child(management, "Instruction", "Status"),
        "priority": child(management, "Urgency"),
        "slug": down(item, "Identification", "NameLabel"),
    }
    return tuple(Part(name, path_of(element)) for name, element in found.items() if element is not None)

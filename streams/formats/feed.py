"""RSS 0.9x, 1.0 (RDF), 2.0 and Atom 0.3/1.0: one report per entry."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from lxml import etree

from streams.domain.errors import RefusedInput
from streams.domain.report import Part, Signal
from streams.formats.codes import medtop, medtops
from streams.formats.draft import Draft
from streams.formats.fields import first_time, read_signal, timed, version_number
from streams.formats.lines import strip_byline, strip_credit
from streams.formats.markup import html_line, html_text, looks_like_html, paragraphs
from streams.formats.payload import Payload
from streams.formats.priority import urgency_words
from streams.formats.refusal import empty, not_a_report
from streams.formats.text import clean_text
from streams.formats.xml import XML_LANG, attribute, child, children, line, local, path_of

_ENTRY_NAMES = ("item", "entry")
_EMAIL_NAME = re.compile(r"\A\S{1,100}@\S{1,100}\s{1,3}\(([^()]{1,100})\)\Z")


def sniff_rss(payload: Payload) -> bool:
    """The root is rss, or RDF as in RSS 1.0 and 0.90."""
    return payload.root_name in ("rss", "RDF", "item")


def sniff_atom(payload: Payload) -> bool:
    """The root is an Atom feed or a single entry."""
    return payload.root_name in ("feed", "entry")


def parse(payload: Payload) -> list[Draft | RefusedInput]:
    """The entries in document order. Raises RefusedInput when the feed has none or is not well-formed."""
    root, notes = payload.xml
    entries = [root] if local(root) in _ENTRY_NAMES else _entries(root)
    if not entries:
        raise empty(f"a feed without entries ({local(root)})")
    payload.refuse_over_batch(len(entries))
    channel = child(root, "channel") if local(root) in ("rss", "RDF") else root
    language = attribute(root, XML_LANG) or line(child(channel, "language"))
    return [_entry(entry, index, language, notes, len(entries) == 1) for index, entry in enumerate(entries)]


def _entries(root: etree._Element) -> list[etree._Element]:
    places = [root, *children(root, "channel")]
    return [entry for place in places for entry in place if local(entry) in _ENTRY_NAMES]


def _entry(entry: etree._Element, index: int, language: str, notes: tuple[str, ...], alone: bool) -> Draft | RefusedInput:
    where = "" if alone else f"entry {index + 1}"
    found = _Entry(entry, f"{path_of(entry)}[{index + 1}]")
    headline, body = html_line(found.text("title")), found.body()
    if not headline and not body:
        return not_a_report("a feed entry without a title or a text", where)
    return _draft(found, headline, body, language, notes)


class _Entry:
    """One entry: looks children up by local name and remembers where each part was found."""

    def __init__(self, entry: etree._Element, where: str) -> None:
        self.element = entry
        self.where = where
        self.parts: list[Part] = []
        self.by_name: dict[str, list[etree._Element]] = {}
        for element in entry:
            self.by_name.setdefault(local(element), []).append(element)

    def all(self, name: str) -> Sequence[etree._Element]:
        return self.by_name.get(name, ())

    def text(self, *names: str, part: str = "") -> str:
        """The first of `names` that has text. Atom's xhtml and escaped html come out as their source text."""
        for name in names:
            for element in self.by_name.get(name, ()):
                if value := _raw(element).strip():
                    self.parts.append(Part(part or _PARTS.get(name, name), f"{self.where}/{name}"))
                    return value
        return ""

    def body(self) -> str:
        """The fullest text: content before description before summary."""
        for name in ("encoded", "content", "body", "fulltext", "description", "summary", "subtitle"):
            for element in self.all(name):
                if element.get("url") is None and (text := _clean(element)):
                    self.parts.append(Part("body", f"{self.where}/{name}"))
                    return text
        return ""


_REFERENCE = re.compile(r"&(?:#\d{1,6}|#x[0-9a-fA-F]{1,6}|[a-zA-Z]{2,10});")
_PARTS = {
    "title": "headline",
    "guid": "item_key",
    "id": "item_key",
    "pubDate": "published_at",
    "published": "published_at",
    "issued": "published_at",
    "date": "published_at",
    "updated": "version_at",
    "modified": "version_at",
    "author": "byline",
    "creator": "byline",
}


def _raw(element: etree._Element) -> str:
    return element.text or "" if len(element) == 0 else "".join(str(piece) for piece in element.itertext())


def _clean(element: etree._Element) -> str:
    if len(element):
        return paragraphs(element)
    text = element.text or ""
    if looks_like_html(text):
        return html_text(text)
    return clean_text(_unescaped(text)).strip()


def _unescaped(text: str) -> str:
    return html_text(text) if "&" in text and _REFERENCE.search(text) else text


def _draft(found: _Entry, headline: str, body: str, language: str, notes: tuple[str, ...]) -> Draft:
    stated, stated_notes = first_time(map(found.text, ("pubDate", "published", "issued", "date", "created")))
    versioned, versioned_notes = first_time(map(found.text, ("updated", "modified")))
    embargo, embargo_notes = timed(found.text("embargoed", part="embargo_until"))
    categories = [attribute(c, "label", "term") or line(c) for c in (*found.all("category"), *found.all("subject"))]
    return Draft(
        headline=headline,
        body=body,
        provider_id=found.text("guid", "id", "identifier") or _link(found),
        version=version_number(found.text("version", part="version") or None),
        signal=_signal(found),
        stated_at=stated,
        versioned_at=versioned,
        embargo_until=embargo,
        slug=found.text("slugline", "slug", part="slug"),
        byline=_author(found),
        credit=_credit(found),
        language=attribute(found.element, XML_LANG) or found.text("language", part="language") or language,
        priority=urgency_words(found.text("urgency", "priority", part="priority")),
        keywords=tuple(categories) + tuple(found.text("keywords", part="keywords").split(",")),
        medtops=_codes(found),
        parts=tuple(found.parts),
        notes=(*notes, *stated_notes, *versioned_notes, *embargo_notes),
    )


def _signal(found: _Entry) -> Signal:
    return read_signal(found.text("pubStatus", "pubstatus", "status", "signal", part="signal") or None) or Signal.NEW


def _link(found: _Entry) -> str:
    for link in found.all("link"):
        if link.get("rel", "alternate") == "alternate" and (href := link.get("href") or line(link)):
            found.parts.append(Part("item_key", f"{found.where}/link"))
            return href.strip()
    return attribute(found.element, "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about")


def _author(found: _Entry) -> str:
    for author in found.all("author"):
        if name := line(child(author, "name")):
            found.parts.append(Part("byline", f"{found.where}/author/name"))
            return strip_byline(name)
    text = found.text("creator", "author")
    match = _EMAIL_NAME.match(text)
    return strip_byline(match.group(1) if match else text) if match or "@" not in text else ""


def _credit(found: _Entry) -> str:
    source = found.all("source")
    name = line(child(source[0], "title")) or ("" if len(source[0]) else line(source[0])) if source else ""
    return strip_credit(name or found.text("credit", "rights", "copyright", "publisher", part="credit"))


def _codes(found: _Entry) -> tuple[str, ...]:
    codes = [medtop(attribute(c, "term", "code") or line(c), attribute(c, "scheme", "domain")) for c in found.all("category")]
    return medtops([code for code in codes if code])


Reader = Callable[[Payload], list[Draft | RefusedInput]]

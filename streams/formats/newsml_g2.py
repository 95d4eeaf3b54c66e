"""NewsML-G2 (iptc.org/std/nar/2006-10-01/): newsItem, packageItem and newsMessage; other kinds of item are refused by name."""

from __future__ import annotations

from dataclasses import replace

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
from streams.formats.times import read_time
from streams.formats.xml import XML_LANG, attribute, child, children, down, line, local, path_of

_ITEMS = frozenset({"newsItem", "packageItem", "conceptItem", "knowledgeItem", "planningItem", "catalogItem"})
_READ = frozenset({"newsItem", "packageItem"})


def sniff(payload: Payload) -> bool:
    """The root is a G2 item or message."""
    return payload.root_name == "newsMessage" or payload.root_name in _ITEMS


def parse(payload: Payload) -> list[Draft | RefusedInput]:
    """One report of an item, a batch of a message. Raises RefusedInput: UNSUPPORTED_KIND, EMPTY."""
    root, notes = payload.xml
    if local(root) != "newsMessage":
        return [_item(root, notes)]
    item_set = child(root, "itemSet")
    items = [] if item_set is None else [item for item in item_set if local(item) in _ITEMS]
    if not items:
        raise empty("a newsMessage without items")
    payload.refuse_over_batch(len(items))
    header = urgency_words(line(down(root, "header", "priority")))
    return [_entry(item, notes, header) for item in items]


def _entry(item: etree._Element, notes: tuple[str, ...], header_priority: tuple[str, ...]) -> Draft | RefusedInput:
    try:
        draft = _item(item, notes)
    except RefusedInput as refused:
        return refused
    return replace(draft, priority=draft.priority + header_priority)


def _item(item: etree._Element, notes: tuple[str, ...]) -> Draft:
    where = attribute(item, "guid")
    if local(item) not in _READ:
        raise unsupported_kind(f"a NewsML-G2 {local(item)} is not a report", where)
    inner, content = _content(item)
    headline_at, headline = _headline(item, inner)
    body, body_at = _body(item, inner, content)
    draft = _draft(item, inner, headline, body, notes)
    if not headline and not body and draft.signal is not Signal.KILL:
        raise empty(f"a NewsML-G2 {local(item)} without headline and text", where)
    return replace(draft, parts=_parts(item, headline_at, body_at))


def _content(item: etree._Element) -> tuple[Draft, etree._Element | None]:
    """The NITF inside, as a draft, and the element that holds the text."""
    content = child(item, "contentSet")
    holder = next((h for h in content if local(h) in ("inlineXML", "inlineData")), None) if content is not None else None
    inside = next((kid for kid in holder if local(kid)), None) if holder is not None else None
    return (read_nitf(inside) if inside is not None and local(inside) == "nitf" else Draft()), holder


def _headline(item: etree._Element, inner: Draft) -> tuple[str, str]:
    meta = child(item, "contentMeta")
    listed = sorted(children(meta, "headline"), key=lambda h: "main" not in attribute(h, "role", "roleuri"))
    for element in (*listed, down(item, "itemMeta", "title")):
        if element is not None and (text := html_line(line(element))):
            return path_of(element), text
    return ("/contentSet/inlineXML", inner.headline) if inner.headline else ("", "")


def _body(item: etree._Element, inner: Draft, holder: etree._Element | None) -> tuple[str, str]:
    text = inner.body or (_held(holder) if holder is not None else "")
    if text:
        return text, path_of(holder)
    described = [element for element in children(child(item, "contentMeta"), "description") if line(element)]
    if described:
        return "\n\n".join(dict.fromkeys(paragraphs(element) for element in described)), path_of(described[0])
    return _packaged(item)


def _held(holder: etree._Element) -> str:
    inside = next((kid for kid in holder if local(kid)), None)
    if inside is not None:
        return paragraphs(inside)
    text = holder.text or ""
    return html_text(text) if looks_like_html(text) else clean_text(text).strip()


def _packaged(item: etree._Element) -> tuple[str, str]:
    """A package's text: the headlines (or titles) of the items it refers to, one paragraph each."""
    groups = child(item, "groupSet")
    if groups is None:
        return "", ""
    titles = [line(child(ref, "headline", "title")) for ref in groups.iter() if local(ref) == "itemRef"]
    return "\n\n".join(title for title in dict.fromkeys(titles) if title), path_of(groups)


def _draft(item: etree._Element, inner: Draft, headline: str, body: str, notes: tuple[str, ...]) -> Draft:
    meta, content = child(item, "itemMeta"), child(item, "contentMeta")
    created = [line(child(meta, name)) for name in ("firstCreated", "versionCreated")]
    versioned, _ = timed(created[1])
    stated, stated_notes = first_time((*created, line(child(content, "contentModified")), line(child(content, "contentCreated"))))
    embargo, embargo_notes = timed(line(child(meta, "embargoed")))
    return Draft(
        headline=headline,
        body=body,
        provider_id=attribute(item, "guid"),
        version=version_number(attribute(item, "version") or None),
        signal=_signal(meta, embargo is not None),
        stated_at=stated or inner.stated_at,
        versioned_at=versioned,
        embargo_until=embargo,
        slug=line(child(content, "slugline")) or inner.slug,
        place=line(down(content, "located", "name")) or _dateline_place(content) or inner.place,
        dateline=inner.dateline,
        byline=strip_byline(line(child(content, "by"))) or inner.byline,
        credit=_credit(item) or inner.credit,
        language=attribute(child(content, "language"), "tag") or attribute(item, XML_LANG),
        priority=urgency_words(line(child(content, "urgency"))) + inner.priority,
        keywords=_keywords(content) + inner.keywords,
        medtops=_codes(content) + inner.medtops,
        notice=" ".join(line(note) for note in children(meta, "edNote")),
        notes=(*notes, *stated_notes, *embargo_notes),
    )


def _signal(meta: etree._Element | None, embargoed: bool) -> Signal:
    status = read_signal(attribute(child(meta, "pubStatus"), "qcode", "literal", "uri") or None) or Signal.NEW
    if status is Signal.KILL or (status is Signal.EMBARGOED and not embargoed):
        # Withheld with no time of release is not for publication at all.
        return Signal.KILL
    signals = [read_signal(attribute(signal, "qcode", "literal", "uri") or None) for signal in children(meta, "signal")]
    order = (Signal.KILL, Signal.CORRECTION, Signal.UPDATE)
    return next((signal for signal in order if signal in signals), Signal.NEW)


def _dateline_place(content: etree._Element | None) -> str:
    text = line(child(content, "dateline"))
    return text.split(",")[0].strip() if text and read_time(text) is None else ""


def _credit(item: etree._Element) -> str:
    meta, content = child(item, "itemMeta"), child(item, "contentMeta")
    holder = down(item, "rightsInfo", "copyrightHolder")
    found = (
        line(child(content, "creditline")),
        line(down(content, "infoSource", "name")),
        attribute(child(content, "infoSource"), "literal"),
        line(down(meta, "provider", "name")),
        attribute(child(meta, "provider"), "literal"),
        line(child(holder, "name")),
        attribute(holder, "literal"),
    )
    return next((strip_credit(name) for name in found if name), "")


def _keywords(content: etree._Element | None) -> tuple[str, ...]:
    named = [line(child(subject, "name")) for subject in children(content, "subject")]
    return (*(line(keyword) for keyword in children(content, "keyword")), *named)


def _codes(content: etree._Element | None) -> tuple[str, ...]:
    return tuple(code for code in (medtop(attribute(s, "qcode", "uri", "literal")) for s in children(content, "subject")) if code)


def _parts(item: etree._Element, headline_at: str, body_at: str) -> tuple[Part, ...]:
    meta, content = child(item, "itemMeta"), child(item, "contentMeta")
    parts = [Part(name, where) for name, where in (("headline", headline_at), ("body", body_at)) if where]
    parts.append(Part("item_key", f"/{local(item)}/@guid"))
    found = {
        "published_at": child(meta, "firstCreated", "versionCreated"),
        "version_at": child(meta, "versionCreated"),
        "embargo_until": child(meta, "embargoed"),
        "signal": child(meta, "signal", "pubStatus"),
        "priority": child(content, "urgency"),
        "slug": child(content, "slugline"),
        "dateline": child(content, "located", "dateline"),
        "byline": child(content, "by"),
        "credit": child(content, "creditline", "infoSource"),
        "language": child(content, "language"),
    }
    return (*parts, *(Part(name, path_of(element)) for name, element in found.items() if element is not None))

"""HTML articles: JSON-LD where the page has it, then its meta elements, then its markup."""

from __future__ import annotations

import json
import re
from typing import Any

from lxml import etree

from streams.domain.errors import RefusedInput
from streams.domain.report import Part
from streams.formats.draft import Draft
from streams.formats.fields import first_time, words
from streams.formats.generic_json import flat
from streams.formats.lines import strip_byline, strip_credit
from streams.formats.markup import html_line, paragraphs, parse_html
from streams.formats.payload import Payload
from streams.formats.refusal import not_a_report
from streams.formats.text import clean_line, has_words
from streams.formats.xml import line, local

_ROOT_NAMES = "html body article div p section main h1 h2 table span head"
_ROOTS = frozenset(_ROOT_NAMES.split())
_ARTICLES = re.compile(r"(?:News|Reportage|BackgroundNews|AnalysisNews|LiveBlog)?(?:Article|Posting)\Z")
_TEXT_PATHS = (
    "//*[@itemprop='articleBody']",
    "//article",
    "//*[@role='main']",
    "//main",
    "//*[contains(concat(' ', @class, ' '), ' article-body ') or contains(concat(' ', @class, ' '), ' entry-content ')]",
    "//body",
)
_TELLING = frozenset({"p", "blockquote", "h2", "h3", "li", "pre"})
_FRAME = frozenset({"nav", "footer", "aside", "form", "figure", "header", "script", "noscript", "style"})
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s{0,3}=\s{0,3}[\"']?([A-Za-z0-9._:-]{2,40})", re.IGNORECASE)


def sniff(payload: Payload) -> bool:
    """A doctype or root element of HTML."""
    if not payload.head.startswith("<"):
        return False
    return payload.head[:14].lower() == "<!doctype html" or payload.root_name.lower() in _ROOTS


def parse(payload: Payload) -> list[Draft | RefusedInput]:
    """One report. Raises RefusedInput(NOT_A_REPORT) for a page without a headline and a text."""
    text, notes = _source(payload)
    root = parse_html(text)
    if root is None:
        raise not_a_report("an HTML page without content")
    page = _Page(root)
    headline, body = page.headline(), page.body()
    if not has_words(body) and not has_words(headline):
        raise not_a_report("an HTML page without a headline and a text")
    return [_draft(page, headline, body, notes)]


def _source(payload: Payload) -> tuple[str, tuple[str, ...]]:
    if payload.charset or not (match := _CHARSET.search(payload.data[:2048])):
        return payload.decoded.text, payload.decoded.notes
    declared = Payload(payload.data, f"text/html; charset={match.group(1).decode('ascii')}", payload.received_at, payload.limits)
    return declared.decoded.text, declared.decoded.notes


def _draft(page: _Page, headline: str, body: str, notes: tuple[str, ...]) -> Draft:
    stated, stated_notes = first_time(
        (page.data("datePublished"), page.meta("article:published_time", "date", "dc.date", "pubdate"), page.time())
    )
    versioned, versioned_notes = first_time((page.data("dateModified"), page.meta("article:modified_time", "last-modified")))
    return Draft(
        headline=headline,
        body=body,
        provider_id=page.identity(),
        stated_at=stated,
        versioned_at=versioned,
        byline=strip_byline(flat(page.data("author")) or page.meta("author", "article:author", "byl") or page.by()),
        credit=strip_credit(flat(page.data("publisher")) or page.meta("og:site_name", "copyright", "dc.publisher")),
        language=page.root.get("lang") or page.meta("og:locale", "content-language", "language"),
        keywords=words(page.data("keywords")) or words(page.meta("news_keywords", "keywords", "article:tag")),
        parts=tuple(page.parts),
        notes=(*notes, *stated_notes, *versioned_notes),
    )


class _Page:
    """A page's JSON-LD, meta elements and markup, and where each value was found."""

    def __init__(self, root: etree._Element) -> None:
        self.root = root
        self.linked = _json_ld(root)
        self.metas: dict[str, str] = {}
        for element in root.iter("meta"):
            key = (element.get("property") or element.get("name") or element.get("http-equiv") or element.get("itemprop") or "").lower()
            self.metas.setdefault(key, clean_line(element.get("content") or ""))
        self.parts: list[Part] = []

    def data(self, key: str) -> Any:
        return self.linked.get(key)

    def meta(self, *names: str) -> str:
        return next((self.metas[name] for name in names if self.metas.get(name)), "")

    def headline(self) -> str:
        first = next((line(h) for h in self.root.iter("h1") if line(h)), "")
        title = next((line(t) for t in self.root.iter("title") if line(t)), "")
        for where, text in (
            ("JSON-LD headline", flat(self.data("headline"))),
            ("h1", first),
            ("meta og:title", self.meta("og:title")),
            ("title", title),
        ):
            if clean := html_line(text):
                self.parts.append(Part("headline", where))
                return clean
        return ""

    def body(self) -> str:
        told = flat(self.data("articleBody"))
        if has_words(told):
            self.parts.append(Part("body", "JSON-LD articleBody"))
            return "\n\n".join(part for part in map(clean_line, re.split(r"\n{1,3}", told)) if part)
        for path in _TEXT_PATHS:
            texts = [text for text in (_article_text(element) for element in _outermost(_elements(self.root, path))) if has_words(text)]
            if texts:
                self.parts.append(Part("body", path))
                return max(texts, key=len)
        return self.meta("og:description", "description")

    def time(self) -> str:
        return next((element.get("datetime", "") for element in self.root.iter("time") if element.get("datetime")), "")

    def by(self) -> str:
        found = _elements(self.root, "//*[@rel='author' or @itemprop='author' or contains(concat(' ', @class, ' '), ' byline ')]")
        return line(found[0])[:120] if found else ""

    def identity(self) -> str:
        linked = flat(self.data("@id")) or flat(self.data("url"))
        canonical = next((e.get("href", "") for e in self.root.iter("link") if e.get("rel", "").lower() == "canonical"), "")
        return clean_line(canonical or self.meta("og:url") or linked)


def _article_text(element: etree._Element) -> str:
    """The paragraphs of an article element without its headline and frame; all of its text when it has no <p>."""
    told = _told(element)
    if any(local(kid) == "p" for kid in told):
        return "\n\n".join(text for text in map(paragraphs, told) if text)
    first = next((line(h) for h in element.iter("h1")), "")
    text = paragraphs(element)
    return text.removeprefix(first).lstrip("\n") if first else text


def _told(element: etree._Element) -> list[etree._Element]:
    """The outermost elements that tell, in order; one walk, whatever the nesting."""
    found, stack = [], [element]
    while stack:
        node = stack.pop()
        name = local(node)
        if name in _FRAME or node.get("itemprop") == "author" or " byline " in f" {node.get('class', '')} ":
            continue
        if name in _TELLING:
            found.append(node)
        else:
            stack.extend(reversed(node))
    return found


def _elements(root: etree._Element, path: str) -> list[etree._Element]:
    found = root.xpath(path)
    return [element for element in found if isinstance(element, etree._Element)][:20] if isinstance(found, list) else []


def _outermost(elements: list[etree._Element]) -> list[etree._Element]:
    """Those that are not inside another of them."""
    chosen: list[etree._Element] = []
    for element in elements:
        if not any(ancestor in chosen for ancestor in element.iterancestors()):
            chosen.append(element)
    return chosen


def _json_ld(root: etree._Element) -> dict[str, Any]:
    for script in root.iter("script"):
        if (script.get("type") or "").lower() == "application/ld+json":
            try:
                loaded = json.loads(script.text or "")
            except (ValueError, RecursionError):  # broken JSON-LD is common; the page's markup still tells the story
                continue
            if found := _article(loaded):
                return found
    return {}


def _article(value: Any) -> dict[str, Any] | None:
    nodes = value if isinstance(value, list) else value.get("@graph", [value]) if isinstance(value, dict) else []
    for node in nodes if isinstance(nodes, list) else []:
        kinds = node.get("@type") if isinstance(node, dict) else None
        if any(isinstance(kind, str) and _ARTICLES.match(kind) for kind in (kinds if isinstance(kinds, list) else [kinds])):
            return dict(node)
    return None

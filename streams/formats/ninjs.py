"""ninjs, IPTC's News in JSON: 1.x (body_text, headline), 2.x and 3.x (bodies, headlines), checked against the rules of its version."""

from __future__ import annotations

import re
from typing import Any

from streams.domain.errors import RefusedInput
from streams.domain.report import Part, Signal
from streams.formats.codes import medtop
from streams.formats.draft import Draft
from streams.formats.fields import first_time, read_signal, timed, version_number, words
from streams.formats.generic_json import TEXT_KEYS, flat
from streams.formats.lines import strip_byline, strip_credit
from streams.formats.markup import html_line, html_text, looks_like_html
from streams.formats.ninjs_rules import check
from streams.formats.payload import Payload
from streams.formats.priority import urgency_words
from streams.formats.refusal import not_a_report
from streams.formats.text import clean_line, clean_text

NO_TEXT = "no-text"
_MARKERS = (
    "$standard",
    "pubstatus",
    "pubStatus",
    "versioncreated",
    "versionCreated",
    "bodies",
    "headlines",
    "representationtype",
    "representationType",
)
_TEXT_ORDER = ("text", "plain", "main", "", "xhtml", "html", "nitf")


def sniff(payload: Payload) -> bool:
    """A JSON object that declares ninjs, or has a `uri` and nothing that only generic JSON has, or ninjs's own markers."""
    if payload.head[:1] != "{":
        return False
    try:
        value = payload.json
    except RefusedInput:
        return False
    return isinstance(value, dict) and is_ninjs(value)


def is_ninjs(value: dict[str, Any]) -> bool:
    """Whether a JSON object is meant as ninjs."""
    standard = value.get("standard", value.get("$standard"))
    if isinstance(standard, dict) and "ninjs" in (flat(standard.get("name")) + flat(standard.get("schema"))).lower():
        return True
    if TEXT_KEYS & {key.lower() for key in value}:
        return False
    return "uri" in value or sum(marker in value for marker in _MARKERS) >= 2


def parse(payload: Payload) -> list[Draft | RefusedInput]:
    """One report. Raises RefusedInput: INVALID against the rules, UNSUPPORTED_VERSION."""
    value = payload.json
    if not isinstance(value, dict):
        raise not_a_report("ninjs is a JSON object")
    return [read_item(value, payload.decoded.notes, payload.parameters.get("version", ""))]


def read_item(value: dict[str, Any], notes: tuple[str, ...], declared: str = "") -> Draft:
    """A draft of one ninjs object. `declared` is a version that the transport named."""
    extensions = check(value, declared)
    return _draft(value, (*notes, *(("ninjs-extension",) if extensions else ())))


def _draft(item: dict[str, Any], notes: tuple[str, ...]) -> Draft:
    headline, headline_at = _headline(item)
    body, body_at = _body(item)
    if not headline and not body:
        body, body_at, notes = clean_line(item["uri"]), "/uri", (*notes, NO_TEXT)
    created, created_notes = first_time(item.get(key) for key in ("firstcreated", "firstCreated", "versioncreated", "versionCreated"))
    versioned, versioned_notes = first_time(item.get(key) for key in ("versioncreated", "versionCreated"))
    embargo, embargo_notes = timed(item.get("embargoed") or item.get("embargoedUntil"))
    credit, credit_at = _credit(item)
    return Draft(
        headline=headline,
        body=body,
        provider_id=clean_line(item["uri"]),
        version=version_number(item.get("version")),
        signal=_signal(item),
        stated_at=created,
        versioned_at=versioned,
        embargo_until=embargo,
        slug=flat(item.get("slugline")),
        place=flat(item.get("located")),
        byline=strip_byline(flat(item.get("byline") or item.get("by"))),
        credit=credit,
        language=flat(item.get("language")),
        priority=urgency_words(item.get("urgency")),
        keywords=_subjects(item),
        medtops=_medtops(item),
        notice=flat(item.get("ednote") or item.get("edNote")),
        parts=_parts(item, headline_at, body_at, credit_at),
        notes=(*notes, *created_notes, *versioned_notes, *embargo_notes),
    )


def _signal(item: dict[str, Any]) -> Signal:
    signal = read_signal(item.get("pubstatus", item.get("pubStatus"))) or Signal.NEW
    # Withheld without an embargo time is not for publication at all, and nothing will ever release it.
    return Signal.KILL if signal is Signal.EMBARGOED and not (item.get("embargoed") or item.get("embargoedUntil")) else signal


def _headline(item: dict[str, Any]) -> tuple[str, str]:
    candidates = [("/headline", item.get("headline"))]
    listed = item.get("headlines") or []
    candidates += [(f"/headlines/{i}", entry.get("value")) for i, entry in _main_first(listed)]
    candidates += [(f"/{key}", item[key]) for key in item if key.startswith("headline_")]
    candidates.append(("/title", item.get("title")))
    return next(((html_line(text), where) for where, text in candidates if isinstance(text, str) and html_line(text)), ("", ""))


def _main_first(listed: list[dict[str, Any]]) -> list[tuple[int, dict[str, Any]]]:
    return sorted(enumerate(listed), key=lambda pair: pair[1].get("role") not in ("main", None))


def _body(item: dict[str, Any]) -> tuple[str, str]:
    for kind in ("body", "description"):
        for where, text, markup in (*_flat_texts(item, kind), *_listed_texts(item, kind)):
            clean = html_text(text) if markup or looks_like_html(text) else clean_text(text)
            if clean.strip():
                return clean, where
    return "", ""


def _flat_texts(item: dict[str, Any], kind: str) -> list[tuple[str, str, bool]]:
    keys = [key for key in item if re.match(rf"{kind}_", key) and isinstance(item[key], str)]
    keys.sort(key=lambda key: _rank(key.partition("_")[2]))
    return [(f"/{key}", item[key], "html" in key.lower() or "nitf" in key.lower()) for key in keys]


def _listed_texts(item: dict[str, Any], kind: str) -> list[tuple[str, str, bool]]:
    name = {"body": "bodies", "description": "descriptions"}[kind]
    found = []
    for index, entry in enumerate(item.get(name) or []):
        form = flat(entry.get("contenttype") or entry.get("contentType")).lower()
        markup = any(word in form for word in ("html", "xml", "nitf"))
        found.append((_rank(flat(entry.get("role")).lower()), markup, index, flat(entry.get("value"))))
    return [(f"/{name}/{index}", text, markup) for _, markup, index, text in sorted(found)]


def _rank(variant: str) -> int:
    return _TEXT_ORDER.index(variant) if variant in _TEXT_ORDER else len(_TEXT_ORDER)


def _credit(item: dict[str, Any]) -> tuple[str, str]:
    for key in ("infosource", "infosources", "infoSources"):
        for index, source in enumerate(item.get(key) or []):
            if isinstance(source, dict) and (name := flat(source.get("name") or source.get("literal"))):
                return strip_credit(name), f"/{key}/{index}"
    for key in ("copyrightholder", "copyrightHolder", "copyrightnotice", "copyrightNotice"):
        if name := strip_credit(flat(item.get(key))):
            return name, f"/{key}"
    return "", ""


def _subjects(item: dict[str, Any]) -> tuple[str, ...]:
    return (
        *words(item.get("keywords") or []),
        *(name for key in ("subject", "subjects") for name in words(item.get(key) or []) if name != "None"),
    )


def _medtops(item: dict[str, Any]) -> tuple[str, ...]:
    found = []
    for key in ("subject", "subjects"):
        for entry in item.get(key) or []:
            codes = [medtop(flat(entry.get(name)), flat(entry.get("scheme"))) for name in ("code", "uri", "literal")]
            found += [code for code in codes if code][:1]
    return tuple(found)


_PARTS = {
    "item_key": ("uri",),
    "version": ("version",),
    "version_at": ("versioncreated", "versionCreated"),
    "published_at": ("firstcreated", "firstCreated"),
    "slug": ("slugline",),
    "dateline": ("located",),
    "byline": ("byline", "by"),
    "language": ("language",),
    "priority": ("urgency",),
    "signal": ("pubstatus", "pubStatus"),
    "embargo_until": ("embargoed", "embargoedUntil"),
}


def _parts(item: dict[str, Any], headline_at: str, body_at: str, credit_at: str) -> tuple[Part, ...]:
    parts = [Part(name, where) for name, where in (("headline", headline_at), ("body", body_at), ("credit", credit_at)) if where]
    return (*parts, *(Part(name, f"/{key}") for name, keys in _PARTS.items() for key in keys if item.get(key)))

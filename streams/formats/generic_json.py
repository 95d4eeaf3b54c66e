"""Generic JSON: an object with a headline and a text under any of their usual names, and wirebell's own full set of fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from streams.domain.errors import RefusedInput
from streams.domain.report import Part, Signal
from streams.formats.codes import medtops
from streams.formats.draft import Draft
from streams.formats.fields import first_time, read_signal, timed, version_number, words
from streams.formats.lines import strip_byline, strip_credit
from streams.formats.markup import html_line, html_text, looks_like_html
from streams.formats.payload import Payload
from streams.formats.priority import urgency_words
from streams.formats.refusal import empty, not_a_report
from streams.formats.text import clean_text

ALIASES: Mapping[str, tuple[str, ...]] = {
    "headline": ("headline", "title", "hed", "head", "subject", "heading"),
    "body": (
        "body",
        "text",
        "content",
        "body_text",
        "article",
        "story",
        "message",
        "copy",
        "bodytext",
        "fulltext",
        "full_text",
        "article_body",
    ),
    "markup": ("body_html", "content_html", "html", "body_xhtml", "bodyhtml"),
    "summary": ("description", "summary", "abstract", "lede", "lead", "snippet", "excerpt", "standfirst"),
    "id": (
        "id",
        "item_id",
        "guid",
        "uri",
        "uuid",
        "itemid",
        "article_id",
        "story_id",
        "_id",
        "identifier",
        "url",
        "link",
        "permalink",
    ),
    "published": (
        "published_at",
        "published",
        "publishedat",
        "date",
        "datetime",
        "pubdate",
        "pub_date",
        "publication_date",
        "date_published",
        "created_at",
        "created",
        "timestamp",
        "time",
        "firstcreated",
        "first_created",
        "issued",
        "sent",
    ),
    "versioned": (
        "version_at",
        "updated_at",
        "updated",
        "modified",
        "modified_at",
        "date_modified",
        "versioncreated",
        "version_created",
        "last_modified",
    ),
    "version": ("version", "revision", "rev", "version_number", "edition"),
    "signal": ("signal", "status", "pubstatus", "pub_status", "msg_type"),
    "slug": ("slug", "slugline"),
    "byline": ("byline", "author", "authors", "by", "creator"),
    "credit": ("credit", "credit_line", "creditline", "agency", "provider", "copyright"),
    "place": ("dateline", "located", "location", "place"),
    "priority": ("priority", "urgency", "importance"),
    "language": ("language", "lang", "locale"),
    "embargo": ("embargo_until", "embargoed_until", "embargo", "embargoed", "embargoed_at"),
    "keywords": ("keywords", "tags", "categories"),
    "subjects": ("medtops", "medtop", "mediatopics", "subject_codes"),
    "notice": ("ednote", "editor_note", "editors_note", "notice", "note", "usage"),
}
"""Field -> the keys it goes by, best first; keys are compared in lower case with hyphens and blanks as underscores."""

_FIELD_OF: dict[str, list[tuple[str, int]]] = {}
for _field, _keys in ALIASES.items():
    for _rank, _key in enumerate(_keys):
        _FIELD_OF.setdefault(_key, []).append((_field, _rank))
_NOTHING: tuple[object, ...] = (None, "", [], {})

TEXT_KEYS = frozenset((*ALIASES["body"], *ALIASES["markup"])) - {"body_text", "body_html", "body_xhtml"}
"""Keys that make a JSON object generic even when it has a `uri`, as ninjs items do: ninjs has no such keys."""


def sniff(payload: Payload) -> bool:
    """What begins as a JSON object or array does; a bare scalar only when declared as JSON."""
    head = payload.head
    opens = (head[:1] == "{" and head[1:].lstrip()[:1] in ('"', "}", "")) or (head[:1] == "[" and head[1:].lstrip()[:1] in '{["]')
    return opens or "json" in payload.media_type


def parse(payload: Payload) -> list[Draft | RefusedInput]:
    """One report of an object; a batch of an array of objects, or of an object that wraps one under `items`, `articles`, …"""
    value = payload.json
    listed = value if isinstance(value, list) else _wrapped(value)
    if listed is None:
        return [read_object(value, payload.decoded.notes)]
    if not listed:
        raise empty("an empty JSON array")
    payload.refuse_over_batch(len(listed))
    return [_entry(item, index, payload.decoded.notes) for index, item in enumerate(listed)]


def _wrapped(value: object) -> list[Any] | None:
    if isinstance(value, dict):
        for key in ("items", "articles", "results", "entries", "reports", "data", "stories", "news"):
            inner = value.get(key)
            if (
                isinstance(inner, list)
                and inner
                and all(isinstance(item, dict) for item in inner)
                and not ({_fold(key) for key in value} & TEXT_KEYS)
            ):
                return inner
    return None


def _entry(item: object, index: int, notes: tuple[str, ...]) -> Draft | RefusedInput:
    try:
        return read_object(item, notes, f"/{index}")
    except RefusedInput as refused:
        return RefusedInput(refused.stage, refused.reason, refused.message, f"entry {index + 1}")


def read_object(value: object, notes: tuple[str, ...], pointer: str = "") -> Draft:
    """A draft of one JSON object. Raises RefusedInput: NOT_A_REPORT for scalars and objects without text, EMPTY for empty texts."""
    if not isinstance(value, dict):
        raise not_a_report(f"JSON {_kind(value)}, not an object with a headline or a text", pointer)
    found = _Fields(value, pointer)
    headline, body = html_line(found.text("headline")), _body(found)
    if not headline and not body.strip():
        if found.has("headline") or found.has("body"):
            raise empty("headline and text are empty", pointer)
        raise not_a_report("a JSON object without a headline or a text", pointer)
    return _draft(found, headline, body, notes)


def _draft(found: _Fields, headline: str, body: str, notes: tuple[str, ...]) -> Draft:
    stated, stated_notes = first_time([found.value("published")])
    versioned, versioned_notes = timed(found.value("versioned"))
    embargo, embargo_notes = timed(found.value("embargo") if not isinstance(found.value("embargo"), bool) else None)
    return Draft(
        headline=headline,
        body=body,
        provider_id=found.text("id"),
        version=version_number(found.value("version")),
        signal=read_signal(found.value("signal")) or Signal.NEW,
        stated_at=stated,
        versioned_at=versioned,
        embargo_until=embargo,
        slug=found.text("slug"),
        place=found.text("place"),
        byline=strip_byline(found.text("byline")),
        credit=strip_credit(found.text("credit")),
        language=found.text("language"),
        priority=urgency_words(found.value("priority")),
        keywords=words(found.value("keywords")),
        medtops=medtops(list(words(found.value("subjects")) + words(found.value("keywords")))),
        notice=found.text("notice"),
        parts=tuple(found.parts),
        notes=(*notes, *stated_notes, *versioned_notes, *embargo_notes),
    )


class _Fields:
    """An object's values by field: each field's best alias that has a value, and where it stands."""

    def __init__(self, value: dict[str, Any], pointer: str) -> None:
        self.pointer = pointer
        self.parts: list[Part] = []
        self.named: set[str] = set()
        self.found: dict[str, tuple[int, str, Any]] = {}
        for key, item in value.items():
            for field, rank in _FIELD_OF.get(_fold(key), ()):
                self.named.add(field)
                if item not in _NOTHING and (field not in self.found or rank < self.found[field][0]):
                    self.found[field] = (rank, key, item)

    def has(self, field: str) -> bool:
        return field in self.named

    def value(self, field: str) -> Any:
        if field not in self.found:
            return None
        _, key, item = self.found[field]
        part = Part(_PART_NAMES.get(field, field), f"{self.pointer}/{_escaped(key)}")
        if part not in self.parts:
            self.parts.append(part)
        return item

    def text(self, field: str) -> str:
        return flat(self.value(field))


_PART_NAMES = {
    "id": "item_key",
    "published": "published_at",
    "versioned": "version_at",
    "place": "dateline",
    "embargo": "embargo_until",
    "subjects": "medtops",
    "markup": "body",
    "summary": "body",
}


def flat(value: Any) -> str:
    """A string as it is, a number as digits, a list as its strings joined by commas, an object by its name or text."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return ", ".join(text for text in map(flat, value) if text)
    if isinstance(value, dict):
        return next((flat(value[key]) for key in ("name", "value", "text", "rendered", "literal", "title") if key in value), "")
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def _body(found: _Fields) -> str:
    value = found.value("body")
    text = "\n\n".join(flat(item) for item in value) if isinstance(value, list) else flat(value)
    if not text.strip():
        text = html_text(found.text("markup")) or found.text("summary")
    return html_text(text) if looks_like_html(text) else clean_text(text)


def _fold(key: str) -> str:
    return key.strip().lower().replace("-", "_").replace(" ", "_")


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")


def _kind(value: object) -> str:
    return {list: "array", str: "string", bool: "boolean", int: "number", float: "number"}.get(type(value), "null")

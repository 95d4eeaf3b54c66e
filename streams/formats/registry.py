"""Every wire format that is read: the one table. Where two sniffers accept, the earlier row wins; plain text is last."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from streams.domain.errors import Reason, RefusedInput, Stage
from streams.formats import anpa1312, cap, feed, generic_json, html_page, iptc7901, jsonl, mail, newsml1, newsml_g2, ninjs, nitf, plain
from streams.formats.draft import Draft
from streams.formats.payload import Payload
from streams.formats.refusal import malformed


@dataclass(frozen=True, slots=True)
class WireFormat:
    """A format: its name (`Report.format`, a metric label), the content types that name it, its sniffer and its parser."""

    name: str
    content_types: frozenset[str]
    sniff: Callable[[Payload], bool]
    parse: Callable[[Payload], list[Draft | RefusedInput]]


def _types(*names: str) -> frozenset[str]:
    return frozenset(names)


FORMATS: tuple[WireFormat, ...] = (
    WireFormat("rss", _types("application/rss+xml", "application/rdf+xml"), feed.sniff_rss, feed.parse),
    WireFormat("atom", _types("application/atom+xml"), feed.sniff_atom, feed.parse),
    WireFormat(
        "newsml-g2",
        _types("application/vnd.iptc.g2.newsitem+xml", "application/vnd.iptc.g2.newsmessage+xml"),
        newsml_g2.sniff,
        newsml_g2.parse,
    ),
    WireFormat("newsml-1", _types("text/vnd.iptc.newsml", "application/vnd.iptc.newsml+xml"), newsml1.sniff, newsml1.parse),
    WireFormat("nitf", _types("text/vnd.iptc.nitf", "application/nitf+xml"), nitf.sniff, nitf.parse),
    WireFormat("cap", _types("application/cap+xml", "application/common-alerting-protocol+xml"), cap.sniff, cap.parse),
    WireFormat("html", _types("text/html", "application/xhtml+xml"), html_page.sniff, html_page.parse),
    WireFormat("iptc-7901", _types("text/vnd.iptc.7901", "application/x-iptc7901"), iptc7901.sniff, iptc7901.parse),
    WireFormat("anpa-1312", _types("text/vnd.iptc.anpa", "application/x-anpa1312"), anpa1312.sniff, anpa1312.parse),
    WireFormat("mbox", _types("application/mbox"), mail.sniff_mbox, mail.parse_mbox),
    WireFormat("mail", _types("message/rfc822"), mail.sniff, mail.parse),
    WireFormat("jsonl", _types("application/jsonl", "application/x-ndjson"), jsonl.sniff, jsonl.parse),
    WireFormat("ninjs", _types("application/vnd.iptc.ninjs+json", "application/ninjs+json"), ninjs.sniff, ninjs.parse),
    WireFormat("json", _types("application/json", "text/json"), generic_json.sniff, generic_json.parse),
    WireFormat("plain", _types("text/plain"), plain.sniff, plain.parse),
)


def choose(payload: Payload) -> WireFormat:
    """The format that content type and bytes agree on; else the one the bytes show; else the one the content type names; else plain text.

    Raises RefusedInput(UNKNOWN_FORMAT, MALFORMED).
    """
    *told, plain_text = FORMATS
    named = [f for f in told if payload.media_type in f.content_types]
    shown = next((f for f in named if f.name != "json" and f.sniff(payload)), None) or next((f for f in told if f.sniff(payload)), None)
    chosen = shown or next(iter(named), None) or (plain_text if plain_text.sniff(payload) else None)
    if chosen is None:
        if payload.head.startswith("<") and not payload.root_name:
            raise malformed("XML", "no root element")
        kind = f"XML root {payload.root_name}" if payload.root_name else payload.media_type or "no content type"
        raise RefusedInput(Stage.DECODE, Reason.UNKNOWN_FORMAT, f"no known wire format ({kind})")
    return chosen

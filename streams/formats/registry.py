"""Every wire format that is read: the one table. Where two sniffers accept, the earlier row wins; plain text is last."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from streams.domain.errors import Reason, RefusedInput, Stage
from streams.formats import feed, generic_json, jsonl, ninjs, plain
from streams.formats.draft import Draft
from streams.formats.payload import Payload


@dataclass(frozen=True, slots=True)
class WireFormat:
    """A format: its name (`Report.format`, a metric label), the content types that name it, its sniffer and its parser."""

    name: str
    content_types: frozenset[str]
    sniff: Callable[[Payload], bool]
    parse: Callable[[Payload], list[Draft | RefusedInput]]
    is_batch: bool = False


def _types(*names: str) -> frozenset[str]:
    return frozenset(names)


FORMATS: tuple[WireFormat, ...] = (
    WireFormat("rss", _types("application/rss+xml", "application/rdf+xml"), feed.sniff_rss, feed.parse, is_batch=True),
    WireFormat("atom", _types("application/atom+xml"), feed.sniff_atom, feed.parse, is_batch=True),
    WireFormat("jsonl", _types("application/jsonl", "application/x-ndjson"), jsonl.sniff, jsonl.parse, is_batch=True),
    WireFormat("ninjs", _types("application/vnd.iptc.ninjs+json", "application/ninjs+json"), ninjs.sniff, ninjs.parse),
    WireFormat("json", _types("application/json", "text/json"), generic_json.sniff, generic_json.parse),
    WireFormat("plain", _types("text/plain"), plain.sniff, plain.parse),
)


def choose(payload: Payload) -> WireFormat:
    """The format whose content type and sniffer both accept, else the first whose sniffer does. Raises RefusedInput(UNKNOWN_FORMAT)."""
    named = (f for f in FORMATS if payload.media_type in f.content_types and f.name != "plain" and f.name != "json" and f.sniff(payload))
    chosen = next(named, None) or next((f for f in FORMATS if f.sniff(payload)), None)
    if chosen is None:
        kind = payload.media_type or "no content type"
        raise RefusedInput(Stage.DECODE, Reason.UNKNOWN_FORMAT, f"no known wire format ({kind})")
    return chosen

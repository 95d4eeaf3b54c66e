"""Raw records as they arrive, and reports: one version of one item of wire copy from one source, parsed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from streams.domain.errors import RefusedInput
from streams.domain.values import Span

NORMAL_PRIORITY = 5
"""IPTC urgency: 1 most urgent, 5 normal, 8 least."""


@dataclass(frozen=True, slots=True)
class RawRecord:
    """One value of `wire.raw` with its headers: the bytes as received.

    `received_at` is aware UTC. `content_type` may be empty: it is then sniffed. `item_id` is the provider's own id when the
    feeder knew it, else empty. `input_id` names the input for people (file name, replay id, topic/partition/offset).
    """

    source: str
    received_at: datetime
    body: bytes
    content_type: str = ""
    item_id: str = ""
    input_id: str = ""


class Signal(StrEnum):
    """What a provider says this version is."""

    NEW = "new"
    UPDATE = "update"
    CORRECTION = "correction"
    KILL = "kill"
    EMBARGOED = "embargoed"


@dataclass(frozen=True, slots=True)
class Dateline:
    """ "STEPANAKERT, Sept 27 (Agency) -": where and when the copy was filed. `span` covers the whole dateline in the body."""

    place: str
    date: datetime | None
    span: Span | None


@dataclass(frozen=True, slots=True)
class Part:
    """Where in the original a part of a report came from: `name` is a Report field, `where` an XPath, JSON pointer or line."""

    name: str
    where: str


@dataclass(frozen=True, slots=True)
class Report:
    """One version of one item from one source.

    `item_key` = source id + provider's item id (or a key derived from slug and headline): versions of an item share it.
    `report_id` is derived from item key and content, so a resend has the same one. `version` is the provider's version
    number, 0 when it has none; `version_at` the time the provider stamped this version with (falls back to `published_at`,
    then `received_at`); versions order by (version, version_at, signal with a kill last, content_hash).
    `body` is clean text, paragraphs separated by a blank line; never empty: a headline alone is also the body.
    Times are aware UTC. `notes` are flags such as "charset-replaced" or "zone-assumed-utc".
    """

    report_id: str
    item_key: str
    source: str
    signal: Signal
    headline: str
    body: str
    received_at: datetime
    published_at: datetime
    version_at: datetime
    content_hash: str
    version: int = 0
    embargo_until: datetime | None = None
    slug: str = ""
    dateline: Dateline | None = None
    byline: str = ""
    credit: str = ""
    language: str = ""
    priority: int = NORMAL_PRIORITY
    keywords: tuple[str, ...] = ()
    medtops: tuple[str, ...] = ()
    format: str = ""
    parts: tuple[Part, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Parsed:
    """What one raw record yields: its reports in order, and the entries of a batch that had to be refused."""

    reports: tuple[Report, ...]
    refused: tuple[RefusedInput, ...] = field(default=())

"""What a wire format's parser finds, before it is a report: only what the wire said, nothing derived."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from streams.domain.report import Dateline, Part, Signal


@dataclass(frozen=True, slots=True)
class Draft:
    """One item as its format tells it. Texts are clean; an empty value is one that the wire did not give.

    `provider_id` is the provider's id of the item, the same for all its versions; `story` names the story across its takes, in
    formats whose rules say so. `notice` is an editor's note, kill instructions and embargo among them. `stated_at` and
    `versioned_at` are aware UTC. `place` is the dateline's when the format has a field for it, `dateline` where it was found in
    the body. `priority` is what the wire says of urgency, in its
    own words, the most telling first: what they mean is the provider's (`priority.urgency_words`).
    """

    headline: str = ""
    body: str = ""
    provider_id: str = ""
    version: int = 0
    signal: Signal = Signal.NEW
    stated_at: datetime | None = None
    versioned_at: datetime | None = None
    embargo_until: datetime | None = None
    slug: str = ""
    story: str = ""
    place: str = ""
    dateline: Dateline | None = None
    byline: str = ""
    credit: str = ""
    language: str = ""
    priority: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    medtops: tuple[str, ...] = ()
    notice: str = ""
    parts: tuple[Part, ...] = ()
    notes: tuple[str, ...] = ()

"""What extraction yields: an event as read from one report, before it has ids, a block and a sketch."""

from __future__ import annotations

from dataclasses import dataclass

from streams.domain.event import Actor, Claim, Count, Evidence, Modality, Outcome, Place, Thing, When
from streams.domain.values import Span


@dataclass(frozen=True, slots=True)
class ReadEvent:
    """One event of one report. The fields mean what they mean in `EventRecord`; `excerpt` is the sentence at `excerpt_span`.

    `claims` is never empty: where the report speaks in its own voice there is one claim whose holder is the source
    (holder_kind SOURCE, or OFFICIAL when the source is an official voice).
    """

    type: str
    lead: bool
    modality: Modality = Modality.ACTUAL
    actors: tuple[Actor, ...] = ()
    objects: tuple[Thing, ...] = ()
    place: Place | None = None
    time: When | None = None
    counts: tuple[Count, ...] = ()
    outcome: Outcome | None = None
    claims: tuple[Claim, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    excerpt: str = ""
    excerpt_span: Span | None = None

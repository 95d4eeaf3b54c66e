"""What extraction yields: an event as read from one report, before it has ids, a block and a sketch; and why it was read."""

from __future__ import annotations

from dataclasses import dataclass

from streams.domain.event import Actor, Claim, Count, Evidence, Modality, Outcome, Place, Thing, When
from streams.domain.incident import Term
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


@dataclass(frozen=True, slots=True)
class Want:
    """A wish of a frame's row that held. `role` is where it looked: agt, obj, inst, gov, any (the sentence), prev (it or the one before).

    `found` are the words that met it, with the spans of those that stand in the sentence; of a negated wish, none.
    """

    role: str
    classes: tuple[str, ...]
    negated: bool
    found: tuple[tuple[str, Span | None], ...]


@dataclass(frozen=True, slots=True)
class Firing:
    """A row of frames.tsv that fired: its columns, the words that it fired at, and why its mention belongs to the event.

    `merged` says how the mention was told to be of the event told before; empty for the first.
    """

    type: str
    pos: str
    trigger: str
    wants: tuple[Want, ...]
    options: tuple[str, ...]
    text: str
    span: Span
    modality: Modality
    merged: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a score decided of an event. `total` is what `how` ("product" or "sum") makes of the terms' weights."""

    question: str
    answer: str
    how: str
    total: float
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Why:
    """Why an event was read: the rows that fired, in order of the text, and the scores that it passed."""

    firings: tuple[Firing, ...] = ()
    verdicts: tuple[Verdict, ...] = ()


@dataclass(frozen=True, slots=True)
class SetAside:
    """Something that a frame fired at and that was not given as an event, and for what reason."""

    type: str
    reason: str
    why: Why


@dataclass(frozen=True, slots=True)
class Reading:
    """The events of one report with why each was read (in step, one `Why` an event), and what was set aside."""

    events: tuple[ReadEvent, ...]
    whys: tuple[Why, ...]
    set_aside: tuple[SetAside, ...]

"""Coloured spans: marks over a text, in any position to each other, as a run of openings, texts and closings that nest properly.

Markup cannot cross, spans can: "[Azerbaijani [helicopter] near] Kidal]". A mark that reaches over the end of the one it began in is
closed there and opened again, so that the pieces together cover exactly what it covers and the texts together are exactly the text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from streams.domain.event import Actor, Count, EventRecord, Outcome, Thing
from streams.domain.values import Span

KINDS = ("trigger", "initiator", "target", "victim", "party", "object", "place", "time", "count", "outcome", "claim")
"""What a span may stand for, in the order of the legend."""


@dataclass(frozen=True, slots=True)
class Mark:
    """[start, end) of one part of a report: what it stands for, and the numbers of the events that it was read for."""

    start: int
    end: int
    kind: str
    label: str
    events: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Token:
    """One step of a run: a mark opens, a text, or (neither) the mark opened last closes.

    `last` is on the opening of a mark's last piece: there its label stands.
    """

    opens: Mark | None = None
    text: str = ""
    last: bool = False


CLOSE = Token()


def run(text: str, marks: Iterable[Mark]) -> tuple[Token, ...]:
    """The text with its marks. Marks outside the text are cut to it, empty ones are left out."""
    tokens: list[Token] = []
    at, waiting, still_open = 0, list(reversed(_cut(marks, len(text)))), list[_Piece]()
    while waiting or still_open:
        stop = min([piece.mark.end for piece in still_open] + [mark.start for mark in waiting[-1:]])
        _say(text[at:stop], tokens)
        at = stop
        _close(still_open, at, tokens)
        while waiting and waiting[-1].start == at:
            still_open.append(_open(waiting.pop(), tokens))
    _say(text[at:], tokens)
    return tuple(tokens)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A mark that is open, and where in the run its piece began."""

    mark: Mark
    opened: int


def _say(text: str, tokens: list[Token]) -> None:
    if text:
        tokens.append(Token(text=text))


def _open(mark: Mark, tokens: list[Token]) -> _Piece:
    tokens.append(Token(opens=mark))
    return _Piece(mark, len(tokens) - 1)


def _close(still_open: list[_Piece], at: int, tokens: list[Token]) -> None:
    """Close what ends here; what was opened inside it and goes on is closed with it and opened again."""
    reopened: list[Mark] = []
    while any(piece.mark.end == at for piece in still_open):
        piece = still_open.pop()
        tokens.append(CLOSE)
        if piece.mark.end > at:
            reopened.append(piece.mark)
        else:
            tokens[piece.opened] = Token(opens=piece.mark, last=True)
    still_open.extend(_open(mark, tokens) for mark in reversed(reopened))


def _cut(marks: Iterable[Mark], length: int) -> list[Mark]:
    cut = [Mark(max(0, m.start), min(m.end, length), m.kind, m.label, m.events) for m in marks]
    return sorted((m for m in cut if m.start < m.end), key=lambda m: (m.start, -m.end, m.kind, m.label, m.events))


# ---- the marks of event records


def marks_of(records: Sequence[EventRecord], part: str) -> list[Mark]:
    """Every span of the records in one part of their report; the n-th record's number is n, counted from 1."""
    found: dict[tuple[int, int, str, str], list[int]] = {}
    for number, record in enumerate(records, 1):
        for kind, label, span in spans_of(record):
            if span.part == part:
                events = found.setdefault((span.start, span.end, kind, label), [])
                if number not in events:
                    events.append(number)
    return [Mark(start, end, kind, label, tuple(events)) for (start, end, kind, label), events in found.items()]


def spans_of(record: EventRecord) -> Iterator[tuple[str, str, Span]]:
    """What each span of a record stands for: kind, label, span."""
    for evidence in record.evidence:
        if evidence.span is not None and evidence.rule != SELF_ACCUSATION:
            yield "trigger", "trigger", evidence.span
    named: list[tuple[str, str, Actor | Thing | Count | Outcome | None]] = []
    named += [(actor.role.value, actor.role.value, actor) for actor in record.actors]
    named += [("object", thing.role.value, thing) for thing in record.objects]
    named += [("count", count.kind.replace("_", " "), count) for count in record.counts]
    named.append(("outcome", "outcome", record.outcome))
    yield from ((kind, label, value.span) for kind, label, value in named if value is not None and value.span is not None)
    if record.place is not None and record.place.span is not None:
        yield "place", "place", record.place.span
    if record.time is not None and record.time.span is not None:
        yield "time", "time", record.time.span
    # A claim on an attribute has the attribute's span: that is marked already.
    spoken = [claim for claim in record.claims if claim.about == "event"]
    yield from (("claim", claim.stance.value, claim.span) for claim in spoken if claim.span is not None)


SELF_ACCUSATION = "self-accusation"
"""Evidence that spans a whole sentence: told in words beside the event rather than as a span over everything in it."""

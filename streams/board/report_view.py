"""A report as an editor sees it: the copy with its spans, its events, and why each was read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from streams.board.facts import ClaimLine, Fact, Texts, claims_of, codes_shown, facts_of, texts_of
from streams.board.marks import KINDS, Token, marks_of, run
from streams.board.wording import moment, readable
from streams.domain.event import EventRecord
from streams.domain.incident import Term
from streams.domain.reading import Firing, SetAside, Verdict, Want, Why
from streams.domain.report import Report, Signal
from streams.domain.source import Source
from streams.pipeline.look import Look

ROLES = {
    "agt": "who acts",
    "obj": "what it is done to",
    "inst": "with what",
    "gov": "the verb that governs it",
    "any": "somewhere in the sentence",
    "prev": "here or in the sentence before",
}
"""What the roles of frames.tsv look at."""


@dataclass(frozen=True, slots=True)
class WantLine:
    """A wish of a row that held: "obj:aircraft", where that looks, and the words that met it."""

    wish: str
    where: str
    met_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FiringLine:
    """A row of frames.tsv as it stands there (`columns`), the words it fired at, and what followed."""

    columns: tuple[str, str, str, str, str]
    words: str
    part: str
    modality: str
    wants: tuple[WantLine, ...]
    merged: str


@dataclass(frozen=True, slots=True)
class VerdictLine:
    """A score with its terms, the weightiest first where they are summed. `sign` stands between the terms."""

    question: str
    answer: str
    total: str
    sign: str
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class WhyView:
    """Why one event was read."""

    firings: tuple[FiringLine, ...]
    verdicts: tuple[VerdictLine, ...]


@dataclass(frozen=True, slots=True)
class EventView:
    """One event of a report. `number` is what its spans are marked with."""

    number: int
    event_id: str
    type: str
    lead: bool
    modality: str
    excerpt: str
    facts: tuple[Fact, ...]
    claims: tuple[ClaimLine, ...]
    codes: tuple[tuple[str, str], ...]
    why: WhyView


@dataclass(frozen=True, slots=True)
class AsideView:
    """Something that a frame fired at and that is no event of the report."""

    type: str
    reason: str
    why: WhyView


@dataclass(frozen=True, slots=True)
class ReportView:
    """One report. `kinds` are the kinds of span that it has, in the order of the legend."""

    number: int
    input_id: str
    source: str
    published: str
    signal: str
    language: str
    headline: tuple[Token, ...]
    body: tuple[Token, ...]
    meta: tuple[tuple[str, str], ...]
    kinds: tuple[str, ...]
    events: tuple[EventView, ...]
    set_aside: tuple[AsideView, ...]
    killed: bool

    @property
    def title(self) -> str:
        """What to call it where there is no room for more: its headline, else the input that it came from."""
        return "".join(token.text for token in self.headline) or self.input_id


def report_view(look: Look, source: Source, number: int = 1) -> ReportView:
    """What is shown of a report. `source` is the registry's entry of who sent it."""
    report, texts = look.report, texts_of(look.report)
    marks = {part: marks_of(look.records, part) for part in texts}
    found = {mark.kind for part in marks.values() for mark in part}
    return ReportView(
        number=number,
        input_id=look.input_id,
        source=source.name or report.source,
        published=moment(report.published_at),
        signal=report.signal.value,
        language=report.language,
        headline=run(report.headline, marks["headline"]),
        body=run(report.body, marks["body"]),
        meta=tuple(_meta(report)),
        kinds=tuple(kind for kind in KINDS if kind in found),
        events=tuple(
            _event(n, record, why, texts) for n, (record, why) in enumerate(zip(look.records, look.reading.whys, strict=False), 1)
        ),
        set_aside=tuple(_aside(aside) for aside in look.reading.set_aside),
        killed=report.signal is Signal.KILL,
    )


def _meta(report: Report) -> Iterator[tuple[str, str]]:
    """What the wire said besides the copy, those parts that it did say."""
    told = (
        ("source", report.source),
        ("item", report.item_key),
        ("version", str(report.version) if report.version else ""),
        ("received", moment(report.received_at)),
        ("embargo until", moment(report.embargo_until) if report.embargo_until is not None else ""),
        ("format", report.format),
        ("slug", report.slug),
        ("filed from", report.dateline.place if report.dateline is not None else ""),
        ("byline", report.byline),
        ("credit", report.credit),
        ("language", report.language),
        ("priority", str(report.priority)),
        ("keywords", ", ".join(report.keywords)),
        ("notes", ", ".join(report.notes)),
    )
    return ((name, value) for name, value in told if value)


def _event(number: int, record: EventRecord, why: Why, texts: Texts) -> EventView:
    return EventView(
        number=number,
        event_id=record.event_id,
        type=record.type,
        lead=record.lead,
        modality=record.modality.value,
        excerpt=" ".join(record.excerpt.split()),
        facts=facts_of(record, texts),
        claims=claims_of(record, texts),
        codes=codes_shown(record.codes),
        why=why_view(why),
    )


def _aside(aside: SetAside) -> AsideView:
    return AsideView(aside.type, aside.reason, why_view(aside.why))


# ---- why


def why_view(why: Why) -> WhyView:
    """The reasons in words."""
    return WhyView(tuple(_firing(firing) for firing in why.firings), tuple(_verdict(verdict) for verdict in why.verdicts))


def _firing(firing: Firing) -> FiringLine:
    wishes = " ".join(_wish(want) for want in firing.wants)
    columns = (firing.type, firing.pos, firing.trigger, wishes, ",".join(firing.options))
    wants = tuple(WantLine(_wish(want), ROLES.get(want.role, want.role), _met(want)) for want in firing.wants)
    return FiringLine(columns, " ".join(firing.text.split()), firing.span.part, readable(firing.modality.value), wants, firing.merged)


def _wish(want: Want) -> str:
    return f"{'!' if want.negated else ''}{want.role}:{'|'.join(want.classes)}"


def _met(want: Want) -> tuple[str, ...]:
    """The words, each once; a class that stands within a longer phrase as it is."""
    return tuple(dict.fromkeys(" ".join(text.split()) for text, _ in want.found))


def _verdict(verdict: Verdict) -> VerdictLine:
    summed = verdict.how == "sum"
    terms = tuple(sorted(verdict.terms, key=lambda term: -abs(term.weight))) if summed else verdict.terms
    return VerdictLine(verdict.question, verdict.answer, f"{verdict.total:.2f}", "+" if summed else "×", terms)

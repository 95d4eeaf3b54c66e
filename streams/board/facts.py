"""What an event record says, as rows: kind (which colours it), label, value, what is known besides, and the words it was read from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from streams.board.marks import SELF_ACCUSATION
from streams.board.wording import interval, quantity, readable, thing, whereabouts
from streams.domain.event import Actor, Claim, Codes, Count, EventRecord
from streams.domain.report import Report
from streams.domain.values import Basis, Span

Texts = Mapping[str, str]
"""The parts of a report that spans point into: "body" and "headline". Empty where the copy is not at hand."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One attribute of an event. `words` is the text at its span; empty where it has none, or the copy is not at hand."""

    kind: str
    label: str
    value: str
    detail: str
    words: str


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """One claim. `via` reads from the source to the holder; `party` whether the holder is a party to the event."""

    holder: str
    kind: str
    stance: str
    about: str
    via: str
    party: bool
    words: str


def texts_of(report: Report) -> Texts:
    """The parts of a report."""
    return {"body": report.body, "headline": report.headline}


def words_at(span: Span | None, texts: Texts) -> str:
    """The characters of a span, on one line."""
    return _line(texts.get(span.part, "")[span.start : span.end]) if span is not None else ""


def _line(text: str) -> str:
    return " ".join(text.split())


def facts_of(record: EventRecord, texts: Texts) -> tuple[Fact, ...]:
    """Every attribute but the claims, in the order of a story: what, who, whom, with what, where, when, how many, with what outcome."""
    groups = (_triggers(record), _actors(record, texts), _things(record), _setting(record, texts), _numbers(record, texts))
    # Headline and body often say the same in the same words: each row once.
    return tuple(dict.fromkeys(fact for group in groups for fact in group))


def _triggers(record: EventRecord) -> Iterator[Fact]:
    for evidence in record.evidence:
        row = "no typed event" if evidence.rule == "no-frame" else evidence.rule
        yield Fact("trigger", readable(SELF_ACCUSATION) if evidence.rule == SELF_ACCUSATION else "trigger", row, "", _line(evidence.text))


def _actors(record: EventRecord, texts: Texts) -> Iterator[Fact]:
    for actor in record.actors:
        yield Fact(
            actor.role.value, actor.role.value, actor.canonical or actor.name, _of_actor(actor), words_at(actor.span, texts) or actor.name
        )


def _of_actor(actor: Actor) -> str:
    sector = "" if actor.sector == "UNK" else actor.sector
    return ", ".join(part for part in (actor.kind.value, actor.country, sector) if part)


def _things(record: EventRecord) -> Iterator[Fact]:
    for found in record.objects:
        yield Fact("object", found.role.value, thing(found), f"operator {found.operator}" if found.operator else "", _line(found.name))


def _setting(record: EventRecord, texts: Texts) -> Iterator[Fact]:
    place, when = record.place, record.time
    if place is not None:
        yield Fact("place", "place", place.name, _unless(place.span, whereabouts(place), FROM_CONTEXT), words_at(place.span, texts))
    if when is not None:
        yield Fact(
            "time", "time", interval(when), _unless(when.span, readable(when.precision.value), DAY_OF_FILING), words_at(when.span, texts)
        )


FROM_CONTEXT, DAY_OF_FILING = "from the dateline or what else is told", "the day of filing"


def _unless(span: Span | None, known: str, otherwise: str) -> str:
    """What is known of it; where no words tell it, also where it is from."""
    return known if span is not None else f"{known}; {otherwise}"


def _numbers(record: EventRecord, texts: Texts) -> Iterator[Fact]:
    for count in record.counts:
        yield Fact("count", readable(count.kind), quantity(count), _of_count(count), words_at(count.span, texts))
    outcome = record.outcome
    if outcome is not None:
        told = "; ".join(f"{name} {readable(value)}" for name, value in (("crew", outcome.crew), ("damage", outcome.damage)) if value)
        yield Fact("outcome", "outcome", told, "", words_at(outcome.span, texts))


def _of_count(count: Count) -> str:
    added = "in addition" if count.basis is Basis.INCREMENTAL else ""
    holder = f"says {count.holder}" if count.holder else "in the source's own voice"
    return ", ".join(part for part in (f"of {count.of}" if count.of else "", added, holder) if part)


def claims_of(record: EventRecord, texts: Texts) -> tuple[ClaimLine, ...]:
    """Who says so: the record's claims in their order."""
    return tuple(_claim(claim, texts) for claim in record.claims)


def _claim(claim: Claim, texts: Texts) -> ClaimLine:
    about = claim_about(claim.about, claim.value)
    return ClaimLine(
        claim.holder, claim.holder_kind.value, claim.stance.value, about, " < ".join(claim.via), claim.party, words_at(claim.span, texts)
    )


def claim_about(about: str, value: str) -> str:
    """What a claim is about: "event", "operator: AZE"."""
    return f"{readable(about)}: {value}" if value else readable(about)


def codes_shown(codes: Codes) -> tuple[tuple[str, str], ...]:
    """The event's codes by scheme, those that the schemes have."""
    schemes = (("PLOVER", codes.plover), ("CAMEO", codes.cameo), ("ACLED", codes.acled), ("IPTC medtop", codes.medtop))
    return tuple((name, code) for name, code in schemes if code)

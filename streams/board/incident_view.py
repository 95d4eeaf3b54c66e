"""An incident as an editor sees it: how it stands, its story, its voices, what they say and who of them, and why each record is in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from streams.board.dossier import Dossier
from streams.board.facts import ClaimLine, Fact, claims_of, codes_shown, facts_of, texts_of
from streams.board.marks import KINDS, Mark, Token, marks_of, run
from streams.board.timeline import Moment, timeline
from streams.board.wording import moment, readable
from streams.domain.alert import Alert
from streams.domain.event import EventRecord, RetractReason
from streams.domain.incident import Attribute, Incident, IndependentGroup, Join, LedgerEntry, Member, Term
from streams.domain.ontology import codes_of


@dataclass(frozen=True, slots=True)
class MemberView:
    """One record of the incident. `excerpt` and `copy` have their spans where the copy is at hand; `copy` is else empty."""

    event_id: str
    source: str
    published: str
    type: str
    standing: str
    headline: tuple[Token, ...]
    excerpt: tuple[Token, ...]
    copy: tuple[Token, ...]
    facts: tuple[Fact, ...]
    claims: tuple[ClaimLine, ...]


@dataclass(frozen=True, slots=True)
class GroupView:
    """One voice: the sources that count as one, why, and its records. `spoken` is false for records that no longer stand."""

    number: int
    sources: tuple[str, ...]
    reasons: tuple[str, ...]
    party: bool
    spoken: bool
    members: tuple[MemberView, ...]


@dataclass(frozen=True, slots=True)
class JoinView:
    """Why a record is in the incident: its best partner there and the terms of their score, the weightiest first."""

    event_id: str
    name: str
    partner_id: str
    partner: str
    score: float
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class IncidentView:
    """One incident. `last` is what consumers were last told, None while nothing rang."""

    incident_id: str
    type: str
    codes: tuple[tuple[str, str], ...]
    state: str
    reasons: tuple[str, ...]
    headline: str
    span: tuple[str, str]
    merged_into: str
    last: Alert | None
    kinds: tuple[str, ...]
    timeline: tuple[Moment, ...]
    groups: tuple[GroupView, ...]
    attributes: tuple[Attribute, ...]
    claims: tuple[LedgerEntry, ...]
    joins: tuple[JoinView, ...]


def incident_view(dossier: Dossier) -> IncidentView:
    """What is shown of an incident."""
    incident, records = dossier.incident, dossier.records
    marks = [mark.kind for record in records.values() for part in ("body", "headline") for mark in marks_of([record], part)]
    return IncidentView(
        incident_id=incident.incident_id,
        type=incident.type,
        codes=codes_shown(codes_of(incident.type)),
        state=readable(incident.state.value),
        reasons=incident.state_reasons,
        headline=incident.headline,
        span=(moment(incident.first_at), moment(incident.last_at)),
        merged_into=incident.merged_into,
        last=dossier.last_alert,
        kinds=tuple(kind for kind in KINDS if kind in marks),
        timeline=timeline(dossier),
        groups=_groups(dossier),
        attributes=tuple(best_first(attribute) for attribute in incident.attributes),
        claims=claims_in_order(incident),
        joins=tuple(_join(join, dossier) for join in joins_in_order(incident, dossier)),
    )


# ---- order


def best_first(attribute: Attribute) -> Attribute:
    """The attribute with its best variant first, the others as they were first said."""
    ordered = sorted(attribute.variants, key=lambda v: (v.value != attribute.value, v.first_seen, v.value))
    return Attribute(attribute.name, attribute.value, attribute.disputed, tuple(ordered))


def claims_in_order(incident: Incident) -> tuple[LedgerEntry, ...]:
    """Claims on the event first, then by what they are about, each as they were first said."""
    return tuple(sorted(incident.claims, key=lambda e: (e.about != "event", e.about, e.first_seen, e.holder, e.value)))


def joins_in_order(incident: Incident, dossier: Dossier) -> Sequence[Join]:
    """Joins as their records were published."""
    return sorted(incident.joins, key=lambda join: (_published(join.event_id, dossier), join.with_event_id))


def _published(event_id: str, dossier: Dossier) -> tuple[str, str]:
    record = dossier.records.get(event_id)
    return (record.published_at.isoformat() if record is not None else "", event_id)


# ---- voices and their records


def _groups(dossier: Dossier) -> tuple[GroupView, ...]:
    members = {member.event_id: member for member in dossier.incident.members}
    groups = sorted(dossier.incident.independent_groups, key=lambda group: min(_published(e, dossier) for e in group.event_ids))
    views = [_group(n, group, members, dossier) for n, group in enumerate(groups, 1)]
    spoken = {event_id for group in groups for event_id in group.event_ids}
    silent = sorted((e for e in members if e not in spoken), key=lambda e: _published(e, dossier))
    if silent:
        sources = tuple(sorted({members[e].source for e in silent}))
        views.append(GroupView(len(views) + 1, sources, (), False, False, tuple(_member(members[e], dossier) for e in silent)))
    return tuple(views)


def _group(number: int, group: IndependentGroup, members: dict[str, Member], dossier: Dossier) -> GroupView:
    ordered = sorted((e for e in group.event_ids if e in members), key=lambda e: _published(e, dossier))
    return GroupView(number, group.sources, group.reasons, group.party, True, tuple(_member(members[e], dossier) for e in ordered))


def _member(member: Member, dossier: Dossier) -> MemberView:
    standing = "" if member.retracted is RetractReason.NONE else readable(member.retracted.value)
    record = dossier.records.get(member.event_id)
    if record is None:
        return MemberView(member.event_id, member.source, "", "", standing, (), (), (), (), ())
    report = dossier.reports.get(record.report_id)
    texts = texts_of(report) if report is not None else {}
    body, marks = texts.get("body", ""), marks_of([record], "body")
    return MemberView(
        event_id=member.event_id,
        source=record.carrier.name or member.source,
        published=moment(record.published_at),
        type=record.type,
        standing=standing,
        headline=run(record.headline, marks_of([record], "headline")),
        excerpt=excerpt(record, body, marks),
        copy=run(body, marks) if body else (),
        facts=facts_of(record, texts),
        claims=claims_of(record, texts),
    )


def excerpt(record: EventRecord, body: str, marks: Sequence[Mark]) -> tuple[Token, ...]:
    """The record's sentence with its spans; where the copy is not at hand, or the sentence is its headline, without them.

    A record keeps its sentence and not where that stands: it is the one that holds the words which told of the event.
    """
    triggers = [mark.start for mark in marks if mark.kind == "trigger"] or [0]
    starts = [at for at in _occurrences(record.excerpt, body) if any(at <= start < at + len(record.excerpt) for start in triggers)]
    if not starts:
        return run(record.excerpt, ())
    at = starts[0]
    inside = [m for m in marks if m.start >= at and m.end <= at + len(record.excerpt)]
    return run(record.excerpt, [Mark(m.start - at, m.end - at, m.kind, m.label, m.events) for m in inside])


def _occurrences(words: str, text: str) -> list[int]:
    found, at = [], text.find(words) if words else -1
    while at >= 0:
        found.append(at)
        at = text.find(words, at + 1)
    return found


# ---- joins


def _join(join: Join, dossier: Dossier) -> JoinView:
    terms = tuple(sorted(join.terms, key=lambda term: -abs(term.weight)))
    names = (_name(e, dossier) for e in (join.event_id, join.with_event_id))
    return JoinView(join.event_id, next(names), join.with_event_id, next(names), join.score, terms)


def _name(event_id: str, dossier: Dossier) -> str:
    record = dossier.records.get(event_id)
    return f"{record.carrier.name or record.carrier.id}, {moment(record.published_at)}" if record is not None else event_id

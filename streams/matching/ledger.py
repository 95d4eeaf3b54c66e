"""Who claims, confirms and denies what: the incident's ledger, and what each holder says last.

A denial binds only to what it denies: an entry's `about` is the event or one attribute, and only entries about the event itself decide
whether the event stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from streams.domain.event import Claim, EventRecord, HolderKind, Stance
from streams.domain.incident import LedgerEntry, StoredRecord
from streams.matching.nodes import is_active
from streams.matching.stances import EVENT, said_at


def current(records: Iterable[StoredRecord]) -> tuple[EventRecord, ...]:
    """The records that speak now: active, and of several versions of one item only the latest's. In event-time order."""
    active = [stored.record for stored in records if is_active(stored)]
    latest: dict[str, EventRecord] = {}
    for record in sorted(active, key=_version):
        latest[record.item_key] = record
    speaking = [r for r in active if r.report_id == latest[r.item_key].report_id]
    return tuple(sorted(speaking, key=lambda r: (r.published_at, r.event_id)))


def _version(record: EventRecord) -> tuple[object, ...]:
    return (record.version, record.version_at, record.published_at, record.report_id, record.event_id)


@dataclass(frozen=True, slots=True)
class Said:
    """A claim with the record that carries it."""

    claim: Claim
    record: EventRecord


def said(records: Sequence[EventRecord]) -> tuple[Said, ...]:
    """Every claim of the speaking records, in event-time order."""
    return tuple(Said(claim, record) for record in records for claim in record.claims)


def last_word(records: Sequence[EventRecord]) -> dict[str, Said]:
    """Each holder's latest claim about the event itself; at one time a denial or confirmation outweighs a mere assertion."""
    weight = {Stance.UNVERIFIED: 0, Stance.ASSERTS: 1, Stance.CONFIRMS: 2, Stance.DENIES: 3}
    about = [s for s in said(records) if s.claim.about == EVENT]
    about.sort(key=lambda s: (said_at(s.record), weight[s.claim.stance], s.record.event_id))
    return {s.claim.holder: s for s in about}


def _hedge(claim: Claim) -> bool:
    return claim.holder_kind is HolderKind.SOURCE and claim.stance is Stance.UNVERIFIED


def holders(record: EventRecord, about: str = EVENT) -> tuple[str, ...]:
    """Who stands behind what the record says about the event or an attribute: those who do not deny it. Sorted.

    An agency that passes hearsay on with "could not be verified" stands behind nothing.
    """
    named = {c.holder for c in record.claims if c.about == about and c.stance is not Stance.DENIES and not _hedge(c)}
    return tuple(sorted(named))


def entries(records: Sequence[EventRecord]) -> tuple[LedgerEntry, ...]:
    """The ledger: one entry per holder, stance and thing claimed, with everyone who carried it. Sorted by those."""
    rows: dict[tuple[str, str, str, str], list[Said]] = {}
    for one in said(records):
        claim = one.claim
        rows.setdefault((claim.about, claim.holder, claim.stance.value, claim.value), []).append(one)
    return tuple(_entry(rows[key]) for key in sorted(rows, key=lambda k: (k[0] != EVENT, *k)))


def _entry(carried: Sequence[Said]) -> LedgerEntry:
    first = carried[0].claim
    kinds = list(HolderKind)
    return LedgerEntry(
        holder=first.holder,
        stance=first.stance,
        holder_kind=min((s.claim.holder_kind for s in carried), key=kinds.index),
        country=max(s.claim.country for s in carried),
        party=any(s.claim.party for s in carried),
        about=first.about,
        value=first.value,
        via=min((s.claim.via for s in carried), key=lambda via: (len(via), via)),
        sources=tuple(sorted({s.record.carrier.id for s in carried})),
        event_ids=tuple(sorted({s.record.event_id for s in carried})),
        first_seen=min(s.record.published_at for s in carried),
    )

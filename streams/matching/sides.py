"""Who is on whose side, and who is therefore a party to an incident: known only when all its records are seen together.

One report says "the ministry said a helicopter was shot down", another whose helicopter it was, a third who shot. Whether the
ministry speaks as a party is a fact of the incident, not of the first report.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files

from streams.domain.event import ActorRole, Claim, EventRecord, HolderKind, ObjectRole
from streams.domain.ontology import family

FOUGHT = "conflict"
"""In this family the place that is struck is on somebody's side, and an unnamed shooter is the other one."""
MILITARY = ".MIL"

_ACTING = frozenset({ActorRole.INITIATOR, ActorRole.TARGET, ActorRole.VICTIM})


@cache
def _patrons() -> dict[str, str]:
    data = json.loads(files("streams.matching").joinpath("data/patrons.json").read_text("utf-8"))
    patrons: dict[str, str] = data["patrons"]
    return patrons


def side(holder: str, country: str) -> str:
    """Whose side a holder is on: its country, or the body before the dot of its canonical id; a breakaway body's is its patron's."""
    own = country or holder.partition(".")[0]
    return _patrons().get(own, own)


def known_side(claim: Claim) -> bool:
    """Whether a holder's side can be told: by its country, or by a canonical id that begins with one; a bare person's cannot."""
    return bool(claim.country) or claim.holder.partition(".")[0].isupper()


def acting(records: Iterable[EventRecord], *roles: ActorRole) -> frozenset[str]:
    """The sides that have one of these roles in some record."""
    return frozenset(side(a.canonical, a.country) for r in records for a in r.actors if a.role in roles) - {""}


def owners(records: Iterable[EventRecord]) -> frozenset[str]:
    """Whose the hit things are said to be: admitting a loss speaks against oneself. A city that was hit has no owner in this sense."""
    hit = (t for r in records for t in r.objects if t.role is not ObjectRole.INSTRUMENT and t.class_path)
    return frozenset(side(t.operator, "") for t in hit if t.operator)


def struck(records: Sequence[EventRecord]) -> frozenset[str]:
    """The sides that it happened to; the side that holds the place when nobody names another."""
    named = owners(records) | acting(records, ActorRole.TARGET, ActorRole.VICTIM)
    return named or frozenset(_holding(r) for r in records if family(r.type) == FOUGHT) - {""}


def _holding(record: EventRecord) -> str:
    return side("", record.place.de_facto or record.place.country) if record.place is not None else ""


def judged(records: Sequence[EventRecord]) -> tuple[EventRecord, ...]:
    """The records with each claim's `party` as the whole incident shows it."""
    parties = acting(records, *_ACTING) | owners(records) | struck(records) | _presumed(records) | _on_whose_ground(records)

    def is_party(claim: Claim, record: EventRecord) -> bool:
        if claim.party or claim.holder_kind is not HolderKind.OFFICIAL:
            return claim.party
        # Of an official whose side cannot be told it is not known that he is none, and a party must not corroborate itself.
        untold = family(record.type) == FOUGHT and not known_side(claim)
        return untold or side(claim.holder, claim.country) in parties

    def seen(record: EventRecord) -> EventRecord:
        if all(is_party(c, record) == c.party for c in record.claims):
            return record
        return replace(record, claims=tuple(replace(c, party=is_party(c, record)) for c in record.claims))

    return tuple(map(seen, records))


def _on_whose_ground(records: Sequence[EventRecord]) -> frozenset[str]:
    """Whoever holds the place that is fought over is no bystander, whosever the things are that were hit there."""
    return frozenset(_holding(r) for r in records if family(r.type) == FOUGHT) - {""}


def _presumed(records: Sequence[EventRecord]) -> frozenset[str]:
    """The sides whose military tells of a strike on others by nobody named: it tells of its own."""
    if acting(records, ActorRole.INITIATOR):
        return frozenset()
    told = (c for r in records if family(r.type) == FOUGHT for c in r.claims)
    return frozenset(side(c.holder, c.country) for c in told if c.holder_kind is HolderKind.OFFICIAL and c.holder.endswith(MILITARY))

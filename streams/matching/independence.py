"""How many independent voices: records that only repeat one another, or one origin, are one group, and each group says why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from streams.domain.event import Claim, EventRecord, HolderKind, Stance
from streams.domain.incident import IndependentGroup
from streams.matching.copies import Copies, root
from streams.matching.sides import known_side, side
from streams.matching.stances import EVENT, SAYING_SO
from streams.matching.words import fold

OWN_VOICE = frozenset({HolderKind.SOURCE, HolderKind.EYEWITNESS, HolderKind.UNNAMED})
"""Holders behind whom the agency itself stands: it spoke, or it found the witness."""


def groups(records: Sequence[EventRecord], copies: Copies | None = None) -> tuple[IndependentGroup, ...]:
    """The independent voices among the speaking records, sorted by key. A record that denies is a voice too. `copies` may know of an
    earlier state of the incident: it saves time, the outcome is the same."""
    parent = list(range(len(records)))
    reasons: list[tuple[int, str]] = []
    for one, other, reason in _same_voice(records, copies or Copies()):
        parent[root(parent, one)] = root(parent, other)
        reasons.append((one, reason))
    members: dict[int, list[int]] = {}
    for n in range(len(records)):
        members.setdefault(root(parent, n), []).append(n)
    why: dict[int, set[str]] = {}
    for n, reason in reasons:
        why.setdefault(root(parent, n), set()).add(reason)
    found = (_group([records[n] for n in group], why.get(root, set())) for root, group in members.items())
    return tuple(sorted(found, key=lambda group: group.key))


def _group(records: Sequence[EventRecord], why: set[str]) -> IndependentGroup:
    return IndependentGroup(
        key=min(record.event_id for record in records),
        sources=tuple(sorted({record.carrier.id for record in records})),
        event_ids=tuple(sorted(record.event_id for record in records)),
        reasons=tuple(sorted(why)) or ("alone",),
        party=all(speaks_for_party(record) for record in records),
    )


def speaks_for_party(record: EventRecord) -> bool:
    """Whether the record only relays parties to the event: then the holder is the voice, and the agency adds none."""
    about = event_claims(record)
    return bool(about) and all(claim.party for claim in about)


def event_claims(record: EventRecord) -> tuple[Claim, ...]:
    """The record's claims that the event is so."""
    return tuple(c for c in record.claims if c.about == EVENT and c.stance is not Stance.DENIES)


def vouches(record: EventRecord) -> bool:
    """Whether someone who is no party asserts or confirms the event in this record."""
    return any(c.stance in SAYING_SO and not c.party for c in event_claims(record))


def _same_voice(records: Sequence[EventRecord], copies: Copies) -> Iterator[tuple[int, int, str]]:
    """Pairs of records that are one voice, with the reason; one link per key and record is enough."""
    first: dict[tuple[str, str], int] = {}
    for n, record in enumerate(records):
        for kind, name in _keys(record):
            if (kind, name) in first:
                yield n, first[kind, name], f"{kind}: {name}" if name else kind
            else:
                first[kind, name] = n
    for n, m in copies.pairs([record.sketch.shingles for record in records]):
        yield n, m, "near-copy"


def _keys(record: EventRecord) -> Iterator[tuple[str, str]]:
    """The keys on which records are one voice. A source's own name counts as the credit line that others print for it."""
    carrier = record.carrier
    yield "same source", carrier.id
    if carrier.owner:
        yield "same owner", carrier.owner
    own = {_name(carrier.id), _name(carrier.name)}
    named = {_name(carrier.credit)} | {_name(m) for m in _relayed_media(record)}
    for name in sorted((own | named) - {""}):
        yield "same credit line", name
    for origin in official_origins(record):
        yield "same official origin", origin


def _name(text: str) -> str:
    return fold(text.strip())


def _relayed_media(record: EventRecord) -> set[str]:
    """The media that the whole record leans on: who tells it without a word of the agency's own."""
    about = event_claims(record)
    if any(c.holder_kind is not HolderKind.MEDIA and not c.via for c in about):
        return set()
    return {c.via[-1] if c.via else c.holder for c in about}


def official_origins(record: EventRecord) -> tuple[str, ...]:
    """The names of the one official voice that the record does nothing but relay: a party by its side, another by its name.

    Empty when the record has a word of its own or relays two sides. A spokesman whose side is not told goes with whom he is told beside.
    """
    about = event_claims(record)
    if not about or any(c.holder_kind is not HolderKind.OFFICIAL for c in about):
        return ()
    placed = {side(c.holder, c.country) if c.party else c.holder for c in about if known_side(c)}
    unplaced = {c.holder for c in about if not known_side(c)}
    return tuple(sorted(placed | unplaced)) if len(placed) <= 1 else ()

"""Records into one incident: a function of their set. Every variant stays with its holders, every merge with its reasons."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Sequence

from streams.domain.event import EventRecord, RetractReason
from streams.domain.incident import Incident, Join, Member, StoredRecord
from streams.domain.ontology import OTHER_STORY
from streams.matching.attributes import attributes
from streams.matching.copies import Copies
from streams.matching.independence import groups
from streams.matching.lattice import SAYS_LESS
from streams.matching.ledger import current, entries
from streams.matching.nodes import is_active
from streams.matching.sides import judged
from streams.matching.stances import only_denies, said_so
from streams.matching.standing import facts, standing

KEPT_STORIES = 256
"""Incidents of many records whose near-copies are kept from one fusing to the next."""
MANY_RECORDS = 8


class Fusing:
    """`fuse` for a stream of changes: what was found of a hot story's copies is kept, so that its next record is compared alone."""

    def __init__(self) -> None:
        self._copies: OrderedDict[str, Copies] = OrderedDict()

    def __call__(
        self, incident_id: str, block_key: str, founded_by: str, revision: int, records: Sequence[StoredRecord], joins: Sequence[Join]
    ) -> Incident:
        """As `fuse`."""
        copies = self._kept(incident_id) if len(records) > MANY_RECORDS else None
        return fuse(incident_id, block_key, founded_by, revision, records, joins, copies)

    def _kept(self, incident_id: str) -> Copies:
        copies = self._copies.setdefault(incident_id, Copies())
        self._copies.move_to_end(incident_id)
        if len(self._copies) > KEPT_STORIES:
            self._copies.popitem(last=False)
        return copies


def fuse(
    incident_id: str,
    block_key: str,
    founded_by: str,
    revision: int,
    records: Sequence[StoredRecord],
    joins: Sequence[Join],
    copies: Copies | None = None,
) -> Incident:
    """The incident that these records make, whatever order they are given in. `records` is not empty.

    Only records that speak now (active, the latest version of their item) count for state, attributes and ledger; all are members.
    """
    speaking = judged(current(records))
    voices = groups(speaking, copies)
    told = speaking or tuple(sorted((s.record for s in records), key=lambda r: (r.published_at, r.event_id)))
    kind = _type(told)
    found = facts(_bearing_on(kind, speaking), voices)
    state, reasons = standing(found)
    votes = {event_id: group.key for group in voices for event_id in group.event_ids}
    return Incident(
        incident_id=incident_id,
        block_key=block_key,
        founded_by=founded_by,
        type=kind,
        state=state,
        state_reasons=reasons,
        headline=_headline(told, kind),
        first_at=min(r.published_at for r in told),
        last_at=max(r.published_at for r in told),
        revision=revision,
        attributes=attributes(speaking, votes, frozenset(found.owners)),
        claims=entries(speaking),
        independent_groups=voices,
        members=tuple(sorted((_member(stored) for stored in records), key=lambda m: m.event_id)),
        joins=tuple(sorted(joins, key=lambda j: (j.event_id, j.with_event_id))),
    )


def _member(stored: StoredRecord) -> Member:
    """A record under an embargo that nobody has released stands as EMBARGOED: it is no source's public word yet."""
    standing = stored.retracted
    if standing is RetractReason.NONE and not is_active(stored):
        standing = RetractReason.EMBARGOED
    return Member(stored.record.event_id, stored.record.report_id, stored.record.carrier.id, standing)


def _bearing_on(kind: str, records: Sequence[EventRecord]) -> tuple[EventRecord, ...]:
    """The records that say whether it happened as that kind: not those that deny it as another, nor those that say less than it."""
    less = SAYS_LESS.get(kind, frozenset())
    return tuple(r for r in records if r.type == kind or not (r.type in less or only_denies(r)))


def _type(records: Sequence[EventRecord]) -> str:
    """The type that most records give of those that somebody stands behind; a typed reading outweighs an untyped one, for the words
    were the same."""
    counts = Counter(record.type for record in records if said_so(record)) or Counter(record.type for record in records)
    return min(counts, key=lambda name: (-counts[name] * (1 if name == OTHER_STORY else 2), name))


def _headline(records: Sequence[EventRecord], kind: str) -> str:
    """Of the reports that lead with the event, the best graded source's first."""
    return min(records, key=lambda r: (not r.headline, not r.lead, r.type != kind, r.carrier.grade, r.published_at, r.event_id)).headline

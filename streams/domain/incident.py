"""Incidents: one real-world event, the records that tell of it, every variant of what they say, and who says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from streams.domain.alert import Alert, Announced
from streams.domain.event import EventRecord, HolderKind, RetractReason, Stance
from streams.domain.values import Position


class IncidentState(StrEnum):
    """How well an incident stands: a function of its ledger and independence groups, never of the order they came in."""

    CLAIMED = "claimed"
    """Only a party to the event says so."""
    SINGLE_SOURCE = "single_source"
    CORROBORATED = "corroborated"
    """Two or more independent voices that are no party to it, or both parties."""
    CONFIRMED = "confirmed"
    """The owner of what was hit, or an official of the side that it speaks against, says so."""
    DISPUTED = "disputed"
    """The event is asserted and denied, or holders disagree on what it was."""
    DENIED = "denied"
    """Only denials stand."""
    RETRACTED = "retracted"
    """No active record is left."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One value that some holders give an attribute. `first_seen` is the earliest publication time among its records."""

    value: str
    holders: tuple[str, ...]
    sources: tuple[str, ...]
    event_ids: tuple[str, ...]
    first_seen: datetime


@dataclass(frozen=True, slots=True)
class Attribute:
    """A fused attribute (`object_class`, `operator`, `object_count`, `place`, `killed`, `crew`, …): the best value and all variants.

    `disputed` when variants cannot all be true (lattice hypernyms and overlapping intervals can).
    """

    name: str
    value: str
    disputed: bool
    variants: tuple[Variant, ...]


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """A claim of the incident with everyone who carried it. `about` and `value` as in `Claim`."""

    holder: str
    stance: Stance
    holder_kind: HolderKind
    country: str
    party: bool
    about: str
    value: str
    via: tuple[str, ...]
    sources: tuple[str, ...]
    event_ids: tuple[str, ...]
    first_seen: datetime


@dataclass(frozen=True, slots=True)
class IndependentGroup:
    """Sources that count as one voice, and why ("same credit line: …", "near-copy", "same owner", "same official origin")."""

    key: str
    sources: tuple[str, ...]
    event_ids: tuple[str, ...]
    reasons: tuple[str, ...]
    party: bool
    """Whether this voice is a party to the event: it never corroborates itself."""


@dataclass(frozen=True, slots=True)
class Term:
    """One term of a match score: a feature, what was compared, its weight in log-odds."""

    feature: str
    detail: str
    weight: float


@dataclass(frozen=True, slots=True)
class Join:
    """Why a record is in its incident: its best partner there, the score (log-odds), and the terms that made it."""

    event_id: str
    with_event_id: str
    score: float
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """A record's standing in its incident: active while `retracted` is NONE."""

    event_id: str
    report_id: str
    source: str
    retracted: RetractReason = RetractReason.NONE


@dataclass(frozen=True, slots=True)
class Incident:
    """One real-world event, as known now. The value of `wire.incidents`.

    `founded_by` is the founding record, from whose id the incident's is derived. `revision` counts changes. `merged_into`
    names the incident that absorbed this one (then it has no members), else it is empty.
    """

    incident_id: str
    block_key: str
    founded_by: str
    type: str
    state: IncidentState
    state_reasons: tuple[str, ...]
    headline: str
    first_at: datetime
    last_at: datetime
    revision: int = 1
    merged_into: str = ""
    attributes: tuple[Attribute, ...] = ()
    claims: tuple[LedgerEntry, ...] = ()
    independent_groups: tuple[IndependentGroup, ...] = ()
    members: tuple[Member, ...] = ()
    joins: tuple[Join, ...] = ()

    @property
    def event_ids(self) -> tuple[str, ...]:
        """Its records, retracted ones included, sorted."""
        return tuple(sorted(m.event_id for m in self.members))

    def attribute(self, name: str) -> Attribute | None:
        """The fused attribute of that name, or None."""
        return next((a for a in self.attributes if a.name == name), None)


@dataclass(frozen=True, slots=True)
class Emission:
    """What a position in the log made us say: the same position, processed again after a crash, says exactly this again.

    `incident_ids` are the incidents that it changed: their rows are written and published again too.
    """

    at: Position
    alerts: tuple[Alert, ...]
    incident_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A record as the incidents table keeps it: its standing, and what each log position that touched it made us say.

    `applied_at` is the position that first applied it. `emissions` travel with the record when incidents merge or split.
    """

    record: EventRecord
    applied_at: Position
    retracted: RetractReason = RetractReason.NONE
    released: bool = False
    emissions: tuple[Emission, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordStanding:
    """A stored record without the record: what changes of it."""

    event_id: str
    applied_at: Position
    retracted: RetractReason = RetractReason.NONE
    released: bool = False
    emissions: tuple[Emission, ...] = ()


@dataclass(frozen=True, slots=True)
class IncidentEntry:
    """What the `incidents` table holds under an incident id. Its records are rows of their own, written once: a hot incident
    of a thousand reports must not be written whole with each report."""

    incident: Incident
    partition: int
    standings: tuple[RecordStanding, ...]
    announced: Announced | None = None


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """An incident with everything that it is a function of, and what consumers were told: an IncidentEntry with its records.

    `partition` is the partition of `wire.events` that it belongs to: indexes are rebuilt per partition on take-over.
    """

    incident: Incident
    partition: int
    records: tuple[StoredRecord, ...]
    announced: Announced | None = None

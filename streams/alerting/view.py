"""What the deciders see of an incident: its active records, and its facts as consumers are told them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from streams.domain.event import Modality, RetractReason
from streams.domain.incident import Attribute, Incident, IncidentState, StoredRecord

FACTS = ("object_class", "operator", "object_count", "place", "crew", "killed", "injured", "initiator")
"""The attributes whose change is news. Everything else may change silently."""

FIRST_WORD = frozenset({"object_class", "operator", "object_count", "crew", "killed", "injured"})
"""Those of them whose first value is news in itself. A place or an attacker named later only completes what was told."""

RINGING = frozenset({Modality.ACTUAL, Modality.ATTEMPTED})
"""History, plans, hypotheses and negated events never alert as new (DESIGN.md, rules of thought)."""

COUNT = "object_count"
OR = " or "
"""Stands between the variants of a disputed fact."""

_NUMBER = re.compile(r"\d+")
_CEILING = re.compile(r"^\s*(?:up[ _]to|at[ _]most|<=|<|≤|-|\.\.)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class View:
    """An incident with its active records, in order of event id."""

    incident: Incident
    active: tuple[StoredRecord, ...]

    @property
    def gone(self) -> bool:
        """No active record is left, or another incident absorbed it."""
        return bool(self.incident.merged_into) or self.incident.state is IncidentState.RETRACTED or not self.active

    @property
    def happening(self) -> bool:
        """Some active record says that it happened or was tried."""
        return any(r.record.modality in RINGING for r in self.active)

    @property
    def sources(self) -> tuple[str, ...]:
        """Ids of the sources with an active record, sorted."""
        return tuple(sorted({r.record.carrier.id for r in self.active}))

    @property
    def best_priority(self) -> int:
        """The most urgent IPTC priority of an active record: 1 is the most urgent; 9 when there is none."""
        return min((r.record.priority for r in self.active), default=9)


def view(incident: Incident, records: Sequence[StoredRecord]) -> View:
    """The incident with those of `records` that stand: members not taken back and not held by an embargo."""
    standing = {m.event_id for m in incident.members if m.retracted is RetractReason.NONE}
    active = [r for r in records if r.record.event_id in standing and not _held(r)]
    return View(incident, tuple(sorted(active, key=lambda r: r.record.event_id)))


def _held(stored: StoredRecord) -> bool:
    return stored.record.embargo_until is not None and not stored.released


def facts(incident: Incident) -> tuple[tuple[str, str], ...]:
    """The incident's (attribute, value) pairs as consumers are told them, in the order of FACTS, the type first."""
    return (("type", incident.type), *_told(incident))


def _told(incident: Incident) -> Iterator[tuple[str, str]]:
    for name in FACTS:
        attribute = incident.attribute(name)
        if attribute is not None and (text := fact_text(attribute)):
            yield name, text


def fact_text(attribute: Attribute) -> str:
    """The value; when it is disputed the best one and then every other variant in sorted order ("AZE or RUS").

    Of how many things every variant is told: "1" and "up to 2" may both be true, and a desk wants to know of the second.
    """
    if not attribute.disputed and attribute.name != COUNT:
        return attribute.value
    others = sorted({v.value for v in attribute.variants} - {attribute.value})
    return OR.join([attribute.value, *others])


def variants(text: str) -> frozenset[str]:
    """The values that a fact's text names, whichever leads."""
    return frozenset(text.split(OR))


def lower_bound(text: str) -> int:
    """The least number that a count's text allows: "16", "16-20", "16 or 12", "at_least 16" -> 16; "up_to 16" -> 0."""
    if _CEILING.match(text):
        return 0
    first = _NUMBER.search(text)
    return int(first.group()) if first else 0

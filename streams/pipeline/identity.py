"""Which incident is which after a re-linking: clusters keep the id of the incident that most of their records came from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from streams.domain.ids import derive
from streams.domain.incident import IncidentRow
from streams.matching import Cluster


@dataclass(frozen=True, slots=True)
class Assignment:
    """A cluster with the incident that it is now; `row` is that incident as it was, None when it is new."""

    cluster: Cluster
    incident_id: str
    founded_by: str
    row: IncidentRow | None


@dataclass(frozen=True, slots=True)
class Identities:
    """Every cluster's incident, and where each incident that lost all its records went: old id -> surviving id."""

    assigned: tuple[Assignment, ...]
    absorbed: tuple[tuple[IncidentRow, str], ...]


def identify(
    clusters: Sequence[Cluster],
    rows: Mapping[str, IncidentRow],
    where: Mapping[str, str],
    founder: Callable[[Cluster], str],
    existing: Callable[[str], IncidentRow | None],
) -> Identities:
    """Give clusters their incidents.

    `rows` are the incidents affected, by id; `where` says which incident a record was in; `founder` names a cluster's
    founding record; `existing` looks an incident id up. Overlaps are settled largest first; at equal overlap an incident that
    consumers know wins, then the older, then the smaller id: a total order, so the result does not depend on iteration.
    """
    taken: dict[int, IncidentRow] = {}
    used: set[str] = set()
    for index, incident_id in _by_preference(clusters, rows, where):
        if index not in taken and incident_id not in used:
            taken[index] = rows[incident_id]
            used.add(incident_id)
    assigned = []
    for index, cluster in enumerate(clusters):
        row = taken.get(index)
        if row is not None:
            assigned.append(Assignment(cluster, row.incident.incident_id, row.incident.founded_by, row))
        else:
            assigned.append(_fresh(cluster, founder(cluster), used, existing))
    return Identities(tuple(assigned), tuple(_absorbed(assigned, rows, used, where)))


def _by_preference(clusters: Sequence[Cluster], rows: Mapping[str, IncidentRow], where: Mapping[str, str]) -> Iterable[tuple[int, str]]:
    overlaps: Counter[tuple[int, str]] = Counter()
    for index, cluster in enumerate(clusters):
        overlaps.update((index, where[e]) for e in cluster.event_ids if where.get(e) in rows)

    def preference(pair: tuple[int, str]) -> tuple[int, bool, str, str, int]:
        index, incident_id = pair
        row = rows[incident_id]
        return (-overlaps[pair], row.announced is None, row.incident.first_at.isoformat(), incident_id, index)

    return sorted(overlaps, key=preference)


def _fresh(cluster: Cluster, founder: str, used: set[str], existing: Callable[[str], IncidentRow | None]) -> Assignment:
    """A new id from the founding record; one that an absorbed incident left behind is taken up again."""
    attempt = 0
    while True:
        incident_id = derive("inc", founder) if not attempt else derive("inc", founder, str(attempt))
        row = existing(incident_id)
        if incident_id not in used and (row is None or not row.records):
            used.add(incident_id)
            return Assignment(cluster, incident_id, founder, row)
        attempt += 1


def _absorbed(
    assigned: Sequence[Assignment], rows: Mapping[str, IncidentRow], used: set[str], where: Mapping[str, str]
) -> Iterable[tuple[IncidentRow, str]]:
    for incident_id in sorted(set(rows) - used):
        shares = Counter({a.incident_id: sum(where.get(e) == incident_id for e in a.cluster.event_ids) for a in assigned})
        survivor = min(shares, key=lambda i: (-shares[i], i))
        yield rows[incident_id], survivor

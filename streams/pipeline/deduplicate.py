"""Deduplicate: one event record -> the incidents it changes and the alerts that follow.

record -> known? (replay, resend) -> link -> clusters -> incidents (ids kept by overlap) -> fuse -> decide
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from heapq import heapify, heappop, heappush

from streams.alerting import decide
from streams.domain.alert import Alert
from streams.domain.event import Action, EventRecord, RetractReason
from streams.domain.incident import Emission, Incident, IncidentRow, IncidentState, StoredRecord
from streams.domain.settings import CoreSettings
from streams.domain.values import Position
from streams.matching import Cluster, Fusing, Linker, Relinked
from streams.pipeline.identity import Assignment, identify
from streams.pipeline.ports import IncidentStore

REPLAY_WINDOW = 65_536
"""How many offsets back an emission is kept. A crash replays at most what was delivered and not committed: the transports'
buffers hold 32,768 records (`stream_buffer_maxsize`), so twice that is safe."""


class Outcome(StrEnum):
    """What a record was to the incidents. A metric label."""

    APPLIED = "applied"
    DUPLICATE = "duplicate"
    REPLAYED = "replayed"
    UNKNOWN = "unknown"
    """A release of a record that is not open: nothing to do."""


@dataclass(frozen=True, slots=True)
class Applied:
    """What a record led to: incidents to publish and alerts to send, in order."""

    outcome: Outcome
    incidents: tuple[Incident, ...] = ()
    alerts: tuple[Alert, ...] = ()


class Deduplicator:
    """The open incidents of one partition of `wire.events`, and what a record does to them.

    State lives in `store`; what is held here is derived from it and rebuilt by the constructor on take-over.
    """

    def __init__(
        self,
        store: IncidentStore,
        settings: CoreSettings,
        partition: int = 0,
        make_linker: Callable[[Callable[[str], StoredRecord]], Linker] = Linker,
    ) -> None:
        self._store = store
        self._settings = settings
        self._partition = partition
        self._where: dict[str, str] = {}
        self._ages: list[tuple[datetime, str]] = []
        self._shelf: dict[str, datetime] = {}
        self._shelf_ages: list[tuple[datetime, str]] = []
        self._embargoed: list[tuple[datetime, str]] = []
        self._watermark: datetime | None = None
        self._states: dict[str, IncidentState] = {}
        self._incoming: StoredRecord | None = None
        self._fuse = Fusing()
        self.linker = make_linker(self._stored)
        self._load(row for row in store.rows() if row.partition == partition)

    # ---- what the agents call

    def apply(self, record: EventRecord, at: Position) -> Applied:
        """Take in one record from log position `at`."""
        known = self._find(record)
        if known is not None:
            done = next((e for e in known.emissions if e.at == at), None)
            if done is not None:
                return self._say_again(done)
            if _standing(known, record) == (known.retracted, known.released):
                return self._nothing(Outcome.DUPLICATE)
        elif record.action is Action.RELEASE:
            return self._nothing(Outcome.UNKNOWN)
        return self._change(record, known, at)

    def _nothing(self, outcome: Outcome) -> Applied:
        """Looking for the record may have opened what was closed: nothing came of that, so it must not stay open for the next one."""
        self._close_overdue()
        return Applied(outcome)

    def due(self, now: datetime) -> Iterator[EventRecord]:
        """Releases to send on `wire.events` for embargoes that have passed at `now`. Each is yielded once per process."""
        while self._embargoed and self._embargoed[0][0] <= now:
            _, event_id = heappop(self._embargoed)
            if event_id not in self._where:
                continue
            stored = self._stored(event_id)
            if not stored.released:
                yield replace(stored.record, action=Action.RELEASE, received_at=now)

    def incident_of(self, event_id: str) -> str:
        """The incident that a record is in now, empty when it is in none that is open."""
        return self._where.get(event_id, "")

    def open_states(self) -> Counter[IncidentState]:
        """How many incidents are open, by state; those that a merge emptied do not count."""
        return Counter(self._states.values())

    # ---- what is known

    def _find(self, record: EventRecord) -> StoredRecord | None:
        """The stored record of that id. Incidents that were closed and hold a version of its item are opened again first: a kill or
        a correction finds what it is about, however late."""
        if record.event_id not in self._where:
            for row in self._store.closed(record.item_key):
                self._reopen(row)
        return self._stored(record.event_id) if record.event_id in self._where else None

    # ---- rebuilding

    def _load(self, rows: Iterable[IncidentRow]) -> None:
        stored: list[StoredRecord] = []
        clusters: list[list[str]] = []
        for row in rows:
            clusters.append([r.record.event_id for r in row.records])
            stored.extend(row.records)
            self._remember(row)
        self.linker.load(stored, [c for c in clusters if c])
        for incident_id, last_at in self._store.shelf():
            self._shelve(incident_id, last_at)
        heapify(self._ages)
        heapify(self._embargoed)
        for r in stored:
            self._await_release(r)
            self._advance(r.record)

    def _remember(self, row: IncidentRow) -> None:
        self._place(row)
        self._ages.append((self._closes_at(row), row.incident.incident_id))

    def _place(self, row: IncidentRow) -> None:
        incident_id = row.incident.incident_id
        for r in row.records:
            self._where[r.record.event_id] = incident_id
        if row.records:
            self._states[incident_id] = row.incident.state
        else:
            self._states.pop(incident_id, None)

    def _stored(self, event_id: str) -> StoredRecord:
        if self._incoming is not None and self._incoming.record.event_id == event_id:
            return self._incoming
        row = self._store.get(self._where[event_id])
        if row is None:
            raise KeyError(event_id)
        return next(r for r in row.records if r.record.event_id == event_id)

    # ---- one change

    def _say_again(self, done: Emission) -> Applied:
        """The same record after a crash: rows are written again because the changelog may lack what the local store has."""
        rows = [row for i in done.incident_ids if (row := self._store.get(i)) is not None]
        self._store.put_all(rows, done.at)
        self._close_overdue()
        return Applied(Outcome.REPLAYED, tuple(r.incident for r in rows), done.alerts)

    def _change(self, record: EventRecord, known: StoredRecord | None, at: Position) -> Applied:
        stored = _revised(record, known, at)
        self._incoming = stored
        try:
            relinked = self.linker.upsert(stored)
            rows, absorbed, alerts = self._settle(relinked, stored, record)
        finally:
            self._incoming = None
        ids = tuple(r.incident.incident_id for r in (*rows, *absorbed))
        emission = Emission(at, tuple(alerts), ids)
        written = [_with_emission(row, stored.record.event_id, emission) for row in (*rows, *absorbed)]
        self._write(written, at)
        self._await_release(stored)
        self._advance(record)
        return Applied(Outcome.APPLIED, tuple(r.incident for r in written), tuple(alerts))

    def _settle(
        self, relinked: Relinked, stored: StoredRecord, trigger: EventRecord
    ) -> tuple[list[IncidentRow], list[IncidentRow], list[Alert]]:
        """The rows that change, those left empty by a merge, and the alerts that consumers are owed."""
        touched = {self._where[e] for cluster in relinked.before for e in cluster if e in self._where}
        before = {i: row for i in sorted(touched) if (row := self._store.get(i)) is not None}
        records = {r.record.event_id: r for row in before.values() for r in row.records}
        records[stored.record.event_id] = stored
        identities = identify(relinked.after, before, self._where, lambda c: _founder(c, records), self._store.get)
        alerts: list[Alert] = []
        rows: list[IncidentRow] = []
        for a in sorted(identities.assigned, key=lambda a: (stored.record.event_id not in a.cluster.event_ids, a.incident_id)):
            if a.row is not None and _unchanged(a.row, a.cluster, stored):
                continue
            rows.append(self._ring(_fused(self._fuse, a, records), a.row, _members(a.cluster, records), trigger, alerts))
        absorbed = [self._ring(_merged(row.incident, survivor), row, (), trigger, alerts) for row, survivor in identities.absorbed]
        return rows, absorbed, alerts

    def _ring(
        self,
        incident: Incident,
        before: IncidentRow | None,
        records: Sequence[StoredRecord],
        trigger: EventRecord,
        alerts: list[Alert],
    ) -> IncidentRow:
        alert, announced = decide(before, incident, records, trigger, self._settings.policy)
        if alert is not None:
            alerts.append(alert)
        return IncidentRow(incident, self._partition, tuple(records), announced)

    def _write(self, rows: Sequence[IncidentRow], at: Position) -> None:
        for row in rows:
            if row.incident.revision == 1:
                heappush(self._ages, (self._closes_at(row), row.incident.incident_id))
            self._place(row)
        self._store.put_all(rows, at)

    # ---- time

    def _await_release(self, stored: StoredRecord) -> None:
        until = stored.record.embargo_until
        if until is not None and _pending(stored):
            heappush(self._embargoed, (until, stored.record.event_id))

    def _advance(self, record: EventRecord) -> None:
        """Move event time on, close incidents that have been quiet for longer than their window, and forget what was kept long enough."""
        # A clock that runs ahead at one agency must not age out everybody else's incidents.
        seen = min(record.published_at, record.received_at)
        self._watermark = max(self._watermark or seen, seen)
        self._close_overdue()

    def _close_overdue(self) -> None:
        watermark = self._watermark
        while watermark is not None and len(self._where) > self._settings.open_records and self._ages and self._ages[0][0] < watermark:
            _, incident_id = heappop(self._ages)
            row = self._store.get(incident_id)
            if row is not None and (closes_at := self._closes_at(row)) >= watermark:
                heappush(self._ages, (closes_at, incident_id))
            elif row is not None:
                self._let_go(row)
        while watermark is not None and self._shelf_ages and self._shelf_ages[0][0] < watermark:
            until, incident_id = heappop(self._shelf_ages)
            if self._shelf.get(incident_id) == until:
                del self._shelf[incident_id]
                self._store.delete(incident_id)

    def _closes_at(self, row: IncidentRow) -> datetime:
        """The end of its window; what is under an embargo is not over before that has passed."""
        pending = (r.record.embargo_until for r in row.records if _pending(r))
        latest = max((row.incident.last_at, *(until for until in pending if until is not None)))
        return latest + self._settings.open_for(row.incident.type)

    def _let_go(self, row: IncidentRow) -> None:
        """Close it. What a merge left empty is forgotten: nothing can come for it."""
        incident_id = row.incident.incident_id
        event_ids = [r.record.event_id for r in row.records]
        self.linker.forget(event_ids)
        for event_id in event_ids:
            del self._where[event_id]
        self._states.pop(incident_id, None)
        if row.records:
            self._store.close(incident_id)
            self._shelve(incident_id, row.incident.last_at)
        else:
            self._store.delete(incident_id)

    def _shelve(self, incident_id: str, last_at: datetime) -> None:
        until = self._shelf[incident_id] = last_at + timedelta(days=self._settings.kept_days)
        heappush(self._shelf_ages, (until, incident_id))

    def _reopen(self, row: IncidentRow) -> None:
        """Take a closed incident's records back, as at a take-over; it closes again with the next record unless one joins it."""
        self._shelf.pop(row.incident.incident_id, None)
        self._store.reopen(row.incident.incident_id)
        self.linker.load(row.records, [[r.record.event_id for r in row.records]])
        self._place(row)
        heappush(self._ages, (self._closes_at(row), row.incident.incident_id))
        for stored in row.records:
            self._await_release(stored)


def _pending(stored: StoredRecord) -> bool:
    """Whether an embargo holds the record back still."""
    return stored.record.embargo_until is not None and not stored.released and stored.retracted is RetractReason.NONE


def _standing(known: StoredRecord, record: EventRecord) -> tuple[RetractReason, bool]:
    """A known record's standing after `record`: retracted how, released or not."""
    match record.action:
        case Action.RETRACT:
            return record.retract_reason, known.released
        case Action.RELEASE:
            return known.retracted, True
        case Action.ASSERT:
            return known.retracted, known.released


def _revised(record: EventRecord, known: StoredRecord | None, at: Position) -> StoredRecord:
    if known is None:
        # A retraction that came before its assertion carries the whole record: kept as it would be had they come in order.
        plain = replace(record, action=Action.ASSERT, retract_reason=RetractReason.NONE, caused_by=record.report_id)
        return StoredRecord(plain, applied_at=at, retracted=record.retract_reason)
    retracted, released = _standing(known, record)
    return replace(known, retracted=retracted, released=released)


def _with_emission(row: IncidentRow, event_id: str, emission: Emission) -> IncidentRow:
    def grown(stored: StoredRecord) -> StoredRecord:
        if stored.record.event_id != event_id:
            return stored
        recent = (e for e in stored.emissions if e.at.offset > emission.at.offset - REPLAY_WINDOW)
        return replace(stored, emissions=(*recent, emission))

    return replace(row, records=tuple(grown(r) for r in row.records))


def _members(cluster: Cluster, records: dict[str, StoredRecord]) -> tuple[StoredRecord, ...]:
    return tuple(records[e] for e in cluster.event_ids)


def _founder(cluster: Cluster, records: dict[str, StoredRecord]) -> str:
    """The record that founds a new incident: the first published, retracted ones last."""

    def order(stored: StoredRecord) -> tuple[bool, datetime, str]:
        return (stored.retracted is not RetractReason.NONE, stored.record.published_at, stored.record.event_id)

    return min(_members(cluster, records), key=order).record.event_id


def _unchanged(row: IncidentRow, cluster: Cluster, stored: StoredRecord) -> bool:
    same = {r.record.event_id for r in row.records} == set(cluster.event_ids)
    return same and stored.record.event_id not in cluster.event_ids


def _fused(fuse: Fusing, a: Assignment, records: dict[str, StoredRecord]) -> Incident:
    """The cluster's incident, fused again from its records."""
    members = _members(a.cluster, records)
    revision = a.row.incident.revision + 1 if a.row is not None else 1
    block = members[0].record.block_key
    return fuse(a.incident_id, block, a.founded_by, revision, members, a.cluster.joins)


def _merged(incident: Incident, survivor: str) -> Incident:
    return replace(
        incident,
        state=IncidentState.RETRACTED,
        state_reasons=(f"merged into {survivor}",),
        merged_into=survivor,
        revision=incident.revision + 1,
        attributes=(),
        claims=(),
        independent_groups=(),
        members=(),
        joins=(),
    )

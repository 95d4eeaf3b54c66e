"""The core's stores on key-value tables of bytes (Faust tables in a worker, a dict in tests).

The `incidents` table holds five kinds of rows, told apart by the first byte of the key:

| key | value |
|---|---|
| incident id | IncidentEntry: the incident, how its records stand, what consumers were told |
| `\\x01` + event id | EventRecord: written once, before the entry that first names it |
| `\\x00` + partition | the entries of the last change of several incidents: see `put_all` |
| `\\x02` + incident id | IncidentEntry of a closed incident |
| `\\x03` + item key | the ids of the closed incidents that hold a record of the item, one a line |
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, MutableMapping, Sequence
from datetime import datetime

from streams.adapters.avro import codec_for
from streams.domain.errors import MustStop
from streams.domain.event import EventRecord
from streams.domain.incident import IncidentEntry, IncidentRow, RecordStanding, StoredRecord
from streams.domain.item import ItemState
from streams.domain.values import Position

Table = MutableMapping[bytes, bytes]

CACHED_ROWS = 20_000
"""Rows kept in memory per partition: a hot incident is read again with every report of it."""

_INTENT = b"\x00"
_RECORD = b"\x01"
_CLOSED = b"\x02"
_ITEM = b"\x03"
_LENGTH = 4


class TableItems:
    """The `reports` table."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._codec = codec_for(ItemState)

    def get(self, item_key: str) -> ItemState | None:
        """The item's state, or None. RefusedInput when the stored bytes are of no known schema."""
        data = self._table.get(item_key.encode())
        return None if data is None else self._codec.decode(data)

    def put(self, state: ItemState) -> None:
        """Store it under its item key."""
        self._table[state.item_key.encode()] = self._codec.encode(state)


class TableIncidents:
    """The rows of one partition in the `incidents` table.

    Records go to the changelog before the entry that names them, and a change of several entries (a merge, a split) is first
    written whole under an intent key, then entry by entry. The changelog keeps that order, so whatever prefix of it survives a
    crash, incidents are all as before or all found: what no entry names yet is ignored, what is missing is read from the intent.
    """

    def __init__(self, table: Table, partition: int) -> None:
        self._table = table
        self._entries = codec_for(IncidentEntry)
        self._records = codec_for(EventRecord)
        self._partition = partition
        self._intent_key = _INTENT + b"%d" % partition
        self._cache: OrderedDict[str, IncidentRow] = OrderedDict()
        self._unfinished = self._read_intent()

    def get(self, incident_id: str) -> IncidentRow | None:
        """The row, or None. RefusedInput when the stored bytes are of no known schema."""
        row = self._cache.get(incident_id)
        if row is not None:
            self._cache.move_to_end(incident_id)
            return row
        entry = self._unfinished.get(incident_id) or self._entry(incident_id)
        return None if entry is None else self._keep(self._row(entry))

    def put_all(self, rows: Sequence[IncidentRow], at: Position) -> None:
        """Store each under its incident id, all or none."""
        frames = [self._entries.encode(_entry(row)) for row in rows]
        # Every other record was written at the position that applied it; a replay of this position writes this one again, because
        # the changelog may lack what the local store kept.
        for stored in (r for row in rows for r in row.records if r.applied_at == at):
            self._table[_record_key(stored.record.event_id)] = self._records.encode(stored.record)
        if len(rows) > 1:
            self._table[self._intent_key] = b"".join(len(f).to_bytes(_LENGTH, "big") + f for f in frames)
        for row, frame in zip(rows, frames, strict=True):
            self._table[row.incident.incident_id.encode()] = frame
            self._unfinished.pop(row.incident.incident_id, None)
            self._keep(row)

    def close(self, incident_id: str) -> None:
        """Set it aside. A crash on the way leaves it open: the row under its own key counts until that is gone."""
        row = self.get(incident_id)
        if row is None:
            raise KeyError(incident_id)
        self._table[_CLOSED + incident_id.encode()] = self._entries.encode(_entry(row))
        for item_key in _items(row):
            self._point(item_key, {*self._pointed(item_key), incident_id})
        self._drop(incident_id)

    def closed(self, item_key: str) -> tuple[IncidentRow, ...]:
        """The rows set aside that hold a record of that item."""
        ids = (i for i in self._pointed(item_key) if i.encode() not in self._table and i not in self._unfinished)
        found = (self._table.get(_CLOSED + i.encode()) for i in ids)
        return tuple(self._row(self._entries.decode(data)) for data in found if data is not None)

    def reopen(self, incident_id: str) -> None:
        """Take it back."""
        data = self._table[_CLOSED + incident_id.encode()]
        self._table[incident_id.encode()] = data
        self._unshelve(self._row(self._entries.decode(data)))

    def delete(self, incident_id: str) -> None:
        """Forget it and its records."""
        data = self._table.get(_CLOSED + incident_id.encode())
        row = self.get(incident_id) or (self._row(self._entries.decode(data)) if data is not None else None)
        self._drop(incident_id)
        if row is not None and data is not None:
            self._unshelve(row)
        for stored in row.records if row is not None else ():
            self._table.pop(_record_key(stored.record.event_id), None)

    def shelf(self) -> Iterator[tuple[str, datetime]]:
        """Every row of the partition that is set aside."""
        for key, data in self._table.items():
            if key[:1] == _CLOSED and key[1:] not in self._table:
                entry = self._entries.decode(data)
                if entry.partition == self._partition:
                    yield entry.incident.incident_id, entry.incident.last_at

    def rows(self) -> Iterator[IncidentRow]:
        """Every open row of the partition."""
        for key, data in self._table.items():
            if key[:1] in (_INTENT, _RECORD, _CLOSED, _ITEM) or key.decode() in self._unfinished:
                continue
            entry = self._entries.decode(data)
            if entry.partition == self._partition:
                yield self._row(entry)
        yield from (self._row(entry) for entry in self._unfinished.values())

    def _drop(self, incident_id: str) -> None:
        self._table.pop(incident_id.encode(), None)
        self._cache.pop(incident_id, None)
        self._unfinished.pop(incident_id, None)

    def _unshelve(self, row: IncidentRow) -> None:
        self._table.pop(_CLOSED + row.incident.incident_id.encode(), None)
        for item_key in _items(row):
            self._point(item_key, {*self._pointed(item_key)} - {row.incident.incident_id})

    def _pointed(self, item_key: str) -> tuple[str, ...]:
        data = self._table.get(_ITEM + item_key.encode())
        return tuple(data.decode().split("\n")) if data else ()

    def _point(self, item_key: str, incident_ids: set[str]) -> None:
        key = _ITEM + item_key.encode()
        if incident_ids:
            self._table[key] = "\n".join(sorted(incident_ids)).encode()
        else:
            self._table.pop(key, None)

    def _entry(self, incident_id: str) -> IncidentEntry | None:
        data = self._table.get(incident_id.encode())
        return None if data is None else self._entries.decode(data)

    def _row(self, entry: IncidentEntry) -> IncidentRow:
        records = tuple(self._stored(standing) for standing in entry.standings)
        return IncidentRow(entry.incident, entry.partition, records, entry.announced)

    def _stored(self, standing: RecordStanding) -> StoredRecord:
        data = self._table.get(_record_key(standing.event_id))
        if data is None:
            raise MustStop(f"table incidents[{self._partition}]: an incident names record {standing.event_id}, which is missing")
        record = self._records.decode(data)
        return StoredRecord(record, standing.applied_at, standing.retracted, standing.released, standing.emissions)

    def _keep(self, row: IncidentRow) -> IncidentRow:
        self._cache[row.incident.incident_id] = row
        self._cache.move_to_end(row.incident.incident_id)
        if len(self._cache) > CACHED_ROWS:
            self._cache.popitem(last=False)
        return row

    def _read_intent(self) -> dict[str, IncidentEntry]:
        """Entries of the last change of several incidents that did not reach the table."""
        data = self._table.get(self._intent_key)
        unfinished: dict[str, IncidentEntry] = {}
        while data:
            size = int.from_bytes(data[:_LENGTH], "big")
            entry = self._entries.decode(data[_LENGTH : _LENGTH + size])
            data = data[_LENGTH + size :]
            stored = self._entry(entry.incident.incident_id)
            if stored is None or stored.incident.revision < entry.incident.revision:
                unfinished[entry.incident.incident_id] = entry
        return unfinished


def _record_key(event_id: str) -> bytes:
    return _RECORD + event_id.encode()


def _items(row: IncidentRow) -> list[str]:
    return sorted({stored.record.item_key for stored in row.records})


def _entry(row: IncidentRow) -> IncidentEntry:
    standings = tuple(RecordStanding(r.record.event_id, r.applied_at, r.retracted, r.released, r.emissions) for r in row.records)
    return IncidentEntry(row.incident, row.partition, standings, row.announced)

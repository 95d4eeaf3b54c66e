"""The core's stores on key-value tables of bytes (Faust tables in a worker, a dict in tests)."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, MutableMapping, Sequence

from streams.adapters.avro import Codec
from streams.domain.incident import IncidentRow
from streams.domain.item import ItemState

Table = MutableMapping[bytes, bytes]

CACHED_ROWS = 20_000
"""Decoded rows kept in memory per partition: a hot incident is read again with every report of it."""

_LENGTH = 4


class TableItems:
    """The `reports` table."""

    def __init__(self, table: Table, codec: Codec[ItemState]) -> None:
        self._table = table
        self._codec = codec

    def get(self, item_key: str) -> ItemState | None:
        """The item's state, or None. RefusedInput when the stored bytes are of no known schema."""
        data = self._table.get(item_key.encode())
        return None if data is None else self._codec.decode(data)

    def put(self, state: ItemState) -> None:
        """Store it under its item key."""
        self._table[state.item_key.encode()] = self._codec.encode(state)


class TableIncidents:
    """The rows of one partition in the `incidents` table.

    A change of several rows (a merge, a split) is first written whole under an intent key, then row by row. The changelog keeps
    that order, so after a crash the rows are either all as before or all found: those missing are read from the intent.
    """

    def __init__(self, table: Table, codec: Codec[IncidentRow], partition: int) -> None:
        self._table = table
        self._codec = codec
        self._partition = partition
        self._intent_key = b"\x00intent-%d" % partition
        self._cache: OrderedDict[str, IncidentRow] = OrderedDict()
        self._unfinished = self._read_intent()

    def get(self, incident_id: str) -> IncidentRow | None:
        """The row, or None. RefusedInput when the stored bytes are of no known schema."""
        row = self._cache.get(incident_id)
        if row is not None:
            self._cache.move_to_end(incident_id)
            return row
        if incident_id in self._unfinished:
            return self._unfinished[incident_id]
        data = self._table.get(incident_id.encode())
        return None if data is None else self._keep(self._codec.decode(data))

    def put_all(self, rows: Sequence[IncidentRow]) -> None:
        """Store each under its incident id, all or none."""
        frames = [self._codec.encode(row) for row in rows]
        if len(rows) > 1:
            self._table[self._intent_key] = b"".join(len(f).to_bytes(_LENGTH, "big") + f for f in frames)
        for row, frame in zip(rows, frames, strict=True):
            self._table[row.incident.incident_id.encode()] = frame
            self._unfinished.pop(row.incident.incident_id, None)
            self._keep(row)

    def delete(self, incident_id: str) -> None:
        """Forget it."""
        self._cache.pop(incident_id, None)
        self._unfinished.pop(incident_id, None)
        self._table.pop(incident_id.encode(), None)

    def rows(self) -> Iterator[IncidentRow]:
        """Every row of the partition."""
        for key, data in self._table.items():
            if key.startswith(b"\x00") or key.decode() in self._unfinished:
                continue
            row = self._codec.decode(data)
            if row.partition == self._partition:
                yield row
        yield from self._unfinished.values()

    def _keep(self, row: IncidentRow) -> IncidentRow:
        self._cache[row.incident.incident_id] = row
        self._cache.move_to_end(row.incident.incident_id)
        if len(self._cache) > CACHED_ROWS:
            self._cache.popitem(last=False)
        return row

    def _read_intent(self) -> dict[str, IncidentRow]:
        """Rows of the last change of several rows that did not reach the table."""
        data = self._table.get(self._intent_key)
        unfinished: dict[str, IncidentRow] = {}
        while data:
            size = int.from_bytes(data[:_LENGTH], "big")
            row = self._codec.decode(data[_LENGTH : _LENGTH + size])
            data = data[_LENGTH + size :]
            stored = self._table.get(row.incident.incident_id.encode())
            if stored is None or self._codec.decode(stored).incident.revision < row.incident.revision:
                unfinished[row.incident.incident_id] = row
        return unfinished

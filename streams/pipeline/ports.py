"""What the core asks of the outside: tiny protocols, each with a hand-written fake in tests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol

from streams.domain.incident import IncidentRow
from streams.domain.item import ItemState
from streams.domain.values import Position


class Clock(Protocol):
    """The only way to learn the time."""

    def now(self) -> datetime:
        """Aware UTC."""
        ...


class ItemStore(Protocol):
    """The `reports` table."""

    def get(self, item_key: str) -> ItemState | None:
        """The item's state, or None."""
        ...

    def put(self, state: ItemState) -> None:
        """Store it under its item key."""
        ...


class IncidentStore(Protocol):
    """The `incidents` table, the rows of one partition of `wire.events`."""

    def get(self, incident_id: str) -> IncidentRow | None:
        """The row, or None."""
        ...

    def put_all(self, rows: Sequence[IncidentRow], at: Position) -> None:
        """Store what the record at log position `at` changed, each row under its incident id, all or none of them: a merge or split
        cut in half by a crash would lose records. Rows of one position may be put again when it is replayed."""
        ...

    def close(self, incident_id: str) -> None:
        """Set an open row aside: `get` and `rows` no longer give it, `closed` does."""
        ...

    def closed(self, item_key: str) -> tuple[IncidentRow, ...]:
        """The rows set aside that hold a record of that item, by incident id."""
        ...

    def reopen(self, incident_id: str) -> None:
        """Take a row that was set aside back among the open ones. KeyError when there is none."""
        ...

    def delete(self, incident_id: str) -> None:
        """Forget it, open or set aside."""
        ...

    def rows(self) -> Iterator[IncidentRow]:
        """Every open row, in any order: read once, when a partition is taken over."""
        ...

    def shelf(self) -> Iterator[tuple[str, datetime]]:
        """Every row set aside, as incident id and `last_at`: read once, when a partition is taken over."""
        ...

"""Exactly once into the log: journal -> append -> flush -> journal, and after a crash a look at the log's end. Blocking; for one thread.

        find key  -- done, same bytes --> answer as before, append nothing
           |      -- done, other bytes -> conflict, or a newer version where the feeder says that it is one
        intend    (on disk)
        append, flush
        finish    ... a crash before this line leaves the entry unresolved; `recover` looks for its input-id in the log

On the embedded log this is exact. A Kafka broker may still take in a request that was on its way when the process was killed, after
`recover` has looked: then a record comes twice, and `normalize` recognises it as a resend.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from streams.adapters.logclient import LogClient
from streams.adapters.wire_raw import INPUT_ID, RAW, append_raw
from streams.domain.report import RawRecord
from streams.domain.settings import CoreSettings
from streams.feeders.journal import Entry, Journal
from streams.pipeline.ports import Clock

MARK_EVERY = 2_000
"""Records between two marks: what a recovery has to read at most, besides what others append. A mark costs a round trip on Kafka."""


@dataclass(frozen=True, slots=True)
class Item:
    """A raw record with its input id set. `key` is what a repeat is known by; without one nothing is remembered.

    `supersedes`: other bytes under the same key are a newer version, not a conflict.
    """

    raw: RawRecord
    key: str = ""
    supersedes: bool = False


@dataclass(frozen=True, slots=True)
class Receipt:
    """The log has the item for good, under this input id. `repeated`: it had it before; nothing was appended."""

    input_id: str
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Conflict:
    """The key was used before with other bytes; nothing was appended. `input_id` is that of the earlier item."""

    input_id: str


Answer = Receipt | Conflict


def digest_of(body: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(body).hexdigest()


class Appender:
    """Writes items of one feeder to `wire.raw`. Raises what LogClient and Journal raise; then nothing is known of the items it was given:
    call `recover` on a new connection, and offer them again."""

    def __init__(self, journal: Journal, client: LogClient, broker: str, settings: CoreSettings, clock: Clock) -> None:
        self._journal = journal
        self._client = client
        self._broker = broker
        self._settings = settings
        self._clock = clock
        self._unmarked = 0

    def recover(self) -> int:
        """Settle what an earlier run left unresolved. How many of them the log had."""
        unresolved = self._journal.unresolved()
        found = list(self._look_for(unresolved)) if unresolved else []
        if unresolved:
            self._journal.settle(found)
        self._mark()
        return len(found)

    def _look_for(self, unresolved: Sequence[Entry]) -> Iterator[str]:
        keys = {entry.input_id: entry.key for entry in unresolved}
        ends = self._client.ends(RAW)
        # A mark past the end is of a log that was replaced: then everything is looked at.
        begin = {p: offset for p, offset in self._journal.marks(self._broker).items() if offset <= ends.get(p, -1)}
        for record in self._client.read(RAW, begin):
            if key := keys.get(record.header(INPUT_ID)):
                yield key

    def _mark(self) -> None:
        self._journal.mark(self._broker, self._client.ends(RAW))
        self._unmarked = 0

    def append(self, items: Sequence[Item]) -> list[Answer]:
        """An answer for each item, in order. When this returns they are in the log for good."""
        answers: list[Answer] = []
        for run in _runs(items):
            answers += self._append(run)
        return answers

    def _append(self, items: Sequence[Item]) -> list[Answer]:
        answers = [self._known(item) for item in items]
        fresh = [item for item, answer in zip(items, answers, strict=True) if answer is None]
        if fresh:
            self._write(fresh)
        return [answer or Receipt(item.raw.input_id) for item, answer in zip(items, answers, strict=True)]

    def _known(self, item: Item) -> Answer | None:
        entry = self._journal.find(item.key) if item.key else None
        if entry is None:
            return None
        if entry.digest == digest_of(item.raw.body):
            return Receipt(entry.input_id, repeated=True)
        return None if item.supersedes else Conflict(entry.input_id)

    def _write(self, items: Sequence[Item]) -> None:
        if self._unmarked >= MARK_EVERY:
            self._mark()
        now = int(self._clock.now().timestamp())
        entries = [Entry(i.key, digest_of(i.raw.body), i.raw.input_id, now) for i in items if i.key]
        if entries:
            self._journal.intend(entries)
        for item in items:
            append_raw(self._client, item.raw, self._settings)
        self._client.flush()
        self._unmarked += len(items)
        if entries:
            self._journal.finish(entry.key for entry in entries)


def _runs(items: Sequence[Item]) -> Iterator[list[Item]]:
    """Runs in which no key comes twice: the second of a key must find the first in the journal."""
    run: list[Item] = []
    keys: set[str] = set()
    for item in items:
        if item.key in keys:
            yield run
            run, keys = [], set()
        run.append(item)
        if item.key:
            keys.add(item.key)
    if run:
        yield run

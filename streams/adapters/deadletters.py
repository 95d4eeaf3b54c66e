"""Dead letters read back from their topic, and driven again.

What was driven again is remembered in the same topic by a marker: an empty record with a `redriven.of` header that names the
letter's place. The letter's bytes are sent and acknowledged first, the marker after, so a crash between can repeat a letter (a
counted duplicate downstream) and never lose one. The marker has the letter's retention and comes later, so it outlives it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from streams.adapters.logclient import Headers, LogClient, Record, Start

ERROR_PREFIX = "error."
MARKER = "redriven.of"
MARKED_AT = "redriven.at"
CHUNK = 200
"""Letters sent between two waits for acknowledgement: what a crash can repeat at most."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A dead letter as it stands in the log. `redriven` when it was sent again."""

    record: Record
    redriven: bool

    @property
    def position(self) -> str:
        """Its place: "partition@offset"."""
        return f"{self.record.partition}@{self.record.offset}"

    @property
    def stage(self) -> str:
        """Where it was refused."""
        return self._error("stage")

    @property
    def reason(self) -> str:
        """Why, a word of a closed set."""
        return self._error("reason")

    @property
    def message(self) -> str:
        """Why, in words, with the part at fault."""
        where = self._error("where")
        return self._error("message") + (f" (at {where})" if where else "")

    @property
    def error_class(self) -> str:
        """Class of the error."""
        return self._error("class")

    @property
    def topic(self) -> str:
        """The topic it came from, empty when it does not say."""
        return self._error("topic")

    @property
    def origin(self) -> str:
        """Its first place: "topic[partition]@offset"."""
        return f"{self.topic}[{self._error('partition')}]@{self._error('offset')}" if self.topic else ""

    @property
    def at(self) -> str:
        """When it was refused, RFC 3339."""
        return self._error("at")

    @property
    def source(self) -> str:
        """The source of the raw record, empty for other topics."""
        return self.record.header("source")

    def _error(self, name: str) -> str:
        return self.record.header(ERROR_PREFIX + name)


def letters(client: LogClient, topic: str) -> list[Letter]:
    """Every dead letter, in order of time."""
    records = list(client.read(topic, Start.BEGINNING))
    done = {r.header(MARKER) for r in records if _is_marker(r)}
    found = (r for r in records if not _is_marker(r))
    return [Letter(r, f"{r.partition}@{r.offset}" in done) for r in found]


def _is_marker(record: Record) -> bool:
    return any(name == MARKER for name, _ in record.headers)


def original_headers(record: Record) -> Headers:
    """The headers as they were before it was refused."""
    return tuple((name, value) for name, value in record.headers if not name.startswith(ERROR_PREFIX))


def redrive(client: LogClient, topic: str, chosen: Iterable[Letter], now: str) -> None:
    """Send letters again to where they came from, byte for byte, and mark each. `now` is RFC 3339. All are acknowledged on return."""
    for chunk in _chunks(chosen):
        for letter in chunk:
            client.append(letter.topic, letter.record.key, letter.record.value, original_headers(letter.record))
        client.flush()
        for letter in chunk:
            client.append(topic, letter.record.key, b"", ((MARKER, letter.position.encode()), (MARKED_AT, now.encode())))
        client.flush()


def _chunks(chosen: Iterable[Letter]) -> Iterator[list[Letter]]:
    chunk: list[Letter] = []
    for letter in chosen:
        chunk.append(letter)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk

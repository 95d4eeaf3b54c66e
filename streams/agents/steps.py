"""What the agents do with one record: decode -> core -> records to send. No Faust here, so a test needs none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from time import perf_counter
from typing import Protocol

from streams.adapters.avro import codec_for
from streams.adapters.metrics import Agent
from streams.agents.deadletters import DeadLetters, describe
from streams.agents.messages import Inbound, Outbound
from streams.agents.observe import Observer
from streams.domain.alert import Alert
from streams.domain.errors import MustStop, Reason, RefusedInput, Stage, TransientFailure
from streams.domain.event import EventRecord
from streams.domain.incident import Incident
from streams.domain.report import RawRecord
from streams.domain.settings import CoreSettings
from streams.pipeline.deduplicate import Deduplicator
from streams.pipeline.normalize import normalize
from streams.pipeline.ports import ItemStore

UNNAMED_SOURCE = "unknown"


@dataclass(frozen=True, slots=True)
class TopicNames:
    """The topics of DESIGN.md under the names that the settings give them."""

    raw: str = "wire.raw"
    events: str = "wire.events"
    incidents: str = "wire.incidents"
    alerts: str = "wire.alerts"
    dead_letters: str = "wire.dead-letters"


class Step(Protocol):
    """One agent's work on one record."""

    stage: Stage
    """Where a defect of the step is said to have happened."""

    def __call__(self, message: Inbound) -> tuple[Outbound, ...]:
        """The records to send, in order. RefusedInput sends the record to the dead letters."""
        ...

    def abandon(self, message: Inbound) -> None:
        """The record could not be processed: forget whatever the attempt left behind in memory."""
        ...


class NormalizeStep:
    """`wire.raw` -> `wire.events`."""

    stage = Stage.EXTRACT

    def __init__(self, items: ItemStore, settings: CoreSettings, topics: TopicNames, letters: DeadLetters, observer: Observer) -> None:
        self._items = items
        self._settings = settings
        self._topics = topics
        self._letters = letters
        self._observer = observer
        self._codec = codec_for(EventRecord)

    def __call__(self, message: Inbound) -> tuple[Outbound, ...]:
        """Read a raw record; its events go out, and a dead letter for every part of a batch that was refused."""
        raw = raw_record(message)
        normalized = normalize(raw, message.at, self._items, self._settings)
        events = tuple(self._event(record) for record in normalized.records)
        letters = tuple(self._letters.refuse(message, error) for error in normalized.refused)
        self._observer.normalized(normalized)
        for error in normalized.refused:
            self._observer.refused(error, describe(message))
        return (*events, *letters)

    def abandon(self, message: Inbound) -> None:
        """Nothing is held between records."""

    def _event(self, record: EventRecord) -> Outbound:
        return Outbound(self._topics.events, record.block_key.encode(), self._codec.encode(record))


class DeduplicateStep:
    """`wire.events` -> `wire.incidents` and `wire.alerts`. Holds one Deduplicator per partition that this worker has."""

    stage = Stage.MATCH

    def __init__(self, open_partition: Callable[[int], Deduplicator], topics: TopicNames, observer: Observer) -> None:
        self._open = open_partition
        self._topics = topics
        self._observer = observer
        self._partitions: dict[int, Deduplicator] = {}
        self._events = codec_for(EventRecord)
        self._incidents = codec_for(Incident)
        self._alerts = codec_for(Alert)

    def __call__(self, message: Inbound) -> tuple[Outbound, ...]:
        """Match an event record; the incidents that it changed and the alerts go out."""
        record = self._events.decode(message.value)
        deduplicator = self._of(message.at.partition)
        applied = deduplicator.apply(record, message.at)
        self._observer.deduplicated(record, applied)
        incidents = (Outbound(self._topics.incidents, i.incident_id.encode(), self._incidents.encode(i)) for i in applied.incidents)
        alerts = (Outbound(self._topics.alerts, a.incident_id.encode(), self._alerts.encode(a)) for a in applied.alerts)
        return (*incidents, *alerts)

    def abandon(self, message: Inbound) -> None:
        """Drop what is derived for the partition: it is rebuilt from the table with the next record."""
        self._partitions.pop(message.at.partition, None)

    def release_all(self) -> None:
        """Partitions were reassigned: everything derived is rebuilt from the tables."""
        self._partitions.clear()

    def due(self, now: datetime) -> tuple[Outbound, ...]:
        """Releases of embargoes that have passed, to send on `wire.events`."""
        records = (r for d in self._partitions.values() for r in d.due(now))
        return tuple(Outbound(self._topics.events, r.block_key.encode(), self._events.encode(r)) for r in records)

    @property
    def partitions(self) -> tuple[Deduplicator, ...]:
        """What is open now, for the gauges."""
        return tuple(self._partitions.values())

    def _of(self, partition: int) -> Deduplicator:
        known = self._partitions.get(partition)
        if known is None:
            known = self._partitions[partition] = self._open(partition)
        return known


class Guarded:
    """A step whose refusals become dead letters and whose defects do too, up to the limit that stops the worker."""

    def __init__(self, agent: Agent, step: Step, letters: DeadLetters, observer: Observer) -> None:
        self._agent = agent
        self._step = step
        self._letters = letters
        self._observer = observer

    def __call__(self, message: Inbound) -> tuple[Outbound, ...]:
        """The records to send for one record. Raises MustStop and TransientFailure only."""
        self._observer.consumed(message.at.topic)
        began = perf_counter()
        try:
            out = self._step(message)
        except (MustStop, TransientFailure):
            raise
        except RefusedInput as error:
            return (self._refuse(message, error),)
        # The one boundary where a defect of the core is met: this record is kept with its cause, the next ones go on.
        except Exception as error:  # noqa: BLE001
            refusal = RefusedInput(self._step.stage, Reason.INTERNAL, f"{type(error).__name__}: {error}")
            refusal.__cause__ = error
            return (self._refuse(message, refusal),)
        self._letters.accepted()
        self._observer.took(self._agent, perf_counter() - began)
        return out

    def _refuse(self, message: Inbound, error: RefusedInput) -> Outbound:
        self._step.abandon(message)
        self._observer.refused(error, describe(message))
        return self._letters.refuse(message, error)


def raw_record(message: Inbound) -> RawRecord:
    """A `wire.raw` record from its headers and bytes. RefusedInput when `received-at` is not a time with a zone."""
    return RawRecord(
        source=message.header("source") or _source_in_key(message.key) or UNNAMED_SOURCE,
        received_at=_received_at(message),
        body=message.value,
        content_type=message.header("content-type"),
        item_id=message.header("item-id"),
        input_id=message.header("input-id") or describe(message),
    )


def _source_in_key(key: bytes | None) -> str:
    """The part of `source|item` before the bar, empty when there is none: for producers that write no headers."""
    source, bar, _ = (key or b"").partition(b"|")
    return source.decode("utf-8", "replace") if bar else ""


def _received_at(message: Inbound) -> datetime:
    stamp = message.header("received-at")
    if not stamp:
        # A producer that does not know our headers: the log's own time is as stable as the record.
        return datetime.fromtimestamp(message.timestamp, UTC)
    try:
        moment = datetime.fromisoformat(stamp)
    except ValueError as error:
        raise RefusedInput(Stage.RECEIVE, Reason.BAD_TIMESTAMP, f"header received-at is not RFC 3339: {stamp!r}") from error
    if moment.tzinfo is None:
        raise RefusedInput(Stage.RECEIVE, Reason.BAD_TIMESTAMP, f"header received-at has no zone: {stamp!r}")
    return moment.astimezone(UTC)

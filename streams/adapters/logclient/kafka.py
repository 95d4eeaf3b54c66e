"""The log client on Apache Kafka, through kafka-python 3: a producer with acks=all, a consumer without a group, the admin client."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, OffsetAndMetadata, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType
from kafka.errors import (
    CoordinatorLoadInProgressError,
    CoordinatorNotAvailableError,
    GroupIdNotFoundError,
    KafkaError,
    MessageSizeTooLargeError,
    NotCoordinatorError,
    RetriableError,
    TopicAlreadyExistsError,
)

from streams.adapters.logclient.port import (
    MAX_RECORD_BYTES,
    Applied,
    Begin,
    Headers,
    Record,
    Start,
    TopicState,
    UnknownTopic,
    Until,
    never,
    repartitioned,
)
from streams.adapters.topics import TopicSpec
from streams.domain.errors import MustStop, TransientFailure

CONNECT_MS = 10_000
"""How long a command waits for a broker before it says that there is none."""
ACK_SECONDS = 60.0
POLL_MS = 200
RETRY_SECONDS = 0.1
IN_FLIGHT = 5_000
"""Records sent and not yet acknowledged: bounds memory on a long ingest."""


@contextmanager
def translated(servers: Sequence[str], what: str) -> Iterator[None]:
    """kafka-python's errors as the domain's: TransientFailure where trying again may help, else MustStop."""
    try:
        yield
    except GroupIdNotFoundError:
        raise
    except MessageSizeTooLargeError as error:
        raise MustStop(f"{what}: the broker refuses records of this size; `wirebell topics apply` raises the limit: {error}") from error
    except (RetriableError, OSError) as error:
        raise TransientFailure(f"{what}: no answer from the broker at {', '.join(servers)} ({type(error).__name__}: {error})") from error
    except KafkaError as error:
        raise MustStop(f"{what}: the broker at {', '.join(servers)} refused: {type(error).__name__}: {error}") from error


class KafkaLog:
    """Implements LogClient on a Kafka cluster. Clients are made when first needed."""

    def __init__(self, servers: tuple[str, ...], admin: KafkaAdminClient) -> None:
        self._servers = servers
        self._admin = admin
        self._made_producer: KafkaProducer | None = None
        self._sent: deque[Any] = deque()

    @classmethod
    def open(cls, servers: tuple[str, ...]) -> Self:
        """Connect. TransientFailure when no broker answers within 10 seconds."""
        with translated(servers, "connect"):
            admin = KafkaAdminClient(bootstrap_servers=list(servers), bootstrap_timeout_ms=CONNECT_MS)
        return cls(servers, admin)

    @property
    def _producer(self) -> KafkaProducer:
        if self._made_producer is None:
            self._made_producer = KafkaProducer(
                bootstrap_servers=list(self._servers),
                acks="all",
                linger_ms=5,
                max_request_size=MAX_RECORD_BYTES,
                allow_auto_create_topics=False,
                delivery_timeout_ms=int(ACK_SECONDS * 1000),
            )
        return self._made_producer

    def append(self, topic: str, key: bytes | None, value: bytes | None, headers: Headers = ()) -> None:
        """See LogClient."""
        with translated(self._servers, f"append to {topic}"):
            if not self._sent:
                self._partitions(topic)
            self._sent.append(self._producer.send(topic, value=value, key=key, headers=list(headers)))
            if len(self._sent) > IN_FLIGHT:
                self._sent.popleft().get(timeout=ACK_SECONDS)

    def flush(self) -> None:
        """See LogClient."""
        with translated(self._servers, "flush"):
            while self._sent:
                self._sent.popleft().get(timeout=ACK_SECONDS)

    def read(self, topic: str, start: Begin, follow: bool = False, until: Until = never) -> Iterator[Record]:
        """See LogClient."""
        consumer, parts = self._consumer(topic)
        # Positions are fixed here and not at the first record: what is appended after this call is read.
        with translated(self._servers, f"read {topic}"):
            ends = consumer.end_offsets(parts)
            firsts = consumer.beginning_offsets(parts) if start is Start.BEGINNING else {}
            given = {} if isinstance(start, Start) else start
            for tp in parts:
                consumer.seek(tp, ends[tp] if start is Start.END else given.get(tp.partition, firsts.get(tp, 0)))
        if follow:
            return self._follow(consumer, topic, until)
        return self._drain(consumer, topic, ends)

    def _consumer(self, topic: str) -> tuple[KafkaConsumer, list[TopicPartition]]:
        parts = [TopicPartition(topic, p) for p in range(self._partitions(topic))]
        with translated(self._servers, f"read {topic}"):
            consumer = KafkaConsumer(
                bootstrap_servers=list(self._servers),
                group_id=None,
                enable_auto_commit=False,
                auto_offset_reset="earliest",
                bootstrap_timeout_ms=CONNECT_MS,
                max_partition_fetch_bytes=MAX_RECORD_BYTES,
            )
            consumer.assign(parts)
        return consumer, parts

    def _drain(self, consumer: KafkaConsumer, topic: str, ends: Mapping[TopicPartition, int]) -> Iterator[Record]:
        try:
            while self._behind(consumer, topic, ends):
                for record in self._poll(consumer, topic):
                    if record.offset < ends[TopicPartition(topic, record.partition)]:
                        yield record
        finally:
            consumer.close()

    def _behind(self, consumer: KafkaConsumer, topic: str, ends: Mapping[TopicPartition, int]) -> bool:
        with translated(self._servers, f"read {topic}"):
            return any(consumer.position(tp) < end for tp, end in ends.items())

    def _follow(self, consumer: KafkaConsumer, topic: str, until: Until) -> Iterator[Record]:
        try:
            while True:
                last = until()
                batch = self._poll(consumer, topic)
                yield from batch
                if last and not batch:
                    return
        finally:
            consumer.close()

    def _poll(self, consumer: KafkaConsumer, topic: str) -> list[Record]:
        with translated(self._servers, f"read {topic}"):
            polled = consumer.poll(timeout_ms=POLL_MS)
        found = (_record(r) for batch in polled.values() for r in batch)
        return sorted(found, key=lambda r: (r.timestamp, r.partition, r.offset))

    def ends(self, topic: str) -> dict[int, int]:
        """See LogClient."""
        consumer, parts = self._consumer(topic)
        try:
            with translated(self._servers, f"ends of {topic}"):
                return {tp.partition: end for tp, end in consumer.end_offsets(parts).items()}
        finally:
            consumer.close()

    def _partitions(self, topic: str) -> int:
        found = next((t for t in self._described() if t["name"] == topic), None)
        if found is None:
            raise UnknownTopic(topic)
        return len(found["partitions"])

    def _described(self) -> list[dict[str, Any]]:
        with translated(self._servers, "list topics"):
            described: list[dict[str, Any]] = self._admin.describe_topics()
        return [t for t in described if not t.get("is_internal") and not t["name"].startswith("__")]

    def committed(self, group: str, topic: str) -> dict[int, int]:
        """See LogClient."""
        try:
            found = self._coordinated(f"offsets of {group}", lambda: self._admin.list_group_offsets({group: None}).get(group, {}))
        except GroupIdNotFoundError:
            return {}
        return {tp.partition: o.offset for tp, o in found.items() if tp.topic == topic and o.offset >= 0}

    def commit(self, group: str, topic: str, offsets: Mapping[int, int]) -> None:
        """See LogClient."""
        self._partitions(topic)
        values = {TopicPartition(topic, p): OffsetAndMetadata(offset, "", -1) for p, offset in offsets.items()}
        outcome = self._coordinated(f"commit for {group}", lambda: self._admin.alter_group_offsets(group, values))
        refused = sorted({e.__name__ for e in outcome.values() if getattr(e, "errno", 0)})
        if refused:
            raise MustStop(f"commit for {group}: the broker refused: {', '.join(refused)}")

    def _coordinated(self, what: str, call: Callable[[], Any]) -> Any:
        """A call to a group's coordinator. A new cluster has none until its first group is asked for: waited for, within limits."""
        deadline = time.monotonic() + CONNECT_MS / 1000
        while True:
            with translated(self._servers, what):
                try:
                    return call()
                except (CoordinatorNotAvailableError, NotCoordinatorError, CoordinatorLoadInProgressError):
                    if time.monotonic() > deadline:
                        raise
            time.sleep(RETRY_SECONDS)

    def topics(self) -> tuple[TopicState, ...]:
        """See LogClient."""
        described = {t["name"]: len(t["partitions"]) for t in self._described()}
        configs = self._configs(sorted(described))
        return tuple(
            TopicState(name, described[name], configs[name]["cleanup.policy"], int(configs[name]["retention.ms"]))
            for name in sorted(described)
        )

    def _configs(self, names: Sequence[str]) -> dict[str, dict[str, str]]:
        if not names:
            return {}
        resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
        with translated(self._servers, "describe topics"):
            found = self._admin.describe_configs(resources, config_filter="all")
        return {name: {key: data["value"] for key, data in configs.items()} for kind in found.values() for name, configs in kind.items()}

    def apply(self, spec: TopicSpec, partitions: int) -> Applied:
        """See LogClient."""
        wanted = {**spec.kafka_config(), "max.message.bytes": str(MAX_RECORD_BYTES)}
        now = {t["name"]: len(t["partitions"]) for t in self._described()}
        if spec.name not in now and self._create(spec.name, partitions, wanted):
            return Applied.CREATED
        # Told to be there by the broker although it was not a moment ago: another `topics apply` came first.
        existing = now.get(spec.name, partitions)
        if existing != partitions:
            raise repartitioned(spec.name, existing, partitions)
        configs = self._configs([spec.name])[spec.name]
        if all(configs.get(key) == value for key, value in wanted.items()):
            return Applied.UNCHANGED
        with translated(self._servers, f"alter {spec.name}"):
            self._admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, spec.name, configs=wanted)])
        return Applied.ALTERED

    def _create(self, name: str, partitions: int, configs: Mapping[str, str]) -> bool:
        with translated(self._servers, f"create {name}"):
            try:
                self._admin.create_topics({name: {"num_partitions": partitions, "configs": dict(configs)}}, wait_for_metadata=True)
            except TopicAlreadyExistsError:
                return False
        return True

    def close(self) -> None:
        """See LogClient."""
        if self._made_producer is not None:
            self._made_producer.close(timeout=0)
            self._made_producer = None
        self._admin.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def _record(r: Any) -> Record:
    headers: Headers = tuple((k, bytes(v) if v is not None else b"") for k, v in r.headers)
    return Record(r.topic, r.partition, r.offset, r.timestamp, r.key, r.value, headers)

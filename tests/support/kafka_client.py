"""What a test wants to know of a broker, through kafka-python: a client that shares no code with the transport under test."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import NewTopic


@dataclass
class Probe:
    """One broker as seen by a test."""

    bootstrap: str

    def create(self, topic: str, partitions: int = 1, **configs: str) -> None:
        """Create a topic; a config's underscores are dots (`max_message_bytes="1000"`)."""
        named = {name.replace("_", "."): value for name, value in configs.items()}
        admin = KafkaAdminClient(bootstrap_servers=self.bootstrap)
        try:
            admin.create_topics([NewTopic(topic, partitions, 1, topic_configs=named)])
        finally:
            admin.close()

    def send(self, topic: str, records: Iterable[tuple[bytes | None, bytes]], partition: int | None = None) -> None:
        """Write records in order and wait until all are acknowledged."""
        producer = KafkaProducer(bootstrap_servers=self.bootstrap, acks="all", linger_ms=5)
        try:
            sent = [producer.send(topic, value, key=key, partition=partition) for key, value in records]
            for future in sent:
                future.get(timeout=30)
        finally:
            producer.close()

    def read(self, *topics: str) -> list[Any]:
        """Every record of these topics, by partition and offset."""
        consumer = KafkaConsumer(bootstrap_servers=self.bootstrap, auto_offset_reset="earliest", enable_auto_commit=False)
        try:
            partitions = [TopicPartition(t, p) for t in topics for p in sorted(consumer.partitions_for_topic(t) or ())]
            consumer.assign(partitions)
            ends = consumer.end_offsets(partitions)
            found: list[Any] = []
            while any(consumer.position(tp) < ends[tp] for tp in partitions):
                for batch in consumer.poll(timeout_ms=500).values():
                    found.extend(batch)
            return found
        finally:
            consumer.close()

    def ends(self, topic: str) -> int:
        """How many records a topic's partitions hold (compaction aside)."""
        consumer = KafkaConsumer(bootstrap_servers=self.bootstrap)
        try:
            partitions = [TopicPartition(topic, p) for p in consumer.partitions_for_topic(topic) or ()]
            return sum(consumer.end_offsets(partitions).values()) if partitions else 0
        finally:
            consumer.close()

    def committed(self, group: str, topic: str, partition: int = 0) -> int | None:
        """The group's committed offset, None when there is none."""
        consumer = KafkaConsumer(bootstrap_servers=self.bootstrap, group_id=group, enable_auto_commit=False)
        try:
            found: int | None = consumer.committed(TopicPartition(topic, partition))
            return found
        finally:
            consumer.close()

    def all_committed(self, group: str, counts: Mapping[str, int], partitions: int) -> bool:
        """Whether the group has committed everything of topics that hold these counts."""
        return all(sum(self.committed(group, topic, p) or 0 for p in range(partitions)) >= count for topic, count in counts.items())


def until(condition: Callable[[], bool], seconds: float, what: str) -> None:
    """Poll until it holds; AssertionError with `what` when it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not in {seconds} s: {what}"
        time.sleep(0.1)


def numbered(count: int, keys: int) -> Sequence[tuple[bytes, bytes]]:
    """Records whose value is their number and whose keys repeat."""
    return [(b"k%d" % (n % keys), b"%d" % n) for n in range(count)]

"""One contract for every log client: the embedded log and a real Kafka broker."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from kafka.partitioner.default import murmur2

from streams.adapters.logclient import Applied, LogClient, Record, Start, TopicState, UnknownTopic, open_log
from streams.adapters.logclient.connect import bootstrap_servers
from streams.adapters.logclient.port import lag
from streams.adapters.topics import TopicSpec
from streams.domain.errors import ConfigError, TransientFailure

HEADERS = (("source", b"agency-a"), ("source", b"agency-b"), ("empty", b""))


@pytest.fixture(params=["embedded", "kafka"])
def broker(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "embedded":
        return f"sqlite:///{tmp_path}/log/wirebell.db"
    return f"kafka://{request.getfixturevalue('kafka_broker')}"


@pytest.fixture
def client(broker: str) -> Iterator[LogClient]:
    with open_log(broker) as opened:
        yield opened


@pytest.fixture
def spec(unique: str) -> TopicSpec:
    return TopicSpec(f"{unique}raw", "key", "bytes", 4, "delete", 14, "A topic for tests.")


@pytest.fixture
def topic(client: LogClient, spec: TopicSpec) -> str:
    assert client.apply(spec, 4) is Applied.CREATED
    return spec.name


def write(client: LogClient, topic: str, *values: bytes, key: bytes | None = b"k") -> None:
    for value in values:
        client.append(topic, key, value)
    client.flush()


def values(records: Iterator[Record]) -> list[bytes | None]:
    return [r.value for r in records]


def test_what_was_appended_is_read_back_whole(client: LogClient, topic: str) -> None:
    client.append(topic, b"key", b"value", HEADERS)
    client.flush()
    [record] = client.read(topic, Start.BEGINNING)
    assert (record.topic, record.offset, record.key, record.value, record.headers) == (topic, 0, b"key", b"value", HEADERS)
    assert record.timestamp > 1_600_000_000_000
    assert (record.header("source"), record.header("missing")) == ("agency-b", "")


def test_records_of_a_key_stay_in_order_in_one_partition(client: LogClient, topic: str) -> None:
    for n in range(400):
        client.append(topic, b"key-%d" % (n % 7), b"%d" % n)
    client.flush()
    by_key: dict[bytes | None, list[tuple[int, int]]] = defaultdict(list)
    for record in client.read(topic, Start.BEGINNING):
        by_key[record.key].append((record.partition, int(record.value or b"-1")))
    assert len(by_key) == 7
    for seen in by_key.values():
        assert len({partition for partition, _ in seen}) == 1
        assert seen == sorted(seen)
    assert len({seen[0][0] for seen in by_key.values()}) > 1


def test_both_brokers_put_a_key_into_the_same_partition(client: LogClient, topic: str) -> None:
    keys = [b"armenpress|%d" % n for n in range(20)]
    for key in keys:
        write(client, topic, b"x", key=key)
    expected = {key: (murmur2(key) & 0x7FFFFFFF) % 4 for key in keys}
    assert {r.key: r.partition for r in client.read(topic, Start.BEGINNING)} == expected


def test_a_record_may_lack_key_and_value(client: LogClient, topic: str) -> None:
    client.append(topic, None, b"keyless")
    client.append(topic, b"tombstone", None)
    client.flush()
    assert {(r.key, r.value) for r in client.read(topic, Start.BEGINNING)} == {(None, b"keyless"), (b"tombstone", None)}


def test_a_record_of_two_megabytes_fits(client: LogClient, topic: str) -> None:
    write(client, topic, b"x" * 2_000_000)
    assert [len(v or b"") for v in values(client.read(topic, Start.BEGINNING))] == [2_000_000]


def test_reading_ends_at_what_was_the_end_when_it_began(client: LogClient, topic: str) -> None:
    write(client, topic, b"1", b"2")
    reading = client.read(topic, Start.BEGINNING)
    write(client, topic, b"3")
    assert values(reading) == [b"1", b"2"]


def test_reading_from_the_end_sees_only_what_comes_later(client: LogClient, topic: str) -> None:
    write(client, topic, b"1")
    assert values(client.read(topic, Start.END)) == []


def test_following_from_the_end_sees_what_is_appended_after_the_call(client: LogClient, topic: str) -> None:
    write(client, topic, b"1")
    following = client.read(topic, Start.END, follow=True)
    write(client, topic, b"2", b"3")
    assert [next(following).value, next(following).value] == [b"2", b"3"]


def test_following_reads_everything_before_it_ends(client: LogClient, topic: str) -> None:
    write(client, topic, b"1", b"2")
    assert values(client.read(topic, Start.BEGINNING, follow=True, until=lambda: True)) == [b"1", b"2"]


def test_reading_begins_at_given_offsets(client: LogClient, topic: str) -> None:
    write(client, topic, b"0", b"1", b"2")
    [partition] = [p for p, end in client.ends(topic).items() if end]
    assert values(client.read(topic, {partition: 2})) == [b"2"]


def test_ends_and_commits_give_a_groups_lag(client: LogClient, topic: str, unique: str) -> None:
    group = f"{unique}group"
    write(client, topic, b"0", b"1", b"2")
    [partition] = [p for p, end in client.ends(topic).items() if end]
    assert (client.committed(group, topic), lag(client, group, topic)) == ({}, 3)
    client.commit(group, topic, {partition: 2})
    assert (client.committed(group, topic), lag(client, group, topic)) == ({partition: 2}, 1)


def test_applying_a_description_again_changes_nothing(client: LogClient, spec: TopicSpec, topic: str) -> None:
    write(client, topic, b"1")
    assert client.apply(spec, 4) is Applied.UNCHANGED
    assert values(client.read(topic, Start.BEGINNING)) == [b"1"]


def test_a_changed_description_is_applied(client: LogClient, spec: TopicSpec, topic: str) -> None:
    assert client.apply(replace(spec, cleanup="compact", retention_days=None), 4) is Applied.ALTERED
    assert TopicState(topic, 4, "compact", -1) in client.topics()


def test_topics_are_listed_with_their_settings(client: LogClient, topic: str) -> None:
    assert TopicState(topic, 4, "delete", 14 * 86_400_000) in client.topics()


def test_another_number_of_partitions_is_refused(client: LogClient, spec: TopicSpec, topic: str) -> None:
    with pytest.raises(ConfigError, match=f"topic {topic} has 4 partitions and 8 are asked for"):
        client.apply(spec, 8)


def test_an_unknown_topic_is_named(client: LogClient) -> None:
    with pytest.raises(UnknownTopic, match=r"no topic wire\.nowhere"):
        client.read("wire.nowhere", Start.BEGINNING)
    with pytest.raises(UnknownTopic, match=r"no topic wire\.nowhere"):
        client.append("wire.nowhere", b"k", b"v")


def test_a_second_connection_sees_what_was_flushed(client: LogClient, broker: str, topic: str) -> None:
    write(client, topic, b"1")
    with open_log(broker) as other:
        assert values(other.read(topic, Start.BEGINNING)) == [b"1"]


def test_a_broker_that_is_not_there_is_said_to_be_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streams.adapters.logclient.kafka.CONNECT_MS", 300)
    with pytest.raises(TransientFailure, match=r"no answer from the broker at 127\.0\.0\.1:1"):
        open_log("kafka://127.0.0.1:1")


def test_an_embedded_log_is_not_made_when_asked_not_to(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no log here"):
        open_log(f"sqlite:///{tmp_path}/none.db", create=False)


def test_broker_urls_are_taken_apart() -> None:
    assert bootstrap_servers("kafka://a:1;kafka://b:2,c:3") == ("a:1", "b:2", "c:3")


@pytest.mark.parametrize(("url", "message"), [("redis://a", "redis:// is not supported"), ("kafka://u:p@a:1", "credentials")])
def test_broker_urls_that_cannot_be_used_are_refused(url: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        bootstrap_servers(url)

from pathlib import Path

import pytest

from streams.adapters.topics import load_topics
from streams.domain.errors import ConfigError

GOOD = "name: wire.x\ndoc: d\nkey: k\nvalue: bytes\npartitions: 2\ncleanup: delete\nretention_days: 3\n"


def folder(tmp_path: Path, text: str, name: str = "wire.x") -> Path:
    (tmp_path / "topics").mkdir()
    (tmp_path / "topics" / f"{name}.yaml").write_text(text)
    return tmp_path


def test_the_five_topics_are_described() -> None:
    names = [topic.name for topic in load_topics()]
    assert names == ["wire.alerts", "wire.dead-letters", "wire.events", "wire.incidents", "wire.raw"]


def test_incidents_are_compacted_and_kept_for_ever() -> None:
    topic = next(topic for topic in load_topics() if topic.name == "wire.incidents")
    assert topic.kafka_config() == {"cleanup.policy": "compact", "retention.ms": "-1"}


def test_retention_is_in_milliseconds_for_kafka(tmp_path: Path) -> None:
    (topic,) = load_topics(folder(tmp_path, GOOD))
    assert topic.retention_ms == 3 * 24 * 3600 * 1000


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (("partitions: 2", "partitions: many"), "partitions"),
        (("cleanup: delete", "cleanup: burn"), "burn"),
        (("doc: d", "colour: red"), "colour"),
        (("key: k", "key: ["), "flow"),
    ],
)
def test_a_description_that_does_not_fit_names_the_file_and_the_cause(tmp_path: Path, spoil: tuple[str, str], message: str) -> None:
    with pytest.raises(ConfigError, match=rf"wire\.x\.yaml: (.|\n)*{message}"):
        load_topics(folder(tmp_path, GOOD.replace(*spoil)))


def test_a_file_is_called_as_its_topic(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"must be called wire\.x\.yaml"):
        load_topics(folder(tmp_path, GOOD, "wire.y"))

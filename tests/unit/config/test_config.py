"""Settings: what wins, what is refused, and what is shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from streams.adapters.topics import load_topics
from streams.config import PARTITIONS, Settings, load, redact, shown, variable
from streams.domain.alert import Priority
from streams.domain.errors import ConfigError
from streams.domain.source import Source


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def written(tmp_path: Path, text: str, name: str = "wirebell.toml") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_without_a_file_and_variables_everything_is_a_default() -> None:
    assert load(None, {}) == Settings()


def test_partitions_agree_with_the_described_topics() -> None:
    assert {t.name: t.partitions for t in load_topics()} == dict(PARTITIONS)


def test_a_file_in_the_working_folder_is_read(tmp_path: Path) -> None:
    written(tmp_path, 'app_id = "desk"\n[metrics]\nport = 7000\n')
    settings = load(None, {})
    assert (settings.app_id, settings.metrics_port, settings.origins["app_id"]) == ("desk", 7000, "wirebell.toml")


def test_the_environment_names_the_file_and_wins_over_it(tmp_path: Path) -> None:
    path = written(tmp_path, 'app_id = "desk"\ncommit_interval = 2\n', "other.toml")
    settings = load(None, {"WIREBELL_CONFIG": str(path), "WIREBELL_APP_ID": "night-desk"})
    assert (settings.app_id, settings.commit_interval) == ("night-desk", 2.0)
    assert settings.origins["app_id"] == "environment variable WIREBELL_APP_ID"


def test_the_command_line_names_the_file_before_the_environment_does(tmp_path: Path) -> None:
    mine, other = written(tmp_path, 'app_id = "mine"', "a.toml"), written(tmp_path, 'app_id = "other"', "b.toml")
    assert load(mine, {"WIREBELL_CONFIG": str(other)}).app_id == "mine"


def test_everything_that_the_core_needs_can_be_set(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        """
        broker = "kafka://one:9092;kafka://two:9092"
        [dead_letters]
        limit = 0.5
        window = 100
        [limits]
        max_bytes = 1000
        [matching]
        open_days = 7
        [topics]
        "wire.events" = 1
        [alerts]
        single_source_cap = "urgent"
        escalate_killed = [5, 50]
        [alerts.priorities]
        "conflict.bombing" = "flash"
        "*" = "urgent"
        [sources.armenpress]
        name = "Armenpress"
        country = "ARM"
        official_of = "ARM"
        grade = "B"
        expected_interval = 600
        priority_map = {urgent = 2}
        """,
    )
    settings = load(path, {"WIREBELL_ALERTS_STORY_VOICES": "5"})
    core = settings.core
    assert (settings.dead_letter_share, settings.dead_letter_window, settings.embedded) == (0.5, 100, False)
    assert (core.limits.max_bytes, core.open_days, settings.partitions["wire.events"], settings.partitions["wire.raw"]) == (1000, 7, 1, 4)
    assert (core.policy.single_source_cap, core.policy.escalate_killed, core.policy.story_voices) == (Priority.URGENT, (5, 50), 5)
    rules = dict(core.policy.priorities)
    assert (rules["conflict.bombing"], rules["*"], rules["conflict"]) == (Priority.FLASH, Priority.URGENT, Priority.URGENT)
    assert core.source("armenpress") == Source(
        "armenpress", "Armenpress", "ARM", official_of="ARM", grade="B", expected_interval=600.0, priority_map=(("urgent", 2),)
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('brokr = "x"', "brokr: unknown setting; did you mean broker?"),
        ("[metrics]\nprot = 1", "metrics.prot: unknown setting; did you mean metrics.port?"),
        ("[nonsense]\na = 1", "nonsense: unknown setting"),
        ('broker = "redis://x"', "broker: must be sqlite:///path or kafka://host:port"),
        ('broker = "sqlite:///a;sqlite:///b"', "broker: must be"),
        ('broker = ""', "broker: must be a text that is not empty"),
        ('app_id = "a b"', "app_id: must be letters"),
        ("[metrics]\nport = 99999", "metrics.port: must be a whole number from 0 to 65535, not '99999'"),
        ("[metrics]\nport = true", "metrics.port: must be a whole number"),
        ('[metrics]\nport = "x"', "metrics.port: must be a whole number"),
        ('commit_interval = "soon"', "commit_interval: must be a number from 0.01 to 60"),
        ("[dead_letters]\nlimit = 20", "dead_letters.limit: must be a number from 0 to 1"),
        ('[alerts]\nsingle_source_cap = "loud"', "alerts.single_source_cap: must be one of flash, bulletin, urgent, routine"),
        ("[alerts]\nescalate_killed = [10, 1]", "alerts.escalate_killed: must ascend"),
        ("[alerts]\nescalate_killed = []", "alerts.escalate_killed: must be a list"),
        ('[alerts.priorities]\n"conflict.bombng" = "flash"', "no such event type; did you mean conflict.bombing?"),
        ('[alerts.priorities]\n"conflict" = "loud"', "alerts.priorities.conflict: must be one of"),
        ('[topics]\n"wire.event" = 1', "topics.wire.event: unknown topic; did you mean wire.events?"),
        ('[topics]\n"wire.events" = 0', "topics.wire.events: must be a whole number"),
        ("topics = 3", "topics: must be a table"),
        ("[sources]\na = 1", "sources.a: must be a table"),
        ("[sources.a]\nnme = 1", "sources.a.nme: unknown setting; did you mean name?"),
        ('[sources.a]\ncountry = "Armenia"', "sources.a.country: must be an ISO 3166-1 alpha-3 code"),
        ('[sources.a]\ngrade = "Z"', "sources.a.grade: must be an Admiralty grade"),
        ("[sources.a]\npriority_map = 3", "sources.a.priority_map: must be a table"),
        ("a = ", "is not TOML"),
    ],
)
def test_what_cannot_be_used_is_refused_with_file_key_and_reason(tmp_path: Path, text: str, message: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        load(path, {})
    assert str(path) in str(caught.value)
    assert message in str(caught.value)


def test_a_named_file_that_is_missing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"missing\.toml: cannot be read"):
        load(tmp_path / "missing.toml", {})


def test_a_bad_variable_is_named() -> None:
    with pytest.raises(ConfigError, match=r"environment variable WIREBELL_METRICS_PORT: metrics\.port: must be a whole number"):
        load(None, {"WIREBELL_METRICS_PORT": "high"})


def test_a_slip_in_a_variable_is_refused_and_a_strangers_variable_is_not() -> None:
    with pytest.raises(ConfigError, match="did you mean WIREBELL_BROKER"):
        load(None, {"WIREBELL_BROKR": "x"})
    assert load(None, {"WIREBELL_SOMETHING_ELSE_ENTIRELY": "x"}) == Settings()


def test_steps_may_come_from_the_environment() -> None:
    assert load(None, {variable("alerts.escalate_killed"): "2,20"}).core.policy.escalate_killed == (2, 20)


def test_what_is_shown_never_holds_a_password(tmp_path: Path) -> None:
    path = written(tmp_path, 'broker = "kafka://user:hunter2@one:9092;kafka://user:hunter2@two:9092"\n[sources.a]\nname = "A"\n')
    assert "hunter2" not in str(shown(load(path, {})))
    assert shown(load(path, {}))["sources"] == {"a": {"name": "A"}}


def test_a_refused_broker_is_named_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load(written(tmp_path, 'broker = "redis://user:hunter2@one"'), {})
    assert "hunter2" not in str(caught.value)


def test_text_without_credentials_is_left_alone() -> None:
    assert redact("sqlite:///./var/wirebell.db") == "sqlite:///./var/wirebell.db"

"""What the agents do with one record, without Faust: decode, core, records to send."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families

from streams.adapters.avro import codec_for
from streams.adapters.metrics import Agent, Metrics
from streams.adapters.tables import TableIncidents
from streams.agents.deadletters import DeadLetters
from streams.agents.messages import Inbound, Outbound, as_headers
from streams.agents.observe import Observer
from streams.agents.steps import DeduplicateStep, Guarded, NormalizeStep, TopicNames, raw_record
from streams.domain.alert import Alert
from streams.domain.errors import MustStop, RefusedInput
from streams.domain.event import Action, EventRecord
from streams.domain.incident import Incident
from streams.domain.settings import CoreSettings
from streams.domain.values import Position
from streams.pipeline.deduplicate import Deduplicator
from streams.pipeline.replay import MemoryItems

NOON = datetime(2024, 3, 1, 12, tzinfo=UTC)
TOPICS = TopicNames()


class FixedClock:
    def now(self) -> datetime:
        return NOON


@dataclass
class Newsroom:
    """Both steps on tables in memory, and the metrics they count into."""

    metrics: Metrics = field(default_factory=Metrics)
    table: dict[bytes, bytes] = field(default_factory=dict)
    settings: CoreSettings = field(default_factory=CoreSettings)

    def __post_init__(self) -> None:
        self.observer = Observer(self.metrics, FixedClock())
        self.letters = DeadLetters(TOPICS.dead_letters, FixedClock(), 0.2, 50)
        self.normalizing = NormalizeStep(MemoryItems(), self.settings, TOPICS, self.letters, self.observer)
        self.deduplicating = DeduplicateStep(self.open, TOPICS, self.observer)
        self.normalize = Guarded(Agent.NORMALIZE, self.normalizing, self.letters, self.observer)
        self.deduplicate = Guarded(Agent.DEDUPLICATE, self.deduplicating, self.letters, self.observer)

    def open(self, partition: int) -> Deduplicator:
        return Deduplicator(TableIncidents(self.table, partition), self.settings, partition)

    def count(self, name: str, **labels: str) -> float:
        families = text_string_to_metric_families(self.metrics.render().decode())
        return sum(s.value for f in families for s in f.samples if s.name == name and labels.items() <= s.labels.items())


@pytest.fixture
def room() -> Newsroom:
    return Newsroom()


def raw(body: bytes | str, offset: int = 0, **headers: str) -> Inbound:
    named = {"source": "agency", "received-at": NOON.isoformat(), **{k.replace("_", "-"): v for k, v in headers.items()}}
    data = body.encode() if isinstance(body, str) else body
    return Inbound(Position("wire.raw", 0, offset), NOON.timestamp(), b"key", data, tuple((k, v.encode()) for k, v in named.items() if v))


def story(item: str, version: int = 1, **fields: object) -> str:
    told = {
        "id": item,
        "version": version,
        "headline": f"Ferry {item} runs aground",
        "body": f"The ferry {item} ran aground.",
        "priority": 2,
    }
    return json.dumps({**told, "published_at": NOON.isoformat(), **fields})


def then(out: Outbound, offset: int) -> Inbound:
    return Inbound(Position(out.topic, 0, offset), NOON.timestamp(), out.key, out.value, out.headers)


def topics(out: tuple[Outbound, ...]) -> list[str]:
    return [o.topic for o in out]


def test_a_report_becomes_event_records_keyed_by_their_block(room: Newsroom) -> None:
    out = room.normalize(raw(story("a")))
    records = [codec_for(EventRecord).decode(o.value) for o in out]
    assert {o.topic for o in out} == {"wire.events"}
    assert [o.key for o in out] == [r.block_key.encode() for r in records]
    assert [r.lead for r in records] == [True] + [False] * (len(records) - 1)
    assert room.count("wirebell_reports_total", source="unknown", signal="new") == 1


def test_an_event_record_becomes_an_incident_and_an_alert_keyed_by_the_incident(room: Newsroom) -> None:
    (event, *_) = room.normalize(raw(story("a")))
    incident, alert = room.deduplicate(then(event, 0))
    told = codec_for(Alert).decode(alert.value)
    assert (incident.topic, alert.topic) == ("wire.incidents", "wire.alerts")
    assert incident.key == alert.key == codec_for(Incident).decode(incident.value).incident_id.encode() == told.incident_id.encode()
    assert room.count("wirebell_alerts_total", kind="new") == 1


def test_a_resend_is_counted_and_sends_nothing(room: Newsroom) -> None:
    room.normalize(raw(story("a"), offset=0))
    assert room.normalize(raw(story("a"), offset=1)) == ()
    assert room.count("wirebell_duplicates_total", agent="normalize") == 1


def test_the_same_record_again_sends_the_same_again(room: Newsroom) -> None:
    first = room.normalize(raw(story("a")))
    assert room.normalize(raw(story("a"))) == first
    again = [room.deduplicate(then(first[0], 0)) for _ in range(2)]
    assert again[0] == again[1]
    assert room.count("wirebell_replays_total") == 2
    assert room.count("wirebell_alerts_total") == 1


def test_an_event_that_another_position_brought_is_a_counted_duplicate(room: Newsroom) -> None:
    (event, *_) = room.normalize(raw(story("a")))
    room.deduplicate(then(event, 0))
    assert room.deduplicate(then(event, 1)) == ()
    assert room.count("wirebell_duplicates_total", agent="deduplicate") == 1


def test_a_kill_travels_to_where_the_version_went(room: Newsroom) -> None:
    for n, event in enumerate(room.normalize(raw(story("a")))):
        room.deduplicate(then(event, n))
    kills = room.normalize(raw(story("a", 2, signal="kill"), offset=1))
    assert {codec_for(EventRecord).decode(k.value).action for k in kills} == {Action.RETRACT}
    alerts = [
        codec_for(Alert).decode(o.value)
        for n, k in enumerate(kills)
        for o in room.deduplicate(then(k, 100 + n))
        if o.topic == TOPICS.alerts
    ]
    assert [a.kind.value for a in alerts] == ["withdrawn"]


def test_what_cannot_be_read_goes_to_the_dead_letters_as_it_was(room: Newsroom) -> None:
    (letter,) = room.normalize(raw(b'{"headline": "cut'))
    headers = dict(letter.headers)
    assert (letter.topic, letter.key, letter.value) == ("wire.dead-letters", b"key", b'{"headline": "cut')
    assert (headers["error.stage"], headers["error.reason"], headers["source"]) == (b"parse", b"malformed", b"agency")
    assert room.count("wirebell_dead_letters_total", reason="malformed") == 1


def test_a_batch_with_a_bad_entry_is_read_and_the_bad_entry_kept(room: Newsroom) -> None:
    batch = "\n".join([story("a"), '{"headline": "cut', story("b")])
    out = room.normalize(raw(batch, content_type="application/x-ndjson"))
    assert topics(out).count("wire.dead-letters") == 1
    assert topics(out)[:-1] == ["wire.events"] * (len(out) - 1)


@pytest.mark.parametrize(("stamp", "words"), [("yesterday", "is not RFC 3339"), ("2024-03-01T12:00:00", "has no zone")])
def test_a_header_that_is_no_time_is_refused_by_name(stamp: str, words: str) -> None:
    with pytest.raises(RefusedInput, match=words):
        raw_record(raw("text", received_at=stamp))


def test_a_record_without_our_headers_takes_the_time_of_the_log() -> None:
    record = raw_record(raw("text", received_at="", source=""))
    assert (record.source, record.received_at, record.input_id) == ("unknown", NOON, "wire.raw[0]@0")


def test_a_record_without_headers_has_the_source_of_its_key() -> None:
    record = raw_record(Inbound(Position("wire.raw", 0, 3), NOON.timestamp(), b"agency-9|item-1", b"text", ()))
    assert (record.source, record.received_at) == ("agency-9", NOON)


def test_bytes_that_are_no_event_record_go_to_the_dead_letters(room: Newsroom) -> None:
    (letter,) = room.deduplicate(Inbound(Position("wire.events", 0, 0), 0.0, b"k", b"\xc3\x01garbage garbage", ()))
    assert dict(letter.headers)["error.stage"] == b"decode"


def test_a_defect_of_ours_keeps_the_record_and_forgets_what_it_left_in_memory(room: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    (event, *_) = room.normalize(raw(story("a")))
    opened = room.deduplicating._of(0)
    monkeypatch.setattr(opened, "apply", lambda *_: 1 / 0)
    (letter,) = room.deduplicate(then(event, 0))
    headers = dict(letter.headers)
    assert (headers["error.reason"], headers["error.class"]) == (b"internal", b"ZeroDivisionError")
    assert topics(room.deduplicate(then(event, 0))) == ["wire.incidents", "wire.alerts"]


def test_a_command_to_stop_is_obeyed(room: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise MustStop("the disk is full")

    (event, *_) = room.normalize(raw(story("a")))
    monkeypatch.setattr(room.deduplicating._of(0), "apply", stop)
    with pytest.raises(MustStop, match="the disk is full"):
        room.deduplicate(then(event, 0))


def test_reassigned_partitions_are_rebuilt_from_the_table(room: Newsroom) -> None:
    (event, *_) = room.normalize(raw(story("a")))
    room.deduplicate(then(event, 0))
    room.deduplicating.release_all()
    assert room.deduplicating.partitions == ()
    assert room.deduplicate(then(event, 1)) == ()
    (rebuilt,) = room.deduplicating.partitions
    assert sum(rebuilt.open_states().values()) == 1


def test_embargoes_that_have_passed_are_released_through_the_log(room: Newsroom) -> None:
    until = NOON + timedelta(hours=2)
    held = story("a", signal="embargoed", embargo_until=until.isoformat())
    for n, event in enumerate(room.normalize(raw(held))):
        assert TOPICS.alerts not in topics(room.deduplicate(then(event, n)))
    assert room.deduplicating.due(NOON) == ()
    releases = room.deduplicating.due(until)
    sent = [o for n, r in enumerate(releases) for o in room.deduplicate(then(r, 50 + n))]
    assert [codec_for(Alert).decode(o.value).kind.value for o in sent if o.topic == TOPICS.alerts] == ["new"]


def test_a_release_of_what_is_gone_is_no_news(room: Newsroom) -> None:
    (event, *_) = room.normalize(raw(story("a")))
    record = codec_for(EventRecord).decode(event.value)
    gone = codec_for(EventRecord).encode(record.__class__(**{**fields_of(record), "action": Action.RELEASE}))
    assert room.deduplicate(then(Outbound(event.topic, event.key, gone), 9)) == ()


def fields_of(record: EventRecord) -> dict[str, object]:
    return {name: getattr(record, name) for name in record.__dataclass_fields__}


@pytest.mark.parametrize(
    ("headers", "expected"),
    [(None, ()), ({"a": b"1"}, (("a", b"1"),)), ([("a", b"1"), ("a", b"2")], (("a", b"1"), ("a", b"2"))), ([("a", None)], (("a", b""),))],
)
def test_headers_are_pairs_whatever_the_transport_has(headers: object, expected: tuple[tuple[str, bytes], ...]) -> None:
    convert: Callable[[object], object] = as_headers  # type: ignore[assignment]
    assert convert(headers) == expected

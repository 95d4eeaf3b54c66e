"""ingest, topics, tail and dlq on an embedded log."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from streams.adapters.avro import codec_for
from streams.adapters.logclient import Applied, LogClient, Record, Start
from streams.cli.terminal import BELL, terminal
from streams.domain.alert import Alert, AlertKind, Change, MessageType, Priority
from streams.domain.event import Codes
from streams.domain.report import RawRecord
from streams.domain.settings import Limits
from streams.formats import routing_key
from tests.unit.cli.conftest import Wirebell

RECEIVED = datetime(2020, 9, 27, 6, 30, tzinfo=UTC)
STORY = b"STEPANAKERT, Sept 27 (Acme) - A helicopter was shot down over Nagorno-Karabakh, officials said on Sunday.\n"


def alert(number: int, priority: Priority = Priority.FLASH, **over: object) -> Alert:
    given: dict[str, object] = {
        "alert_id": f"alr-{number}",
        "incident_id": "inc-1",
        "kind": AlertKind.NEW,
        "message_type": MessageType.ALERT,
        "priority": priority,
        "state": "single_source",
        "type": "conflict.aircraft_downed",
        "codes": Codes(),
        "snap": f"SNAP NUMBER {number} -ACME",
        "headline": "Helicopter down",
        "place": "Nagorno-Karabakh",
        "changes": (),
        "why": ("because",),
        "sources": ("acme",),
        "voices": 1,
        "references": (),
        "at": RECEIVED,
        "received_at": RECEIVED + timedelta(minutes=number),
        "event_id": "evt-1",
        "report_id": "rep-1",
    }
    return Alert(**{**given, **over})  # type: ignore[arg-type]


def say(log: LogClient, *alerts: Alert) -> None:
    for a in alerts:
        log.append("wire.alerts", a.incident_id.encode(), codec_for(Alert).encode(a))
    log.flush()


def raw(log: LogClient) -> list[Record]:
    return list(log.read("wire.raw", Start.BEGINNING))


# ---- topics


def test_topics_apply_makes_every_topic_and_may_run_again(wirebell: Wirebell) -> None:
    first, second = wirebell.rows("topics", "apply"), wirebell.rows("topics", "apply")
    names = ["wire.alerts", "wire.dead-letters", "wire.events", "wire.incidents", "wire.raw"]
    assert [(r["topic"], r["outcome"]) for r in first] == [(n, Applied.CREATED.value) for n in names]
    assert {r["outcome"] for r in second} == {Applied.UNCHANGED.value}
    assert "unchanged  wire.raw" in wirebell("topics", "apply").stdout


def test_topics_list_counts_records_and_the_workers_lag(wirebell: Wirebell, log: LogClient) -> None:
    log.append("wire.raw", b"k", b"1")
    log.append("wire.raw", b"k", b"2")
    log.flush()
    [partition] = [p for p, end in log.ends("wire.raw").items() if end]
    log.commit("wirebell", "wire.raw", {partition: 1})
    rows = {r["topic"]: r for r in wirebell.rows("topics", "list")}
    assert (rows["wire.raw"]["records"], rows["wire.raw"]["lag"], rows["wire.incidents"]["cleanup"]) == (2, 1, "compact")
    shown = wirebell("topics", "list").stdout
    assert "for ever" in shown
    assert "14 days" in shown


def test_another_number_of_partitions_is_a_configuration_error(wirebell: Wirebell, log: LogClient) -> None:
    assert log.topics()
    Path("wirebell.toml").write_text('[topics]\n"wire.raw" = 9\n')
    assert "wire.raw has 4 partitions and 9" in wirebell("topics", "apply", code=78).stderr


# ---- ingest


def test_a_file_is_ingested_with_its_key_and_headers(wirebell: Wirebell, log: LogClient) -> None:
    Path("story.txt").write_bytes(STORY)
    wirebell("ingest", "story.txt", "--source", "acme", "--content-type", "text/plain")
    [record] = raw(log)
    assert record.value == STORY
    assert record.key == routing_key(RawRecord("acme", RECEIVED, STORY, "text/plain"), Limits()).encode()
    assert (record.header("source"), record.header("content-type"), record.header("input-id")) == ("acme", "text/plain", "story.txt")
    assert datetime.fromisoformat(record.header("received-at")).tzinfo is not None


def test_a_folder_is_ingested_file_by_file_and_counted(wirebell: Wirebell, log: LogClient) -> None:
    Path("in/deep").mkdir(parents=True)
    for name in ("in/b.txt", "in/a.txt", "in/deep/c.txt", "in/.hidden"):
        Path(name).write_bytes(STORY)
    assert wirebell.rows("ingest", "in", "--source", "acme") == [{"records": 3, "sources": {"acme": 3}}]
    assert {r.header("input-id") for r in raw(log)} == {"a.txt", "b.txt", "deep/c.txt"}


def test_replay_lines_keep_their_own_source_and_time(wirebell: Wirebell, log: LogClient) -> None:
    row = {"id": "1", "source": "other", "received_at": "2020-09-27T06:30:00Z", "body": "x", "item_id": "i1"}
    Path("day.jsonl").write_text(json.dumps(row) + "\n\n")
    assert "1  other" in wirebell("ingest", "day.jsonl").stdout
    [record] = raw(log)
    assert (record.header("source"), record.header("received-at"), record.header("item-id")) == ("other", "2020-09-27T06:30:00Z", "i1")


def test_stdin_is_one_record_or_lines_of_the_replay_format(wirebell: Wirebell, log: LogClient) -> None:
    wirebell("ingest", "-", "--source", "acme", input=STORY)
    lines = b'{"source": "b", "received_at": "2020-09-27T06:30:00Z", "body": "x"}\n' * 2
    wirebell("ingest", "-", input=lines)
    assert sorted(r.header("source") for r in raw(log)) == ["acme", "b", "b"]


def test_copy_without_a_source_is_taken_with_a_note(wirebell: Wirebell, log: LogClient) -> None:
    Path("story.txt").write_bytes(STORY)
    assert "1 records carry no source" in wirebell("ingest", "story.txt").stderr
    assert raw(log)[0].header("source") == "unnamed"


def test_ingesting_before_the_topics_are_there_says_what_to_do(wirebell: Wirebell) -> None:
    Path("story.txt").write_bytes(STORY)
    assert "`wirebell topics apply` makes it" in wirebell("ingest", "story.txt", "--source", "acme", code=78).stderr


def test_a_broken_line_is_bad_data_with_its_place(wirebell: Wirebell, log: LogClient) -> None:
    assert log.topics()
    Path("day.jsonl").write_text('{"source": "b", "received_at": "2020-09-27T06:30:00Z", "body": "x"}\n{"source": \n')
    assert "day.jsonl:2: is not JSON" in wirebell("ingest", "day.jsonl", code=65).stderr


def test_a_missing_file_is_wrong_usage(wirebell: Wirebell, log: LogClient) -> None:
    assert log.topics()
    assert "no such file" in wirebell("ingest", "nothing.txt", code=2).stderr


# ---- tail


def test_tail_prints_what_is_there_and_ends_when_asked_not_to_follow(wirebell: Wirebell, log: LogClient) -> None:
    say(log, alert(1), alert(2))
    lines = wirebell("tail", "--from", "beginning", "--no-follow").stdout
    assert lines.index("SNAP NUMBER 1") < lines.index("SNAP NUMBER 2")
    assert "06:31:00   FLASH   NEW" in lines


def test_tail_leaves_out_what_is_quieter_than_asked(wirebell: Wirebell, log: LogClient) -> None:
    say(log, alert(1, Priority.URGENT), alert(2, Priority.BULLETIN), alert(3, Priority.FLASH))
    rows = wirebell.rows("tail", "--from", "beginning", "--no-follow", "--min-priority", "bulletin")
    assert [r["alert_id"] for r in rows] == ["alr-2", "alr-3"]


def test_tail_begins_at_the_end_unless_told_otherwise(wirebell: Wirebell, log: LogClient) -> None:
    say(log, alert(1))
    assert wirebell("tail", "--no-follow").stdout == ""


def test_the_bell_rings_on_a_flash_only(wirebell: Wirebell, log: LogClient) -> None:
    say(log, alert(1, Priority.FLASH), alert(2, Priority.BULLETIN))
    assert wirebell("tail", "--from", "beginning", "--no-follow", "--bell").stdout.count(BELL) == 1


def test_an_unreadable_alert_is_named_and_the_next_is_printed(wirebell: Wirebell, log: LogClient) -> None:
    log.append("wire.alerts", b"inc-1", b"not avro")
    say(log, alert(2))
    result = wirebell("tail", "--from", "beginning", "--no-follow")
    assert "@0:" in result.stderr
    assert "SNAP NUMBER 2" in result.stdout


def test_no_colour_codes_go_to_a_pipe(wirebell: Wirebell, log: LogClient) -> None:
    say(log, alert(1))
    assert "\x1b" not in wirebell("tail", "--from", "beginning", "--no-follow").stdout


def test_a_log_that_is_not_there_is_a_configuration_error(wirebell: Wirebell) -> None:
    assert "there is no log here" in wirebell("tail", code=78).stderr


def test_a_follow_up_says_what_changed_and_what_it_follows() -> None:
    changes = (
        Change("state", "claimed", "confirmed"),
        Change("object_class", "aircraft", "aircraft.rotary-wing.helicopter or aircraft.fixed-wing"),
        Change("report", "Acme", "Acme corrects its report"),
        Change("crew", "survived", ""),
        Change("killed", "", "2"),
    )
    text = terminal(alert(1, changes=changes, references=("alr-0",), sources=("acme", "b")), {"acme": "Acme Agency"}).plain
    for line in (
        "state: claimed -> confirmed",
        "object class: aircraft -> helicopter or fixed-wing",
        "Acme corrects its report",
        "crew: survived -> no longer said",
        "and 1 more",
        "Acme Agency, b; 1 independent voice; inc-1; follows 1 earlier, last alr-0",
    ):
        assert line in text


# ---- dead letters


def refused(log: LogClient, number: int, reason: str = "malformed", topic: str = "wire.raw") -> None:
    errors = {"stage": "parse", "reason": reason, "class": "ValueError", "message": "no end", "at": "2020-09-27T06:31:00Z"}
    if topic:
        errors |= {"topic": topic, "partition": "0", "offset": str(number), "where": "line 3"}
    headers = (("source", b"acme"), *((f"error.{k}", v.encode()) for k, v in errors.items()))
    log.append("wire.dead-letters", b"key-%d" % number, b"bytes-%d" % number, headers)
    log.flush()


@pytest.fixture
def letters(log: LogClient) -> LogClient:
    refused(log, 1)
    refused(log, 2, "bad-encoding")
    return log


def test_dead_letters_are_listed_with_their_cause(wirebell: Wirebell, letters: LogClient) -> None:
    assert letters.topics()
    [first, second] = wirebell.rows("dlq", "list")
    assert (first["stage"], first["reason"], first["message"], first["source"]) == ("parse", "malformed", "no end (at line 3)", "acme")
    assert (first["origin"], first["position"], first["bytes"], first["redriven"]) == ("wire.raw[0]@1", "0@0", 7, False)
    assert second["reason"] == "bad-encoding"
    assert "2 dead letters; 1 bad-encoding; 1 malformed" in wirebell("dlq", "list").stdout


def test_dead_letters_are_filtered_by_stage_and_reason(wirebell: Wirebell, letters: LogClient) -> None:
    assert letters.topics()
    assert [r["position"] for r in wirebell.rows("dlq", "list", "--reason", "bad-encoding")] == ["0@1"]
    assert wirebell.rows("dlq", "list", "--stage", "match") == []


def test_a_redrive_sends_the_original_bytes_key_and_headers_once(wirebell: Wirebell, letters: LogClient) -> None:
    assert wirebell.rows("dlq", "redrive") == [{"redriven": 2, "ready": 2, "without_origin": 0}]
    found = sorted(raw(letters), key=lambda r: r.key or b"")
    assert [(r.key, r.value, r.headers) for r in found] == [
        (b"key-1", b"bytes-1", (("source", b"acme"),)),
        (b"key-2", b"bytes-2", (("source", b"acme"),)),
    ]
    assert wirebell.rows("dlq", "redrive") == [{"redriven": 0, "ready": 0, "without_origin": 0}]
    assert len(raw(letters)) == 2


def test_what_was_driven_again_is_no_longer_listed_unless_asked_for(wirebell: Wirebell, letters: LogClient) -> None:
    assert letters.topics()
    wirebell("dlq", "redrive", "--reason", "malformed")
    assert [r["reason"] for r in wirebell.rows("dlq", "list")] == ["bad-encoding"]
    assert [r["redriven"] for r in wirebell.rows("dlq", "list", "--all")] == [True, False]
    assert "(driven again)" in wirebell("dlq", "list", "--all").stdout


def test_what_fails_again_can_be_driven_again(wirebell: Wirebell, letters: LogClient) -> None:
    wirebell("dlq", "redrive")
    refused(letters, 1)
    assert wirebell.rows("dlq", "redrive") == [{"redriven": 1, "ready": 1, "without_origin": 0}]


def test_a_dry_run_sends_nothing(wirebell: Wirebell, letters: LogClient) -> None:
    assert "2 dead letters would be sent again" in wirebell("dlq", "redrive", "--dry-run").stdout
    assert raw(letters) == []
    assert len(wirebell.rows("dlq", "list")) == 2


def test_a_letter_without_an_origin_stays_and_is_counted(wirebell: Wirebell, letters: LogClient) -> None:
    refused(letters, 3, topic="")
    result = wirebell("dlq", "redrive")
    assert "2 dead letters were sent again" in result.stdout
    assert "1 do not say which topic" in result.stderr
    assert [r["origin"] for r in wirebell.rows("dlq", "list")] == [""]


def test_more_letters_than_one_chunk_are_all_driven_again(wirebell: Wirebell, letters: LogClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streams.adapters.deadletters.CHUNK", 2)
    for number in range(3, 6):
        refused(letters, number)
    wirebell("dlq", "redrive")
    assert sorted(r.value or b"" for r in raw(letters)) == [b"bytes-%d" % n for n in range(1, 6)]
    assert wirebell.rows("dlq", "list") == []

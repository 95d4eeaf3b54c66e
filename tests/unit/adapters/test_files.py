"""Raw records from files."""

from __future__ import annotations

import base64
import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from streams.adapters.files import EPOCH, BadInput, Plain, parse_time, read_inputs
from streams.domain.report import RawRecord
from streams.domain.settings import Limits

ROW = {"id": "7", "source": "acme", "received_at": "2020-09-27T10:30:00+04:00", "content_type": "text/plain", "body": "Hello"}
AT = datetime(2020, 9, 27, 6, 30, tzinfo=UTC)


def read(*paths: Path, plain: Plain | None = None) -> list[RawRecord]:
    return list(read_inputs(paths, plain or Plain("acme"), Limits()))


def lines(path: Path, *rows: object) -> Path:
    text = "".join(json.dumps(row) + "\n" for row in rows)
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


@pytest.mark.parametrize("name", ["day.jsonl", "day.jsonl.gz"])
def test_a_line_of_the_replay_format_is_a_raw_record(tmp_path: Path, name: str) -> None:
    assert read(lines(tmp_path / name, ROW)) == [RawRecord("acme", AT, b"Hello", "text/plain", "", "7")]


def test_a_line_without_an_id_is_named_by_its_place(tmp_path: Path) -> None:
    row = {key: ROW[key] for key in ("source", "received_at", "body")}
    assert [r.input_id for r in read(lines(tmp_path / "day.jsonl", row, row))] == ["day.jsonl:1", "day.jsonl:2"]


def test_bodies_may_be_base64_or_files_beside_the_lines(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "1.bin").write_bytes(b"\xff\x00")
    base = {"source": "acme", "received_at": "2020-09-27T06:30:00Z"}
    found = read(
        lines(tmp_path / "d.jsonl", {**base, "body_base64": base64.b64encode(b"\xfe").decode()}, {**base, "body_file": "raw/1.bin"})
    )
    assert [r.body for r in found] == [b"\xfe", b"\xff\x00"]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ([], "is not a JSON object"),
        ({**ROW, "boddy": "x"}, "unknown key 'boddy'"),
        ({**ROW, "body_base64": "eA=="}, "exactly one of body, body_base64, body_file"),
        ({**ROW, "source": 3}, "'source' must be a text"),
        ({**ROW, "source": ""}, "'source' is missing"),
        ({**ROW, "received_at": "yesterday"}, "received_at is not RFC 3339"),
        ({**ROW, "received_at": "2020-09-27T06:30:00"}, "received_at has no zone"),
        ({"source": "a", "received_at": "2020-09-27T06:30:00Z", "body_base64": "!"}, "the body cannot be decoded"),
        ({"source": "a", "received_at": "2020-09-27T06:30:00Z", "body_file": "none"}, "body_file none: No such file"),
    ],
)
def test_a_bad_line_is_refused_with_its_place(tmp_path: Path, row: object, message: str) -> None:
    with pytest.raises(BadInput) as caught:
        read(lines(tmp_path / "day.jsonl", ROW, row))
    assert str(caught.value).startswith("day.jsonl:2: ")
    assert message in str(caught.value)


@pytest.mark.parametrize("text", ['{"headline": "A", "body": "B"}\n{"headline": "C", "body": "D"}\n', "not json\n", ""])
def test_other_jsonl_is_one_raw_record_of_wire_copy(tmp_path: Path, text: str) -> None:
    (tmp_path / "batch.jsonl").write_text(text)
    assert [r.body for r in read(tmp_path / "batch.jsonl")] == [text.encode()]


def test_a_plain_file_counts_as_received_when_it_was_published(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"headline": "A", "body": "B", "published_at": "2020-09-27T06:30:00Z"}))
    assert [r.received_at for r in read(path)] == [AT]


@pytest.mark.parametrize("body", [b"Copy that states no time at all.", b"\x89PNG\r\n"])
def test_a_plain_file_that_states_no_time_counts_as_received_at_the_epoch(tmp_path: Path, body: bytes) -> None:
    (tmp_path / "a.txt").write_bytes(body)
    assert [r.received_at for r in read(tmp_path / "a.txt")] == [EPOCH]


def test_a_named_time_source_and_type_hold_for_plain_files(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"x")
    assert read(tmp_path / "a.txt", plain=Plain("s", "text/plain", AT)) == [RawRecord("s", AT, b"x", "text/plain", "", "a.txt")]


def test_a_folder_is_read_by_path_and_names_no_more_than_what_is_below_it(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.txt", ".git/x", "a/.y"):
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "in" / name).write_bytes(b"x")
    assert [r.input_id for r in read(tmp_path / "in")] == ["a/z.txt", "b.txt"]


def test_an_empty_folder_is_said_to_be_empty(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no files in this folder"):
        read(tmp_path)


@pytest.mark.parametrize("data", [b"not gzip", gzip.compress((json.dumps(ROW) + "\n").encode() * 50)[:-12]])
def test_a_torn_gzip_is_bad_input(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "day.jsonl.gz").write_bytes(data)
    with pytest.raises(BadInput, match="cannot be read"):
        read(tmp_path / "day.jsonl.gz")


def test_a_missing_file_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="No such file"):
        read(tmp_path / "none.txt")


def test_times_become_utc() -> None:
    assert parse_time("2020-09-27T10:30:00+04:00") == AT

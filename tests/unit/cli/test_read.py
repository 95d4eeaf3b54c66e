"""read: in a terminal, as a page, for a program; and what is no report."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from rich.console import Console

from streams.cli.reading_text import reading_text
from tests.unit.board.looks import DOWNED, viewed
from tests.unit.cli.conftest import Wirebell

RAW = Path(__file__).parents[2] / "data" / "scenario" / "raw"
DATED = ("--received-at", "2020-09-27T07:30:00Z")
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def story(wirebell: Wirebell) -> Path:
    path = wirebell.folder / "story.txt"
    path.write_text(DOWNED)
    return path


SHOWN = (
    "Rebels shot down up to two government helicopters", "1 conflict.aircraft_downed  actual  lead", "PLOVER ASSAULT shootdown",
    "aircraft.rotary-wing.helicopter, up to 2", '"government helicopters"', "MLI.MIL", "asserts", "why",
    "conflict.aircraft_downed  v  shoot down  obj:aircraft  near,split", 'met by "up to two government helicopters"', "4.00 salience",
)  # fmt: skip


def test_read_shows_the_copy_its_events_and_why(wirebell: Wirebell, story: Path) -> None:
    text = wirebell("read", str(story), "--source", "acme").stdout
    assert [part for part in SHOWN if part not in text] == []


@pytest.mark.parametrize("width", [40, 72, 200])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    console = Console(width=width, record=True, file=open("/dev/null", "w", encoding="utf-8"))  # noqa: SIM115
    for part in reading_text(viewed(DOWNED), coloured=True):
        console.print(part)
    assert max(map(len, console.export_text().splitlines())) <= width


def test_there_are_no_colours_where_there_is_no_terminal(wirebell: Wirebell, story: Path) -> None:
    assert "\x1b" not in wirebell("read", str(story)).stdout


def test_read_takes_standard_input(wirebell: Wirebell) -> None:
    assert "conflict.aircraft_downed" in wirebell("read", "-", input=DOWNED.encode()).stdout


def test_a_program_gets_the_rows_that_replay_writes(wirebell: Wirebell, story: Path) -> None:
    wirebell("replay", str(story), "--source", "acme", "--out", "result")
    written = [json.loads(line) for line in Path("result/events.jsonl").read_text().splitlines()]
    assert [row | {"incident_id": ""} for row in written] == wirebell.rows("read", str(story), "--source", "acme")


def test_the_page_is_written_where_it_is_asked_for(wirebell: Wirebell, story: Path) -> None:
    result = wirebell("read", str(story), *DATED, "--html", "page.html")
    assert (result.stdout, result.stderr) == ("", "written: page.html\n")
    assert Path("page.html").read_text().startswith("<!DOCTYPE html>")


def test_the_page_is_the_same_bytes_every_time(wirebell: Wirebell, story: Path) -> None:
    for name in ("one.html", "two.html"):
        wirebell("read", str(story), "--html", name)
    assert Path("one.html").read_bytes() == Path("two.html").read_bytes()


def test_a_page_that_cannot_be_written_says_why(wirebell: Wirebell, story: Path) -> None:
    result = wirebell("read", str(story), "--html", "no/such/folder.html", code=65)
    assert "no/such/folder.html: cannot be written: No such file or directory" in result.stderr


def test_what_is_no_report_is_named_and_the_others_are_shown(wirebell: Wirebell, story: Path) -> None:
    (wirebell.folder / "photo.txt").write_bytes(PNG)
    result = wirebell("read", "photo.txt", "nowhere.txt", str(story), *DATED, code=65)
    assert "1 conflict.aircraft_downed" in result.stdout
    assert result.stderr.splitlines() == [
        "photo.txt: would go to the dead letters: parse: not-a-report: a PNG image, not a report",
        "nowhere.txt: cannot be read: No such file or directory",
    ]


def test_of_a_row_set_what_is_no_report_is_named_by_its_id(wirebell: Wirebell) -> None:
    rows = [
        {"id": "7", "source": "acme", "received_at": "2020-09-27T06:30:00Z", "body": DOWNED},
        {"id": "8", "source": "acme", "received_at": "2020-09-27T06:30:00Z", "body": " "},
    ]
    Path("day.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    result = wirebell("read", "day.jsonl", "--json", code=65)
    assert [json.loads(line)["input_id"] for line in result.stdout.splitlines()] == ["7"]
    assert result.stderr == "day.jsonl: 8: would go to the dead letters: receive: empty: nothing was sent\n"


def test_a_row_that_is_none_ends_its_file_and_no_other(wirebell: Wirebell, story: Path) -> None:
    Path("day.jsonl").write_text('{"source": "acme", "received_at": "2020-09-27T06:30:00Z", "body": "x", "colour": "red"}\n')
    result = wirebell("read", "day.jsonl", str(story), code=65)
    assert "day.jsonl:1: unknown key 'colour'" in result.stderr
    assert "conflict.aircraft_downed" in result.stdout


def test_a_kill_tells_of_no_event(wirebell: Wirebell) -> None:
    result = wirebell("read", str(RAW / "038-meridian.json"))
    assert "A kill: the source takes the item back. It tells of no event." in result.stdout
    assert wirebell.rows("read", str(RAW / "038-meridian.json")) == []


def test_copy_that_states_no_time_is_said_to_and_can_be_given_one(wirebell: Wirebell) -> None:
    Path("undated.txt").write_text("Rebels shot down a government helicopter near Kidal this morning.")
    assert "undated.txt states no time" in wirebell("read", "undated.txt").stderr
    dated = wirebell("read", "undated.txt", *DATED)
    assert dated.stderr == ""
    assert "27 Sep 2020" in dated.stdout


def test_brackets_and_colons_in_copy_are_no_markup(wirebell: Wirebell) -> None:
    words = "Rebels [bold red]shot down[/] a [link=http://x]helicopter[/link] :smile: near Kidal."
    Path("odd.txt").write_text(words)
    assert words in wirebell("read", "odd.txt", *DATED).stdout


def test_the_terms_of_a_model_are_printed_as_a_column(wirebell: Wirebell) -> None:
    Path("attack.txt").write_text("Gunmen killed three farmers near the village of Ouro on Sunday.")
    lines = [line.strip() for line in wirebell("read", "attack.txt", *DATED).stdout.splitlines()]
    begins = next(n for n, line in enumerate(lines) if line.startswith("is it an event or talk of events: "))
    assert any(line.endswith("  bias") for line in lines[begins:])


def test_what_was_set_aside_is_told_with_its_reason(wirebell: Wirebell) -> None:
    Path("visit.txt").write_text("The minister visited the capital on Sunday as clashes erupted.")
    text = wirebell("read", "visit.txt", *DATED).stdout
    assert "set aside  conflict.ground_clash: only a circumstance or a topic of what else is told" in text

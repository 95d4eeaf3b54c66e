"""replay and explain over files, config show and schemas check."""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from streams.adapters.avro import codec_for
from streams.adapters.logclient import LogClient
from streams.adapters.serialisation import json_line
from streams.adapters.wire_raw import append_raw
from streams.board.dossier import Dossier
from streams.cli.account import account
from streams.cli.dossiers import carried
from streams.config import Settings
from streams.domain.alert import Alert, AlertKind, MessageType, Priority
from streams.domain.event import Action, Carrier, Codes, EventRecord, HolderKind, RetractReason, Stance
from streams.domain.incident import (
    Attribute,
    Incident,
    IncidentState,
    IndependentGroup,
    Join,
    LedgerEntry,
    Member,
    Term,
    Variant,
)
from streams.domain.report import RawRecord, Report, Signal
from streams.formats import parse
from tests.unit.cli.conftest import Wirebell

AT = datetime(2020, 9, 27, 6, 30, tzinfo=UTC)
PNG = b"\x89PNG\r\n\x1a\n"
STEMS = ("reports", "events", "incidents", "alerts", "dead_letters")


def event(name: str, source: str) -> EventRecord:
    return EventRecord(
        event_id=f"evt-{name}",
        report_id=f"rep-{name}",
        item_key=f"{source}|{name}",
        type="conflict.aircraft_downed",
        block_key="conflict",
        carrier=Carrier(source),
        published_at=AT,
        received_at=AT,
        version_at=AT,
        headline=f"Headline {name}",
    )


def incident(incident_id: str = "inc-abc1") -> Incident:
    entry = LedgerEntry(
        "AZE.MIL", Stance.CONFIRMS, HolderKind.OFFICIAL, "AZE", True, "crew", "survived", ("rt",), ("acme",), ("evt-a",), AT
    )
    variant = Variant("AZE", ("ARM.MIL",), ("acme",), ("evt-a",), AT)
    return Incident(
        incident_id=incident_id,
        block_key="conflict",
        founded_by="evt-a",
        type="conflict.aircraft_downed",
        state=IncidentState.CONFIRMED,
        state_reasons=("the owner says so",),
        headline="Helicopter down",
        first_at=AT,
        last_at=AT,
        attributes=(Attribute("operator", "AZE", True, (variant, Variant("RUS", ("?",), ("b",), ("evt-b",), AT))),),
        claims=(entry,),
        independent_groups=(IndependentGroup("g1", ("acme", "b"), ("evt-a", "evt-b"), ("same credit line: Acme",), False),),
        members=(Member("evt-a", "rep-a", "acme"), Member("evt-b", "rep-b", "b", RetractReason.KILLED)),
        joins=(Join("evt-b", "evt-a", 4.2, (Term("place", "same town", 3.1), Term("count", "2 against 1", -0.5))),),
    )


def alert(alert_id: str = "alr-1", incident_id: str = "inc-abc1", event_id: str = "evt-a") -> Alert:
    return Alert(
        alert_id, incident_id, AlertKind.NEW, MessageType.ALERT, Priority.FLASH, "confirmed", "conflict.aircraft_downed", Codes(),
        "HELICOPTER DOWN", "Headline a", "", (), ("it rings",), ("acme",), 1, (), AT, AT, event_id, "rep-a",
    )  # fmt: skip


def report(report_id: str) -> Report:
    return Report(report_id, "acme|a", "acme", Signal.NEW, "Headline a", f"The copy of {report_id}.", AT, AT, AT, "h")


EXPLAINED = (
    "inc-abc1", "CONFIRMED", "the owner says so", "Headline a", "killed", "same credit line: Acme", "operator (disputed)", "ARM.MIL",
    "AZE.MIL (party)", "confirms", "crew: survived", "evt-b (b, 27 Sep 2020 06:30) with evt-a (acme, 27 Sep 2020 06:30): +4.20",
    "+3.10  place  same town", "-0.50  count", "27 Sep 2020 06:30  acme  Headline a", "FLASH", "HELICOPTER DOWN",
    "27 Sep 2020 06:30  flash new  HELICOPTER DOWN", "state: confirmed", "voice 1: acme, b", "no longer stands: killed",
)  # fmt: skip


@pytest.fixture
def replayed(tmp_path: Path) -> Path:
    folder = tmp_path / "result"
    folder.mkdir()
    other = json_line(incident("inc-abd2"))
    (folder / "incidents.jsonl").write_text(json_line(incident()) + "\n" + other + "\n")
    rows = [{"input_id": "1", "incident_id": "inc-abc1", **json.loads(json_line(event(n, s)))} for n, s in (("a", "acme"), ("b", "b"))]
    (folder / "events.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (folder / "alerts.jsonl").write_text(json_line(alert()) + "\n" + json_line(alert("alr-2", "inc-zzz", "evt-z")) + "\n")
    (folder / "reports.jsonl").write_text(json_line(report("rep-a")) + "\n" + json_line(report("rep-z")) + "\n")
    return folder


def test_explain_prints_members_voices_variants_claims_and_scores(wirebell: Wirebell, replayed: Path) -> None:
    text = wirebell("explain", "inc-abc", "--from", str(replayed)).stdout
    assert [part for part in EXPLAINED if part not in text] == []


def test_explain_reads_the_newest_state_from_the_log(wirebell: Wirebell, log: LogClient) -> None:
    for value in (replace(incident(), headline="As it was", state=IncidentState.CLAIMED, state_reasons=("one side",)), incident()):
        log.append("wire.incidents", b"inc-abc1", codec_for(Incident).encode(value))
    for rung in (alert(), alert(), alert("alr-2", "inc-zzz", "evt-z")):
        log.append("wire.alerts", rung.incident_id.encode(), codec_for(Alert).encode(rung))
    taken_back = event("a", "acme")
    for record in (event("a", "acme"), event("b", "b"), event("c", "c")):
        log.append("wire.events", b"conflict", codec_for(EventRecord).encode(record))
    gone = codec_for(EventRecord).encode(
        EventRecord(**{f: getattr(taken_back, f) for f in taken_back.__slots__} | {"action": Action.RETRACT})
    )
    log.append("wire.events", b"conflict", gone)
    log.flush()
    text = wirebell("explain", "inc-abc1").stdout
    assert [part for part in (*EXPLAINED, "state, no alert  claimed", "one side") if part not in text] == []


def test_explain_gives_a_program_the_incident_and_its_events(wirebell: Wirebell, replayed: Path) -> None:
    [row] = wirebell.rows("explain", "inc-abc1", "--from", str(replayed))
    assert row["incident"]["incident_id"] == "inc-abc1"
    assert [e["event_id"] for e in row["events"]] == ["evt-a", "evt-b"]
    assert [a["alert_id"] for a in row["alerts"]] == ["alr-1"]


def test_explain_writes_a_page(wirebell: Wirebell, replayed: Path) -> None:
    result = wirebell("explain", "inc-abc", "--from", str(replayed), "--html", "incident.html")
    assert (result.stdout, result.stderr) == ("", "written: incident.html\n")
    text = Path("incident.html").read_text()
    assert [part for part in ("HELICOPTER DOWN", "The copy of rep-a.", "same credit line: Acme", "+4.20") if part not in text] == []
    assert "rep-z" not in text


def test_explain_finds_the_copy_in_the_log(log: LogClient) -> None:
    """The raw bytes are parsed again: the report has the id that its incident names."""
    raw = RawRecord("acme", AT, b"KIDAL, Sept 27 (Acme) - Rebels shot down a government helicopter near Kidal.", input_id="1")
    [parsed] = parse(raw, Settings().core.limits).reports
    append_raw(log, raw, Settings().core)
    append_raw(log, replace(raw, body=PNG), Settings().core)
    log.append("wire.raw", b"acme|x", b"no time in its header", (("source", b"acme"), ("received-at", b"noon")))
    log.flush()
    mine = replace(incident(), members=(Member("evt-a", parsed.report_id, "acme"),))
    assert carried(log, mine, Settings().core) == {parsed.report_id: parsed}


@pytest.mark.parametrize(
    ("wanted", "message"),
    [("inc-ab", "2 incidents begin with inc-ab: inc-abc1, inc-abd2"), ("inc-zzz", "no incident begins with inc-zzz")],
)
def test_an_incident_that_is_not_one_is_bad_data(wirebell: Wirebell, replayed: Path, wanted: str, message: str) -> None:
    assert message in wirebell("explain", wanted, "--from", str(replayed), code=65).stderr


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "--from takes the folder"), ("{", "is not JSONL"), ('{"incident_id": "inc-1"}\n', "incidents.jsonl:1: is not a Incident")],
)
def test_a_folder_that_is_no_replays_is_bad_data(wirebell: Wirebell, tmp_path: Path, content: str | None, message: str) -> None:
    if content is not None:
        (tmp_path / "incidents.jsonl").write_text(content)
    assert message in wirebell("explain", "inc-1", "--from", str(tmp_path), code=65).stderr


def test_a_merged_incident_says_where_it_went() -> None:
    gone = replace(incident(), merged_into="inc-2", members=(), joins=())
    assert any("merged into inc-2" in str(part) for part in account(Dossier(gone, {})))


# ---- replay


def day(path: Path) -> Path:
    story = "STEPANAKERT, Sept 27 (Acme) - A helicopter was shot down over Nagorno-Karabakh on Sunday, the Armenian defence ministry said."
    rows = [
        {"id": "1", "source": "acme", "received_at": "2020-09-27T06:30:00Z", "body": story},
        {"id": "2", "source": "b", "received_at": "2020-09-27T06:40:00Z", "body_base64": "iVBORw0KGgo="},
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_replay_writes_the_five_files_of_the_contract(wirebell: Wirebell, tmp_path: Path) -> None:
    [counts] = wirebell.rows("replay", str(day(tmp_path / "day.jsonl")), "--out", "result")
    written = {stem: [json.loads(line) for line in Path(f"result/{stem}.jsonl").read_text().splitlines()] for stem in STEMS}
    assert counts == {stem: len(rows) for stem, rows in written.items()}
    assert [(r["input_id"], r["source"]) for r in written["reports"]] == [("1", "acme")]
    assert [r["input_id"] for r in written["dead_letters"]] == ["2"]
    assert {"report_id", "headline", "lead_event_id", "lead_incident_id"} <= set(written["reports"][0])


def test_replay_writes_the_same_bytes_again(wirebell: Wirebell, tmp_path: Path) -> None:
    path = str(day(tmp_path / "day.jsonl"))
    wirebell("replay", path, "--out", "one")
    wirebell("replay", path, "--out", "two")
    assert all(Path(f"one/{stem}.jsonl").read_bytes() == Path(f"two/{stem}.jsonl").read_bytes() for stem in STEMS)


def test_replay_says_where_it_wrote_how_much(wirebell: Wirebell, tmp_path: Path) -> None:
    result = wirebell("replay", str(day(tmp_path / "day.jsonl")), "--out", "result")
    assert "1  result/reports.jsonl" in result.stdout
    assert result.stderr == ""


@pytest.mark.parametrize("value", ["yesterday", "2020-09-27T06:30:00"])
def test_a_time_that_is_none_is_wrong_usage(wirebell: Wirebell, tmp_path: Path, value: str) -> None:
    wirebell("replay", str(day(tmp_path / "day.jsonl")), "--out", "x", "--received-at", value, code=2)


# ---- config and schemas


def test_config_show_prints_toml_that_says_where_values_come_from(wirebell: Wirebell) -> None:
    Path("wirebell.toml").write_text('app_id = "desk"\n[sources.acme]\nname = "Acme"\n[sources.acme.priority_map]\n"very urgent" = 1\n')
    text = wirebell("config", "show").stdout
    values = tomllib.loads(text)
    assert (values["app_id"], values["sources"]["acme"]["priority_map"], values["topics"]["wire.raw"]) == ("desk", {"very urgent": 1}, 4)
    assert 'app_id = "desk"  # wirebell.toml' in text
    assert "# environment variable WIREBELL_BROKER" in text


def test_config_show_gives_a_program_values_and_origins(wirebell: Wirebell) -> None:
    [row] = wirebell.rows("config", "show")
    assert row["origins"] == {"broker": "environment variable WIREBELL_BROKER"}


def test_what_config_show_prints_can_be_read_as_settings(wirebell: Wirebell, tmp_path: Path) -> None:
    shown = wirebell("config", "show", env={"WIREBELL_MATCHING_OPEN_DAYS": "3"}).stdout
    (tmp_path / "again.toml").write_text(shown)
    [row] = wirebell.rows("config", "show", "--settings", "again.toml")
    assert row["settings"]["matching"]["open_days"] == 3


def test_a_configuration_error_ends_with_78(wirebell: Wirebell) -> None:
    Path("wirebell.toml").write_text("[metrics]\nprot = 1\n")
    assert "did you mean metrics.port?" in wirebell("config", "show", code=78).stderr


def test_the_packaged_schemas_hold_together(wirebell: Wirebell) -> None:
    assert "schemas hold together" in wirebell("schemas", "check").stdout


def test_schemas_that_do_not_hold_together_end_with_70(wirebell: Wirebell, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    result = wirebell("schemas", "check", "--folder", "empty", "--json", code=70)
    assert json.loads(result.stdout)["problems"]

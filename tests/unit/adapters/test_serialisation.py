import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

import pytest
from cattrs import BaseValidationError

from streams.adapters.serialisation import from_datum, from_json, json_line, parse_rfc3339, rfc3339, to_datum, to_json
from streams.domain.alert import Announced, Priority
from streams.domain.deadletter import DeadLetter
from streams.domain.errors import Reason, Stage
from streams.domain.event import ObjectRole, Outcome, Sketch, Thing
from streams.domain.incident import Incident, IncidentState, Member
from streams.domain.values import Position, Quantity, Span

AT = datetime(2020, 9, 27, 5, 48, tzinfo=UTC)
THING = Thing(ObjectRole.TARGET, "plane", "aircraft", count=Quantity(None, 2), span=Span(3, 8))
INCIDENT = Incident(
    "inc-1", "b", "evt-2", "t", IncidentState.CLAIMED, (), "h", AT, AT, members=(Member("evt-2", "r", "s"), Member("evt-1", "r", "s"))
)


def test_class_path_is_called_class_outside() -> None:
    assert to_json(THING)["class"] == "aircraft"
    assert to_datum(THING)["class"] == "aircraft"


def test_a_body_span_is_a_pair_and_a_headline_span_says_so() -> None:
    assert to_json(Outcome(span=Span(1, 2)))["span"] == [1, 2]
    assert to_json(Outcome(span=Span(1, 2, "headline")))["span"] == [1, 2, "headline"]


def test_enums_become_plain_text_in_json() -> None:
    assert type(to_json(THING)["role"]) is str


def test_a_nullable_record_is_named_for_avro() -> None:
    assert to_datum(THING)["span"] == ("wirebell.v1.Span", {"start": 3, "end": 8, "part": "body"})
    assert to_datum(Outcome())["span"] is None


def test_shingles_are_packed_for_avro_and_numbers_in_json() -> None:
    sketch = Sketch(shingles=(1, 2**32 - 1))
    assert to_datum(sketch)["shingles"] == b"\1\0\0\0\xff\xff\xff\xff"
    assert to_json(sketch)["shingles"] == [1, 2**32 - 1]
    assert from_datum(to_datum(sketch), Sketch) == sketch


def test_an_announced_fact_is_a_named_pair_for_avro() -> None:
    announced = Announced("claimed", Priority.FLASH, "SNAP", (("killed", "3"),), ("alr-1",))
    assert to_datum(announced)["facts"] == [{"name": "killed", "value": "3"}] or to_datum(announced)["facts"] == (
        {"name": "killed", "value": "3"},
    )
    assert from_datum(to_datum(announced), Announced) == announced
    assert from_json(json.loads(json_line(announced)), Announced) == announced


def test_an_incident_carries_its_sorted_event_ids_in_json() -> None:
    assert to_json(INCIDENT)["event_ids"] == ["evt-1", "evt-2"]
    assert from_json(to_json(INCIDENT), Incident) == INCIDENT


def test_bytes_are_base64_in_json() -> None:
    letter = DeadLetter(None, b"\xff\0", (("source", b"x"),), Stage.PARSE, Reason.MALFORMED, "E", "m", Position("wire.raw", 0, 7), AT)
    assert (to_json(letter)["value"], to_json(letter)["key"]) == ("/wA=", None)
    assert from_json(json.loads(json_line(letter)), DeadLetter) == letter


def test_a_line_of_json_keeps_the_order_of_the_fields_and_the_letters() -> None:
    assert json_line(Quantity(None, 2)) == '{"min":null,"max":2,"qualifier":"exact"}'
    assert json_line(Outcome("survived", "Ռազմական")) == '{"crew":"survived","damage":"Ռազմական","span":null}'


@pytest.mark.parametrize(
    "data",
    [
        {"role": "target", "name": 5},
        {"role": "wing", "name": "plane"},
        {"role": "target"},
        {"role": "target", "name": "plane", "mood": "tense"},
        {"role": "target", "name": "plane", "count": {"min": True, "max": 1}},
    ],
)
def test_json_that_does_not_fit_is_refused(data: dict[str, object]) -> None:
    with pytest.raises(BaseValidationError):
        from_json(data, Thing)


def test_a_whole_number_may_stand_for_a_float() -> None:
    @dataclass(frozen=True)
    class Point:
        lat: float

    assert from_json({"lat": 4}, Point) == Point(4.0)


def test_times_are_utc_with_a_z() -> None:
    yerevan = timezone(timedelta(hours=4))
    assert rfc3339(datetime(2020, 9, 27, 9, 48, tzinfo=yerevan)) == "2020-09-27T05:48:00Z"
    assert rfc3339(AT.replace(microsecond=5)) == "2020-09-27T05:48:00.000005Z"
    assert parse_rfc3339("2020-09-27T09:48:00+04:00") == AT


def test_a_time_without_a_zone_is_refused_both_ways() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        rfc3339(datetime(2020, 9, 27))
    with pytest.raises(ValueError, match="without a zone"):
        parse_rfc3339("2020-09-27T09:48:00")

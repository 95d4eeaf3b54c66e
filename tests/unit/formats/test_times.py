"""Times as wires write them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from streams.formats.times import _any_rfc2822, _rfc2822, read_date, read_time, read_wire_time

NEAR = datetime(2020, 9, 27, 12, tzinfo=UTC)


def utc(*fields: int) -> datetime:
    return datetime(*fields, tzinfo=UTC)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("text", "at", "zoned"),
    [
        ("2020-09-27T10:15:00Z", utc(2020, 9, 27, 10, 15), True),
        ("2020-09-27T10:15:00.123456+04:00", utc(2020, 9, 27, 6, 15), True),
        ("2020-09-27 10:15", utc(2020, 9, 27, 10, 15), False),
        ("20200927T101500+0200", utc(2020, 9, 27, 8, 15), True),
        ("20200927T101500Z", utc(2020, 9, 27, 10, 15), True),
        ("20200927", utc(2020, 9, 27), False),
        ("2020-09-27", utc(2020, 9, 27), False),
        ("2016-12-31T23:59:60Z", utc(2016, 12, 31, 23, 59, 59), True),
        ("Sun, 27 Sep 2020 10:15:00 +0400", utc(2020, 9, 27, 6, 15), True),
        ("Sun, 27 Sep 2020 10:15:00 GMT", utc(2020, 9, 27, 10, 15), True),
        ("Sun, 27 Sep 2020 10:15:00 EDT", utc(2020, 9, 27, 14, 15), True),
        ("27 Sep 2020 10:15:00", utc(2020, 9, 27, 10, 15), False),
        (1601201700, utc(2020, 9, 27, 10, 15), True),
        (1601201700000, utc(2020, 9, 27, 10, 15), True),
    ],
)
def test_a_machine_written_time_is_read(text: object, at: datetime, zoned: bool) -> None:
    stamp = read_time(text)
    assert stamp is not None
    assert (stamp.at, stamp.zoned) == (at, zoned)


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2020-13-01", "2020-02-30T10:00:00Z", "10:15", True, None, 12, 1e300, "9" * 400, "2020-09-27T10:00 QQQ"]
)
def test_what_is_no_time_is_none(text: object) -> None:
    assert read_time(text) is None


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("3 JAN 90", utc(1990, 1, 3)),
        ("14 MAR 89", utc(1989, 3, 14)),
        ("Sept. 27", utc(2020, 9, 27)),
        ("September 27, 2019", utc(2019, 9, 27)),
        ("JUNE 11 89 (AFP)", utc(1989, 6, 11)),
        ("27th September", utc(2020, 9, 27)),
        ("Dec 31", utc(2020, 12, 31)),
        ("Jan 2", utc(2021, 1, 2)),
    ],
)
def test_a_dateline_date_takes_the_year_nearest_to_arrival(text: str, at: datetime) -> None:
    assert read_date(text, NEAR) == at


def test_copy_is_not_filed_in_the_future() -> None:
    assert read_date("Jan 2", NEAR, past=True) == utc(2020, 1, 2)
    assert read_date("Sept 28", NEAR, past=True) == utc(2020, 9, 28)
    assert read_date("Feb 29", NEAR, past=True) == utc(2020, 2, 29)


def test_a_date_at_the_turn_of_the_year_belongs_to_the_year_before() -> None:
    assert read_date("Dec 31", utc(2021, 1, 1)) == utc(2020, 12, 31)


@pytest.mark.parametrize("text", ["Feb 30", "no date", "", "31 JUN 20"])
def test_an_impossible_date_is_none(text: str) -> None:
    assert read_date(text, NEAR) is None


@pytest.mark.parametrize(
    ("text", "at", "zoned"),
    [
        ("0001 GMT 28 Sept", utc(2020, 9, 28, 0, 1), True),
        ("10:00 BST, 28 September 2020", utc(2020, 9, 28, 9), True),
        ("6 a.m. EDT Sept 28", utc(2020, 9, 28, 10), True),
        ("11.30pm 28 Sept", utc(2020, 9, 28, 23, 30), False),
        ("28 Sept", utc(2020, 9, 28), False),
        ("06:00 GMT", utc(2020, 9, 28, 6), True),
        ("18:00 GMT", utc(2020, 9, 27, 18), True),
        ("2020-09-28T06:00:00Z", utc(2020, 9, 28, 6), True),
        ("12 a.m. GMT Sept 28", utc(2020, 9, 28, 0), True),
    ],
)
def test_an_editor_s_time_is_read(text: str, at: datetime, zoned: bool) -> None:
    stamp = read_wire_time(text, NEAR)
    assert stamp is not None
    assert (stamp.at, stamp.zoned) == (at, zoned)


def test_a_text_without_a_time_is_none() -> None:
    assert read_wire_time("further notice", NEAR) is None


@pytest.mark.parametrize(
    "day", ["Sun, 27 Sep 2020", "7 Feb 2021", "31 Feb 2020", "99 Jan 2020", "1 Foo 2020", "Mon, 29 Feb 2000", "1 Jan 1000"]
)
@pytest.mark.parametrize("clock", ["10:00:00", "23:59:60", "24:00:00", "99:99:99"])
@pytest.mark.parametrize("zone", ["GMT", "+0400", "-0000", "+9999", "-1130"])
def test_the_usual_mail_date_is_read_as_the_standard_library_reads_it(day: str, clock: str, zone: str) -> None:
    text = f"{day} {clock} {zone}"
    assert _rfc2822(text) == _any_rfc2822(text)

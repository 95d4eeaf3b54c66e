"""When: every way in which copy filed on Monday, 28 September 2020, at 09:00 UTC tells a time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from streams.domain.event import Modality, Precision, When

DAY, PART, HOUR = Precision.DAY, Precision.DAY_PART, Precision.HOUR
MONTH, YEAR, VAGUE = Precision.MONTH, Precision.YEAR, Precision.UNKNOWN


def shown(when: When | None) -> tuple[str, str, Precision] | None:
    """Month, day and hour of both ends, the hour left out at midnight, the year left out in 2020."""
    return (stamp(when.start), stamp(when.end), when.precision) if when is not None else None


def stamp(at: datetime) -> str:
    year = f"{at:%Y-}" if at.year != 2020 else ""
    return year + (f"{at:%m-%d %H:%M}" if (at.hour, at.minute) != (0, 0) else f"{at:%m-%d}")


@pytest.mark.parametrize(
    ("told", "start", "end", "precision"),
    [
        ("on Monday", "09-28", "09-29", DAY),
        ("on Tuesday", "09-22", "09-23", DAY),
        ("last Friday", "09-25", "09-26", DAY),
        ("on Saturday night", "09-26 14:00", "09-27 12:00", PART),
        ("late on Saturday", "09-26 11:00", "09-27 07:00", PART),
        ("in the early hours of Sunday", "09-26 18:00", "09-27 15:00", PART),
        ("at dawn on Sunday", "09-26 22:00", "09-27 13:00", PART),
        ("overnight on Saturday", "09-25 14:00", "09-26 13:00", PART),
        ("yesterday evening", "09-27 12:00", "09-28 06:00", PART),
        ("overnight", "09-27 14:00", "09-28 13:00", PART),
        ("last night", "09-27 12:00", "09-28 12:00", PART),
        ("this morning", "09-28", "09-28 18:00", PART),
        ("at 0430 GMT on Sunday", "09-27 04:30", "09-27 05:30", HOUR),
        ("on Sunday at 17:05 GMT", "09-27 17:05", "09-27 18:05", HOUR),
        ("the day before yesterday", "09-26", "09-27", DAY),
        ("two days earlier", "09-26", "09-27", DAY),
        ("the previous day", "09-27", "09-28", DAY),
        ("two weeks ago", "09-14", "09-15", DAY),
        ("a month ago", "08-14", "09-13", MONTH),
        ("on the 25th of September", "09-25", "09-26", DAY),
        ("on Sept. 25, 2020", "09-25", "09-26", DAY),
        ("on 2020-09-25", "09-25", "09-26", DAY),
        ("on 25/09/2020", "09-25", "09-26", DAY),
        ("on 9/25/2020", "09-25", "09-26", DAY),
        ("on 24 and 25 September", "09-24", "09-26", DAY),
        ("on Sept 24-25", "09-24", "09-26", DAY),
        ("between Friday and Sunday", "09-25", "09-28", DAY),
        ("on Friday and Saturday", "09-25", "09-27", DAY),
        ("over the weekend", "09-26", "09-28", DAY),
        ("last week", "09-21", "09-28", VAGUE),
        ("earlier this month", "09-01", "10-01", MONTH),
        ("last month", "08-01", "09-01", MONTH),
        ("in early September", "09-01", "09-11", MONTH),
        ("in mid-August", "08-10", "08-22", MONTH),
        ("in late August", "08-20", "09-01", MONTH),
        ("in the past 24 hours", "09-27", "09-29", DAY),
        ("over the past three days", "09-26", "09-29", VAGUE),
        ("in the last two weeks", "09-15", "09-29", VAGUE),
        ("in recent days", "09-24", "09-29", VAGUE),
        ("since Friday", "09-25", "09-26", DAY),
    ],
)
def test_an_event_is_dated(read: Any, told: str, start: str, end: str, precision: Precision) -> None:
    event = read(f"Rebels attacked an army base near Goris {told}, killing two soldiers.")[0]

    assert shown(event.time) == (start, end, precision)
    assert event.modality is Modality.ACTUAL


@pytest.mark.parametrize(
    ("told", "start", "end", "precision"),
    [
        ("last year", "2019-01-01", "01-01", YEAR),
        ("three years ago", "2017-03-31", "2018-03-30", MONTH),
        ("in August 2019", "2019-08-01", "2019-09-01", MONTH),
        ("in 2014", "2014-01-01", "2015-01-01", YEAR),
        ("in the 1990s", "1990-01-01", "2000-01-01", YEAR),
        ("during the 1992-94 war", "1992-01-01", "1995-01-01", YEAR),
        ("in October", "2019-10-01", "2019-11-01", MONTH),
    ],
)
def test_what_is_long_past_is_history(read: Any, told: str, start: str, end: str, precision: Precision) -> None:
    event = read(f"Rebels attacked an army base near Goris {told}, killing two soldiers.")[0]

    assert shown(event.time) == (start, end, precision)
    assert event.modality is Modality.HISTORICAL


@pytest.mark.parametrize(
    ("told", "start", "end", "precision"),
    [
        ("on Tuesday", "09-29", "09-30", DAY),
        ("on Saturday", "10-03", "10-04", DAY),
        ("tomorrow", "09-29", "09-30", DAY),
        ("next week", "10-05", "10-12", VAGUE),
        ("next month", "10-01", "11-01", MONTH),
        ("in the coming days", "09-28", "10-03", VAGUE),
        ("on October 5", "10-05", "10-06", DAY),
    ],
)
def test_what_is_to_come_lies_ahead(read: Any, told: str, start: str, end: str, precision: Precision) -> None:
    event = read(f"The president of Georgia will meet the prime minister of Armenia {told}.")[0]

    assert shown(event.time) == (start, end, precision)
    assert event.modality is Modality.PLANNED


def test_a_day_is_counted_from_the_one_told_before(read: Any, only: Any) -> None:
    text = "On Friday, rebels kidnapped a mayor near Goris. Two days earlier, a bomb exploded at a market in Ganja."

    assert shown(only(read(text), "conflict.bombing").time) == ("09-23", "09-24", DAY)


def test_the_day_before_something_is_not_the_day_before_filing(read: Any) -> None:
    event = read("The day before the vote, rebels attacked an army base near Goris.")[0]

    assert event.time is not None
    assert event.time.span is None


def test_how_long_a_war_has_lasted_is_no_date_of_its_battles(read: Any) -> None:
    event = read("Since 2014, rebels have attacked army bases near Goris, and on Sunday they shelled Ganja.")[0]

    assert event.modality is Modality.ACTUAL
    assert shown(event.time) == ("09-27", "09-28", DAY)


def test_what_went_on_for_years_is_not_dated_by_them(read: Any) -> None:
    event = read("In the past 25 years, rebels have attacked army bases near Goris, and on Sunday they shelled Ganja.")[0]

    assert shown(event.time) == ("09-27", "09-28", DAY)


@pytest.mark.parametrize("told", ["on 05/06/2020", "on flight 2020-99-99", "at 9900 GMT", "31 February"])
def test_what_could_mean_two_days_or_none_is_no_date(read: Any, told: str) -> None:
    event = read(f"Rebels attacked an army base near Goris {told}.")[0]

    assert shown(event.time) == ("09-28", "09-29", DAY)


@pytest.mark.parametrize("odd", ["¹", "on ²", "12 May ²", "¹⁹⁹⁰s", "at ¹²³⁴ GMT on Sunday", "٣"])
def test_digits_that_are_no_decimal_numbers_are_no_dates(read: Any, odd: str) -> None:
    assert read(f"{odd} rebels attacked an army base near Goris.")[0].lead

"""Stretches of the calendar in UTC: days, parts of days, weeks, months, years, seen from a day."""

from __future__ import annotations

import calendar
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from streams.domain.event import Precision

WEEK, MONTH, YEAR = 7, 30, 365
"""Days by which units of time are told apart."""
_DAY = timedelta(days=1)
_ZONE = timedelta(hours=6)
"""Parts of a day are told by a local clock that copy does not name: theirs may be that far from UTC either way."""
_THIRDS = {1: (1, 11), 2: (10, 22), 3: (20, 32)}
"""First and last day (not included) of the early, middle and late part of a month; they overlap a little."""


@dataclass(frozen=True, slots=True)
class Period:
    """[start, end) in UTC with its precision, and the last item of the words that told it."""

    start: datetime
    end: datetime
    precision: Precision
    last: int

    @property
    def daily(self) -> bool:
        """Whether it is one day or several whole ones."""
        return self.precision is Precision.DAY


def midnight(moment: datetime) -> datetime:
    """The beginning of the day in UTC."""
    return moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def day(start: datetime, last: int) -> Period:
    """The day that begins there."""
    return Period(start, start + _DAY, Precision.DAY, last)


def month(number: int, year: int, last: int) -> Period:
    """A calendar month."""
    start = datetime(year, number, 1, tzinfo=UTC)
    return Period(start, start + timedelta(days=calendar.monthrange(year, number)[1]), Precision.MONTH, last)


def years(first: int, end: int, last: int) -> Period:
    """The years [first, end)."""
    return Period(datetime(first, 1, 1, tzinfo=UTC), datetime(end, 1, 1, tzinfo=UTC), Precision.YEAR, last)


def third(whole: Period, number: int) -> Period:
    """The early (1), middle (2) or late (3) part of a month."""
    first, end = _THIRDS[number]
    return replace(whole, start=whole.start + timedelta(days=first - 1), end=min(whole.end, whole.start + timedelta(days=end - 1)))


def part(whole: Period, hours: str) -> Period:
    """The part of a day between two hours of its own clock: "6-12", "20-30" (into the next day), "-4-7" (from the day before)."""
    begin, _, end = hours.rpartition("-")
    start = whole.start + timedelta(hours=int(begin)) - _ZONE
    return replace(whole, start=start, end=whole.start + timedelta(hours=int(end)) + _ZONE, precision=Precision.DAY_PART)


def hour(whole: Period, clock: str) -> Period | None:
    """The hour that begins at "0430" or "04:30", UTC, of a day; None where that is no time of day."""
    digits = clock.replace(":", "")
    if not digits.isdecimal() or len(digits) not in (3, 4) or int(digits[:-2]) > 23 or int(digits[-2:]) > 59:
        return None
    start = whole.start + timedelta(hours=int(digits[:-2]), minutes=int(digits[-2:]))
    return replace(whole, start=start, end=start + timedelta(hours=1), precision=Precision.HOUR)


def calendar_unit(unit: int, offset: int, as_of: datetime, last: int) -> Period | None:
    """The week (Monday first), month or year `offset` away from the one that holds `as_of`."""
    today = midnight(as_of)
    if unit == WEEK:
        start = today - timedelta(days=today.weekday()) + timedelta(days=WEEK * offset)
        return Period(start, start + timedelta(days=WEEK), Precision.UNKNOWN, last)
    if unit == MONTH:
        count = today.year * 12 + today.month - 1 + offset
        return month(count % 12 + 1, count // 12, last)
    return years(today.year + offset, today.year + offset + 1, last) if unit == YEAR else None


def weekend(as_of: datetime, last: int) -> Period:
    """The latest Saturday and Sunday that have begun."""
    today = midnight(as_of)
    start = today - timedelta(days=(today.weekday() - 5) % WEEK)
    return Period(start, start + 2 * _DAY, Precision.DAY, last)


def window(days: float, as_of: datetime, last: int, ahead: bool) -> Period:
    """The days up to `as_of`, or from it on."""
    today, length = midnight(as_of), timedelta(days=max(1, round(days)))
    precision = Precision.DAY if length == _DAY else Precision.UNKNOWN
    if ahead:
        return Period(today, today + length, precision, last)
    return Period(today + _DAY - length - _DAY * (length == _DAY), today + _DAY, precision, last)


def away(days: float, unit: int, moment: datetime, last: int) -> Period:
    """The day that many days from a moment; where they are told in months or years, that long a stretch around it."""
    start = midnight(moment) + timedelta(days=int(days))
    if unit >= MONTH:
        around = timedelta(days=unit // 2)
        return Period(start - around, start + around, Precision.MONTH, last)
    return day(start, last)


def joined(one: Period, other: Period) -> Period | None:
    """From the first day to the last; None where they are not in order or a month apart."""
    if not (one.daily and other.daily and one.start < other.start and other.end - one.start <= timedelta(days=MONTH + 1)):
        return None
    return replace(other, start=one.start)

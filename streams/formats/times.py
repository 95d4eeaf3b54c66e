"""Times as wires write them: ISO 8601 in both forms, RFC 2822, epoch numbers, and "0001 GMT 28 Sept"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz
from functools import cache
from importlib import resources

ZONE_ASSUMED = "zone-assumed-utc"
UNSTATED = timezone(timedelta(), "zone unstated")
"""UTC, for a time whose zone the wire did not give: `quirks.settled` puts it into the source's zone, or into plain UTC."""
_HOURS = {
    "Z": 0,
    "UT": 0,
    "UTC": 0,
    "GMT": 0,
    "WET": 0,
    "BST": 1,
    "WEST": 1,
    "CET": 1,
    "CEST": 2,
    "EET": 2,
    "EEST": 3,
    "MSK": 3,
    "EST": -5,
    "EDT": -4,
    "CST": -6,
    "CDT": -5,
    "MST": -7,
    "MDT": -6,
    "PST": -8,
    "PDT": -7,
    "TRT": 3,
    "AMT": 4,
    "AZT": 4,
    "GST": 4,
    "PKT": 5,
    "IST": 5.5,
    "HKT": 8,
    "SGT": 8,
    "JST": 9,
    "KST": 9,
    "AEST": 10,
    "AEDT": 11,
}
_ISO = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)(?:[T ](\d\d):?(\d\d)(?::?(\d\d)(?:[.,]\d{1,9})?)?)?\s?([A-Za-z]{1,4}|[+-]\d\d:?\d\d|[+-]\d\d)?\Z"
)
_USUAL = re.compile(r"(?:[A-Z][a-z]{2}, )?(\d{1,2}) ([A-Z][a-z]{2}) ([12]\d{3}) (\d\d):(\d\d):(\d\d) (GMT|[+-]\d{4})\Z", re.ASCII)
"""RFC 2822 as nearly everyone writes it; the standard library reads the rest, five times as slowly."""
DAY_END = r"(?:st|nd|rd|th|er|[º.])?(?:\sde)?"
"""What may follow the day of a date: "27th", "1er", "17.", "27 de"."""
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


@cache
def _named_months() -> dict[str, int]:
    """The months of other languages by their names, small, without the full stop."""
    text = resources.files("streams.formats").joinpath("data", "months.tsv").read_text("utf-8")
    rows = (line.partition("\t")[2].split() for line in text.splitlines() if not line.startswith("#"))
    return {name.rstrip("."): number for row in rows for number, names in enumerate(row, 1) for name in names.split("|")}


MONTH = r"(?:{}|(?:{})[a-z]{{0,6}})(?!\w)".format("|".join(sorted(_named_months(), key=lambda name: (-len(name), name))), "|".join(MONTHS))
"""A month's name in copy, in any of the languages that wires date in."""


def month_number(name: str) -> int:
    """1 to 12 of a name that MONTH matches."""
    word = name.rstrip(".").lower()
    return _named_months().get(word) or MONTHS.index(word[:3]) + 1


_MONTH = MONTH + r"\.?"
_DAY_MONTH = re.compile(rf"\b(\d{{1,2}}){DAY_END}(?:\s|-){{1,3}}({_MONTH})(?:[\s,-]{{1,3}}(\d{{4}}|\d\d(?![:.\d])))?(?!\w)", re.IGNORECASE)
_MONTH_DAY = re.compile(
    rf"\b({_MONTH})\s{{0,3}}(\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s{{1,3}}(\d{{4}}|\d\d(?=\s?[(,]|\Z)))?(?!\w)", re.IGNORECASE
)
_HALF = r"(a\.?m\b\.?|p\.?m\b\.?)"
_CLOCK = re.compile(rf"\b([01]?\d|2[0-3])(?:(?:[:.h]([0-5]\d)|([0-5]\d))(?::\d\d)?\s{{0,2}}{_HALF}?|\s{{0,2}}{_HALF})", re.IGNORECASE)
_ZONE = re.compile(r"\b(" + "|".join(sorted((z for z in _HOURS if len(z) > 1), key=len, reverse=True)) + r")\b|([+-]\d\d:?\d\d)")
_LATEST_EPOCH = 1e15
_FILING_SLACK = timedelta(days=2)
"""Zones and clocks may put a filing date ahead of its arrival by so much."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """A time in aware UTC; `zoned` is False where the wire gave no zone and UTC was assumed."""

    at: datetime
    zoned: bool = True


def read_time(value: object) -> Stamp | None:
    """A machine-written time, or None when it cannot be read. Numbers are epoch seconds or milliseconds."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return _epoch(float(value)) if abs(value) < _LATEST_EPOCH else None
    text = " ".join(str(value)[:160].split())[:80]
    try:
        return _iso(text) or _rfc2822(text)
    except OverflowError:  # years and offsets of more digits than a date can hold
        return None


def _epoch(number: float) -> Stamp | None:
    seconds = number / 1000 if abs(number) > 1e11 else number
    if not 1e8 <= seconds < 1e11:
        return None
    return Stamp(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(seconds)))


def _iso(text: str) -> Stamp | None:
    match = _ISO.match(text)
    if match is None:
        return None
    year, month, day, hour, minute, second, zone = match.groups()
    offset = _offset(zone) if zone else None
    if zone and offset is None:
        return None
    return _stamp((int(year), int(month), int(day), int(hour or 0), int(minute or 0), min(int(second or 0), 59)), offset)


def _rfc2822(text: str) -> Stamp | None:
    usual = _USUAL.match(text)
    if usual and (month := usual.group(2).lower()) in MONTHS:
        day, _, year, hour, minute, second, zone = usual.groups()
        fields = (int(year), MONTHS.index(month) + 1, int(day), int(hour), int(minute), min(int(second), 59))
        return _stamp(fields, _offset(zone))
    return _any_rfc2822(text)


def _any_rfc2822(text: str) -> Stamp | None:
    try:
        parsed = parsedate_tz(text)
    except (ValueError, IndexError, TypeError, OverflowError):  # the standard library's parser lets these out on hostile dates
        return None
    if parsed is None or not any(char.isalpha() for char in text):
        return None
    zone = text.rsplit(" ", 1)[-1].upper()
    # The standard library says 0 for a missing zone too.
    offset = _offset(zone) if zone in _HOURS else timedelta(seconds=parsed[9] or 0) if zone[:1] in "+-" else None
    return _stamp((parsed[0], parsed[1], parsed[2], parsed[3], parsed[4], min(parsed[5], 59)), offset)


def _offset(zone: str) -> timedelta | None:
    if zone[0] in "+-":
        digits = zone[1:].replace(":", "").ljust(4, "0")
        sign = -1 if zone[0] == "-" else 1
        return sign * timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    hours = _HOURS.get(zone.upper())
    return None if hours is None else timedelta(hours=hours)


def _stamp(fields: tuple[int, int, int, int, int, int], offset: timedelta | None) -> Stamp | None:
    try:
        if offset is None:
            return Stamp(datetime(*fields, tzinfo=UNSTATED), False)
        return Stamp(datetime(*fields, tzinfo=timezone(offset)).astimezone(UTC))
    except (ValueError, OverflowError):
        return None


def read_date(text: str, near: datetime, past: bool = False) -> datetime | None:
    """Midnight UTC of the first "27 SEP 20", "Sept 27" or "September 27, 2020"; a missing year is the one nearest to `near`.

    `past`: copy was filed then, so a date without a year is not in the future.
    """
    day_first = _DAY_MONTH.search(text)
    month_first = _MONTH_DAY.search(text)
    if day_first and (month_first is None or day_first.start() <= month_first.start() or day_first.group(3)):
        return _date(day_first.group(3), day_first.group(2), day_first.group(1), near, past)
    if month_first:
        return _date(month_first.group(3), month_first.group(1), month_first.group(2), near, past)
    iso = read_time(text.strip())
    return iso.at if iso else None


def _date(year: str | None, month: str, day: str, near: datetime, past: bool) -> datetime | None:
    number = month_number(month)
    if year is None:
        years = [near.year, near.year - 1, near.year + 1]
        if past:
            latest = near + _FILING_SLACK
            found = [d for d in (_day(y, number, int(day)) for y in years) if d is not None and d <= latest]
            return max(found, default=None)
    elif len(year) == 2:
        years = [near.year // 100 * 100 + int(year) + century for century in (0, -100, 100)]
    else:
        years = [int(year)]
    dates = [d for d in (_day(y, number, int(day)) for y in years) if d is not None]
    return min(dates, key=lambda d: abs(d - near)) if dates else None


def _day(year: int, month: int, day: int) -> datetime | None:
    try:
        return datetime(year, month, day, tzinfo=UTC)
    except ValueError:
        return None


def read_wire_time(text: str, near: datetime) -> Stamp | None:
    """An editor's time ("10:00 GMT, 28 September", "0001 BST Monday"): the date, the clock and the zone it names, or None.

    Without a date it is the next such moment after `near`.
    """
    text = " ".join(text.split())[:120]
    exact = read_time(text.rstrip("."))
    if exact is not None:
        return exact
    rest, date = _DAY_MONTH.sub(" ", _MONTH_DAY.sub(" ", text)), read_date(text, near)
    clock, zone = _CLOCK.search(rest), _ZONE.search(rest)
    if date is None and clock is None:
        return None
    offset = _offset(zone.group(0)) if zone else None
    try:
        return _moment(date, _clock(clock) - (offset or timedelta()), near, offset is not None)
    except OverflowError:  # at the ends of the calendar
        return None


def _moment(date: datetime | None, clock: timedelta, near: datetime, zoned: bool) -> Stamp:
    at = (date or near.replace(hour=0, minute=0, second=0, microsecond=0)) + clock
    at = at + timedelta(days=1) if date is None and at < near else at
    return Stamp(at.replace(tzinfo=UTC if zoned else UNSTATED), zoned)


def _clock(match: re.Match[str] | None) -> timedelta:
    if match is None:
        return timedelta()
    hour, minute = int(match.group(1)), int(match.group(2) or match.group(3) or 0)
    half = (match.group(4) or match.group(5) or "").lower()[:1]
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return timedelta(hours=hour, minutes=minute)

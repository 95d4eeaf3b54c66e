"""Step 8: when. Dates and relative times of a sentence, resolved against the day of filing.

What a word tells of time is data (times.tsv); how dates are put together is here, for every language. See periods.py for the calendar.
"""

from __future__ import annotations

import calendar
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from streams.domain.event import When
from streams.extraction.lexicon_types import Lexicon
from streams.extraction.model import Item, Sentence, Text
from streams.extraction.periods import (
    MONTH,
    WEEK,
    YEAR,
    Period,
    away,
    calendar_unit,
    day,
    hour,
    joined,
    midnight,
    month,
    part,
    third,
    weekend,
    window,
    years,
)
from streams.extraction.quantities import digits

_PAST = timedelta(days=60)
"""A dated event that ended longer ago than this is background, not news: a late report of a fresh event is days old."""
_AHEAD = timedelta(days=45)
"""A date without a year is at most this far ahead: "a truce from 10 October", filed in September."""
_YEARS = range(1900, 2100)
_SHORT_YEARS = range(50, 100)
"""Two-digit years as upper-case copy writes them ("30 DEC 89")."""
_FAR = 36_500
"""Days beyond which "ago" is no date of news."""
_WINDOW = 31
"""Days up to which "in the past ..." dates an event; what is longer says how long things have gone on."""
_NOTHING: dict[str, str] = {}
_STEPS = 3
"""Items between a part of the day and its day: "in the early hours of Sunday"."""
_CLOCK_REACH = 4
_DATES = ("-", "/")
_UNITS = {"week": WEEK, "month": MONTH, "year": YEAR}


def find_when(items: list[Item], text: Text, as_of: datetime, lexicon: Lexicon, told: datetime | None = None) -> tuple[When, bool] | None:
    """The first time expression among the items, and whether it is long past. None where there is none.

    `told`: the day that the text spoke of before, from which "two days earlier" counts.
    """
    return _Finder(items, text, as_of, lexicon, told).find()


def day_of(as_of: datetime) -> When:
    """The day of filing: what a report means that names no day."""
    found = day(midnight(as_of), 0)
    return When(found.start, found.end, found.precision, as_of, None)


def apply_when(sentence: Sentence, items: list[Item], as_of: datetime, lexicon: Lexicon, told: datetime | None) -> None:
    """Put the sentence's own time on it."""
    found = find_when(items, sentence.text, as_of, lexicon, told)
    if found is not None:
        sentence.when, sentence.historical = found


class _Finder:
    """One sentence's items, and the days that its words count from."""

    def __init__(self, items: list[Item], text: Text, as_of: datetime, lexicon: Lexicon, told: datetime | None) -> None:
        self.items, self.text, self.as_of, self.lexicon, self.told = items, text, as_of, lexicon, told

    def find(self) -> tuple[When, bool] | None:
        for k, item in enumerate(self.items):
            if not item.word[0].isdigit() if item.entry is None else "time" not in item.entry.tags:
                continue
            found = self._at(k)
            if found is None or self._backdrop(k, found):
                continue
            found = self._until(found)
            found = self._narrowed(k, found) if found.daily else found
            when = When(found.start, found.end, found.precision, self.as_of, self.text.span(item.i, self.items[found.last].j))
            return when, found.end < self.as_of - _PAST
        return None

    # ---- what stands where

    def _kinds(self, k: int) -> dict[str, str]:
        """What the word at item k tells of time."""
        if not 0 <= k < len(self.items):
            return _NOTHING
        item = self.items[k]
        return self.lexicon.times.get(item.word if item.j == item.i + 1 else _phrase_key(item), _NOTHING)

    def _has(self, k: int, *tags: str) -> bool:
        entry = self.items[k].entry if 0 <= k < len(self.items) else None
        return entry is not None and not entry.tags.isdisjoint(tags)

    def _gap(self, k: int) -> str:
        """What stands between items k and k + 1."""
        if not 0 <= k < len(self.items) - 1:
            return " "
        return self.text.raw[self.text.ends[self.items[k].j - 1] : self.text.starts[self.items[k + 1].i]]

    def _number(self, k: int) -> float | None:
        if not 0 <= k < len(self.items):
            return None
        entry, word = self.items[k].entry, self.items[k].word
        return entry.number if entry is not None and entry.number is not None else digits(word)

    def _ordinal(self, k: int) -> int | None:
        """The day of a month written at item k."""
        if not 0 <= k < len(self.items):
            return None
        word = self.items[k].word
        value = digits(word) or digits(self.lexicon.grammar.ordinal(word)) if word[0].isdigit() else None
        return int(value) if value is not None and value == int(value) else None

    def _after_link(self, k: int) -> int:
        """Past the word that joins the parts of a date: "27 de septiembre de 2020"."""
        return k + 1 if self._has(k, "datelink") else k

    # ---- one expression

    def _at(self, k: int) -> Period | None:
        item, entry = self.items[k], self.items[k].entry
        if entry is None:
            return self._digits(k) if item.word[0].isdigit() else None
        kinds = self._kinds(k)
        for kind, read in self._READERS:
            if kind in kinds:
                return read(self, k, kinds[kind])
        return None

    def _digits(self, k: int) -> Period | None:
        """ "27 September 2020", "24 and 25 September", "2020-09-25", "in 1994", "the 1990s"."""
        value = self._ordinal(k)
        if value is None:
            return self._decade(k)
        at = self._after_link(k + 1)
        number = self._month(at)
        if number is not None and 1 <= value <= 31:
            year, last = self._year(self._after_link(at + 1))
            return self._dated(value, number, year, last if year is not None else at)
        return self._two_days(k, value) or self._numeric(k, value) or self._years(k, value)

    def _two_days(self, k: int, value: int) -> Period | None:
        """The first of two days of a month: "24 and 25 September", "24-25 September"."""
        at = k + 1 if self._gap(k) in _DATES else k + 2 if self._has(k + 1, "conj", "rangeto") else 0
        other, number = self._ordinal(at) if at else None, self._month(self._after_link(at + 1))
        if other is None or number is None or not 1 <= value < other <= 31:
            return None
        year, last = self._year(self._after_link(at + 2))
        last = last if year is not None else at + 1
        one, two = self._dated(value, number, year, last), self._dated(other, number, year, last)
        return joined(one, two) if one is not None and two is not None else None

    def _numeric(self, k: int, value: int) -> Period | None:
        """ "2020-09-25", and "25/09/2020" where day and month cannot be mistaken for each other."""
        gap = self._gap(k)
        two, three = self._ordinal(k + 1), self._ordinal(k + 2)
        if gap not in _DATES or self._gap(k + 1) != gap or two is None or three is None:
            return None
        if value in _YEARS:
            return self._dated(three, two, value, k + 2)
        first_is_day = value > 12
        if three not in _YEARS or first_is_day == (two > 12):
            return None
        return self._dated(value, two, three, k + 2) if first_is_day else self._dated(two, value, three, k + 2)

    def _years(self, k: int, value: int) -> Period | None:
        """ "in 1994", "1992-94"."""
        word = self.items[k].word
        if value not in _YEARS or not word.isdecimal():
            return None
        other = self._ordinal(k + 1) if self._gap(k) in ("-", "–") else None
        if other is not None and (end := other if other in _YEARS else value // 100 * 100 + other) > value and other < _YEARS.stop:
            return years(value, end + 1, k + 1)
        if self._has(k - 1, "prep", "time") and "zone" not in self._kinds(k + 1):
            return years(value, value + 1, k)
        return None

    def _decade(self, k: int) -> Period | None:
        word = self.items[k].word
        if not word[:4].isdecimal() or int(word[:4]) not in _YEARS or "decade" not in self.lexicon.times.get(word[4:], _NOTHING):
            return None
        return years(int(word[:4]), int(word[:4]) + 10, k)

    def _month_first(self, k: int, value: str) -> Period | None:
        """ "Sept. 27, 2020", "Sept 24-25", "April 2016", "early April", "in April"."""
        number, at = int(value), k + 1 + (k + 1 < len(self.items) and self.items[k + 1].word == ".")
        year, last = self._year(self._after_link(at))
        if year is not None:
            return self._edge(k, month(number, year, last))
        of_month = self._ordinal(at)
        if of_month is not None and 1 <= of_month <= 31:
            year, last = self._year(at + 1 + (at + 1 < len(self.items) and self.items[at + 1].word == ","))
            found = self._dated(of_month, number, year, last if year is not None else at)
            until = self._ordinal(at + 1) if self._gap(at) in ("-", "–") else None
            other = self._dated(until, number, year, at + 1) if until is not None and 1 <= until <= 31 else None
            return (joined(found, other) if found is not None and other is not None else None) or found
        edged = "edge" in self._kinds(k - 1)
        if not edged and not (self.items[k].cap or self.lexicon.grammar.bare_months):
            return None
        if not edged and not self._has(k - 1, "prep", "time"):
            return None
        return self._edge(k, month(number, self.as_of.year - (number > self.as_of.month), k))

    def _edge(self, k: int, whole: Period) -> Period:
        """ "early April": a third of the month."""
        edge = self._kinds(k - 1).get("edge", "").partition(":")[0]
        return third(whole, int(edge)) if edge else whole

    def _month(self, k: int) -> int | None:
        kinds = self._kinds(k)
        return int(kinds["month"]) if "month" in kinds else None

    def _year(self, k: int) -> tuple[int | None, int]:
        if k < len(self.items) and self.items[k].word.isdecimal():
            value = int(self.items[k].word)
            if value in _YEARS:
                return value, k
            if value in _SHORT_YEARS and len(self.items[k].word) == 2:
                return 1900 + value, k
        return None, k

    def _dated(self, of_month: int, number: int, year: int | None, last: int) -> Period | None:
        """A day and month; without a year the latest such day that is not far ahead."""
        if not 1 <= number <= 12:
            return None
        for candidate in (year,) if year is not None else (self.as_of.year + 1, self.as_of.year, self.as_of.year - 1):
            if not 1 <= of_month <= calendar.monthrange(candidate, number)[1]:
                continue
            start = datetime(candidate, number, of_month, tzinfo=UTC)
            if year is not None or start <= self.as_of + _AHEAD:
                return day(start, last)
        return None

    def _weekday(self, k: int, value: str) -> Period:
        """The latest such day; the next one after "next" and what says that it is still to come ("will meet on Tuesday")."""
        back = (self.as_of.weekday() - int(value)) % WEEK
        beside = self._kinds(k + 1 if self.lexicon.grammar.head_first else k - 1)
        if "last" in beside and back == 0:
            back = WEEK
        if "next" in beside or (back and self._still_ahead(k)):
            back -= WEEK
        return day(midnight(self.as_of) - timedelta(days=back), k)

    def _still_ahead(self, k: int) -> bool:
        return not self._has(k + 1, "poss") and any("ahead" in self._kinds(j) for j in range(k))

    def _relative(self, k: int, value: str) -> Period | None:
        if "hours" in self._kinds(k) and "weekday" in self._kinds(k + 1 + self._has(k + 1, "prep")):
            return None  # "overnight on Sunday": the day is told by what follows
        return day(midnight(self.as_of) + timedelta(days=int(value)), k)

    def _from_told(self, k: int, value: str) -> Period | None:
        """ "The previous day", "the next day": counted from the day told before; what comes after a day needs one that is told."""
        following = self.items[k + 1].entry if k + 1 < len(self.items) else None
        if (self.told is None and int(value) > 0) or (following is not None and ("det" in following.tags or following.noun)):
            return None  # "the day before the vote" counts from the vote
        return day(midnight(self.told or self.as_of) + timedelta(days=int(value)), k)

    def _period(self, k: int, value: str) -> Period | None:
        """ "This month", "earlier this week", "at the weekend"."""
        unit, _, offset = value.partition(":")
        return weekend(self.as_of, k) if unit == "weekend" else calendar_unit(_UNITS[unit], int(offset), self.as_of, k)

    def _ago(self, k: int, _: str) -> Period | None:
        return self._counted(k - 2, k - 1, -1, self.as_of, k)

    def _before(self, k: int, _: str) -> Period | None:
        return self._counted(k + 1, k + 2, -1, self.as_of, k)

    def _counted(self, value_at: int, unit_at: int, sign: int, moment: datetime, last: int) -> Period | None:
        """ "two days ago", "hace dos días": a number, and a unit after it."""
        unit, value = self._kinds(unit_at).get("unit"), self._number(value_at)
        if unit is None or value is None or value * int(unit) > _FAR:
            return None
        return away(sign * value * int(unit), int(unit), moment, last)

    def _last(self, k: int, _: str) -> Period | None:
        return self._beside(k, -1)

    def _next(self, k: int, _: str) -> Period | None:
        return self._beside(k, 1)

    def _beside(self, k: int, offset: int) -> Period | None:
        """ "last week", "next month", "la semana pasada"."""
        at = k - 1 if self.lexicon.grammar.head_first else k + 1
        unit = self._kinds(at).get("unit")
        return calendar_unit(int(unit), offset, self.as_of, max(at, k)) if unit is not None else None

    def _unit(self, k: int, value: str) -> Period | None:
        """ "two days earlier", "in the past 24 hours", "in the coming days"."""
        offset = self._kinds(k + 1).get("offset")
        if offset is not None and (self.told is not None or int(offset) < 0):
            return self._counted(k - 1, k, int(offset), self.told or self.as_of, k + 1)
        number = self._number(k - 1)
        kinds = self._kinds(k - 1 - (number is not None))
        counted = "window" in kinds or (number is not None and ("last" in kinds or "next" in kinds))
        if not counted:
            return None
        ahead = "next" in kinds or kinds.get("window", "").startswith("+")
        many = number if number is not None else abs(int(kinds["window"]))
        span = many * int(value) if int(value) else many / 24
        return window(span, self.as_of, k, ahead) if span <= _WINDOW else None

    _READERS = (
        ("month", _month_first),
        ("weekday", _weekday),
        ("relative", _relative),
        ("from", _from_told),
        ("period", _period),
        ("ago", _ago),
        ("before", _before),
        ("last", _last),
        ("next", _next),
        ("unit", _unit),
    )

    # ---- what stands around it

    def _backdrop(self, k: int, found: Period) -> bool:
        """ "Since 2014": how long it has gone on, not when it happened."""
        return "since" in self._kinds(k - 1) and found.end < self.as_of - _PAST

    def _until(self, found: Period) -> Period:
        """ "from Friday to Sunday", "on Friday and Saturday"."""
        at = found.last + 1
        if not found.daily or not self._has(at, "conj", "rangeto"):
            return found
        at += 1 + self._has(at + 1, "prep")
        if (
            "weekday" not in self._kinds(at)
            and "month" not in self._kinds(at)
            and not (at < len(self.items) and self.items[at].word[0].isdigit())
        ):
            return found
        other = self._at(at)
        if other is not None and other.start < found.start and "weekday" in self._kinds(at):
            other = replace(other, start=other.start + timedelta(days=WEEK), end=other.end + timedelta(days=WEEK))
        return (joined(found, other) if other is not None else None) or found

    def _narrowed(self, k: int, found: Period) -> Period:
        """The hour or part of the day that stands beside it: "at 0430 GMT on Sunday", "Sunday morning", "late on Friday"."""
        for at in range(max(0, k - _CLOCK_REACH), min(len(self.items), found.last + _CLOCK_REACH)):
            exact = hour(found, self.items[at].word) if self._kinds(at + 1).get("zone") == "0" else None
            if exact is not None:
                return replace(exact, last=max(found.last, at + 1))
        own, after = self._kinds(k), self._kinds(found.last + 1)
        if "part" in after:
            return replace(part(found, after["part"]), last=found.last + 1)
        hours = own.get("hours") or self._part_before(k)
        return part(found, hours) if hours else found

    def _part_before(self, k: int) -> str:
        for at in range(k - 1, max(-1, k - 2 - _STEPS), -1):
            kinds = self._kinds(at)
            hours = kinds.get("part") or kinds.get("hours") or kinds.get("edge", "").partition(":")[2]
            if hours:
                return hours
            if not self._has(at, "prep", "det") and kinds.get("unit") != "0":
                return ""
        return ""


def _phrase_key(item: Item) -> str:
    entry = item.entry
    return next((tag[2:] for tag in sorted(entry.tags) if tag.startswith("w:")), item.word) if entry is not None else item.word

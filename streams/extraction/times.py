"""Step 8: when. Dates and relative times of a sentence, resolved against the day of filing."""

from __future__ import annotations

import calendar
from datetime import UTC, datetime, timedelta

from streams.domain.event import Precision, When
from streams.extraction.lexicon_types import Lexicon
from streams.extraction.model import Item, Sentence, Text
from streams.extraction.quantities import digits

_PAST = timedelta(days=60)
"""A dated event that ended longer ago than this is background, not news: a late report of a fresh event is days old."""
_AHEAD = timedelta(days=45)
"""A date without a year is at most this far ahead: "a truce from 10 October", filed in September."""
_YEARS = range(1900, 2100)
_SHORT_YEARS = range(50, 100)
"""Two-digit years as upper-case copy writes them ("30 DEC 89")."""


def find_when(items: list[Item], text: Text, as_of: datetime, lexicon: Lexicon) -> tuple[When, bool] | None:
    """The first time expression among the items, and whether it is long past. None where there is none."""
    for k, item in enumerate(items):
        if not item.word[0].isdigit() if item.entry is None else "time" not in item.entry.tags:
            continue
        found = _date_at(items, k, as_of, lexicon)
        if found is None:
            continue
        start, end, precision, last = found
        when = When(start, end, precision, as_of, text.span(item.i, items[last].j))
        return when, end < as_of - _PAST
    return None


def day_of(as_of: datetime) -> When:
    """The day of filing: what a report means that names no day."""
    start = _midnight(as_of)
    return When(start, start + timedelta(days=1), Precision.DAY, as_of, None)


_Found = tuple[datetime, datetime, Precision, int]


def _date_at(items: list[Item], k: int, as_of: datetime, lexicon: Lexicon) -> _Found | None:
    item = items[k]
    entry = item.entry
    if entry is None:
        return _number_first(items, k, as_of, lexicon) if item.word[0].isdigit() else None
    if not entry.has("time"):
        return None
    kinds = dict(lexicon.times.get(_key(items, k), ()))
    if "month" in kinds:
        return _month_first(items, k, int(kinds["month"]), as_of, lexicon)
    if "weekday" in kinds:
        return _weekday(int(kinds["weekday"]), as_of, k, items, lexicon)
    if "relative" in kinds:
        return _day(_midnight(as_of) + timedelta(days=int(kinds["relative"])), k)
    if "ago" in kinds:
        return _ago(items, k, as_of, lexicon, value_at=k - 2, unit_at=k - 1)
    if "before" in kinds:
        return _ago(items, k, as_of, lexicon, value_at=k + 1, unit_at=k + 2)
    if "last" in kinds:
        return _last(items, k, as_of, lexicon)
    return None


def _key(items: list[Item], k: int) -> str:
    return items[k].word if items[k].j == items[k].i + 1 else _phrase_key(items[k])


def _phrase_key(item: Item) -> str:
    entry = item.entry
    return next((tag[2:] for tag in sorted(entry.tags) if tag.startswith("w:")), item.word) if entry is not None else item.word


def _number_first(items: list[Item], k: int, as_of: datetime, lexicon: Lexicon) -> _Found | None:
    """ "27 September 2020", "in 1994"."""
    value = _ordinal(items[k].word, lexicon)
    if value is None:
        return None
    at = _after_link(items, k + 1)
    month = _month_at(items, at, lexicon)
    if month is not None and 1 <= value <= 31:
        year, last = _year_at(items, _after_link(items, at + 1))
        return _dated(value, month, year, as_of, last if year is not None else at)
    before = items[k - 1].entry if k else None
    if (
        value in _YEARS
        and before is not None
        and (before.has("prep") or before.has("time"))
        and items[k].word.isdigit()
        and not _clock(items, k + 1, lexicon)
    ):
        return datetime(value, 1, 1, tzinfo=UTC), datetime(value + 1, 1, 1, tzinfo=UTC), Precision.YEAR, k
    return None


def _clock(items: list[Item], k: int, lexicon: Lexicon) -> bool:
    """Whether a zone follows, so that "1900 GMT" is an hour."""
    return k < len(items) and any(kind == "zone" for kind, _ in lexicon.times.get(items[k].word, ()))


def _month_first(items: list[Item], k: int, month: int, as_of: datetime, lexicon: Lexicon) -> _Found | None:
    """ "Sept. 27, 2020", "April 2016", "April"."""
    at = k + 1
    if at < len(items) and items[at].word == ".":
        at += 1
    if at >= len(items):
        return _whole_month(month, None, as_of, k) if _stands_alone(items, k, lexicon) else None
    year, last = _year_at(items, _after_link(items, at))
    if year is not None:
        return _whole_month(month, year, as_of, last)
    value = _ordinal(items[at].word, lexicon)
    if value is not None and 1 <= value <= 31:
        year, last = _year_at(items, at + 1 + (at + 1 < len(items) and items[at + 1].word == ","))
        return _dated(value, month, year, as_of, last if year is not None else at)
    return _whole_month(month, None, as_of, k) if _stands_alone(items, k, lexicon) else None


def _stands_alone(items: list[Item], k: int, lexicon: Lexicon) -> bool:
    """A bare month name needs a preposition or "last" before it and, where months have one, a capital: "in May", not "may"."""
    before = items[k - 1].entry if k else None
    return (items[k].cap or lexicon.grammar.bare_months) and before is not None and (before.has("prep") or before.has("time"))


def _ordinal(word: str, lexicon: Lexicon) -> int | None:
    value = digits(word) or digits(lexicon.grammar.ordinal(word)) if word[0].isdigit() else None
    return int(value) if value is not None and value == int(value) else None


def _month_at(items: list[Item], k: int, lexicon: Lexicon) -> int | None:
    if k >= len(items):
        return None
    kinds = dict(lexicon.times.get(items[k].word, ()))
    return int(kinds["month"]) if "month" in kinds else None


def _after_link(items: list[Item], k: int) -> int:
    """Past the word that joins the parts of a date: "27 de septiembre de 2020"."""
    entry = items[k].entry if k < len(items) else None
    return k + 1 if entry is not None and entry.has("datelink") else k


def _year_at(items: list[Item], k: int) -> tuple[int | None, int]:
    if k < len(items) and items[k].word.isdigit():
        value = int(items[k].word)
        if value in _YEARS:
            return value, k
        if value in _SHORT_YEARS and len(items[k].word) == 2:
            return 1900 + value, k
    return None, k


def _dated(day: int, month: int, year: int | None, as_of: datetime, last: int) -> _Found | None:
    """A day and month; without a year the latest such day that is not far ahead."""
    for candidate in (year,) if year is not None else (as_of.year + 1, as_of.year, as_of.year - 1):
        if day > calendar.monthrange(candidate, month)[1]:
            continue
        start = datetime(candidate, month, day, tzinfo=UTC)
        if year is not None or start <= as_of + _AHEAD:
            return _day(start, last)
    return None


def _whole_month(month: int, year: int | None, as_of: datetime, last: int) -> _Found:
    year = year if year is not None else as_of.year - (month > as_of.month)
    start = datetime(year, month, 1, tzinfo=UTC)
    return start, start + timedelta(days=calendar.monthrange(year, month)[1]), Precision.MONTH, last


def _weekday(weekday: int, as_of: datetime, k: int, items: list[Item], lexicon: Lexicon) -> _Found:
    back = (as_of.weekday() - weekday) % 7
    at = k + 1 if lexicon.grammar.head_first else k - 1
    before = dict(lexicon.times.get(items[at].word, ())) if 0 <= at < len(items) else {}
    if "last" in before and back == 0:
        back = 7
    if "next" in before:
        back -= 7
    return _day(_midnight(as_of) - timedelta(days=back), k)


def _ago(items: list[Item], k: int, as_of: datetime, lexicon: Lexicon, value_at: int, unit_at: int) -> _Found | None:
    """ "two days ago", "hace dos días": a number, and a unit after it."""
    if value_at < 0 or unit_at >= len(items):
        return None
    unit = _unit(items, unit_at, lexicon)
    entry, word = items[value_at].entry, items[value_at].word
    value = entry.number if entry is not None and entry.number is not None else digits(word)
    if unit is None or value is None or value * unit > 36500:
        return None
    start = _midnight(as_of) - timedelta(days=int(value * unit))
    if unit >= 30:
        return start - timedelta(days=unit // 2), start + timedelta(days=unit // 2), Precision.MONTH, k
    return _day(start, k)


def _last(items: list[Item], k: int, as_of: datetime, lexicon: Lexicon) -> _Found | None:
    """ "last week", "last month", "la semana pasada"."""
    at = k - 1 if lexicon.grammar.head_first else k + 1
    unit = _unit(items, at, lexicon) if 0 <= at < len(items) else None
    if unit is None or unit < 7:
        return None
    end = _midnight(as_of)
    precision = {7: Precision.DAY_PART, 30: Precision.MONTH}.get(unit, Precision.YEAR)
    return end - timedelta(days=2 * unit), end, Precision.UNKNOWN if unit == 7 else precision, max(at, k)


def _unit(items: list[Item], k: int, lexicon: Lexicon) -> int | None:
    kinds = dict(lexicon.times.get(items[k].word, ()))
    return int(kinds["unit"]) if "unit" in kinds else None


def _day(start: datetime, last: int) -> _Found:
    return start, start + timedelta(days=1), Precision.DAY, last


def _midnight(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def apply_when(sentence: Sentence, items: list[Item], as_of: datetime, lexicon: Lexicon) -> None:
    """Put the sentence's own time on it."""
    found = find_when(items, sentence.text, as_of, lexicon)
    if found is not None:
        sentence.when, sentence.historical = found

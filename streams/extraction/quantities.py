"""Numbers in words and digits, with their qualifiers: "up to two", "more than 90", "two dozen", "1,200", "30 to 40"."""

from __future__ import annotations

import re

from streams.domain.values import Qualifier, Quantity
from streams.extraction.model import Entry, Item, Text

_DIGITS = re.compile(r"\d+(?:\.\d+)?")
_MAX_DIGITS = 12
_SMALL = frozenset({"n:unit", "n:ten"})
_HUNDRED = 100
_LARGEST = 1e12
"""What is counted in news is less: "hundred hundred hundred ..." is no number, and must stay within 64 bits."""


def digits(word: str) -> float | None:
    """The value of a number in plain digits ("1200", "3.5"), None for a time, a decade or a designator."""
    if len(word) > _MAX_DIGITS or not _DIGITS.fullmatch(word):
        return None
    return float(word)


def is_number(item: Item) -> bool:
    """Whether the item can be part of a number."""
    if item.entry is not None and item.entry.number is not None:
        return True
    return item.word[0].isdigit() and digits(item.word) is not None


def may_begin_quantity(item: Item) -> bool:
    """A cheap look: a digit, a number word or a qualifier."""
    entry = item.entry
    return item.word[0].isdigit() if entry is None else entry.number is not None or "quantifier" in entry.tags


def read_quantity(items: list[Item], k: int, text: Text | None = None) -> tuple[Quantity, int] | None:
    """The quantity at item k (qualifier included) and the item after it; None where there is none. `text` shows hyphens: "30-40"."""
    qualifier, at = _qualifier(items, k)
    value, at, vague = _number(items, at)
    if value is None:
        return None
    second = _second(items, at, "between" if k and _tagged(items[k - 1], "between") else "", text)
    if second < len(items) and is_number(items[second]):
        high, after, _ = _number(items, second)
        if high is not None and high > value:
            return Quantity(int(value), int(high), Qualifier.EXACT), after
    return _quantity(int(value), qualifier, vague), at


def _second(items: list[Item], at: int, opened: str, text: Text | None) -> int:
    """Where the upper end of a range would stand: "30 to 40", "between 30 and 40", "30-40"; past the last item where there is none."""
    if at >= len(items):
        return at
    if _tagged(items[at], "rangeto") or (opened and _tagged(items[at], "conj")):
        return at + 1
    joined = text is not None and text.raw[text.ends[items[at].i - 1] : text.starts[items[at].i]] in ("-", "–") and at > 0
    return at if joined and is_number(items[at]) else len(items)


def _tagged(item: Item, tag: str) -> bool:
    return item.entry is not None and tag in item.entry.tags


def _qualifier(items: list[Item], k: int) -> tuple[Qualifier | None, int]:
    entry = items[k].entry if k < len(items) else None
    if entry is None or "quantifier" not in entry.tags:
        return None, k
    name = next(tag[2:] for tag in sorted(entry.tags) if tag.startswith("q:"))
    return Qualifier(name), k + 1


def _quantity(value: int, qualifier: Qualifier | None, vague: bool) -> Quantity:
    if qualifier is Qualifier.UP_TO:
        return Quantity(None, value, Qualifier.UP_TO)
    if qualifier is Qualifier.AT_LEAST or (vague and qualifier is None):
        return Quantity(value, None, Qualifier.AT_LEAST)
    if qualifier is Qualifier.ABOUT:
        return Quantity(value, value, Qualifier.ABOUT)
    return Quantity(value, value, Qualifier.EXACT)


def _number(items: list[Item], k: int) -> tuple[float | None, int, bool]:
    """(value, item after, vague plural). Units add, scales multiply: "two hundred and five", "3.5 million", "two dozen"."""
    total: float | None = None
    vague = False
    if _is_article(items, k) and k + 1 < len(items) and (after := items[k + 1].entry) is not None and "n:scale" in after.tags:
        k += 1
    while k < len(items):
        entry, word = items[k].entry, items[k].word
        value = entry.number if entry is not None else None
        if value is None and total is not None and _goes_on(items, k, total):
            k += 1
            continue
        if value is None:
            value = digits(word)
            if value is None:
                break
            if total is not None:
                break
            total, k = value, k + 1
            continue
        if entry is not None and _joins(entry, total):
            total = _combine(entry, total, value)
            vague = vague or "n:many" in entry.tags
            k += 1
            continue
        break
    return total, k, vague


def _goes_on(items: list[Item], k: int, total: float) -> bool:
    """ "two hundred and five": a unit or ten after the conjunction that stands behind a scale."""
    following = items[k + 1].entry if k + 1 < len(items) else None
    small = following is not None and following.number is not None and not following.tags.isdisjoint(_SMALL)
    return small and _tagged(items[k], "conj") and _tagged(items[k - 1], "n:scale") and total >= _HUNDRED


def _is_article(items: list[Item], k: int) -> bool:
    entry = items[k].entry if k < len(items) else None
    return entry is not None and "n:article" in entry.tags


def _joins(entry: Entry, total: float | None) -> bool:
    if "n:article" in entry.tags:
        return False
    if total is None or ("n:scale" in entry.tags and total < _LARGEST):
        return True
    return ("n:unit" in entry.tags and total >= 20) or ("n:ten" in entry.tags and total >= _HUNDRED)


def _combine(entry: Entry, total: float | None, value: float) -> float:
    if total is None:
        return value
    return total * value if "n:scale" in entry.tags else total + value

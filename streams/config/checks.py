"""One value at a time: text of the environment or a value of TOML -> checked, or ValueError with the reason."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from urllib.parse import urlsplit

from streams.config.settings import BROKER_SCHEMES, SQLITE
from streams.domain.alert import Priority
from streams.formats.quirks import zone_of

GRADES = "ABCDEF"
"""Admiralty: A completely reliable … E unreliable, F cannot be judged."""

_COUNTRY = re.compile(r"^[A-Z]{3}$")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,4}")
_SOURCE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def is_source_id(text: str) -> bool:
    """Whether a source may be called so where its name comes from a folder, an address or a table's key."""
    return _SOURCE_ID.fullmatch(text) is not None


def text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("must be a text that is not empty")
    return value


def number(low: float, high: float) -> Callable[[object], float]:
    def check(value: object) -> float:
        try:
            number = float(value) if isinstance(value, int | float | str) and not isinstance(value, bool) else None
        except ValueError:
            number = None
        if number is None or not low <= number <= high:
            raise ValueError(f"must be a number from {low:g} to {high:g}")
        return number

    return check


def whole(low: int, high: int) -> Callable[[object], int]:
    def check(value: object) -> int:
        try:
            number = int(value) if isinstance(value, int | str) and not isinstance(value, bool) else None
        except ValueError:
            number = None
        if number is None or not low <= number <= high:
            raise ValueError(f"must be a whole number from {low} to {high}")
        return number

    return check


def broker(value: object) -> str:
    urls = text(value).split(";")
    for url in urls:
        parts = urlsplit(url.strip())
        if (
            parts.scheme not in BROKER_SCHEMES
            or (parts.scheme == "kafka" and not parts.netloc)
            or (parts.scheme == SQLITE and len(urls) > 1)
        ):
            raise ValueError("must be sqlite:///path or kafka://host:port, several of the latter separated by ;")
    return text(value)


def app_id(value: object) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,100}", text(value)):
        raise ValueError("must be letters, digits, dots, dashes and underscores")
    return text(value)


def ner(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"(?:spacy:\S.*)?", value):
        raise ValueError("must be spacy: and the folder or package of a model, or empty")
    return value


def priority(value: object) -> Priority:
    try:
        return Priority(str(value))
    except ValueError as error:
        raise ValueError(f"must be one of {', '.join(Priority)}") from error


def steps(value: object) -> tuple[int, ...]:
    items = value.split(",") if isinstance(value, str) else value
    if not isinstance(items, list) or not items:
        raise ValueError("must be a list of whole numbers")
    steps = tuple(whole(1, 10**9)(item) for item in items)
    if list(steps) != sorted(set(steps)):
        raise ValueError("must ascend")
    return steps


def words(value: object) -> tuple[str, ...]:
    items = value.split(",") if isinstance(value, str) else value
    if not isinstance(items, list):
        raise ValueError("must be a list of words")
    return tuple(text(item).strip() for item in items if item)


def country(value: object) -> str:
    if not _COUNTRY.match(text(value)):
        raise ValueError("must be an ISO 3166-1 alpha-3 code such as ARM")
    return text(value)


def grade(value: object) -> str:
    if value not in tuple(GRADES):
        raise ValueError(f"must be an Admiralty grade, one of {', '.join(GRADES)}")
    return str(value)


def charset(value: object) -> str:
    try:
        return codecs.lookup(text(value)).name
    except LookupError as error:
        raise ValueError("must be the name of a charset such as cp1252") from error


def zone(value: object) -> str:
    try:
        zone_of(text(value))
    except ValueError as error:
        raise ValueError("must be an IANA time zone such as Asia/Yerevan") from error
    return text(value)


def language(value: object) -> str:
    if not _LANGUAGE.fullmatch(text(value)):
        raise ValueError("must be a BCP 47 language such as hy or en-GB")
    return text(value)


def priority_map(value: object) -> tuple[tuple[str, int], ...]:
    if not isinstance(value, dict):
        raise ValueError("must be a table from the provider's word to an IPTC priority")
    return tuple((str(word), whole(1, 8)(number)) for word, number in value.items())

"""The keys that records meet under, so that who is worth comparing is found at a cost that does not grow with what is open.

A record is filed under its weightiest words and names and, when its type is structural, under type, country or cell, and day. Keys are
kept as 32-bit hashes: a sieve may take two words for one once in a thousand million, and a key costs four bytes.
"""

from __future__ import annotations

import math
import zlib
from array import array
from dataclasses import dataclass

from streams.domain.ontology import OTHER_STORY
from streams.matching.features import Features
from streams.matching.lattice import kin
from streams.matching.places import fine, sides
from streams.matching.texts import Vector, whole_and_opening

MAX_WORD_KEYS = 24
MAX_PASSAGE_KEYS = 8
FULL_WEIGHT = 255
"""Weights are whole numbers up to this: sums of them are the same on every machine, in every order."""
DAY = 86_400.0
MAX_DAYS = 3
CELL_DEGREES = 2.0
NOWHERE = "-"


@dataclass(frozen=True, slots=True)
class WordKeys:
    """Hashes of a record's weightiest words, heaviest first, and each one's part of a vector of length FULL_WEIGHT."""

    hashes: array[int]
    weights: bytes


def word_keys(features: Features) -> WordKeys:
    """The record's weightiest words: of a lead the opening's first, for they tell the event; of another event only its own passage's."""
    whole, opening = whole_and_opening(features.worded.sketch)
    if not features.lead:
        return _heaviest(opening, MAX_PASSAGE_KEYS)
    told = opening.get
    return _heaviest(opening | {term: value + told(term, 0.0) for term, value in whole.items()}, MAX_WORD_KEYS)


def _heaviest(weight: Vector, most: int) -> WordKeys:
    bar = sorted(weight.values())[-most] if len(weight) > most else 0.0
    kept = sorted([(-value, term) for term, value in weight.items() if value >= bar])[:most]
    norm = math.sqrt(math.fsum([value * value for value, _ in kept]))
    scale = -FULL_WEIGHT / norm if norm else 0.0
    return WordKeys(array("I", [hashed(term) for _, term in kept]), bytes([round(value * scale) for value, _ in kept]))


def hashed(key: str) -> int:
    """A key as it is kept: CRC-32, fixed, the same on every machine."""
    return zlib.crc32(key.encode("utf-8", "surrogatepass"))


def typed_keys(features: Features) -> array[int]:
    """Type, where or who, and day: the keys a typed record is filed under. None for a story, which is only words."""
    where = _where(features)
    return array("I", [hashed(f"{features.type}|{at}|{day}") for at in where for day in _days(features)] if where else ())


def asked_keys(features: Features) -> array[int]:
    """The typed keys to look under: every kin type, a day to either side."""
    where = _where(features)
    if not where:
        return array("I")
    days = _days(features)
    around = range(days[0] - 1, days[-1] + 2)
    return array("I", [hashed(f"{name}|{at}|{day}") for name in kin(features.type) for at in where for day in around])


def _days(features: Features) -> range:
    """The days of the event; the day of publication where they are too many to file under each."""
    first, last = int(features.begins // DAY), int(features.ends // DAY)
    published = int(features.published // DAY)
    return range(first, last + 1) if last - first <= MAX_DAYS else range(published, published + 1)


def _where(features: Features) -> tuple[str, ...]:
    """The keys of where, or of who: sides of the place, of the actors and of what was hit, and the cell of a spot."""
    if features.type == OTHER_STORY:
        return ()
    if not features.structural:
        return tuple(sorted(features.people | features.initiators | features.targets)) or (NOWHERE,)
    place = features.place
    found = features.initiators | features.targets | features.operators
    if place is not None:
        found |= sides(place)
        if fine(place) and place.lat is not None and place.lon is not None:
            found |= {f"{place.lat // CELL_DEGREES:g},{place.lon // CELL_DEGREES:g}"}
    return tuple(sorted(found)) or (NOWHERE,)

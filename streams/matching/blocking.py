"""Which open records are worth comparing: an inverted index over bounded keys, so the cost does not grow with what is open.

A record is filed under its rarest words and names and, when its type is structural, under type, country or cell, and day. A posting
keeps event time, and only the MAX_POSTING nearest to the asker are read: a word on everyone's lips is read near its moment.
As long as no posting is longer than that, the candidates of a pair do not depend on what else is open.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from sys import intern

from streams.domain.ontology import OTHER_STORY
from streams.matching.features import Features
from streams.matching.lattice import kin
from streams.matching.places import fine, sides
from streams.matching.texts import Vector, whole_and_opening

MAX_WORD_KEYS = 24
MAX_PASSAGE_KEYS = 8
MAX_POSTING = 128
MAX_CANDIDATES = 24
WORTH, WORTH_RARE, WORTH_TYPED = 2, 3, 4
"""What a shared word counts; one of the asker's rarest third; a typed key. Only the ranking looks at the rarest."""
MIN_WORTH = 2 * WORTH
"""Records that share two words or a typed key are candidates: the same whichever of the two asks."""
DAY = 86_400.0
MAX_DAYS = 3
CELL_DEGREES = 2.0
NOWHERE = "-"


class Posting:
    """The records of one key in order of event time."""

    __slots__ = ("nodes", "times")

    def __init__(self) -> None:
        self.times: list[float] = []
        self.nodes: list[int] = []

    def add(self, time: float, node: int) -> None:
        """File a record. Appending when it is the latest, as it mostly is."""
        place = bisect_left(self.times, time) if self.times and time < self.times[-1] else len(self.times)
        self.times.insert(place, time)
        self.nodes.insert(place, node)

    def remove(self, time: float, node: int) -> None:
        """Take it out. ValueError when it is not there."""
        place = self.nodes.index(node, bisect_left(self.times, time))
        del self.times[place], self.nodes[place]

    def near(self, time: float, most: int = MAX_POSTING) -> list[int]:
        """At most `most` records, those nearest in event time."""
        if len(self.nodes) <= most:
            return self.nodes
        low = bisect_left(self.times, time)
        start = max(0, min(low - most // 2, len(self.nodes) - most))
        return self.nodes[start : start + most]


def word_keys(features: Features) -> tuple[str, ...]:
    """The record's weightiest words: of a lead the opening's first, for they tell the event; of another event only its own passage's."""
    whole, opening = whole_and_opening(features.worded.sketch)
    if not features.lead:
        return _heaviest(opening, MAX_PASSAGE_KEYS)
    weight = {term: value + opening.get(term, 0.0) for term, value in whole.items()}
    return _heaviest(opening | weight, MAX_WORD_KEYS)


def _heaviest(weight: Vector, most: int) -> tuple[str, ...]:
    return tuple(intern(term) for _, term in sorted([(-value, term) for term, value in weight.items()])[:most])


def typed_keys(features: Features) -> tuple[str, ...]:
    """Type, where or who, and day: the keys a typed record is filed under. None for a story, which is only words."""
    days = _days(features)
    return tuple(f"{features.type}|{where}|{day}" for where in _where(features) for day in days)


def asked_keys(features: Features) -> tuple[str, ...]:
    """The typed keys to look under: every kin type, a day to either side."""
    days = _days(features)
    around = range(days[0] - 1, days[-1] + 2)
    return tuple(f"{name}|{where}|{day}" for name in kin(features.type) for where in _where(features) for day in around)


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


class Index:
    """The postings of one block."""

    __slots__ = ("_typed", "_words")

    def __init__(self) -> None:
        self._words: dict[str, Posting] = {}
        self._typed: dict[str, Posting] = {}

    def add(self, node: int, time: float, words: Iterable[str], typed: Iterable[str]) -> None:
        """File a record under its keys."""
        for table, keys in ((self._words, words), (self._typed, typed)):
            for key in keys:
                table.setdefault(key, Posting()).add(time, node)

    def remove(self, node: int, time: float, words: Iterable[str], typed: Iterable[str]) -> None:
        """Take a record out again; a key left empty goes with it."""
        for table, keys in ((self._words, words), (self._typed, typed)):
            for key in keys:
                table[key].remove(time, node)
                if not table[key].nodes:
                    del table[key]

    def shared(self, time: float, words: Sequence[str], asked: Iterable[str]) -> dict[int, int]:
        """The records that share enough keys, and what those are worth. Costs at most keys times MAX_POSTING."""
        read: list[int] = []
        for rank, key in enumerate(words):
            if (posting := self._words.get(key)) is not None:
                read += posting.near(time) * (WORTH_RARE if 3 * rank < len(words) else WORTH)
        worth = Counter(read)
        typed: set[int] = set()
        for key in asked:
            if (posting := self._typed.get(key)) is not None:
                typed.update(posting.near(time))
        for node in typed:
            worth[node] += WORTH_TYPED
        return {node: count for node, count in worth.items() if count >= MIN_WORTH}

    @property
    def postings(self) -> int:
        """How many entries are filed."""
        return sum(len(p.nodes) for table in (self._words, self._typed) for p in table.values())

    @property
    def saturated(self) -> int:
        """How many keys hold more records than are read."""
        return sum(len(p.nodes) > MAX_POSTING for table in (self._words, self._typed) for p in table.values())

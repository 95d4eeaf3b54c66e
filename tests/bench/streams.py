"""Streams of made-up reports for the matching bench: any of a million of them can be told again from its number alone.

`Wire` has the shape of news: words by Zipf's law from the shipped table, running matters with their own vocabulary and cast, the greater
ones told more often, and names without end (each story brings some that were never seen: a closed vocabulary is what no wire has).
`Closed` is the harder and less likely stream: every story's twelve words are drawn from the table's 21,000 rarest alone, so that at a
million open records each such word stands in hundreds of unrelated ones.
"""

from __future__ import annotations

import itertools
import random
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from streams.domain.event import Carrier, EventRecord, Sketch
from streams.domain.incident import StoredRecord
from streams.domain.values import Position
from streams.matching.copies import signature
from streams.matching.frequency import frequencies

START = datetime(2024, 1, 1, tzinfo=UTC)
DAYS = 14
RETOLD = 10
"""One new record in so many retells an event of the last day."""


@dataclass(frozen=True, slots=True)
class Text:
    """What a telling says."""

    headline: tuple[str, ...]
    lede: tuple[str, ...]
    body: tuple[str, ...]
    names: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()


class Stream(ABC):
    """`open_records` records evenly over DAYS, and new ones after them. Ids are evt-STORY-TELLING."""

    def __init__(self, open_records: int) -> None:
        table = frequencies()
        self._terms = sorted(table.mentions)
        self._common = list(itertools.accumulate(table.mentions[t] for t in self._terms))
        self._open = open_records

    @abstractmethod
    def text(self, story: int, telling: int) -> Text:
        """What the telling says of the story."""

    @lru_cache(maxsize=4_000)  # noqa: B019  (one stream per run)
    def record(self, event_id: str) -> StoredRecord:
        """The record of that id."""
        return self._record(event_id, copied=True)

    def unread(self, event_id: str) -> StoredRecord:
        """The same without its shingles, which filing does not look at and which take the longest to make up."""
        return self._record(event_id, copied=False)

    def _record(self, event_id: str, copied: bool) -> StoredRecord:
        story, telling = map(int, event_id.split("-")[1:])
        at = START + timedelta(days=DAYS) * ((story if not telling else self._open + telling) / self._open)
        return telling_of(event_id, at, self.text(story, telling), copied)

    def open_ids(self) -> Iterator[str]:
        """The open records, oldest first."""
        return (f"evt-{n}-0" for n in range(self._open))

    def new_ids(self, count: int) -> list[str]:
        """The new records."""
        chance = random.Random(1)
        recent = max(1, self._open // DAYS)
        told = (self._open - 1 - chance.randrange(recent) if k % RETOLD == 0 else self._open + k for k in range(count))
        return [f"evt-{story}-{k + 1}" for k, story in enumerate(told)]


def telling_of(event_id: str, at: datetime, text: Text, copied: bool = True) -> StoredRecord:
    """A report with these words."""
    shingles = signature((*text.headline, *text.body)) if copied else ()
    terms = dict(sorted(Counter((*text.headline, *text.body)).items()))
    sketch = Sketch(text.headline, text.lede, terms, text.names, text.numbers, shingles)
    carrier = Carrier(f"source-{event_id.rpartition('-')[2]}")
    record = EventRecord(event_id, event_id, event_id, "other.story", "world", carrier, at, at, at, lead=True, language="en", sketch=sketch)
    return StoredRecord(record, Position("wire.events", 0, 0))


class Closed(Stream):
    """Twelve rare words of the table per story, 120 common ones per telling."""

    def __init__(self, open_records: int) -> None:
        super().__init__(open_records)
        table = frequencies()
        self._rare = [t for t in self._terms if table.mentions[t] < 60]

    def text(self, story: int, telling: int) -> Text:
        """What the telling says of the story."""
        own = random.Random(f"story {story}").choices(self._rare, k=12)
        common = random.Random(f"{story} {telling}").choices(self._terms, cum_weights=self._common, k=120)
        return Text(tuple(own[:6]), (*own[6:], *common[:20]), (*own, *common))


SYLLABLES = [c + v for c in "bdfghjklmnprstvz" for v in ("a", "e", "i", "o", "u", "an", "er", "in", "ov")]
PER_TOPIC = 20
"""Stories on one running matter, in the mean: a wire a hundred times as large covers more matters, not the same ones a hundred times."""
TOPIC_WORDS, CAST = 150, 100
PLACES = 3_000
COMMON, TOPICAL = 95, 24


class Wire(Stream):
    """About 150 words: most from the whole table, some from the topic, the rest the story's own people, place, words and numbers."""

    def __init__(self, open_records: int) -> None:
        super().__init__(open_records)
        mentions = frequencies().mentions
        self._topical = [t for t in self._terms if 10 <= mentions[t] < 3_000]
        self._places = [_syllables(random.Random(f"place {n}").randrange(10**6)) for n in range(PLACES)]
        self._telling = [t for t in self._terms if mentions[t] < 2_000]
        self._by_root = list(itertools.accumulate(mentions[t] ** 0.5 for t in self._telling))

    @lru_cache(maxsize=20_000)  # noqa: B019  (one stream per run)
    def _topic(self, number: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """A topic's words and cast."""
        chance = random.Random(f"topic {number}")
        return tuple(chance.choices(self._topical, k=TOPIC_WORDS)), tuple(_name(chance) for _ in range(CAST))

    def text(self, story: int, telling: int) -> Text:
        """What the telling says of the story."""
        chance = random.Random(f"story {story}")
        topic = int(max(1, self._open // PER_TOPIC) * chance.random() ** 1.5)
        words, cast = self._topic(topic)
        people = tuple(dict.fromkeys(_person(chance, cast) for _ in range(3)))
        place = self._places[_zipf(chance, PLACES)]
        own = chance.choices(self._telling, cum_weights=self._by_root, k=8)
        numbers = (str(chance.randrange(2, 40)), str(chance.randrange(100, 5_000)))
        return self._told(random.Random(f"{story} {telling}"), words, people, place, own, numbers)

    def _told(
        self, chance: random.Random, topic: tuple[str, ...], people: tuple[str, ...], place: str, own: list[str], numbers: tuple[str, ...]
    ) -> Text:
        common = chance.choices(self._terms, cum_weights=self._common, k=COMMON)
        matter = [topic[_zipf(chance, TOPIC_WORDS)] for _ in range(TOPICAL)]
        told = [word for word in own if chance.random() < 0.8]
        headline = (*people[:2], *told[:3], matter[0])
        lede = (people[0], place, *told, *matter[:6], numbers[0], *common[:16])
        body = [*lede, *common[16:], *matter[6:], *people * 2, *told[:3], place, numbers[1]]
        chance.shuffle(body)
        return Text(tuple(headline), tuple(lede), tuple(body), (*people, place), numbers)


def _person(chance: random.Random, cast: tuple[str, ...]) -> str:
    return cast[_zipf(chance, CAST)] if chance.random() < 0.5 else _name(chance)


def _zipf(chance: random.Random, size: int) -> int:
    """A rank below `size`, the n-th about n times as rare as the first."""
    return int(size ** chance.random()) - 1


def _name(chance: random.Random) -> str:
    """A name out of no end of them: a few are told often, most once."""
    return _syllables(int(3_000 * (chance.paretovariate(0.6) - 1)) % 10**12)


def _syllables(number: int) -> str:
    parts: list[str] = []
    while number or len(parts) < 2:
        number, place = divmod(number, len(SYLLABLES))
        parts.append(SYLLABLES[place])
    return "".join(parts)

"""A record as the comparison sees it: typed facts drawn once from the event record, and its words as vectors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from streams.domain.event import ActorKind, ActorRole, EventRecord, Modality, ObjectRole, Place, Precision, Sketch, Thing, When
from streams.domain.ontology import OTHER_STORY, family
from streams.domain.values import Quantity
from streams.matching.lattice import structural
from streams.matching.stances import only_denies
from streams.matching.texts import Words, words_of
from streams.matching.words import base_language, fold

UNTIMED_BEFORE = timedelta(hours=36)
"""An event of an actual, undated mention happened at most this long before publication: wires report the day and the night before."""

VAGUE = frozenset({Precision.MONTH, Precision.YEAR, Precision.UNKNOWN})


class Worded:
    """A sketch that becomes vectors when they are first asked for: on take-over most never are."""

    __slots__ = ("_words", "language", "sketch")

    def __init__(self, sketch: Sketch, language: str) -> None:
        self.sketch = sketch
        self.language = language
        self._words: Words | None = None

    def words(self) -> Words:
        """The vectors."""
        if self._words is None:
            self._words = words_of(self.sketch, self.language)
        return self._words


@dataclass(frozen=True, slots=True)
class Features:
    """What pairs are compared by. `classes` are the hit or subject things' class paths; `sides` country by role."""

    event_id: str
    report_id: str
    item_key: str
    type: str
    family: str
    structural: bool
    lead: bool
    denied: bool
    """Whether all that the record says of the event is that it did not happen."""
    modality: Modality
    published: float
    begins: float
    ends: float
    dated: bool
    vague: bool
    place: Place | None
    classes: tuple[str, ...]
    thing_names: frozenset[str]
    operators: frozenset[str]
    thing_count: Quantity | None
    initiators: frozenset[str]
    targets: frozenset[str]
    people: frozenset[str]
    counts: tuple[tuple[str, Quantity], ...]
    excerpt: str
    worded: Worded

    @property
    def words(self) -> Words:
        """The report's words as vectors."""
        return self.worded.words()


def by_structure(one: Features, other: Features) -> bool:
    """Whether a pair is told apart by what, where and when rather than by words: types of structural families, and any two types in
    two languages, which share no words."""
    if one.structural and other.structural:
        return True
    return one.worded.language != other.worded.language and OTHER_STORY not in (one.type, other.type)


def features_of(record: EventRecord) -> Features:
    """Draw them. Pure."""
    things = _main_things(record)
    begins, ends = _interval(record)
    return Features(
        event_id=record.event_id,
        report_id=record.report_id,
        item_key=record.item_key,
        type=record.type,
        family=family(record.type),
        structural=structural(record.type),
        lead=record.lead,
        denied=only_denies(record),
        modality=record.modality,
        published=record.published_at.timestamp(),
        begins=begins,
        ends=ends,
        dated=_dated(record.time),
        vague=record.time is not None and record.time.precision in VAGUE,
        place=record.place,
        classes=tuple(sorted({t.class_path for t in things if t.class_path})),
        thing_names=frozenset(fold(t.name) for t in things if t.name),
        operators=frozenset(t.operator.partition(".")[0] for t in things if t.operator),
        thing_count=next((t.count for t in things if t.count is not None), None),
        initiators=_sides(record, ActorRole.INITIATOR),
        targets=_sides(record, ActorRole.TARGET, ActorRole.VICTIM),
        people=_people(record),
        counts=_counts(record),
        excerpt=record.excerpt,
        worded=Worded(record.sketch, base_language(record.language)),
    )


def _main_things(record: EventRecord) -> tuple[Thing, ...]:
    hit = tuple(t for t in record.objects if t.role is not ObjectRole.INSTRUMENT)
    return hit or record.objects


def _interval(record: EventRecord) -> tuple[float, float]:
    time: When | None = record.time
    if time is None:
        return (record.published_at - UNTIMED_BEFORE).timestamp(), record.published_at.timestamp()
    return time.start.timestamp(), max(time.start, time.end).timestamp()


def _dated(time: When | None) -> bool:
    """Whether the text itself says when: a time without a span was taken from the publication."""
    return time is not None and time.span is not None


def _sides(record: EventRecord, *roles: ActorRole) -> frozenset[str]:
    """Countries, or breakaway entities by their canonical ids ("ARTSAKH.MIL"), that act in these roles."""
    acting = (a for a in record.actors if a.role in roles and (a.country or a.kind is not ActorKind.PERSON))
    return frozenset(a.country or a.canonical.partition(".")[0] for a in acting) - {""}


def _people(record: EventRecord) -> frozenset[str]:
    """Canonical ids, or family names, of the persons who act: what tells one call or resignation from another."""
    acting = (a for a in record.actors if a.kind is ActorKind.PERSON and a.role is not ActorRole.VICTIM)
    return frozenset(a.canonical or fold(a.name).split()[-1] for a in acting if a.canonical or _is_name(a.name, record.excerpt))


def _is_name(words: str, excerpt: str) -> bool:
    """Whether what somebody is called is his name: "gunmen" and "the president" are not, nor "Gunmen" where a sentence begins."""
    last = words.split()[-1:]
    return bool(last) and last[0][0].isupper() and (words not in last or not excerpt.startswith(words))


def _counts(record: EventRecord) -> tuple[tuple[str, Quantity], ...]:
    return tuple(sorted(((c.kind, Quantity(c.min, c.max, c.qualifier)) for c in record.counts), key=lambda pair: (pair[0], repr(pair[1]))))

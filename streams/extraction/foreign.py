"""Copy in a language without a lexicon: one `other.story` that still has the report's names, places and time. Its numbers are in the
sketch that matching makes of every text.

Capitals make names as far as the script and the language let them: not at the start of a sentence unless they stand elsewhere too,
and where common nouns have capitals (German) only in runs of two. A user's own finder of names (streams/domain/naming.py) goes first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from streams.domain.event import Actor, ActorKind, ActorRole, Evidence, Place, Precision
from streams.domain.naming import Name, NameFinder, NameKind
from streams.domain.ontology import OTHER_STORY
from streams.domain.reading import ReadEvent
from streams.domain.report import Report
from streams.domain.source import Source
from streams.domain.values import Span
from streams.extraction.atlas import Atlas, atlas
from streams.extraction.claims import own_voice
from streams.extraction.grammar import neutral
from streams.extraction.identity import slug
from streams.extraction.model import Text
from streams.extraction.times import day_of
from streams.extraction.tokens import tokenize

_SENTENCES = 6
"""Sentences of headline and body whose names a story keeps."""
_NAMES = 8
_NOUNS_CAPITAL = 0.3
"""Share of capitals among the words inside sentences from which they are the grammar's: German prose has .35 to .45, others under .2."""
_RUN = 5
_KINDS = {
    NameKind.PERSON: ActorKind.PERSON,
    NameKind.ORGANIZATION: ActorKind.ORGANIZATION,
    NameKind.GROUP: ActorKind.GROUP,
}
"""Kinds of names that act; a place is no actor."""


def read_foreign(report: Report, source: Source, language: str, as_of: datetime, names: NameFinder | None) -> ReadEvent:
    """One event record for the whole report. `language` is a primary subtag."""
    texts = [text for text in (_text(report.headline, "headline"), _text(report.body, "body")) if text.sentences]
    opening = [
        _Opened(text, i, j, capitals) for text in texts for capitals in (_nouns_capital(text),) for i, j in text.sentences[:_SENTENCES]
    ]
    where = list(_places(opening, atlas(language)))
    actors = [*_found(texts, names, report.language), *(_state(place, texts) for place in where if place.precision is Precision.COUNTRY)]
    actors += _capitalised(opening, _covered([*actors, *where]))
    body = next((text for text in texts if text.part == "body"), None)
    i, j = body.sentences[0] if body is not None else (0, 0)
    return ReadEvent(
        type=OTHER_STORY,
        lead=True,
        actors=_once(actors),
        place=_best(where) or _filed(report, atlas(language)),
        time=day_of(as_of),
        claims=(own_voice(report, source, set()),),
        evidence=(Evidence("no-lexicon", "", None),),
        excerpt=body.text(i, j) if body is not None else report.body,
        excerpt_span=body.span(i, j) if body is not None else Span(0, len(report.body)),
    )


class _Opened(NamedTuple):
    """Tokens [i, j) of a text: a sentence of its opening. `nouns_capital`: capitals tell no names there."""

    text: Text
    i: int
    j: int
    nouns_capital: bool


def _text(raw: str, part: str) -> Text:
    return tokenize(raw, part, frozenset(), neutral())


def _places(opening: Iterable[_Opened], known: Atlas) -> Iterator[Place]:
    for text, i, j, nouns_capital in opening:
        yield from known.places(text, i, j, text.upper or nouns_capital)


def _best(places: Sequence[Place]) -> Place | None:
    """The first city, else the first country."""
    return next((place for place in places if place.precision is not Precision.COUNTRY), places[0] if places else None)


def _filed(report: Report, known: Atlas) -> Place | None:
    """Where the copy was filed, for a report that names no place."""
    return known.gazetteer.find(report.dateline.place, frozenset()) if report.dateline is not None and report.dateline.place else None


def _state(place: Place, texts: Sequence[Text]) -> Actor:
    assert place.span is not None
    raw = next(text.raw for text in texts if text.part == place.span.part)
    name = raw[place.span.start : place.span.end]
    return Actor(ActorRole.PARTY, ActorKind.STATE, name, place.country, place.country, "GOV", place.span)


def _found(texts: Sequence[Text], names: NameFinder | None, language: str) -> Iterator[Actor]:
    """The names that the user's finder sees."""
    for text in texts if names is not None else ():
        found: Sequence[Name] = names.find(text.raw, language) if names is not None else ()
        for name in found:
            if name.kind in _KINDS:
                written = text.raw[name.start : name.end]
                yield Actor(ActorRole.PARTY, _KINDS[name.kind], written, slug(written), "", "UNK", Span(name.start, name.end, text.part))


def _capitalised(opening: Sequence[_Opened], taken: Sequence[Span]) -> Iterator[Actor]:
    """Runs of capitalised words that nothing else has named."""
    for text, i, j, nouns_capital in opening:
        if text.upper:
            continue
        least = 2 if nouns_capital else 1
        for a, b in _runs(text, i, j):
            span = text.span(a, b)
            if b - a >= least and not any(span.start < other.end and other.start < span.end for other in taken if other.part == span.part):
                yield Actor(ActorRole.PARTY, ActorKind.UNKNOWN, text.text(a, b), "", "", "UNK", span)


def _runs(text: Text, i: int, j: int) -> Iterator[tuple[int, int]]:
    """Token ranges of neighbouring capitalised words, without the first word of a sentence: "Selon Emmanuel ..."."""
    k = i if _inside(text, text.words[i]) else i + 1
    while k < j:
        end = k
        while end < j and end < k + _RUN and text.raw[text.starts[end]].isupper():
            end += 1
        if end > k:
            yield k, end
        k = max(end, k + 1)


def _inside(text: Text, word: str) -> bool:
    """Whether a word has its capital inside a sentence, too."""
    starts = {i for i, _ in text.sentences}
    return any(known == word and k not in starts and text.raw[text.starts[k]].isupper() for k, known in enumerate(text.words))


def _nouns_capital(text: Text) -> bool:
    """Whether so many words inside sentences have capitals that they tell no names."""
    inside = [k for i, j in text.sentences[:_SENTENCES] for k in range(i + 1, j) if text.words[k][0].isalpha()]
    return sum(text.raw[text.starts[k]].isupper() for k in inside) > _NOUNS_CAPITAL * len(inside)


def _covered(named: Iterable[Actor | Place]) -> list[Span]:
    return [thing.span for thing in named if thing.span is not None]


def _once(actors: Iterable[Actor]) -> tuple[Actor, ...]:
    found: dict[str, Actor] = {}
    for actor in sorted(actors, key=lambda actor: (actor.span is None, actor.span and (actor.span.part == "body", actor.span.start))):
        found.setdefault(actor.canonical or actor.name.casefold(), actor)
    return tuple(found.values())[:_NAMES]

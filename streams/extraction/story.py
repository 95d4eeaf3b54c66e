"""The lead of a report in which no typed event was recognised: `other.story`, with names, place and time where found."""

from __future__ import annotations

from datetime import datetime

from streams.domain.event import Actor, ActorRole, Evidence, Place
from streams.domain.ontology import OTHER_STORY
from streams.domain.reading import ReadEvent
from streams.domain.report import Report
from streams.domain.source import Source
from streams.domain.values import Span
from streams.extraction.claims import own_voice
from streams.extraction.identity import actor_kind, canonical, sector_of
from streams.extraction.lexicon_types import Lexicon
from streams.extraction.model import Node, Sentence
from streams.extraction.times import day_of

_SENTENCES = 3
"""Sentences whose names a story keeps: headline and lede."""
_NAMES = 8


def read_story(
    report: Report, source: Source, sentences: list[Sentence], where: Place | None, as_of: datetime, lexicon: Lexicon
) -> ReadEvent:
    """One event record for the whole report."""
    first = next((s for s in sentences if s.text.part == "body"), None)
    places = [sentence.places[k] for sentence in sentences for k in sorted(sentence.places)]
    excerpt = first.text.text(first.i, first.j) if first is not None else report.body
    return ReadEvent(
        type=OTHER_STORY,
        lead=True,
        actors=_names(sentences[:_SENTENCES], lexicon),
        place=places[0] if places else where,
        time=next((s.when for s in sentences if s.when is not None), None) or day_of(as_of),
        claims=(own_voice(report, source, set()),),
        evidence=(Evidence("no-frame", "", None),),
        excerpt=excerpt,
        excerpt_span=first.span if first is not None else Span(0, len(report.body)),
    )


def _names(sentences: list[Sentence], lexicon: Lexicon) -> tuple[Actor, ...]:
    found: dict[str, Actor] = {}
    for sentence in sentences:
        for node in sentence.nodes:
            if node.kind == "np" and node.proper:
                actor = _actor(sentence, node, lexicon)
                found.setdefault(actor.canonical or actor.name.casefold(), actor)
    return tuple(found.values())[:_NAMES]


def _actor(sentence: Sentence, node: Node, lexicon: Lexicon) -> Actor:
    text = sentence.text
    name, span = text.text(node.name_i, node.j), text.span(node.name_i, node.j)
    return Actor(ActorRole.PARTY, actor_kind(node, lexicon), name, canonical(node, lexicon), node.country, sector_of(node, lexicon), span)

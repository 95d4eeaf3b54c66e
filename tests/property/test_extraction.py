"""Whatever the text: never empty, one lead, spans that hold what they say, the same every time."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from streams.domain.ontology import TYPES
from streams.domain.reading import ReadEvent
from streams.domain.report import Report, Signal
from streams.domain.source import Source
from streams.domain.values import Span
from streams.extraction import extract

FILED = datetime(2020, 9, 28, tzinfo=UTC)
SOURCE = Source("agency")
PIECES = [
    "Armenian forces", "shot down", "a Russian fighter jet", "up to two helicopters", "near Stepanakert", "was", "by",
    "and", ",", ".", "said", "the Defence Ministry", "Baku", "denied", "that", "killing", "12 people", "on Sunday",
    "in April 2016", "of", "shelling", "not", "if", "it", "its", "'s", "(", ")", "\"", "\n\n", "reports",
    "Vladimir Putin", "phone call with", "to", "MIG-29", "1800 GMT", "İzmir", "al-", "–",
    "El Ministerio de Defensa ruso", "fue derribado", "derribó", "que", "dos helicópteros", "se estrelló", "en Kiev", "dijo",
    "hace dos días", "el 27 de septiembre de 2020", "1.200 muertos", "«", "»", "¿", "Под Киевом", "乌克兰", "أوكرانيا", "यूक्रेन",
]  # fmt: skip
GARBLED = st.lists(st.sampled_from(PIECES), min_size=1, max_size=40).map(" ".join)
ANYTHING = st.text(min_size=1, max_size=300)


LANGUAGES = st.sampled_from(["", "en", "es", "de", "ru", "ar", "zh", "und"])


def report(body: str, headline: str = "", language: str = "") -> Report:
    return Report("r", "k", "agency", Signal.NEW, headline, body, FILED, FILED, FILED, "h", language=language)


def named_spans(event: ReadEvent) -> list[tuple[str, Span]]:
    found = [(actor.name, actor.span) for actor in event.actors] + [(thing.name, thing.span) for thing in event.objects]
    found += [(evidence.text, evidence.span) for evidence in event.evidence] + [(event.excerpt, event.excerpt_span)]
    return [(name, span) for name, span in found if span is not None]


def all_spans(event: ReadEvent) -> list[Span]:
    fields = (event.place, event.time, event.outcome, *event.counts, *event.claims)
    return [field.span for field in fields if field is not None and field.span is not None]


@settings(max_examples=150, deadline=None)
@given(st.one_of(GARBLED, ANYTHING), st.one_of(st.just(""), GARBLED), LANGUAGES)
def test_any_text_is_read_into_events_that_hold_together(body: str, headline: str, language: str) -> None:
    source = report(body, headline, language)

    events = extract(source, SOURCE)

    parts = {"body": body, "headline": headline}
    assert sum(event.lead for event in events) == 1
    assert events[0].lead
    for event in events:
        assert event.type in TYPES
        assert [claim.about for claim in event.claims if claim.about == "event"]
        assert [(name, span) for name, span in named_spans(event) if parts[span.part][span.start : span.end] != name] == []
        assert all(0 <= span.start < span.end <= len(parts[span.part]) for span in all_spans(event))


@settings(max_examples=40, deadline=None)
@given(GARBLED)
def test_the_same_text_reads_the_same(body: str) -> None:
    assert repr(extract(report(body), SOURCE)) == repr(extract(report(body), SOURCE))

"""The cascade in one place: text -> sentences -> mentions -> drafts -> events, in the spirit of FASTUS and NEXUS.

    tokens, sentences    tokens.py        1     counts, outcomes     counts.py, outcomes.py   10
    annotations          annotate.py      2     merging              draft.py                 11
    phrases, verbs       chunk.py         3     claims               claims.py                12
    subjects, objects    syntax.py        4     records              assemble.py              13
    frames               fire.py          5     the lead             lead.py                  14
    news or talk, fills  accept.py, telling.py, filling.py 11d to f: linear models, for attacks in longer copy
    voices, modality, time, place: attribution.py 6, modality.py 7, times.py 8, places.py 9

Hobbs et al., "FASTUS: A Cascaded Finite-State Transducer" (1997); Tanev, Piskorski, Atkinson, "Real-Time News Event
Extraction for Global Crisis Monitoring" (NLDB 2008).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from streams.domain.event import Place
from streams.domain.naming import NameFinder
from streams.domain.reading import ReadEvent
from streams.domain.report import Report
from streams.domain.source import Source
from streams.extraction.accept import judged
from streams.extraction.assemble import assemble
from streams.extraction.background import with_background
from streams.extraction.bands import only_band
from streams.extraction.circumstance import news_of_its_own
from streams.extraction.draft import Draft, merge
from streams.extraction.foreign import read_foreign
from streams.extraction.gazetteer import Gazetteer, gazetteer
from streams.extraction.grammar import neutral
from streams.extraction.lead import choose_lead
from streams.extraction.lexicon_cache import language_of, lexicon, with_lexicon
from streams.extraction.lexicon_types import Lexicon
from streams.extraction.model import Candidate, Sentence
from streams.extraction.places import countries_of, dateline_place
from streams.extraction.ranking import with_statements
from streams.extraction.sentences import mentions, read_sentences
from streams.extraction.specific import keep_specific
from streams.extraction.story import read_story
from streams.extraction.tables import DEFAULT_LANGUAGE
from streams.extraction.times import day_of
from streams.extraction.topics import literal


@dataclass(slots=True)
class Steps:
    """What each step of one reading handed on. `extract` makes events of it; trace.py says from it why they were read."""

    sentences: list[Sentence]
    told: list[Candidate]
    """Every mention whose frame fired."""
    meant: list[Candidate]
    """Those that are no figure of speech."""
    merged: list[Draft]
    specific: list[Draft]
    """Those that are events rather than talk of events."""
    kept: list[Draft]
    """Those that are news of their own: one event each."""
    lead: Draft | None
    where: Place | None
    as_of: datetime
    words: Lexicon
    places: Gazetteer
    story: ReadEvent | None = None
    """What there is to tell in a language without a lexicon: the steps are empty then."""

    @property
    def ordered(self) -> list[Draft]:
        """The drafts as their events are given: the lead first, then in order of the text."""
        return [self.lead, *(draft for draft in self.kept if draft is not self.lead)] if self.lead is not None else []


def extract(report: Report, source: Source, names: NameFinder | None = None) -> tuple[ReadEvent, ...]:
    """The events of one report, the lead first, then in order of the text. Never empty; exactly one is the lead.

    A pure function of its arguments and the packaged data. Where no typed event is recognised, and in a language without a lexicon,
    the lead is `other.story`. `names` finds names that the lexicon lacks.
    """
    return events_of(run(report, source, names), report, source)


def run(report: Report, source: Source, names: NameFinder | None = None) -> Steps:
    """Every step but the last: what is told, and which of it is the lead."""
    as_of, language = filed_at(report), language_of(report.language, report.body)
    if language not in with_lexicon():
        story = read_foreign(report, source, language, as_of, names)
        return Steps([], [], [], [], [], [], None, None, as_of, Lexicon(neutral()), Gazetteer(), story)
    words, places = lexicon(language), gazetteer(language, native=language != DEFAULT_LANGUAGE)
    home = source.official_of or _filed_in(report, places)
    sentences = read_sentences(report, home, as_of, words, places, names)
    told = mentions(sentences, source.official_of, words, places)
    meant = literal(told, sentences, words)
    merged = merge(meant, words)
    with_background(merged, sentences, words)
    specific = keep_specific(judged(merged, sentences, language, words), words)
    kept = news_of_its_own(specific)
    band = only_band(sentences)
    for draft in kept:
        draft.band = band
    with_statements(kept)
    where = _dateline_place(report, sentences, places)
    return Steps(sentences, told, meant, merged, specific, kept, choose_lead(kept, words), where, as_of, words, places)


def events_of(steps: Steps, report: Report, source: Source) -> tuple[ReadEvent, ...]:
    """The last step: drafts as events."""
    if steps.story is not None:
        return (steps.story,)
    words, when = steps.words, day_of(steps.as_of)
    if steps.lead is None:
        return (read_story(report, source, steps.sentences, steps.where, steps.as_of, words),)
    return tuple(assemble(draft, draft is steps.lead, report, source, words, steps.places, steps.where, when) for draft in steps.ordered)


def filed_at(report: Report) -> datetime:
    """The moment that relative times count from: the dateline's date, else publication."""
    if report.dateline is not None and report.dateline.date is not None:
        return report.dateline.date
    return report.published_at


def _dateline_place(report: Report, sentences: list[Sentence], places: Gazetteer) -> Place | None:
    """Where the copy was filed: the place of an event that the text puts nowhere."""
    if report.dateline is None or not report.dateline.place:
        return None
    return dateline_place(report.dateline.place, places, countries_of(sentences))


def _filed_in(report: Report, places: Gazetteer) -> str:
    """The country that the copy was filed from, the authority that holds the place where that is disputed; empty when it does not say."""
    found = dateline_place(report.dateline.place, places, frozenset()) if report.dateline is not None else None
    return found.de_facto or found.country if found is not None else ""

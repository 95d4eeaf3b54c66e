"""Steps 1 to 5 in order for one part of a report: from text to sentences that are read through, with their mentions."""

from __future__ import annotations

from datetime import datetime

from streams.domain.event import Modality, Precision
from streams.domain.naming import NameFinder
from streams.domain.report import Report
from streams.extraction.annotate import annotate
from streams.extraction.attribution import chain, place_voice, voices
from streams.extraction.chunk import chunk
from streams.extraction.fire import fire
from streams.extraction.gazetteer import Gazetteer
from streams.extraction.lexicon_types import Lexicon
from streams.extraction.modality import modality_of
from streams.extraction.model import Candidate, Sentence, Text, Voice
from streams.extraction.named import Seen, names_in, with_names
from streams.extraction.places import countries_of, mark_places, place_of, target_place
from streams.extraction.split import lend_owner, resolve_pronouns, split_targets
from streams.extraction.times import apply_when
from streams.extraction.tokens import tokenize

OPENING = 3
"""Headline and lede are read in full, the rest only where a word of the lexicon promises something."""
MAX_SENTENCE = 200
"""Tokens of a sentence that are read together. Longer ones (tables, lists) are cut: wire sentences rarely pass 60."""


def read_sentences(
    report: Report, home: str, as_of: datetime, lexicon: Lexicon, gazetteer: Gazetteer, names: NameFinder | None = None
) -> list[Sentence]:
    """Every sentence of headline and body, chunked, dated, placed and attributed. `home`: the country the copy speaks from."""
    found: list[Sentence] = []
    seen = names_in(report, names)
    if report.headline and report.headline.strip() != report.body.strip():
        text = tokenize(report.headline, "headline", lexicon.abbreviations, lexicon.grammar)
        found += _sentences(text, 0, 0, as_of, lexicon, seen)
    skip = report.dateline.span.end if report.dateline is not None and report.dateline.span is not None else 0
    body = tokenize(report.body, "body", lexicon.abbreviations, lexicon.grammar)
    found += _sentences(body, skip, len(found), as_of, lexicon, seen)
    countries = countries_of(found)
    speaker: Voice | None = None
    known: dict[str, Voice] = {}
    past = False
    for sentence in found:
        past = sentence.historical or (past and sentence.when is None and sentence.text.part == "body" and bool(sentence.nodes))
        mark_places(sentence, gazetteer, countries)
        sentence.voices = [place_voice(voice, known, home) for voice in voices(sentence, lexicon, speaker)]
        speaker = sentence.voices[-1] if sentence.voices else speaker
        past = past and (sentence.historical or not sentence.voices)
        sentence.historical = past
    return found


def _sentences(text: Text, skip: int, index: int, as_of: datetime, lexicon: Lexicon, seen: Seen) -> list[Sentence]:
    found: list[Sentence] = []
    told: datetime | None = None
    for begin, end in text.sentences:
        while begin < end and text.starts[begin] < skip and text.part == "body":
            begin += 1
        for i in range(begin, end, MAX_SENTENCE):
            j = min(end, i + MAX_SENTENCE)
            sentence = _sentence(text, i, j, index + len(found), as_of, lexicon, seen, told)
            told = sentence.when.start if sentence.when is not None and sentence.when.precision in _DAILY else told
            found.append(sentence)
    return found


_DAILY = frozenset({Precision.HOUR, Precision.DAY_PART, Precision.DAY})
"""Times that "two days earlier" can count from."""


def _sentence(text: Text, i: int, j: int, index: int, as_of: datetime, lexicon: Lexicon, seen: Seen, told: datetime | None) -> Sentence:
    items = with_names(annotate(text, i, j, lexicon), text, seen) if seen else annotate(text, i, j, lexicon)
    entries = [item.entry for item in items if item.entry is not None]
    if index >= OPENING and True not in [entry.hot for entry in entries]:
        return Sentence(text, index, i, j, [], items)
    sentence = Sentence(text, index, i, j, chunk(items, text, lexicon), items, year=as_of.year)
    sentence.features = frozenset().union(*[entry.features for entry in entries])
    apply_when(sentence, items, as_of, lexicon, told)
    return sentence


def mentions(sentences: list[Sentence], official: str, lexicon: Lexicon, gazetteer: Gazetteer) -> list[Candidate]:
    """The event mentions of all sentences with modality, voices, place and time. `official`: whose voice the source is."""
    found: list[Candidate] = []
    countries = countries_of(sentences)
    before: Sentence | None = None
    operator = ""
    for sentence in sentences:
        if before is not None and before.text is sentence.text:
            sentence.context = before.features
        for fired in fire(sentence):
            resolve_pronouns(fired, before)
            for candidate in split_targets(fired, lexicon):
                candidate.modality = Modality.ATTEMPTED if "foiled" in candidate.frame.options else modality_of(candidate)
                candidate.voices = chain(sentence.voices, candidate.at)
                candidate.place = target_place(candidate, gazetteer, countries) or place_of(candidate)
                lend_owner(candidate, official, countries, operator)
                operator = next((node.operator for node in candidate.targets if node.operator), operator)
                candidate.when = sentence.when
                found.append(candidate)
        before = sentence
    return found

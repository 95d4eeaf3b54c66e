"""What sentences add to events told elsewhere: counts, the fate of a crew, a denial, "could not be verified"."""

from __future__ import annotations

from dataclasses import replace

from streams.domain.event import HolderKind, Stance
from streams.extraction.attribution import chain
from streams.extraction.counts import counts_of
from streams.extraction.draft import Draft
from streams.extraction.lexicon_types import Lexicon
from streams.extraction.model import Sentence, Voice
from streams.extraction.outcomes import crew_outcome

_BACK = 4
"""Sentences over which a remark looks back for what it speaks of."""
_COUNT_BACK = 2
_NAMED = frozenset({HolderKind.OFFICIAL, HolderKind.EYEWITNESS})


def with_background(drafts: list[Draft], sentences: list[Sentence], lexicon: Lexicon) -> None:
    """Attach to every draft what its own and the following sentences say of it."""
    told: dict[int, list[Draft]] = {}
    for draft in drafts:
        for mention in draft.mentions:
            spoken = told.setdefault(mention.sentence.index, [])
            if draft not in spoken:
                spoken.append(draft)
    for sentence in sentences:
        _counts(sentence, told, lexicon)
        _crew(sentence, told, lexicon)
        _remark(sentence, told)


def _nearest(index: int, told: dict[int, list[Draft]], back: int) -> list[Draft]:
    return next((told[k] for k in range(index, index - back - 1, -1) if k in told), [])


def _counts(sentence: Sentence, told: dict[int, list[Draft]], lexicon: Lexicon) -> None:
    """A count belongs to the event of its sentence whose trigger stands nearest before it, else to the sentence before's."""
    for at, count in counts_of(sentence, lexicon):
        drafts = _nearest(sentence.index, told, _COUNT_BACK)
        if not drafts:
            continue
        here = [(m.at, d) for d in drafts for m in d.mentions if m.sentence is sentence]
        home = min(here, key=lambda pair: abs(pair[0] - at))[1] if here else drafts[0]
        home.counts.append(replace(count, holder=_counting(sentence, at)))


def _counting(sentence: Sentence, at: int) -> str:
    """Who gives a number: the named voice whose scope holds it, empty where the source itself does."""
    named = [v for v in chain(sentence.voices, at) if v.kind in _NAMED and v.stance is not Stance.DENIES]
    return named[0].holder if named else ""


def _crew(sentence: Sentence, told: dict[int, list[Draft]], lexicon: Lexicon) -> None:
    outcome = crew_outcome(sentence, lexicon)
    if outcome is None:
        return
    for draft in _nearest(sentence.index, {k: aircraft for k, drafts in told.items() if (aircraft := _with_aircraft(drafts))}, _BACK):
        draft.outcome = draft.outcome or outcome
        for mention in draft.mentions:
            if mention.sentence is sentence:
                mention.outcome = outcome


def _with_aircraft(drafts: list[Draft]) -> list[Draft]:
    """Those of the drafts that tell of an aircraft: a captured pilot is its crew, though the sentence tells of an arrest."""
    return [d for d in drafts if any(node.cls.startswith("aircraft") for mention in d.mentions for node in mention.targets)]


def _remark(sentence: Sentence, told: dict[int, list[Draft]]) -> None:
    """ "But Baku denied the report": a denial or doubt with no event in its scope speaks of the nearest event before it."""
    mine = [mention.at for draft in told.get(sentence.index, ()) for mention in draft.mentions if mention.sentence is sentence]
    for voice in sentence.voices:
        if voice.stance is Stance.DENIES and not any(voice.start <= at < voice.end for at in mine):
            _bind(sentence, voice, told, here=any(at < voice.start for at in mine))
    doubt = next((node for node in sentence.nodes if node.has("doubt")), None) if "doubt" in sentence.features else None
    if doubt is not None:
        span = sentence.text.span(doubt.i, doubt.j)
        _bind(sentence, Voice("", HolderKind.SOURCE, "", Stance.UNVERIFIED, (), span, 0, 0), told, here=bool(mine))


def _bind(sentence: Sentence, voice: Voice, told: dict[int, list[Draft]], here: bool) -> None:
    for draft in _nearest(sentence.index - (not here), told, _BACK):
        draft.remarks.append(voice)

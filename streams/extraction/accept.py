"""Step 11e: of the attacks that the frames found, which the report tells of; and those that it tells of and no frame found.

The models of telling.py judge; a short item, which has no room for history and talk, is left to the frames, and what headline or
lede tells with a verb needs little to stand. Combat between armed sides is no attack on civilians: it stays, as what it is.
"""

from __future__ import annotations

from collections.abc import Sequence

from streams.domain.event import Modality
from streams.extraction.attribution import chain
from streams.extraction.chunk import chunk
from streams.extraction.draft import Draft
from streams.extraction.filling import fills_of
from streams.extraction.lexicon_types import Lexicon
from streams.extraction.linear import Linear, has_linear, linear
from streams.extraction.modality import modality_of
from streams.extraction.model import Candidate, Frame, Sentence
from streams.extraction.places import place_of
from streams.extraction.telling import KIND_OF, KINDS, LIVE, Telling, judge, may_tell

TOLD = -250
"""Score from which a report tells of a kind, in 1/SCALE of log-odds; chosen by cross-validation on the training part."""
_SENTENCES, _REPORTS, _FILLS = "telling.tsv.gz", "told.tsv.gz", "fills.tsv.gz"
_HARDLY = -1000
"""Score below which not even headline and lede make an event of it."""
_OPENING = 2
_SHORT = 4
"""Sentences up to which an item has no room for history and talk."""
_PLAIN = {
    "attack": "conflict.attack_civilians",
    "bombing": "conflict.bombing",
    "abduction": "conflict.abduction",
    "arson": "conflict.arson",
}
_OWN = frozenset({"conflict.aircraft_downed", "conflict.equipment_destroyed"})
"""Types that frames tell by their objects, which are no phrase to choose: the models have no say."""
_JUDGED = {name: kind for name, kind in KIND_OF.items() if name not in _OWN}
_CLASH = "conflict.ground_clash"
_FIGHTERS = ("org.military", "person.military", "person.militant", "actor.armed", "actor.military", "base")
_JOINED = "the report tells of one such event there"


def judged(drafts: list[Draft], sentences: Sequence[Sentence], language: str, lexicon: Lexicon) -> list[Draft]:
    """The drafts that stand, in a language that has the models and a report that may tell of an attack; else all of them."""
    if len(sentences) <= _SHORT or not has_linear(language, _FILLS):
        return drafts
    model = linear(language, _SENTENCES)
    if not may_tell(sentences, drafts, model, lexicon):
        return drafts
    telling = judge(sentences, drafts, model, linear(language, _REPORTS), lexicon)
    for draft in drafts:
        kind = _JUDGED.get(draft.type)
        if kind is not None:
            draft.told, draft.because = telling.reports[kind], telling.because[kind]
    return accept(drafts, sentences, telling, linear(language, _FILLS), lexicon)


def accept(drafts: Sequence[Draft], sentences: Sequence[Sentence], telling: Telling, fills: Linear, lexicon: Lexicon) -> list[Draft]:
    """The drafts that are events of the report, in order; attacks with the phrases that fill their roles."""
    kept = [draft for draft in drafts if draft.type not in _JUDGED or draft.mentions[0].modality not in LIVE]
    for kind in KINDS:
        mine = [draft for draft in drafts if _JUDGED.get(draft.type) == kind and draft.mentions[0].modality in LIVE]
        if telling.reports[kind] <= TOLD:
            kept += _refused(mine, lexicon)
        else:
            kept += _accepted(kind, mine, drafts, sentences, telling, fills, lexicon)
    return sorted(kept, key=lambda draft: (draft.mentions[0].sentence.index, draft.order))


def stands(draft: Draft) -> bool:
    """Whether the models have little say: told with a verb and its victim in headline or lede."""
    opening = any(m.sentence.index < _OPENING and m.frame.pos == "v" and m.targets for m in draft.mentions)
    return opening and (draft.told is None or draft.told > _HARDLY)


def _refused(drafts: Sequence[Draft], lexicon: Lexicon) -> list[Draft]:
    """What of a kind is left where the report does not tell of it: the lede's own, types that are never mere talk, combat as combat."""
    kept = []
    for draft in drafts:
        if stands(draft) or draft.type not in lexicon.talk:
            kept.append(draft)
        elif _combat(draft):
            draft.type = _CLASH
            kept.append(draft)
    return kept


def _combat(draft: Draft) -> bool:
    """Whether all whom it befell, and somebody is named, are fighters."""
    targets = [node for mention in draft.mentions for node in mention.targets if node.cls not in ("pron", "number")]
    return bool(targets) and all(node.cls.startswith(_FIGHTERS) for node in targets)


def _accepted(
    kind: str, mine: list[Draft], drafts: Sequence[Draft], sentences: Sequence[Sentence], telling: Telling, fills: Linear, lexicon: Lexicon
) -> list[Draft]:
    """The draft that the sentences tell most of, with its fills, and those that are events apart."""
    scores = telling.of(kind)
    if not mine:
        mine = [_made(kind, sentences[scores.index(max(scores))], telling, lexicon, len(drafts) + KINDS.index(kind))]
    main = max(mine, key=lambda draft: (max(scores[m.sentence.index] for m in draft.mentions), -draft.order))
    main.fills = fills_of(kind, sentences, telling, drafts, fills)
    kept = [main]
    for draft in mine:
        if draft is main:
            continue
        if draft.type not in lexicon.talk or _apart(draft, main):
            kept.append(draft)
        else:
            _take_in(main, draft)
    return kept


def _apart(draft: Draft, main: Draft) -> bool:
    """Whether the text puts them in two places, each more exact than a country."""
    one, other = draft.main.place, main.main.place
    exact = one is not None and other is not None and "country" not in (one.precision.value, other.precision.value)
    return exact and one is not None and other is not None and one.name != other.name


def _take_in(main: Draft, draft: Draft) -> None:
    """The one event that the report tells of takes in what else is said of it."""
    main.mentions += draft.mentions
    main.merged += [_JOINED, *draft.merged]
    main.counts += draft.counts
    main.remarks += draft.remarks
    main.outcome = main.outcome or draft.outcome


def _made(kind: str, sentence: Sentence, telling: Telling, lexicon: Lexicon, order: int) -> Draft:
    """A draft of what no frame found, at the word that tells most of it."""
    if not sentence.nodes:
        sentence.nodes = chunk(sentence.items, sentence.text, lexicon)
    at = _teller(kind, sentence, telling)
    frame = Frame(_PLAIN[kind], "s", (), frozenset(), f"{_PLAIN[kind]}/s:{sentence.nodes[at].word}")
    made = Candidate(_PLAIN[kind], sentence, at, frame)
    made.modality = modality_of(made)
    if made.modality not in LIVE:
        made.modality = Modality.ACTUAL
    made.voices, made.place, made.when = chain(sentence.voices, at), place_of(made), sentence.when
    return Draft(made.type, [made], order, told=telling.reports[kind], because=telling.because[kind])


def _teller(kind: str, sentence: Sentence, telling: Telling) -> int:
    """The index of the node whose word weighs most."""
    weights, at = telling.weights, KINDS.index(kind)
    return max(range(len(sentence.nodes)), key=lambda k: (weights.get(sentence.nodes[k].word, (0,) * len(KINDS))[at], -k))

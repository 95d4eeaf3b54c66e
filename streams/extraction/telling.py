"""Step 11d: which kinds of attack a report tells of, by two linear models: one over the words of each sentence, one over its scores.

The first says how much a sentence tells of an attack, a bombing, an abduction, an arson of its own (rather than of combat, history, law
or politics); the second, from the sentences' scores and the frames that fired, whether the report does. Both are trained on labelled
newswire by streams/extraction/train; every score is a sum of named features.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import exp, isqrt, log1p

from streams.domain.event import Modality
from streams.extraction.draft import Draft
from streams.extraction.lexicon_types import Lexicon
from streams.extraction.linear import SCALE, Linear
from streams.extraction.model import Sentence
from streams.extraction.symbols import CLOSED, OTHER, Symbols, symbols_of

KINDS = ("attack", "bombing", "abduction", "arson")
KIND_OF = {
    "conflict.targeted_killing": "attack",
    "conflict.attack_civilians": "attack",
    "conflict.shelling_missile": "attack",
    "conflict.airstrike": "attack",
    "conflict.drone_strike": "attack",
    "conflict.aircraft_downed": "attack",
    "conflict.equipment_destroyed": "attack",
    "security.shooting": "attack",
    "conflict.bombing": "bombing",
    "conflict.suicide_bombing": "bombing",
    "conflict.abduction": "abduction",
    "conflict.arson": "arson",
}
"""What the models call the event types."""
LIVE = frozenset({Modality.ACTUAL, Modality.ATTEMPTED, Modality.PLANNED})
_SHORTEST = 12
"""Features that a short sentence counts as having: a headline of three words is no surer than a sentence."""
_FLOOR = -6000
"""Scores below it say nothing more."""
QUIET = [_FLOOR] * len(KINDS)
"""The scores of a sentence without a word that weighs."""
_APART = ("best0", "number")
"""What weighs differently by kind."""
_OPENING = 2
_WEIGHS, _WEIGHS_MUCH = 2000, 4000
"""A word over which a report may tell of an attack, before the sentence's length is taken into account."""


@dataclass(slots=True)
class Telling:
    """How much each sentence of a report tells of each kind, in 1/SCALE of log-odds, in step with the sentences."""

    see: Callable[[int], Symbols]
    """The symbols of sentence q, worked out where they are asked for."""
    scores: list[list[int]]
    weights: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    reports: dict[str, int] = field(default_factory=dict)
    """The second model's score of each kind for the whole report."""
    because: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    """The terms of those scores."""
    _symbols: dict[int, Symbols] = field(default_factory=dict)

    def seen(self, q: int) -> Symbols:
        """The symbols of sentence q."""
        if q not in self._symbols:
            self._symbols[q] = self.see(q)
        return self._symbols[q]

    def of(self, kind: str) -> list[int]:
        """Every sentence's score of one kind."""
        at = KINDS.index(kind)
        return [scores[at] for scores in self.scores]


def tell(sentences: Sequence[Sentence], model: Linear, lexicon: Lexicon) -> Telling:
    """The score of every sentence; one without a word that weighs tells of nothing."""
    loud = loud_words(model.weights, lexicon)
    telling = Telling(lambda q: symbols_of(sentences[q], model.weights, lexicon), [], model.weights)
    for q, sentence in enumerate(sentences):
        quiet = loud.isdisjoint(sentence.text.words[sentence.i : sentence.j])
        telling.scores.append(QUIET if quiet else normed(model, sentence_features(telling.seen(q), sentence)))
    return telling


def judge(sentences: Sequence[Sentence], drafts: Sequence[Draft], model: Linear, told: Linear, lexicon: Lexicon) -> Telling:
    """The score of every sentence and, from them, of the report."""
    telling = tell(sentences, model, lexicon)
    telling.because = {kind: told.products(report_features(kind, telling, drafts)) for kind in KINDS}
    telling.reports = {kind: sum(term for _, term in terms) for kind, terms in telling.because.items()}
    return telling


def may_tell(sentences: Sequence[Sentence], drafts: Sequence[Draft], model: Linear, lexicon: Lexicon) -> bool:
    """A cheap look: whether some attack that a frame found may be talk; where none found any, whether a word weighs much for some kind.
    Reports of war alone are the frames'.
    """
    found = [draft.type in lexicon.talk for draft in drafts if draft.type in KIND_OF]
    if found:
        return any(found)
    loud = loud_words(model.weights, lexicon, _WEIGHS_MUCH)
    return any(not loud.isdisjoint(text.words) for text in {id(sentence.text): sentence.text for sentence in sentences}.values())


_LOUD: dict[tuple[int, int], frozenset[str]] = {}


def loud_words(weights: Mapping[str, tuple[int, ...]], lexicon: Lexicon, least: int = _WEIGHS) -> frozenset[str]:
    """The words that weigh, function words and times aside; worked out once a model."""
    known = _LOUD.get((id(weights), least))
    if known is None:
        found = {name for name, row in weights.items() if max(row) > least and name.isalpha()}
        known = _LOUD[id(weights), least] = frozenset(name for name in found if not _closed(name, lexicon))
    return known


def _closed(word: str, lexicon: Lexicon) -> bool:
    entry = lexicon.phrases[word][0] if word in lexicon.phrases else None
    return entry is not None and not entry.tags.isdisjoint(CLOSED)


def normed(model: Linear, features: set[str]) -> list[int]:
    """The scores of a sentence: its sum is divided by the root of the number of its known features, so that length alone says nothing."""
    known = [feature for feature in features if feature in model.weights]
    root = isqrt(SCALE * SCALE * max(_SHORTEST, len(known)))
    bias = model.weights["bias"]
    return [b + (total - b) * SCALE // root for total, b in zip(model.scores(known), bias, strict=True)]


def sentence_features(seen: Symbols, sentence: Sentence) -> set[str]:
    """Symbols, pairs of neighbours, lexicon phrases, classes of phrases, lemmas of verbs, and where the sentence stands."""
    names, found = seen.names, set()
    for k, name in enumerate(names):
        if name != OTHER and seen.kinds[k] != "m":
            found.add(name)
        if k and seen.kinds[k] != "m" and seen.kinds[k - 1] != "m":
            found.add(f"{names[k - 1]} {name}")
    words = sentence.text.words
    found.update("_".join(words[item.i : item.j]) for item in sentence.items if item.j - item.i > 1 and item.entry is not None)
    found.update(f"<{cls}>" for cls, kind in zip(seen.classes, seen.kinds, strict=True) if kind == "n")
    found.update(f"v:{lemma}" for _, lemma in seen.verbs)
    found.add(f"at={min(6, sentence.index)}")
    if sentence.historical:
        found.add("past")
    return found


def report_features(kind: str, telling: Telling, drafts: Sequence[Draft]) -> dict[str, int]:
    """What the second model sees of a kind, each in 1/SCALE: the best sentences' scores, how many tell of it, other kinds, the frames."""
    scores = telling.of(kind)
    best = [max(_FLOOR, score) for score in sorted(scores, reverse=True)[:3]]
    best += [_FLOOR] * (3 - len(best))
    others = max((row[at] for row in telling.scores for at, other in enumerate(KINDS) if other != kind), default=_FLOOR)
    found = {f"best{n}": score for n, score in enumerate(best)}
    found |= {
        "mean": sum(best) // 3,
        "others": others,
        "first": scores[0] if scores else _FLOOR,
        "length": SCALE * len(scores).bit_length(),
    }
    found["number"] = sum(round(SCALE / (1 + exp(-score / SCALE))) for score in scores)
    found["any"] = _any(scores)
    found["at"] = SCALE * min(10, scores.index(max(scores))) if scores else 0
    found |= _frames(kind, drafts)
    return found | {f"{kind}&{name}": found[name] for name in _APART} | {kind: SCALE}


def _any(scores: Sequence[int]) -> int:
    """The log-odds that some sentence tells of it, were they independent."""
    none = sum(log1p(exp(score / SCALE)) for score in scores)
    return max(_FLOOR, round(SCALE * (log1p(-exp(-none)) + none))) if none > 0 else _FLOOR


def _frames(kind: str, drafts: Sequence[Draft]) -> dict[str, int]:
    """What the frames found of the kind."""
    mentions = [m for draft in drafts if KIND_OF.get(draft.type) == kind and draft.mentions[0].modality in LIVE for m in draft.mentions]
    opening = any(mention.sentence.index < _OPENING for mention in mentions)
    named = any(node.proper for mention in mentions for node in mention.targets)
    return {
        "frames": SCALE * bool(mentions),
        "mentions": SCALE * len(mentions).bit_length(),
        "opening": SCALE * opening,
        "named": SCALE * named,
    }

"""Step 11f: who and what: the phrases of a report that fill the roles of an attack it tells of, chosen by a linear model.

Every phrase of the sentences that tell of it most is scored for five roles at once; a phrase is kept when its score passes the role's
mark, the surest first, one form an entity. The marks lie far below even odds: a fill is worth giving when it is right more often than half
the F1 reached (Lewis, "Evaluating and optimizing autonomous text classification systems", SIGIR 1995).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from operator import add

from streams.extraction.draft import Draft
from streams.extraction.linear import SCALE, Linear
from streams.extraction.model import Fill, Sentence
from streams.extraction.phrases import Describer, Phrase, phrases
from streams.extraction.symbols import Symbols
from streams.extraction.telling import KIND_OF, KINDS, Telling

ROLES = ("person", "group", "victim", "thing", "weapon")
"""Who did it, for whom, to whom, to what, with what."""
MARKS = {"person": -1200, "group": -1200, "victim": -1200, "thing": -1200, "weapon": -1200}
"""Score that a fill must pass, in 1/SCALE of log-odds; chosen by cross-validation on the training part (docs/quality.md)."""
_SENTENCES = 5
_SURE = 2
"""Best sentences that are read whatever their score."""
_FAINT = -3000
_MOST = 12
"""Fills of one role."""
_STEPS = 4
_TERMS = 4
_HOPELESS = -4000
"""Score without the phrase's own terms under which it is not looked at further: they add little more than half of it."""
_HALF = SCALE // 2
_SURELY = 8


Framed = dict[int, list[tuple[int, int, int, str, str]]]
"""By sentence the phrases that frames put in a role: start, start of the name, end, role, kind."""


@dataclass(frozen=True, slots=True)
class Option:
    """A phrase with its words as they are compared, and what describes it: shared with others of its left or right edge, or its own."""

    words: tuple[str, ...]
    index: int
    phrase: Phrase
    left: Sequence[str]
    right: Sequence[str]
    place: Sequence[str]
    describe: Callable[[Phrase], list[str]]

    @property
    def features(self) -> list[str]:
        """All of it."""
        return [*self.left, *self.right, *self.place, *self.describe(self.phrase)]


def fills_of(kind: str, sentences: Sequence[Sentence], telling: Telling, drafts: Sequence[Draft], model: Linear) -> list[Fill]:
    """The fills of one event of the kind, the surest first."""
    # The options are kept while their lists are known by identity.
    found = tuple(options(kind, sentences, telling, drafts))
    scored: list[tuple[int, str, Option]] = []
    known: dict[int, int] = {}
    for option in found:
        for role, score in _scores(option, model, known):
            if score > MARKS[role]:
                scored.append((score - MARKS[role], role, option))
    scored.sort(key=lambda found: (-found[0], found[1], found[2].index, found[2].phrase.i, found[2].phrase.j))
    return [_fill(score + MARKS[role], role, option, sentences, model) for score, role, option in _chosen(scored)]


def _scores(option: Option, model: Linear, known: dict[int, int]) -> list[tuple[str, int]]:
    """The scores of the roles. What phrases share is summed once; what is hopeless by that alone is not looked at further."""
    shared = 0
    for features in (option.left, option.right, option.place):
        total = known.get(id(features))
        if total is None:
            total = known[id(features)] = model.packed(features)
        shared += total
    if max(map(add, model.unpacked(shared), model.bias)) < _HOPELESS:
        return []
    sums = model.unpacked(shared + model.packed(option.describe(option.phrase)))
    return list(zip(model.outputs, map(add, sums, model.bias), strict=True))


def _fill(score: int, role: str, option: Option, sentences: Sequence[Sentence], model: Linear) -> Fill:
    sentence, phrase = sentences[option.index], option.phrase
    terms = tuple(model.terms(option.features, role, _TERMS))
    return Fill(role, sentence, sentence.i + phrase.i, sentence.i + phrase.j, score, terms)


def _chosen(scored: list[tuple[int, str, Option]]) -> list[tuple[int, str, Option]]:
    """One role a phrase, one form an entity, no token twice in a role."""
    kept: list[tuple[int, str, Option]] = []
    used: set[tuple[str, ...]] = set()
    tokens: dict[str, set[tuple[int, int]]] = {role: set() for role in ROLES}
    named: dict[str, list[str]] = {role: [] for role in ROLES}
    for found in scored:
        _, role, option = found
        mine = {(option.index, k) for k in range(option.phrase.i, option.phrase.j)}
        name = f" {' '.join(option.words)} "
        if option.words in used or mine & tokens[role] or len(named[role]) >= _MOST or any(name in o or o in name for o in named[role]):
            continue
        used.add(option.words)
        tokens[role] |= mine
        named[role].append(name)
        kept.append(found)
    return kept


# ---- what there is to choose from


def options(kind: str, sentences: Sequence[Sentence], telling: Telling, drafts: Sequence[Draft]) -> Iterator[Option]:
    """Every phrase of the sentences that tell of the kind most, with its features."""
    scores = telling.of(kind)
    order = sorted(range(len(scores)), key=lambda q: (-scores[q], q))
    chosen = _read(order, scores)
    cut = {q: phrases(telling.seen(q)) for q in chosen}
    words = {q: [tuple(_compared(telling.seen(q), phrase)) for phrase in cut[q]] for q in chosen}
    told = Counter(name for q in chosen for name in words[q])
    roles = _framed(drafts)
    for q in chosen:
        place = _place(kind, q, order, scores, telling)
        describer = Describer(telling.seen(q))
        describe = partial(_describe, kind, describer, sentences[q], dict(zip(cut[q], words[q], strict=True)), told, roles)
        for phrase, name in zip(cut[q], words[q], strict=True):
            if name:
                yield Option(name, q, phrase, describer.left(phrase), describer.right(phrase), place, describe)


def _describe(
    kind: str,
    describer: Describer,
    sentence: Sentence,
    words: Mapping[Phrase, tuple[str, ...]],
    told: Mapping[tuple[str, ...], int],
    roles: Framed,
    phrase: Phrase,
) -> list[str]:
    """What describes one phrase alone."""
    whole = describer.whole(phrase)
    return [*whole, f"cnt={min(4, told[words[phrase]])}", f"{kind}{whole[1]}", *_frame(kind, phrase, sentence, roles)]


def _compared(seen: Symbols, phrase: Phrase) -> Iterator[str]:
    """The words of a phrase without marks and articles."""
    for k in range(phrase.i, phrase.j):
        if seen.words[k][0].isalnum() and not seen.determiners[k]:
            yield seen.words[k]


def _read(order: Sequence[int], scores: Sequence[int]) -> list[int]:
    """The sentences to look in: the best, and what follows the very best."""
    found: set[int] = set()
    for rank, q in enumerate(order[:_SENTENCES]):
        if rank < _SURE or scores[q] > _FAINT:
            found.add(q)
        found |= {q - 1, q + 1} if rank == 0 else set()
    return sorted(q for q in found if 0 <= q < len(scores))


def _place(kind: str, q: int, order: Sequence[int], scores: Sequence[int], telling: Telling) -> list[str]:
    """Where the sentence stands among those that tell of the kind."""
    top, at = order[0], KINDS.index(kind)
    others = max(score for other, score in enumerate(telling.scores[q]) if other != at)
    return [
        f"rank={min(6, order.index(q))}",
        f"z={_step(scores[q])}",
        f"below={min(6, (scores[top] - scores[q]) // SCALE)}",
        f"at={min(6, q)}",
        f"from={max(-_STEPS, min(_STEPS, q - top))}",
        f"kind={kind}",
        f"top={_step(scores[top])}",
        f"told={max(-_STEPS, min(_SURELY, telling.reports[kind] // _HALF))}",
        f"over={max(-3, min(3, (scores[q] - others) // SCALE))}",
    ]


def _step(score: int) -> int:
    return max(-_STEPS, min(_STEPS, score // SCALE))


def _framed(drafts: Sequence[Draft]) -> Framed:
    """By sentence the phrases that frames put in a role: start, start of the name, end, role, kind."""
    found: Framed = {}
    for draft in drafts:
        kind = KIND_OF.get(draft.type, "")
        for mention in draft.mentions:
            for role, nodes in (("A", mention.initiators), ("O", mention.targets), ("I", mention.instruments)):
                for node in nodes:
                    found.setdefault(mention.sentence.index, []).append((node.i, node.name_i, node.j, role, kind))
    return found


def _frame(kind: str, phrase: Phrase, sentence: Sentence, roles: Framed) -> list[str]:
    """Whether a frame puts the phrase, or one that overlaps with it, in a role, and a frame of the kind at that."""
    i, j, head = phrase.i + sentence.i, phrase.j + sentence.i, phrase.head + sentence.i
    found = []
    for start, name, end, role, of in roles.get(sentence.index, ()):
        same = "=" if of == kind else "~"
        if end == j and i in (start, name):
            found += [f"fx={role}", f"fx={role}{same}"]
        elif name <= head < end or (i <= name and end <= j):
            found += [f"fo={role}", f"fo={role}{same}"]
    return found

"""What train_fills.py begins with, telling.tsv.gz and told.tsv.gz: which kinds of attack a sentence tells of, and from that a report.

Labels are of reports, not of sentences. A sentence is first taken to tell a kind when it holds fills of a template of the kind, and none
does in reports without one; then, round by round, the best sentence of every report that tells the kind is added, and sentences that the
model (trained on the other folds) finds unlikely are left out. The second model sees scores of models that did not see the report.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

from deploy.lexicon.labelled import FOLDS, Array, Message, design, frequent, logistic, norm, whole
from streams.extraction.lexicon_cache import lexicon
from streams.extraction.linear import BIAS, SCALE, Linear
from streams.extraction.symbols import Symbols, symbols_of
from streams.extraction.telling import KINDS as NAMES
from streams.extraction.telling import QUIET, Telling, loud_words, report_features, sentence_features

TARGET = Path(__file__).parents[2] / "streams" / "extraction" / "lexicon" / "en"
RIDGE, ROUNDS, LEAST = 0.111, 4, 5
RIDGE_TOLD = 1.0
SHORTEST, STEPS = 12, 50
UNLIKELY = -3.0
_WEIGHT = {"victim": 2, "thing": 2, "weapon": 2, "person": 1, "group": 1}
_ENOUGH = 2

Flags = NDArray[np.bool_]


def support(message: Message, kind: str) -> list[int]:
    """How many of the fills of the kind's best-matched template stand in each sentence; -1 in a report without the kind."""
    if not message.allowed(kind):
        return [-1] * len(message.sentences)
    found = []
    for sentence in message.sentences:
        text = f" {norm(' '.join(sentence.text.words[sentence.i : sentence.j]))} "
        told = [t for t in message.told if kind in t.kinds]
        found.append(max(sum(_WEIGHT[role] for role, fills in t.fills.items() if _any(fills, text)) for t in told))
    return found


def _any(fills: list[set[str]], text: str) -> bool:
    return any(f" {name} " in text for fill in fills for name in fill)


def rounds(x: csr_matrix, owner: NDArray[np.int64], corpus: list[Message], kind: str) -> tuple[Array, Array]:
    """(coefficients of the final model, scores of every sentence by models that did not see its report)."""
    lab = np.array([n for message in corpus for n in support(message, kind)])
    fold = np.array([corpus[i].fold for i in owner])
    positive: Flags = lab >= _ENOUGH
    use: Flags = positive | (lab < 0)
    scores = np.zeros(len(lab))
    for turn in range(ROUNDS):
        for k in range(FOLDS):
            scores[fold == k] = _scored(x, x[fold == k], positive, use & (fold != k))
        if turn < ROUNDS - 1:
            positive, use = _relabelled(scores, lab, positive, owner, corpus, kind, turn)
    return _fit(x, positive, use), scores


def _fit(x: csr_matrix, positive: Flags, use: Flags) -> Array:
    return logistic(x[use], positive[use], np.ones(int(use.sum())), RIDGE, STEPS)


def _scored(x: csr_matrix, other: csr_matrix, positive: Flags, use: Flags) -> Array:
    beta = _fit(x, positive, use)
    return np.asarray(other @ beta[:-1] + beta[-1])


def _relabelled(
    scores: Array, lab: NDArray[np.int64], positive: Flags, owner: NDArray[np.int64], corpus: list[Message], kind: str, turn: int
) -> tuple[Flags, Flags]:
    positive = positive.copy()
    for i, message in enumerate(corpus):
        mine = np.flatnonzero(owner == i)
        if message.required(kind) and len(mine):
            positive[mine[np.argmax(scores[mine])]] = True
            if turn:
                positive[mine[(lab[mine] >= _ENOUGH) & (scores[mine] < UNLIKELY)]] = False
    return positive, positive | (lab < 0)


def learn(corpus: list[Message], common: frozenset[str]) -> tuple[Linear, Linear, list[Telling]]:
    """The model of sentences, the model of reports, and what models that did not see a report say of its sentences."""
    seen, rows, owner = _sentences(corpus, common)
    columns = frequent(rows, LEAST)
    known = np.array([sum(name in columns for name in row) for row in rows])
    x = design(rows, columns, 1.0 / np.sqrt(np.maximum(SHORTEST, known)))
    fits = [rounds(x, owner, corpus, kind) for kind in NAMES]
    weights = {name: tuple(whole(fit[0][[j]])[0] for fit in fits) for name, j in columns.items()}
    weights[BIAS] = tuple(whole(fit[0][-1:])[0] for fit in fits)
    scores = np.round(np.stack([fit[1] for fit in fits], axis=1) * SCALE).astype(int)
    loud = loud_words(weights, lexicon("en"))
    quiet = np.array([loud.isdisjoint(s.words) for s in seen])
    scores[quiet] = QUIET
    print(f"{len(columns)} features; {len(loud)} words weigh; {float(quiet.mean()):.0%} of the sentences have none")
    tellings = [_telling(seen, scores, np.flatnonzero(owner == i)) for i in range(len(corpus))]
    return Linear(NAMES, weights), _told(corpus, tellings), tellings


def _telling(seen: list[Symbols], scores: NDArray[np.int64], mine: NDArray[np.int64]) -> Telling:
    return Telling(lambda q: seen[mine[q]], [[int(s) for s in scores[j]] for j in mine])


def _sentences(corpus: list[Message], common: frozenset[str]) -> tuple[list[Symbols], list[list[str]], NDArray[np.int64]]:
    words = lexicon("en")
    pairs = [(i, sentence) for i, message in enumerate(corpus) for sentence in message.sentences]
    counts = frequent([sentence.text.words[sentence.i : sentence.j] for _, sentence in pairs], LEAST)
    vocabulary = common & counts.keys()
    seen = [symbols_of(sentence, vocabulary, words) for _, sentence in pairs]
    rows = [sorted(sentence_features(s, sentence)) for s, (_, sentence) in zip(seen, pairs, strict=True)]
    return seen, rows, np.array([i for i, _ in pairs])


def _told(corpus: list[Message], tellings: list[Telling]) -> Linear:
    rows, truth = list[dict[str, int]](), list[bool]()
    for message, telling in zip(corpus, tellings, strict=True):
        for kind in NAMES:
            rows.append(report_features(kind, telling, message.drafts))
            truth.append(message.allowed(kind))
    columns = {name: j for j, name in enumerate(sorted({name for row in rows for name in row}))}
    x = csr_matrix([[row.get(name, 0) / SCALE for name in columns] for row in rows])
    beta = logistic(x, np.array(truth), np.ones(len(rows)), RIDGE_TOLD)
    weights = {name: (whole(beta[[j]])[0],) for name, j in columns.items()}
    return Linear(("told",), {**weights, BIAS: (whole(beta[-1:])[0],)})

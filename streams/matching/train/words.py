"""Learn data/words.json: the log-odds curves of the word measures.

    python -m streams.matching.train.words SHARED_DATA_DIR [--half]

One logistic regression over all corpora, on piecewise-linear (hat) bases, each corpus weighted alike, curves kept smooth by a ridge on
their second differences. Pairs are those that blocking brings together. With --half only the training half of the events is used and
the table is printed instead of written: for figures on the other half. Needs numpy.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from streams.domain.incident import StoredRecord
from streams.matching.blocking import MAX_CANDIDATES, Index, word_keys
from streams.matching.features import Features, features_of
from streams.matching.texts import measures
from streams.matching.train.corpora import CORPORA, Story, load

Array = NDArray[np.float64]
TARGET = Path(__file__).parents[1] / "data" / "words.json"
SMOOTH = 20.0
RIDGE = 1.0
CORPUS_WEIGHT = 20_000.0
KNOTS: dict[str, tuple[float, ...]] = {
    "whole": (0.0, 0.05, 0.1, 0.2, 0.3, 0.45, 0.7),
    "opening": (0.0, 0.05, 0.1, 0.2, 0.3, 0.45, 0.7),
    "headline": (0.0, 0.05, 0.15, 0.3, 0.5, 0.8),
    "cover_low": (0.0, 0.15, 0.3, 0.45, 0.6, 0.8),
    "cover_high": (0.0, 0.15, 0.3, 0.45, 0.6, 0.8),
    "names": (0.0, 0.1, 0.25, 0.5, 0.8),
    "lead_names": (0.0, 0.3, 0.6, 0.95),
    "numbers": (0.0, 0.05, 0.2, 0.5),
    "copy": (0.0, 0.05, 0.2, 0.6),
}


def pairs(features: Sequence[Features]) -> dict[tuple[int, int], dict[str, float]]:
    """The measures of every pair that blocking brings together."""
    index = Index()
    for n, f in enumerate(features):
        index.add(n, f.published, word_keys(f), ())
    found: dict[tuple[int, int], dict[str, float]] = {}
    for n, f in enumerate(features):
        shared = index.shared(f.published, word_keys(f), ())
        shared.pop(n)
        for other in sorted(shared, key=lambda o: (-shared[o], o))[:MAX_CANDIDATES]:
            pair = (min(n, other), max(n, other))
            if pair not in found:
                found[pair] = measures(features[pair[0]].words, features[pair[1]].words)
    return found


def row(found: Mapping[str, float]) -> list[float]:
    """A pair's values on the bases: 1, then per measure one hat per knot and one column for an absent measure."""
    values = [1.0]
    for name, knots in KNOTS.items():
        x = found.get(name)
        values.append(float(x is None))
        values += [0.0] * len(knots) if x is None else [float(np.interp(x, knots, np.eye(len(knots))[n])) for n in range(len(knots))]
    return values


def penalty() -> Array:
    """The quadratic penalty: second differences within each curve, and a small ridge on all but the prior."""
    size = 1 + sum(1 + len(knots) for knots in KNOTS.values())
    matrix = RIDGE * np.eye(size)
    matrix[0, 0] = 0.0
    at = 1
    for knots in KNOTS.values():
        for n in range(at + 1, at + len(knots) - 1):
            second = np.zeros(size)
            second[n : n + 3] = (1.0, -2.0, 1.0)
            matrix += SMOOTH * np.outer(second, second)
        at += 1 + len(knots)
    return matrix


def fit(x: Array, y: Array, weight: Array, steps: int = 30) -> Array:
    """Penalised logistic regression by Newton's method."""
    beta, ridge = np.zeros(x.shape[1]), penalty()
    for _ in range(steps):
        p = 1.0 / (1.0 + np.exp(-np.clip(x @ beta, -30, 30)))
        gradient = x.T @ (weight * (y - p)) - ridge @ beta
        hessian = (x * (weight * p * (1 - p))[:, None]).T @ x + ridge
        step = np.linalg.solve(hessian + 1e-9 * np.eye(len(beta)), gradient)
        beta = beta + step
        if np.abs(step).max() < 1e-8:
            break
    return beta


def table(beta: Array) -> dict[str, Any]:
    """The coefficients as the shipped table."""
    curves, at = {}, 1
    for name, knots in KNOTS.items():
        values = [round(float(v), 4) for v in beta[at + 1 : at + 1 + len(knots)]]
        curves[name] = {"absent": round(float(beta[at]), 4), "at": list(knots), "value": values}
        at += 1 + len(knots)
    return {"prior": round(float(beta[0]), 4), "curves": curves}


def learn(corpora: Mapping[str, Sequence[Story]]) -> dict[str, Any]:
    """The table learned from these stories."""
    rows: list[list[float]] = []
    truths: list[float] = []
    weights: list[float] = []
    for stories in corpora.values():
        found = pairs([features_of(_record(story.stored)) for story in stories])
        rows += [row(m) for m in found.values()]
        truths += [float(stories[a].event == stories[b].event) for a, b in found]
        weights += [CORPUS_WEIGHT / len(found)] * len(found)
    return table(fit(np.array(rows), np.array(truths), np.array(weights)))


def _record(stored: StoredRecord) -> Any:
    return stored.record


def main(folder: str, half: bool) -> None:
    """Learn and write, or print."""
    corpora = {name: load(Path(folder), name) for name in CORPORA}
    if half:
        corpora = {name: [s for s in stories if s.trains] for name, stories in corpora.items()}
    text = json.dumps(learn(corpora), indent=1)
    if half:
        print(text)
    else:
        TARGET.write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1], "--half" in sys.argv)

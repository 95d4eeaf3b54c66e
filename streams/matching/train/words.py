"""Learn data/words.json: the log-odds curves of the word measures.

    python -m streams.matching.train.words SHARED_DATA_DIR

One logistic regression over the training halves of all corpora, each weighted alike, on piecewise-linear curves that may only rise: more
agreement is never evidence against. Only those of length are free.
Pairs are those that blocking brings together. No randomness. Needs numpy and scipy.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize  # type: ignore[import-untyped]

from streams.matching.blocking import word_keys
from streams.matching.features import Features, features_of
from streams.matching.linker import MIN_WORDS
from streams.matching.postings import Index
from streams.matching.texts import measures
from streams.matching.train.corpora import CORPORA, Story, load

Array = NDArray[np.float64]
TARGET = Path(__file__).parents[1] / "data" / "words.json"
RIDGE = 3.0
LENIENCE = 2.0
"""Added to the learned prior: most true pairs stand in clusters of several, where their mean counts, and clusters that hang together
ask for more than even odds (clustering.COHESION). Chosen with the two halves of each corpus trained and measured in turn."""
CANDIDATES = 40
"""Pairs learned from are those of each record's likeliest so many: more than are compared at run time, so that strangers are seen too."""
CORPUS_WEIGHT = 20_000.0
SHARE = (0.0, 0.15, 0.3, 0.45, 0.6, 0.8)
KNOTS: dict[str, tuple[float, ...]] = {
    "whole": (0.0, 0.05, 0.1, 0.2, 0.3, 0.45, 0.7),
    "opening": (0.0, 0.05, 0.1, 0.2, 0.3, 0.45, 0.7),
    "headline": (0.0, 0.05, 0.15, 0.3, 0.5, 0.8),
    "cover_low": SHARE,
    "cover_high": SHARE,
    "key_low": SHARE,
    "key_high": SHARE,
    "names": (0.0, 0.1, 0.25, 0.5, 0.8),
    "people_low": (0.0, 0.2, 0.4, 0.6, 0.8, 1.0),
    "people_high": (0.0, 0.3, 0.6, 1.0),
    "lead_names": (0.0, 0.3, 0.6, 0.95),
    "numbers": (0.0, 0.05, 0.2, 0.5),
    "years": (0.0, 0.5, 1.0),
    "copy": (0.0, 0.05, 0.2, 0.6),
    "head_low": SHARE,
    "head_high": SHARE,
    "head_opening_low": SHARE,
    "head_opening_high": SHARE,
    "opening_names": (0.0, 0.1, 0.25, 0.5, 0.8),
    "own_names": (0.0, 0.2, 0.4, 0.6, 0.8, 1.0),
    "own_words": (0.0, 0.2, 0.4, 0.6, 0.8, 1.0),
    "opening_numbers": (0.0, 0.34, 0.67, 1.0),
    "length_low": (2.3, 3.0, 3.6, 4.4, 5.2, 6.0),
    "length_high": (2.3, 3.0, 3.6, 4.4, 5.2, 6.0, 6.6),
}
FREE = frozenset({"length_low", "length_high"})
"""Measures that are no agreement: they say what the others are worth, and may fall."""


def pairs(features: Sequence[Features]) -> dict[tuple[int, int], dict[str, float]]:
    """The measures of every pair that blocking brings together."""
    index = Index([f.published for f in features])
    keys = [word_keys(f) for f in features]
    for n, words in enumerate(keys):
        index.add(n, words, ())
    found: dict[tuple[int, int], dict[str, float]] = {}
    for n, f in enumerate(features):
        shared = index.shared(f.published, keys[n], ())
        near = shared.words >= MIN_WORDS
        weight = dict(zip(shared.nodes[near].tolist(), shared.products[near].tolist(), strict=True))
        for other in sorted(weight.keys() - {n}, key=lambda o: (-weight[o], o))[:CANDIDATES]:
            pair = (min(n, other), max(n, other))
            if pair not in found:
                found[pair] = measures(features[pair[0]].words, features[pair[1]].words)
    return found


def design(found: Sequence[Mapping[str, float]]) -> Array:
    """The pairs' values on the bases: 1, then per measure a column for its absence and one rising from 0 to 1 between each two knots."""
    columns = [np.ones(len(found))]
    for name, knots in KNOTS.items():
        values = np.array([m.get(name, np.nan) for m in found], dtype=np.float64)
        absent = np.isnan(values)
        columns.append(absent.astype(np.float64))
        columns += [np.where(absent, 0.0, np.clip((values - a) / (b - a), 0.0, 1.0)) for a, b in pairwise(knots)]
    return np.stack(columns, axis=1)


def fit(x: Array, y: Array, weight: Array) -> Array:
    """Ridge-penalised logistic regression with rises held at or above 0, by L-BFGS-B."""
    penalty = np.full(x.shape[1], RIDGE)
    penalty[0] = 0.0
    bounds: list[tuple[float | None, float | None]] = [(None, None)]
    for name, knots in KNOTS.items():
        bounds += [(None, None)] + [(None if name in FREE else 0.0, None)] * (len(knots) - 1)

    def loss(beta: Array) -> tuple[float, Array]:
        z = x @ beta
        value = float(np.sum(weight * (np.logaddexp(0.0, z) - y * z)) + 0.5 * np.sum(penalty * beta * beta))
        return value, x.T @ (weight * (1.0 / (1.0 + np.exp(-z)) - y)) + penalty * beta

    found = minimize(loss, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 500})
    return np.asarray(found.x, dtype=np.float64)


def table(beta: Array) -> dict[str, Any]:
    """The coefficients as the shipped table, rises summed to values."""
    curves, at = {}, 1
    for name, knots in KNOTS.items():
        rises = np.concatenate([[0.0], np.cumsum(beta[at + 1 : at + len(knots)])])
        curves[name] = {"absent": round(float(beta[at]), 4), "at": list(knots), "value": [round(float(v), 4) for v in rises]}
        at += len(knots)
    return {"prior": round(float(beta[0]) + LENIENCE, 4), "curves": curves}


def learn(corpora: Mapping[str, Sequence[Story]]) -> dict[str, Any]:
    """The table learned from these stories."""
    designs: list[Array] = []
    truths: list[float] = []
    weights: list[float] = []
    for stories in corpora.values():
        found = pairs([features_of(story.stored.record) for story in stories])
        designs.append(design(list(found.values())))
        truths += [float(stories[a].event == stories[b].event) for a, b in found]
        weights += [CORPUS_WEIGHT / len(found)] * len(found)
    return table(fit(np.vstack(designs), np.array(truths), np.array(weights)))


def main(folder: str) -> None:
    """Learn and write."""
    corpora = {name: [s for s in load(Path(folder), name) if s.trains] for name in CORPORA}
    TARGET.write_text(json.dumps(learn(corpora), indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1])

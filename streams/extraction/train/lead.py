"""Learn lexicon/en/lead.tsv: which of a report's events leads.

    python -m streams.extraction.train.lead SHARED_DATA_DIR tests/data/reading/types.tsv

A conditional logistic regression: of the drafts of one report, those whose type (and, for PLOVER, code) is the labelled one should
outweigh the rest; the hand-made score of lead.py is an offset. Trained on the training parts of CASE and PLOVER (an id whose MD5 divides by
three is held out) and on invented sentences. No randomness. Needs numpy and scipy.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from math import log
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize  # type: ignore[import-untyped]
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

from streams.domain.report import Report, Signal
from streams.domain.source import Source
from streams.extraction.cascade import run
from streams.extraction.draft import Draft
from streams.extraction.lead import factors
from streams.extraction.lexicon_cache import lexicon
from streams.extraction.train.labels import case_label, folded, plover_label

TARGET = Path(__file__).parents[1] / "lexicon" / "en" / "lead.tsv"
HEADER = "# feature\tweight\t-- made by streams/extraction/train/lead.py; thousandths of log-odds that the draft leads\n"
RIDGE = 2.0
TRUST = 3.0
"""How much the hand-made score counts beside what is learned. Both chosen by five-fold cross-validation over the training parts."""
FILED = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Choice:
    """The drafts of one report: per draft the features, the log of the hand-made score, and whether it may lead."""

    id: str
    features: list[tuple[str, ...]]
    hand: list[float]
    right: list[bool]


def held_out(id_: str) -> bool:
    """The split of docs/quality.md."""
    return int(hashlib.md5(id_.encode(), usedforsecurity=False).hexdigest(), 16) % 3 == 0


def labelled(data: Path, sentences: Path) -> Iterator[tuple[str, str, Callable[[Draft], bool]]]:
    """Every training text with a test of a draft: (id, text, whether a draft may lead)."""
    for row in _training(data / "case2021_task2.jsonl.gz"):
        yield row["id"], row["text"], _case(row["label"])
    for row in _training(data / "plover_gsr.jsonl.gz"):
        yield row["id"], row["text"], _plover(row["event"])
    for number, line in enumerate(sentences.read_text(encoding="utf-8").splitlines()):
        if not line.startswith("#"):
            kind, modality, text = line.split("\t")
            yield f"sentence-{number}", text, _typed(kind, modality)


def _training(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from (row for row in map(json.loads, lines) if not held_out(row["id"]))


def _case(gold: str) -> Callable[[Draft], bool]:
    return lambda draft: case_label(draft.type) == gold


def _plover(gold: str) -> Callable[[Draft], bool]:
    return lambda draft: plover_label(draft.type, draft.mentions[0].modality) == folded(gold)


def _typed(kind: str, modality: str) -> Callable[[Draft], bool]:
    return lambda draft: draft.type == kind and modality in ("", draft.mentions[0].modality.value)


def choices(data: Path, sentences: Path) -> list[Choice]:
    """The reports in which there is something to choose."""
    words, source, found = lexicon("en"), Source("agency"), []
    for id_, text, may_lead in labelled(data, sentences):
        drafts = run(Report("r", "k", "agency", Signal.NEW, "", text, FILED, FILED, FILED, "h"), source).kept
        right = [may_lead(draft) for draft in drafts]
        if any(right) and not all(right):
            hand = [sum(log(weight) for name, _, weight in factors(draft, words) if name != "learned") for draft in drafts]
            found.append(Choice(id_, [draft.statements for draft in drafts], hand, right))
    return found


def learn(reports: list[Choice]) -> dict[str, float]:
    """The weights, in units of the hand-made score's logarithm."""
    names = sorted({name for report in reports for features in report.features for name in features})
    column = {name: n for n, name in enumerate(names)}
    rows = [features for report in reports for features in report.features]
    cells = [(row, column[name]) for row, features in enumerate(rows) for name in features]
    matrix = csr_matrix((np.ones(len(cells)), tuple(zip(*cells, strict=True))), shape=(len(rows), len(names)))
    hand = TRUST * np.array([value for report in reports for value in report.hand])
    right = np.array([value for report in reports for value in report.right])
    sizes = np.array([len(report.right) for report in reports])
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    whose = np.repeat(np.arange(len(reports)), sizes)

    def loss(weights: Any) -> tuple[float, Any]:
        z = matrix @ weights + hand
        e = np.exp(z - np.maximum.reduceat(z, starts)[whose])
        all_, good = np.add.reduceat(e, starts), np.add.reduceat(e * right, starts)
        slope = e / all_[whose] - e * right / good[whose]
        return float(np.log(all_ / good).sum() + RIDGE / 2 * (weights @ weights)), matrix.T @ slope + RIDGE * weights

    best = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B", options={"maxiter": 500})
    return {name: float(best.x[n]) / TRUST for name, n in column.items()}


def main(data: Path, sentences: Path) -> None:
    """Learn and write the weights."""
    reports = choices(data, sentences)
    weights = learn(reports)
    rows = [f"{name}\t{round(1000 * weight)}" for name, weight in sorted(weights.items()) if round(1000 * weight)]
    TARGET.write_text(HEADER + "\n".join(rows) + "\n", encoding="utf-8")
    print(f"{len(reports)} reports, {len(rows)} weights")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))

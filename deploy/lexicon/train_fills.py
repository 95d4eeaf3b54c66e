"""Train lexicon/en/telling.tsv.gz, told.tsv.gz and fills.tsv.gz: what a report tells of, and which phrases fill the roles.

    python -m deploy.lexicon.train_fills SHARED_DATA_DIR

A phrase is a fill of a role when its words equal an alternative of a template of the kind; phrases of reports that the model of reports
wrongly takes to tell of the kind fill nothing. Sentences are chosen by scores of models that did not see the report.
"""

from __future__ import annotations

import gzip
import sys
from pathlib import Path

import numpy as np

from deploy.lexicon.labelled import Message, common_words, design, frequent, logistic, messages, norm, whole
from deploy.lexicon.train_telling import TARGET, learn
from streams.extraction.filling import ROLES, options
from streams.extraction.linear import BIAS, Linear, written
from streams.extraction.telling import KINDS, Telling, report_features

RIDGE, LEAST, STEPS = 10.0, 5, 80
DOUBTFUL = -1200
"""Reports without the kind take part where the model of reports scores them above."""
SMALLEST = 20
"""Weights nearer to zero, in thousandths, are left out of the file."""


def learn_fills(corpus: list[Message], tellings: list[Telling], told: Linear) -> Linear:
    """One logistic regression a role over the phrases of every report that tells, or seems to tell, of a kind."""
    rows, truth = list[list[str]](), list[set[str]]()
    for message, telling in zip(corpus, tellings, strict=True):
        telling.reports = {kind: told.weighed(report_features(kind, telling, message.drafts)) for kind in KINDS}
        for kind in KINDS:
            if not message.sentences or not (message.allowed(kind) or telling.reports[kind] > DOUBTFUL):
                continue
            answers = _answers(message, kind)
            for option in options(kind, message.sentences, telling, message.drafts):
                rows.append(option.features)
                truth.append(answers.get(norm(" ".join(option.words)), set()))
    columns = frequent(rows, LEAST)
    x = design(rows, columns)
    fits = [logistic(x, np.array([role in roles for roles in truth]), np.ones(len(rows)), RIDGE, STEPS) for role in ROLES]
    weights = {name: tuple(_kept(whole(fit[[j]])[0]) for fit in fits) for name, j in columns.items()}
    weights = {name: row for name, row in weights.items() if any(row)}
    return Linear(ROLES, {**weights, BIAS: tuple(whole(fit[-1:])[0] for fit in fits)})


def _kept(weight: int) -> int:
    return weight if abs(weight) >= SMALLEST else 0


def _answers(message: Message, kind: str) -> dict[str, set[str]]:
    """Normalised strings that fill a role of some template of the kind."""
    found: dict[str, set[str]] = {}
    for told in message.told:
        for role, fills in told.fills.items() if kind in told.kinds else ():
            for name in (name for fill in fills for name in fill):
                found.setdefault(name, set()).add(role)
    return found


def main(folder: str) -> None:
    """Learn and write all three."""
    corpus = list(messages(Path(folder) / "muc4.jsonl.gz"))
    telling, told, tellings = learn(corpus, common_words(Path(folder) / "wcep_items.jsonl.gz"))
    fills = learn_fills(corpus, tellings, told)
    (TARGET / "telling.tsv.gz").write_bytes(gzip.compress(written(telling), mtime=0))
    (TARGET / "told.tsv.gz").write_bytes(gzip.compress(written(told), mtime=0))
    (TARGET / "fills.tsv.gz").write_bytes(gzip.compress(written(fills), mtime=0))


if __name__ == "__main__":
    main(sys.argv[1])

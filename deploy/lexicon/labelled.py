"""What the training scripts share: labelled newswire as read by the cascade, the split, folds, and a logistic regression.

Corpus: MUC-4 messages as JSON lines, gzipped ({"id", "text", "templates"}). Every third message by the MD5 of its id is held out and takes
no part. Words of the models are those that ordinary news (items with a "text") writes small: no name becomes a feature.
"""

from __future__ import annotations

import collections
import gzip
import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize  # type: ignore[import-untyped]
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

from streams.domain.report import RawRecord
from streams.domain.settings import Limits
from streams.extraction.background import with_background
from streams.extraction.cascade import filed_at
from streams.extraction.draft import Draft, merge
from streams.extraction.gazetteer import gazetteer
from streams.extraction.lexicon_cache import lexicon
from streams.extraction.linear import SCALE
from streams.extraction.model import Sentence
from streams.extraction.sentences import mentions, read_sentences
from streams.extraction.topics import literal
from streams.formats import parse

Array = NDArray[np.float64]
FOLDS = 5
KINDS = {"attack": "ATTACK", "bombing": "BOMBING", "abduction": "KIDNAPPING", "arson": "ARSON"}
ROLES = {
    "perp_individual": "person",
    "perp_org": "group",
    "hum_tgt_name": "victim",
    "hum_tgt_desc": "victim",
    "phys_tgt_id": "thing",
    "instrument_id": "weapon",
}
_SMALL, _SHARE = 3, 0.3


@dataclass(slots=True)
class Told:
    """One template: its kinds, whether it may be left out, and per role the sets of alternative strings, normalised."""

    kinds: frozenset[str]
    optional: bool
    fills: dict[str, list[set[str]]] = field(default_factory=dict)


@dataclass(slots=True)
class Message:
    """One labelled report with what the cascade read of it."""

    id: str
    fold: int
    sentences: list[Sentence]
    drafts: list[Draft]
    told: list[Told]

    def allowed(self, kind: str) -> bool:
        """Whether some template is of the kind."""
        return any(kind in told.kinds for told in self.told)

    def required(self, kind: str) -> bool:
        """Whether a template that may not be left out is of the kind."""
        return any(kind in told.kinds and not told.optional for told in self.told)


def held_out(identifier: str) -> bool:
    """Whether a report is kept for measuring."""
    return int(hashlib.md5(identifier.encode(), usedforsecurity=False).hexdigest(), 16) % 3 == 0


def norm(text: str) -> str:
    """Capitals, letters and digits only, without articles."""
    return " ".join(word for word in re.sub(r"[^A-Z0-9 ]+", " ", text.upper()).split() if word not in ("A", "AN", "THE"))


def messages(path: Path) -> Iterator[Message]:
    """Every message of the training part, read."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if not held_out(row["id"]):
                yield _message(row)


def _message(row: dict[str, Any]) -> Message:
    words, places = lexicon("en"), gazetteer("en")
    report = parse(RawRecord("train", datetime(1988, 3, 22, tzinfo=UTC), row["text"].encode(), "text/plain"), Limits()).reports[0]
    sentences = read_sentences(report, "", filed_at(report), words, places)
    drafts = merge(literal(mentions(sentences, "", words, places), sentences, words), words)
    with_background(drafts, sentences, words)
    fold = int(hashlib.md5(b"f" + row["id"].encode(), usedforsecurity=False).hexdigest(), 16) % FOLDS
    return Message(row["id"], fold, sentences, drafts, [_told(template) for template in row["templates"]])


def _told(template: dict[str, Any]) -> Told:
    names = {value: key for key, value in KINDS.items()}
    kinds = frozenset(names.get(kind.strip(), kind) for kind in template["incident_type"].split("/"))
    told = Told(kinds, bool(template["optional"]))
    for slot, role in ROLES.items():
        for fill in template.get(slot) or []:
            found = {norm(a.get("text") or a.get("value") or "") for a in fill["alternatives"]}
            found |= {norm(a["ref"]) for a in fill["alternatives"] if a.get("ref")}
            if found - {""}:
                told.fills.setdefault(role, []).append(found - {""})
    return told


def common_words(path: Path) -> frozenset[str]:
    """Words that news writes small, and words of the lexicon that are no names."""
    small, every = collections.Counter[str](), collections.Counter[str]()
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            for word in re.findall(r"[^\W\d_]+", json.loads(line)["text"]):
                every[word.lower()] += 1
                small[word] += word.islower()
    found = {word for word, n in small.items() if n >= _SMALL and n >= _SHARE * every[word]}
    for word, (entry, _) in lexicon("en").phrases.items():
        if entry is not None and not (entry.actor or entry.country or entry.has("proper")):
            found.add(word)
    return frozenset(found)


def logistic(x: csr_matrix, y: NDArray[np.bool_], weight: Array, ridge: float, rounds: int = 200) -> Array:
    """Ridge-penalised logistic regression by L-BFGS; the last coefficient is the bias, which is free."""
    back = x.T.tocsr()

    def loss(beta: Array) -> tuple[float, Array]:
        z = x @ beta[:-1] + beta[-1]
        value = float(np.sum(weight * (np.logaddexp(0.0, z) - y * z)) + 0.5 * ridge * np.sum(beta[:-1] ** 2))
        slope = weight * (1.0 / (1.0 + np.exp(-z)) - y)
        return value, np.append(back @ slope + ridge * beta[:-1], slope.sum())

    found = minimize(loss, np.zeros(x.shape[1] + 1), jac=True, method="L-BFGS-B", options={"maxiter": rounds})
    return np.asarray(found.x, dtype=np.float64)


def design(rows: Sequence[Sequence[str]], columns: dict[str, int], values: Array | None = None) -> csr_matrix:
    """The rows' known features as a sparse matrix, each row scaled by its value."""
    indices = [sorted({columns[name] for name in row if name in columns}) for row in rows]
    bounds = np.cumsum([0, *map(len, indices)])
    data = np.ones(bounds[-1]) if values is None else np.repeat(values, np.diff(bounds))
    flat = np.fromiter((j for row in indices for j in row), dtype=np.int64, count=bounds[-1])
    return csr_matrix((data, flat, bounds), shape=(len(rows), len(columns)))


def frequent(rows: Sequence[Sequence[str]], least: int) -> dict[str, int]:
    """Features that at least so many rows have, in order of their names."""
    seen = collections.Counter(name for row in rows for name in set(row))
    return {name: j for j, name in enumerate(sorted(name for name, n in seen.items() if n >= least))}


def whole(beta: Array) -> list[int]:
    """Coefficients as the whole numbers of a model file."""
    return [round(float(b) * SCALE) for b in beta]

"""Sparse linear models from data files: named features, whole-number weights, terms that can be printed.

Weights are thousandths, whole numbers: a sum does not depend on order or machine. The data file is tab-separated, gzipped when
its name ends in .gz: a header `feature<TAB>output...`, then a row per feature with one weight per output; an empty field is 0. The feature
`bias` is part of every sum. Made by `streams/extraction/train`, never by hand.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

from streams.extraction.tables import LexiconError

BIAS = "bias"
_BITS = 40
_MASK, _HALF = (1 << _BITS) - 1, 1 << (_BITS - 1)
"""Sums stay far below half of 2 ** _BITS."""
SCALE = 1000
"""Weights are in 1/SCALE: a score of 1000 is one unit of log-odds."""


def _pack(row: tuple[int, ...]) -> int:
    return sum(weight << (_BITS * at) if weight >= 0 else -(-weight << (_BITS * at)) for at, weight in enumerate(row))


@dataclass(frozen=True, slots=True)
class Linear:
    """One or several linear models over the same features. `weights`: per feature one whole number per output."""

    outputs: tuple[str, ...]
    weights: Mapping[str, tuple[int, ...]]
    _packed: dict[str, int] = field(default_factory=dict, compare=False, repr=False)
    """The weights of a row as one number, _BITS an output: adding rows adds all outputs at once."""

    def __post_init__(self) -> None:
        self._packed.update((name, _pack(row)) for name, row in self.weights.items())

    @property
    def bias(self) -> tuple[int, ...]:
        """What each output begins with."""
        return self.weights.get(BIAS, (0,) * len(self.outputs))

    def sums(self, features: Iterable[str]) -> tuple[int, ...]:
        """The sum of each output over the features, without bias. A feature given twice counts twice."""
        return self.unpacked(self.packed(features))

    def packed(self, features: Iterable[str]) -> int:
        """The sums as one number, which may be added to others of this model before `unpacked` takes them apart."""
        rows = self._packed
        return sum([rows[feature] for feature in features if feature in rows])

    def unpacked(self, total: int) -> tuple[int, ...]:
        """The sum of each output."""
        found = []
        for _ in self.outputs:
            value = (total + _HALF & _MASK) - _HALF
            found.append(value)
            total = total - value >> _BITS
        return tuple(found)

    def scores(self, features: Iterable[str]) -> list[int]:
        """The sum of each output over the features, bias included, in 1/SCALE of log-odds."""
        return [bias + total for bias, total in zip(self.bias, self.sums(features), strict=True)]

    def score(self, features: Iterable[str], output: str = "") -> int:
        """The sum of one output, the first where none is named."""
        return self.scores(features)[self.outputs.index(output) if output else 0]

    def weighed(self, values: Mapping[str, int]) -> int:
        """The first output's sum over features that have values: each weight times its value, in 1/SCALE of log-odds."""
        return sum(term for _, term in self.products(values))

    def products(self, values: Mapping[str, int]) -> list[tuple[str, int]]:
        """What `weighed` sums, in order of the features' names, the bias last."""
        found = [(name, self.weights[name][0] * values[name] // SCALE) for name in sorted(values) if name in self.weights]
        return [*found, (BIAS, self.bias[0])]

    def terms(self, features: Iterable[str], output: str = "", most: int = 8) -> list[tuple[str, int]]:
        """What a score is made of: the features with the largest weights, largest first, for a person to read."""
        at = self.outputs.index(output) if output else 0
        found = [(feature, self.weights[feature][at]) for feature in (*features, BIAS) if feature in self.weights]
        return sorted((term for term in found if term[1]), key=lambda term: (-abs(term[1]), term[0]))[:most]


def parse_linear(text: str, name: str) -> Linear:
    """A model from the text of its file. LexiconError names file and line of a row that is none."""
    head, *lines = text.splitlines()
    outputs = tuple(head.split("\t")[1:])
    if not outputs:
        raise LexiconError(f"{name}:1: a header of 'feature' and at least one output expected")
    weights: dict[str, tuple[int, ...]] = {}
    for number, line in enumerate(lines, 2):
        feature, *fields = line.split("\t")
        if len(fields) != len(outputs) or feature in weights:
            raise LexiconError(f"{name}:{number}: one row a feature with {len(outputs)} weights expected")
        try:
            weights[feature] = tuple(int(field or 0) for field in fields)
        except ValueError as cause:
            raise LexiconError(f"{name}:{number}: weights are whole numbers") from cause
    return Linear(outputs, weights)


@cache
def has_linear(language: str, name: str) -> bool:
    """Whether a language has the model."""
    return resources.files("streams.extraction").joinpath("lexicon", language, name).is_file()


@cache
def linear(language: str, name: str) -> Linear:
    """The model in `lexicon/<language>/<name>`, read once a process."""
    data = resources.files("streams.extraction").joinpath("lexicon", language, name).read_bytes()
    raw = gzip.decompress(data) if name.endswith(".gz") else data
    return parse_linear(raw.decode("utf-8"), f"{language}/{name}")


def written(model: Linear) -> bytes:
    """The text of a model's file, rows in order of their names."""
    rows = ["feature\t" + "\t".join(model.outputs)]
    for feature in sorted(model.weights):
        rows.append(feature + "\t" + "\t".join(str(weight) if weight else "" for weight in model.weights[feature]))
    return ("\n".join(rows) + "\n").encode()

"""The weight table, shipped as data/weights.json: log-odds by level for structure, piecewise-linear curves for words."""

from __future__ import annotations

import json
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Curve:
    """Log-odds of a measure: linear between the points, flat beyond them; `absent` when the measure could not be taken."""

    absent: float
    at: tuple[float, ...]
    value: tuple[float, ...]

    @property
    def flat(self) -> bool:
        """Whether every value says the same: then only its absence tells anything, and it need not be measured."""
        return min(self.value) == max(self.value)

    def __call__(self, x: float | None) -> float:
        """The log-odds at x."""
        if x is None:
            return self.absent
        if x <= self.at[0]:
            return self.value[0]
        if x >= self.at[-1]:
            return self.value[-1]
        place = bisect_right(self.at, x)
        left, right = self.at[place - 1], self.at[place]
        share = (x - left) / (right - left)
        return self.value[place - 1] + share * (self.value[place] - self.value[place - 1])


KEPT = ("people.other_cast", "parties.other_authority")
"""Levels that `leads_share` leaves alone: another cast, another authority."""


@dataclass(frozen=True, slots=True)
class Weights:
    """`levels` by level name, `lead_levels` those between the leads of two reports on a war, `story_levels` between other leads: what
    speaks against a pair counts by `leads_share` there, for a place or time misread must not outweigh two texts. The share was chosen
    among .2, .34, .5 and 1 with all of ECB+ and Giveme5W1H in view. `words_prior` of two records that blocking brought together;
    `words` by measure."""

    levels: dict[str, float]
    lead_levels: dict[str, float]
    story_levels: dict[str, float]
    words_prior: float
    words: dict[str, Curve]


@lru_cache(maxsize=1)
def weights() -> Weights:
    """The shipped table. Read once."""
    folder = resources.files("streams.matching").joinpath("data")
    structure = json.loads(folder.joinpath("levels.json").read_text("utf-8"))
    learned = json.loads(folder.joinpath("words.json").read_text("utf-8"))
    curves = {name: Curve(row["absent"], tuple(row["at"]), tuple(row["value"])) for name, row in learned["curves"].items()}
    leads, share = structure.pop("leads"), structure.pop("leads_share")
    levels = {name: row for group in structure.values() for name, row in group.items()}
    stories = {name: round(row * share, 3) if row < 0 and not name.startswith(KEPT) else row for name, row in (levels | leads).items()}
    return Weights(levels, levels | leads, stories, learned["prior"], curves)

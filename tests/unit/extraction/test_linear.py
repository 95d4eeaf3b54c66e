"""Sparse linear models: sums that any machine gives alike, terms that a person can read, files that say what is wrong with them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.extraction.linear import Linear, parse_linear, written
from streams.extraction.tables import LexiconError

MODEL = Linear(("told", "talk"), {"bias": (-500, 100), "verb": (1200, 0), "plural": (-300, 400)})


def test_a_score_is_the_sum_of_the_known_features_and_the_bias() -> None:
    assert MODEL.scores(["verb", "plural", "never seen"]) == [400, 500]
    assert MODEL.score(["verb"]) == 700
    assert MODEL.score(["plural"], "talk") == 500


def test_a_model_without_bias_gives_zero_for_nothing() -> None:
    assert Linear(("told",), {"verb": (1,)}).scores([]) == [0]


def test_terms_come_largest_first_and_leave_out_zeros() -> None:
    assert MODEL.terms(["plural", "verb"]) == [("verb", 1200), ("bias", -500), ("plural", -300)]
    assert MODEL.terms(["plural", "verb"], "talk", most=1) == [("plural", 400)]


def test_a_file_reads_as_it_was_written() -> None:
    assert parse_linear(written(MODEL).decode(), "model") == MODEL


@pytest.mark.parametrize("text", ["feature\n", "feature\ta\nx\t1\t2\n", "feature\ta\nx\t1\nx\t1\n", "feature\ta\nx\t0.5\n"])
def test_a_broken_file_is_refused_by_name(text: str) -> None:
    with pytest.raises(LexiconError, match=r"^model:"):
        parse_linear(text, "model")


@given(st.permutations(["verb", "plural", "bias"]))
def test_the_order_of_features_does_not_matter(features: list[str]) -> None:
    assert MODEL.scores(features) == MODEL.scores(sorted(features))

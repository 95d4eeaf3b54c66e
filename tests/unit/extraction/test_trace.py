"""Why a report was read as it was: rows, wants, merging, scores, and what was set aside."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import pytest

from streams.domain.reading import Reading, Verdict
from streams.domain.report import Report, Signal
from streams.domain.source import Source
from streams.domain.values import Span
from streams.extraction import extract, read
from streams.extraction.draft import SAME_KIND
from streams.extraction.linear import parse_linear
from streams.extraction.trace import CIRCUMSTANCE, FIGURATIVE, weighed

FILED = datetime(2020, 9, 28, 9, 0, tzinfo=UTC)
SOURCE = Source("agency", name="Agency", country="GBR", grade="B")
DOWNED = "Rebels shot down a government helicopter near Kidal on Sunday, the army said. It was shot down with a missile."
SPORT = "The striker's team clashed with the champions in the football league on Saturday, and the goalkeeper was arrested by police."


def report(body: str, headline: str = "") -> Report:
    return Report("r", "k", "agency", Signal.NEW, headline, body, FILED, FILED, FILED, "h")


def reading(body: str, headline: str = "") -> Reading:
    return read(report(body, headline), SOURCE)


@pytest.mark.parametrize("body", [DOWNED, SPORT, "The book fair opens in the park on Monday."])
def test_the_events_are_those_that_extract_gives_with_one_why_each(body: str) -> None:
    found = reading(body)
    assert found.events == extract(report(body), SOURCE)
    assert len(found.whys) == len(found.events)


def test_a_frame_tells_its_row_and_the_words_that_met_its_wants() -> None:
    first = reading(DOWNED).whys[0].firings[0]
    assert (first.type, first.pos, first.trigger) == ("conflict.aircraft_downed", "v", "shoot down")
    assert (first.text, first.span) == ("shot down", Span(7, 16))
    [want] = first.wants
    assert (want.role, want.classes, want.negated) == ("obj", ("aircraft",), False)
    assert want.found == (("a government helicopter", Span(17, 40)),)


def test_a_later_mention_tells_how_it_was_taken_for_the_same_event() -> None:
    first, second = reading(DOWNED).whys[0].firings
    assert (first.merged, second.merged) == ("", SAME_KIND)


def test_the_lead_tells_the_factors_of_its_score() -> None:
    [verdict] = [v for v in reading(DOWNED).whys[0].verdicts if v.how == "product"]
    assert "position" in [term.feature for term in verdict.terms]
    assert total(verdict) == pytest.approx(verdict.total)


def test_a_model_tells_every_feature_that_weighed() -> None:
    why = reading("Gunmen killed three farmers near the village of Ouro on Sunday.").whys[0]
    [verdict] = [v for v in why.verdicts if v.how == "sum"]
    assert "bias" in [term.feature for term in verdict.terms]
    assert total(verdict) == pytest.approx(verdict.total)


def test_a_linear_model_tells_its_terms_in_log_odds() -> None:
    model = parse_linear("feature\tyes\tno\nbias\t-250\t0\nnear\t1500\t\nfar\t\t9\n", "test.tsv")
    verdict = weighed("is it near", "yes", model, ["near", "far", "unheard"], "yes")
    assert [(term.feature, term.weight) for term in verdict.terms] == [("near", 1.5), ("bias", -0.25)]
    assert (verdict.total, total(verdict)) == (1.25, 1.25)


def total(verdict: Verdict) -> float:
    weights = [term.weight for term in verdict.terms]
    return math.prod(weights) if verdict.how == "product" else math.fsum(weights)


def test_a_figure_of_speech_is_told_as_set_aside() -> None:
    found = reading(SPORT)
    assert [event.type for event in found.events] == ["other.story"]
    assert {aside.reason for aside in found.set_aside} == {FIGURATIVE}


def test_what_is_only_a_circumstance_is_told_as_set_aside() -> None:
    found = reading("The minister visited the capital on Sunday as clashes erupted.")
    assert [(aside.type, aside.reason) for aside in found.set_aside] == [("conflict.ground_clash", CIRCUMSTANCE)]


def test_a_story_without_a_frame_has_nothing_to_explain() -> None:
    found = reading("The book fair opens in the park on Monday.")
    assert (found.whys[0].firings, found.whys[0].verdicts, found.set_aside) == ((), (), ())

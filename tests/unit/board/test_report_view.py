"""What an editor is told of a report."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from streams.board.facts import DAY_OF_FILING
from streams.board.wording import interval, quantity, whereabouts
from streams.domain.event import Place, Precision, When
from streams.domain.values import Qualifier, Quantity
from tests.unit.board.looks import DOWNED, viewed


def test_a_report_tells_who_sent_it_and_what_the_wire_said_besides() -> None:
    view = viewed(DOWNED)
    assert (view.source, view.published, view.input_id) == ("Acme News", "27 Sep 2020 07:30", "story.txt")
    assert {("format", "plain"), ("filed from", "KIDAL"), ("credit", "Acme")} <= set(view.meta)


def test_an_event_tells_each_attribute_with_the_words_it_was_read_from() -> None:
    [event] = viewed(DOWNED).events
    told = {(fact.kind, fact.label, fact.value, fact.words) for fact in event.facts}
    assert ("trigger", "trigger", "conflict.aircraft_downed/v:shoot down", "shot down") in told
    assert ("object", "target", "aircraft.rotary-wing.helicopter, up to 2", "government helicopters") in told
    assert ("time", "time", "27 Sep 2020", "Sunday") in told
    assert (event.type, event.lead, event.modality) == ("conflict.aircraft_downed", True, "actual")
    assert ("CAMEO", "190") in event.codes


def test_an_event_tells_who_says_so() -> None:
    [event] = viewed(DOWNED).events
    claim = event.claims[0]
    assert (claim.holder, claim.stance, claim.about, claim.words) == ("MLI.MIL", "asserts", "event", "the Malian army")


def test_a_time_that_no_word_tells_says_where_it_is_from() -> None:
    [event] = viewed("Rebels shot down a government helicopter near Kidal.").events
    [when] = [fact for fact in event.facts if fact.kind == "time"]
    assert (when.words, DAY_OF_FILING in when.detail) == ("", True)


def test_why_shows_the_row_as_it_stands_and_what_met_its_wants() -> None:
    [event] = viewed(DOWNED).events
    firing = event.why.firings[0]
    assert firing.columns == ("conflict.aircraft_downed", "v", "shoot down", "obj:aircraft", "near,split")
    assert [(want.wish, want.met_by) for want in firing.wants] == [("obj:aircraft", ("up to two government helicopters",))]


def test_the_terms_of_a_sum_are_shown_weightiest_first() -> None:
    [event] = viewed("Gunmen killed three farmers near the village of Ouro on Sunday.").events
    [verdict] = [verdict for verdict in event.why.verdicts if verdict.sign == "+"]
    weights = [abs(term.weight) for term in verdict.terms]
    assert weights == sorted(weights, reverse=True)


def test_the_legend_names_only_what_is_there() -> None:
    assert viewed("The book fair opens in the park.").kinds == ()
    assert viewed(DOWNED).kinds == ("trigger", "initiator", "object", "place", "time", "count", "claim")


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (Quantity(2, 2), "2"),
        (Quantity(None, 2, Qualifier.UP_TO), "up to 2"),
        (Quantity(0, 2, Qualifier.UP_TO), "up to 2"),
        (Quantity(24, None, Qualifier.AT_LEAST), "at least 24"),
        (Quantity(50, 50, Qualifier.ABOUT), "about 50"),
        (Quantity(3, 5), "3 to 5"),
    ],
)
def test_a_number_reads_as_it_is_meant(number: Quantity, words: str) -> None:
    assert quantity(number) == words


DAY = datetime(2020, 9, 27, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "end", "precision", "words"),
    [
        (DAY, DAY.replace(day=28), Precision.DAY, "27 Sep 2020"),
        (DAY, DAY.replace(day=30), Precision.DAY, "27 Sep 2020 to 29 Sep 2020"),
        (DAY.replace(hour=6), DAY.replace(hour=12), Precision.DAY_PART, "27 Sep 2020 06:00 to 12:00"),
        (DAY.replace(hour=6), DAY.replace(hour=6), Precision.EXACT, "27 Sep 2020 06:00"),
        (DAY.replace(hour=22), DAY.replace(day=28, hour=2), Precision.DAY_PART, "27 Sep 2020 22:00 to 28 Sep 2020 02:00"),
        (DAY, DAY.replace(month=10), Precision.MONTH, "Sep 2020"),
        (DAY, DAY.replace(year=2021), Precision.YEAR, "2020"),
    ],
)
def test_a_time_is_told_as_exactly_as_it_is_known(start: datetime, end: datetime, precision: Precision, words: str) -> None:
    assert interval(When(start, end, precision, DAY)) == words


def test_a_disputed_place_tells_both_views() -> None:
    place = Place("Shusha", lat=39.76, lon=46.75, precision=Precision.CITY, country="AZE", de_facto="ARTSAKH")
    assert whereabouts(place) == "city; AZE; held by ARTSAKH; 39.76, 46.75"

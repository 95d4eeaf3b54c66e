"""One holder a side, one thing a craft, one event a happening: what headline and body tell twice is told once."""

from __future__ import annotations

from typing import Any

import pytest

from streams.domain.event import HolderKind, Stance

DOWNED = "conflict.aircraft_downed"


def on_event(event: Any) -> Any:
    return [(claim.holder, claim.stance) for claim in event.claims if claim.about == "event"]


def test_a_bare_state_yields_to_its_ministry(read: Any, only: Any) -> None:
    events = read("Georgia's Defence Ministry said an enemy helicopter was shot down.", headline="Georgia says helicopter shot down")

    assert on_event(only(events, DOWNED)) == [("GEO.MIL", Stance.ASSERTS)]


def test_a_bare_state_stays_where_its_ministry_says_the_contrary(read: Any, only: Any) -> None:
    events = read("Georgia's Defence Ministry denied that a helicopter was shot down.", headline="Georgia confirms helicopter shot down")

    assert on_event(only(events, DOWNED)) == [("GEO.GOV", Stance.CONFIRMS), ("GEO.MIL", Stance.DENIES)]


def test_a_named_official_is_of_the_side_that_his_title_names(read: Any, only: Any) -> None:
    event = only(read("Two jets were shot down over Abkhazia, the region's army chief Ivan Petrov said."), DOWNED)

    assert [(claim.holder, claim.country) for claim in event.claims] == [("ivan-petrov", "ABKHAZIA")]


def test_a_spokesman_carries_the_word_of_the_body_he_speaks_for(read: Any, only: Any) -> None:
    event = only(read("Georgian Defence Ministry spokesman Ivan Petrov said a helicopter was shot down."), DOWNED)

    assert on_event(event) == [("GEO.MIL", Stance.ASSERTS)]


@pytest.mark.parametrize(
    "silence", ["There was no immediate word from Tbilisi.", "There was no comment from Georgia.", "Neither side commented."]
)
def test_silence_is_no_claim(read: Any, only: Any, silence: Any) -> None:
    event = only(read(f"A Georgian helicopter was shot down, the Russian Defence Ministry said. {silence}"), DOWNED)

    assert on_event(event) == [("RUS.MIL", Stance.ASSERTS)]


def test_what_is_said_of_a_thing_has_no_named_holder(read: Any, only: Any) -> None:
    event = only(read("Georgian aircraft said to be shot down near the border."), DOWNED)

    assert [(claim.holder_kind, claim.stance) for claim in event.claims if claim.about == "event"] == [
        (HolderKind.UNNAMED, Stance.UNVERIFIED)
    ]


def test_the_state_of_a_crew_is_not_its_voice(read: Any, only: Any) -> None:
    event = only(read("Georgia confirms helicopter shot down, says crew alive."), DOWNED)

    assert event.outcome.crew == "survived"
    assert {claim.holder for claim in event.claims} == {"GEO.GOV"}


def test_the_ministry_is_the_one_named_before(read: Any, only: Any) -> None:
    event = only(read("The Georgian Defence Ministry said a jet was shot down. The jet was shot down at dawn, the ministry said."), DOWNED)

    assert on_event(event) == [("GEO.MIL", Stance.ASSERTS)]


def test_a_later_sentence_without_attribution_adds_no_voice_of_the_source(read: Any, only: Any) -> None:
    event = only(read("A shell hit a house in Ganja, officials in Baku said. The shell struck the kitchen."), "conflict.shelling_missile")

    assert {claim.holder_kind for claim in event.claims} == {HolderKind.OFFICIAL}


def test_a_craft_named_twice_is_one_thing_with_its_owner(read: Any, only: Any) -> None:
    event = only(read("A drone was shot down near Najran.", headline="Houthi drone shot down"), DOWNED)

    assert [(thing.class_path, thing.operator) for thing in event.objects] == [("aircraft.drone", "HOUTHI")]


def test_a_country_that_owns_is_not_where_it_happened(read: Any, only: Any) -> None:
    assert only(read("The army of Georgia shot down a jet."), DOWNED).place is None


def test_a_country_is_placed_by_its_short_name(read: Any, only: Any) -> None:
    place = only(read("A jet was shot down in the Republic of Armenia."), DOWNED).place

    assert (place.name, place.country) == ("Armenia", "ARM")


@pytest.mark.parametrize(
    "text",
    [
        "Two Georgian jets were shot down as fighting erupted.",
        "Two Georgian jets were shot down. The ministers met, and the resumption of hostilities was discussed.",
    ],
)
def test_circumstance_and_topic_are_no_events(read: Any, text: str) -> None:
    assert "conflict.ground_clash" not in [event.type for event in read(text)]


def test_fighting_that_is_told_is_an_event(read: Any) -> None:
    assert "conflict.ground_clash" in [event.type for event in read("Fighting erupted near Ganja on Sunday.")]


def test_a_number_is_counted_once_and_has_its_holder(read: Any, only: Any) -> None:
    event = only(
        read("Five people were killed when a shell hit Ganja, the Azerbaijani Defence Ministry said.", headline="Five killed"),
        "conflict.shelling_missile",
    )

    assert [(count.kind, count.min, count.holder) for count in event.counts] == [("killed", 5, "AZE.MIL")]


def test_a_call_takes_place_nowhere_and_has_persons_as_parties(read: Any, only: Any) -> None:
    event = only(read("Vladimir Putin and Nikol Pashinyan discussed Georgia by phone on Sunday."), "politics.call")

    assert event.place is None
    assert [(actor.role.value, actor.kind.value) for actor in event.actors] == [("party", "person"), ("party", "person")]


def test_officials_who_act_together_are_their_government(read: Any, only: Any) -> None:
    event = only(read("Georgian officials accused Russia of fraud."), "politics.accuse")

    assert [(actor.canonical, actor.kind.value) for actor in event.actors if actor.role == "initiator"] == [("GEO.GOV", "organization")]

"""Who says so: holders, stances, chains, and what a denial denies."""

from __future__ import annotations

from typing import Any

import pytest

from streams.domain.event import HolderKind, Stance
from streams.domain.source import Source

DOWNED = "conflict.aircraft_downed"


def on_event(event: Any) -> Any:
    return [(claim.holder, claim.stance) for claim in event.claims if claim.about == "event"]


@pytest.mark.parametrize(
    ("text", "holder", "stance"),
    [
        ("Armenia's Defence Ministry said a helicopter was shot down.", "ARM.MIL", Stance.ASSERTS),
        ("A helicopter was shot down, the Defence Ministry of Armenia said on Sunday.", "ARM.MIL", Stance.ASSERTS),
        ("A helicopter was shot down, the Defence Ministry in Yerevan said.", "ARM.MIL", Stance.ASSERTS),
        ("A helicopter was shot down, said Armenia.", "ARM.GOV", Stance.ASSERTS),
        ("According to Artsakh officials, a helicopter was shot down.", "ARTSAKH.GOV", Stance.ASSERTS),
        ("Baku denies that a helicopter was shot down.", "AZE.GOV", Stance.DENIES),
        ("The Azerbaijani military confirmed a jet was shot down.", "AZE.MIL", Stance.CONFIRMS),
        ("Spokesman Turki al-Maliki said a drone was shot down.", "turki-al-maliki", Stance.ASSERTS),
        ("There are reports that a plane was shot down.", "unnamed", Stance.UNVERIFIED),
        ("A helicopter was shot down near Ganja.", "agency", Stance.ASSERTS),
    ],
)
def test_a_claim_has_its_holder_and_stance(read: Any, only: Any, text: str, holder: Any, stance: Any) -> None:
    assert (holder, stance) in on_event(only(read(text), DOWNED))


@pytest.mark.parametrize(
    ("text", "holder", "part"),
    [
        ("Azerbaijan denied shooting down an Armenian jet.", "AZE.GOV", "AZE"),
        ("The Donetsk People's Republic denied that its fighters had shot down the airliner.", "DPR", "DPR"),
    ],
)
def test_who_denies_that_it_was_he_denies_his_part_and_not_the_event(read: Any, only: Any, text: str, holder: Any, part: Any) -> None:
    event = only(read(text), DOWNED)

    assert on_event(event) == [("agency", Stance.UNVERIFIED)]
    assert [(c.holder, c.stance, c.value) for c in event.claims if c.about == "initiator"] == [(holder, Stance.DENIES, part)]


@pytest.mark.parametrize(
    ("text", "holder", "via"),
    [
        ("Interfax reported, citing the Armenian Defence Ministry, that a helicopter was downed.", "ARM.MIL", ("INTERFAX",)),
        ("RT reported that there had been reports of an Azerbaijani plane being shot down.", "unnamed", ("RT",)),
        ("RT quoted a Kremlin statement saying that a plane was shot down.", "RUS.GOV", ("RT",)),
    ],
)
def test_two_hops_keep_their_carrier(read: Any, only: Any, text: str, holder: Any, via: Any) -> None:
    claims = only(read(text), DOWNED).claims

    assert (holder, via) in [(claim.holder, claim.via) for claim in claims]


def test_a_denial_denies_what_was_told_before_it_and_no_more(read: Any, only: Any) -> None:
    text = (
        "An Azerbaijani helicopter was shot down on Sunday, Armenia said. "
        "The Armenian Defence Ministry released a video showing an Azerbaijani tank hit by a shell. But Baku denied the report."
    )

    events = read(text)

    assert ("AZE.GOV", Stance.DENIES) in on_event(only(events, "conflict.equipment_destroyed"))
    assert ("AZE.GOV", Stance.DENIES) not in on_event(only(events, DOWNED))


def test_doubt_is_the_source_s_own(read: Any, only: Any) -> None:
    event = only(read("Eyewitnesses said warplanes bombed Ganja. The report could not be independently verified."), "conflict.airstrike")

    assert on_event(event) == [("Eyewitnesses", Stance.ASSERTS), ("agency", Stance.UNVERIFIED)]
    assert HolderKind.EYEWITNESS is event.claims[0].holder_kind


def test_a_false_claim_is_a_denial(read: Any, only: Any) -> None:
    event = only(read("Armenian forces downed an Azerbaijani drone; Azerbaijan said the claim was false."), DOWNED)

    assert ("AZE.GOV", Stance.DENIES) in on_event(event)


def test_owner_s_confirmation_names_owner_and_crew(read: Any, only: Any) -> None:
    event = only(read("Azerbaijan's military confirmed a jet was shot down but the crew survived."), DOWNED)

    assert {("event", ""), ("operator", "AZE"), ("crew", "survived")} == {(claim.about, claim.value) for claim in event.claims}
    assert all(claim.party and claim.stance is Stance.CONFIRMS for claim in event.claims)


def test_a_garbled_nationality_is_the_holder_s_word_on_the_operator(read: Any, only: Any) -> None:
    event = only(read("The Azerbaijani military confirmed that a Russian fighter jet was shot down."), DOWNED)

    assert ("AZE.MIL", "operator", "RUS") in [(claim.holder, claim.about, claim.value) for claim in event.claims]


def test_after_a_named_body_its_capital_means_that_body(read: Any, only: Any) -> None:
    text = "The Azerbaijani military confirmed that a jet was shot down. Baku said that it destroyed 12 Armenian tanks."

    assert on_event(only(read(text), "conflict.equipment_destroyed")) == [("AZE.MIL", Stance.ASSERTS)]


def test_an_official_source_speaks_for_its_state(read: Any, only: Any) -> None:
    source = Source("agency", official_of="ARM", grade="C")

    claim = only(read("Our troops shot down two helicopters.", source=source), DOWNED).claims[0]

    assert (claim.holder, claim.holder_kind, claim.country, claim.party) == ("agency", HolderKind.OFFICIAL, "ARM", True)


def test_a_party_to_the_event_is_marked_and_others_are_not(read: Any, only: Any) -> None:
    event = only(read("Armenia said an Azerbaijani jet was shot down by Armenian forces."), DOWNED)
    other = only(read("Russia said an Azerbaijani jet was shot down by Armenian forces."), DOWNED)

    assert [event.claims[0].party, other.claims[0].party] == [True, False]


def test_a_report_without_events_speaks_in_its_own_voice(read: Any) -> None:
    (story,) = read("The book festival in Yerevan has moved to the park.")

    assert on_event(story) == [("agency", Stance.ASSERTS)]
    assert story.place.name == "Yerevan"

"""What is read from single sentences: types, roles, counts, modality, and the traps of the ontology."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from streams.domain.event import ActorRole, Modality, ObjectRole, Precision, Stance
from streams.domain.values import Basis, Qualifier, Quantity

DOWNED = "conflict.aircraft_downed"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("An Azerbaijani helicopter was shot down near Martakert.", "conflict.aircraft_downed"),
        ("Azerbaijani Su-25 shot down by Armenian air defence", "conflict.aircraft_downed"),
        ("The downing of an Armenian jet was reported on Sunday.", "conflict.aircraft_downed"),
        ("Taliban insurgents claim they downed a Black Hawk.", "conflict.aircraft_downed"),
        ("Azerbaijani forces shelled Stepanakert on Sunday.", "conflict.shelling_missile"),
        ("Warplanes bombed Ganja overnight.", "conflict.airstrike"),
        ("Azerbaijan launched a large-scale offensive along the line of contact.", "conflict.offensive"),
        ("Azerbaijan destroyed twelve anti-aircraft missile systems.", "conflict.equipment_destroyed"),
        ("Sixteen soldiers were killed and more than 100 wounded.", "conflict.casualties"),
        ("Armenia declared martial law on Sunday.", "conflict.martial_law"),
        ("Armenia announced a general mobilisation.", "conflict.mobilisation"),
        ("Vladimir Putin and Nikol Pashinyan spoke by phone on Sunday.", "politics.call"),
        ("Armenia and Azerbaijan agreed on a ceasefire.", "conflict.ceasefire"),
        ("A suicide bomber blew himself up outside a mosque in Kabul.", "conflict.suicide_bombing"),
        ("Gunmen kidnapped three aid workers in Mali.", "conflict.abduction"),
        ("A magnitude 6.1 earthquake struck western Turkey.", "hazard.earthquake"),
        ("Flash floods killed 77 people in Papua.", "hazard.flood"),
        ("A passenger train derailed near Lyon, injuring 20 people.", "incident.rail"),
        ("A Cessna plane crashed in a field, killing the pilot.", "incident.air"),
        ("Canada imposed sanctions on Syria.", "politics.sanction"),
        ("Somalia expelled two Kenyan diplomats.", "politics.expel"),
        ("Police arrested five activists in Minsk.", "security.arrest"),
        ("Thousands of protesters marched through Minsk.", "unrest.demonstration"),
        ("The autumn book festival has moved its stalls to the park.", "other.story"),
        ("Lawmakers shot down a bill on drones.", "other.story"),
        ("The coach was fired after the attack on his policy.", "other.story"),
    ],
)
def test_a_sentence_leads_with_its_event(read: Any, text: str, expected: Any) -> None:
    assert expected == read(text)[0].type


def test_helicopters_and_drones_shot_down_in_one_breath_are_two_events(read: Any, things: Any) -> None:
    events = read("Armenian forces shot down two helicopters and three drones, the ministry said.")

    assert [things(event) for event in events] == [
        [("aircraft.rotary-wing.helicopter", "", Quantity(2, 2))],
        [("aircraft.drone", "", Quantity(3, 3))],
    ]
    assert {DOWNED} == {event.type for event in events}


def test_a_tally_is_told_apart_by_class_and_keeps_its_qualifiers(read: Any, things: Any) -> None:
    text = "The Armenian military says that Azerbaijan's damage is larger, with up to two helicopters, three tanks and three drones."

    events = read(text)

    assert [(event.type, things(event)) for event in events] == [
        (DOWNED, [("aircraft.rotary-wing.helicopter", "AZE", Quantity(None, 2, Qualifier.UP_TO))]),
        ("conflict.equipment_destroyed", [("armour.tank", "AZE", Quantity(3, 3))]),
        (DOWNED, [("aircraft.drone", "AZE", Quantity(3, 3))]),
    ]


def test_who_shot_is_the_initiator_and_whose_craft_it_was_the_target(read: Any, only: Any) -> None:
    event = only(read("Armenian air defences downed an Azerbaijani Mi-24 over Karabakh."), DOWNED)

    assert [(a.role, a.canonical) for a in event.actors] == [(ActorRole.INITIATOR, "ARM.MIL"), (ActorRole.TARGET, "AZE")]
    assert event.objects[0].class_path == "aircraft.rotary-wing.helicopter.mi-24"
    assert (event.place.name, event.place.country, event.place.de_facto) == ("Nagorno-Karabakh", "AZE", "ARTSAKH")


def test_a_crash_that_was_no_shootdown_is_an_incident(read: Any) -> None:
    events = read("A Russian Mi-24 helicopter crashed near Yerevan, officials said. The helicopter was not shot down, they said.")

    assert events[0].type == "incident.air"
    assert [event.modality for event in events if event.type == DOWNED] == [Modality.NEGATED]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Azerbaijan threatened to shoot down Armenian planes.", Modality.PLANNED),
        ("If a plane is shot down, Russia will respond.", Modality.HYPOTHETICAL),
        ("The plane was not shot down.", Modality.NEGATED),
        ("In April 2016 a helicopter was shot down over Karabakh.", Modality.HISTORICAL),
        ("Rebels tried to shoot down a military helicopter.", Modality.ATTEMPTED),
        ("Rebels shot down a military helicopter.", Modality.ACTUAL),
    ],
)
def test_modality_of_a_shootdown(read: Any, only: Any, text: str, expected: Any) -> None:
    assert expected == only(read(text), DOWNED).modality


def test_background_keeps_its_date(read: Any, only: Any) -> None:
    text = "In April 2016 the two sides fought for four days.\n\nAn Azerbaijani helicopter was shot down on the first day of that fighting."

    assert Modality.HISTORICAL is only(read(text), DOWNED).modality


def test_numbers_of_the_dead_and_wounded_carry_qualifier_and_kind(read: Any, only: Any) -> None:
    event = only(
        read("Azerbaijani forces shelled Stepanakert, killing at least 12 civilians and wounding more than 30."),
        "conflict.shelling_missile",
    )

    assert [(count.kind, count.min, count.max, count.qualifier) for count in event.counts] == [
        ("killed", 12, None, Qualifier.AT_LEAST),
        ("injured", 30, None, Qualifier.AT_LEAST),
    ]


def test_another_two_adds_to_an_earlier_count(read: Any, only: Any) -> None:
    event = only(read("Shelling of Ganja killed another two people."), "conflict.shelling_missile")

    assert [(count.basis, count.min) for count in event.counts] == [(Basis.INCREMENTAL, 2)]


def test_a_crew_that_survived_is_the_outcome(read: Any, only: Any) -> None:
    event = only(read("A fighter jet was shot down but its crew survived."), DOWNED)

    assert event.outcome.crew == "survived"


def test_time_is_resolved_against_the_day_of_filing(read: Any, only: Any) -> None:
    event = only(read("A helicopter was shot down on Sunday near Martakert."), DOWNED)

    assert (datetime(2020, 9, 27, tzinfo=UTC), Precision.DAY) == (event.time.start, event.time.precision)


def test_parties_of_a_call_stand_beside_each_other(read: Any, only: Any) -> None:
    event = only(read("Putin held a phone call with Armenian Prime Minister Nikol Pashinyan."), "politics.call")

    assert {("vladimir-putin", ActorRole.PARTY), ("nikol-pashinyan", ActorRole.PARTY)} == {(a.canonical, a.role) for a in event.actors}


def test_martial_law_holds_where_its_authority_rules(read: Any, only: Any) -> None:
    text = "YEREVAN - Armenia declared martial law on Sunday, Prime Minister Nikol Pashinyan said."

    assert only(read(text, dateline="YEREVAN"), "conflict.martial_law").place.name == "Armenia"


def test_upper_case_copy_reads_as_any_other(read: Any, things: Any) -> None:
    events = read("ARMENIA SAYS SHOT DOWN TWO AZERBAIJANI HELICOPTERS NEAR MARTAKERT")

    assert [("aircraft.rotary-wing.helicopter", "AZE", Quantity(2, 2))] == things(events[0])
    assert events[0].place.name == "Martakert"


def test_instruments_are_objects_of_their_own(read: Any, only: Any) -> None:
    event = only(read("Rebels attacked the convoy with mortars."), "conflict.shelling_missile")

    assert [(thing.role, thing.name) for thing in event.objects] == [(ObjectRole.TARGET, "convoy"), (ObjectRole.INSTRUMENT, "mortars")]


def test_sport_in_martial_words_is_no_conflict(read: Any) -> None:
    text = "James held off a late assault as the Lakers beat the Nuggets in the fourth quarter of the NBA Finals with 16 rebounds."

    assert [event.type for event in read(text)] == ["other.story"]


def test_a_self_accusation_asserts_nothing(read: Any) -> None:
    events = read("Top officials in Azerbaijan accused Azerbaijani forces of shelling positions of the army.")

    assert all(event.modality is not Modality.ACTUAL for event in events)
    assert "self-accusation" in {evidence.rule for event in events for evidence in event.evidence}
    assert all(claim.stance is not Stance.ASSERTS for event in events for claim in event.claims if claim.country == "AZE")


def test_headline_and_lede_tell_one_event_with_evidence_from_the_body(read: Any, only: Any) -> None:
    event = only(read("An Azerbaijani helicopter was shot down over Karabakh on Sunday.", "Azerbaijani helicopter downed"), DOWNED)

    assert event.lead
    assert {"headline", "body"} == {evidence.span.part for evidence in event.evidence}
    assert event.excerpt_span.part == "body"

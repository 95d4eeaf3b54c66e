"""Which pairs of records are one event, by what they say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from streams.domain.event import ActorKind, ActorRole, Count, EventRecord, Modality, Place, Precision
from streams.matching.features import features_of
from streams.matching.lattice import Relation, class_relation, kin, type_relation
from streams.matching.places import distance_km, gap_km, one_name, same_place, share_country
from streams.matching.scoring import INCOMPARABLE, NEVER, explain, score
from streams.matching.weights import Curve, weights
from tests.unit.matching.build import GORIS, TOVUZ, actor, event, thing, when


def value(one: EventRecord, other: EventRecord) -> float:
    return score(features_of(one), features_of(other))


@pytest.mark.parametrize(
    ("one", "other", "relation"),
    [
        ("aircraft", "aircraft.fixed-wing.fighter", Relation.HYPERNYM),
        ("aircraft.fixed-wing", "aircraft.rotary-wing.helicopter", Relation.SIBLING),
        ("aircraft", "aircraft", Relation.SAME),
        ("aircraft", "aircraft.drone", Relation.CONFLICT),
        ("aircraft.fixed-wing", "armour.tank", Relation.CONFLICT),
        ("armour.tank", "armour.apc", Relation.CONFLICT),
        ("place", "building", Relation.UNKNOWN),
        ("", "aircraft", Relation.UNKNOWN),
    ],
)
def test_classes_stand_to_each_other_as_witnesses_use_them(one: str, other: str, relation: Relation) -> None:
    assert class_relation(one, other) is relation
    assert class_relation(other, one) is relation


def test_types_that_one_event_may_be_told_as_are_kin() -> None:
    assert type_relation("conflict.airstrike", "conflict.shelling_missile") is Relation.SIBLING
    assert type_relation("conflict.airstrike", "politics.call") is Relation.CONFLICT
    assert type_relation("other.story", "other.story") is Relation.UNKNOWN
    assert kin("conflict.martial_law") == ("conflict.curfew", "conflict.martial_law")


def test_distances_are_great_circles_and_regions_have_extent() -> None:
    region = Place("Syunik", None, 39.5, 46.3, Precision.REGION, "ARM")
    assert distance_km(TOVUZ, GORIS) == pytest.approx(175.4, abs=1)
    assert gap_km(TOVUZ, GORIS) == distance_km(TOVUZ, GORIS)
    assert gap_km(GORIS, region) == 0.0
    assert gap_km(GORIS, replace(GORIS, lat=None)) is None
    assert share_country(TOVUZ, replace(GORIS, country="")) is None


def test_places_are_one_by_id_or_by_name_and_nearness() -> None:
    assert same_place(replace(TOVUZ, geonames_id=1), replace(GORIS, geonames_id=1))
    assert not same_place(TOVUZ, replace(TOVUZ, lat=30.0))
    city = replace(TOVUZ, name="Tovuz city")
    assert one_name([city, TOVUZ, GORIS]) == {"Tovuz": "Tovuz", "Tovuz city": "Tovuz", "Goris": "Goris"}


def test_a_plane_and_a_helicopter_of_garbled_nationality_are_still_one_event() -> None:
    plane = event("b", "Jet downed", objects=(thing("aircraft.fixed-wing.fighter", "RUS"),))
    assert value(event("a"), plane) > 0


@pytest.mark.parametrize(
    "other",
    [
        event("b", objects=(thing("aircraft.drone"),)),
        event("b", objects=(thing("armour.tank"),), type="conflict.equipment_destroyed"),
        event("b", place=GORIS),
        event("b", time=when(2)),
        event("b", modality=Modality.HISTORICAL),
        event("b", modality=Modality.PLANNED),
        event("b", type="conflict.mobilisation", objects=()),
        event("b", place=replace(GORIS, lat=None, lon=None)),
        event("b", place=Place("Ganja", None, None, None, Precision.CITY, "AZE")),
    ],
)
def test_other_things_places_days_and_histories_are_other_events(other: EventRecord) -> None:
    otherwise = event("b", "Second desk", "Our reporter heard from people in the hills that something had come down there.").sketch
    assert value(event("a"), replace(other, sketch=otherwise)) < 0


def test_two_reports_in_the_same_words_tell_one_event_whatever_type_each_was_read_as() -> None:
    lead = event("b", type="incident.fire", objects=())
    assert value(event("a"), lead) > 0
    assert value(event("a"), replace(lead, lead=False)) < 0


def test_a_time_that_the_text_does_not_tell_is_no_date() -> None:
    told, taken = when(), replace(when(), span=None)
    assert [features_of(event("a", time=time)).dated for time in (told, taken, None)] == [True, False, False]


def test_a_swapped_victim_and_shooter_are_two_events() -> None:
    ours = event("a", actors=(actor(ActorRole.INITIATOR, "ARM.MIL"),))
    theirs = event("b", objects=(thing("aircraft.rotary-wing.helicopter", "ARM"),), actors=(actor(ActorRole.INITIATOR, "AZE.MIL"),))
    assert value(ours, theirs) < 0


def test_calls_with_a_crossing_cast_are_two_calls() -> None:
    def call(name: str, *people: str) -> EventRecord:
        cast = tuple(actor(ActorRole.PARTY, p, ActorKind.PERSON) for p in people)
        body = f"The ministers {' and '.join(people)} spoke by telephone, {name} learned."
        return event(name, "Ministers talk", body, type="politics.call", objects=(), place=None, actors=cast)

    assert value(call("a", "lavrov", "bayramov"), call("b", "lavrov", "mnatsakanyan")) < 0
    assert value(call("a", "lavrov", "bayramov"), call("b", "bayramov", "lavrov")) > 0


def test_decrees_of_two_authorities_are_two_events() -> None:
    def law(name: str, authority: str) -> EventRecord:
        decree = (actor(ActorRole.INITIATOR, authority),)
        return event(name, "Martial law declared", type="conflict.martial_law", objects=(), actors=decree, place=TOVUZ)

    assert value(law("a", "AZE.GOV"), law("b", "ARM.GOV")) < 0 < value(law("a", "AZE.GOV"), law("b", "AZE.GOV"))


def test_two_events_of_one_report_are_kept_apart_by_any_specific() -> None:
    one = event("a")
    assert value(one, replace(event("b", place=GORIS), report_id="rep-a")) == NEVER
    assert value(one, replace(event("b", time=when(1)), report_id="rep-a")) == NEVER
    assert value(one, replace(event("b", type="conflict.casualties"), report_id="rep-a")) == NEVER
    dead, more = (Count("killed", n, n) for n in (1, 5))
    assert value(replace(one, counts=(dead,)), replace(event("b", counts=(more,)), report_id="rep-a")) == NEVER
    assert value(one, replace(event("b"), report_id="rep-a")) > 0


def test_passing_mentions_of_unrelated_types_are_not_compared() -> None:
    assert value(event("a"), event("b", type="politics.call", lead=False)) == INCOMPARABLE


def test_terms_add_up_to_the_score() -> None:
    one, other = features_of(event("a")), features_of(event("b", "Aircraft falls near Tovuz", "Something else entirely was written here."))
    assert sum(term.weight for term in explain(one, other)) == pytest.approx(score(one, other))
    assert any(term.feature == "place.same" for term in explain(other, one))


def test_an_undated_event_happened_shortly_before_it_was_told() -> None:
    assert value(event("a", time=None), event("b", time=None, minutes=60)) > value(
        event("a", time=None), event("b", time=None, minutes=60 * 24 * 9)
    )


def test_curves_are_flat_beyond_their_ends_and_linear_between() -> None:
    curve = Curve(-1.0, (0.0, 0.5, 1.0), (0.0, 1.0, 3.0))
    assert [curve(x) for x in (None, -1.0, 0.25, 0.75, 2.0)] == [-1.0, 0.0, 0.5, 2.0, 3.0]


def test_no_curve_of_agreement_falls() -> None:
    curves = {name: curve for name, curve in weights().words.items() if not name.startswith("length_")}
    assert all(list(curve.value) == sorted(curve.value) for curve in curves.values())

"""The incident that records make: variants, tolls, ledger, voices and state."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest

from streams.domain.event import ActorRole, Carrier, Count, EventRecord, HolderKind, Outcome, Place, Precision, RetractReason, Stance
from streams.domain.incident import IncidentState, StoredRecord
from streams.domain.values import Qualifier, Quantity
from streams.matching.attributes import shown
from tests.unit.matching.build import DAY, TOVUZ, actor, claim, event, fused, stored, thing, when

PLANE, HELICOPTER = "aircraft.fixed-wing.fighter", "aircraft.rotary-wing.helicopter"
OTHER_WORDS = "Quite different sentences by a reporter of our own who went up the valley and asked the people there what they had seen."


def own(name: str, body: str = OTHER_WORDS, **more: Any) -> EventRecord:
    return event(name, f"{name} tells", body, **more)


def state(*records: EventRecord | StoredRecord) -> IncidentState:
    return fused(*records).state


def test_every_variant_is_kept_with_who_gives_it() -> None:
    incident = fused(event("a"), event("b", minutes=1, objects=(thing(PLANE, "RUS"),)))
    classes = incident.attribute("object_class")
    assert classes is not None
    assert classes.disputed
    assert {v.value: (v.holders, v.sources) for v in classes.variants} == {PLANE: (("b",), ("b",)), HELICOPTER: (("a",), ("a",))}
    operator = incident.attribute("operator")
    assert operator is not None
    assert operator.disputed


def test_a_kind_and_a_finer_kind_are_no_dispute_and_the_finer_is_told() -> None:
    incident = fused(event("a", objects=(thing("aircraft"),)), event("b"))
    classes = incident.attribute("object_class")
    assert classes is not None
    assert (classes.disputed, classes.value) == (False, HELICOPTER)


def test_one_and_up_to_two_is_a_variant_and_no_dispute() -> None:
    two = replace(thing(HELICOPTER), count=Quantity(None, 2, Qualifier.UP_TO))
    count = fused(event("a"), event("b", objects=(two,))).attribute("object_count")
    assert count is not None
    assert (count.disputed, [v.value for v in count.variants]) == (False, ["1", "up to 2"])


def test_a_holders_later_toll_replaces_its_earlier_and_tolls_are_never_summed() -> None:
    early = event("a", counts=(Count("killed", 2, 2, holder="AZE.GOV"),))
    late = event("b", minutes=30, counts=(Count("killed", 5, 5, holder="AZE.GOV"),))
    other = event("c", minutes=10, counts=(Count("killed", 9, 9),))
    killed = fused(early, late, other).attribute("killed")
    assert killed is not None
    assert {v.value: v.holders for v in killed.variants} == {"5": ("AZE.GOV",), "9": ("c",)}
    assert killed.disputed


@pytest.mark.parametrize(
    ("quantity", "text"),
    [
        (Quantity(2, 2), "2"),
        (Quantity(2, 2, Qualifier.ABOUT), "about 2"),
        (Quantity(None, 2), "up to 2"),
        (Quantity(24, None), "at least 24"),
        (Quantity(3, 5), "3 to 5"),
    ],
)
def test_quantities_read_as_people_say_them(quantity: Quantity, text: str) -> None:
    assert shown(quantity) == text


def test_crew_damage_and_place_are_told_and_compared() -> None:
    one = event("a", outcome=Outcome("survived", "shot_down"))
    other = event("b", outcome=Outcome("killed", "destroyed"), place=replace(TOVUZ, name="Tovuz city"), time=when(3))
    incident = fused(one, other)
    told = {a.name: (a.disputed, [v.value for v in a.variants]) for a in incident.attributes}
    assert told["crew"] == (True, ["killed", "survived"])
    assert told["damage"] == (False, ["destroyed", "shot_down"])
    assert told["place"] == (False, ["Tovuz"])
    assert told["time"][0]


def test_fusing_does_not_look_at_the_order_of_records() -> None:
    records = [event("a"), event("b", minutes=3, objects=(thing(PLANE, "RUS"),)), event("c", minutes=1)]
    assert len({repr(fused(*order)) for order in permutations(records)}) == 1


def test_only_a_party_says_so_is_a_claim() -> None:
    told = event("a", claims=(claim("ARM.MIL"),), actors=(actor(ActorRole.INITIATOR, "ARM.MIL"),))
    assert state(told) is IncidentState.CLAIMED


def test_two_agencies_relaying_one_party_are_one_party_voice() -> None:
    shooter = (actor(ActorRole.INITIATOR, "ARM.MIL"),)
    one = event("a", claims=(claim("ARM.MIL"),), actors=shooter)
    other = event("b", "Second", OTHER_WORDS, claims=(claim("ARM.MIL"),), actors=shooter)
    incident = fused(one, other)
    assert incident.state is IncidentState.CLAIMED
    assert [(g.sources, g.party) for g in incident.independent_groups] == [(("a", "b"), True)]


def test_the_owners_word_confirms_and_later_variants_do_not_undo_it() -> None:
    said = event("a", claims=(claim("ARM.MIL"),))
    owner = event("b", "Owner", OTHER_WORDS, minutes=9, claims=(claim("AZE.MIL", Stance.CONFIRMS),), objects=(thing(PLANE, "RUS"),))
    incident = fused(said, owner)
    assert incident.state is IncidentState.CONFIRMED
    assert "AZE.MIL" in incident.state_reasons[0]


def test_two_independent_voices_corroborate_and_one_does_not() -> None:
    assert state(event("a")) is IncidentState.SINGLE_SOURCE
    assert state(event("a"), own("b")) is IncidentState.CORROBORATED


@pytest.mark.parametrize(
    ("carrier", "body", "reason"),
    [
        (Carrier("b", credit="a"), OTHER_WORDS, "same credit line: a"),
        (Carrier("b", owner="group"), OTHER_WORDS, "same owner: group"),
        (Carrier("b"), None, "near-copy"),
        (Carrier("a"), OTHER_WORDS, "same source: a"),
    ],
)
def test_copies_under_other_names_add_no_voice(carrier: Carrier, body: str | None, reason: str) -> None:
    first = event("a", carrier=Carrier("a", owner="group" if "owner" in reason else ""))
    second = event("b", carrier=carrier) if body is None else event("b", "b tells", body, carrier=carrier)
    incident = fused(first, second)
    assert incident.state is IncidentState.SINGLE_SOURCE
    assert reason in incident.independent_groups[0].reasons


def test_what_is_only_reported_to_be_reported_is_the_reporters_voice() -> None:
    relayed = claim("a", holder_kind=HolderKind.MEDIA)
    assert len(fused(event("a"), own("b", claims=(relayed,))).independent_groups) == 1


def test_denials_bind_to_what_they_deny() -> None:
    operator = event("b", "Second", OTHER_WORDS, claims=(claim("RUS.MIL", Stance.DENIES, "operator"),))
    assert state(event("a"), operator) is IncidentState.SINGLE_SOURCE
    whole = event("b", "Second", OTHER_WORDS, claims=(claim("AZE.MIL", Stance.DENIES),))
    assert state(event("a"), whole) is IncidentState.DISPUTED
    assert state(whole) is IncidentState.DENIED


def test_what_is_unverified_vouches_for_nothing() -> None:
    doubtful = own("b", claims=(claim("b", Stance.UNVERIFIED),))
    assert state(event("a"), doubtful) is IncidentState.SINGLE_SOURCE


def test_both_parties_saying_so_corroborates() -> None:
    cast = (actor(ActorRole.INITIATOR, "ARM.MIL"), actor(ActorRole.TARGET, "AZE.GOV"))
    shelling: dict[str, Any] = {"type": "conflict.shelling_missile", "objects": (), "actors": cast}
    one = event("a", claims=(claim("ARM.MIL"),), **shelling)
    other = event("b", "Second", OTHER_WORDS, claims=(claim("AZE.GOV"),), **shelling)
    assert state(one, other) is IncidentState.CORROBORATED


def test_a_call_told_by_both_sides_is_corroborated() -> None:
    cast = (actor(ActorRole.PARTY, "RUS.GOV"), actor(ActorRole.PARTY, "ARM.GOV"))
    call: dict[str, Any] = {"type": "politics.call", "objects": (), "actors": cast}
    one = event("a", claims=(claim("RUS.GOV", party=True),), **call)
    other = event("b", "Second", OTHER_WORDS, claims=(claim("ARM.GOV", party=True),), **call)
    assert state(one) is IncidentState.CLAIMED
    assert state(one, other) is IncidentState.CORROBORATED


def test_killing_a_record_takes_its_voice_and_its_values_back() -> None:
    gone = stored(event("b", "b", OTHER_WORDS, objects=(thing(PLANE),)), RetractReason.KILLED)
    incident = fused(event("a"), gone)
    assert incident.state is IncidentState.SINGLE_SOURCE
    assert [m.retracted for m in incident.members] == [RetractReason.NONE, RetractReason.KILLED]
    classes = incident.attribute("object_class")
    assert classes is not None
    assert [v.value for v in classes.variants] == [HELICOPTER]


def test_an_incident_without_a_speaking_record_is_retracted_but_keeps_its_headline() -> None:
    incident = fused(stored(event("a"), RetractReason.KILLED))
    assert (incident.state, incident.headline, incident.attributes) == (IncidentState.RETRACTED, "Helicopter shot down near Tovuz", ())


def test_an_embargoed_member_is_shown_as_such() -> None:
    held = stored(event("a", embargo_until=DAY))
    assert fused(held).members[0].retracted is RetractReason.EMBARGOED


def test_of_an_items_versions_only_the_latest_speaks() -> None:
    first = event("a", item_key="item", version=1)
    second = event("b", item_key="item", version=2, objects=(thing(PLANE),))
    incident = fused(first, second)
    classes = incident.attribute("object_class")
    assert classes is not None
    assert [v.value for v in classes.variants] == [PLANE]
    assert len(incident.members) == 2


def test_the_ledger_says_who_carried_what_and_when_first() -> None:
    one = event("a", minutes=5, claims=(claim("ARM.MIL", via=("x", "y")),))
    other = event("b", claims=(claim("ARM.MIL"), claim("ARM.MIL", Stance.ASSERTS, "operator", value="AZE")))
    entries = fused(one, other).claims
    assert [(e.about, e.value, e.sources, e.via) for e in entries] == [("event", "", ("a", "b"), ()), ("operator", "AZE", ("b",), ())]
    assert entries[0].first_seen == other.published_at


def test_a_typed_reading_names_an_incident_that_others_tell_as_a_story() -> None:
    stories = [event(n, type="other.story", objects=(), minutes=m) for m, n in enumerate("bc")]
    assert fused(event("a", minutes=9), *stories[:1]).type == "conflict.aircraft_downed"


def test_a_lone_official_whose_side_is_not_told_counts_as_a_party() -> None:
    spokesman = claim("artur-someone", holder_kind=HolderKind.OFFICIAL)
    village = Place("Vank", None, None, None, Precision.CITY, "AZE", "ARTSAKH")
    incident = fused(event("a", claims=(spokesman,), place=village))
    assert incident.state is IncidentState.CLAIMED
    together = event("b", "Second", OTHER_WORDS, claims=(spokesman, claim("AZE.GOV")), place=village)
    assert len(fused(event("a", claims=(spokesman,), place=village), together).independent_groups) == 1

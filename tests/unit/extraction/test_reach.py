"""What stands between a verb and its roles, and what a report leads with."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Ruritania on Tuesday threatened to cut off electricity to the island.", "politics.threaten"),
        ("The opposition on Monday demanded that the president resign.", "politics.demand"),
        ("Georgia has refused to deploy troops in the region.", "politics.reject"),
        ("Georgia rejected a proposal for signing a trade agreement.", "politics.reject"),
        ("Ousted President Ivan Petrov has been accused of fraud by prosecutors.", "politics.accuse"),
        ("Militants attacked a convoy of Georgian forces on Sunday.", "conflict.ground_clash"),
        ("Protesters marched in Tbilisi, hurling stones at police.", "unrest.riot"),
        ("Demonstrators flooded the streets of Tbilisi for a protest.", "unrest.demonstration"),
    ],
)
def test_the_lead_is_what_is_done_or_said(read: Any, text: str, kind: str) -> None:
    assert read(text)[0].type == kind


@pytest.mark.parametrize("act", ["lifted martial law", "eased the curfew", "revoked the general mobilization"])
def test_the_end_of_a_decree_is_no_decree(read: Any, act: Any) -> None:
    kinds = {event.type for event in read(f"Georgia {act} on Sunday.")}

    assert kinds.isdisjoint({"conflict.martial_law", "conflict.curfew", "conflict.mobilisation"})


def test_an_acronym_is_a_name_in_upper_case_copy_too(read: Any, only: Any) -> None:
    event = only(read("THE FMLN KIDNAPPED A MAYOR IN SAN MIGUEL ON SUNDAY."), "conflict.abduction")

    assert "FMLN" in [actor.canonical for actor in event.actors]


def test_a_word_that_looks_like_an_acronym_stays_a_word(read: Any) -> None:
    assert "USA" not in [actor.canonical for event in read("REBELS KIDNAPPED A MAYOR; HE TOLD US HE IS WELL.") for actor in event.actors]


def test_nameless_guerrillas_are_the_one_armed_group_s(read: Any, only: Any) -> None:
    event = only(read("Guerrillas kidnapped a mayor on Sunday. The FARC has been active in the area."), "conflict.abduction")

    assert "FARC" in [actor.canonical for actor in event.actors]


def test_nameless_guerrillas_of_two_groups_stay_nameless(read: Any, only: Any) -> None:
    event = only(read("Guerrillas kidnapped a mayor on Sunday. The FARC and the ELN are active in the area."), "conflict.abduction")

    assert {"FARC", "ELN"}.isdisjoint({actor.canonical for actor in event.actors})


def test_a_group_of_armed_men_is_men(read: Any, only: Any) -> None:
    event = only(read("A group of gunmen kidnapped a mayor on Sunday."), "conflict.abduction")

    assert [actor.name for actor in event.actors if actor.role == "initiator"] == ["gunmen"]


def test_a_given_name_begins_a_name_in_upper_case_copy(read: Any, only: Any) -> None:
    event = only(read("JOSE PRADOQUI WAS KIDNAPPED BY GUERRILLAS ON SUNDAY."), "conflict.abduction")

    assert "JOSE PRADOQUI" in [actor.name for actor in event.actors]

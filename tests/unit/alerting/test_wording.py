"""The snap, as a desk would file it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from streams.alerting.names import adjective, country, display, office
from streams.alerting.slots import count_phrase, thing
from streams.alerting.templates import TEMPLATES
from streams.alerting.view import view
from streams.alerting.wording import MAX_LENGTH, cut, snap
from streams.domain.alert import AlertKind
from streams.domain.event import Actor, ActorKind, ActorRole, Carrier, HolderKind, RetractReason, Stance
from streams.domain.incident import Attribute, IncidentState, LedgerEntry
from streams.domain.ontology import TYPES
from tests.unit.alerting.builders import attribute, claim, incident, record, retraction, stored

S = IncidentState
JET = attribute("object_class", "aircraft.fixed-wing.fighter-jet")
HELICOPTER = attribute("object_class", "aircraft.rotary-wing.helicopter")
KARABAKH = attribute("place", "Nagorno-Karabakh")
AZE = attribute("operator", "AZE")
ARMENIA = claim("ARM.MIL", Stance.ASSERTS)
DENIAL = claim("AZE.MIL", Stance.DENIES, minutes=5)


def written(
    state: S, attributes: Sequence[Attribute] = (), claims: Sequence[LedgerEntry] = (), kind: AlertKind = AlertKind.NEW, **more: str
) -> str:
    records = stored(record("a"))
    return snap(view(incident(records, state, attributes, claims, **more), records), kind, records[0].record, "")  # type: ignore[arg-type]


def test_a_confirmation_leads_with_who_confirms() -> None:
    confirms = claim("AZE.MIL", Stance.CONFIRMS)
    text = written(S.CONFIRMED, (JET, KARABAKH, AZE, attribute("crew", "survived")), (ARMENIA, confirms))
    assert text == "AZERBAIJAN CONFIRMS FIGHTER JET SHOT DOWN OVER NAGORNO-KARABAKH, CREW SURVIVED -DEFENCE MINISTRY"


def test_a_claim_of_a_party_is_its_word() -> None:
    text = written(S.CLAIMED, (HELICOPTER, KARABAKH, AZE), (ARMENIA,))
    assert text == "ARMENIA SAYS AZERBAIJANI HELICOPTER SHOT DOWN OVER NAGORNO-KARABAKH -DEFENCE MINISTRY"


def test_a_dispute_gives_both_sides() -> None:
    text = written(S.DISPUTED, (HELICOPTER, AZE), (ARMENIA, DENIAL))
    assert text == "ARMENIA SAYS AZERBAIJANI HELICOPTER SHOT DOWN; AZERBAIJAN DENIES"


def test_a_dispute_about_what_it_was_says_on_what_accounts_differ() -> None:
    text = written(S.DISPUTED, (HELICOPTER, attribute("operator", "AZE", "RUS")), (ARMENIA,))
    assert text == "ARMENIA SAYS HELICOPTER SHOT DOWN; ACCOUNTS DIFFER ON OPERATOR"


def test_what_nobody_stands_behind_is_unconfirmed() -> None:
    rumour = claim("steppe-radio", Stance.UNVERIFIED, kind=HolderKind.UNNAMED)
    assert written(S.SINGLE_SOURCE, (HELICOPTER, KARABAKH), (rumour,)).startswith(
        "UNCONFIRMED: HELICOPTER SHOT DOWN OVER NAGORNO-KARABAKH -"
    )
    stands = claim("valley-wire", Stance.ASSERTS, kind=HolderKind.SOURCE)
    assert written(S.SINGLE_SOURCE, (HELICOPTER, KARABAKH), (rumour, stands)).startswith("HELICOPTER SHOT DOWN")


def test_an_unconfirmed_report_that_is_denied_says_both() -> None:
    rumour = claim("steppe-radio", Stance.UNVERIFIED, kind=HolderKind.UNNAMED)
    text = written(S.DISPUTED, (HELICOPTER,), (rumour, DENIAL))
    assert (text.startswith("UNCONFIRMED: HELICOPTER SHOT DOWN -"), text.endswith("; AZERBAIJAN DENIES")) == (True, True)


def test_whose_aircraft_it_was_is_left_out_while_that_is_disputed() -> None:
    assert "AZERBAIJANI" not in written(S.CORROBORATED, (JET, attribute("operator", "AZE", "RUS")))


def test_a_denial_that_stands_alone_leads() -> None:
    assert written(S.DENIED, (JET,), (DENIAL,)) == "AZERBAIJAN DENIES FIGHTER JET SHOT DOWN -DEFENCE MINISTRY"


def test_a_denial_by_someone_without_a_country_names_them() -> None:
    text = written(S.DISPUTED, (JET,), (ARMENIA, claim("Acme Air", Stance.DENIES, HolderKind.UNNAMED)))
    assert text == "ARMENIA SAYS FIGHTER JET SHOT DOWN; ACME AIR DENIES"


def test_who_denies_only_his_own_part_is_said_to_deny_that() -> None:
    text = written(S.DISPUTED, (JET,), (ARMENIA, claim("DPR", Stance.DENIES, about="initiator")))
    assert text == "ARMENIA SAYS FIGHTER JET SHOT DOWN; ROLE DENIED BY DONETSK SEPARATISTS"


def test_a_single_source_is_credited() -> None:
    own = claim("agency-a", Stance.ASSERTS, HolderKind.SOURCE)
    assert written(S.SINGLE_SOURCE, (JET, KARABAKH), (own,)) == "FIGHTER JET SHOT DOWN OVER NAGORNO-KARABAKH -AGENCY A"


def test_corroboration_credits_the_first_two_sources() -> None:
    records = stored(record("a"), record("b", source="agency-c", minutes=1), record("c", source="agency-b", minutes=2))
    text = snap(view(incident(records, S.CORROBORATED, (JET,)), records), AlertKind.CORROBORATED, records[0].record, "")
    assert text == "FIGHTER JET SHOT DOWN -AGENCY A, AGENCY C"


def test_a_state_that_declares_martial_law_is_not_said_to_say_so() -> None:
    decree = claim("ARM.GOV", Stance.ASSERTS)
    text = written(S.CLAIMED, (attribute("initiator", "ARM.GOV"),), (decree,), event_type="conflict.martial_law")
    assert text == "ARMENIA DECLARES MARTIAL LAW -ARMENIAN GOVERNMENT"


def test_an_office_whose_is_not_said_declares_nothing_by_name() -> None:
    text = written(
        S.SINGLE_SOURCE, (attribute("initiator", "government"), attribute("place", "Yerevan")), event_type="conflict.martial_law"
    )
    assert text == "MARTIAL LAW DECLARED IN YEREVAN -AGENCY A"


def test_an_initiator_without_a_country_is_named_as_it_is() -> None:
    text = written(S.SINGLE_SOURCE, (attribute("initiator", "arayik-harutyunyan"),), event_type="conflict.mobilisation")
    assert text == "ARAYIK HARUTYUNYAN ORDERS MOBILISATION -AGENCY A"


def test_who_ordered_it_is_left_out_while_that_is_disputed() -> None:
    text = written(S.SINGLE_SOURCE, (attribute("initiator", "ARM", "AZE"),), event_type="conflict.mobilisation")
    assert text == "MOBILISATION ORDERED -AGENCY A"


def test_an_official_source_is_named_without_repeating_its_country() -> None:
    records = stored(replace(record("a"), carrier=Carrier("arm-mod", "Ministry of Defence of Armenia, press service")))
    own = claim("arm-mod", Stance.ASSERTS, country="ARM")
    subject = incident(records, S.CLAIMED, (JET,), (own,))
    text = snap(view(subject, records), AlertKind.NEW, records[0].record, "")
    assert text == "ARMENIA SAYS FIGHTER JET SHOT DOWN -MINISTRY OF DEFENCE"


def test_a_country_that_speaks_for_itself_needs_no_credit() -> None:
    assert written(S.CLAIMED, (JET,), (claim("ARM", Stance.ASSERTS),)) == "ARMENIA SAYS FIGHTER JET SHOT DOWN"


def test_once_corroborated_the_sources_are_credited() -> None:
    assert written(S.CORROBORATED, (JET,), (ARMENIA,)) == "FIGHTER JET SHOT DOWN -AGENCY A"


def test_a_call_names_both_sides() -> None:
    actors = tuple(Actor(ActorRole.PARTY, ActorKind.PERSON, "x", country=c) for c in ("RUS", "ARM"))
    records = stored(replace(record("a"), actors=actors))
    subject = incident(records, event_type="politics.call")
    assert snap(view(subject, records), AlertKind.NEW, records[0].record, "") == "ARMENIAN, RUSSIAN LEADERS HOLD PHONE CALL -AGENCY A"


@pytest.mark.parametrize("event_type", ["other.story", "politics.call", "politics.election"])
def test_what_no_template_can_tell_is_told_by_its_headline(event_type: str) -> None:
    text = written(S.SINGLE_SOURCE, event_type=event_type, headline="Mayor opens  new bridge")
    assert text == "MAYOR OPENS NEW BRIDGE -AGENCY A"


def test_corrections_are_marked() -> None:
    assert written(S.SINGLE_SOURCE, (JET,), kind=AlertKind.CORRECTED) == "CORRECTED: FIGHTER JET SHOT DOWN -AGENCY A"


@pytest.mark.parametrize("last", ["JET SHOT DOWN -AGENCY A", "CORRECTED: JET SHOT DOWN -AGENCY A", "WITHDRAWN: JET SHOT DOWN -AGENCY A"])
def test_a_kill_takes_back_what_was_last_said_without_its_mark(last: str) -> None:
    records = stored(record("a"), a=RetractReason.KILLED)
    subject = view(incident(records, S.RETRACTED), records)
    assert snap(subject, AlertKind.WITHDRAWN, retraction(record("a"), RetractReason.KILLED), last) == "KILL: JET SHOT DOWN -AGENCY A"


def test_optional_parts_go_before_the_line_grows_too_long() -> None:
    place = attribute("place", "Village of Upper Something on the River Hakari")
    text = written(S.CLAIMED, (HELICOPTER, AZE, place, attribute("crew", "survived"), attribute("killed", "12")), (ARMENIA,))
    assert text == "ARMENIA SAYS AZERBAIJANI HELICOPTER SHOT DOWN -DEFENCE MINISTRY"


def test_a_long_headline_is_cut_at_a_word_and_keeps_its_source() -> None:
    text = written(S.SINGLE_SOURCE, event_type="other.story", headline="word " * 60)
    assert len(text) <= MAX_LENGTH
    assert text.endswith("WORD -AGENCY A")


def test_a_headline_without_spaces_is_cut_anyway() -> None:
    assert cut("X" * 300) == "X" * MAX_LENGTH


def test_a_tail_that_would_crowd_out_the_news_is_cut_itself() -> None:
    text = cut("NEWS " * 40, " -" + "SOURCE " * 30)
    assert len(text) <= MAX_LENGTH
    assert text.startswith("NEWS NEWS")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2", "TWO"),
        ("16", "16"),
        ("up_to 2", "UP TO TWO"),
        ("<=2", "UP TO TWO"),
        ("at_least 24", "AT LEAST 24"),
        ("24+", "AT LEAST 24"),
        ("about 5", "ABOUT FIVE"),
        ("3-5", "THREE TO FIVE"),
        ("3 to 5", "THREE TO FIVE"),
        ("0", "NO"),
        ("at least 0", ""),
        ("dozens", ""),
    ],
)
def test_counts_read_as_copy(text: str, expected: str) -> None:
    assert count_phrase(text) == expected


def test_up_to_two_helicopters_are_plural() -> None:
    text = written(S.CLAIMED, (HELICOPTER, AZE, attribute("object_count", "up_to 2")), (ARMENIA,))
    assert text.startswith("ARMENIA SAYS UP TO TWO AZERBAIJANI HELICOPTERS SHOT DOWN")


@pytest.mark.parametrize(
    ("path", "plural", "expected"),
    [
        ("aircraft", True, "AIRCRAFT"),
        ("armour.tank", True, "TANKS"),
        ("x.air-defence", False, "AIR DEFENCE"),
        ("ship.vessels", True, "VESSELS"),
        ("aircraft.an-26", False, "AN-26"),
    ],
)
def test_things_have_a_desks_names(path: str, plural: bool, expected: str) -> None:
    assert thing(path, plural) == expected


@pytest.mark.parametrize(
    ("holder", "expected"),
    [
        ("ARM.MIL", "ARMENIAN DEFENCE MINISTRY"),
        ("AZE.GOV.MFA", "AZERBAIJANI FOREIGN MINISTRY"),
        ("RUS.PRES", "KREMLIN"),
        ("GEO", "GEORGIA"),
        ("NKR.PRE", "KARABAKH AUTHORITIES"),
        ("Shushan Stepanyan", "SHUSHAN STEPANYAN"),
        ("QQQ.MIL", "QQQ.MIL"),
        ("nikol-pashinyan", "NIKOL PASHINYAN"),
    ],
)
def test_holders_have_display_names(holder: str, expected: str) -> None:
    assert display(holder) == expected


def test_a_code_that_no_table_has_is_given_back() -> None:
    assert (country("QQQ"), adjective("QQQ"), office("QQQ.ZZZ")) == ("QQQ", "QQQ", "")


def test_every_template_is_of_a_type_of_the_ontology() -> None:
    assert set(TEMPLATES) <= TYPES

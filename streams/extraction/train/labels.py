"""What the labels of CASE 2021 task 2 and of PLOVER's gold standard are in the ontology's types."""

from __future__ import annotations

from streams.domain.event import Modality
from streams.domain.ontology import codes_of, family

_CASE = """
conflict.ground_clash conflict.offensive ARMED_CLASH
conflict.airstrike conflict.drone_strike AIR_STRIKE
conflict.shelling_missile ART_MISS_ATTACK
conflict.bombing REM_EXPLOS
conflict.grenade GRENADE
conflict.suicide_bombing SUIC_BOMB
conflict.unconventional CHEM_WEAP
conflict.weapons_intercepted conflict.aircraft_downed conflict.equipment_destroyed DISR_WEAP
conflict.territory_regained GOV_REGAINS_TERIT
conflict.territory_overtaken NON_STATE_ACTOR_OVERTAKES_TER
conflict.territory_transfer NON_VIOL_TERRIT_TRANSFER
conflict.targeted_killing conflict.attack_civilians security.shooting ATTACK
conflict.abduction ABDUCT_DISSAP
conflict.sexual_violence SEX_VIOL
conflict.arson conflict.property_destroyed PROPERTY_DISTRUCT
conflict.robbery security.organised_crime ORG_CRIME
conflict.base_established HQ_ESTABLISHED
conflict.deployment conflict.mobilisation CHANGE_TO_GROUP_ACT
security.arrest ARREST
unrest.demonstration unrest.strike PEACE_PROTEST
unrest.demonstration_dispersed PROTEST_WITH_INTER
unrest.force_against_protest FORCE_AGAINST_PROTEST
unrest.riot VIOL_DEMONSTR
unrest.mob_violence MOB_VIOL
politics.accuse ATTRIB
politics.agreement conflict.ceasefire AGREEMENT
health.outbreak NATURAL_DISASTER
"""
_OF_TYPE = {kind: row.split()[-1] for row in _CASE.strip().splitlines() for kind in row.split()[:-1]}
_OF_FAMILY = {"hazard": "NATURAL_DISASTER", "incident": "MAN_MADE_DISASTER", "politics": "DIPLO"}
_ALIAS = {"DEMAND": "REQUEST", "DISAPPROVE": "ACCUSE", "FIGHT": "ASSAULT", "CONCEDE": "RETREAT", "COOPERATE": "SUPPORT"}


def case_label(event_type: str) -> str:
    """The sub-event label of a type."""
    return _OF_TYPE.get(event_type) or _OF_FAMILY.get(family(event_type), "OTHER")


def plover_label(event_type: str, modality: Modality) -> str:
    """The PLOVER event of a type; empty where it has none."""
    return folded(codes_of(event_type, modality).plover.partition(" ")[0])


def folded(label: str) -> str:
    """PLOVER's older event names as the newer ones."""
    return _ALIAS.get(label, label)

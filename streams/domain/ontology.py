"""Event types and their codes. PLOVER's types x mode x context are the spine; CAMEO, ACLED and IPTC codes derive from the type.

Sources: PLOVER codebook (openeventdata), CAMEO 1.1b3, ACLED codebook 2023 sub-events, IPTC Media Topics. A scheme without a
code for a type has the empty string. Stance (claim, deny, confirm) is on the claim, never in the type.
"""

from __future__ import annotations

from dataclasses import replace

from streams.domain.event import Codes, Modality

OTHER_STORY = "other.story"

_CIVIL = "Change to group or activity"
_PARENT = "parent's"

# type: (PLOVER event and mode, CAMEO root, ACLED sub-event, medtop)
_TABLE: dict[str, tuple[str, str, str, str]] = {
    "conflict.aircraft_downed": ("ASSAULT shootdown", "190", "Armed clash", "20000056"),
    "conflict.airstrike": ("ASSAULT aerial", "195", "Air/drone strike", "20000056"),
    "conflict.drone_strike": ("ASSAULT drone", "195", "Air/drone strike", "20000056"),
    "conflict.shelling_missile": ("ASSAULT heavy-weapons", "194", "Shelling/artillery/missile attack", "20000056"),
    "conflict.ground_clash": ("ASSAULT firearms", "193", "Armed clash", "20000056"),
    "conflict.offensive": ("ASSAULT firearms", "193", "Armed clash", "20000056"),
    "conflict.equipment_destroyed": ("ASSAULT destroy", "190", _PARENT, "20000602"),
    "conflict.territory_regained": ("COERCE seize", "192", "Government regains territory", "20000060"),
    "conflict.territory_overtaken": ("COERCE seize", "192", "Non-state actor overtakes territory", "20000060"),
    "conflict.territory_transfer": ("RETREAT withdraw", "0872", "Non-violent transfer of territory", "20000060"),
    "conflict.base_established": ("MOBILIZE", "154", "Headquarters or base established", "20000599"),
    "conflict.deployment": ("MOBILIZE", "154", _CIVIL, "20000599"),
    "conflict.weapons_intercepted": ("COERCE", "172", "Disrupted weapons use", "20000056"),
    "conflict.property_destroyed": ("ASSAULT destroy", "182", "Looting/property destruction", "20000129"),
    "conflict.grenade": ("ASSAULT explosives", "183", "Grenade", "20000056"),
    "conflict.sexual_violence": ("ASSAULT sexual", "181", "Sexual violence", "20000099"),
    "conflict.bombing": ("ASSAULT explosives", "183", "Remote explosive/landmine/IED", "20000055"),
    "conflict.suicide_bombing": ("ASSAULT suicide-attack", "183", "Suicide bomb", "20000055"),
    "conflict.targeted_killing": ("ASSAULT targeted", "185", "Attack", "20000071"),
    "conflict.attack_civilians": ("ASSAULT targeted", "202", "Attack", "20000071"),
    "conflict.abduction": ("ASSAULT abduct", "181", "Abduction/forced disappearance", "20000100"),
    "conflict.arson": ("ASSAULT destroy", "182", "Looting/property destruction", "20000129"),
    "conflict.robbery": ("", "182", "Looting/property destruction", "20000129"),
    "conflict.unconventional": ("ASSAULT unconventional", "20", "Chemical weapon", "20000056"),
    "conflict.mobilisation": ("MOBILIZE troops", "152", "Other", "20000599"),
    "conflict.martial_law": ("COERCE martial-law", "1724", "Other", "20000647"),
    "conflict.curfew": ("COERCE curfew", "1723", "Other", "20000647"),
    "conflict.ceasefire": ("RETREAT ceasefire", "0871", "Agreement", "20000073"),
    "conflict.ceasefire_violation": ("ASSAULT", "196", _PARENT, "20000073"),
    "conflict.prisoner_release": ("RETREAT release", "0841", "Other", "20000080"),
    "conflict.disarmament": ("RETREAT disarm", "0873", "Other", "20000078"),
    "conflict.casualties": ("ASSAULT", "190", _PARENT, "20000056"),
    "politics.call": ("CONSULT phone", "041", "", "20000639"),
    "politics.meeting": ("CONSULT", "046", "", "20000639"),
    "politics.visit": ("CONSULT visit", "042", "", "20000639"),
    "politics.agreement": ("AGREE", "057", "Agreement", "20000641"),
    "politics.accuse": ("ACCUSE", "11", "", "20000638"),
    "politics.demand": ("REQUEST", "10", "", "20000638"),
    "politics.reject": ("REJECT", "12", "", "20000638"),
    "politics.threaten": ("THREATEN", "13", "", "20000638"),
    "politics.support": ("SUPPORT", "05", "", "20000638"),
    "politics.concern": ("ACCUSE disapprove", "111", "", "20000638"),
    "politics.concession": ("RETREAT yield", "08", "", "20000638"),
    "politics.restriction": ("COERCE restrict", "172", "", "20000638"),
    "politics.sanction": ("SANCTION", "163", "", "20000642"),
    "politics.expel": ("SANCTION", "166", "", "20000639"),
    "politics.aid": ("AID", "07", "", "20000643"),
    "politics.election": ("", "", "", "20000574"),
    "politics.appointment": ("", "", "", "20000593"),
    "politics.resignation": ("RETREAT resign", "", "", "20000593"),
    "politics.coup": ("ASSAULT", "", "", "20000070"),
    "unrest.demonstration": ("PROTEST demo", "141", "Peaceful protest", "20000066"),
    "unrest.riot": ("PROTEST riot", "145", "Violent demonstration", "20000069"),
    "unrest.strike": ("PROTEST strike", "143", "", "20000065"),
    "unrest.demonstration_dispersed": ("COERCE", "175", "Protest with intervention", "20000066"),
    "unrest.force_against_protest": ("ASSAULT", "180", "Excessive force against protesters", "20000066"),
    "unrest.mob_violence": ("PROTEST riot", "145", "Mob violence", "20000069"),
    "security.arrest": ("COERCE arrest", "173", "Arrests", "20000130"),
    "security.investigation": ("INVESTIGATE", "09", "", "20000082"),
    "security.trial": ("ACCUSE convict", "115", "", "20000106"),
    "security.cyberattack": ("COERCE cyber", "", "", "20000086"),
    "security.shooting": ("ASSAULT firearms", "190", "", "20000129"),
    "security.organised_crime": ("", "", "", "20000087"),
    "hazard.earthquake": ("", "", "", "20000153"),
    "hazard.flood": ("", "", "", "20000154"),
    "hazard.storm": ("", "", "", "20000158"),
    "hazard.wildfire": ("", "", "", "20001202"),
    "hazard.landslide": ("", "", "", "20000155"),
    "hazard.volcano": ("", "", "", "20000159"),
    "hazard.drought": ("", "", "", "20000152"),
    "hazard.heatwave": ("", "", "", "20000152"),
    "incident.air": ("", "", "", "20000144"),
    "incident.rail": ("", "", "", "20000146"),
    "incident.road": ("", "", "", "20000147"),
    "incident.sea": ("", "", "", "20000145"),
    "incident.explosion": ("", "", "", "20000140"),
    "incident.industrial": ("", "", "", "20000141"),
    "incident.collapse": ("", "", "", "20000161"),
    "incident.fire": ("", "", "", "20000161"),
    "health.outbreak": ("", "", "", "20000449"),
    OTHER_STORY: ("", "", "", ""),
}

TYPES: frozenset[str] = frozenset(_TABLE)
"""Every event type, `family.type`."""

_CODES = {name: Codes(*row) for name, row in _TABLE.items()}


_COOPERATIVE = frozenset({"CONSULT", "SUPPORT", "AID", "RETREAT"})
_HOSTILE = frozenset({"ACCUSE", "PROTEST", "SANCTION", "COERCE", "ASSAULT"})
_INTENDED = frozenset({Modality.PLANNED, Modality.HYPOTHETICAL})


def codes_of(event_type: str, modality: Modality = Modality.ACTUAL) -> Codes:
    """The type's codes in PLOVER, CAMEO, ACLED and IPTC Media Topics. KeyError for a type that the ontology lacks.

    What is planned is no deed yet: PLOVER and CAMEO code a cooperative act that is intended as AGREE (03, express intent), a hostile
    one as THREATEN (13), and to say that one will not cooperate is to REJECT (12). The mode stays, so that a consumer sees what.
    """
    codes = _CODES[event_type]
    event, _, mode = codes.plover.partition(" ")
    if modality in _INTENDED and event in _COOPERATIVE:
        return replace(codes, plover=f"AGREE {mode}".rstrip(), cameo="03")
    if modality in _INTENDED and event in _HOSTILE:
        return replace(codes, plover=f"THREATEN {mode}".rstrip(), cameo="13")
    if modality is Modality.NEGATED and event in _COOPERATIVE | {"AGREE"}:
        return replace(codes, plover=f"REJECT {mode}".rstrip(), cameo="12")
    return codes


def family(event_type: str) -> str:
    """The part before the dot."""
    return event_type.partition(".")[0]

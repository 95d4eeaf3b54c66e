"""What a snap says of each event type: a table, so that a desk can change the words without reading code.

A type has one or more templates; the first whose required fragments can all be filled is used. A fragment that begins with
"?" is optional: it is left out when a slot is empty, and the last ones go first when the snap grows too long. A fragment that
begins with "," attaches without a space. Slots are listed in `slots.py`.
"""

from __future__ import annotations

Template = tuple[str, ...]

_TOLL = ("?, {killed} KILLED", "?, {injured} INJURED")
_WHERE = "?IN {place}"

TEMPLATES: dict[str, tuple[Template, ...]] = {
    "conflict.aircraft_downed": (
        ("{object}", "SHOT DOWN", "?OVER {place}", "?, CREW {crew}", *_TOLL),
        ("AIRCRAFT SHOT DOWN", "?OVER {place}", "?, CREW {crew}"),
    ),
    "conflict.airstrike": (("AIRSTRIKE HITS {place}", *_TOLL), ("AIRSTRIKE REPORTED", *_TOLL)),
    "conflict.drone_strike": (("DRONE STRIKE HITS {place}", *_TOLL), ("DRONE STRIKE REPORTED", *_TOLL)),
    "conflict.shelling_missile": (("{place} COMES UNDER FIRE", *_TOLL), ("SHELLING REPORTED", *_TOLL)),
    "conflict.ground_clash": (("CLASHES", "IN {place}", *_TOLL), ("CLASHES REPORTED", *_TOLL)),
    "conflict.offensive": (("{actor} LAUNCHES OFFENSIVE", _WHERE, *_TOLL), ("OFFENSIVE LAUNCHED", _WHERE, *_TOLL)),
    "conflict.equipment_destroyed": (("{object}", "DESTROYED", _WHERE, *_TOLL),),
    "conflict.territory_regained": (("{actor} RETAKES {place}",), ("{place} RETAKEN",)),
    "conflict.territory_overtaken": (("{actor} TAKES {place}",), ("{place} TAKEN",)),
    "conflict.territory_transfer": (("{place} HANDED OVER",),),
    "conflict.bombing": (("BOMB HITS {place}", *_TOLL), ("BOMB ATTACK REPORTED", *_TOLL)),
    "conflict.suicide_bombing": (("SUICIDE BOMBER STRIKES", _WHERE, *_TOLL),),
    "conflict.casualties": (
        ("{killed} KILLED", "?, {injured} INJURED", _WHERE),
        ("{injured} INJURED", _WHERE),
    ),
    "conflict.mobilisation": (("{actor} ORDERS MOBILISATION",), ("MOBILISATION ORDERED", "?IN {place}")),
    "conflict.martial_law": (("{actor} DECLARES MARTIAL LAW",), ("MARTIAL LAW DECLARED", "?IN {place}")),
    "conflict.curfew": (("{actor} IMPOSES CURFEW", _WHERE), ("CURFEW IMPOSED", _WHERE)),
    "conflict.ceasefire": (("{pair} AGREE CEASEFIRE",), ("CEASEFIRE AGREED", _WHERE)),
    "conflict.ceasefire_violation": (("CEASEFIRE BROKEN", _WHERE, *_TOLL),),
    "politics.call": (("{pair} LEADERS HOLD PHONE CALL",),),
    "politics.coup": (("COUP", "IN {place}"),),
    "hazard.earthquake": (("EARTHQUAKE HITS {place}", *_TOLL),),
    "hazard.flood": (("FLOODS HIT {place}", *_TOLL),),
    "hazard.storm": (("STORM HITS {place}", *_TOLL),),
    "hazard.wildfire": (("WILDFIRE BURNS", "IN {place}", *_TOLL),),
    "hazard.landslide": (("LANDSLIDE HITS {place}", *_TOLL),),
    "hazard.volcano": (("VOLCANO ERUPTS", "IN {place}", *_TOLL),),
    "incident.air": (("{object} CRASHES", _WHERE, "?, CREW {crew}", *_TOLL),),
    "incident.rail": (("TRAIN ACCIDENT", "IN {place}", *_TOLL),),
    "incident.explosion": (("EXPLOSION", "IN {place}", *_TOLL),),
    "incident.fire": (("FIRE", "IN {place}", *_TOLL),),
}
"""Types without an entry are told by their headline."""

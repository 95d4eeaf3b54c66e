"""Event records: one event as one report tells it. The value of `wire.events`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from streams.domain.report import NORMAL_PRIORITY, Signal
from streams.domain.values import Basis, Qualifier, Quantity, Span


class Action(StrEnum):
    """What an event record does to the incidents: assert it, take it back, or release it from an embargo that has passed."""

    ASSERT = "assert"
    RETRACT = "retract"
    RELEASE = "release"


class RetractReason(StrEnum):
    """Why a record is no longer its source's word. NONE on every record that is not a retraction."""

    NONE = "none"
    SUPERSEDED = "superseded"
    CORRECTED = "corrected"
    KILLED = "killed"
    EMBARGOED = "embargoed"


class Modality(StrEnum):
    """Whether the text says that it happened. Only ACTUAL (and ATTEMPTED) events may alert as new."""

    ACTUAL = "actual"
    ATTEMPTED = "attempted"
    PLANNED = "planned"
    HYPOTHETICAL = "hypothetical"
    NEGATED = "negated"
    HISTORICAL = "historical"


class ActorRole(StrEnum):
    """An actor's part in the event."""

    INITIATOR = "initiator"
    TARGET = "target"
    VICTIM = "victim"
    PARTY = "party"


class ActorKind(StrEnum):
    """What sort of actor."""

    PERSON = "person"
    ORGANIZATION = "organization"
    GROUP = "group"
    STATE = "state"
    UNKNOWN = "unknown"


class ObjectRole(StrEnum):
    """A thing's part in the event."""

    TARGET = "target"
    INSTRUMENT = "instrument"
    SUBJECT = "subject"


class Stance(StrEnum):
    """What a holder says of a claim."""

    ASSERTS = "asserts"
    CONFIRMS = "confirms"
    DENIES = "denies"
    UNVERIFIED = "unverified"


class HolderKind(StrEnum):
    """What sort of voice a holder is."""

    OFFICIAL = "official"
    EYEWITNESS = "eyewitness"
    MEDIA = "media"
    UNNAMED = "unnamed"
    SOURCE = "source"
    """The reporting source itself, in its own voice."""


class Precision(StrEnum):
    """How exact a place or a time is."""

    EXACT = "exact"
    CITY = "city"
    DISTRICT = "district"
    REGION = "region"
    COUNTRY = "country"
    HOUR = "hour"
    DAY_PART = "day_part"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Codes:
    """The type's codes in other schemes, empty where a scheme has none. `plover` is "EVENT mode"; see domain/ontology.py."""

    plover: str = ""
    cameo: str = ""
    acled: str = ""
    medtop: str = ""


@dataclass(frozen=True, slots=True)
class Actor:
    """`name` as in the text; `canonical` a stable id ("AZE.MIL"); `country` ISO 3166-1 alpha-3; `sector` PLOVER (MIL, GOV, PRE, UNK)."""

    role: ActorRole
    kind: ActorKind
    name: str
    canonical: str = ""
    country: str = ""
    sector: str = "UNK"
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Thing:
    """An object. `class_path` ("aircraft.rotary-wing.helicopter") is a path in the lattice; `class` in JSON and Avro.

    `operator` is whose it is said to be: ISO alpha-3, or a canonical actor id; empty when the text does not say.
    """

    role: ObjectRole
    name: str
    class_path: str = ""
    operator: str = ""
    count: Quantity | None = None
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where. lat/lon in degrees WGS 84. `country` is ISO alpha-3 of the de jure state; `de_facto` who holds a disputed place."""

    name: str
    geonames_id: int | None = None
    lat: float | None = None
    lon: float | None = None
    precision: Precision = Precision.UNKNOWN
    country: str = ""
    de_facto: str = ""
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class When:
    """When it happened: [start, end) in UTC, resolved against dateline and publication (`as_of`)."""

    start: datetime
    end: datetime
    precision: Precision
    as_of: datetime
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """How many, of whom, who says so. `kind`: killed, injured, missing, captured, destroyed, damaged, detained, displaced, …

    `holder` is a canonical holder, empty for the source's own voice. Counts of different holders are never summed.
    """

    kind: str
    min: int | None
    max: int | None
    qualifier: Qualifier = Qualifier.EXACT
    basis: Basis = Basis.CUMULATIVE
    holder: str = ""
    of: str = ""
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """`crew`: survived, killed, captured, missing or empty; `damage`: destroyed, damaged, shot_down, hit or empty."""

    crew: str = ""
    damage: str = ""
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """Who holds that the event, or one attribute of it, is so.

    `holder` as canonical id ("AZE.MIL") or the name in the text; `country` of the holder; `party`: is the holder a party to
    the event; `about`: "event", or the attribute ("operator", "killed", …) that the claim is on; `value` its value there;
    `via` the chain of carriers between holder and source, nearest to the source first ("RT reported that reports said").
    """

    holder: str
    stance: Stance
    holder_kind: HolderKind = HolderKind.SOURCE
    country: str = ""
    party: bool = False
    about: str = "event"
    value: str = ""
    via: tuple[str, ...] = ()
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why an extraction rule fired: `rule` names it, `text` is what it saw at `span`."""

    rule: str
    text: str
    span: Span | None


@dataclass(frozen=True, slots=True)
class Carrier:
    """The source of the report as matching needs it: who speaks, for whom, and under whose credit line."""

    id: str
    name: str = ""
    owner: str = ""
    official_of: str = ""
    country: str = ""
    grade: str = "F"
    credit: str = ""


@dataclass(frozen=True, slots=True)
class Sketch:
    """What matching keeps of the report's words; it never sees the body.

    `headline` and `lede` are term lists in order, normalised as `language` asks; `terms` maps the whole text's terms to
    their counts; `names` are proper names, case-folded; `numbers` digits as written; `shingles` is the MinHash signature
    (32-bit values) of the whole body for near-copy detection.
    """

    headline: tuple[str, ...] = ()
    lede: tuple[str, ...] = ()
    terms: dict[str, int] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    shingles: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class EventRecord:
    """One event as one report tells it.

    `event_id` is derived from the report id and the event's ordinal and type; a retraction has the id of what it takes back.
    `caused_by` is the report that made us send this record (for a retraction the kill or the newer version; else its own report).
    `item_key`, `version`, `version_at` say which version of which item speaks. `block_key` is the key on `wire.events`:
    records that could be one incident share it. `published_at` is the event-time clock.
    """

    event_id: str
    report_id: str
    item_key: str
    type: str
    block_key: str
    carrier: Carrier
    published_at: datetime
    received_at: datetime
    version_at: datetime
    version: int = 0
    caused_by: str = ""
    action: Action = Action.ASSERT
    retract_reason: RetractReason = RetractReason.NONE
    signal: Signal = Signal.NEW
    embargo_until: datetime | None = None
    lead: bool = False
    codes: Codes = Codes()
    modality: Modality = Modality.ACTUAL
    actors: tuple[Actor, ...] = ()
    objects: tuple[Thing, ...] = ()
    place: Place | None = None
    time: When | None = None
    counts: tuple[Count, ...] = ()
    outcome: Outcome | None = None
    claims: tuple[Claim, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    excerpt: str = ""
    headline: str = ""
    slug: str = ""
    language: str = ""
    priority: int = NORMAL_PRIORITY
    keywords: tuple[str, ...] = ()
    sketch: Sketch = field(default_factory=Sketch)

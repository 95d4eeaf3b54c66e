"""The attributes of an incident: every value that anyone gives, with who gives it, and whether they can all be true."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from streams.domain.event import ActorRole, EventRecord, ObjectRole, Place, Precision, Thing, When
from streams.domain.incident import Attribute, Variant
from streams.domain.values import Quantity
from streams.matching.lattice import Relation, class_relation
from streams.matching.ledger import holders
from streams.matching.places import gap_km, one_name, share_country
from streams.matching.sides import side
from streams.matching.stances import said_at

GROUND = "place"
HIT = frozenset({"destroyed", "shot_down", "damaged", "hit"})


@dataclass(frozen=True, slots=True)
class Given:
    """One value of one attribute as one record gives it. `raw` is the typed value that compatibility is judged on."""

    name: str
    value: str
    holders: tuple[str, ...]
    record: EventRecord
    raw: object
    toll: bool = False


def attributes(records: Sequence[EventRecord], votes: Mapping[str, str], owners: frozenset[str]) -> tuple[Attribute, ...]:
    """The fused attributes of the speaking records, sorted by name.

    `votes` maps event ids to independence groups: support is counted in groups. `owners` are holders whose word on the event confirms it.
    """
    by_name: dict[str, list[Given]] = {}
    spots = one_name({r.place: None for r in records if r.place is not None})
    for given in _latest(_largest([g for record in records for g in _given(record, spots)])):
        by_name.setdefault(given.name, []).append(given)
    return tuple(_attribute(name, by_name[name], votes, owners) for name in sorted(by_name))


def _given(record: EventRecord, spots: Mapping[str, str]) -> Iterator[Given]:
    for name, value, raw in _values(record, spots):
        if value:
            yield Given(name, value, _behind(record, name), record, raw)
    for count in record.counts:
        holder = (count.holder,) if count.holder else _behind(record, count.kind)
        quantity = Quantity(count.min, count.max, count.qualifier)
        yield Given(count.kind, shown(quantity), holder, record, quantity, toll=True)


def _values(record: EventRecord, spots: Mapping[str, str]) -> Iterator[tuple[str, str, object]]:
    for thing in _hit(record):
        # A town that is shelled is where it happened, not a kind of thing.
        if thing.class_path != GROUND:
            yield "object_class", thing.class_path, thing.class_path
        yield "object_name", thing.name, thing.name
        yield "operator", thing.operator.partition(".")[0], thing.operator.partition(".")[0]
        if thing.count is not None:
            yield "object_count", shown(thing.count), thing.count
    for name, roles in (("initiator", {ActorRole.INITIATOR}), ("target", {ActorRole.TARGET})):
        for who in _who(record, roles):
            yield name, who, who
    if record.place is not None:
        yield "place", spots[record.place.name], record.place
    if record.time is not None:
        yield "time", f"{record.time.start.isoformat()}/{record.time.end.isoformat()}", record.time
    if record.outcome is not None:
        yield "crew", record.outcome.crew, record.outcome.crew
        yield "damage", record.outcome.damage, record.outcome.damage
    yield "modality", record.modality.value, record.modality.value


def _who(record: EventRecord, roles: Set[ActorRole]) -> list[str]:
    """The sides that have one of the roles; where none is named, what the actors are called."""
    acting = [a for a in record.actors if a.role in roles]
    return sorted({side(a.canonical, a.country) for a in acting} - {""}) or sorted({a.name for a in acting})


def _hit(record: EventRecord) -> tuple[Thing, ...]:
    """The things it happened to; of a thing that one record calls by its kind and by a finer kind, the finer."""
    hit = tuple(t for t in record.objects if t.role is not ObjectRole.INSTRUMENT)
    return tuple(t for t in hit if not any(other.class_path.startswith(t.class_path + ".") for other in hit))


def _behind(record: EventRecord, name: str) -> tuple[str, ...]:
    """Who gives the value: who speaks of it, else who says that it happened; nobody when all that is told are denials and hedges."""
    return holders(record, name) or holders(record) or (() if record.claims else (record.carrier.id,))


def _largest(found: Sequence[Given]) -> Iterator[Given]:
    """Of one holder's numbers in one report only the largest: a tally counts what is told of singly as well."""
    most: dict[tuple[str, tuple[str, ...]], int] = {}
    for g in found:
        if g.name == "object_count":
            key = (g.record.report_id, g.holders)
            most[key] = max(most.get(key, 0), _size(g))
    yield from (g for g in found if g.name != "object_count" or _size(g) == most[g.record.report_id, g.holders])


def _size(given: Given) -> int:
    return max(given.raw.min or 0, given.raw.max or 0) if isinstance(given.raw, Quantity) else 0


def _latest(found: Iterable[Given]) -> Iterator[Given]:
    """Of one holder's tolls only the latest: it is replaced, never added up. Other values all stand."""
    last: dict[tuple[str, tuple[str, ...]], Given] = {}
    for given in found:
        if not given.toll:
            yield given
        elif (key := (given.name, given.holders)) not in last or _when(last[key]) <= _when(given):
            last[key] = given
    yield from last.values()


def _when(given: Given) -> tuple[object, ...]:
    return said_at(given.record), _size(given), given.record.event_id, given.value


def shown(quantity: Quantity) -> str:
    """A quantity as text: "2", "up to 2", "at least 24", "about 50", "3 to 5"."""
    low, high = quantity.min, quantity.max
    if low is not None and low == high:
        return f"about {low}" if quantity.qualifier.value == "about" else str(low)
    if low is not None and high is not None and low > 0:
        return f"{low} to {high}"
    return f"up to {high}" if high is not None else f"at least {low or 0}"


def _attribute(name: str, found: Sequence[Given], votes: Mapping[str, str], owners: frozenset[str]) -> Attribute:
    by_value: dict[str, list[Given]] = {}
    for given in found:
        by_value.setdefault(given.value, []).append(given)
    best = min(by_value, key=lambda value: _rank(by_value[value], votes, owners))
    raws = [by_value[value][0].raw for value in sorted(by_value)]
    return Attribute(name, best, _disputed(name, raws), tuple(_variant(value, by_value[value]) for value in sorted(by_value)))


def _rank(given: Sequence[Given], votes: Mapping[str, str], owners: frozenset[str]) -> tuple[object, ...]:
    """Best first: what the owner says, then the most voices, the most carriers, then the more specific, the latest, the value itself."""
    owned = any(owners & set(g.holders) for g in given)
    voices = len({votes.get(g.record.event_id, g.record.event_id) for g in given})
    carriers = len({g.record.carrier.id for g in given})
    latest = max(g.record.published_at for g in given).timestamp()
    return (not owned, -voices, -carriers, -given[0].value.count("."), -latest, given[0].value)


def _variant(value: str, given: Sequence[Given]) -> Variant:
    return Variant(
        value=value,
        holders=tuple(sorted({h for g in given for h in g.holders})),
        sources=tuple(sorted({g.record.carrier.id for g in given})),
        event_ids=tuple(sorted({g.record.event_id for g in given})),
        first_seen=min(g.record.published_at for g in given),
    )


def _disputed(name: str, raws: Sequence[object]) -> bool:
    compatible = _COMPATIBLE.get(name)
    pairs = [(a, b) for n, a in enumerate(raws) for b in raws[n + 1 :]]
    if compatible is not None:
        return not all(compatible(a, b) for a, b in pairs)
    return any(not a.overlaps(b) for a, b in pairs if isinstance(a, Quantity) and isinstance(b, Quantity))


def _classes(one: object, other: object) -> bool:
    return class_relation(str(one), str(other)) in (Relation.SAME, Relation.HYPERNYM)


def _places(one: object, other: object) -> bool:
    if not (isinstance(one, Place) and isinstance(other, Place)):
        return True
    inside = Precision.COUNTRY in (one.precision, other.precision) and share_country(one, other)
    return bool(inside) or not gap_km(one, other)


def _times(one: object, other: object) -> bool:
    return not (isinstance(one, When) and isinstance(other, When)) or (one.start <= other.end and other.start <= one.end)


def _never(_one: object, _other: object) -> bool:
    return False


def _damages(one: object, other: object) -> bool:
    return one in HIT and other in HIT


def _always(_one: object, _other: object) -> bool:
    return True


_COMPATIBLE: dict[str, Callable[[object, object], bool]] = {
    "object_class": _classes,
    "object_name": _always,
    "operator": _never,
    "initiator": _never,
    "target": _always,
    "place": _places,
    "time": _times,
    "crew": _never,
    "damage": _damages,
    "modality": _always,
}
"""Whether two different values can both be true; counts by overlap. Names and several targets can; two owners of one thing cannot."""

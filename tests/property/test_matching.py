"""Whatever order records come in, however often, and whenever they are taken back: the same incidents."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from streams.domain.event import (
    Actor,
    ActorKind,
    ActorRole,
    Carrier,
    Claim,
    Count,
    EventRecord,
    HolderKind,
    Modality,
    ObjectRole,
    Place,
    Precision,
    RetractReason,
    Sketch,
    Stance,
    Thing,
)
from streams.domain.incident import Incident, StoredRecord
from streams.domain.values import Position
from streams.matching import Linker, fuse, grouping
from streams.matching.clustering import Item, partition
from streams.matching.copies import NEAR_COPY, near_copies, near_copy
from streams.matching.features import features_of
from streams.matching.regions import BARS, Regions
from streams.matching.scoring import score, score_above

START = datetime(2021, 3, 1, tzinfo=UTC)
WORDS = ("harbour", "ferri", "minist", "quake", "border", "helicopt", "striker", "verdict", "tariff", "dam", "vaccin", "eclips")
TYPES = ("conflict.aircraft_downed", "conflict.equipment_destroyed", "conflict.shelling_missile", "other.story", "politics.call")
CLASSES = ("aircraft", "aircraft.fixed-wing.fighter", "aircraft.rotary-wing.helicopter", "aircraft.drone", "armour.tank")
TOWNS = (("Tovuz", 40.99, 45.63), ("Goris", 39.51, 46.34), ("Vank", 40.05, 46.54))

words = st.lists(st.sampled_from(WORDS), min_size=2, max_size=6)


@st.composite
def records(draw: st.DrawFn, number: int) -> EventRecord:
    """A record of a small world: few words, towns and holders, so that many pairs are close calls."""
    town, lat, lon = draw(st.sampled_from(TOWNS))
    opening = draw(words)
    at = START + timedelta(minutes=draw(st.integers(0, 3000)))
    source = f"wire-{draw(st.integers(0, 4))}"
    holder = draw(st.sampled_from(("ARM.MIL", "AZE.MIL", source)))
    stance = draw(st.sampled_from(list(Stance)))
    kind = HolderKind.SOURCE if holder == source else HolderKind.OFFICIAL
    return EventRecord(
        event_id=f"evt-{number}",
        report_id=f"rep-{number - number % 2 if draw(st.booleans()) else number}",
        item_key=f"item-{number}",
        type=draw(st.sampled_from(TYPES)),
        block_key="world",
        carrier=Carrier(source, credit=draw(st.sampled_from(("", "wire-0")))),
        published_at=at,
        received_at=at,
        version_at=at,
        lead=draw(st.booleans()),
        modality=draw(st.sampled_from((Modality.ACTUAL, Modality.ACTUAL, Modality.HISTORICAL))),
        actors=(Actor(ActorRole.INITIATOR, ActorKind.STATE, holder, holder, holder.partition(".")[0]),),
        objects=(Thing(ObjectRole.TARGET, "it", draw(st.sampled_from(CLASSES)), draw(st.sampled_from(("", "AZE", "RUS")))),),
        place=draw(st.sampled_from((None, Place(town, None, lat, lon, Precision.CITY, "AZE")))),
        counts=(Count("killed", draw(st.integers(0, 3)), 3),),
        claims=(Claim(holder, stance, kind, party=holder != source),),
        headline=" ".join(opening),
        sketch=Sketch(
            tuple(opening), tuple(draw(words)), dict.fromkeys(opening, 1), shingles=tuple(sorted(draw(st.sets(st.integers(0, 9)))))
        ),
    )


def worlds() -> st.SearchStrategy[list[StoredRecord]]:
    """Up to nine records, some of which their sources take back."""

    def stored(record: EventRecord, gone: RetractReason) -> StoredRecord:
        return StoredRecord(record, Position("wire.events", 0, 0), gone)

    reasons = st.sampled_from((RetractReason.NONE, RetractReason.NONE, RetractReason.KILLED))
    return st.integers(1, 9).flatmap(lambda n: st.tuples(*(st.builds(stored, records(k), reasons) for k in range(n)))).map(list)


def told(world: Sequence[StoredRecord], order: random.Random, late: bool) -> tuple[set[tuple[str, ...]], set[str]]:
    """Play a world in some order, retractions at once or afterwards; the clusters, and the fused incidents as text."""
    table = {s.record.event_id: s for s in world}
    play = Linker(table.__getitem__)
    clusters: dict[tuple[str, ...], Incident] = {}
    first = [replace(s, retracted=RetractReason.NONE) if late else s for s in world]
    again = [*first, *order.sample(first, len(first) // 2)]
    order.shuffle(again)
    order.shuffle(world_order := list(world))
    for stored in [*again, *(world_order if late else ())]:
        table[stored.record.event_id] = stored
        relinked = play.upsert(stored)
        for gone in relinked.before:
            del clusters[gone]
        for cluster in relinked.after:
            members = [table[e] for e in cluster.event_ids]
            order.shuffle(members)
            clusters[cluster.event_ids] = fuse("inc", "world", "evt", 1, members, cluster.joins)
    final = {ids: fuse("inc", "world", "evt", 1, [table[e] for e in ids], clusters[ids].joins) for ids in clusters}
    return set(final), {repr(incident) for incident in final.values()}


@settings(max_examples=60, deadline=None)
@given(worlds(), st.randoms(use_true_random=False))
def test_any_order_duplicates_and_late_retractions_give_the_same_incidents(world: list[StoredRecord], order: random.Random) -> None:
    straight = told(world, random.Random(0), late=False)
    assert told(world, order, late=False) == straight
    assert told(world, order, late=True) == straight


@settings(max_examples=60, deadline=None)
@given(worlds(), st.randoms(use_true_random=False), st.integers(1, 4))
def test_sets_that_outgrow_their_region_converge_too(world: list[StoredRecord], order: random.Random, most: int) -> None:
    with patch.object(grouping, "MAX_REGION", most):
        straight = told(world, random.Random(0), late=False)
        assert told(world, order, late=True) == straight


@settings(max_examples=80, deadline=None)
@given(worlds(), st.randoms(use_true_random=False), st.integers(1, 4))
def test_whatever_ages_out_in_between_every_open_record_is_in_one_cluster(
    world: list[StoredRecord], order: random.Random, most: int
) -> None:
    table = {s.record.event_id: s for s in world}
    with patch.object(grouping, "MAX_REGION", most):
        play = Linker(table.__getitem__)
        clusters: set[tuple[str, ...]] = set()
        for stored in (order.choice(world) for _ in range(3 * len(world))):
            relinked = play.upsert(stored)
            clusters -= set(relinked.before)
            clusters |= {cluster.event_ids for cluster in relinked.after}
            assert len({e for c in clusters for e in c}) == sum(map(len, clusters)) == play.size.records
            old = order.choice(sorted(clusters))
            if order.random() < 0.4:
                play.forget(old)
                clusters.remove(old)


@settings(max_examples=100, deadline=None)
@given(records(0), records(2))
def test_a_score_is_symmetric_to_the_last_bit(one: EventRecord, other: EventRecord) -> None:
    left, right = features_of(one), features_of(other)
    assert score(left, right) == score(right, left)


def brute_components(pairs: dict[tuple[int, int], float], size: int) -> list[set[int]]:
    """Connected components above even odds, by growing sets until nothing changes: the oracle."""
    sets = [{n} for n in range(size)]
    for (a, b), value in pairs.items():
        if value > 0:
            joined = next(s for s in sets if a in s) | next(s for s in sets if b in s)
            sets = [s for s in sets if not s & joined] + [joined]
    return sets


scores = st.dictionaries(st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda p: p[0] < p[1]), st.floats(-3, 6), max_size=20)


@given(scores, st.lists(st.booleans(), min_size=8, max_size=8), st.permutations(range(8)))
def test_partition_is_a_function_of_the_set_and_never_leaves_a_component(
    pairs: dict[tuple[int, int], float], active: list[bool], order: list[int]
) -> None:
    kept: dict[int, dict[int, float]] = {n: {} for n in range(8)}
    for (a, b), value in pairs.items():
        kept[a][b] = kept[b][a] = value
    items = [Item(n, (float(n), str(n)), active[n], kept[n]) for n in range(8)]
    groups = partition(items)
    assert partition([items[n] for n in order]) == groups
    assert sorted(n for group in groups for n in group) == list(range(8))
    components = brute_components(pairs, 8)
    assert all(any(set(group) <= component for component in components) for group in groups)


@given(scores, st.integers(0, 7))
def test_a_retracted_record_never_changes_how_the_others_are_grouped(pairs: dict[tuple[int, int], float], gone: int) -> None:
    kept: dict[int, dict[int, float]] = {n: {} for n in range(8)}
    for (a, b), value in pairs.items():
        kept[a][b] = kept[b][a] = value
    items = [Item(n, (float(n), str(n)), n != gone, kept[n]) for n in range(8)]
    with_it = [[n for n in group if n != gone] for group in partition(items)]
    without = partition([item for item in items if item.key != gone])
    assert sorted(group for group in with_it if group) == sorted(without)


@settings(max_examples=200, deadline=None)
@given(records(0), records(2), st.floats(-7.9, 9))
def test_a_score_cut_short_is_the_whole_score_or_surely_below_the_bar(one: EventRecord, other: EventRecord, bar: float) -> None:
    left, right = features_of(one), features_of(other)
    whole = score(left, right)
    assert score_above(left, right, bar) == (whole if whole > bar else None)


@given(st.lists(st.sets(st.integers(0, 40), max_size=30).map(lambda s: tuple(sorted(s))), max_size=4))
def test_near_copies_hang_together_as_comparing_everyone_with_everyone_says(signatures: list[tuple[int, ...]]) -> None:
    """Texts of at most 16 shingles, so that no hash goes unasked: the bounds are the same, the comparisons fewer."""
    short = [hashes[:16] for hashes in signatures]
    every = {(a, b): 1.0 for a in range(len(short)) for b in range(a + 1, len(short)) if near_copy(short[a], short[b]) >= NEAR_COPY}
    few = {(min(pair), max(pair)): 1.0 for pair in near_copies(short)}
    assert few.keys() <= every.keys()
    assert sorted(map(sorted, brute_components(few, len(short)))) == sorted(map(sorted, brute_components(every, len(short))))


@given(scores, st.permutations(range(8)), st.integers(1, 8))
def test_regions_are_the_connected_sets_whatever_the_order(pairs: dict[tuple[int, int], float], order: list[int], most: int) -> None:
    """Against components from scratch: at each bar, of the records whose sets outgrew all lower bars."""
    links: dict[int, dict[int, float]] = {n: {} for n in range(8)}
    for (a, b), value in pairs.items():
        if value > 0:
            links[a][b] = links[b][a] = value
    grown = Regions(links.__getitem__)
    for node in order:
        grown.add([node], most)
    there = set(range(8))
    for bar in BARS:
        above = {p: 1.0 for p, value in pairs.items() if value > bar and set(p) <= there}
        sets = [s for s in brute_components(above, 8) if s <= there]
        final = [s for s in sets if len(s) <= most or bar == BARS[-1]]
        assert all(grown.at(n).members == s for s in final for n in s)
        there -= {n for s in final for n in s}
    assert not there

"""Records in, clusters out: joining, staying apart, splitting, taking over, ageing out."""

from __future__ import annotations

from array import array
from datetime import timedelta

import numpy as np
import pytest

from streams.domain.event import EventRecord, RetractReason
from streams.domain.incident import StoredRecord
from streams.domain.reading import ReadEvent
from streams.matching import Linker, Relinked, block_key, grouping, nodes
from streams.matching.blocking import WordKeys
from streams.matching.clustering import Item, partition
from streams.matching.linker import worth_comparing
from streams.matching.nodes import is_active
from streams.matching.postings import MAX_RECORDS, Index, Postings, Shared
from tests.unit.matching.build import DAY, GORIS, TOVUZ, event, report, stored, thing


class Table:
    """Stored records by event id, counting look-ups, beside a linker."""

    def __init__(self) -> None:
        self.records: dict[str, StoredRecord] = {}
        self.linker = Linker(self.records.__getitem__)

    def put(self, record: EventRecord, retracted: RetractReason = RetractReason.NONE, released: bool = False) -> Relinked:
        self.records[record.event_id] = stored(record, retracted, released)
        return self.linker.upsert(self.records[record.event_id])


def ids(relinked: Relinked) -> tuple[tuple[str, ...], ...]:
    return tuple(cluster.event_ids for cluster in relinked.after)


def test_a_second_telling_joins_and_says_why() -> None:
    table = Table()
    assert ids(table.put(event("a"))) == (("evt-a",),)
    second = table.put(event("b", "Military helicopter downed by Tovuz"))
    assert second.before == (("evt-a",),)
    assert ids(second) == (("evt-a", "evt-b"),)
    joins = second.after[0].joins
    assert [(j.event_id, j.with_event_id) for j in joins] == [("evt-a", "evt-b"), ("evt-b", "evt-a")]
    assert joins[0].score == pytest.approx(sum(t.weight for t in joins[0].terms))


def test_another_event_stays_apart() -> None:
    table = Table()
    table.put(event("a"))
    apart = table.put(event("b", "Drone downed", objects=(thing("aircraft.drone"),)))
    assert (apart.before, ids(apart)) == ((), (("evt-b",),))


def test_records_of_two_blocks_never_link() -> None:
    table = Table()
    table.put(event("a"))
    assert ids(table.put(event("b", block_key="elsewhere"))) == (("evt-b",),)


def test_a_retraction_splits_what_it_had_glued() -> None:
    keys = {1: {2: 3.0, 3: -4.0}, 2: {1: 3.0, 3: 9.0}, 3: {1: -4.0, 2: 9.0}}
    glued = partition([Item(n, (n, str(n)), True, keys[n]) for n in keys])
    free = partition([Item(n, (n, str(n)), n != 2, keys[n]) for n in keys])
    assert glued == [[1, 2, 3]] or glued == [[1], [2, 3]]
    assert [1, 3] not in free
    assert sorted(n for group in free for n in group) == [1, 2, 3]


def test_a_weak_chain_link_does_not_glue_two_groups() -> None:
    pairs = {(1, 2): 4.0, (3, 4): 4.0, (2, 3): 1.0, (1, 3): -4.0, (1, 4): -4.0, (2, 4): -4.0}
    kept: dict[int, dict[int, float]] = {n: {} for n in range(1, 5)}
    for (a, b), value in pairs.items():
        kept[a][b] = kept[b][a] = value
    assert partition([Item(n, (n, str(n)), True, kept[n]) for n in kept]) == [[1, 2], [3, 4]]


def test_what_was_taken_back_is_filed_where_it_fits_or_by_itself() -> None:
    pairs = {1: {2: 2.0, 3: 2.0}, 2: {1: 2.0, 3: 2.0}, 3: {1: 2.0, 2: 2.0}, 4: {5: 2.0}, 5: {4: 2.0}}
    assert partition([Item(n, (n, str(n)), n < 3, pairs[n]) for n in pairs]) == [[1, 2, 3], [4, 5]]


def test_standing_changes_relink_without_a_new_record() -> None:
    table = Table()
    table.put(event("a"))
    table.put(event("b"))
    killed = table.put(event("b"), RetractReason.KILLED)
    assert killed.before == (("evt-a", "evt-b"),)
    assert ids(killed) == (("evt-a", "evt-b"),)


def test_an_embargoed_record_is_inactive_until_it_is_released() -> None:
    record = event("a", embargo_until=DAY + timedelta(days=1))
    assert [is_active(stored(record)), is_active(stored(record, released=True)), is_active(stored(event("b")))] == [False, True, True]


def test_taking_over_gives_what_living_through_it_gave() -> None:
    told = [event("a"), event("b", "Aircraft lost near Tovuz", minutes=5), event("c", place=GORIS), event("d", "Chopper downed", minutes=9)]
    lived, taken = Table(), Table()
    for record in told[:3]:
        lived.put(record)
        taken.records[record.event_id] = stored(record)
    taken.linker.load(taken.records.values(), [("evt-a", "evt-b"), ("evt-c",)])
    assert taken.put(told[3]) == lived.put(told[3])


def test_after_a_take_over_no_record_of_a_stored_incident_is_left_out_when_it_falls_apart() -> None:
    told = [event("a"), event("c", place=GORIS), event("b", "Military helicopter downed by Tovuz")]
    taken = Table()
    for record in told[:2]:
        taken.records[record.event_id] = stored(record)
    taken.linker.load(taken.records.values(), [("evt-a", "evt-c")])
    changed = taken.put(told[2])
    assert changed.before == (("evt-a", "evt-c"),)
    assert ids(changed) == (("evt-a", "evt-b"), ("evt-c",))


def test_a_number_that_was_let_go_is_given_again_without_its_scores() -> None:
    table = Table()
    table.put(event("a"))
    table.put(event("b"))
    table.linker.forget(["evt-a"])
    apart = table.put(event("c", "Drone downed", objects=(thing("aircraft.drone"),)))
    assert (apart.before, ids(apart)) == ((), (("evt-c",),))
    assert table.linker.size.pairs == 0


def test_what_is_forgotten_is_not_joined_again() -> None:
    table = Table()
    table.put(event("a"))
    table.put(event("b"))
    table.linker.forget(["evt-a", "evt-unknown"])
    assert table.linker.size.records == 1
    third = table.put(event("c"))
    assert (third.before, ids(third)) == ((("evt-b",),), (("evt-b", "evt-c"),))
    table.linker.forget(["evt-b", "evt-c"])
    size = table.linker.size
    assert (size.records, size.clusters, size.postings, size.pairs) == (0, 0, 0, 0)


def test_sizes_are_told() -> None:
    table = Table()
    table.put(event("a"))
    table.put(event("b"))
    size = table.linker.size
    assert (size.records, size.clusters, size.saturated, size.pairs) == (2, 1, 0, 1)
    assert size.postings > 20


def test_features_are_drawn_again_when_they_no_longer_are_at_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nodes, "FEATURE_CACHE", 1)
    table = Table()
    for name in "abc":
        last = table.put(event(name))
    assert ids(last) == (("evt-a", "evt-b", "evt-c"),)


@pytest.mark.parametrize("order", ["abcdefgh", "hgfedcba", "dbhfaceg"])
def test_a_set_that_outgrows_its_region_ends_the_same_in_any_order(monkeypatch: pytest.MonkeyPatch, order: str) -> None:
    monkeypatch.setattr(grouping, "MAX_REGION", 3)
    table = Table()
    clusters: set[tuple[str, ...]] = set()
    for name in order:
        place = GORIS if name in "efgh" else TOVUZ
        changed = table.put(event(name, f"Helicopter down {name}", minutes=ord(name), place=place))
        clusters = clusters - set(changed.before) | set(ids(changed))
    assert sorted(n for c in clusters for n in c) == [f"evt-{n}" for n in "abcdefgh"]
    assert not any("evt-a" in c and "evt-e" in c for c in clusters)
    assert clusters == {tuple(f"evt-{n}" for n in "abcd"), tuple(f"evt-{n}" for n in "efgh")}


def test_a_posting_reads_only_the_nearest_in_event_time() -> None:
    posting = Postings([5.0, 1.0, 9.0, 3.0, 7.0])
    for node in range(5):
        posting.add([77], node, b"\xff")

    def near(time: float, most: int) -> list[int]:
        found = posting.near(77, time, most)
        return [entry >> 8 for entry in found] if isinstance(found, array) else []

    assert near(5.0, most=9) == [1, 3, 0, 4, 2]
    assert sorted(near(1.0, most=2)) == [1, 3]
    assert near(9.0, most=2) == [4, 2]
    posting.remove([77], 3, b"\xff")
    assert near(5.0, most=9) == [1, 0, 4, 2]


def test_a_key_that_one_record_has_is_held_without_a_list_and_goes_with_it() -> None:
    posting = Postings([5.0, 1.0])
    posting.add([77], 0, b"\t")
    assert posting.near(77, 0.0) == 9
    posting.add([77], 1, b"\b")
    posting.remove([77], 1, b"\b")
    posting.remove([77], 0, b"\t")
    assert (posting.near(77, 0.0), list(posting.lengths())) == (None, [])


def test_shared_keys_are_counted_and_weighed() -> None:
    index = Index([1.0, 2.0, 3.0])
    words = [WordKeys(array("I", keys), bytes(weights)) for keys, weights in (((5, 6), (200, 100)), ((6, 7), (50, 240)), ((8,), (255,)))]
    for node, (keys, typed) in enumerate(zip(words, ((1, 2), (2,), ()), strict=True)):
        index.add(node, keys, typed)
    found = index.shared(3.0, WordKeys(array("I", (5, 6)), bytes((10, 20))), (1, 2, 3))
    assert [column.tolist() for column in found] == [[0, 1], [2, 1], [200 * 10 + 100 * 20, 50 * 20], [2, 1]]
    assert [column.tolist() for column in index.shared(3.0, words[2], ())] == [[], [], [], []]
    assert [len(column) for column in index.shared(3.0, WordKeys(array("I", (9,)), b"x"), ())] == [0, 0, 0, 0]


def test_an_index_says_when_it_can_number_no_more() -> None:
    with pytest.raises(OverflowError):
        Index([]).add(MAX_RECORDS, WordKeys(array("I"), b""), ())


@pytest.mark.parametrize(
    ("words", "cosine", "compared"), [(1, 0.9, False), (2, 0.24, False), (2, 0.26, True), (3, 0.15, False), (3, 0.17, True)]
)
def test_two_words_that_strangers_share_by_chance_must_weigh_more_than_three(words: int, cosine: float, compared: bool) -> None:
    found = Shared(*(np.array([value], np.uint64) for value in (5, words, round(cosine * 255**2), 0)))
    assert worth_comparing(found).tolist() == [compared]


def test_every_event_is_in_one_block() -> None:
    assert block_key(ReadEvent("other.story", True), report("h", "b")) == block_key(
        ReadEvent("conflict.airstrike", False), report("x", "y")
    )

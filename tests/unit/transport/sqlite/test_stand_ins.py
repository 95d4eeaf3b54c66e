from __future__ import annotations

import pytest
from faust.types import TP

from streams.transport.sqlite.stand_ins import AckMap, Cluster

HERE = TP("t", 0)


class Heard:
    """Notes what is acknowledged."""

    def __init__(self) -> None:
        self.acks: list[tuple[TP, int]] = []

    def acknowledge(self, tp: TP, offset: int) -> None:
        self.acks.append((tp, offset))


def test_what_faust_appends_to_its_list_is_heard_and_nothing_is_kept() -> None:
    heard = Heard()
    acked, index = AckMap(heard), AckMap(heard)
    assert 5 not in index[HERE]
    index[HERE].add(5)
    acked[HERE].append(5)
    assert (heard.acks, list(acked), len(acked), 5 in index[HERE]) == ([(HERE, 5)], [], 0, False)


def test_a_partition_may_be_dropped_but_not_replaced() -> None:
    acked = AckMap(Heard())
    assert acked.pop(HERE, None) is not None
    with pytest.raises(TypeError, match="go to the units"):
        acked[HERE] = []


def test_the_assignor_learns_how_many_partitions_a_topic_has() -> None:
    cluster = Cluster({"t": 3})
    assert (cluster.partitions_for_topic("t"), cluster.partitions_for_topic("nowhere")) == ({0, 1, 2}, set())

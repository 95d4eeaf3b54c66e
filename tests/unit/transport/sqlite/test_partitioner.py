from __future__ import annotations

import random

from aiokafka.partitioner import DefaultPartitioner
from hypothesis import given
from hypothesis import strategies as st

from streams.transport.sqlite.partitioner import partition_of


@given(st.binary(max_size=64), st.integers(min_value=1, max_value=32))
def test_a_key_lands_where_kafkas_default_partitioner_puts_it(key: bytes, partitions: int) -> None:
    every = list(range(partitions))
    assert partition_of(key, partitions) == DefaultPartitioner()(key, every, every)


def test_keys_spread_over_the_partitions() -> None:
    chance = random.Random(1)
    seen = {partition_of(chance.randbytes(12), 8) for _ in range(200)}
    assert seen == set(range(8))

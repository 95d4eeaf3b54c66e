"""What Faust pokes into or asks for, in a shape of our own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any, Protocol

from faust.types import TP


class Acknowledged(Protocol):
    """Who hears of acknowledgements."""

    def acknowledge(self, tp: TP, offset: int) -> None:
        """An agent is done with a record."""


class Acks:
    """Stands in for Faust's per-partition lists of acknowledged offsets, which its compiled stream loop writes to directly."""

    def __init__(self, consumer: Acknowledged, tp: TP) -> None:
        self._consumer = consumer
        self._tp = tp

    def append(self, offset: int) -> None:
        self._consumer.acknowledge(self._tp, offset)

    def add(self, offset: int) -> None:
        """The index next to the list: nothing to keep."""

    def __contains__(self, offset: int) -> bool:
        return False


class AckMap(MutableMapping[TP, Any]):
    """Faust's `_acked` and `_acked_index`: by partition, something to append to. Looks empty to whoever iterates."""

    def __init__(self, consumer: Acknowledged) -> None:
        self._consumer = consumer
        self._acks: dict[TP, Acks] = {}

    def __getitem__(self, tp: TP) -> Acks:
        if tp not in self._acks:
            self._acks[tp] = Acks(self._consumer, tp)
        return self._acks[tp]

    def __setitem__(self, tp: TP, value: Any) -> None:
        raise TypeError("acknowledgements go to the units")

    def __delitem__(self, tp: TP) -> None:
        self._acks.pop(tp, None)

    def __iter__(self) -> Iterator[TP]:
        return iter(())

    def __len__(self) -> int:
        return 0


class Cluster:
    """What Faust's assignor asks of a cluster."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        self._counts = counts

    def partitions_for_topic(self, topic: str) -> set[int]:
        return set(range(self._counts.get(topic, 0)))

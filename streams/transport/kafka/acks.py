"""What Faust's Cython stream iterator writes acknowledgements to, made to reach the ledger.

For a stream without `noack()` it appends to `consumer._acked[tp]` itself, guarded by `consumer._acked_index[tp]`.
"""

from __future__ import annotations

from dataclasses import dataclass

from faust.types import TP

from streams.transport.ledger import LedgerBook


@dataclass(slots=True)
class AckFeed:
    """Stands for the list of one partition's acknowledged offsets."""

    book: LedgerBook[TP]
    tp: TP

    def append(self, offset: int) -> None:
        """An agent's stream is done with this offset."""
        ledger = self.book.ledgers.get(self.tp)
        if ledger is not None:
            ledger.ack(offset)


class AckFeeds(dict[TP, AckFeed]):
    """Stands for `consumer._acked`."""

    def __init__(self, book: LedgerBook[TP]) -> None:
        super().__init__()
        self._book = book

    def __missing__(self, tp: TP) -> AckFeed:
        feed = self[tp] = AckFeed(self._book, tp)
        return feed


class NothingAcked(dict[TP, set[int]]):
    """Stands for `consumer._acked_index`: the ledger ignores what it has seen, so nothing is ever noted here."""

    def __missing__(self, tp: TP) -> set[int]:
        return set()

"""Refused records are kept with their cause; refusing too many stops the worker."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from streams.agents.deadletters import DeadLetters
from streams.agents.messages import Inbound
from streams.domain.errors import MustStop, Reason, RefusedInput, Stage
from streams.domain.values import Position

ERROR = RefusedInput(Stage.PARSE, Reason.MALFORMED, "cut short", "line 3")


class FixedClock:
    def now(self) -> datetime:
        return datetime(2020, 9, 27, 12, tzinfo=UTC)


def message(*headers: tuple[str, bytes]) -> Inbound:
    return Inbound(Position("wire.raw", 2, 7), 0.0, b"key", b"\xff\x00 bytes", headers)


def test_a_dead_letter_is_the_original_with_its_cause() -> None:
    letter = DeadLetters("wire.dead-letters", FixedClock(), 0.2, 500).refuse(message(("source", b"agency")), ERROR)
    assert (letter.topic, letter.key, letter.value) == ("wire.dead-letters", b"key", b"\xff\x00 bytes")
    assert dict(letter.headers) == {
        "source": b"agency",
        "error.stage": b"parse",
        "error.reason": b"malformed",
        "error.class": b"RefusedInput",
        "error.message": b"cut short",
        "error.where": b"line 3",
        "error.topic": b"wire.raw",
        "error.partition": b"2",
        "error.offset": b"7",
        "error.at": b"2020-09-27T12:00:00Z",
    }


def test_a_redriven_record_that_fails_again_carries_only_its_newest_cause() -> None:
    letter = DeadLetters("d", FixedClock(), 0.2, 500).refuse(message(("error.reason", b"too-large"), ("error.at", b"then")), ERROR)
    assert [v for k, v in letter.headers if k in ("error.reason", "error.at")] == [b"malformed", b"2020-09-27T12:00:00Z"]


def test_refusing_more_than_the_limit_stops_before_the_next_dead_letter() -> None:
    letters = DeadLetters("d", FixedClock(), limit=0.2, window=10)
    for _ in range(2):
        letters.refuse(message(), ERROR)
    with pytest.raises(MustStop, match="3 of the last 3 records were refused"):
        letters.refuse(message(), ERROR)


def test_accepted_records_push_old_refusals_out_of_the_window() -> None:
    letters = DeadLetters("d", FixedClock(), limit=0.2, window=10)
    for _ in range(20):
        letters.refuse(message(), ERROR)
        for _ in range(4):
            letters.accepted()
    assert letters.refuse(message(), ERROR).topic == "d"

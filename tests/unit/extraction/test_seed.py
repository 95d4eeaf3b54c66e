"""The real, badly translated roundup of 27 September 2020: read where the shared data lie beside the repository."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from streams.domain.event import Modality, Stance

SHARED = Path(os.environ.get("WIREBELL_SHARED", Path(__file__).parents[3] / ".." / "shared"))
FILES = sorted((SHARED / "data" / "seed").glob("*.txt"))

pytestmark = pytest.mark.skipif(not FILES, reason="the shared seed is not on this machine")


@pytest.fixture(scope="module", name="text")
def _text() -> str:
    return "\n\n".join(line for line in FILES[0].read_text(encoding="utf-8").splitlines() if line.strip())


@pytest.mark.parametrize(
    "kind", ["conflict.aircraft_downed", "conflict.martial_law", "conflict.mobilisation", "politics.call", "conflict.offensive"]
)
def test_the_events_of_the_day_come_out_as_events_with_spans(read: Any, text: str, kind: str) -> None:
    events = [event for event in read(text) if event.type == kind and event.modality is Modality.ACTUAL]

    assert events
    for event in events:
        assert all(text[e.span.start : e.span.end] == e.text for e in event.evidence if e.span is not None)


def test_april_2016_is_history(read: Any, text: str) -> None:
    told = [event for event in read(text) if "April 2016" in event.excerpt]

    assert {event.modality for event in told} <= {Modality.HISTORICAL}


def test_baku_denies_the_tank_video_and_not_the_shootdown(read: Any, text: str) -> None:
    denied = {event.type for event in read(text) for claim in event.claims if claim.stance is Stance.DENIES}

    assert denied == {"conflict.equipment_destroyed"}


def test_up_to_two_helicopters_are_at_most_two(read: Any, text: str) -> None:
    counts = [t.count for e in read(text) for t in e.objects if t.class_path.endswith("helicopter") and t.count is not None]

    assert [(count.min, count.max) for count in counts] == [(None, 2)]

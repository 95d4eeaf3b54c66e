"""Each wire's resend, update, correction, kill and embargo reach the right lifecycle: bytes in, alerts out, through the whole flow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from streams.domain.alert import Alert
from streams.domain.report import RawRecord
from streams.domain.settings import CoreSettings
from streams.domain.source import Source
from streams.pipeline.replay import Replay, Replayed
from tests.support.wires import CORRECTING, EMBARGOING, WIRES, Copy

FIRST_AT = datetime(2020, 9, 27, 12, tzinfo=UTC)
SETTINGS = CoreSettings(sources={"wire": Source(id="wire", name="Norwire", grade="B")})
FIRST = Copy(
    headline="Fighter jet shot down near Stepanakert",
    body="A fighter jet was shot down near Stepanakert on Sunday, the defense ministry said.",
)
UPDATE = replace(FIRST, body=f"{FIRST.body} Its pilot survived.", version=2, signal="update")
CORRECTION = replace(FIRST, body=FIRST.body.replace("fighter jet", "helicopter"), version=2, signal="correction")
KILL = replace(FIRST, version=3, signal="kill")
CLOCKLESS = frozenset({"plain", "rss"})
"""Without a stamp or a number in the copy only the arrival tells which came first: here the feeder stamped it earlier."""
EMBARGO_ENDS = {"nitf": "20200928T060000Z"}


class Wire:
    """A wire that sends copies in one format; what was heard of each."""

    def __init__(self, name: str) -> None:
        self._write = WIRES[name]
        self._run = Replay(SETTINGS)

    def send(self, copy: Copy, hours: int) -> list[str]:
        """The kinds of alert that the copy leads to, arriving so many hours after the first."""
        return _kinds(self._run.feed(RawRecord("wire", FIRST_AT + timedelta(hours=hours), self._write(copy).encode())))

    def pass_time(self, hours: int) -> list[str]:
        """The kinds of alert that ring once that hour is reached: any other wire's copy tells the time."""
        other = RawRecord("clock", FIRST_AT + timedelta(hours=hours), b"Weather\n\nIt is quiet.\n", "text/plain")
        return _kinds(self._run.feed(other))

    def done(self) -> Replayed:
        return self._run.finish()


def _kinds(alerts: Sequence[Alert]) -> list[str]:
    return [alert.kind.value for alert in alerts]


def arrivals(found: Replayed) -> list[str]:
    return [line.arrival.value for line in found.reports if line.report.source == "wire"]


@pytest.mark.parametrize("name", sorted(WIRES))
def test_a_resend_rings_nothing(name: str) -> None:
    wire = Wire(name)
    assert (wire.send(FIRST, 0), wire.send(FIRST, 5)) == (["new"], [])
    assert arrivals(wire.done()) == ["accepted", "duplicate"]


@pytest.mark.parametrize("name", sorted(WIRES))
def test_an_update_rings_as_one_and_stays_one_incident(name: str) -> None:
    wire = Wire(name)
    assert (wire.send(FIRST, 0), wire.send(UPDATE, 1)) == (["new"], ["updated"])
    assert arrivals(wire.done()) == ["accepted", "accepted"]
    assert len(wire.done().incidents) == 1


@pytest.mark.parametrize("name", sorted(WIRES))
def test_an_update_that_comes_before_its_first_version_stands(name: str) -> None:
    wire = Wire(name)
    assert (wire.send(UPDATE, 0), wire.send(FIRST, -1 if name in CLOCKLESS else 1)) == (["new"], [])
    assert arrivals(wire.done()) == ["accepted", "late"]


@pytest.mark.parametrize("name", CORRECTING)
def test_a_correction_rings_as_one(name: str) -> None:
    wire = Wire(name)
    assert wire.send(FIRST, 0) == ["new"]
    assert set(wire.send(CORRECTION, 1)) == {"corrected"}
    assert arrivals(wire.done()) == ["accepted", "accepted"]


@pytest.mark.parametrize("name", sorted(WIRES))
def test_a_kill_withdraws_what_was_rung(name: str) -> None:
    wire = Wire(name)
    assert (wire.send(FIRST, 0), wire.send(KILL, 1)) == (["new"], ["withdrawn"])
    assert [incident.state.value for incident in wire.done().incidents] == ["retracted"]


@pytest.mark.parametrize("name", sorted(WIRES))
def test_a_kill_that_overtakes_its_story_keeps_it_from_ringing(name: str) -> None:
    wire = Wire(name)
    assert (wire.send(KILL, 0), wire.send(FIRST, 1)) == ([], [])
    assert arrivals(wire.done()) == ["accepted", "late"]


@pytest.mark.parametrize("name", EMBARGOING)
def test_an_embargo_is_held_and_rings_when_its_time_has_passed(name: str) -> None:
    wire, copy = Wire(name), replace(FIRST, embargo=EMBARGO_ENDS.get(name, "2020-09-28T06:00:00Z"))
    assert (wire.send(copy, 0), wire.pass_time(17), wire.pass_time(19)) == ([], [], ["new"])


@pytest.mark.parametrize("name", EMBARGOING)
def test_a_kill_under_embargo_never_rings(name: str) -> None:
    wire, copy = Wire(name), replace(FIRST, embargo=EMBARGO_ENDS.get(name, "2020-09-28T06:00:00Z"))
    assert (wire.send(copy, 0), wire.send(KILL, 1), wire.pass_time(19)) == ([], [], [])

"""A resend, an update, a correction, a kill and an embargo, in each format that can express them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from streams.domain.report import RawRecord, Report, Signal
from streams.domain.settings import Limits
from streams.formats import parse
from tests.support.wires import CORRECTING, EMBARGOING, WIRES, Copy

NOW = datetime(2020, 9, 27, 12, tzinfo=UTC)


def one(body: str | bytes, at: datetime = NOW) -> Report:
    """The only report of an input."""
    raw = RawRecord("wire", at, body.encode() if isinstance(body, str) else body)
    (report,) = parse(raw, Limits()).reports
    return report


LATER = Copy(body="A ferry burned off Halm on Sunday. All 212 aboard were saved.", version=2, signal="update")


@pytest.mark.parametrize("name", sorted(WIRES))
def test_the_wire_is_read_as_the_format_it_is(name: str) -> None:
    assert one(WIRES[name](Copy())).format == name


@pytest.mark.parametrize("name", sorted(WIRES))
def test_a_resend_hours_later_is_the_same_report(name: str) -> None:
    first, again = one(WIRES[name](Copy())), one(WIRES[name](Copy()), NOW + timedelta(hours=5))
    assert (again.report_id, again.item_key) == (first.report_id, first.item_key)


@pytest.mark.parametrize("name", sorted(WIRES))
def test_an_update_is_another_report_of_the_same_item(name: str) -> None:
    first, update = one(WIRES[name](Copy())), one(WIRES[name](LATER), NOW + timedelta(hours=1))
    assert update.signal is Signal.UPDATE
    assert update.item_key == first.item_key
    assert update.report_id != first.report_id
    assert (update.version, update.version_at) >= (first.version, first.version_at)


@pytest.mark.parametrize("name", CORRECTING)
def test_a_correction_says_so(name: str) -> None:
    first, fixed = one(WIRES[name](Copy())), one(WIRES[name](Copy(version=2, signal="correction")))
    assert fixed.signal is Signal.CORRECTION
    assert fixed.item_key == first.item_key


@pytest.mark.parametrize("name", sorted(WIRES))
def test_a_kill_takes_back_the_item_it_names_and_outranks_its_versions(name: str) -> None:
    first, kill = one(WIRES[name](Copy())), one(WIRES[name](Copy(version=2, signal="kill")), NOW + timedelta(hours=1))
    assert kill.signal is Signal.KILL
    assert kill.item_key == first.item_key
    assert (kill.version, kill.version_at) > (first.version, first.version_at)


@pytest.mark.parametrize("name", EMBARGOING)
def test_an_embargo_holds_until_its_time_and_the_report_stays_the_same(name: str) -> None:
    copy = Copy(embargo="2020-09-28T06:00:00Z" if name != "nitf" else "20200928T060000Z")
    held, released = one(WIRES[name](copy)), one(WIRES[name](copy), datetime(2020, 9, 28, 7, tzinfo=UTC))
    assert held.signal is Signal.EMBARGOED
    assert released.signal is Signal.NEW
    assert held.embargo_until == released.embargo_until == datetime(2020, 9, 28, 6, tzinfo=UTC)
    assert held.report_id == released.report_id


@pytest.mark.parametrize("name", sorted(WIRES))
def test_the_texts_come_through(name: str) -> None:
    report = one(WIRES[name](Copy()))
    assert report.headline == Copy.headline
    assert report.body.strip() == Copy.body
    assert {part.name for part in report.parts} >= {"body"}

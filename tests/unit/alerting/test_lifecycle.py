"""The transition table, walked."""

from __future__ import annotations

import pytest

from streams.alerting.lifecycle import TRANSITIONS, kind_of_change, message_type
from streams.domain.alert import AlertKind, MessageType
from streams.domain.incident import IncidentState

REACHABLE = [s for s in IncidentState if s is not IncidentState.RETRACTED]


@pytest.mark.parametrize("told", list(IncidentState))
@pytest.mark.parametrize("now", list(IncidentState))
def test_every_change_of_state_is_told_and_no_change_is_not(told: IncidentState, now: IncidentState) -> None:
    assert (kind_of_change(told, now) is None) == (told is now)


def test_an_incident_nobody_knows_starts_as_new_unless_it_is_only_denied_or_gone() -> None:
    assert {now for now in IncidentState if kind_of_change(None, now)} == set(REACHABLE) - {IncidentState.DENIED}
    assert set(TRANSITIONS[None].values()) == {AlertKind.NEW}


@pytest.mark.parametrize("told", REACHABLE)
def test_whatever_was_told_is_withdrawn_when_nothing_is_left(told: IncidentState) -> None:
    assert kind_of_change(told, IncidentState.RETRACTED) is AlertKind.WITHDRAWN


@pytest.mark.parametrize("told", [s for s in REACHABLE if s is not IncidentState.DISPUTED])
def test_a_dispute_is_told_as_a_dispute(told: IncidentState) -> None:
    assert kind_of_change(told, IncidentState.DISPUTED) is AlertKind.DISPUTED


def test_losing_a_confirmation_is_an_update_and_never_a_confirmation() -> None:
    assert kind_of_change(IncidentState.CONFIRMED, IncidentState.CORROBORATED) is AlertKind.UPDATED


@pytest.mark.parametrize(
    ("kind", "first", "expected"),
    [
        (AlertKind.NEW, True, MessageType.ALERT),
        (AlertKind.NEW, False, MessageType.UPDATE),
        (AlertKind.CONFIRMED, False, MessageType.UPDATE),
        (AlertKind.WITHDRAWN, False, MessageType.CANCEL),
    ],
)
def test_the_message_type_follows_cap(kind: AlertKind, first: bool, expected: MessageType) -> None:
    assert message_type(kind, first) is expected

"""The lifecycle of an alert: a table from (state last announced, state now) to what the next alert is.

A table and not nested ifs, so that a desk can read it and a test can walk it (habit of python-hyper/h11 `_state.py`).
Rows are what consumers were last told; an incident whose alerts were withdrawn stands as RETRACTED here, whatever its records.
"""

from __future__ import annotations

from streams.domain.alert import AlertKind, MessageType
from streams.domain.incident import IncidentState

NEW, CORROBORATED, CONFIRMED = AlertKind.NEW, AlertKind.CORROBORATED, AlertKind.CONFIRMED
DISPUTED, UPDATED, WITHDRAWN = AlertKind.DISPUTED, AlertKind.UPDATED, AlertKind.WITHDRAWN

CLAIM, SINGLE, CORR = IncidentState.CLAIMED, IncidentState.SINGLE_SOURCE, IncidentState.CORROBORATED
CONF, DISP, DENY, GONE = IncidentState.CONFIRMED, IncidentState.DISPUTED, IncidentState.DENIED, IncidentState.RETRACTED

# What an incident gained names the alert; what it merely lost (a voice, a confirmation) is an update.
TRANSITIONS: dict[IncidentState | None, dict[IncidentState, AlertKind]] = {
    None: {CLAIM: NEW, SINGLE: NEW, CORR: NEW, CONF: NEW, DISP: NEW},
    CLAIM: {SINGLE: UPDATED, CORR: CORROBORATED, CONF: CONFIRMED, DISP: DISPUTED, DENY: DISPUTED, GONE: WITHDRAWN},
    SINGLE: {CLAIM: UPDATED, CORR: CORROBORATED, CONF: CONFIRMED, DISP: DISPUTED, DENY: DISPUTED, GONE: WITHDRAWN},
    CORR: {CLAIM: UPDATED, SINGLE: UPDATED, CONF: CONFIRMED, DISP: DISPUTED, DENY: DISPUTED, GONE: WITHDRAWN},
    CONF: {CLAIM: UPDATED, SINGLE: UPDATED, CORR: UPDATED, DISP: DISPUTED, DENY: DISPUTED, GONE: WITHDRAWN},
    DISP: {CLAIM: UPDATED, SINGLE: UPDATED, CORR: CORROBORATED, CONF: CONFIRMED, DENY: DISPUTED, GONE: WITHDRAWN},
    DENY: {CLAIM: UPDATED, SINGLE: UPDATED, CORR: CORROBORATED, CONF: CONFIRMED, DISP: DISPUTED, GONE: WITHDRAWN},
    GONE: {CLAIM: NEW, SINGLE: NEW, CORR: NEW, CONF: NEW, DISP: NEW, DENY: DISPUTED},
}
"""Every change of state that consumers are told, and as what. Absent from the table: nothing to tell."""

MESSAGE_TYPES = {WITHDRAWN: MessageType.CANCEL}
"""CAP 1.2: everything after the first alert is an Update with references, except a Cancel."""


def kind_of_change(told: IncidentState | None, now: IncidentState) -> AlertKind | None:
    """What the change from what consumers were told to what is so now is announced as; None when there is nothing to tell."""
    return TRANSITIONS[told].get(now)


def message_type(kind: AlertKind, first: bool) -> MessageType:
    """Alert for an incident's first, Cancel for a withdrawal, Update otherwise."""
    return MessageType.ALERT if first else MESSAGE_TYPES.get(kind, MessageType.UPDATE)

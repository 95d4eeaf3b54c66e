"""Alerting: an incident's change -> the alert that consumers are owed, if any. Policy, lifecycle and wording; pure."""

from streams.alerting.decide import decide

__all__ = ["decide"]

"""Whether an incident rings at all, and how loud. Every answer comes with its reason in words."""

from __future__ import annotations

from streams.alerting.view import View
from streams.domain.alert import Announced, Priority
from streams.domain.incident import IncidentState
from streams.domain.ontology import OTHER_STORY, family
from streams.domain.settings import AlertPolicy

UNCONFIRMED = frozenset({IncidentState.CLAIMED, IncidentState.SINGLE_SOURCE})
TOP_URGENCY = 1
"""IPTC: the provider's loudest. It lifts an alert by one step, under the cap of an unconfirmed voice."""


def rings(view: View, policy: AlertPolicy) -> tuple[bool, str]:
    """Whether an incident that consumers do not know yet rings, and why (not)."""
    incident = view.incident
    if view.gone:
        return False, "no active record"
    if not view.happening:
        return False, "nobody says that it happened"
    if incident.state is IncidentState.DENIED:
        return False, "only denials stand, of something never announced"
    if incident.type != OTHER_STORY and _only_mentioned(view, policy):
        return False, f"{incident.type} is only mentioned in passing"
    if incident.type != OTHER_STORY:
        return True, f"{incident.type} rings"
    return _story_rings(view, policy)


def _only_mentioned(view: View, policy: AlertPolicy) -> bool:
    """Whether the type rings only as what a report leads with, and no report does."""
    return family(view.incident.type) in policy.lead_only and not any(r.record.lead for r in view.active)


def _story_rings(view: View, policy: AlertPolicy) -> tuple[bool, str]:
    voices = len(view.incident.independent_groups)
    if view.best_priority <= policy.story_priority:
        return True, f"story of provider priority {view.best_priority} (rings up to {policy.story_priority})"
    if voices >= policy.story_voices:
        return True, f"story of {voices} independent voices (rings from {policy.story_voices})"
    return False, f"story of provider priority {view.best_priority} and {voices} voices"


def priority(view: View, policy: AlertPolicy, last: Announced | None) -> tuple[Priority, tuple[str, ...]]:
    """How loud, and why. A withdrawn or denied incident keeps the priority that it was last announced with."""
    if last is not None and (view.gone or not view.happening or view.incident.state is IncidentState.DENIED):
        return last.priority, ("as last announced",)
    rule, level = configured(view.incident.type, policy)
    why = [f"{rule} rings as {level.value}"]
    if view.best_priority <= TOP_URGENCY and level is not Priority.FLASH:
        level = louder(level)
        why.append(f"provider priority {view.best_priority} lifts it to {level.value}")
    if view.incident.state in UNCONFIRMED and level.rank < policy.single_source_cap.rank:
        level = policy.single_source_cap
        why.append(f"one unconfirmed voice rings no louder than {level.value}")
    return level, tuple(why)


def configured(event_type: str, policy: AlertPolicy) -> tuple[str, Priority]:
    """The most specific rule for the type and its priority: the type, its family, "*", else routine."""
    table = dict(policy.priorities)
    for rule in (event_type, family(event_type), "*"):
        if rule in table:
            return rule, table[rule]
    return "default", Priority.ROUTINE


def louder(level: Priority) -> Priority:
    """One step louder; flash stays flash."""
    return list(Priority)[max(0, level.rank - 1)]


def toll_step(killed: int, policy: AlertPolicy) -> int:
    """How many steps of `escalate_killed` a death toll has reached."""
    return sum(killed >= step for step in policy.escalate_killed)

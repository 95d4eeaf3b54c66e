"""An incident's account of itself: members, voices, variants, claims, and why each record is in it. Pure: values to renderables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from streams.domain.event import EventRecord, RetractReason, Stance
from streams.domain.incident import Incident, Join, LedgerEntry

STANCE_STYLES = {Stance.ASSERTS: "", Stance.CONFIRMS: "green", Stance.DENIES: "red", Stance.UNVERIFIED: "dim"}
_HEADLINE = 70

Events = Mapping[str, EventRecord]


def account(incident: Incident, events: Events) -> Iterator[RenderableType]:
    """Everything that `wirebell explain` prints. `events` by event id; those missing show their ids only."""
    yield headline(incident)
    yield Text("\nMembers", "bold")
    yield members(incident, events)
    yield Text("\nIndependent voices", "bold")
    yield voices(incident)
    yield Text("\nAttributes and their variants", "bold")
    yield variants(incident)
    yield Text("\nWho says so", "bold")
    yield ledger(incident)
    yield Text("\nWhy each record is in it (score in log-odds)", "bold")
    yield from (join(j, events) for j in sorted(incident.joins, key=lambda j: (j.event_id, j.with_event_id)))


def headline(incident: Incident) -> Text:
    """What it is and how well it stands."""
    text = Text(f"{incident.incident_id}  ", "dim")
    text.append(f"{incident.type}  ", "bold")
    text.append(incident.state.value.replace("_", " ").upper(), "bold cyan")
    text.append(f"\n{incident.headline}\n")
    text.append("; ".join(incident.state_reasons), "dim")
    if incident.merged_into:
        text.append(f"\nmerged into {incident.merged_into}", "yellow")
    return text


def members(incident: Incident, events: Events) -> Table:
    """Its records: who, when, the sentence's headline, and whether they stand."""
    table = Table("event", "source", "published", "standing", "headline", box=None)
    for m in sorted(incident.members, key=lambda m: _order(m.event_id, events)):
        event = events.get(m.event_id)
        standing = "stands" if m.retracted is RetractReason.NONE else m.retracted.value
        published = f"{event.published_at:%Y-%m-%d %H:%M}" if event else ""
        table.add_row(m.event_id, m.source, published, standing, (event.headline if event else "")[:_HEADLINE])
    return table


def _order(event_id: str, events: Events) -> tuple[str, str]:
    event = events.get(event_id)
    return (event.published_at.isoformat() if event else "", event_id)


def voices(incident: Incident) -> Table:
    """Groups of sources that count as one voice, and why."""
    table = Table("voice", "sources", "because", box=None)
    for group in incident.independent_groups:
        table.add_row(group.key + (" (party)" if group.party else ""), ", ".join(group.sources), "; ".join(group.reasons))
    return table


def variants(incident: Incident) -> Table:
    """Every value of every attribute with its holders; the best one first."""
    table = Table("attribute", "value", "holders", "sources", "first said", box=None)
    for attribute in incident.attributes:
        name = attribute.name + (" (disputed)" if attribute.disputed else "")
        ordered = sorted(attribute.variants, key=lambda v: (v.value != attribute.value, v.first_seen, v.value))
        for n, v in enumerate(ordered):
            table.add_row(name if n == 0 else "", v.value, ", ".join(v.holders), ", ".join(v.sources), f"{v.first_seen:%d %b %H:%M}")
    return table


def ledger(incident: Incident) -> Table:
    """Who asserts, confirms, denies what; who carried it."""
    table = Table("holder", "stance", "about", "via", "carried by", "first said", box=None)
    for entry in sorted(incident.claims, key=lambda e: (e.about != "event", e.about, e.first_seen, e.holder, e.value)):
        style = STANCE_STYLES[entry.stance]
        who = entry.holder + (" (party)" if entry.party else "")
        via, carried = " < ".join(entry.via), ", ".join(entry.sources)
        table.add_row(who, Text(entry.stance.value, style), _about(entry), via, carried, f"{entry.first_seen:%d %b %H:%M}")
    return table


def _about(entry: LedgerEntry) -> str:
    return f"{entry.about}: {entry.value}" if entry.value else entry.about


def join(found: Join, events: Events) -> Text:
    """A join with the terms of its score."""
    text = Text(f"{_name(found.event_id, events)} with {_name(found.with_event_id, events)}: {found.score:+.2f}\n")
    for term in sorted(found.terms, key=lambda t: -abs(t.weight)):
        text.append(f"  {term.weight:+7.2f}  {term.feature}", "green" if term.weight > 0 else "red")
        text.append(f"  {term.detail}\n", "dim")
    return text


def _name(event_id: str, events: Events) -> str:
    event = events.get(event_id)
    return f"{event_id} ({event.carrier.id})" if event else event_id

"""An incident's account of itself: its story, voices, variants, claims, and why each record is in it. Pure: values to renderables."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from streams.board.dossier import Dossier
from streams.board.facts import claim_about
from streams.board.incident_view import GroupView, IncidentView, JoinView, MemberView, best_first, claims_in_order, incident_view
from streams.board.timeline import ALERT, Moment
from streams.board.wording import fused
from streams.cli.terminal import STYLES as PRIORITY_STYLES
from streams.domain.alert import Priority
from streams.domain.event import Stance
from streams.domain.incident import Incident

STANCE_STYLES = {Stance.ASSERTS: "", Stance.CONFIRMS: "green", Stance.DENIES: "red", Stance.UNVERIFIED: "dim"}


def account(dossier: Dossier) -> Iterator[RenderableType]:
    """Everything that `wirebell explain` prints. Records that are not at hand show their ids only."""
    view = incident_view(dossier)
    yield headline(dossier.incident)
    yield from told(view)
    yield Text("\nTimeline", "bold")
    yield from (moment_line(entry) for entry in view.timeline)
    yield Text("\nIndependent voices and their records", "bold")
    yield from (line for group in view.groups for line in voice(group))
    yield Text("\nAttributes and their variants", "bold")
    yield variants(dossier.incident)
    yield Text("\nWho says so", "bold")
    yield ledger(dossier.incident)
    yield Text("\nWhy each record is in it (score in log-odds)", "bold")
    yield from (join(found) for found in view.joins)


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


def told(view: IncidentView) -> Iterator[Text]:
    """What consumers were last told."""
    if view.last is not None:
        yield Text.assemble((f" {view.last.priority.value.upper()} ", PRIORITY_STYLES[view.last.priority]), f"  {view.last.snap}")


def moment_line(entry: Moment) -> Text:
    """A report or an alert in a line, what is to be said of it below."""
    style = PRIORITY_STYLES[Priority(entry.tone)] if entry.what == ALERT else "bold"
    text = Text.assemble(f"  {entry.at}  ", (entry.who, style), f"  {entry.title}")
    for news in entry.news:
        text.append(f"\n      {news}")
    for note in entry.notes:
        text.append(f"\n      {note}", "dim")
    return text


def voice(group: GroupView) -> Iterator[RenderableType]:
    """One voice: its sources, why it is one, and its records with the words that they were read from."""
    name = f"voice {group.number}" if group.spoken else "no voice any more"
    text = Text.assemble(f"  {name}: ", (", ".join(group.sources), "bold"), " (party)" if group.party else "")
    if group.reasons:
        text.append(f"\n    because: {'; '.join(group.reasons)}", "dim")
    yield text
    for member in group.members:
        yield Padding(_title(member), (0, 0, 0, 4), expand=False)
        yield Padding(_words(member), (0, 0, 0, 6), expand=False)


def _title(member: MemberView) -> Text:
    """A record: where it is from, whether it stands, its headline."""
    told = member.headline or member.excerpt
    standing = (member.standing, "red") if member.standing else ("stands", "dim")
    text = Text.assemble((f"{member.event_id}  ", "dim"), (member.source, "bold"), f"  {member.published}  ", standing, "  ")
    return text.append("".join(token.text for token in told))


def _words(member: MemberView) -> Table:
    """What it tells, with the words at its spans."""
    table = Table(box=None, pad_edge=False, show_header=False)
    for fact in member.facts:
        table.add_row(Text(fact.label, "dim"), Text(fact.value), Text(f'"{fact.words}"' if fact.words else ""))
    return table


def variants(incident: Incident) -> Table:
    """Every value of every attribute with its holders; the best one first."""
    table = Table("attribute", "value", "holders", "sources", "first said", box=None)
    for attribute in map(best_first, incident.attributes):
        name = attribute.name + (" (disputed)" if attribute.disputed else "")
        for n, v in enumerate(attribute.variants):
            table.add_row(
                name if n == 0 else "",
                fused(attribute.name, v.value),
                ", ".join(v.holders),
                ", ".join(v.sources),
                f"{v.first_seen:%d %b %H:%M}",
            )
    return table


def ledger(incident: Incident) -> Table:
    """Who asserts, confirms, denies what; who carried it."""
    table = Table("holder", "stance", "about", "via", "carried by", "first said", box=None)
    for entry in claims_in_order(incident):
        style = STANCE_STYLES[entry.stance]
        who = entry.holder + (" (party)" if entry.party else "")
        via, carried = " < ".join(entry.via), ", ".join(entry.sources)
        about = claim_about(entry.about, entry.value)
        table.add_row(who, Text(entry.stance.value, style), about, via, carried, f"{entry.first_seen:%d %b %H:%M}")
    return table


def join(found: JoinView) -> Text:
    """A join with the terms of its score."""
    text = Text(f"{found.event_id} ({found.name}) with {found.partner_id} ({found.partner}): {found.score:+.2f}\n")
    for term in found.terms:
        text.append(f"  {term.weight:+7.2f}  {term.feature}", "green" if term.weight > 0 else "red")
        text.append(f"  {term.detail}\n", "dim")
    return text

"""A report as read, for a terminal. Pure: a view to renderables. Colour is never all: every span's words stand in the tables too."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from streams.board.marks import Token
from streams.board.report_view import EventView, FiringLine, ReportView, VerdictLine, WhyView
from streams.cli.account import STANCE_STYLES
from streams.domain.event import Stance

STYLES = {
    "trigger": "underline bold red",
    "initiator": "underline blue",
    "target": "underline magenta",
    "victim": "underline bold magenta",
    "party": "underline bold blue",
    "object": "underline bold yellow",
    "place": "underline green",
    "time": "underline cyan",
    "count": "underline yellow",
    "outcome": "underline bold cyan",
    "claim": "underline italic",
}
"""How spans look: the terminal's own colours, which its theme keeps legible, and underlined so that they show without any."""
_INDENT = 2


def reading_text(report: ReportView, coloured: bool) -> Iterator[RenderableType]:
    """Everything that `wirebell read` prints of a report. `coloured`: whether the legend means anything."""
    head = Text(f"{report.source}  {report.published}", "bold")
    head.append(f"  {report.signal}" if report.signal != "new" else "", "yellow")
    yield head
    yield Text("  ".join(f"{name} {value}" for name, value in report.meta), "dim")
    yield Text()
    if report.headline:
        yield marked(report.headline, "bold")
    yield marked(report.body, "")
    if coloured and report.kinds:
        yield Text("  ").join([Text(""), *(Text(kind, STYLES[kind]) for kind in report.kinds)])
    if report.killed:
        yield Text("\nA kill: the source takes the item back. It tells of no event.", "yellow")
    for event in report.events:
        yield from _event(event)
    for aside in report.set_aside:
        yield Text.assemble(("\nset aside  ", "yellow"), f"{aside.type}: {aside.reason}")
        yield _indented(why_text(aside.why))


def marked(tokens: tuple[Token, ...], style: str) -> Text:
    """A text with its spans coloured; where spans lie in each other, the inner one's colour shows."""
    text, styles = Text(style=style), list[str]()
    for token in tokens:
        if token.opens is not None:
            styles.append(STYLES[token.opens.kind])
        elif token.text:
            text.append(token.text, " ".join(styles[-1:]))
        else:
            styles.pop()
    return text


def _event(event: EventView) -> Iterator[RenderableType]:
    yield Text.assemble(f"\n{event.number} ", (event.type, "bold"), f"  {event.modality}", ("  lead" if event.lead else "", "bold cyan"))
    yield _indented(Text("  ".join(f"{scheme} {code}" for scheme, code in event.codes), "dim"))
    yield _indented(_facts(event))
    yield _indented(_claims(event))
    yield _indented(Group(Text("why", "bold"), why_text(event.why)))


def _indented(part: RenderableType) -> Padding:
    return Padding(part, (0, 0, 0, _INDENT), expand=False)


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, show_header=bool(columns), header_style="dim")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _facts(event: EventView) -> Table:
    table = _table("what", "value", "in the text")
    for fact in event.facts:
        value = Text.assemble(fact.value, (f"  {fact.detail}" if fact.detail else "", "dim"))
        table.add_row(Text(fact.label, STYLES[fact.kind]), value, Text(f'"{fact.words}"' if fact.words else ""))
    return table


def _claims(event: EventView) -> Table:
    table = _table("who says so", "stance", "about", "via", "in the text")
    for claim in event.claims:
        holder = Text.assemble(claim.holder, (f"  {claim.kind}{', party' if claim.party else ''}", "dim"))
        stance = Text(claim.stance, STANCE_STYLES[Stance(claim.stance)])
        table.add_row(holder, stance, Text(claim.about), Text(claim.via), Text(f'"{claim.words}"' if claim.words else ""))
    return table


# ---- why


def why_text(why: WhyView) -> Group:
    """Why an event was read: rows, wants, merging, scores."""
    parts: list[RenderableType] = [line for firing in why.firings for line in _firing(firing)]
    if not why.firings:
        parts.append(Text("no typed event is told: kept as a story, by its words, names, place and time"))
    parts += [_verdict(verdict) for verdict in why.verdicts]
    return Group(*parts)


def _firing(firing: FiringLine) -> Iterator[Text]:
    row = "  ".join(column for column in firing.columns if column)
    yield Text.assemble((f'"{firing.words}"', STYLES["trigger"]), (f" ({firing.part})", "dim"), f"  {row}")
    for want in firing.wants:
        met = "met by " + ", ".join(f'"{words}"' for words in want.met_by) if want.met_by else "nothing of the kind is there"
        yield Text.assemble(f"  {want.wish}", (f" ({want.where})", "dim"), f": {met}")
    if firing.merged:
        yield Text(f"  merged: {firing.merged}", "dim")


def _verdict(verdict: VerdictLine) -> Text:
    """A product on one line, factors of 1 left out; a sum as a column."""
    text = Text(f"{verdict.question}: {verdict.total}")
    if verdict.sign == "+":
        for term in verdict.terms:
            text.append(f"\n  {term.weight:+7.2f}  {term.feature}", "green" if term.weight > 0 else "red")
        return text
    told = [term for term in verdict.terms if term.weight != 1]
    return text.append(" = " + " × ".join(f"{term.weight:.2f} {term.feature} ({term.detail})" for term in told) if told else "", "dim")

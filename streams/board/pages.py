"""Pages made of views: one file each, nothing loaded from elsewhere, no script. Every value is escaped by the template engine.

Report text is hostile. Templates hold no unescaped value, and a page forbids itself whatever it does not hold (its
Content-Security-Policy allows its own style sheet and nothing else), so that what slipped through could still not run.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from streams.board.facts import claim_about
from streams.board.incident_view import IncidentView
from streams.board.marks import Token
from streams.board.report_view import ReportView
from streams.board.wording import fused, moment, readable
from streams.domain.incident import LedgerEntry


@lru_cache(maxsize=1)
def _templates() -> Environment:
    made = Environment(
        loader=PackageLoader("streams.board"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.filters.update(moment=moment, readable=readable, about=_about, fused=_fused)
    return made


def _about(entry: LedgerEntry) -> str:
    return claim_about(entry.about, entry.value)


def _fused(value: str, attribute: str) -> str:
    return fused(attribute, value)


def copy_of(tokens: Sequence[Token]) -> str:
    """A text with its marks as HTML: without its tags it is the text, character for character."""
    macro = _templates().get_template("parts.html").module.copy  # type: ignore[attr-defined]
    return str(macro(tokens))


def reading_page(reports: Sequence[ReportView], refused: Sequence[tuple[str, str]]) -> str:
    """The page of `wirebell read --html`. `refused` are inputs that became no report, each with the reason."""
    most = max((len(report.events) for report in reports), default=0)
    return _templates().get_template("reading.html").render(reports=reports, refused=refused, numbers=range(1, most + 1))


def incident_page(incident: IncidentView) -> str:
    """The page of `wirebell explain --html`."""
    return _templates().get_template("incident.html").render(incident=incident)

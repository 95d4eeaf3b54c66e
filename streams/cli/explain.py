"""`wirebell explain`: why an incident is what it is."""

from __future__ import annotations

from pathlib import Path

import click

from streams.adapters.serialisation import to_json
from streams.board.dossier import Dossier
from streams.board.incident_view import incident_view
from streams.board.pages import incident_page
from streams.cli.account import account
from streams.cli.common import json_option, out, print_json, settings_option, write_page
from streams.cli.dossiers import from_folder, from_log
from streams.config import Settings


@click.command()
@click.argument("incident", metavar="INCIDENT")
@click.option("--from", "place", metavar="DIR|broker", default="broker", show_default=True, help="A replay's output folder, or the log.")
@click.option("--html", "page", type=click.Path(path_type=Path, dir_okay=False), help="Write a page to this file instead of printing.")
@json_option
@settings_option
def explain(incident: str, place: str, page: Path | None, as_json: bool, settings: Settings) -> None:
    """Show an incident's story, voices, variants and claims, the words they were read from, and for each join the terms of its score.

    INCIDENT is an incident's id or the beginning of one that no other shares.

    \b
    wirebell explain inc-4f1d --from result
    wirebell explain inc-4f1d --from result --html incident.html
    wirebell explain inc-4f1d7a90c2e8b3556a10 --json
    """
    dossier = from_log(settings, incident) if place == "broker" else from_folder(Path(place), incident)
    if as_json:
        _print_row(dossier)
    if page is not None:
        write_page(page, incident_page(incident_view(dossier)))
    elif not as_json:
        console = out()
        for part in account(dossier):
            console.print(part)


def _print_row(dossier: Dossier) -> None:
    events = [to_json(event) for _, event in sorted(dossier.records.items())]
    print_json({"incident": to_json(dossier.incident), "events": events, "alerts": [to_json(alert) for alert in dossier.alerts]})

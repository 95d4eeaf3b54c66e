"""`wirebell topics`: make topics as schemas/topics/*.yaml describes them, and list them."""

from __future__ import annotations

from typing import Any

import click
from rich.table import Table

from streams.adapters.logclient import LogClient, TopicState, open_log
from streams.adapters.logclient.port import lag
from streams.adapters.topics import load_topics
from streams.cli.common import EVENTS, RAW, json_option, out, print_json, settings_option
from streams.config import Settings


@click.group()
def topics() -> None:
    """The topics of the log."""


@topics.command()
@json_option
@settings_option
def apply(as_json: bool, settings: Settings) -> None:
    """Make the topics that are missing and give the others their settings. Safe to run again.

    \b
    wirebell topics apply
    WIREBELL_BROKER=kafka://127.0.0.1:9092 wirebell topics apply
    """
    with open_log(settings.broker) as client:
        outcomes = apply_all(client, settings)
    for name, outcome in outcomes.items():
        if as_json:
            print_json({"topic": name, "outcome": outcome})
        else:
            click.echo(f"{outcome:>9}  {name}")


def apply_all(client: LogClient, settings: Settings) -> dict[str, str]:
    """Apply every described topic. What was done, by name."""
    return {spec.name: client.apply(spec, settings.partitions.get(spec.name, spec.partitions)).value for spec in load_topics()}


@topics.command("list")
@json_option
@settings_option
def list_(as_json: bool, settings: Settings) -> None:
    """List topics with their settings, records and the worker's lag.

    \b
    wirebell topics list
    wirebell topics list --json
    """
    with open_log(settings.broker, create=False) as client:
        found = [_row(client, state, settings) for state in client.topics()]
    if as_json:
        for row in found:
            print_json(row)
        return
    table = Table("topic", "partitions", "records", "lag", "cleanup", "retention", box=None)
    for row in found:
        table.add_row(*(str(row[name]) for name in ("topic", "partitions", "records", "lag", "cleanup")), _retention(row["retention_ms"]))
    out().print(table)


def _row(client: LogClient, state: TopicState, settings: Settings) -> dict[str, Any]:
    return {
        "topic": state.name,
        "partitions": state.partitions,
        "records": sum(client.ends(state.name).values()),
        "lag": lag(client, settings.app_id, state.name) if state.name in (RAW, EVENTS) else "",
        "cleanup": state.cleanup,
        "retention_ms": state.retention_ms,
    }


def _retention(ms: int) -> str:
    return "for ever" if ms < 0 else f"{ms / 86_400_000:g} days"

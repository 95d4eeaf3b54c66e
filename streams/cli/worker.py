"""`wirebell worker` and `wirebell run`: the Faust worker in this process."""

from __future__ import annotations

import sys

import click

from streams.adapters.logclient import open_log
from streams.cli.common import note, reading, settings_option
from streams.cli.topics import apply_all
from streams.config import Settings, redact

loglevel_option = click.option("--loglevel", type=click.Choice(["debug", "info"]), default="info", help="How much the worker logs.")


@click.command()
@loglevel_option
@settings_option
def worker(loglevel: str, settings: Settings) -> None:
    """Run a worker on the configured broker until it is told to stop. The topics must be there (`wirebell topics apply`).

    \b
    WIREBELL_BROKER=kafka://127.0.0.1:9092 WIREBELL_DATADIR=var/worker-1 wirebell worker
    """
    sys.exit(_run(settings, loglevel))


@click.command()
@loglevel_option
@settings_option
def run(loglevel: str, settings: Settings) -> None:
    """Make the topics and run a worker: all that a one-machine newsroom needs.

    \b
    wirebell run
    wirebell run --settings desk.toml
    """
    with open_log(settings.broker) as client:
        apply_all(client, settings)
    note(f"log {redact(settings.broker)}, metrics http://{settings.metrics_bind}:{settings.metrics_port}/metrics; Ctrl-C stops")
    sys.exit(_run(settings, loglevel))


def _run(settings: Settings, loglevel: str) -> int:
    # Faust takes a second to import; only workers wait for it.
    from streams.agents import run_worker

    return run_worker(reading(settings), loglevel)

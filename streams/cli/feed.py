"""`wirebell feed`: the feeders, each a service that puts wire copy into `wire.raw` until it is told to stop."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence

import click

from streams.adapters.logclient import open_log
from streams.cli.common import settings_option
from streams.cli.topics import apply_all
from streams.config import Settings
from streams.feeders.observe import Feeder
from streams.feeders.run import configured, run_feeders


@click.group()
def feed() -> None:
    """Feed wire copy into the log, from a folder, over HTTP, from feeds and mailboxes.

    What each reads stands under [feeders] in the settings. Files and stdin, once: `wirebell ingest`.

    \b
    wirebell feed all --settings desk.toml
    """


@feed.command("all")
@settings_option
def every(settings: Settings) -> None:
    """Run every feeder that the settings describe, in one process.

    \b
    wirebell feed all --settings desk.toml
    """
    _run(configured(settings), settings)


HELP = {
    Feeder.FOLDER: """Watch a folder: finished files are fed and moved to done/.

    \b
    wirebell feed folder --settings desk.toml
    """,
    Feeder.HTTP: """Take POST /wire/SOURCE: 202 when the log has the body for good.

    \b
    WIREBELL_PUSH_TOKEN=… wirebell feed http --settings desk.toml
    """,
    Feeder.RSS: """Poll RSS and Atom feeds.

    \b
    wirebell feed rss --settings desk.toml
    """,
    Feeder.IMAP: """Poll mailboxes over IMAP.

    \b
    DESK_PASSWORD=… wirebell feed imap --settings desk.toml
    """,
}
"""Every feeder that has a command of its own, with what the command says of itself."""


def _alone(feeder: Feeder) -> None:
    @feed.command(feeder.value, help=HELP[feeder])
    @settings_option
    def run(settings: Settings) -> None:
        _run([feeder], settings)


for _feeder in HELP:
    _alone(_feeder)


def _run(feeders: Sequence[Feeder], settings: Settings) -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("kafka").setLevel(logging.WARNING)
    if settings.embedded and feeders:
        # As `wirebell run` does: on one machine whichever starts first makes the log.
        with open_log(settings.broker) as client:
            apply_all(client, settings)
    run_feeders(feeders, settings, os.environ)

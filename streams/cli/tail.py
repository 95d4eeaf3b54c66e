"""`wirebell tail`: alerts as a wire terminal prints them."""

from __future__ import annotations

import sys
from collections.abc import Iterable

import click

from streams.adapters.avro import codec_for
from streams.adapters.logclient import Record, Start, open_log
from streams.adapters.serialisation import to_json
from streams.cli.common import ALERTS, json_option, note, out, print_json, settings_option
from streams.cli.terminal import BELL, terminal
from streams.config import Settings
from streams.domain.alert import Alert, Priority
from streams.domain.errors import RefusedInput


@click.command()
@click.option("--from", "start", type=click.Choice([s.value for s in Start]), default="end", show_default=True, help="Where to begin.")
@click.option("--follow/--no-follow", default=True, show_default=True, help="Wait for more, or end at what is there now.")
@click.option("--min-priority", type=click.Choice([p.value for p in Priority]), default="routine", help="Nothing quieter than this.")
@click.option("--bell", is_flag=True, help="Ring the terminal's bell on a flash.")
@json_option
@settings_option
def tail(start: str, follow: bool, min_priority: str, bell: bool, as_json: bool, settings: Settings) -> None:
    """Print alerts as they come: time, priority, kind, snap, sources, and what they refer to.

    \b
    wirebell tail --bell
    wirebell tail --from beginning --no-follow --json | jq .snap
    wirebell tail --min-priority bulletin
    """
    limit = Priority(min_priority)
    names = {s.id: s.name for s in settings.core.sources.values()}
    with open_log(settings.broker, create=False) as client:
        for alert in decoded(client.read(ALERTS, Start(start), follow)):
            if alert.priority.rank <= limit.rank:
                show(alert, names, as_json, bell)


def decoded(records: Iterable[Record]) -> Iterable[Alert]:
    """The alerts of records; one that cannot be read is named on stderr and left out."""
    codec = codec_for(Alert)
    for record in records:
        try:
            yield codec.decode(record.value or b"")
        except RefusedInput as error:
            note(f"{record.topic}[{record.partition}]@{record.offset}: {error}")


def show(alert: Alert, names: dict[str, str], as_json: bool, bell: bool) -> None:
    """Print one alert."""
    if as_json:
        print_json(to_json(alert))
        return
    out().print(terminal(alert, names))
    if bell and alert.priority is Priority.FLASH:
        sys.stdout.write(BELL)
    sys.stdout.flush()

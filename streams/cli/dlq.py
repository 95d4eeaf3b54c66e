"""`wirebell dlq`: what was refused and why, and driving it again after a fix."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import TypeVar

import click
from rich.table import Table

from streams.adapters.clock import SystemClock
from streams.adapters.deadletters import Letter, letters, redrive
from streams.adapters.logclient import open_log
from streams.adapters.serialisation import rfc3339
from streams.cli.common import DEAD_LETTERS, json_option, out, print_json, progress, settings_option
from streams.config import Settings
from streams.domain.errors import Reason, Stage

F = TypeVar("F", bound=Callable[..., object])


def filters(command: F) -> F:
    """`--stage` and `--reason`."""
    stage = click.option("--stage", type=click.Choice([s.value for s in Stage]), help="Only those refused at this stage.")
    reason = click.option("--reason", type=click.Choice([r.value for r in Reason]), help="Only those refused for this reason.")
    return stage(reason(command))


@click.group()
def dlq() -> None:
    """Dead letters: inputs that were refused, kept with the cause."""


@dlq.command("list")
@filters
@click.option("--all", "everything", is_flag=True, help="Also those that were driven again.")
@json_option
@settings_option
def list_(stage: str | None, reason: str | None, everything: bool, as_json: bool, settings: Settings) -> None:
    """List what was refused: where it came from, at which stage, why.

    \b
    wirebell dlq list
    wirebell dlq list --reason bad-encoding --json
    """
    with open_log(settings.broker, create=False) as client:
        found = _chosen(letters(client, DEAD_LETTERS), stage, reason, everything)
    if as_json:
        for letter in found:
            print_json(_row(letter))
        return
    table = Table("letter", "stage", "reason", "source", "from", "at", "message", box=None)
    for x in found:
        table.add_row(x.position, x.stage, x.reason, x.source, x.origin, x.at, x.message + (" (driven again)" if x.redriven else ""))
    out().print(table)
    click.echo(f"{len(found)} dead letters" + "".join(f"; {n} {name}" for name, n in sorted(Counter(x.reason for x in found).items())))


def _chosen(found: Iterable[Letter], stage: str | None, reason: str | None, everything: bool) -> list[Letter]:
    return [x for x in found if stage in (None, x.stage) and reason in (None, x.reason) and (everything or not x.redriven)]


def _row(letter: Letter) -> dict[str, object]:
    named = ("position", "stage", "reason", "message", "error_class", "source", "origin", "at", "redriven")
    return {**{name: getattr(letter, name) for name in named}, "bytes": len(letter.record.value or b"")}


@dlq.command("redrive")
@filters
@click.option("--dry-run", is_flag=True, help="Say what would be sent, send nothing.")
@json_option
@settings_option
def redrive_(stage: str | None, reason: str | None, dry_run: bool, as_json: bool, settings: Settings) -> None:
    """Send dead letters again, as they were, to the topics they came from. Do this after the cause is mended.

    What was sent is remembered beside the dead letters, so a second run sends only what came since. Interrupted at any
    moment, it loses nothing; what it sends twice then is counted as a duplicate and alerts nobody again.

    \b
    wirebell dlq redrive --dry-run
    wirebell dlq redrive --stage parse --reason malformed
    """
    with open_log(settings.broker, create=False) as client:
        found = _chosen(letters(client, DEAD_LETTERS), stage, reason, everything=False)
        homeless = [x for x in found if not x.topic]
        ready = [x for x in found if x.topic]
        if not dry_run:
            redrive(client, DEAD_LETTERS, progress(ready, "redrive", len(ready)), rfc3339(SystemClock().now()))
    counts = {"redriven": 0 if dry_run else len(ready), "ready": len(ready), "without_origin": len(homeless)}
    if as_json:
        print_json(counts)
        return
    click.echo(f"{len(ready)} dead letters {'would be' if dry_run else 'were'} sent again")
    if homeless:
        click.echo(f"{len(homeless)} do not say which topic they came from and stay", err=True)

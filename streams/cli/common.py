"""What several commands share: the settings option, consoles, progress, time and table helpers."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from streams.adapters.files import BadInput
from streams.config import Settings, load

PIPE_WIDTH = 160
"""Columns of a table that goes to a file or a pipe."""

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])

RAW, EVENTS, INCIDENTS, ALERTS, DEAD_LETTERS = "wire.raw", "wire.events", "wire.incidents", "wire.alerts", "wire.dead-letters"


def settings_option(command: F) -> F:
    """`--settings FILE` (or `--config`): the command receives the loaded Settings as `settings`."""

    def loaded(_: click.Context, __: click.Parameter, path: Path | None) -> Settings:
        return load(path, os.environ)

    option = click.option(
        "--settings",
        "--config",
        "settings",
        type=click.Path(path_type=Path, dir_okay=False),
        callback=loaded,
        help="Settings file; else $WIREBELL_CONFIG, else ./wirebell.toml.",
    )
    return option(command)


def reading(settings: Settings) -> Settings:
    """The settings with the finder of names that they ask for. ConfigError when it cannot be had."""
    if not settings.ner:
        return settings
    # Models take seconds to load and spaCy is an extra: only who reads copy waits for it.
    from streams.adapters.spacy_names import open_names

    return replace(settings, core=replace(settings.core, names=open_names(settings.ner)))


json_option = click.option("--json", "as_json", is_flag=True, help="One JSON object per line, for programs.")


def out(wrap: bool = False) -> Console:
    """The console for results. Colour only on a terminal and without NO_COLOR. `wrap`: long lines are broken at words."""
    width = None if sys.stdout.isatty() or "COLUMNS" in os.environ else PIPE_WIDTH
    return Console(file=sys.stdout, highlight=False, soft_wrap=not wrap, markup=False, emoji=False, width=width)


def write_page(path: Path, page: str) -> None:
    """Write a page and say where it is. BadInput when it cannot be written there."""
    try:
        path.write_text(page, encoding="utf-8", newline="\n")
    except OSError as error:
        raise BadInput(f"{path}: cannot be written: {error.strerror}") from error
    note(f"written: {path}")


def note(message: str) -> None:
    """A line for people, on stderr so that it never mixes with results."""
    click.echo(message, err=True)


def print_json(row: object) -> None:
    """One line of JSON on stdout, written at once: a program may be waiting for it."""
    sys.stdout.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")
    sys.stdout.flush()


def progress(items: Iterable[T], what: str, total: int | None = None) -> Iterator[T]:
    """The items, counted in a bar on stderr; nothing is shown when that is no terminal."""
    console = Console(file=sys.stderr)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        yield from bar.track(items, total=total, description=what)

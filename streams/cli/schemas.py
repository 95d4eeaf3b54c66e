"""`wirebell schemas`: whether the contracts hold together."""

from __future__ import annotations

from pathlib import Path

import click

from streams.adapters.schema_check import check_schemas
from streams.cli.common import json_option, print_json
from streams.domain.errors import MustStop


@click.group()
def schemas() -> None:
    """The Avro schemas, topics and examples of schemas/."""


@schemas.command()
@click.option("--folder", type=click.Path(exists=True, file_okay=False, path_type=Path), help="A schemas folder; else the packaged one.")
@json_option
def check(folder: Path | None, as_json: bool) -> None:
    """Check that schemas, topics, examples and the domain agree, and that every version reads every other.

    \b
    wirebell schemas check
    wirebell schemas check --folder schemas
    """
    problems = check_schemas(folder)
    if as_json:
        print_json({"problems": problems})
    else:
        click.echo("\n".join(problems) or "schemas hold together")
    if problems:
        raise MustStop(f"{len(problems)} problems in the schemas")

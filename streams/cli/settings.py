"""`wirebell config`: what is in force."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import click

from streams.cli.common import json_option, print_json, settings_option
from streams.config import Settings, shown


@click.group()
def config() -> None:
    """The settings."""


@config.command()
@json_option
@settings_option
def show(as_json: bool, settings: Settings) -> None:
    """Print the settings in force, as TOML, with where each that is no default comes from. Never prints a secret.

    \b
    wirebell config show
    wirebell config show --settings desk.toml --json
    """
    values = shown(settings)
    if as_json:
        print_json({"settings": values, "origins": dict(settings.origins)})
        return
    click.echo("\n".join(_toml(values, settings)))


def _toml(values: dict[str, Any], settings: Settings, prefix: str = "") -> Iterator[str]:
    """TOML lines: plain keys first, then tables."""
    for key, value in values.items():
        if not isinstance(value, dict):
            origin = settings.origins.get(prefix + key)
            yield f"{_key(key)} = {_value(value)}" + (f"  # {origin}" if origin else "")
    for key, value in values.items():
        if isinstance(value, dict) and value:
            name = f"{prefix}{_key(key)}"
            yield f"\n[{name}]"
            yield from _toml(value, settings, f"{name}.")


def _key(key: str) -> str:
    return key if key.replace("_", "").replace("-", "").isalnum() and key.isascii() else json.dumps(key)


def _value(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)

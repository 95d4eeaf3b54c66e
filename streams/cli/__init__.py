"""The `wirebell` command: the only composition root. One file per group of commands."""

from streams.cli.root import cli, main

__all__ = ["cli", "main"]

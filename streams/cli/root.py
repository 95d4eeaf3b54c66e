"""`wirebell` itself: its commands, and how errors end it."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any

import click

from streams import __version__
from streams.adapters.files import BadInput
from streams.config import redact
from streams.domain.errors import ConfigError, MustStop, RefusedInput, TransientFailure, WirebellError

EXIT_CODES: tuple[tuple[type[WirebellError], int], ...] = (
    (BadInput, 65),
    (RefusedInput, 65),
    (TransientFailure, 69),
    (MustStop, 70),
    (ConfigError, 78),
)
"""As sysexits.h has them: EX_DATAERR, EX_UNAVAILABLE, EX_SOFTWARE, EX_CONFIG. Usage errors are 2."""
INTERRUPTED = 130
BROKEN_PIPE = 141
"""128 + SIGPIPE: what a shell expects of a program whose reader left."""

COMMANDS = {
    "demo": "streams.cli.demo:demo",
    "run": "streams.cli.worker:run",
    "worker": "streams.cli.worker:worker",
    "ingest": "streams.cli.ingest:ingest",
    "feed": "streams.cli.feed:feed",
    "tail": "streams.cli.tail:tail",
    "read": "streams.cli.read:read",
    "replay": "streams.cli.replay:replay",
    "explain": "streams.cli.explain:explain",
    "topics": "streams.cli.topics:topics",
    "dlq": "streams.cli.dlq:dlq",
    "schemas": "streams.cli.schemas:schemas",
    "config": "streams.cli.settings:config",
}
"""In the order of `wirebell --help`. Loaded when asked for: `ingest` must not wait for Faust."""


class Wirebell(click.Group):
    """Loads commands when they are asked for and turns errors into messages and exit codes."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Names in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command, or None."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; its errors become one line on stderr and an exit code."""
        try:
            return super().invoke(ctx)
        except WirebellError as error:
            click.secho("error: ", fg="red", bold=True, nl=False, err=True)
            click.echo(redact(str(error)), err=True)
            ctx.exit(exit_code(error))
        except KeyboardInterrupt:
            ctx.exit(INTERRUPTED)
        except BrokenPipeError:
            # What is still buffered cannot go anywhere; Python would complain at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(BROKEN_PIPE)


def exit_code(error: WirebellError) -> int:
    """The exit code for an error: the first row that fits, else 70."""
    return next((code for kind, code in EXIT_CODES if isinstance(error, kind)), 70)


@click.group(cls=Wirebell, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="wirebell")
def cli() -> None:
    """A newsroom's wire room: many reports in, one alert per real-world event out.

    \b
    wirebell demo                        see it work, nothing to install
    wirebell run                         the worker on the embedded log
    wirebell ingest copy/ --source acme  put wire copy in
    wirebell tail --bell                 watch the alerts
    wirebell read story.xml              what is read of a report, and why

    Settings come from wirebell.toml and WIREBELL_* variables; `wirebell config show` prints what is in force.

    Exit codes: 0 done, 2 wrong usage, 65 bad data, 69 broker unavailable, 70 had to stop, 78 bad configuration.
    """


def main() -> None:
    """The entry point."""
    cli(prog_name="wirebell")

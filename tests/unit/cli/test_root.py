"""The command line as a whole: help, errors, exit codes, interruption."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from streams.adapters.files import BadInput
from streams.cli import cli
from streams.cli.root import COMMANDS, Wirebell, exit_code
from streams.domain.errors import ConfigError, CorruptLog, MustStop, Reason, RefusedInput, Stage, TransientFailure, WirebellError

LEAVES = [
    *([name] for name in COMMANDS if name not in ("topics", "dlq", "schemas", "config")),
    ["topics", "apply"], ["topics", "list"], ["dlq", "list"], ["dlq", "redrive"], ["schemas", "check"], ["config", "show"],
    ["feed", "all"], ["feed", "folder"], ["feed", "http"], ["feed", "rss"], ["feed", "imap"],
]  # fmt: skip


@pytest.mark.parametrize("command", LEAVES, ids=" ".join)
def test_every_command_explains_itself_with_an_example(command: list[str]) -> None:
    result = CliRunner().invoke(cli, [*command, "--help"], catch_exceptions=False)
    assert result.exit_code == 0
    assert " ".join(["wirebell", *command]) in result.stdout.partition("Usage")[2].partition("\n")[2]


def test_the_commands_are_listed_in_the_order_one_meets_them() -> None:
    listed = CliRunner().invoke(cli, ["--help"]).stdout.partition("Commands:")[2].split("\n")
    assert [line.split()[0] for line in listed if line.strip()] == list(COMMANDS)


@pytest.mark.parametrize("args", [["nonsense"], ["ingest"], ["tail", "--from", "middle"], ["replay", "nothing-here", "--out", "x"]])
def test_wrong_usage_ends_with_two(args: list[str]) -> None:
    assert CliRunner().invoke(cli, args).exit_code == 2


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (BadInput("x"), 65),
        (RefusedInput(Stage.PARSE, Reason.MALFORMED, "x"), 65),
        (TransientFailure("x"), 69),
        (MustStop("x"), 70),
        (CorruptLog("x"), 70),
        (ConfigError("x"), 78),
        (WirebellError("x"), 70),
    ],
)
def test_each_error_has_its_exit_code(error: WirebellError, code: int) -> None:
    assert exit_code(error) == code


def failing(error: BaseException) -> click.Group:
    @click.group(cls=Failing)
    def group() -> None: ...

    @click.command()
    def fail() -> None:
        raise error

    Failing.commands_made = {"fail": fail}
    return group


class Failing(Wirebell):
    commands_made: dict[str, click.Command]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        return self.commands_made.get(cmd_name)


def test_an_error_is_one_line_on_stderr_without_secrets() -> None:
    result = CliRunner().invoke(failing(TransientFailure("no answer from kafka://user:hunter2@one")), ["fail"])
    assert (result.exit_code, result.stdout) == (69, "")
    assert result.stderr == "error: no answer from kafka://***@one\n"


def test_an_interruption_ends_quietly() -> None:
    result = CliRunner().invoke(failing(KeyboardInterrupt()), ["fail"])
    assert (result.exit_code, result.output) == (130, "")


def test_a_defect_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError):
        CliRunner().invoke(failing(ZeroDivisionError()), ["fail"], catch_exceptions=False)


def test_a_reader_that_leaves_ends_the_command_without_a_complaint(tmp_path: Path) -> None:
    program = (
        "import sys; from streams.cli import cli; import streams.cli.settings as s\n"
        "s.shown = lambda _: {f'k{n}': 'x' * 1000 for n in range(5000)}\n"
        "cli(['config', 'show'], prog_name='wirebell')"
    )
    repository = Path(__file__).parents[3]
    process = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path, env={"PYTHONPATH": str(repository)}
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.read(10)
    process.stdout.close()
    errors = process.stderr.read()
    assert (process.wait(30), errors) == (141, b"")

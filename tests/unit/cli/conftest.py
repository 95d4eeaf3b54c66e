"""A command runner on an embedded log of the test's own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from streams.adapters.logclient import LogClient, open_log
from streams.cli import cli
from streams.cli.topics import apply_all
from streams.config import Settings


@dataclass
class Wirebell:
    """Runs commands as a shell would."""

    folder: Path

    @property
    def broker(self) -> str:
        return f"sqlite:///{self.folder}/wirebell.db"

    def __call__(self, *args: str, input: bytes | None = None, code: int = 0, env: dict[str, str] | None = None) -> Result:
        environ = {"WIREBELL_BROKER": self.broker, **(env or {})}
        result = CliRunner().invoke(cli, args, input=input, env=environ, catch_exceptions=False)
        assert result.exit_code == code, f"{result.exit_code}: {result.stdout}{result.stderr}"
        return result

    def rows(self, *args: str) -> list[dict[str, Any]]:
        """What a command prints with --json."""
        return [json.loads(line) for line in self(*args, "--json").stdout.splitlines()]


@pytest.fixture
def wirebell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Wirebell:
    monkeypatch.chdir(tmp_path)
    return Wirebell(tmp_path)


@pytest.fixture
def log(wirebell: Wirebell) -> Iterator[LogClient]:
    """The log behind `wirebell`, its topics made."""
    with open_log(wirebell.broker) as client:
        apply_all(client, Settings())
        yield client

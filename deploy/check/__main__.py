"""Run every check, or those named: `python -m deploy.check [NAME ...]`. Exit code 1 when one fails.

A tool that is not installed fails the run where CI=true is set; elsewhere the check is skipped, and says how to get the tool.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from deploy.check import containers, documents, hygiene, metrics_page, packages, rules, schemas

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
PROMTOOL = "Debian: apt-get install --no-install-recommends prometheus; elsewhere it comes with Prometheus"
DEVELOPMENT = "make check installs it"


class ToolMissing(Exception):
    """A tool is not installed; the message says how to get it."""


@dataclass(frozen=True, slots=True)
class Tool:
    """A check that a program makes: it passes when the program exits with 0."""

    name: str
    command: tuple[str, ...]
    hint: str = DEVELOPMENT

    def problems(self) -> list[str]:
        """The program's output when it failed. ToolMissing when there is no such program."""
        program = shutil.which(str(BIN / self.command[0])) or shutil.which(self.command[0])
        if program is None:
            raise ToolMissing(f"{self.command[0]} is not installed. {self.hint}")
        done = subprocess.run((program, *self.command[1:]), cwd=ROOT, capture_output=True, text=True, check=False)
        return [] if done.returncode == 0 else [(done.stdout + done.stderr).strip() or f"exit code {done.returncode}"]


@dataclass(frozen=True, slots=True)
class Own:
    """A check of our own: a function from the root of the project to its problems."""

    name: str
    check: Callable[[Path], list[str]]

    def problems(self) -> list[str]:
        """What the function finds, or the error that it died of."""
        try:
            return self.check(ROOT)
        except Exception as error:  # noqa: BLE001 - a check that dies has failed, and the others still have to run
            return [f"{type(error).__name__}: {error}"]


CHECKS: tuple[Tool | Own, ...] = (
    Tool("lint", ("ruff", "check", ".")),
    Tool("format", ("ruff", "format", "--check", ".")),
    Tool("types", ("mypy", "streams", "deploy", "tests")),
    Tool("layers", ("lint-imports",)),
    Own("sizes", hygiene.oversized),
    Own("schemas", schemas.problems),
    Tool("compose", ("check-jsonschema", "--builtin-schema", "vendor.compose-spec", "docker-compose.yml")),
    Tool("yaml", ("yamllint", "--strict", "docker-compose.yml", "schemas", "deploy")),
    Own("containers", containers.problems),
    Tool("prometheus", ("promtool", "check", "config", "deploy/prometheus/prometheus.yml"), PROMTOOL),
    Tool("rules", ("promtool", "test", "rules", "deploy/prometheus/rules.test.yml"), PROMTOOL),
    Own("runbook", rules.problems),
    Own("docs", documents.problems),
    Own("metrics page", metrics_page.problems),
    Own("packages", packages.problems),
    Own("hygiene", hygiene.revealing),
)


def _run(check: Tool | Own, strict: bool) -> str:
    """ "ok", "failed" or "skipped"; prints which, and why."""
    began = time.monotonic()
    try:
        problems = check.problems()
        verdict = "failed" if problems else "ok"
    except ToolMissing as missing:
        problems, verdict = [str(missing)], "failed" if strict else "skipped"
    print(f"{check.name:14} {time.monotonic() - began:5.1f} s  {verdict}", flush=True)
    for problem in problems:
        print("    " + problem.replace("\n", "\n    "))
    return verdict


def main(names: list[str]) -> int:
    """0 when no check failed."""
    strict = os.environ.get("CI", "").lower() in {"1", "true"}
    verdicts = {check.name: _run(check, strict) for check in CHECKS if not names or check.name in names}
    for verdict in ("ok", "skipped", "failed"):
        if named := [name for name, other in verdicts.items() if other == verdict]:
            print(f"{len(named)} {verdict}" + ("" if verdict == "ok" else f": {', '.join(named)}"))
    return 1 if not verdicts or "failed" in verdicts.values() else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Whether enough branches were run: `python -m deploy.check.coverage var/coverage.json`.

Statements and branches count alike, as coverage's own percentage does. The core decides, so it is tested to 95 %; the shell to 85 %.
Says what is missing; fails on it only with COVERAGE=strict.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CORE = frozenset({"domain", "formats", "extraction", "matching", "alerting", "pipeline"})
GOALS = {"core": 95.0, "shell": 85.0}


@dataclass(frozen=True, slots=True)
class Share:
    """How much of a part was run: statements and branches together."""

    part: str
    covered: int
    of: int

    @property
    def percent(self) -> float:
        """0 to 100; 100 for a part without code."""
        return 100.0 * self.covered / self.of if self.of else 100.0


def shares(report: dict[str, Any]) -> list[Share]:
    """Core and shell first, then each package, by name."""
    sums: dict[str, list[int]] = {part: [0, 0] for part in GOALS}
    for name, entry in report["files"].items():
        package = Path(name).parts[1].removesuffix(".py")
        summary = entry["summary"]
        covered = summary["covered_lines"] + summary["covered_branches"]
        for part in ("core" if package in CORE else "shell", f"streams.{package}"):
            total = sums.setdefault(part, [0, 0])
            total[0] += covered
            total[1] += summary["num_statements"] + summary["num_branches"]
    packages = sorted(part for part in sums if part not in GOALS)
    return [Share(part, *sums[part]) for part in (*GOALS, *packages)]


def main(path: str) -> int:
    """1 when a goal is missed and COVERAGE=strict."""
    measured = shares(json.loads(Path(path).read_text(encoding="utf-8")))
    for share in measured:
        goal = f"  (goal {GOALS[share.part]:.0f} %)" if share.part in GOALS else ""
        print(f"coverage {share.part:22} {share.percent:5.1f} %{goal}")
    missed = [share.part for share in measured if share.part in GOALS and share.percent < GOALS[share.part]]
    if missed:
        print(f"coverage goal missed: {', '.join(missed)}", file=sys.stderr)
    return 1 if missed and os.environ.get("COVERAGE") == "strict" else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

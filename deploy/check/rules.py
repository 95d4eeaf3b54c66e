"""Alert rules: each has a runbook page, a severity and a test, and speaks of metrics that exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from streams.adapters.metric_defs import FEEDER_METRICS, METRICS, Kind

RULES = Path("deploy/prometheus/rules.yml")
TESTS = Path("deploy/prometheus/rules.test.yml")
RUNBOOK = Path("docs/runbook")
METRIC = re.compile(r"\bwirebell_[a-z_]+")
PARTS = ("_bucket", "_sum", "_count")


def problems(root: Path) -> list[str]:
    """What is missing beside the rules, and what stands there without one."""
    rules = [rule for group in _yaml(root / RULES)["groups"] for rule in group["rules"] if "alert" in rule]
    names = {rule["alert"] for rule in rules}
    pages = {path.stem for path in (root / RUNBOOK).glob("*.md")} - {"README"}
    tested = {
        case["alertname"] for test in _yaml(root / TESTS)["tests"] for case in test.get("alert_rule_test", ()) if case.get("exp_alerts")
    }
    found = [f"{RUNBOOK}/{name}.md is missing" for name in sorted(names - pages)]
    found += [f"{RUNBOOK}/{name}.md is about no alert" for name in sorted(pages - names)]
    found += [f"{TESTS} never sees {name} fire" for name in sorted(names - tested)]
    return found + [problem for rule in rules for problem in _rule(rule)]


def _yaml(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def _rule(rule: dict[str, Any]) -> Iterator[str]:
    every = (*METRICS, *FEEDER_METRICS)
    known = {metric.name for metric in every}
    known |= {metric.name + part for metric in every if metric.kind is Kind.HISTOGRAM for part in PARTS}
    for metric in sorted(set(METRIC.findall(rule["expr"])) - known):
        yield f"{RULES}: {rule['alert']} reads {metric}, which does not exist"
    if rule.get("labels", {}).get("severity") not in {"page", "ticket"}:
        yield f"{RULES}: {rule['alert']} needs the severity page or ticket"
    if not rule.get("annotations", {}).get("runbook", "").endswith(f"{RUNBOOK}/{rule['alert']}.md"):
        yield f"{RULES}: {rule['alert']} needs the annotation runbook, ending in {RUNBOOK}/{rule['alert']}.md"

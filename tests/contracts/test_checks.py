"""The checks of `make check` find what they should: a check that cannot fail checks nothing."""

import json
import subprocess
from pathlib import Path

import click
import pytest
import yaml

from deploy.check import containers, coverage, documents, hygiene, metrics_page, packages, rules

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """An empty project under version control."""
    subprocess.run(("git", "init", "-q", str(tmp_path)), check=True)
    return tmp_path


def commit(project: Path, name: str, text: str) -> Path:
    path = project / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    subprocess.run(("git", "add", name), cwd=project, check=True)
    return path


@click.group()
def wirebell() -> None:
    """A stand-in with one command and one group."""


@wirebell.command()
@click.option("--bell")
def tail(bell: str) -> None:
    """A command."""


@wirebell.group()
def dlq() -> None:
    """A group."""


dlq.add_command(tail, "list")


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("make test", ""),
        ("REQUIRE_KAFKA=1 make test ARGS=-x", ""),
        ("make coffee", "make has no target coffee"),
        ("wirebell tail --bell x", ""),
        (".venv/bin/wirebell tail   # the alerts", ""),
        ("wirebell tale", "wirebell has no command tale"),
        ("wirebell dlq list --help", ""),
        ("wirebell dlq empty", "wirebell dlq has no command empty"),
        ("wirebell tail --whistle", "wirebell tail has no option --whistle"),
        ("echo wirebell tale", ""),
    ],
)
def test_commands_in_documents_must_exist(line: str, problem: str) -> None:
    text = f"```sh\n{line}\n```\n"
    assert "".join(documents.unknown_commands(text, frozenset({"test"}), wirebell)) == problem


@pytest.mark.parametrize(
    ("link", "problem"),
    [
        ("other.md", ""),
        ("other.md#the-parts-how", ""),
        ("#here", ""),
        ("https://example.org/gone", ""),
        ("gone.md", "the link gone.md leads nowhere"),
        ("other.md#the-whole", "the link other.md#the-whole names a heading that is not there"),
    ],
)
def test_links_in_documents_must_lead_somewhere(tmp_path: Path, link: str, problem: str) -> None:
    (tmp_path / "other.md").write_text("# The parts: how?\n```sh\n# the whole\n```\n")
    page = tmp_path / "page.md"
    page.write_text(f"# Here\n[a link]({link})\n```\n[not a link](nowhere.md)\n```\n")
    assert "".join(documents.dead_links(page, page.read_text())) == problem


@pytest.mark.parametrize(
    "parts", [("cd /", "home", "/anna/x"), ("https://py", "pi.org", "/simple"), ("index", "-url = ", "http://10.0.0.1/")]
)
def test_a_machines_paths_and_package_hosts_are_found(project: Path, parts: tuple[str, ...]) -> None:
    line = "".join(parts)  # in parts, so that this file holds none
    commit(project, "a.txt", f"fine\n{line}\n")
    assert [problem.startswith("a.txt:2: a pa") for problem in hygiene.revealing(project)] == [True]


@pytest.mark.parametrize("line", ["https://example.org/home/page", "var/tmp/x", "a/root/b", "VOLUME /var/lib/wirebell"])
def test_ordinary_paths_are_not(project: Path, line: str) -> None:
    commit(project, "a.txt", line)
    assert hygiene.revealing(project) == []


def test_a_source_file_may_have_400_lines(project: Path) -> None:
    commit(project, "streams/a.py", "x = 1\n" * 400)
    commit(project, "streams/deep/b.py", "x = 1\n" * 401)
    commit(project, "tests/c.py", "x = 1\n" * 500)
    assert hygiene.oversized(project) == ["streams/deep/b.py: 401 lines, at most 400"]


GOOD_IMAGE = """
FROM python:3.11-slim AS build
COPY a.txt ./
RUN pip install --require-hashes -r a.txt \\
    && true
FROM python:3.11-slim
COPY --from=build /x /x
USER app
HEALTHCHECK CMD ["true"]
ENTRYPOINT ["app"]
"""


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("a.txt", "a.txt", ""),
        ("FROM python:3.11-slim AS", "FROM python AS", "FROM python: name the version"),
        ("FROM python:3.11-slim\n", "FROM python:latest\n", "FROM python:latest: name the version"),
        ("COPY a.txt", "COPY b.txt", "COPY b.txt: is not there"),
        ("COPY a.txt", "ADD a.txt", "ADD: use COPY"),
        ("--require-hashes ", "", "RUN pip install: with --require-hashes"),
        ("true\n", "apt-get install x\n", "RUN apt-get install: with --no-install-recommends, and remove the lists in the same step"),
        ("USER app\n", "", "the last stage runs as root: end it with USER"),
        ("USER app\n", "USER app\nUSER 0:0\n", "the last stage runs as root: end it with USER"),
        ('HEALTHCHECK CMD ["true"]\n', "", "the last stage has no HEALTHCHECK"),
        ('["app"]', "app", "ENTRYPOINT: use the form with brackets, or signals do not reach the process"),
    ],
)
def test_problems_of_a_dockerfile_are_found(tmp_path: Path, old: str, new: str, problem: str) -> None:
    (tmp_path / "a.txt").write_text("")
    assert "; ".join(containers.dockerfile_problems(GOOD_IMAGE.replace(old, new), tmp_path)) == problem


@pytest.mark.parametrize(
    ("service", "problem"),
    [
        ({"image": "a:1", "healthcheck": {}}, ""),
        ({"image": "a", "healthcheck": {}}, "worker: name the version of its image"),
        ({"image": "a:1"}, "worker: has no health check"),
        ({"build": ".", "depends_on": {"gone": {}}}, "worker: depends on gone, which is no service"),
        ({"build": ".", "volumes": ["./gone:/x:ro"]}, "worker: mounts ./gone, which is not there"),
        ({"build": ".", "container_name": "w"}, "worker: cannot be scaled with a container name or a fixed port"),
        ({"build": ".", "ports": ["6066:6066"]}, "worker: cannot be scaled with a container name or a fixed port"),
    ],
)
def test_problems_of_a_compose_file_are_found(tmp_path: Path, service: dict[str, object], problem: str) -> None:
    assert "; ".join(containers.compose_problems({"services": {"worker": service}}, tmp_path)) == problem


def test_our_own_containers_and_rules_have_no_problems() -> None:
    assert containers.problems(ROOT) == []
    assert rules.problems(ROOT) == []


def test_a_rule_needs_a_page_a_test_a_severity_and_metrics_that_exist(tmp_path: Path) -> None:
    rule = {"alert": "Loud", "expr": "wirebell_noise > 1 and wirebell_stage_seconds_sum > 0", "labels": {"severity": "loud"}}
    for path, data in ((rules.RULES, {"groups": [{"rules": [rule]}]}), (rules.TESTS, {"tests": []})):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(yaml.safe_dump(data))
    (tmp_path / rules.RUNBOOK).mkdir(parents=True)
    (tmp_path / rules.RUNBOOK / "Quiet.md").write_text("")
    assert rules.problems(tmp_path) == [
        "docs/runbook/Loud.md is missing",
        "docs/runbook/Quiet.md is about no alert",
        "deploy/prometheus/rules.test.yml never sees Loud fire",
        "deploy/prometheus/rules.yml: Loud reads wirebell_noise, which does not exist",
        "deploy/prometheus/rules.yml: Loud needs the severity page or ticket",
        "deploy/prometheus/rules.yml: Loud needs the annotation runbook, ending in docs/runbook/Loud.md",
    ]


def test_the_metrics_page_must_be_current(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "metrics.md").write_text(metrics_page.page())
    assert metrics_page.problems(tmp_path) == []
    (tmp_path / "docs" / "metrics.md").write_text(metrics_page.page() + "x")
    assert metrics_page.problems(tmp_path) == ["docs/metrics.md is not what the table of metrics makes: run make metrics-page"]


def test_pins_must_meet_the_requirements_and_have_hashes(tmp_path: Path) -> None:
    pins = tmp_path / "requirements.txt"
    pins.write_text(f"click==8.3.3 \\\n    --hash=sha256:{'0' * 64}\n    # via x\nrich==15.0.0\n")
    assert packages.unpinned(pins, ["click>=8", "Rich"]) == ["requirements.txt: rich==15.0.0 has no hash"]
    assert packages.unpinned(pins, ["click<8", "lxml"])[1:] == [
        "requirements.txt: nothing meets click<8: run make lock",
        "requirements.txt: nothing meets lxml: run make lock",
    ]


def test_a_licence_that_binds_is_found() -> None:
    assert packages.binding(["click", "no-such-package-here"]) == []
    assert packages.binding(["yamllint"]) == [f"yamllint: {packages.licence('yamllint')}"]


@pytest.mark.parametrize(("covered", "code"), [(95, 0), (94, 1)])
def test_a_missed_goal_fails_when_strict(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, covered: int, code: int) -> None:
    monkeypatch.setenv("COVERAGE", "strict")
    summary = {"covered_lines": covered, "covered_branches": 0, "num_statements": 90, "num_branches": 10}
    (tmp_path / "c.json").write_text(json.dumps({"files": {"streams/domain/a.py": {"summary": summary}}}))
    assert coverage.main(str(tmp_path / "c.json")) == code


def test_core_and_shell_are_measured_apart() -> None:
    def entry(covered: int) -> dict[str, dict[str, int]]:
        return {"summary": {"covered_lines": covered, "covered_branches": 1, "num_statements": 9, "num_branches": 1}}

    files = {"streams/domain/a.py": entry(9), "streams/cli.py": entry(4), "streams/agents/b.py": entry(0)}
    assert [(share.part, share.percent) for share in coverage.shares({"files": files})] == [
        ("core", 100.0),
        ("shell", 30.0),
        ("streams.agents", 10.0),
        ("streams.cli", 50.0),
        ("streams.domain", 100.0),
    ]

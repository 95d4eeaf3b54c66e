"""The image and the compose file: what no schema says of them.

The image's rules are the part of Hadolint's and Docker's own build checks that this Dockerfile can break.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

DOCKERFILE = Path("deploy/Dockerfile")
COMPOSE = Path("docker-compose.yml")


def problems(root: Path) -> list[str]:
    """Problems of the Dockerfile and of docker-compose.yml."""
    dockerfile = (root / DOCKERFILE).read_text(encoding="utf-8")
    compose = yaml.safe_load((root / COMPOSE).read_text(encoding="utf-8"))
    found = [f"{DOCKERFILE}: {problem}" for problem in dockerfile_problems(dockerfile, root)]
    return found + [f"{COMPOSE}: {problem}" for problem in compose_problems(compose, root)]


def instructions(text: str) -> list[tuple[str, str]]:
    """(instruction, arguments) in order, comments gone, continued lines joined."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", " ", "\n".join(lines))
    parts = (line.strip().partition(" ") for line in joined.splitlines() if line.strip())
    return [(name.upper(), arguments.strip()) for name, _, arguments in parts]


def dockerfile_problems(text: str, root: Path) -> Iterator[str]:
    """What is wrong with a Dockerfile. `root` is the folder that it copies from."""
    steps = instructions(text)
    last_from = max((number for number, (name, _) in enumerate(steps) if name == "FROM"), default=-1)
    if last_from < 0:
        yield "has no FROM"
        return
    final = steps[last_from:]
    yield from _stage_problems(steps)
    for name, arguments in steps:
        yield from _step_problems(name, arguments, root)
    users = [arguments for name, arguments in final if name == "USER"]
    if not users or users[-1].partition(":")[0] in {"root", "0"}:
        yield "the last stage runs as root: end it with USER"
    yield from (f"the last stage has no {name}" for name in ("HEALTHCHECK", "ENTRYPOINT") if name not in {step for step, _ in final})


def _stage_problems(steps: list[tuple[str, str]]) -> Iterator[str]:
    stages: set[str] = set()
    for name, arguments in steps:
        if name != "FROM":
            continue
        image, _, alias = arguments.partition(" AS ")
        tag = image.rpartition("/")[2].partition(":")[2]
        if image not in stages and tag in {"", "latest"}:
            yield f"FROM {image}: name the version"
        stages.add(alias)


def _step_problems(name: str, arguments: str, root: Path) -> Iterator[str]:
    if name in {"CMD", "ENTRYPOINT"} and not arguments.startswith("["):
        yield f"{name}: use the form with brackets, or signals do not reach the process"
    if name == "ADD":
        yield "ADD: use COPY"
    if name == "COPY" and "--from=" not in arguments:
        sources = [word for word in arguments.split()[:-1] if not word.startswith("--")]
        yield from (f"COPY {source}: is not there" for source in sources if not list(root.glob(source)))
    if name == "RUN":
        yield from _run_problems(arguments)


def _run_problems(command: str) -> Iterator[str]:
    if "apt-get install" in command and not ("--no-install-recommends" in command and "rm -rf /var/lib/apt/lists" in command):
        yield "RUN apt-get install: with --no-install-recommends, and remove the lists in the same step"
    if re.search(r"pip install(?!.*(--require-hashes|--no-deps))", command):
        yield "RUN pip install: with --require-hashes"
    if re.search(r"\bsudo\b|\bcurl\b[^|]*\|", command):
        yield "RUN: no sudo, nothing piped from the network"


def compose_problems(compose: dict[str, Any], root: Path) -> Iterator[str]:
    """What is wrong with a compose file that its schema lets pass."""
    services = compose["services"]
    for name, service in services.items():
        image = service.get("image", "")
        if "build" not in service and image.rpartition("/")[2].partition(":")[2] in {"", "latest"}:
            yield f"{name}: name the version of its image"
        if "healthcheck" not in service and service.get("restart") != "no" and "build" not in service:
            yield f"{name}: has no health check"
        for dependency in service.get("depends_on", {}):
            if dependency not in services:
                yield f"{name}: depends on {dependency}, which is no service"
        yield from (f"{name}: mounts {path}, which is not there" for path in _mounts(service) if not (root / path).exists())
    worker = services.get("worker", {})
    if "container_name" in worker or any(re.match(r"[\d.]+:\d+", str(port)) for port in worker.get("ports", ())):
        yield "worker: cannot be scaled with a container name or a fixed port"


def _mounts(service: dict[str, Any]) -> list[str]:
    short = [volume.partition(":")[0] for volume in service.get("volumes", ()) if isinstance(volume, str)]
    return [path for path in short if path.startswith(".")]

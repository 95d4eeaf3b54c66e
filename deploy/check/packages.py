"""The packages: pins cover what pyproject.toml asks for, each with its hash, and no licence that binds what uses it."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s;\\]+)[^\\\n]*\\?\n((?:    --hash=sha256:[0-9a-f]{64}.*\n)*)", re.MULTILINE)
COPYLEFT = re.compile(r"\b(?:A|L)?GPL|GNU (?:Affero |Lesser |Library )?General Public", re.IGNORECASE)


def problems(root: Path) -> list[str]:
    """What the requirement files lack, and licences at run time that the project does not take."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    needed = project["project"]["dependencies"]
    development = [*needed, *(line for group in project["dependency-groups"].values() for line in group if isinstance(line, str))]
    found = unpinned(root / "requirements.txt", needed) + unpinned(root / "requirements-dev.txt", development)
    found += unpinned(root / "requirements-build.txt", project["dependency-groups"]["build"])
    return found + binding([name for name, _, _ in _pins(root / "requirements.txt")])


def _pins(path: Path) -> list[tuple[str, str, str]]:
    return PIN.findall(path.read_text(encoding="utf-8"))


def unpinned(path: Path, needed: list[str]) -> list[str]:
    """Requirements that no pin of the file meets, and pins without a hash."""
    pins = _pins(path)
    versions: dict[str, list[Version]] = {}
    for name, version, _ in pins:
        versions.setdefault(canonicalize_name(name), []).append(Version(version))
    found = [f"{path.name}: {name}=={version} has no hash" for name, version, hashes in pins if not hashes]
    for requirement in map(Requirement, needed):
        pinned = versions.get(canonicalize_name(requirement.name), [])
        if not any(requirement.specifier.contains(version, prereleases=True) for version in pinned):
            found.append(f"{path.name}: nothing meets {requirement}: run make lock")
    return found


def binding(names: list[str]) -> list[str]:
    """Installed packages under a licence of the GPL family. One that is not installed here is for another platform."""
    return [f"{name}: {terms}" for name in names if COPYLEFT.search(terms := licence(name))]


def licence(name: str) -> str:
    """The licence as the package states it: the expression, else the classifiers, else the field's first line; empty when not installed."""
    try:
        stated = metadata(name)
    except PackageNotFoundError:
        return ""
    classifiers = [line.rpartition("::")[2].strip() for line in stated.get_all("Classifier") or () if line.startswith("License")]
    fields = {name: stated[name] for name in ("License-Expression", "License") if name in stated}
    return fields.get("License-Expression") or ", ".join(classifiers) or fields.get("License", "").partition("\n")[0]

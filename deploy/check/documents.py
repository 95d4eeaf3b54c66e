"""The documents: links resolve, and the commands that they show exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click

from deploy.check.files import committed

LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#{1,6} +(.+?)\s*$", re.MULTILINE)
FENCE = re.compile(r"^```(?:sh|console|bash)\n(.*?)^```", re.MULTILINE | re.DOTALL)
TARGET = re.compile(r"^([a-z][a-z-]*):", re.MULTILINE)
ANY_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def problems(root: Path) -> list[str]:
    """Dead links and commands that do not exist, in every committed Markdown file."""
    from streams.cli import cli as wirebell  # here, so that the other checks run when the command does not even import

    pages = committed(root, "*.md")
    targets = frozenset(TARGET.findall((root / "Makefile").read_text(encoding="utf-8")))
    found = []
    for path in pages:
        text = path.read_text(encoding="utf-8")
        said = (*dead_links(path, text), *unknown_commands(text, targets, wirebell))
        found += [f"{path.relative_to(root)}: {problem}" for problem in said]
    return found


def dead_links(path: Path, text: str) -> Iterator[str]:
    """Relative links to files that are not there, and anchors that no heading makes. Links to the web are not followed."""
    for link in LINK.findall(ANY_FENCE.sub("", text)):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = path.parent / name if name else path
        if not target.exists():
            yield f"the link {link} leads nowhere"
        elif anchor and target.suffix == ".md" and anchor not in _anchors(target.read_text(encoding="utf-8")):
            yield f"the link {link} names a heading that is not there"


def _anchors(text: str) -> set[str]:
    """GitHub's anchors: lower case, punctuation gone, spaces to hyphens."""
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in HEADING.findall(ANY_FENCE.sub("", text))}


def unknown_commands(text: str, targets: frozenset[str], wirebell: click.Command) -> Iterator[str]:
    """`make X` and `wirebell X` lines of shell snippets for which there is no target and no command."""
    for block in FENCE.findall(text):
        for line in block.splitlines():
            words = line.removeprefix("$ ").split("#")[0].split()
            if problem := _unknown(words, targets, wirebell):
                yield problem


def _unknown(words: list[str], targets: frozenset[str], wirebell: click.Command) -> str:
    while words and re.fullmatch(r"[A-Z_]+=\S*", words[0]):
        words = words[1:]
    if words[:1] == ["make"]:
        wanted = [word for word in words[1:] if "=" not in word and not word.startswith("-")]
        missing = [word for word in wanted if word not in targets]
        return f"make has no target {missing[0]}" if missing else ""
    if words and words[0].rpartition("/")[2] == "wirebell":
        return _unknown_wirebell(words[1:], wirebell)
    return ""


def _unknown_wirebell(words: list[str], command: click.Command) -> str:
    context, named = click.Context(command), ["wirebell"]
    for word in words:
        if not isinstance(command, click.Group):
            break
        if word.startswith("-"):
            continue
        inner = command.get_command(context, word)
        if inner is None:
            return f"{' '.join(named)} has no command {word}"
        command = inner
        named.append(word)
    options = {option for parameter in command.params for option in parameter.opts}
    missing = [word for word in words if word.startswith("--") and word.partition("=")[0] not in options | {"--help"}]
    return f"{' '.join(named)} has no option {missing[0]}" if missing else ""

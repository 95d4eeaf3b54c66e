"""Reading of the packaged data files: tab-separated, "#" comments, blank fields allowed at the end of a row."""

from __future__ import annotations

from importlib import resources

ALTERNATIVE = "|"


class LexiconError(ValueError):
    """A data file that breaks its own format: a fault of the package, found on load. The message names file and line."""


def rows(language: str, name: str, columns: int) -> list[list[str]]:
    """The rows of `lexicon/<language>/<name>`, each padded to `columns` fields. LexiconError for a row with more."""
    text = resources.files("streams.extraction").joinpath("lexicon", language, name).read_text(encoding="utf-8")
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line or line.startswith("# "):
            continue
        fields = line.split("\t")
        if len(fields) > columns:
            raise LexiconError(f"{language}/{name}:{number}: {len(fields)} fields, at most {columns} expected")
        found.append([field.strip() for field in fields] + [""] * (columns - len(fields)))
    return found


def split(field: str, separator: str = ALTERNATIVE) -> list[str]:
    """The alternatives of a field, none for an empty one."""
    return [part.strip() for part in field.split(separator) if part.strip()]

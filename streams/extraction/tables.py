"""Reading of the packaged data files: tab-separated, "#" comments, blank fields allowed at the end of a row."""

from __future__ import annotations

from importlib import resources

ALTERNATIVE = "|"
DEFAULT_LANGUAGE = "en"
"""What copy is read as that does not say, and the language in which places are shown."""
SHARED = "shared"
"""The folder of what no language changes: class paths, weights, designators, GeoNames. A language may have its own file instead."""


class LexiconError(ValueError):
    """A data file that breaks its own format: a fault of the package, found on load. The message names file and line."""


def rows(language: str, name: str, columns: int) -> list[list[str]]:
    """The rows of `lexicon/<language>/<name>`, else of `lexicon/shared/<name>`, each padded to `columns` fields.

    LexiconError for a row with more.
    """
    folder = resources.files("streams.extraction").joinpath("lexicon")
    own = folder.joinpath(language, name)
    text = (own if own.is_file() else folder.joinpath(SHARED, name)).read_text(encoding="utf-8")
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line or line.startswith("# "):
            continue
        fields = line.split("\t")
        if len(fields) > columns:
            raise LexiconError(f"{language}/{name}:{number}: {len(fields)} fields, at most {columns} expected")
        found.append([field.strip() for field in fields] + [""] * (columns - len(fields)))
    return found


def languages() -> frozenset[str]:
    """The languages that have a lexicon: every folder beside the shared one."""
    return frozenset(path.name for path in resources.files("streams.extraction").joinpath("lexicon").iterdir() if path.is_dir()) - {SHARED}


def split(field: str, separator: str = ALTERNATIVE) -> list[str]:
    """The alternatives of a field, none for an empty one."""
    return [part.strip() for part in field.split(separator) if part.strip()]

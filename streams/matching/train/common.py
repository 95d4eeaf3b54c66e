"""Build data/common.tsv: the common words of other languages, which the table of general English news would call rarest of all.

The words are those that tell a language (streams/formats/data/languages.tsv), as matching stems them. Run again after a change of that
file: `python -m streams.matching.train.common`.
"""

from __future__ import annotations

from pathlib import Path

from streams.matching.words import stem

WORDS = Path(__file__).parents[2] / "formats" / "data" / "languages.tsv"
OUTPUT = Path(__file__).parents[1] / "data" / "common.tsv"
HEADER = "# Stems of common words of languages other than English, made by streams/matching/train/common.py\n"


def main() -> None:
    """Write the file."""
    rows = (line.split("\t") for line in WORDS.read_text("utf-8").splitlines() if line and not line.startswith("#"))
    stems = {stem(word, language) for language, words in rows if language != "en" for word in words.split()}
    OUTPUT.write_text(HEADER + "".join(f"{term}\n" for term in sorted(stems) if len(term) > 1), "utf-8")


if __name__ == "__main__":
    main()

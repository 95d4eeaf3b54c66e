"""Inflected forms from a language's rules (inflection.tsv): rows of (kind, suffix, cut, add), the first whose suffix fits wins."""

from __future__ import annotations

from collections.abc import Sequence

Rules = dict[str, list[tuple[str, int, str]]]


def parse_rules(rows: Sequence[Sequence[str]]) -> Rules:
    """Rows of inflection.tsv as {kind: [(suffix, characters to cut, what to add)]}."""
    rules: Rules = {}
    for kind, suffix, cut, add in rows:
        rules.setdefault(kind, []).append((suffix, int(cut), add))
    return rules


def inflect(word: str, kind: str, rules: Rules) -> str:
    """The form of the given kind ("plural", "3sg", "past", "ger"). ValueError where no rule fits."""
    for suffix, cut, add in rules[kind]:
        if word.endswith(suffix):
            return word[: len(word) - cut] + add
    raise ValueError(f"no {kind} rule for {word!r}")


def inflect_first(phrase: str, kind: str, rules: Rules) -> str:
    """The phrase with its first word inflected ("shell out" -> "shelled out")."""
    first, space, rest = phrase.partition(" ")
    return inflect(first, kind, rules) + space + rest

"""What of a language is rule rather than word, behind one port. The cascade asks a Grammar; it knows no language itself.

`RuleGrammar` reads the rules from two files of the language's folder, grammar.tsv (traits) and inflection.tsv (endings); a language
that needs more than tables can say implements the port and is named in `lexicon_build`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from streams.extraction.inflect import Rules, inflect, inflect_first, parse_rules
from streams.extraction.tables import LexiconError, rows, split

Parts = Mapping[str, Sequence[str]]
"""Irregular forms of a verb by kind: "past", "part", "ger", "3sg"."""

_COMBINING = (
    "\\u0300-\\u036f\\u0591-\\u05bd\\u064b-\\u065f\\u0670\\u0900-\\u0903\\u093a-\\u094f\\u0962\\u0963\\u0981-\\u0983\\u09bc-\\u09cd"
    "\\u0a3c-\\u0a4d\\u0abc-\\u0acd\\u0b3c-\\u0b4d\\u0bbe-\\u0bcd\\u0c3e-\\u0c4d\\u0cbc-\\u0ccd\\u0d3e-\\u0d4d\\u0dca-\\u0ddf"
    "\\u0e31\\u0e34-\\u0e3a\\u0e47-\\u0e4e\\u200c\\u200d"
)
"""Marks that stand within words and are no letters to the regular expressions: accents, points, vowel signs, joiners (Unicode M, Cf)."""
_KINDS = ("3sg", "ger", "past", "part")
_TRAITS = frozenset({"clitics", "grouping", "decimal", "ordinals", "possessive", "head", "months", "prodrop", "uninflected", "accents"})


class Grammar(Protocol):
    """What the steps ask of a language."""

    @property
    def head_first(self) -> bool:
        """Whether adjectives follow their noun ("un helicóptero ruso")."""

    @property
    def bare_months(self) -> bool:
        """Whether a month's name is written small, so that a capital tells nothing of it."""

    @property
    def drops_pronouns(self) -> bool:
        """Whether a verb may stand without its subject ("dijo que ...")."""

    @property
    def possessive(self) -> frozenset[str]:
        """Marks that alone make the phrase before them an owner ("the troops' base")."""

    @property
    def tokens(self) -> re.Pattern[str]:
        """Every match is a token; one group, which is the whole."""

    def words(self, phrase: str) -> tuple[str, ...]:
        """A phrase as the lower-case words that its tokens are looked up by."""

    def numeral(self, word: str) -> str:
        """A token of digits in plain digits: "1,200" -> "1200.0", "3,5" -> "3.5"; what is no number of the language as it is."""

    def ordinal(self, word: str) -> str:
        """The digits of "27th" or "1º"; empty where the word is no such number."""

    def conjugate(self, lemma: str, parts: Parts) -> Iterator[tuple[str, str]]:
        """Every form of a verb with its kind: base, 3sg, past, part, ger. The first word of a phrasal verb is inflected."""

    def plural(self, phrase: str) -> str:
        """The plural of a noun phrase."""

    def adjectives(self, word: str) -> tuple[str, ...]:
        """Every form of an adjective that stands beside a noun, itself first."""

    def spelling(self, word: str) -> str:
        """The word as copy without accents writes it."""


@lru_cache(maxsize=8)
def token_pattern(clitics: tuple[str, ...] = ()) -> re.Pattern[str]:
    """Tokens: "U.S.", "24-year", numbers, words, marks; an apostrophe keeps the clitics that may follow it.

    One group, so that `split` gives gaps and tokens in turn. What is frequent comes first; initials are bounded, or "a.b.c.d" would be
    read again from each letter.
    """
    ends = "|".join([*clitics, *(clitic.upper() for clitic in clitics)])
    clitic = rf"(?:(?:{ends})\b)?" if ends else ""
    marked = "(?:[" + _COMBINING + r"]\w*)*"
    return re.compile(
        rf"([A-Za-z]\w+{marked}|[^\W\d_](?:(?:\.[^\W\d_]){{1,11}}\.(?!\w)|\w*{marked})"
        rf"|[—–.,;:!?\"“”()\[\]$£€%‘¿¡«»„。！？，、؟،؛।]|\d+(?:[.,:]\d+)*[^\W\d_]*|['’]{clitic}|--+)"
    )


def lowered(word: str) -> str:
    """A word as the lexicon has it."""
    return word.lower().replace("’", "'")


@dataclass(frozen=True, slots=True)
class RuleGrammar:
    """A grammar of tables."""

    tokens: re.Pattern[str]
    rules: Rules
    grouping: tuple[str, ...] = (",",)
    decimal: str = "."
    ordinals: tuple[str, ...] = ()
    possessive: frozenset[str] = frozenset()
    uninflected: frozenset[str] = frozenset()
    head_first: bool = False
    bare_months: bool = False
    drops_pronouns: bool = False
    plain_accents: bool = False

    def words(self, phrase: str) -> tuple[str, ...]:
        if phrase.isascii() and phrase.replace(" ", "").isalpha():
            return tuple(phrase.lower().split())
        return tuple(lowered(match.group()) for match in self.tokens.finditer(phrase))

    def numeral(self, word: str) -> str:
        return plain_digits(word, self.grouping, self.decimal)

    def ordinal(self, word: str) -> str:
        return next((word[: -len(end)] for end in self.ordinals if word.endswith(end) and word[: -len(end)].isdigit()), "")

    def conjugate(self, lemma: str, parts: Parts) -> Iterator[tuple[str, str]]:
        first, space, rest = lemma.partition(" ")
        yield lemma, "base"
        for kind in _KINDS:
            told = parts.get(kind, ())
            if told:
                yield from ((form, kind) for form in told)
            elif kind == "part" and kind not in self.rules:
                yield from ((form, kind) for form in parts.get("past") or [inflect_first(lemma, "past", self.rules)])
            else:
                yield from (
                    (inflect(first, name, self.rules) + space + rest, kind) for name in self.rules if name.partition(":")[0] == kind
                )

    def plural(self, phrase: str) -> str:
        words = phrase.split(" ")
        if not self.head_first:
            return " ".join([*words[:-1], inflect(words[-1], "plural", self.rules)])
        end = next((n for n, word in enumerate(words) if word in self.uninflected), len(words))
        return " ".join([*(inflect(word, "plural", self.rules) for word in words[:end]), *words[end:]])

    def adjectives(self, word: str) -> tuple[str, ...]:
        kinds = [kind for kind in self.rules if kind.partition(":")[0] == "adjective"]
        return tuple(dict.fromkeys([word, *(inflect(word, kind, self.rules) for kind in kinds)]))

    def spelling(self, word: str) -> str:
        return word.translate(_ACUTE) if self.plain_accents else word


_GROUP = 3
_ACUTE = str.maketrans("áéíóúüÁÉÍÓÚÜ", "aeiouuAEIOUU")


def plain_digits(word: str, grouping: Sequence[str], decimal: str) -> str:
    """Digits without the marks between groups of three and with a point before decimals. A grouped number keeps a point ("2000.0"):
    unlike "2000" it is no year.
    """
    for mark in grouping:
        first, *groups = word.split(mark)
        if groups and len(first) <= _GROUP and first.isdigit() and all(len(g) == _GROUP and g.isdigit() for g in groups):
            return "".join([first, *groups]) + ".0"
    whole, mark, part = word.partition(decimal)
    return f"{plain_digits(whole, grouping, decimal).partition('.')[0]}.{part}" if mark and part.isdigit() else word


def grammar_of(language: str) -> Grammar:
    """The grammar of a language that has a folder. LexiconError for a trait that no grammar has."""
    traits = dict(rows(language, "grammar.tsv", 2))
    unknown = sorted(traits.keys() - _TRAITS)
    if unknown:
        raise LexiconError(f"{language}/grammar.tsv: no such trait: {unknown}")
    return RuleGrammar(
        tokens=token_pattern(tuple(split(traits.get("clitics", "")))),
        rules=parse_rules(rows(language, "inflection.tsv", 4)),
        grouping=tuple(split(traits.get("grouping", ","))),
        decimal=traits.get("decimal", "."),
        ordinals=tuple(split(traits.get("ordinals", ""))),
        possessive=frozenset(split(traits.get("possessive", ""))),
        uninflected=frozenset(split(traits.get("uninflected", ""))),
        head_first=traits.get("head") == "first",
        bare_months=traits.get("months") == "small",
        drops_pronouns=traits.get("prodrop") == "yes",
        plain_accents=traits.get("accents") == "optional",
    )


@lru_cache(maxsize=1)
def neutral() -> Grammar:
    """The grammar of no language: what can be said of copy whose language has no folder."""
    return RuleGrammar(token_pattern(), {})

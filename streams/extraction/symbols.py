"""What the learned models see of a sentence: a symbol, a class and a kind a token. Names are seen by their class only, never by name.

A word stands for itself when it is in the model's vocabulary (words that ordinary news writes small), so the models know no place,
person or group of the copy that they were trained on.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field

from streams.extraction.lexicon_types import Lexicon
from streams.extraction.model import Entry, Item, Sentence

OTHER = "*"
"""The symbol of a word outside the vocabulary: a name that the lexicon lacks, most often."""
EDGE = "^"
"""The symbol before the first and after the last token."""
WORD, NAME, NUMBER, MARK, FUNCTION, VERB = "w", "n", "#", "m", "s", "v"
"""Kinds: a word the lexicon lacks, a noun or name, a number, a mark, a function word, a verb."""
_LONG_NUMBER = 4
CLOSED = frozenset(
    {"det", "quantifier", "pron", "clause", "rel", "thatc", "conj", "prep", "aux", "neg", "negaux", "modal", "time", "poss", "adv"}
)
_PARTICIPLES = frozenset({"ger", "pp", "part"})


@dataclass(slots=True)
class Symbols:
    """The tokens of one sentence as parallel lists, positions counted from its first token."""

    words: list[str]
    names: list[str] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    links: list[bool] = field(default_factory=list)
    """Whether the token joins two phrases into one ("offices of the party")."""
    determiners: list[bool] = field(default_factory=list)
    passive: list[bool] = field(default_factory=list)
    """Whether the token is a form of "be"."""
    participles: list[bool] = field(default_factory=list)
    """Whether the token is a participle, which may stand in a phrase ("armed men")."""
    verbs: list[tuple[int, str]] = field(default_factory=list)
    """Positions of verbs with their lemmas."""
    runs: list[tuple[int, int]] = field(default_factory=list)
    """Longest stretches of nouns, names, numbers, unknown words and participles: what phrases are made of."""

    def name(self, k: int) -> str:
        """The symbol at k, the edge's outside the sentence."""
        return self.names[k] if 0 <= k < len(self.names) else EDGE

    def cls(self, k: int) -> str:
        """The class at k, the edge's outside the sentence."""
        return self.classes[k] if 0 <= k < len(self.classes) else EDGE


def symbols_of(sentence: Sentence, vocabulary: Container[str], lexicon: Lexicon) -> Symbols:
    """The symbols of a sentence, in time linear in its tokens."""
    seen = Symbols(sentence.text.words[sentence.i : sentence.j])
    for item in sentence.items:
        _add(seen, item, sentence.i, vocabulary, lexicon)
    seen.runs = _runs(seen)
    return seen


def _add(seen: Symbols, item: Item, first: int, vocabulary: Container[str], lexicon: Lexicon) -> None:
    entry = item.entry
    known = _of_entry(entry) if entry is not None else None
    tags = entry.tags if entry is not None else frozenset()
    link, determiner, be = bool({"prep", "conj"} & tags), "det" in tags, "be" in tags
    for k in range(item.i - first, item.j - first):
        word = seen.words[k]
        name, cls, kind = _of_word(word, vocabulary) if known is None or not word[0].isalpha() else known
        seen.names.append(name or (word if word in vocabulary else OTHER))
        seen.classes.append(cls)
        seen.kinds.append(kind)
        seen.links.append(link)
        seen.determiners.append(determiner)
        seen.passive.append(be)
        seen.participles.append(entry is not None and entry.form in _PARTICIPLES)
        lemma = _lemma(entry, word, kind, lexicon)
        if lemma:
            seen.verbs.append((k, lemma))


def _of_word(word: str, vocabulary: Container[str]) -> tuple[str, str, str]:
    """Symbol, class and kind of a token without an entry."""
    if word[0].isdigit():
        return ("#" if len(word) < _LONG_NUMBER else "####"), NUMBER, NUMBER
    if not word[0].isalpha():
        return word, MARK, MARK
    return "", (WORD if word in vocabulary else OTHER), WORD


def _of_entry(entry: Entry) -> tuple[str, str, str]:
    """Symbol, class and kind of the tokens of an entry; an empty symbol is the word itself."""
    named = bool(entry.actor or entry.country)
    if entry.noun or named or entry.title:
        mark = "A:" if entry.actor else "J:" if entry.adjective else "C:" if entry.country else "T:" if entry.title else ""
        cls = mark + ".".join(entry.noun.split(".")[:2])
        return (f"<{cls}>" if named or entry.has("proper") else ""), cls, NAME
    if entry.number is not None:
        return "#w", NUMBER, NUMBER
    if not entry.tags.isdisjoint(CLOSED):
        return "", FUNCTION, FUNCTION
    return ("", VERB, VERB) if entry.verb else ("", WORD, WORD)


def _lemma(entry: Entry | None, word: str, kind: str, lexicon: Lexicon) -> str:
    """The lemma of a verb; of a word that may be noun or verb with a mark; a participle that the lexicon lacks as it stands."""
    if entry is None:
        return word if word.endswith(lexicon.participles) else ""
    if not entry.verb or kind == FUNCTION:
        return ""
    return entry.verb if kind == VERB else f"{entry.verb}?"


def _runs(seen: Symbols) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    start = -1
    for k, kind in enumerate([*seen.kinds, MARK]):
        if kind in (WORD, NAME, NUMBER) or (kind == VERB and seen.participles[k]):
            start = k if start < 0 else start
        elif start >= 0:
            found.append((start, k))
            start = -1
    return found

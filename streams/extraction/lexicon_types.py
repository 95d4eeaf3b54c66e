"""A language's words in memory, and the lookup of the longest phrase at a token. Built once (lexicon_build), never changed after."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from streams.extraction.grammar import Grammar
from streams.extraction.linear import Linear
from streams.extraction.model import Entry, Frame

Continuations = tuple[Entry | None, dict[str, list[tuple[tuple[str, ...], Entry]]]]
"""What may follow a first word: the entry of the word alone, and by second word the longer phrases, longest first."""


_HOT = frozenset({"report", "accordingto", "doubt", "trigger", "hearsay"})
"""Tags that make a sentence worth reading in full."""


_COUNTING = "vslm"
"""Kinds of verbs that tell how many were harmed; see harms.tsv."""
_LEMMAS = frozenset({"v:", "n:", "p:", "u:"})
_OPENERS = frozenset({"det", "quantifier", "pron", "adj"})
_LEADERS = frozenset({"det", "quantifier"})
_LOOKED_AT = frozenset({"nameparticle", "time"})
"""Tags of words that are within a phrase or not by what stands around them."""


@dataclass(slots=True)
class Lexicon:
    """Phrases by their first word, longest first; frames by trigger; and the closed sets of the language.

    A trie over tokens rather than an automaton over characters: phrases have at most a dozen words, word boundaries hold
    by construction, and a token that begins no phrase costs one lookup.
    """

    grammar: Grammar
    phrases: dict[str, Continuations] = field(default_factory=dict)
    cased: dict[str, Continuations] = field(default_factory=dict)
    frames: dict[tuple[str, str], list[tuple[int, Frame]]] = field(default_factory=dict)
    sectors: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    designators: dict[str, list[tuple[re.Pattern[str], str]]] = field(default_factory=dict)
    times: dict[str, dict[str, str]] = field(default_factory=dict)
    """What a word tells of time: kind -> value; see times.tsv."""
    harms: dict[tuple[str, str], str] = field(default_factory=dict)
    fates: dict[str, str] = field(default_factory=dict)
    absorbs: dict[str, set[str]] = field(default_factory=dict)
    recast: dict[str, dict[str, str]] = field(default_factory=dict)
    sides: dict[str, str] = field(default_factory=dict)
    """The breakaway entity that a person speaks and signs for."""
    topics: list[tuple[str, int, frozenset[str]]] = field(default_factory=list)
    given: frozenset[str] = frozenset()
    """Given names: where a person's name begins in copy without small letters."""
    arms: frozenset[str] = frozenset()
    """Types in which a weapon is what is dealt with, not what is used."""
    talk: frozenset[str] = frozenset()
    specific: dict[str, float] = field(default_factory=dict)
    leading: Linear = field(default_factory=lambda: Linear(("lead",), {}))
    participles: tuple[str, ...] = ()
    pasts: tuple[str, ...] = ()
    adverbs: tuple[str, ...] = ()
    """Endings by which an unlisted word looks like a participle, like a verb in the past, like an adverb."""
    separate: tuple[str, ...] = ()
    salience: dict[str, float] = field(default_factory=dict)
    literals: set[str] = field(default_factory=set)
    things: set[str] = field(default_factory=set)
    """Those of the wants that name who does or suffers it: nouns, where the lexicon has no other word for them."""
    abbreviations: frozenset[str] = frozenset()
    special: frozenset[str] = frozenset()
    """First words of cased names and designators: where more than one look is needed."""
    _entries: dict[tuple[str, ...], Entry] = field(default_factory=dict)
    _cased_entries: dict[tuple[str, ...], Entry] = field(default_factory=dict)

    def entry(self, phrase: str) -> Entry:
        """The entry of a phrase, made when it is new."""
        return _made(self._entries, self.grammar.words(phrase))

    def cased_entry(self, phrase: str) -> Entry:
        """The entry of a name that counts only in capitals ("US", not "us")."""
        return _made(self._cased_entries, self.grammar.words(phrase))

    def finish(self) -> None:
        """Close the lexicon: wants that are neither class nor tag become literal phrases, and phrases are indexed."""
        classes = {entry.noun for entry in self._entries.values()} | {entry.noun for entry in self._cased_entries.values()}
        known = {part for cls in classes for part in ancestors(cls)} | {tag for e in self._entries.values() for tag in e.tags}
        for literal in sorted(self.literals - known):
            entry = self.entry(literal)
            new = entry == Entry()
            entry.filler = new and " " not in literal and literal not in self.things
            entry.noun = "thing" if new and literal in self.things and literal != "*" else entry.noun
            entry.tags = entry.tags | {literal}
        self._cues_of_verbs()
        self._spellings()
        self._infinitives()
        self._verbs_of_phrases()
        for made in (*self._entries.values(), *self._cased_entries.values()):
            self._close(made)
        _index(self._entries, self.phrases)
        _index(self._cased_entries, self.cased)
        self.special = frozenset(self.cased.keys() | self.designators.keys())

    def _spellings(self) -> None:
        """Copy that leaves accents out means the same words, unless it then is another word ("esta", "está")."""
        for words, entry in list(self._entries.items()):
            if not all(map(str.isascii, words)):
                self._entries.setdefault(tuple(map(self.grammar.spelling, words)), entry)

    def _cues_of_verbs(self) -> None:
        """A phrase that begins with a verb is that verb as well: "demanded that" is a demand, "pulled out of" is "pulled out"."""
        for words, entry in self._entries.items():
            if len(words) < 2 or entry.verb or entry.noun:
                continue
            first = next((known for k in range(len(words) - 1, 0, -1) if (known := self._entries.get(words[:k])) is not None), None)
            if first is not None and first.verb and not first.noun and first.form and first.form != "ger" and not first.has("aux"):
                entry.verb, entry.form = first.verb, first.form
                entry.tags = entry.tags | first.tags

    def _infinitives(self) -> None:
        """A cue that ends in "to" opens an infinitive as "to" does: "plan to strike"."""
        for words, entry in self._entries.items():
            last = self._entries.get(words[-1:])
            if len(words) > 1 and entry.has("cue") and last is not None and last.has("onto.inf"):
                entry.tags = entry.tags | {"onto.inf"}

    def _verbs_of_phrases(self) -> None:
        """ "crash into" is a crash: where its own rows do not hold, those of the verb before the preposition do (tags "u:")."""
        for words, entry in self._entries.items():
            last = self._entries.get(words[-1:]) if len(words) > 1 and entry.verb else None
            first = self._entries.get(words[:-1]) if last is not None and last.has("prep") else None
            if first is not None and first.verb and first.verb != entry.verb:
                entry.tags = entry.tags | {f"u:{tag[2:]}" for tag in first.tags if tag.startswith("v:")}

    def _close(self, entry: Entry) -> None:
        marked = sorted([tag for tag in entry.tags if tag[:2] in _LEMMAS])
        if marked:
            entry.frames_v, entry.frames_n, entry.frames_p = (self._frames_of(marked, pos) for pos in "vnp")
        lemmas = {tag[2:] for tag in marked if tag[0] != "u"}
        entry.hot = bool(entry.frames_v or entry.frames_n or entry.frames_p) or not entry.tags.isdisjoint(_HOT)
        entry.harm = next((tag for tag in sorted(entry.tags) if tag.startswith("h:")), "")
        entry.hot = entry.hot or bool(entry.harm) or (entry.verb != "" and any((pos, entry.verb) in self.harms for pos in _COUNTING))
        entry.filler = entry.filler or ("adj" in entry.tags and not (entry.noun or entry.verb))
        nominal = bool(entry.noun or entry.adjective or entry.title)
        entry.opens = nominal or entry.number is not None or not entry.tags.isdisjoint(_OPENERS)
        entry.leads = entry.number is not None or not entry.tags.isdisjoint(_LEADERS)
        if not entry.verb and not entry.filler and entry.tags.isdisjoint(_LOOKED_AT):
            entry.joins = nominal
            entry.starts = nominal and not entry.leads and "pron" not in entry.tags
        entry.features = ancestors(entry.noun) | lemmas | entry.tags | {part for tag in entry.tags for part in ancestors(tag)}

    def _frames_of(self, marked: list[str], pos: str) -> tuple[Frame, ...]:
        found = [pair for tag in marked if tag[0] == pos for pair in self.frames.get((pos, tag[2:]), ())]
        inherited = [pair for tag in marked if tag[0] == "u" and pos == "v" for pair in self.frames.get((pos, tag[2:]), ())]
        return tuple(frame for part in (found, inherited) for _, frame in sorted(part, key=lambda pair: pair[0]))


def _made(entries: dict[tuple[str, ...], Entry], words: tuple[str, ...]) -> Entry:
    entry = entries.get(words)
    if entry is None:
        entry = entries[words] = Entry()
    return entry


def match(options: Continuations, words: list[str], i: int, end: int) -> tuple[Entry | None, int]:
    """The longest phrase that begins at token i and ends by `end`, with the token after it; (None, i + 1) where none does."""
    alone, longer = options
    if longer and i + 1 < end:
        for rest, entry in longer.get(words[i + 1], ()):
            stop = i + 2 + len(rest)
            if stop <= end and (not rest or tuple(words[i + 2 : stop]) == rest):
                return entry, stop
    return alone, i + 1


def _index(entries: dict[tuple[str, ...], Entry], into: dict[str, Continuations]) -> None:
    for words, entry in entries.items():
        if not words:
            continue
        alone, longer = into.get(words[0], (None, {}))
        if len(words) == 1:
            alone = entry
        else:
            longer.setdefault(words[1], []).append((words[2:], entry))
        into[words[0]] = (alone, longer)
    for _, longer in into.values():
        for options in longer.values():
            options.sort(key=lambda option: (-len(option[0]), option[0]))


@lru_cache(maxsize=16_384)
def ancestors(cls: str) -> frozenset[str]:
    """The class path and every prefix of it: "a.b.c" -> {"a", "a.b", "a.b.c"}. Memoised: classes are few, designators ("mi-24") many."""
    parts = cls.split(".") if cls else []
    return frozenset(".".join(parts[: k + 1]) for k in range(len(parts)))

"""Step 2: annotation. Every token of a sentence becomes part of one item: the longest lexicon phrase there, or itself."""

from __future__ import annotations

from streams.extraction.lexicon_types import Lexicon, ancestors, match
from streams.extraction.model import Entry, Item, Text


def annotate(text: Text, begin: int, end: int, lexicon: Lexicon) -> list[Item]:
    """The items of tokens [begin, end), in order, without gaps. Linear: each token is tried against phrases that start with it."""
    items: list[Item] = []
    words, raw, starts = text.words, text.raw, text.starts
    phrases, cased, special = lexicon.phrases, lexicon.cased, lexicon.special
    i = begin
    while i < end:
        word, stop, entry = words[i], i + 1, None
        cap = raw[starts[i]].isupper()
        if word in special and (word in cased or (stop < end and not words[stop].isalpha())):
            entry, stop = _special(text, i, end, cap, lexicon)
        elif word in phrases:
            known = phrases[word]
            entry, longer = known
            if longer and stop < end and words[stop] in longer:
                entry, stop = match(known, words, i, end)
        items.append(Item(i, stop, entry, word, cap))
        i = stop
    return items


def _special(text: Text, i: int, end: int, cap: bool, lexicon: Lexicon) -> tuple[Entry | None, int]:
    """The entry at a word that may also begin a name in capitals ("US"), or a designator ("Mi-24") before what is no plain word; with
    the token after it."""
    words, word, phrases = text.words, text.words[i], lexicon.phrases
    entry, stop = None, i + 1
    if cap and word in lexicon.cased and (word not in phrases if text.upper else text.text(i, i + 1).isupper()):
        entry, stop = match(lexicon.cased[word], words, i, end)
    if entry is None and word in phrases:
        entry, stop = match(phrases[word], words, i, end)
    if word in lexicon.designators and i + 1 < end and stop <= i + 2:
        designated = _designator(text, i, lexicon)
        if designated is not None:
            entry, stop = designated, i + 2
    return entry, stop


def _designator(text: Text, i: int, lexicon: Lexicon) -> Entry | None:
    """The class of "Mi-24" and its kin: prefix and number joined by a hyphen, a space or nothing between two tokens."""
    gap = text.raw[text.ends[i] : text.starts[i + 1]]
    if gap not in ("-", "", " ", "–", "‑"):
        return None
    number = text.words[i + 1].rstrip("s")
    for pattern, cls in lexicon.designators[text.words[i]]:
        if pattern.fullmatch(number) and (gap != " " or len(text.words[i]) > 1):
            leaf = f"{cls}.{text.words[i]}-{number}" if len(text.words[i]) < 5 else cls
            return Entry(noun=leaf, opens=True, plural=text.words[i + 1].endswith("s"), features=ancestors(leaf))
    return None

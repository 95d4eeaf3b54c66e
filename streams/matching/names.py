"""Proper names by their capitals: no lexicon, so any name in any cased script."""

from __future__ import annotations

from collections.abc import Iterable

from streams.matching.words import Token, fold

CASELESS_SHARE = 0.6
"""Above this share of capitals inside sentences the text is in capitals (old wire copy) and they tell nothing."""


def names(words: list[Token]) -> tuple[str, ...]:
    """Runs of capitalised words, folded and joined by a space, in order of first mention, each once.

    A capital that opens a sentence counts only if the word is never written small and is capitalised inside a sentence too.
    """
    inside = [w for w in words if not w.opens and not w.number]
    if not inside or sum(w.capital for w in inside) > CASELESS_SHARE * len(inside):
        return ()
    small = {fold(w.raw) for w in words if not w.number and not w.capital}
    proper = {fold(w.raw) for w in inside if w.capital} - small
    return _once(_runs(words, proper))


def _runs(words: list[Token], proper: set[str]) -> Iterable[str]:
    run: list[str] = []
    end = -1
    for word in words:
        is_name = not word.number and word.capital and fold(word.raw) in proper
        if run and (not is_name or word.opens or word.start > end + 1):
            yield " ".join(run)
            run = []
        if is_name:
            run.append(fold(word.raw))
        end = word.start + len(word.raw)
    if run:
        yield " ".join(run)


def _once(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(name for name in dict.fromkeys(found) if len(name) > 1)

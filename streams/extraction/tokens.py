"""Step 1: tokens and sentences. Linear in the text; offsets are into the text as given."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Container
from itertools import accumulate

from streams.extraction.grammar import Grammar, lowered
from streams.extraction.model import Text

_WIDE_END = frozenset("。！？।؟")
"""Ends of sentences that need no space after them, or whose script has no capitals to begin the next with."""
_END = frozenset(".!?") | _WIDE_END
_CLOSE = frozenset("\"”')]’»")
_MAY_END = _END | _CLOSE
_OPEN = frozenset("\"“([‘'¿¡«„")
_GROUPED = re.compile(r"\d[.,]\d")
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
_UPPER_SHARE = 0.8
"""Share of capitals among letters over which copy counts as upper-case. A headline of acronyms stays below it."""


def tokenize(raw: str, part: str, abbreviations: Container[str], grammar: Grammar) -> Text:
    """Split a text into tokens and sentences. `abbreviations` are lower-case words whose full stop ends no sentence."""
    parts = grammar.tokens.split(raw)
    after = list(accumulate(map(len, parts)))
    text = Text(part, raw, parts[1::2], after[:-1:2], after[1::2], _is_upper(raw), [])
    text.sentences = _sentences(text, abbreviations)
    text.words = [lowered(word) for word in text.words] if "’" in raw else list(map(str.lower, text.words))
    if _GROUPED.search(raw):
        text.words = [grammar.numeral(word) if word[0].isdigit() and not word.isalnum() else word for word in text.words]
    return text


_NO_LETTERS = bytes(code for code in range(128) if not chr(code).isalpha())
_NO_CAPITALS = bytes(code for code in range(128) if not chr(code).isupper())


def _is_upper(raw: str) -> bool:
    sample = raw[:400]
    if sample.isascii():
        letters = sample.encode()
        return len(letters.translate(None, _NO_CAPITALS)) > _UPPER_SHARE * len(letters.translate(None, _NO_LETTERS))
    capitals = sum(map(str.isupper, sample))
    small = sum(map(str.islower, sample))
    return capitals > _UPPER_SHARE * (capitals + small)


def _sentences(text: Text, abbreviations: Container[str]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    begin, last, words = 0, len(text.words) - 1, text.words
    breaks = _paragraph_ends(text)
    stops = [k for k, word in enumerate(words) if word in _MAY_END]
    for k in sorted(breaks.union(stops)) if breaks else stops:
        if 0 <= k < last and (k in breaks or _ends_here(text, k, abbreviations)):
            found.append((begin, k + 1))
            begin = k + 1
    if begin <= last:
        found.append((begin, last + 1))
    return found


def _paragraph_ends(text: Text) -> set[int]:
    """Tokens that a blank line follows."""
    return {bisect_right(text.starts, match.start()) - 1 for match in _BLANK_LINE.finditer(text.raw)}


def _ends_here(text: Text, k: int, abbreviations: Container[str]) -> bool:
    """Whether a sentence ends after token k."""
    word, end, following = text.words[k], text.ends[k], text.starts[k + 1]
    if word in _CLOSE:
        return k > 0 and text.words[k - 1] in _END and following > end and text.words[k + 1][:1].isupper()
    if word not in _END:
        return False
    after = text.words[k + 1]
    if word in _WIDE_END:
        return after not in _CLOSE
    if following == end and after not in '"”':
        return False
    if after in _CLOSE:
        return False
    if word == "." and k > 0:
        before = text.words[k - 1].lower()
        if before in abbreviations or (len(before) == 1 and before.isalpha() and text.ends[k - 1] == text.starts[k]):
            return False
    return after[:1].isupper() or after[:1].isdigit() or after[0] in _OPEN or _caseless(after[0])


def _caseless(letter: str) -> bool:
    return letter.isalpha() and letter.lower() == letter.upper()

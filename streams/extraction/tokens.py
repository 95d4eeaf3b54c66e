"""Step 1: tokens and sentences. Linear in the text; offsets are into the text as given."""

from __future__ import annotations

import re
from collections.abc import Container

from streams.extraction.model import Text

_TOKEN = re.compile(
    r"(?:[^\W\d_]\.){2,}(?!\w)|\d+(?:[.,:]\d+)*[^\W\d_]*|[^\W\d_]\w*|['’](?:s|t|re|ve|ll|d|m|S|T|RE|VE|LL|D|M)\b|--+|[—–.,;:!?\"“”()\[\]$£€%'‘’]"
)
_END = frozenset(".!?")
_CLOSE = frozenset("\"”')]’")
_UPPER_SHARE = 0.8
"""Share of capitals among letters over which copy counts as upper-case. A headline of acronyms stays below it."""


def tokenize(raw: str, part: str, abbreviations: Container[str]) -> Text:
    """Split a text into tokens and sentences. `abbreviations` are lower-case words whose full stop ends no sentence."""
    words: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for match in _TOKEN.finditer(raw):
        words.append(match.group())
        starts.append(match.start())
        ends.append(match.end())
    upper = _is_upper(raw)
    text = Text(part, raw, words, starts, ends, upper, [])
    text.sentences = _sentences(text, abbreviations)
    text.words = [word.lower().replace("’", "'") for word in words]
    return text


def words_of(phrase: str) -> tuple[str, ...]:
    """A lexicon phrase as the words that `tokenize` would give."""
    return tuple(match.group().lower().replace("’", "'") for match in _TOKEN.finditer(phrase))


def _is_upper(raw: str) -> bool:
    sample = raw[:2000]
    capitals = sum(map(str.isupper, sample))
    small = sum(map(str.islower, sample))
    return capitals > _UPPER_SHARE * (capitals + small)


def _sentences(text: Text, abbreviations: Container[str]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    begin = 0
    n = len(text.words)
    for k in range(n):
        after = k + 1
        if after >= n or not _ends_here(text, k, abbreviations):
            continue
        if after > begin:
            found.append((begin, after))
            begin = after
    if begin < n:
        found.append((begin, n))
    return found


def _ends_here(text: Text, k: int, abbreviations: Container[str]) -> bool:
    """Whether a sentence ends after token k."""
    word, end, following = text.words[k], text.ends[k], text.starts[k + 1]
    if following - end > 1 and "\n\n" in text.raw[end:following].replace(" ", ""):
        return True
    if word in _CLOSE:
        return k > 0 and text.words[k - 1] in _END and following > end and text.words[k + 1][:1].isupper()
    if word not in _END:
        return False
    after = text.words[k + 1]
    if following == end and after not in '"”':
        return False
    if after in _CLOSE:
        return False
    if word == "." and k > 0:
        before = text.words[k - 1].lower()
        if before in abbreviations or (len(before) == 1 and before.isalpha() and text.ends[k - 1] == text.starts[k]):
            return False
    return after[:1].isupper() or after[:1].isdigit() or after[0] in "\"“([‘'"

"""What language untagged copy is in: by its script where that settles it, else by its function words; nothing when unsure.

A library was measured and left: py3langid needs numpy (59 MB), takes over a second to load and 250 us a text; this takes 10 to 40 us.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping
from functools import cache
from importlib import resources

DETECTED = "language-detected"
_REACH = 400
"""Characters looked at: a headline and a lede tell; more only costs."""
_LEAST_WORDS = 3
"""Different function words that must be there: two may be a name or a loan ("El Al", "de la Rosa")."""
_LEAST_SHARE = 0.06
"""What the words must tell for the language, per word: running copy tells over 0.1, lists of names under 0.05."""
_MOST_OWNERS = 6
_LEAD = 1.25
"""How far the first must be ahead of the second: Danish and Norwegian, Croatian and Serbian share most of their words."""
_SCRIPT_SHARE = 0.5
_EVERY = 5
"""Of so many characters one is asked for its script."""
_ASCII_WORD = re.compile(r"(?<!['\w])[a-z]+(?!\w)")
_POSSESSIVE = re.compile("['’](?:s\\b)?")
"""An English genitive would otherwise be the Czech, Slovak and Croatian preposition; French and Italian articles end in an apostrophe."""
_ENDS = ' \t\n.,;:!?"()[]«»„“”‘…-–—/।،؛؟*=<>'

_LATIN, _CYRILLIC, _ARABIC, _DEVANAGARI, _HAN, _KANA = "latin", "cyrillic", "arabic", "devanagari", "han", "kana"
_SCRIPTS: tuple[tuple[int, str], ...] = (
    (0x0000, _LATIN), (0x0370, "el"), (0x0400, _CYRILLIC), (0x0530, "hy"), (0x0590, "he"), (0x0600, _ARABIC), (0x0700, ""),
    (0x0750, _ARABIC), (0x0780, ""), (0x0900, _DEVANAGARI), (0x0980, "bn"), (0x0A00, "pa"), (0x0A80, "gu"), (0x0B00, "or"),
    (0x0B80, "ta"), (0x0C00, "te"), (0x0C80, "kn"), (0x0D00, "ml"), (0x0D80, "si"), (0x0E00, "th"), (0x0E80, "lo"), (0x0F00, "bo"),
    (0x1000, "my"), (0x10A0, "ka"), (0x1100, "ko"), (0x1200, "am"), (0x13A0, ""), (0x1780, "km"), (0x1800, ""), (0x1E00, _LATIN),
    (0x1F00, "el"), (0x2000, ""), (0x3040, _KANA), (0x3100, ""), (0x3400, _HAN), (0xA000, ""), (0xAC00, "ko"), (0xD7B0, ""),
    (0xFB50, _ARABIC), (0xFE00, ""), (0xFE70, _ARABIC), (0xFEFF, ""),
)  # fmt: skip
"""First code point of each block and the language its letters mean, or the script that several languages share (Unicode Blocks.txt)."""
_STARTS = [start for start, _ in _SCRIPTS]
_SHARED = frozenset({_LATIN, _CYRILLIC, _ARABIC, _DEVANAGARI})


def detect(text: str) -> str:
    """The BCP 47 primary subtag of the text's language, "" when its start does not tell. The same text gives the same answer anywhere."""
    sample = text[:_REACH].casefold()
    script = _LATIN if sample.isascii() else _script(sample)
    return _by_words(sample) if script in _SHARED else script


def _script(sample: str) -> str:
    """The language or the shared script that most letters belong to."""
    letters = [char for char in sample[::_EVERY] if char.isalpha()]
    counts = Counter(_SCRIPTS[bisect_right(_STARTS, ord(char)) - 1][1] for char in letters)
    if counts[_KANA] * 10 > counts[_KANA] + counts[_HAN] > 0:
        counts["ja"] = counts.pop(_KANA) + counts.pop(_HAN, 0)
    else:
        counts["zh"] = counts.pop(_HAN, 0)
    script, count = min(counts.items(), key=lambda item: (-item[1], item[0]))
    return script if count > _SCRIPT_SHARE * len(letters) else ""


def _by_words(sample: str) -> str:
    table = _languages_of()
    words = _ASCII_WORD.findall(sample) if sample.isascii() else [w.strip(_ENDS) for w in _POSSESSIVE.sub(" ", sample).split()]
    told = [table[word] for word in words if word in table]
    scores: dict[str, float] = {}
    for owners, times in Counter(told).items():
        share = times / len(owners)
        for language in owners:
            scores[language] = scores.get(language, 0.0) + share
    ranked = sorted(scores, key=lambda language: (-scores[language], language))[:2]
    if not ranked or scores[ranked[0]] < _LEAST_SHARE * len(words):
        return ""
    different = sum(ranked[0] in table[word] for word in set(words) & table.keys())
    return ranked[0] if different >= _LEAST_WORDS and scores[ranked[0]] >= _LEAD * scores.get(ranked[-1], 0) * (len(ranked) > 1) else ""


@cache
def _languages_of() -> Mapping[str, tuple[str, ...]]:
    """Word -> the languages it is a function word of: each gets its share of one. A word of many languages tells nothing."""
    text = resources.files("streams.formats").joinpath("data", "languages.tsv").read_text("utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    owners: dict[str, list[str]] = {}
    for language, words in rows:
        for word in words.split():
            owners.setdefault(word, []).append(language)
    return {word: tuple(languages) for word, languages in owners.items() if len(languages) <= _MOST_OWNERS}

"""Step 2b: names that a user's own finder sees are annotated where the lexicon knows none of the words.

The lexicon goes first: a name that holds a state, a named actor, a title, a verb, a number or a function word of the lexicon is left
out, and so is one all of whose words it knows: its closed classes mean the same with and without a model. What is added is a name of
its kind, written as in the text.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence

from streams.domain.naming import Name, NameFinder, NameKind
from streams.domain.report import Report
from streams.extraction.identity import slug
from streams.extraction.lexicon_types import ancestors
from streams.extraction.model import Entry, Item, Text

Seen = Mapping[str, Sequence[Name]]
"""The names found in each part of a report ("headline", "body"), in order."""

_CLASS = {NameKind.PERSON: "person.named", NameKind.ORGANIZATION: "actor.org", NameKind.GROUP: "actor.org", NameKind.PLACE: "name"}
_KIND = {NameKind.PERSON: "person", NameKind.ORGANIZATION: "organization", NameKind.GROUP: "group", NameKind.PLACE: "unknown"}
_BODIES = frozenset({NameKind.ORGANIZATION, NameKind.GROUP})
PLACE = "named.place"
"""The tag of a name that the finder takes for a place."""


def names_in(report: Report, names: NameFinder | None) -> Seen:
    """What the finder sees in the report, nothing without one."""
    if names is None:
        return {}
    parts = {"headline": report.headline, "body": report.body}
    return {part: names.find(text, report.language) for part, text in parts.items() if text}


def with_names(items: list[Item], text: Text, seen: Seen) -> list[Item]:
    """The items of a sentence with every name that the lexicon lacks as one item."""
    if not items:
        return items
    begin, end = text.starts[items[0].i], text.ends[items[-1].j - 1]
    found = items
    for name in seen.get(text.part, ()):
        if begin <= name.start and name.end <= end:
            found = _with(found, text, name)
    return found


def _with(items: list[Item], text: Text, name: Name) -> list[Item]:
    a = bisect_left(items, name.start, key=lambda item: text.starts[item.i])
    b = bisect_left(items, name.end, key=lambda item: text.starts[item.i])
    covered = items[a:b]
    if not covered or text.starts[covered[0].i] != name.start or text.ends[covered[-1].j - 1] != name.end:
        return items
    if not any(item.entry is None for item in covered) or not all(_open(item, k, len(covered)) for k, item in enumerate(covered)):
        return items
    i, j = covered[0].i, covered[-1].j
    entry = _entry(text.text(i, j), name.kind, covered[-1].entry)
    return [*items[:a], Item(i, j, entry, text.words[i], True), *items[b:]]


def _open(item: Item, k: int, count: int) -> bool:
    """Whether a name may hold the item: a word that the lexicon lacks, a common noun with a capital, "of" between two words."""
    entry = item.entry
    if entry is None:
        return True
    closed = bool(entry.country or entry.actor or entry.title or entry.verb or entry.adjective) or entry.number is not None
    noun = bool(entry.noun) and item.cap and not closed
    return noun or (0 < k < count - 1 and not entry.tags.isdisjoint(_INSIDE))


_INSIDE = frozenset({"of", "nameparticle"})


def _entry(written: str, kind: NameKind, head: Entry | None) -> Entry:
    """The name's entry. A common noun at its end says more exactly what it is: "Lantern Army" is an army."""
    tags = frozenset({"proper", PLACE} if kind is NameKind.PLACE else {"proper"})
    own = head.noun if head is not None else ""
    noun = own if own.startswith(_CLASS[kind].partition(".")[0]) or (own.startswith("org") and kind in _BODIES) else _CLASS[kind]
    actor = "" if kind is NameKind.PLACE else slug(written)
    return Entry(noun=noun, kind=_KIND[kind], actor=actor, opens=True, tags=tags, features=ancestors(noun) | tags)

"""Phrases that may fill a role, each with what a linear model sees of it: its words, its neighbours, the verbs around it, the frames.

A phrase is any stretch of a run of nouns, names and numbers, or of runs joined by prepositions ("offices of the party"): the boundaries
are the model's to choose, as the roles are. Features of the left edge, the right edge and the head are worked out once a token.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

from streams.extraction.symbols import MARK, NUMBER, VERB, Symbols

_LONGEST, _LONGEST_JOINED = 6, 10
_ENDS = 6
"""Ends tried of phrases joined by prepositions."""
_INNER = 3
_GAP = 3
_WINDOW = 7
_NOBODY = ("event", "abstract", "place", "sport", "measure", "business")
"""Classes of heads that fill no role of an attack."""
_JOINTS = frozenset({"'s", '"', "-", "'", "."})
"""Marks that may stand inside a name."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Tokens [i, j) of a sentence, positions counted from its first; [left, right) are the runs that it is cut from."""

    i: int
    j: int
    left: int
    right: int
    head: int


def phrases(seen: Symbols) -> list[Phrase]:
    """Every phrase of a sentence, in order. Their number is linear in the tokens: lengths are bounded."""
    found: dict[tuple[int, int], Phrase] = {}
    for n, (a, b) in enumerate(seen.runs):
        for i in range(a, b):
            for j in range(i + 1, min(b, i + _LONGEST) + 1):
                found.setdefault((i, j), Phrase(i, j, a, b, j - 1))
            for j, right in _joined(seen, n):
                if j - i <= _LONGEST_JOINED:
                    found.setdefault((i, j), Phrase(i, j, a, right, _head(seen, i, j)))
    return [found[key] for key in sorted(found) if _may_fill(seen, found[key].head)]


def _may_fill(seen: Symbols, head: int) -> bool:
    """Whether the head may be somebody or something: no number, participle, event, place or idea."""
    return seen.kinds[head] not in (NUMBER, VERB) and not seen.classes[head].startswith(_NOBODY)


def _joined(seen: Symbols, n: int) -> list[tuple[int, int]]:
    """(end, end of its run) of the phrases that begin in run n and go on over prepositions."""
    runs, found = seen.runs, list[tuple[int, int]]()
    while n + 1 < len(runs) and len(found) < _ENDS and _joins(seen, runs[n][1], runs[n + 1][0]):
        n += 1
        start, end = runs[n]
        found.append((end, end))
        found += [(j, end) for j in range(max(start + 1, end - _INNER), end)]
    return found


def _joins(seen: Symbols, i: int, j: int) -> bool:
    """Whether tokens [i, j) between two runs join them: prepositions with their determiners, or one mark inside a name."""
    if j - i == 1 and seen.words[i] in _JOINTS:
        return True
    return seen.links[i] and j - i <= _GAP and all(seen.links[k] or seen.determiners[k] for k in range(i + 1, j))


def _head(seen: Symbols, i: int, j: int) -> int:
    """The last token before the first preposition."""
    return next((k - 1 for k in range(i + 1, j) if seen.links[k]), j - 1)


class Describer:
    """The features of the phrases of one sentence; what depends on one edge alone is kept."""

    def __init__(self, seen: Symbols) -> None:
        self._seen = seen
        self._positions = [k for k, _ in seen.verbs]
        self._left: dict[tuple[int, int], list[str]] = {}
        self._right: dict[tuple[int, int], list[str]] = {}
        self._before: dict[int, str] = {}
        self._after: dict[int, str] = {}

    def left(self, phrase: Phrase) -> list[str]:
        """What stands before it, and its first word."""
        key = (phrase.i, phrase.left)
        if key not in self._left:
            self._left[key] = self._describe_left(*key)
        return self._left[key]

    def right(self, phrase: Phrase) -> list[str]:
        """What stands after it, and its last word."""
        key = (phrase.j, phrase.right)
        if key not in self._right:
            self._right[key] = self._describe_right(*key)
        return self._right[key]

    def _describe_left(self, i: int, run: int) -> list[str]:
        s, name = self._seen, self._seen.name
        p1, q1, q2 = name(i - 1), name(run - 1), name(run - 2)
        found = [f"p1={p1}", f"p2={name(i - 2)} {p1}", f"pc={s.cls(i - 1)}", f"q1={q1}", f"q2={q2} {q1}", f"q3={name(run - 3)} {q2} {q1}"]
        found += [f"off={min(3, i - run)}", f"f={name(i)}", f"fc={s.cls(i)}"]
        found += [f"bl={s.names[k]}" for k in range(max(0, run - _WINDOW), run) if s.kinds[k] != MARK]
        found += [f"lo={s.names[k]}" for k in range(run, i)]
        verb = self.verb_before(run)
        if verb:
            found += [f"VL={verb}", f"VLq={verb.rstrip('012')} {q1}"]
        return found

    def _describe_right(self, j: int, run: int) -> list[str]:
        s, name = self._seen, self._seen.name
        n1, m1, m2 = name(j), name(run), name(run + 1)
        found = [f"n1={n1}", f"n2={n1} {name(j + 1)}", f"nc={s.cls(j)}", f"m1={m1}", f"m2={m1} {m2}", f"m3={m1} {m2} {name(run + 2)}"]
        found += [f"rof={min(3, run - j)}", f"l={name(j - 1)}", f"lc={s.cls(j - 1)}"]
        found += [f"br={s.names[k]}" for k in range(run, min(len(s.names), run + _WINDOW)) if s.kinds[k] != MARK]
        found += [f"ro={s.names[k]}" for k in range(j, run)]
        verb = self.verb_after(run)
        return [*found, f"VR={verb}"] if verb else found

    def verb_before(self, k: int) -> str:
        """The lemma of the nearest verb left of k, whether it is passive, and how far it is."""
        if k not in self._before:
            at = bisect_left(self._positions, k) - 1
            self._before[k] = self._verb(at, k - self._positions[at]) if at >= 0 else ""
        return self._before[k]

    def verb_after(self, k: int) -> str:
        """The same of the nearest verb at or right of k."""
        if k not in self._after:
            at = bisect_left(self._positions, k)
            self._after[k] = self._verb(at, self._positions[at] - k) if at < len(self._positions) else ""
        return self._after[k]

    def _verb(self, at: int, distance: int) -> str:
        k, lemma = self._seen.verbs[at]
        passive = any(self._seen.passive[max(0, k - 3) : k])
        return f"{lemma}{'P' if passive else ''}{0 if distance <= 2 else 1 if distance <= 6 else 2}"

    def whole(self, phrase: Phrase) -> list[str]:
        """What depends on both edges, or on the head."""
        s, i, j, head = self._seen, phrase.i, phrase.j, phrase.head
        name, cls = s.names[head], s.classes[head]
        p1, q1 = s.name(i - 1), s.name(phrase.left - 1)
        shape = "".join("o" if s.links[k] else s.kinds[k] for k in range(i, j))
        found = [f"h={name}", f"hc={cls}", f"pat={shape[:8]}", f"len={min(8, j - i)}", f"p1h={p1}/{cls}", f"n1h={s.name(j)}/{cls}"]
        found += [f"q1h={q1}/{name}", f"q2h={s.name(phrase.left - 2)} {q1}/{cls}", f"m1h={s.name(phrase.right)}/{cls}"]
        found += [f"cut={min(2, i - phrase.left)}{min(2, phrase.right - j)}{cls}", f"VLc={self.verb_before(phrase.left)[:-1]}{cls}"]
        found.append(f"VRc={self.verb_after(phrase.right)[:-1]}{cls}")
        if j - i <= _INNER:
            found.append(f"cp={'>'.join(s.classes[i:j])}")
        found += [f"in={s.names[k]}" for k in range(i, j) if k != head]
        if head > i:
            found.append(f"hh={s.names[head - 1]} {name}")
        return found

"""Step 4: who did what to whom. Subjects, objects and prepositional complements over the nodes of one sentence.

Every search is bounded, so the whole is linear in the nodes; none crosses a clause mark unless it says so.
"""

from __future__ import annotations

from streams.extraction.lexicon_types import ancestors
from streams.extraction.model import Node

_REACH = 14
"""Nodes that a search may cross: longer dependencies in wire copy are rarer than wrong ones."""
_DEPTH = 3
"""Verb coordinations followed when a verb shares an earlier verb's subject."""


def features(node: Node) -> frozenset[str]:
    """What wants are checked against: the class path of the head, its tags and lemmas, and "*"."""
    if not node.features:
        entry = node.entry.features if node.entry is not None else frozenset()
        node.features = entry | ancestors(node.cls) | {node.kind, "*"}
    return node.features


def form_of(node: Node) -> str:
    """The form of a verb node, empty for any other."""
    return node.entry.form if node.kind == "v" and node.entry is not None else ""


def is_passive(nodes: list[Node], p: int) -> bool:
    """Whether the verb at p is a participle after a form of "be"."""
    entry = nodes[p].entry
    if entry is None or entry.form not in ("pp", "part", "any"):
        return False
    k = _skip_left(nodes, p - 1)
    between = nodes[k + 1 : p]
    if any("be" in node.tags for node in between):
        return True
    return k >= 0 and nodes[k].kind == "v" and "be" in nodes[k].tags


def subject(nodes: list[Node], p: int, depth: int = 0) -> int | None:
    """The index of the grammatical subject of the verb at p, None where it has none in this sentence."""
    if nodes[p].has("vs") and (after := _subject_after(nodes, p)) is not None:
        return after
    k = _skip_left(nodes, p - 1)
    if k < 0:
        return None
    node = nodes[k]
    if node.kind == "np":
        return _head_of_chain(nodes, k)
    if node.word in (",", ")"):
        opened = _before_parenthesis(nodes, k)
        if opened is not None:
            return _head_of_chain(nodes, opened)
    if "rel" in node.tags or "thatc" in node.tags:
        before = k - 1 - (k > 0 and nodes[k - 1].word == ",")
        if before >= 0 and nodes[before].kind == "np":
            return before
        return _speaker(nodes, k, depth) if node.has("thatc") else None
    if "onto.inf" in node.tags and depth < _DEPTH:
        return _of_infinitive(nodes, k, depth)
    own = nodes[p].entry
    governed = node.has("report") or (node.has("cue") and own is not None and own.form in ("base", "any"))
    if node.kind == "v" and governed and depth < _DEPTH:
        return subject(nodes, k, depth + 1)
    if own is not None and own.form == "ger":
        if "prep" in node.tags and k > 0 and nodes[k - 1].kind == "np":
            return k - 1
        if node.kind == "v" and depth < _DEPTH:
            return subject(nodes, k, depth + 1)
    if ("conj" in node.tags or node.word == "," or "clause" in node.tags) and depth < _DEPTH:
        return _shared_subject(nodes, k, depth)
    return None


def _subject_after(nodes: list[Node], p: int) -> int | None:
    """The phrase that follows a verb, a place between them or not: "se estrelló en Cusco un helicóptero"."""
    after = direct_object(nodes, p)
    if after is None and p + 3 < len(nodes) and nodes[p + 1].has("loc") and nodes[p + 2].kind == "np" and nodes[p + 3].kind == "np":
        return p + 3
    return after


def _before_parenthesis(nodes: list[Node], k: int) -> int | None:
    """The phrase before an insertion that ends at k: "the jet, on loan to ..., was", "the Mission (UNMISS) is"."""
    opening = "," if nodes[k].word == "," else "("
    for q in range(k - 1, max(0, k - 1 - _REACH), -1):
        if nodes[q].word == opening:
            before = _skip_left(nodes, q - 1)
            return before if before >= 0 and nodes[before].kind == "np" else None
        if form_of(nodes[q]) in ("past", "3sg"):
            return None
    return None


def _speaker(nodes: list[Node], k: int, depth: int) -> int | None:
    """Who acts in "afirmó que derribó ...", where the verb after the conjunction has no subject of its own: who says so."""
    said = next((q for q in range(k - 1, max(-1, k - 5), -1) if nodes[q].kind == "v" and nodes[q].has("report")), None)
    return subject(nodes, said, depth + 1) if said is not None and depth < _DEPTH else None


def _of_infinitive(nodes: list[Node], k: int, depth: int) -> int | None:
    """ "X vowed to shoot ...", "X ordered Y to shoot ...": the phrase before "to", else the subject of its verb."""
    for q in range(k - 1, max(-1, k - 1 - _REACH), -1):
        if nodes[q].kind == "v":
            return subject(nodes, q, depth + 1)
        if nodes[q].kind == "np" and not (q > 0 and "prep" in nodes[q - 1].tags and "of" not in nodes[q - 1].tags):
            return _head_of_chain(nodes, q)
    return None


def _shared_subject(nodes: list[Node], k: int, depth: int) -> int | None:
    """The subject that the verb at p shares with an earlier verb: "..., killing two", "shot it down and destroyed ..."."""
    for q in range(k - 1, max(-1, k - 1 - _REACH), -1):
        if form_of(nodes[q]) not in ("", "ger"):
            return subject(nodes, q, depth + 1)
    for q in range(k - 1, max(-1, k - 1 - _REACH), -1):
        if nodes[q].kind == "np":
            return _head_of_chain(nodes, q)
    return None


_SKIPPED = frozenset({"aux", "adv", "neg", "negaux", "cue", "particle", "time"})
_BEFORE_DAYS = frozenset({"prep", "datelink"})
"""What stands before a day: "on Tuesday", "el martes"."""
_JOINS = frozenset({"conj", "clause"})


def _skip_left(nodes: list[Node], k: int) -> int:
    """The first node at or left of k that is no auxiliary, adverb, negation, day ("on Tuesday") or unknown word."""
    unknown = 0
    dated = False
    while k >= 0:
        node = nodes[k]
        if node.kind in ("np", "m", "v"):
            return k
        entry = node.entry
        if dated and not _BEFORE_DAYS.isdisjoint(node.tags):
            k, dated = k - 1, False
            continue
        dated = "time" in node.tags
        if unknown and ("det" in node.tags or "prep" in node.tags):
            # "a base in the east was": a phrase of words that the lexicon lacks hides no subject.
            unknown -= "prep" in node.tags
            k -= 1
            continue
        if entry is None or entry.filler:
            unknown += 1
            if unknown > 2:
                return k
        elif entry.tags.isdisjoint(_SKIPPED) or not entry.tags.isdisjoint(_JOINS):
            return k
        k -= 1
    return k


def _head_of_chain(nodes: list[Node], k: int) -> int:
    """From the last phrase of "a spokesman for the ministry in Baku" or "a plane carrying aid for Y" to its head."""
    while k >= 2:
        before = nodes[k - 1]
        if "prep" in before.tags and "clause" not in before.tags:
            if nodes[k - 2].kind == "np":
                k -= 2
                continue
            if k >= 3 and _is_participle(nodes[k - 2]) and nodes[k - 3].kind == "np":
                k -= 3
                continue
        elif _is_participle(before) and nodes[k - 2].kind == "np":
            k -= 2
            continue
        return k
    return k


def _is_participle(node: Node) -> bool:
    return node.participle or (node.kind == "v" and node.entry is not None and node.entry.form == "ger")


def direct_object(nodes: list[Node], p: int) -> int | None:
    """The index of the phrase that directly follows the verb at p."""
    k, unknown = p + 1, 0
    while k < len(nodes) and k <= p + 4:
        node = nodes[k]
        if node.kind == "np":
            return _possessed(nodes, k)
        if node.kind in ("m", "v") and node.word not in ('"', "“"):
            return None
        if node.entry is None:
            unknown += 1
            if unknown > 1:
                return None
        elif node.tags.isdisjoint(_BEFORE_OBJECT) and node.word not in ('"', "“"):
            return None
        k += 1
    return None


_BEFORE_OBJECT = frozenset({"adv", "particle", "det", "cue"})


def _possessed(nodes: list[Node], k: int) -> int:
    """From "the rebels" of "the rebels' demand" to the demand."""
    while k + 2 < len(nodes) and (nodes[k + 1].has("poss") or nodes[k + 1].word == "'") and nodes[k + 2].kind == "np":
        k += 2
    return k


def complement(nodes: list[Node], p: int, tags: tuple[str, ...], reach: int = _REACH) -> int | None:
    """The phrase after the first preposition of one of the tags right of p, within its clause."""
    for k in range(p + 1, min(len(nodes) - 1, p + reach)):
        node = nodes[k]
        kind = node.kind
        if kind == "np":
            continue
        if kind == "m" and node.word in (";", ":"):
            return None
        if "clause" in node.tags and "prep" not in node.tags:
            return None
        if kind == "w" and not node.tags.isdisjoint(tags):
            after = k + 1 + (nodes[k + 1].word in ('"', "“") and k + 2 < len(nodes))
            if nodes[after].kind == "np":
                return after
    return None


def coordinated(nodes: list[Node], k: int) -> list[int]:
    """The phrase at k and those joined to its right: "two helicopters, three tanks and three drones"."""
    found = [k]
    while True:
        j = found[-1] + 1
        marks = 0
        while j < len(nodes) and (nodes[j].word == "," or "conj" in nodes[j].tags or "incl" in nodes[j].tags) and marks < 2:
            j += 1
            marks += 1
        if not marks or j >= len(nodes) or nodes[j].kind != "np" or _begins_clause(nodes, j):
            return found
        if marks == 1 and nodes[j - 1].word == "," and not _closes(nodes, j):
            return found
        found.append(j)


def _closes(nodes: list[Node], j: int) -> bool:
    """Whether a conjunction ends the list that a comma opened, before any verb."""
    for node in nodes[j + 1 : j + 8]:
        if node.kind == "v" or "clause" in node.tags:
            return False
        if "conj" in node.tags or "incl" in node.tags:
            return True
    return False


def _begins_clause(nodes: list[Node], j: int) -> bool:
    """Whether the phrase at j is followed by its own verb, so that it is a subject rather than a conjunct."""
    for node in nodes[j + 1 : j + 4]:
        if node.past:
            return True
        if node.kind == "v":
            return form_of(node) in ("past", "3sg") or (form_of(node) != "ger" and not _reduced(nodes, j))
        if "aux" in node.tags:
            return True
        if node.kind in ("np", "m") or "prep" in node.tags or "conj" in node.tags:
            return False
    return False


def _reduced(nodes: list[Node], j: int) -> bool:
    """Whether the verb after the phrase at j is a participle with a preposition ("drones launched by X"), not its predicate."""
    at = next(k for k in range(j + 1, len(nodes)) if nodes[k].kind == "v")
    return at + 1 < len(nodes) and "prep" in nodes[at + 1].tags


def coordinated_left(nodes: list[Node], k: int) -> list[int]:
    """The phrase at k and those joined to its left."""
    found = [k]
    while True:
        j = found[-1] - 1
        marks = 0
        while j >= 0 and (nodes[j].word == "," or "conj" in nodes[j].tags) and marks < 2:
            j -= 1
            marks += 1
        if not marks or j < 0 or nodes[j].kind != "np" or (nodes[j + 1].word == "," and not _list_like(nodes, j)):
            return found
        found.append(j)


def _list_like(nodes: list[Node], j: int) -> bool:
    """A comma joins phrases on the left only when a conjunction closes the list."""
    return any("conj" in node.tags for node in nodes[j + 1 : j + 6])


def governor(nodes: list[Node], k: int) -> tuple[int, bool] | None:
    """The verb whose object (True for active) or passive subject (False) the phrase at k is."""
    j = k - 1
    while (
        j >= 0
        and k - j <= 4
        and (
            (
                nodes[j].kind == "w"
                and ("adv" in nodes[j].tags or "det" in nodes[j].tags or "with" in nodes[j].tags or nodes[j].entry is None)
            )
            or nodes[j].word in ('"', "“", ",")
            or "conj" in nodes[j].tags
            or (nodes[j].kind == "np" and (nodes[j].trigger != "" or nodes[j].cls == "number"))
            or "time" in nodes[j].tags
            or "prep" in nodes[j].tags
        )
    ):
        j -= 1
    if j >= 0 and nodes[j].kind == "v":
        return j, True
    for q in range(k + 1, min(len(nodes), k + _REACH)):
        node = nodes[q]
        if node.kind == "v":
            return q, not is_passive(nodes, q)
        if "clause" in node.tags or node.word in (";", ":"):
            return None
    return None

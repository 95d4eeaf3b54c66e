"""Step 7: modality. Whether the text says that the event happened, from cues before it in its clause and dates in its sentence."""

from __future__ import annotations

from streams.domain.event import Modality
from streams.extraction.model import Candidate, Node

_REACH = 8
"""Nodes before an event in which a cue binds it."""
_YEAR_DIGITS, _FIRST_YEAR = 4, 1000
_LIGHT = frozenset({"cue", "declare", "launch", "hold", "express", "lift"})
"""Verbs that say nothing without their object: what binds them binds it ("would declare a curfew")."""
_ORDER = (Modality.NEGATED, Modality.ATTEMPTED, Modality.PLANNED, Modality.HYPOTHETICAL, Modality.HISTORICAL)


def modality_of(candidate: Candidate) -> Modality:
    """The modality of a mention. A cue binds across its own verb group and complement, not across a finished clause. A headline that
    opens with "When" or "How" announces no news.
    """
    sentence = candidate.sentence
    if sentence.text.part == "headline" and sentence.nodes[0].has("feature"):
        return Modality.HISTORICAL
    cue = _cue_before(sentence.nodes, candidate.at)
    if cue is not None:
        return cue
    if _of_past_year(candidate):
        return Modality.HISTORICAL
    if sentence.historical or ("s:anywhere" in sentence.features and any("s:anywhere" in node.tags for node in sentence.nodes)):
        return Modality.HISTORICAL
    return Modality.ACTUAL


def _of_past_year(candidate: Candidate) -> bool:
    """ "the 1999 bombing", "since the 1990 invasion": a noun with a year well before the report's beside it, in its clause."""
    sentence, at = candidate.sentence, candidate.at
    if sentence.nodes[at].kind != "np":
        return False
    for node in reversed(sentence.nodes[max(0, at - _REACH) : at + 1]):
        if node.kind == "v":
            return False
        years = [int(word) for word in sentence.text.words[node.i : node.j] if len(word) == _YEAR_DIGITS and word.isdecimal()]
        if any(_FIRST_YEAR <= year < sentence.year - 1 for year in years):
            return True
    return False


def _cue_before(nodes: list[Node], at: int) -> Modality | None:
    trigger_is_noun = nodes[at].kind == "np"
    for k in range(at - 1, max(-1, at - 1 - _REACH), -1):
        node = nodes[k]
        if node.word in (";", ":") or (node.word == "," and _clause_ended(nodes, k, at)):
            return None
        if "rel" in node.tags or ("clause" in node.tags and "thatc" not in node.tags and "cue" not in node.tags):
            return None
        if node.kind == "v" and "trigger" in node.tags and node.tags.isdisjoint(_LIGHT) and not _coordinated(nodes, k, at):
            return None
        if node.kind != "np" and "cue" in node.tags and "s:anywhere" not in node.tags:
            return _strongest(node)
        if (
            node.kind == "v"
            and node.entry is not None
            and node.entry.form in ("past", "3sg", "pp")
            and not trigger_is_noun
            and "cue" not in node.tags
            and "declare" not in node.tags
        ):
            return None
    own = nodes[at]
    if own.kind == "np" and any(i.entry is not None and "cue" in i.entry.tags for i in own.modifiers):
        return next(_strongest_entry(i.entry.tags) for i in own.modifiers if i.entry is not None and "cue" in i.entry.tags)
    return None


def _clause_ended(nodes: list[Node], k: int, at: int) -> bool:
    """A comma ends the reach of a cue when a phrase of its own stands between it and the event."""
    return any(node.kind == "np" for node in nodes[k + 1 : at])


def _coordinated(nodes: list[Node], k: int, at: int) -> bool:
    return any("conj" in node.tags for node in nodes[k + 1 : at])


def _strongest(node: Node) -> Modality | None:
    return _strongest_entry(node.entry.tags) if node.entry is not None else None


def _strongest_entry(tags: frozenset[str]) -> Modality | None:
    return next((modality for modality in _ORDER if f"m:{modality.value}" in tags), None)

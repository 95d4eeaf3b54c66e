"""Step 11c: what is only a circumstance or a topic is no news: "as fighting erupts", "the resumption of clashes was discussed".

Conservative: a nominal mention that says neither who nor whom nor how many, beside an event that the report does tell.
"""

from __future__ import annotations

from streams.extraction.draft import Draft
from streams.extraction.model import Candidate, Node
from streams.extraction.syntax import governor

Told = dict[int, list[tuple[int, Draft]]]
"""By sentence, where each of its mentions stands and which draft it belongs to."""
_REACH = 4
"""Nodes between a conjunction and the noun that opens its clause: "as heavy fighting erupts"."""


def news_of_its_own(drafts: list[Draft]) -> list[Draft]:
    """The drafts without those that are nothing but circumstance or topic."""
    told: Told = {}
    for draft in drafts:
        for mention in draft.mentions:
            told.setdefault(mention.sentence.index, []).append((mention.at, draft))
    return [draft for draft in drafts if not _beside(draft, told)]


def _beside(draft: Draft, told: Told) -> bool:
    if draft.counts or any(m.initiators or m.targets for m in draft.mentions):
        return False
    return all(_is_topic(m) or (_is_circumstance(m) and _told_before(m, draft, told)) for m in draft.mentions)


def _is_topic(mention: Candidate) -> bool:
    """The noun, or the one that it hangs from ("the resumption of clashes"), is what somebody talked of."""
    nodes = mention.sentence.nodes
    if mention.frame.pos != "n":
        return False
    found = governor(nodes, mention.at)
    return found is not None and nodes[found[0]].has("talk")


def _is_circumstance(mention: Candidate) -> bool:
    nodes, at = mention.sentence.nodes, mention.at
    return mention.frame.pos == "n" and any(_opens_clause(nodes[k]) for k in range(max(0, at - _REACH), at)) and not _between(nodes, at)


def _opens_clause(node: Node) -> bool:
    return node.has("clause") and not (node.has("thatc") or node.has("rel") or node.has("cond"))


def _between(nodes: list[Node], at: int) -> bool:
    """Whether a verb or another phrase stands between the conjunction and the noun: then the clause is about something else."""
    opened = max(k for k in range(max(0, at - _REACH), at) if _opens_clause(nodes[k]))
    return any(node.kind in ("v", "np", "m") for node in nodes[opened + 1 : at])


def _told_before(mention: Candidate, draft: Draft, told: Told) -> bool:
    return any(other is not draft and at < mention.at for at, other in told[mention.sentence.index])

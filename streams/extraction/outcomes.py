"""What became of crew and craft: "the crew survived", "killing both pilots", "was damaged"."""

from __future__ import annotations

from streams.domain.event import Outcome
from streams.extraction.lexicon_types import Lexicon
from streams.extraction.model import Sentence
from streams.extraction.syntax import complement, coordinated, coordinated_left, direct_object, features, is_passive, subject

_CREW = "person.crew"


def crew_outcome(sentence: Sentence, lexicon: Lexicon) -> Outcome | None:
    """The fate of the crew that a sentence tells, None where it tells none."""
    nodes = sentence.nodes
    if _CREW not in sentence.features:
        return None
    for k, node in enumerate(nodes):
        if node.kind != "v" or node.entry is None:
            continue
        kind = next((tag for tag in ("survive", "kill", "capture", "die", "rescue") if tag in node.tags), "")
        if kind and any(_CREW in features(nodes[j]) for j in _concerned(sentence, k, kind)):
            return Outcome(crew=lexicon.fates[kind], span=sentence.text.span(node.i, node.j))
    for k, node in enumerate(nodes):
        if (
            node.entry is not None
            and node.entry.harm.startswith("h:a:")
            and k
            and any(_CREW in features(n) for n in nodes[max(0, k - 3) : k])
        ):
            return Outcome(crew=node.entry.harm[4:], span=sentence.text.span(node.i, node.j))
    return None


def _concerned(sentence: Sentence, k: int, kind: str) -> list[int]:
    nodes = sentence.nodes
    if kind in ("survive", "die") or is_passive(nodes, k):
        who = subject(nodes, k)
        return coordinated_left(nodes, who) if who is not None else []
    what = direct_object(nodes, k)
    what = complement(nodes, k, ("onto",), reach=4) if what is None else what
    return coordinated(nodes, what) if what is not None else []

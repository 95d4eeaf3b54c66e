"""Step 14b: which event leads, learned. Plain statements about a draft, weighed by a linear model (lead.tsv, made by train/lead.py).

The model corrects the hand-made score of lead.py: it sees how the draft is told, under what, beside what, and after what.
"""

from __future__ import annotations

from streams.domain.ontology import family
from streams.extraction.draft import Draft
from streams.extraction.model import Candidate, Node, Sentence

Features = tuple[str, ...]
_RANKS = 3
_LATE = 4


def with_statements(drafts: list[Draft]) -> None:
    """Describe every draft beside the others. One alone leads whatever it is."""
    for draft in drafts if len(drafts) > 1 else ():
        draft.statements = features_of(draft, drafts)


def features_of(draft: Draft, drafts: list[Draft]) -> Features:
    """The features by name, sorted. A draft is described by its first mention, and by what else the report tells."""
    mention = min(draft.mentions, key=lambda m: (m.sentence.index, m.at))
    kind = family(draft.type)
    before = _told_before(mention, drafts)
    found = {
        f"type={draft.type}",
        f"rank={min(_RANKS, sum(_place(other) < _place(draft) for other in drafts))}",
        f"sentence={min(_LATE, mention.sentence.index)}",
        f"{kind}/modality={mention.modality.value}",
        f"{kind}/pos={mention.frame.pos}",
        f"mentions={min(3, len(draft.mentions))}",
    }
    found.update(f"{kind}/{name}" for name in _grammar(mention))
    found.update(f"{name}" for name in _grammar(mention))
    if before is not None:
        found.update({f"after={family(before.type)}>{kind}", f"after={before.type}>{kind}", f"after={family(before.type)}>{draft.type}"})
    found.update(f"{name}" for name in _roles(mention))
    found.update(f"{kind}/beside={name}" for name in {family(other.type) for other in drafts if other is not draft})
    return tuple(sorted(found))


def _place(draft: Draft) -> tuple[int, int]:
    return min((mention.sentence.index, mention.at) for mention in draft.mentions)


def _told_before(mention: Candidate, drafts: list[Draft]) -> Draft | None:
    """The draft whose mention stands last before this one in the sentence."""
    told = [(m.at, draft.order, draft) for draft in drafts for m in draft.mentions if m.sentence is mention.sentence and m.at < mention.at]
    return max(told, key=lambda entry: entry[:2])[2] if told else None


def _grammar(mention: Candidate) -> set[str]:
    """What governs the mention: the word before its phrase, the clause it stands in, the form of its verb."""
    nodes, at = mention.sentence.nodes, mention.at
    own = nodes[at].entry
    found = {f"form={own.form}" if own is not None and nodes[at].kind == "v" else "form=none"}
    found.add(f"under={_under(nodes, at)}")
    clause = next((node for node in reversed(nodes[:at]) if node.has("clause")), None)
    found.add(f"clause={clause.word if clause is not None else 'main'}")
    verbs = [node for node in nodes[:at] if node.kind == "v"]
    found.add(f"verbs={min(3, len(verbs))}")
    if verbs and verbs[-1].has("report"):
        found.add("reported")
    if mention.setting:
        found.add("setting")
    if _quoted(mention.sentence, at):
        found.add("quoted")
    return found


def _under(nodes: list[Node], at: int) -> str:
    """The first word left of the mention that is none of its phrase: "in" of "killed in fresh clashes"."""
    for node in reversed(nodes[max(0, at - 3) : at]):
        if node.kind == "m" or node.kind == "v":
            return node.kind
        if node.has("prep") or node.has("conj") or node.has("onto.inf") or node.has("clause") or node.has("aux"):
            return node.word
        if node.kind == "np":
            return "np"
    return "start" if at == 0 else "word"


def _quoted(sentence: Sentence, at: int) -> bool:
    marks = sum(node.word in ('"', "“", "”") for node in sentence.nodes[:at])
    return marks % 2 == 1


def _roles(mention: Candidate) -> set[str]:
    found = {f"target={_root(node)}" for node in mention.targets} or {"target=none"}
    found |= {f"initiator={_root(node)}" for node in mention.initiators} or {"initiator=none"}
    return found


def _root(node: Node) -> str:
    return ".".join(node.cls.split(".")[:2]) or node.kind

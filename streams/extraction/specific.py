"""Step 11b: is a mention of violence an event of its own, or talk of violence ("the bombings", "a murderer")?

A linear model over few, named features, trained on labelled newswire by deploy/lexicon/train_specific.py; its weights are the data file
specific.tsv. It judges only the types of talk.tsv, and never what headline or lede
tells with a verb.
"""

from __future__ import annotations

from streams.extraction.draft import Draft
from streams.extraction.lexicon_types import Lexicon
from streams.extraction.model import Candidate, Node

_OPENING = 2
_BUCKETS = ((0, "0"), (2, "1-2"), (6, "3-6"))
_EMPTY = frozenset({"pron", "number"})


def keep_specific(drafts: list[Draft], lexicon: Lexicon) -> list[Draft]:
    """The drafts without talk."""
    return [
        draft
        for draft in drafts
        if draft.told is not None or draft.type not in lexicon.talk or _told_in_opening(draft) or specificity(draft, lexicon) > 0
    ]


def _told_in_opening(draft: Draft) -> bool:
    opening = [mention for mention in draft.mentions if mention.sentence.index < _OPENING]
    return any(mention.frame.pos == "v" and mention.targets for mention in opening) or bool(opening and draft.counts)


def specificity(draft: Draft, lexicon: Lexicon) -> float:
    """The model's score: above zero for an event. The sum of the weights of the draft's features."""
    return sum(lexicon.specific.get(feature, 0.0) for feature in features_of(draft))


def features_of(draft: Draft) -> list[str]:
    """The features by name, sorted. Inspectable: each is a plain statement about the draft."""
    mentions = draft.mentions
    found = {"bias", f"type={draft.type}", f"first={_bucket(min(m.sentence.index for m in mentions))}", f"mentions={min(5, len(mentions))}"}
    found.add("pos=" + "".join(sorted({mention.frame.pos for mention in mentions})))
    found.add(f"modality={mentions[0].modality.value}")
    found.update(f"has={name}" for name, holds in _facts(draft).items() if holds)
    for mention in mentions[:5]:
        found.add(f"trigger={mention.frame.rule.rpartition('/')[2]}")
        found.update(f"target={_root(node)}" for node in mention.targets)
        found.update(f"initiator={_root(node)}" for node in mention.initiators)
    return sorted(found)


def _facts(draft: Draft) -> dict[str, bool]:
    mentions = draft.mentions
    return {
        "target": any(node.cls not in _EMPTY for m in mentions for node in m.targets),
        "initiator": any(node.cls not in _EMPTY for m in mentions for node in m.initiators),
        "name": any(node.proper for m in mentions for node in m.targets),
        "time": any(m.when is not None for m in mentions),
        "place": any(m.place is not None for m in mentions),
        "count": bool(draft.counts),
        "plural": all(_is_plural(m) for m in mentions),
        "setting": all(m.setting for m in mentions),
        "voice": any(m.voices for m in mentions),
    }


def _is_plural(mention: Candidate) -> bool:
    return mention.frame.pos == "n" and mention.sentence.nodes[mention.at].plural


def _root(node: Node) -> str:
    return ".".join(node.cls.split(".")[:2]) or node.kind


def _bucket(index: int) -> str:
    return next((name for limit, name in _BUCKETS if index <= limit), "7+")

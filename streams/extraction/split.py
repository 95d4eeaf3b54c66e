"""Step 5b: one trigger, several events: drones shot down beside helicopters are an event of their own; a tally lists its things."""

from __future__ import annotations

from dataclasses import replace

from streams.domain.event import HolderKind, Stance
from streams.extraction.draft import kin
from streams.extraction.lexicon_types import Lexicon
from streams.extraction.model import Candidate, Node, Sentence
from streams.extraction.syntax import features


def split_targets(candidate: Candidate, lexicon: Lexicon) -> list[Candidate]:
    """The candidate, or one for each separate class of thing that it tells of."""
    options = candidate.frame.options
    if "list" in options:
        candidate.targets = _listed(candidate)
    if "split" not in options or len(candidate.targets) < 2:
        return [candidate]
    groups: dict[str, list[Node]] = {}
    for node in candidate.targets:
        groups.setdefault(min(kin([node], lexicon), default=""), []).append(node)
    return [replace(candidate, targets=nodes, initiators=list(candidate.initiators)) for nodes in groups.values()]


def _listed(candidate: Candidate) -> list[Node]:
    """Every counted phrase of a wanted class in the sentence, from the trigger on."""
    wanted = {cls for role, classes, negated in candidate.frame.wants if role == "any" and not negated for cls in classes}
    return [n for n in candidate.sentence.nodes[candidate.at + 1 :] if n.kind == "np" and not features(n).isdisjoint(wanted)]


def resolve_pronouns(candidate: Candidate, before: Sentence | None) -> None:
    """ "They downed it": where a frame asks what the sentence before told of, the pronoun stands for the last such phrase."""
    wanted = {cls for role, classes, negated in candidate.frame.wants if role == "prev" and not negated for cls in classes}
    if not wanted:
        return
    own = candidate.sentence.nodes[: candidate.at]
    earlier = before.nodes if before is not None and before.text is candidate.sentence.text else []
    for node in [*reversed(own), *reversed(earlier)]:
        if node.kind == "np" and not features(node).isdisjoint(wanted):
            candidate.targets = [node]
            return


def lend_owner(candidate: Candidate) -> None:
    """ "its forces", "the army" in an official's mouth are the speaker's own; so is a jet whose loss an official confirms."""
    voice = candidate.voices[-1] if candidate.voices else None
    if voice is None or not voice.country or voice.kind is not HolderKind.OFFICIAL:
        return
    for node in candidate.initiators:
        if not node.country and not node.actor and node.cls.startswith("org.military") and (node.owned or node.definite):
            node.country = voice.country
    lost = [node for node in candidate.targets if node.cls.startswith("aircraft") and not node.operator]
    if voice.stance is Stance.CONFIRMS and not candidate.initiators and lost:
        candidate.flags.append("owner-confirmation")
        for node in lost:
            node.operator = voice.country

"""Step 5b: one trigger, several events: drones shot down beside helicopters are an event of their own; a tally lists its things."""

from __future__ import annotations

from dataclasses import replace

from streams.domain.event import HolderKind, Stance
from streams.extraction.draft import kin
from streams.extraction.lexicon_types import Lexicon, ancestors
from streams.extraction.model import Candidate, Node, Sentence
from streams.extraction.syntax import features

_ALPHA_3 = 3
"""Letters of a country's code; the ids of authorities that hold disputed places are longer."""


def split_targets(candidate: Candidate, lexicon: Lexicon) -> list[Candidate]:
    """The candidate, or one for each separate class of thing that it tells of."""
    options = candidate.frame.options
    if "list" in options:
        candidate.targets, candidate.instruments = _listed(candidate), []
        owner = candidate.sentence.nodes[candidate.at].operator
        for node in candidate.targets:
            node.operator = node.operator or owner
    if "split" not in options or len(candidate.targets) < 2:
        return [candidate]
    groups: dict[str, list[Node]] = {}
    for node in candidate.targets:
        groups.setdefault(min(kin([node], lexicon), default=""), []).append(node)
    if len(groups) == 1:
        return [candidate]
    recast = lexicon.recast.get(candidate.type, {})
    return [
        replace(
            candidate,
            type=recast.get(min(ancestors(nodes[0].cls), key=len), candidate.type),
            targets=nodes,
            initiators=list(candidate.initiators),
        )
        for nodes in groups.values()
    ]


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


def lend_owner(candidate: Candidate, official_of: str, countries: frozenset[str], last_operator: str) -> None:
    """What the text leaves to the reader: "its forces" are the speaker's own, "the enemy" is the other side, and so is a jet
    whose loss an official confirms the official's.
    """
    voice = candidate.voices[-1] if candidate.voices else None
    official = voice if voice is not None and voice.kind is HolderKind.OFFICIAL and voice.side else None
    speaker = official.side if official is not None else official_of
    for node in (*candidate.initiators, *candidate.targets):
        if speaker and _is_own(node, node in candidate.initiators):
            _give(node, speaker)
        elif _is_enemy(candidate, node):
            others = countries - {speaker}
            _give(node, last_operator or (next(iter(others)) if len(others) == 1 else ""))
    lost = [node for node in candidate.targets if node.cls.startswith("aircraft") and not node.operator]
    if official is not None and official.stance is Stance.CONFIRMS and not candidate.initiators and lost:
        candidate.flags.append("owner-confirmation")
        for node in lost:
            node.operator = official.side


def _is_own(node: Node, acting: bool) -> bool:
    if node.country or node.actor or node.operator:
        return False
    if node.cls == "pron":
        return acting and not node.has("person")
    if node.owned:
        return True
    return acting and not node.proper and node.cls.startswith(("org.military", "org.government"))


def _is_enemy(candidate: Candidate, node: Node) -> bool:
    if node.country or node.operator:
        return False
    nodes = candidate.sentence.nodes
    after = next((k for k, other in enumerate(nodes) if other is node), len(nodes)) + 1
    owner = nodes[after + 1] if after + 1 < len(nodes) and nodes[after].has("of") else None
    named = [item.entry for item in node.modifiers if item.entry is not None]
    return node.cls == "enemy" or any(entry.noun == "enemy" for entry in named) or (owner is not None and owner.cls == "enemy")


def _give(node: Node, country: str) -> None:
    if not country:
        return
    if node.cls in ("pron", "enemy"):
        node.cls = "state"
    node.operator = country
    if node.cls.startswith(("state", "org", "person")) and len(country) == _ALPHA_3:
        node.country = country
    elif node.cls.startswith(("org", "person")):
        node.actor = country

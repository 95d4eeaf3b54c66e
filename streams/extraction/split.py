"""Step 5b: one trigger, several events: drones shot down beside helicopters are an event of their own; a tally lists its things."""

from __future__ import annotations

from dataclasses import replace

from streams.extraction.draft import kin
from streams.extraction.lexicon_types import Lexicon
from streams.extraction.model import Candidate, Node
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

"""Step 14: the lead. The event that the report is about: early, salient in its kind, actual, and told by a verb."""

from __future__ import annotations

from streams.domain.event import Modality
from streams.domain.ontology import family
from streams.extraction.draft import Draft
from streams.extraction.lexicon_types import Lexicon
from streams.extraction.model import Candidate

_POSITION = (1.0, 0.85, 0.6, 0.5, 0.42)
"""Weight of the sentence a draft is first told in; later ones weigh as the last."""
_MODALITY = {
    Modality.ACTUAL: 1.0,
    Modality.ATTEMPTED: 1.0,
    Modality.PLANNED: 0.75,
    Modality.HYPOTHETICAL: 0.6,
    Modality.NEGATED: 0.5,
    Modality.HISTORICAL: 0.3,
}
_EMBEDDED = 0.45
"""What is demanded, threatened or refused is not what happened: the demand is."""
_SPOKEN = 1.8
_SPEECH = (
    "politics.demand",
    "politics.threaten",
    "politics.reject",
    "politics.agreement",
    "politics.support",
    "politics.sanction",
    "politics.aid",
)
_WEAK = 0.6
_REPEAT = 0.1
"""What each further mention adds: the event that a report comes back to is what it is about."""


def choose_lead(drafts: list[Draft], lexicon: Lexicon) -> Draft | None:
    """The draft with the highest score, the earliest of equals; None when there is none."""
    return max(drafts, key=lambda draft: (score(draft, lexicon), -draft.order), default=None)


def score(draft: Draft, lexicon: Lexicon) -> float:
    """Position x salience x modality x form, with a little for being told again."""
    first = min(mention.sentence.index for mention in draft.mentions)
    position = _POSITION[min(first, len(_POSITION) - 1)]
    weight = lexicon.salience.get(draft.type, lexicon.salience.get(family(draft.type), 1.0))
    best = max(_MODALITY[mention.modality] for mention in draft.mentions)
    options = draft.main.frame.options
    if all(_embedded(mention) for mention in draft.mentions):
        best *= _EMBEDDED
    if "lead" in options:
        best *= _SPOKEN
    form = _WEAK if options & {"weak"} or all(_attributive(m) for m in draft.mentions) else 0.9 if draft.main.frame.pos == "n" else 1.0
    return position * weight * best * form * (1 + _REPEAT * min(3, len(draft.mentions) - 1))


def _embedded(mention: Candidate) -> bool:
    """Whether a finite verb of demand, threat, refusal or consent stands before the mention in its sentence and governs it."""
    infinitive = mention.frame.pos == "v" and _infinitive(mention)
    if mention.type.startswith("politics") and mention.frame.pos == "v" and not infinitive:
        return False
    if mention.modality is Modality.ACTUAL and mention.frame.pos != "n" and not infinitive:
        return False
    nodes = mention.sentence.nodes[: mention.at]
    return any(node.kind == "v" and node.entry is not None and any(f.type in _SPEECH for f in node.entry.frames_v) for node in nodes)


def _infinitive(mention: Candidate) -> bool:
    """ "refused to deploy", "a proposal for signing": the verb depends on what stands before it."""
    nodes, at = mention.sentence.nodes, mention.at
    if at == 0:
        return False
    before, own = nodes[at - 1], nodes[at].entry
    form = own.form if own is not None else ""
    bound = before.has("onto.inf")
    return bound or (form == "ger" and before.has("prep")) or (form in ("base", "any") and before.kind == "v" and before.j - before.i > 1)


def _attributive(mention: Candidate) -> bool:
    """ "Ousted President X has been accused": what is told of him in passing."""
    nodes, at = mention.sentence.nodes, mention.at
    own = nodes[at].entry
    if mention.frame.pos != "v" or own is None or own.form not in ("pp", "part") or at + 1 >= len(nodes):
        return False
    return (at == 0 or nodes[at - 1].has("det")) and nodes[at + 1].kind == "np" and nodes[at + 1].cls.startswith("person")

"""Step 14: the lead. The event that the report is about: early, salient in its kind, actual, and told by a verb."""

from __future__ import annotations

from math import exp, prod

from streams.domain.event import Modality
from streams.domain.ontology import family
from streams.extraction.draft import Draft
from streams.extraction.lexicon_types import Lexicon
from streams.extraction.linear import SCALE
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
_NOMINAL = 0.9
_REPEAT = 0.1
"""What each further mention adds: the event that a report comes back to is what it is about."""


def choose_lead(drafts: list[Draft], lexicon: Lexicon) -> Draft | None:
    """The draft with the highest score, the earliest of equals and of those that differ in their things alone; None when there is none."""
    best = max(drafts, key=lambda draft: (score(draft, lexicon), -draft.order), default=None)
    return next((draft for draft in drafts if best is not None and _kindred(draft, best)), None)


def _kindred(draft: Draft, best: Draft) -> bool:
    """ "two helicopters and three drones": events of one kind told in one breath, of which the first is named first."""
    one, other = draft.mentions[0], best.mentions[0]
    return draft is best or (
        draft.type == best.type and one.modality is other.modality and one.sentence is other.sentence and one.at == other.at
    )


def score(draft: Draft, lexicon: Lexicon) -> float:
    """The product of the draft's factors."""
    return prod(weight for _, _, weight in factors(draft, lexicon))


def factors(draft: Draft, lexicon: Lexicon) -> tuple[tuple[str, str, float], ...]:
    """Position x salience x modality x form x what is learned, with a little for being told again: name, what was seen, weight."""
    first = min(mention.sentence.index for mention in draft.mentions)
    salience = lexicon.salience.get(draft.type, lexicon.salience.get(family(draft.type), 1.0))
    modality = max((mention.modality for mention in draft.mentions), key=lambda told: _MODALITY[told])
    embedded = all(_embedded(mention) for mention in draft.mentions)
    spoken = "lead" in draft.main.frame.options
    form, weight = _form(draft)
    again = len(draft.mentions) - 1
    return (
        ("position", f"sentence {first + 1}", _POSITION[min(first, len(_POSITION) - 1)]),
        ("salience", draft.type, salience),
        ("modality", modality.value, _MODALITY[modality]),
        ("embedded", "demanded, threatened or refused" if embedded else "no", _EMBEDDED if embedded else 1.0),
        ("spoken", "saying it is the event" if spoken else "no", _SPOKEN if spoken else 1.0),
        ("form", form, weight),
        ("told again", str(again), 1 + _REPEAT * min(3, again)),
        _learned(draft, lexicon),
    )


def _learned(draft: Draft, lexicon: Lexicon) -> tuple[str, str, float]:
    """What the linear model adds: the statements that weigh most, and its weight as a factor."""
    if not draft.statements:
        return ("learned", "alone", 1.0)
    terms = lexicon.leading.terms(draft.statements, most=3)
    seen = ", ".join(f"{name} {weight:+d}" for name, weight in terms)
    return ("learned", seen, exp(lexicon.leading.score(draft.statements) / SCALE))


def _form(draft: Draft) -> tuple[str, float]:
    """How it is told: by a verb, by a noun, or in passing."""
    frame = draft.main.frame
    if "weak" in frame.options or all(_attributive(mention) for mention in draft.mentions):
        return "in passing", _WEAK
    return ("noun", _NOMINAL) if frame.pos == "n" else ("verb", 1.0)


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


_OPENS_PHRASE = frozenset({"det", "prep"})


def _attributive(mention: Candidate) -> bool:
    """ "Ousted President X has been accused": what is told of him in passing."""
    nodes, at = mention.sentence.nodes, mention.at
    own = nodes[at].entry
    if mention.frame.pos != "v" or own is None or own.form not in ("pp", "part") or at + 1 >= len(nodes):
        return False
    return (
        (at == 0 or not nodes[at - 1].tags.isdisjoint(_OPENS_PHRASE))
        and nodes[at + 1].kind == "np"
        and nodes[at + 1].cls.startswith("person")
    )

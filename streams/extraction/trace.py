"""Why a report was read as it was: the rows that fired with the words that met their wants, and the terms of every score.

Nothing is worked out anew: `read` keeps what the steps handed on and puts it into words. Only who asks why pays for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from streams.domain.incident import Term
from streams.domain.naming import NameFinder
from streams.domain.reading import Firing, Reading, SetAside, Verdict, Want, Why
from streams.domain.report import Report
from streams.domain.source import Source
from streams.domain.values import Span
from streams.extraction.accept import TOLD
from streams.extraction.cascade import Steps, events_of, run
from streams.extraction.draft import Draft
from streams.extraction.lead import factors, score
from streams.extraction.linear import SCALE, Linear
from streams.extraction.model import Candidate, Fill, Node, Sentence
from streams.extraction.specific import features_of, specificity
from streams.extraction.syntax import features

T = TypeVar("T")

FIGURATIVE = "a figure of speech: headline and lede are about sport or business"
TALK = "talk of such events rather than one of its own"
CIRCUMSTANCE = "only a circumstance or a topic of what else is told"


def read(report: Report, source: Source, names: NameFinder | None = None) -> Reading:
    """The events that `extract` returns, with why each was read and what was set aside."""
    steps = run(report, source, names)
    events = events_of(steps, report, source)
    whys = tuple(_why(draft, steps) for draft in steps.ordered) or (Why(),)
    return Reading(events, whys, tuple(_set_aside(steps)))


def _why(draft: Draft, steps: Steps) -> Why:
    hows = ["", *draft.merged]
    firings = tuple(_firing(mention, how) for mention, how in zip(draft.mentions, hows, strict=True))
    verdicts = tuple(verdict for judge in JUDGES if (verdict := judge(draft, steps)) is not None)
    return Why(firings, (*verdicts, *_fills(draft)))


def _firing(mention: Candidate, how: str) -> Firing:
    sentence, frame = mention.sentence, mention.frame
    node = sentence.nodes[mention.at]
    trigger = frame.rule.partition(":")[2]
    wants = tuple(_want(mention, role, classes, negated) for role, classes, negated in frame.wants)
    text, span = sentence.text.text(node.i, node.j), sentence.text.span(node.i, node.j)
    return Firing(frame.type, frame.pos, trigger, wants, tuple(sorted(frame.options)), text, span, mention.modality, how)


def _want(mention: Candidate, role: str, classes: tuple[str, ...], negated: bool) -> Want:
    if negated:
        return Want(role, classes, True, ())
    own = getattr(mention.roles, role, None)
    nodes = _fitting(mention.sentence.nodes if own is None else own, classes)
    found = tuple(_words(mention.sentence, node) for node in nodes)
    return Want(role, classes, False, found or _classes(mention, role, classes))


def _classes(mention: Candidate, role: str, classes: tuple[str, ...]) -> tuple[tuple[str, Span | None], ...]:
    """The wanted classes that stand in the sentence within a longer phrase, or in the one before."""
    here = mention.sentence.features | (mention.sentence.context if role == "prev" else frozenset())
    return tuple((cls, None) for cls in classes if cls in here)


def _fitting(nodes: list[Node], classes: tuple[str, ...]) -> list[Node]:
    return [node for node in nodes if not features(node).isdisjoint(classes)]


def _words(sentence: Sentence, node: Node) -> tuple[str, Span | None]:
    return sentence.text.text(node.i, node.j), sentence.text.span(node.i, node.j)


# ---- scores


def _lead(draft: Draft, steps: Steps) -> Verdict:
    terms = tuple(Term(*factor) for factor in factors(draft, steps.words))
    return Verdict("how much the report is about it", "the highest of the report leads", "product", score(draft, steps.words), terms)


def _specific(draft: Draft, steps: Steps) -> Verdict | None:
    """The model that tells events from talk; it judges only some types."""
    weights = steps.words.specific
    if draft.type not in steps.words.talk:
        return None
    terms = tuple(Term(feature, "", weight) for feature in features_of(draft) if (weight := weights.get(feature, 0.0)))
    total = specificity(draft, steps.words)
    answer = "an event" if total > 0 else "talk, unless headline or lede tell it with a verb"
    return Verdict("is it an event or talk of events", answer, "sum", total, terms)


def _told(draft: Draft, _: Steps) -> Verdict | None:
    """The models that tell what a report tells of (telling.py)."""
    if draft.told is None:
        return None
    answer = "told of" if draft.told > TOLD else "not told of, unless headline, lede or a short item do"
    terms = tuple(Term(name, "", weight / SCALE) for name, weight in draft.because if weight)
    return Verdict("does the report tell of such an event", answer, "sum", draft.told / SCALE, terms)


def _summed(question: str, answer: str, total: int, terms: Sequence[tuple[str, int]]) -> Verdict:
    """A score of a linear model with its largest terms; what they leave is one more."""
    rest = total - sum(weight for _, weight in terms)
    named = [Term(feature, "", weight / SCALE) for feature, weight in terms]
    return Verdict(question, answer, "sum", total / SCALE, (*named, Term("all else", "", rest / SCALE)))


def _fills(draft: Draft) -> tuple[Verdict, ...]:
    """Why each chosen phrase fills its role (filling.py)."""
    return tuple(_summed(f"who or what: {_name(fill)}", fill.role, fill.score, fill.terms) for fill in draft.fills or ())


def _name(fill: Fill) -> str:
    return fill.sentence.text.text(fill.i, fill.j)


JUDGES: tuple[Callable[[Draft, Steps], Verdict | None], ...] = (_lead, _specific, _told)
"""Every score that an event passes, in the order shown; None where it does not judge. A new model adds a function that gives its terms:
for one of linear.py, `weighed`."""


def weighed(question: str, answer: str, model: Linear, features: Sequence[str], output: str = "") -> Verdict:
    """What a linear model says of some features, in log-odds: every term that weighed, and their sum."""
    terms = model.terms(features, output, most=len(features) + 1)
    total = model.score(features, output) / SCALE
    return Verdict(question, answer, "sum", total, tuple(Term(feature, "", weight / SCALE) for feature, weight in terms))


# ---- what was set aside


def _set_aside(steps: Steps) -> list[SetAside]:
    """Mentions that were no event, and drafts that a later step left out, in order of the steps."""
    figurative = _lost(steps.told, steps.meant)
    found = [SetAside(mention.type, FIGURATIVE, Why((_firing(mention, ""),))) for mention in figurative]
    for before, after, reason in ((steps.merged, steps.specific, TALK), (steps.specific, steps.kept, CIRCUMSTANCE)):
        found += [SetAside(draft.type, reason, _why(draft, steps)) for draft in _lost(before, after)]
    return found


def _lost(before: Sequence[T], after: Sequence[T]) -> list[T]:
    """What a step did not hand on. The same objects go through: what is equal need not be the same."""
    kept = {id(found) for found in after}
    return [found for found in before if id(found) not in kept]

"""Step 11: merging within a report. Mentions of one event become one draft: lede and below, "the attack", a denial further down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from streams.domain.event import Actor, Count, Modality, Outcome, Stance
from streams.domain.ontology import family
from streams.extraction.lexicon_types import Lexicon, ancestors
from streams.extraction.model import Candidate, Fill, Node, Voice

_BACK = 4
_MATERIEL = {"aircraft", "ship", "weapon", "vehicle"}
_WINDOW = 64
"""Drafts a mention is compared with, the latest first: as many events as one report may tell (Limits.max_events)."""
_MENTIONS = 24
"""Mentions kept of one event: later ones repeat it."""
_CRAFT = "aircraft."
"""Sentences over which "the attack" refers back."""


@dataclass(slots=True)
class Draft:
    """One event of the report: its mentions, best evidence first, and what other sentences add to it."""

    type: str
    mentions: list[Candidate]
    order: int
    counts: list[Count] = field(default_factory=list)
    outcome: Outcome | None = None
    band: Actor | None = None
    """The one armed group that the report names."""
    statements: tuple[str, ...] = ()
    """What the learned choice of the lead sees of it: see ranking.py."""
    remarks: list[Voice] = field(default_factory=list)
    """Voices of other sentences about this event: denials, "could not be verified"."""
    merged: list[str] = field(default_factory=list)
    """How each mention after the first was told to be of this event; in step with `mentions`."""
    told: int | None = None
    """How much the report tells of its kind, in thousandths of log-odds, where a model judged it (telling.py)."""
    because: Sequence[tuple[str, int]] = ()
    """The terms of that score."""
    fills: list[Fill] | None = None
    """The phrases that fill its roles, where a model chose them (filling.py)."""

    @property
    def main(self) -> Candidate:
        """The mention that evidence and excerpt come from: the first in the body, else the headline's."""
        for mention in self.mentions:
            if mention.sentence.text.part == "body":
                return mention
        return self.mentions[0]

    @property
    def last_sentence(self) -> int:
        """The index of the last sentence that speaks of it."""
        return self.mentions[-1].sentence.index


def merge(candidates: list[Candidate], lexicon: Lexicon) -> list[Draft]:
    """Drafts in order of first mention. Each mention is compared with a bounded number of drafts, so the whole is linear."""
    drafts: list[Draft] = []
    for candidate in candidates:
        for draft in reversed(drafts[-_WINDOW:]):
            if how := _same(draft, candidate, lexicon):
                _join(draft, candidate, how, lexicon)
                break
        else:
            drafts.append(Draft(candidate.type, [candidate], len(drafts)))
    return drafts


def _join(draft: Draft, candidate: Candidate, how: str, lexicon: Lexicon) -> None:
    if len(draft.mentions) >= _MENTIONS:
        return
    draft.merged.append(how)
    if draft.type in lexicon.absorbs.get(candidate.type, ()):
        draft.type = candidate.type
    if candidate.setting and "harm" in draft.main.frame.options:
        draft.mentions.append(candidate)
        return
    generic = "generic" in draft.main.frame.options
    if (
        (generic or "harm" in draft.main.frame.options)
        and "generic" not in candidate.frame.options
        and "harm" not in candidate.frame.options
    ):
        draft.type = candidate.type
    draft.mentions.append(candidate)


SAME_KIND = "the same kind of event; nothing that is told of things, numbers and places is against it"
ABSORBED = "two kinds that are told of one event"
BACK = "refers back to the event told before"


def _same(draft: Draft, candidate: Candidate, lexicon: Lexicon) -> str:
    """How a mention is told to be of a draft's event; empty when it is not."""
    if not _modality_agrees(draft, candidate):
        return ""
    if draft.type == candidate.type:
        agree = _tally_agrees(draft, candidate) and _things_agree(draft, candidate, lexicon) and _places_agree(draft, candidate)
        return SAME_KIND if agree else ""
    if candidate.type in lexicon.absorbs.get(draft.type, ()) or draft.type in lexicon.absorbs.get(candidate.type, ()):
        both = kin(_targets(draft), lexicon) and kin(candidate.targets, lexicon)
        agree = ("tally" not in candidate.frame.options or bool(both)) and _things_agree(draft, candidate, lexicon)
        return ABSORBED if agree and _denied(draft.main) == _denied(candidate) else ""
    return BACK if _refers_back(draft, candidate) else ""


def _denied(mention: Candidate) -> bool:
    """A crash that is told and a shootdown that is denied are two things said of one craft."""
    return any(voice.stance is Stance.DENIES for voice in mention.voices)


def _modality_agrees(draft: Draft, candidate: Candidate) -> bool:
    """Background and news stay apart; a plan and its execution do too. A headline's may soften the lede's."""
    mine, other = draft.mentions[0].modality, candidate.modality
    return mine is other or {mine, other} <= {Modality.ACTUAL, Modality.ATTEMPTED}


def _tally_agrees(draft: Draft, candidate: Candidate) -> bool:
    """Tallies belong to their holders; those of two holders are never one event."""
    if "tally" not in candidate.frame.options:
        return True
    if not _numbers_agree(draft, candidate):
        return False
    mine, theirs = _holders(candidate), _holders(draft.mentions[0])
    return not mine or not theirs or mine == theirs


def _numbers_agree(draft: Draft, candidate: Candidate) -> bool:
    """ "three tanks" in one sentence and "a tank" in another are two losses."""
    if draft.mentions[-1].sentence is candidate.sentence or draft.main.sentence.text.part != candidate.sentence.text.part:
        return True
    told = [(node.cls, node.quantity) for node in _targets(draft) if node.quantity is not None]
    mine = [(node.cls, node.quantity) for node in candidate.targets if node.quantity is not None]
    alike = [one.overlaps(other) for cls, one in told for other_cls, other in mine if cls == other_cls]
    return any(alike) or not alike


def _holders(candidate: Candidate) -> list[str]:
    return sorted({voice.country or voice.holder for voice in candidate.voices})


def _things_agree(draft: Draft, candidate: Candidate, lexicon: Lexicon) -> bool:
    """Things of separate classes are separate events; whose they are said to be separates them only within one sentence."""
    theirs, mine = _targets(draft), candidate.targets
    own_kin, their_kin = kin(mine, lexicon), kin(theirs, lexicon)
    if own_kin and their_kin and own_kin.isdisjoint(their_kin) and not _taken_up(draft, candidate):
        return False
    if not _lattice_agrees(theirs, mine):
        return False
    same_sentence = draft.mentions[-1].sentence is candidate.sentence
    owners, own = {n.operator for n in theirs if n.operator}, {n.operator for n in mine if n.operator}
    return not (owners and own and not owners & own and (same_sentence or _initiators_differ(draft, candidate)))


def _taken_up(draft: Draft, candidate: Candidate) -> bool:
    """ "the aircraft" after a drone, "an aircraft" in the headline of its story: the wider word for the same craft."""
    elsewhere = draft.main.sentence.text.part != candidate.sentence.text.part
    return any(
        (one.cls in ancestors(other.cls) or other.cls in ancestors(one.cls)) and (elsewhere or min((one, other), key=_width).definite)
        for one in _targets(draft)
        for other in candidate.targets
        if one.cls.startswith("aircraft")
    )


def _width(node: Node) -> int:
    return len(node.cls)


def _lattice_agrees(theirs: list[Node], mine: list[Node]) -> bool:
    """One writer does not call one craft a helicopter and a jet: some pair must lie on one line of the lattice."""
    craft = [node.cls for node in theirs if node.cls.startswith(_CRAFT)]
    own = [node.cls for node in mine if node.cls.startswith(_CRAFT)]
    if not craft or not own:
        return True
    return any(a in ancestors(b) or b in ancestors(a) for a in craft for b in own)


def _initiators_differ(draft: Draft, candidate: Candidate) -> bool:
    theirs = {n.country or n.actor for m in draft.mentions for n in m.initiators} - {""}
    mine = {n.country or n.actor for n in candidate.initiators} - {""}
    return bool(theirs and mine and not theirs & mine)


def _targets(draft: Draft) -> list[Node]:
    return [node for mention in draft.mentions for node in mention.targets]


def kin(nodes: list[Node], lexicon: Lexicon) -> set[str]:
    """The separate classes that things fall into ("aircraft.drone"), else the root of their class."""
    separate = lexicon.separate
    return {line for node in nodes if (line := _line(node.cls, separate))}


@lru_cache(maxsize=4_096)
def _line(cls: str, separate: tuple[str, ...]) -> str:
    """The separate class or the root of materiel that a class belongs to, empty where there is none."""
    path = ancestors(cls)
    found = next((line for line in separate if line in path), min(path, key=len, default=""))
    return found if found in _MATERIEL or found in separate else ""


def _places_agree(draft: Draft, candidate: Candidate) -> bool:
    """Two towns told in different sentences are two events of types that are told by place."""
    theirs, mine = draft.main.place, candidate.place
    if draft.main.sentence.text.part != candidate.sentence.text.part or theirs is None or mine is None or theirs.name == mine.name:
        return True
    return theirs.precision != mine.precision or candidate.sentence is draft.mentions[-1].sentence or theirs.country == mine.country


def _refers_back(draft: Draft, candidate: Candidate) -> bool:
    """ "The attack", "the blast" after a specific event of its family; deaths told beside the violence that caused them."""
    near = candidate.sentence.index - draft.last_sentence <= _BACK or draft.main.sentence.text.part != candidate.sentence.text.part
    if not near or family(draft.type) not in _VIOLENT or family(candidate.type) not in _VIOLENT:
        return False
    options = candidate.frame.options
    mine = draft.main.frame.options
    if "harm" in mine and candidate.setting:
        return True
    if "tally" in options or "tally" in mine or "split" in options or "split" in mine:
        return False
    return (
        "generic" in options
        or "harm" in options
        or (("generic" in mine or "harm" in mine) and candidate.sentence.index - draft.last_sentence <= 1)
    )


_VIOLENT = frozenset({"conflict", "security", "incident"})

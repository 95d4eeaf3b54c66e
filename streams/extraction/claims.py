"""Step 12: claims. Every voice of an event becomes a claim on it; what a voice says of an attribute becomes a claim on that."""

from __future__ import annotations

from dataclasses import replace

from streams.domain.event import Actor, Claim, HolderKind, Stance, Thing
from streams.domain.report import Report
from streams.domain.source import Source
from streams.extraction.cast import acts
from streams.extraction.decrees import performed
from streams.extraction.draft import Draft
from streams.extraction.model import Candidate, Node, Voice


def claims_of(draft: Draft, actors: tuple[Actor, ...], objects: tuple[Thing, ...], report: Report, source: Source) -> tuple[Claim, ...]:
    """The claims of one event, never empty, in order of the text; a party to the event is marked as one."""
    sides = {actor.country or actor.canonical for actor in actors} | {thing.operator for thing in objects}
    spoken = said(draft)
    found = [_claim(voice, sides) for mention, voice in spoken if not _of_own_part(mention, voice)]
    parts = [_part(voice, sides) for mention, voice in spoken if _of_own_part(mention, voice)]
    if not found and "decree" in draft.main.frame.options:
        found = performed(actors)
    if not found or _told_plainly(draft):
        own = own_voice(report, source, sides)
        found.insert(0, replace(own, stance=Stance.UNVERIFIED) if parts or any(map(self_accused, draft.mentions)) else own)
    found += [_claim(voice, sides) for voice in draft.remarks]
    found += [*parts, *_attribute_claims(spoken, sides)]
    resolved = [_resolved(claim, report) for claim in found]
    once: dict[tuple[str, Stance, str, str], Claim] = {}
    for claim in resolved:
        key = (claim.holder, claim.stance, claim.about, claim.value)
        if key not in once or _hearsay_chain(claim) > _hearsay_chain(once[key]):
            once[key] = claim
    return tuple(once.values())


def _of_own_part(mention: Candidate, voice: Voice) -> bool:
    """ "X denied that its fighters had shot down the airliner": that it was they is denied, not that it was shot down."""
    if voice.stance is not Stance.DENIES:
        return False
    own = {voice.side, voice.holder} - {""}
    text = mention.sentence.text
    return any(node.country in own or node.actor in own or text.span(node.i, node.j) == voice.span for node in mention.initiators)


def _part(voice: Voice, sides: set[str]) -> Claim:
    return replace(_claim(voice, sides), about="initiator", value=voice.side or voice.holder)


def _hearsay_chain(claim: Claim) -> int:
    """Of what an unnamed voice is heard to say in headline and body, the telling that names the carriers counts."""
    return len(claim.via) if claim.holder_kind is HolderKind.UNNAMED else 0


def said(draft: Draft) -> list[tuple[Candidate, Voice]]:
    """Who says so at which mention. "Armenia says" in the headline is what its ministry says below: the body alone is the holder."""
    pairs = [(mention, voice) for mention in draft.mentions for voice in _voices(mention)]
    bare = stand_ins(draft)
    return [(mention, voice) for mention, voice in pairs if not (voice.metonym and voice.holder in bare and _has_body(pairs, voice))]


def stand_ins(draft: Draft) -> dict[str, str]:
    """The bare states that speak at the event, each with the body or official of its side that says the same more exactly."""
    voices = [voice for mention in draft.mentions for voice in _voices(mention) if voice.side]
    bodies = {voice.side: voice.holder for voice in reversed(voices) if not voice.metonym}
    return {voice.holder: bodies[voice.side] for voice in voices if voice.metonym and voice.side in bodies}


def _has_body(pairs: list[tuple[Candidate, Voice]], bare: Voice) -> bool:
    return any(not voice.metonym and voice.side == bare.side and voice.stance is bare.stance for _, voice in pairs)


def _told_plainly(draft: Draft) -> bool:
    """Whether the body tells it in the source's own voice; an act of state speaks for itself. What headline or lede attributes
    is not taken back by a later sentence that leaves the attribution out.
    """
    if "decree" in draft.main.frame.options or draft.main.voices or any(m.voices for m in draft.mentions if _opens(m)):
        return False
    return any(not mention.voices and mention.sentence.text.part == "body" for mention in draft.mentions)


def _opens(mention: Candidate) -> bool:
    return mention.sentence.text.part == "headline"


def own_voice(report: Report, source: Source, sides: set[str]) -> Claim:
    """The claim that the report itself makes."""
    if source.official_of:
        return Claim(report.source, Stance.ASSERTS, HolderKind.OFFICIAL, source.official_of, source.official_of in sides)
    return Claim(report.source, Stance.ASSERTS, HolderKind.SOURCE, source.country)


def self_accused(mention: Candidate) -> bool:
    """ "Azerbaijan accused Azerbaijani forces": a garbled sentence, of which nothing can be taken as said."""
    nodes = mention.sentence.nodes
    if "accuse" not in mention.sentence.features or not any(node.has("accuse") for node in nodes if node.kind == "v"):
        return False
    acting, suffering = _sides(mention.initiators), _sides(mention.targets)
    speaking = {voice.country or voice.holder for voice in mention.voices} - {""}
    return bool(acting & speaking) if speaking else bool(acting & suffering)


def _sides(nodes: list[Node]) -> set[str]:
    return {node.country or node.actor for node in nodes} - {""}


def _voices(mention: Candidate) -> list[Voice]:
    if self_accused(mention):
        return [replace(voice, stance=Stance.UNVERIFIED) for voice in mention.voices]
    return mention.voices


def _claim(voice: Voice, sides: set[str]) -> Claim:
    party = bool(sides & {voice.country or voice.holder, voice.holder, voice.holder.partition(".")[0]} - {""})
    return Claim(voice.holder, voice.stance, voice.kind, voice.country, party, "event", "", voice.via, voice.span)


def _resolved(claim: Claim, report: Report) -> Claim:
    return claim if claim.holder else replace(claim, holder=report.source)


def _attribute_claims(spoken: list[tuple[Candidate, Voice]], sides: set[str]) -> list[Claim]:
    """What each holder says of owner and crew, where it speaks to that."""
    found = []
    for mention, voice in spoken:
        for node in mention.targets:
            if node.operator and voice.stance is not Stance.DENIES and not acts(node):
                span = mention.sentence.text.span(node.name_i, node.j)
                found.append(replace(_claim(voice, sides), about="operator", value=node.operator, span=span))
        if mention.outcome is not None and mention.outcome.crew:
            found.append(replace(_claim(voice, sides), about="crew", value=mention.outcome.crew, span=mention.outcome.span))
    return found

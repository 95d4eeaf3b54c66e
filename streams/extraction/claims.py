"""Step 12: claims. Every voice of an event becomes a claim on it; what a voice says of an attribute becomes a claim on that."""

from __future__ import annotations

from dataclasses import replace

from streams.domain.event import Actor, Claim, HolderKind, Stance, Thing
from streams.domain.report import Report
from streams.domain.source import Source
from streams.extraction.decrees import performed
from streams.extraction.draft import Draft
from streams.extraction.model import Candidate, Node, Voice


def claims_of(draft: Draft, actors: tuple[Actor, ...], objects: tuple[Thing, ...], report: Report, source: Source) -> tuple[Claim, ...]:
    """The claims of one event, never empty, in order of the text; a party to the event is marked as one."""
    sides = {actor.country or actor.canonical for actor in actors} | {thing.operator for thing in objects}
    found = [_claim(voice, sides) for mention in draft.mentions for voice in _voices(mention)]
    if not found and "decree" in draft.main.frame.options:
        found = performed(actors)
    if not found or _told_plainly(draft):
        own = own_voice(report, source, sides)
        found.insert(0, replace(own, stance=Stance.UNVERIFIED) if any(map(self_accused, draft.mentions)) else own)
    found += [_claim(voice, sides) for voice in draft.remarks]
    found += _attribute_claims(draft, sides)
    resolved = [_resolved(claim, report) for claim in found]
    return tuple({(c.holder, c.stance, c.about, c.value): c for c in reversed(resolved)}.values())[::-1]


def _told_plainly(draft: Draft) -> bool:
    """Whether the body tells it in the source's own voice; an act of state speaks for itself."""
    return "decree" not in draft.main.frame.options and any(not m.voices and m.sentence.text.part == "body" for m in draft.mentions)


def own_voice(report: Report, source: Source, sides: set[str]) -> Claim:
    """The claim that the report itself makes."""
    if source.official_of:
        return Claim(report.source, Stance.ASSERTS, HolderKind.OFFICIAL, source.official_of, source.official_of in sides)
    return Claim(report.source, Stance.ASSERTS, HolderKind.SOURCE, source.country)


def self_accused(mention: Candidate) -> bool:
    """ "Azerbaijan accused Azerbaijani forces": a garbled sentence, of which nothing can be taken as said."""
    nodes = mention.sentence.nodes
    if not any(node.has("accuse") for node in nodes if node.kind == "v"):
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


def _attribute_claims(draft: Draft, sides: set[str]) -> list[Claim]:
    """What each holder says of owner and crew, where it speaks to that."""
    found = []
    for mention in draft.mentions:
        for voice in _voices(mention):
            for node in mention.targets:
                if node.operator and voice.stance is not Stance.DENIES:
                    span = mention.sentence.text.span(node.name_i, node.j)
                    found.append(replace(_claim(voice, sides), about="operator", value=node.operator, span=span))
            if mention.outcome is not None and mention.outcome.crew:
                found.append(replace(_claim(voice, sides), about="crew", value=mention.outcome.crew, span=mention.outcome.span))
    return found

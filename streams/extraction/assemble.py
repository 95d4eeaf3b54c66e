"""Step 13: from a draft to a ReadEvent: actors, objects, place, time, counts, outcome, claims and evidence, each with its span."""

from __future__ import annotations

from dataclasses import replace

from streams.domain.event import Count, Evidence, HolderKind, Modality, ObjectRole, Place, Thing, When
from streams.domain.reading import ReadEvent
from streams.domain.report import Report
from streams.domain.source import Source
from streams.extraction.cast import NO_CLASSES, actors_of, acts, body_first
from streams.extraction.claims import claims_of, self_accused, stand_ins
from streams.extraction.decrees import territory, with_sides
from streams.extraction.draft import Draft
from streams.extraction.fillcast import filled_things
from streams.extraction.gazetteer import Gazetteer
from streams.extraction.lexicon_types import Lexicon, ancestors
from streams.extraction.model import Candidate, Node


def assemble(
    draft: Draft, lead: bool, report: Report, source: Source, lexicon: Lexicon, gazetteer: Gazetteer, fallback: Place | None, when: When
) -> ReadEvent:
    """The event as read. `fallback` is the place of a report that tells none for this event; `when` the day of filing."""
    actors = actors_of(draft, lexicon)
    objects = _objects(draft, lexicon) if draft.fills is None else tuple(filled_things(draft))
    decreed = "decree" in draft.main.frame.options
    if decreed:
        actors = with_sides(actors, lexicon)
        fallback = territory(actors, gazetteer) or fallback
    elif _relayed(draft, source):
        fallback = None
    flagged = any(self_accused(mention) for mention in draft.mentions)
    return ReadEvent(
        type=draft.type,
        lead=lead,
        modality=Modality.HYPOTHETICAL if flagged else draft.mentions[0].modality,
        actors=actors,
        objects=objects,
        place=None if "nowhere" in draft.main.frame.options else _place(draft) or fallback,
        time=_time(draft) or when,
        counts=_counts(draft),
        outcome=draft.outcome,
        claims=claims_of(draft, actors, objects, report, source),
        evidence=_evidence(draft),
        excerpt=_excerpt(draft.main),
        excerpt_span=draft.main.sentence.span,
    )


def _relayed(draft: Draft, source: Source) -> bool:
    """Whether officials tell it: then the dateline says where they spoke, not where it happened."""
    officials = any(voice.kind is HolderKind.OFFICIAL for mention in draft.mentions for voice in mention.voices)
    return officials or bool(source.official_of)


def _objects(draft: Draft, lexicon: Lexicon) -> tuple[Thing, ...]:
    found: dict[tuple[ObjectRole, str], Thing] = {}
    for mention in body_first(draft):
        for role, nodes in _roles(mention):
            for node in nodes:
                if node.cls in NO_CLASSES or acts(node) or node.cls.startswith(_ABSTRACT[role]):
                    continue
                wields = node.cls.startswith("weapon") and mention.type not in lexicon.arms
                thing = _thing(mention, ObjectRole.INSTRUMENT if wields else role, node)
                whole = thing.role is ObjectRole.INSTRUMENT or thing.class_path.startswith("aircraft")
                key = (thing.role, thing.class_path if whole else thing.name.casefold())
                first = found.setdefault(key, thing)
                if thing.operator and not first.operator:
                    found[key] = replace(first, operator=thing.operator)
    hit = {thing.class_path for thing in found.values() if thing.role is ObjectRole.TARGET}
    return _coreferent([thing for thing in found.values() if thing.role is not ObjectRole.SUBJECT or thing.class_path not in hit])


def _coreferent(things: list[Thing]) -> tuple[Thing, ...]:
    """ "an explosives-laden drone", "the Houthi drone": craft of one event on one line of the lattice that nothing tells apart are one."""
    kept: list[Thing] = []
    for thing in things:
        at = next((k for k, other in enumerate(kept) if _one_craft(other, thing)), None)
        if at is None:
            kept.append(thing)
        else:
            first = kept[at]
            finer = max(first.class_path, thing.class_path, key=len)
            kept[at] = replace(first, class_path=finer, operator=first.operator or thing.operator, count=first.count or thing.count)
    return tuple(kept)


def _one_craft(one: Thing, other: Thing) -> bool:
    """Whether two things of an event may be one: role, kind, owner and number agree or are left open."""
    a, b = one.class_path, other.class_path
    line = a in ancestors(b) or b in ancestors(a)
    alike = all(not x or not y or x == y for x, y in ((one.operator, other.operator), (one.count, other.count)))
    return one.role is other.role and line and alike and a.startswith(_CRAFT)


_CRAFT = ("aircraft", "ship", "armour")


_ABSTRACT = {
    ObjectRole.TARGET: ("event", "thing"),
    ObjectRole.SUBJECT: ("event", "abstract", "thing"),
    ObjectRole.INSTRUMENT: ("event", "abstract", "place", "territory", "thing"),
}
"""Classes that are no thing of the role: "with 37 deaths" names no instrument."""


def _roles(mention: Candidate) -> list[tuple[ObjectRole, list[Node]]]:
    """What was hit, what was used; in an accident what it befell."""
    found = [(ObjectRole.TARGET, mention.targets), (ObjectRole.INSTRUMENT, mention.instruments)]
    if mention.type.startswith("incident"):
        found.append((ObjectRole.SUBJECT, mention.initiators))
    return found


def _thing(mention: Candidate, role: ObjectRole, node: Node) -> Thing:
    text = mention.sentence.text
    return Thing(role, text.text(node.name_i, node.j), node.cls, node.operator, node.quantity, text.span(node.name_i, node.j))


def _place(draft: Draft) -> Place | None:
    places = [mention.place for mention in body_first(draft) if mention.place is not None]
    return next((place for place in places if place.precision.value != "country"), places[0] if places else None)


def _time(draft: Draft) -> When | None:
    return next((mention.when for mention in body_first(draft) if mention.when is not None), None)


def _counts(draft: Draft) -> tuple[Count, ...]:
    """Each number once, from the body where both parts tell it, with who gives it."""
    bare = stand_ins(draft)
    named = [replace(count, holder=bare.get(count.holder, count.holder)) for count in draft.counts]
    found: dict[tuple[str, int | None, int | None, str], Count] = {}
    for count in sorted(named, key=lambda c: (c.span is not None and c.span.part != "body", not c.holder)):
        key = (count.kind, count.min, count.max, count.qualifier.value)
        found.setdefault(key, count)
    return tuple(sorted(found.values(), key=lambda c: (c.span is None, c.span and (c.span.part != "body", c.span.start))))


def _evidence(draft: Draft) -> tuple[Evidence, ...]:
    found = []
    for mention in draft.mentions:
        node = mention.sentence.nodes[mention.at]
        text = mention.sentence.text
        found.append(Evidence(mention.frame.rule, text.text(node.i, node.j), text.span(node.i, node.j)))
        found += [Evidence(flag, text.text(node.i, node.j), text.span(node.i, node.j)) for flag in mention.flags]
        if self_accused(mention):
            found.append(Evidence("self-accusation", text.text(mention.sentence.i, mention.sentence.j), mention.sentence.span))
    return tuple(found)


def _excerpt(mention: Candidate) -> str:
    sentence = mention.sentence
    return sentence.text.text(sentence.i, sentence.j)

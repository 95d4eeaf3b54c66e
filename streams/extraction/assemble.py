"""Step 13: from a draft to a ReadEvent: actors, objects, place, time, counts, outcome, claims and evidence, each with its span."""

from __future__ import annotations

from dataclasses import replace

from streams.domain.event import Actor, ActorKind, ActorRole, Count, Evidence, Modality, ObjectRole, Place, Thing, When
from streams.domain.reading import ReadEvent
from streams.domain.report import Report
from streams.domain.source import Source
from streams.extraction.claims import claims_of, self_accused
from streams.extraction.decrees import territory, with_sides
from streams.extraction.draft import Draft
from streams.extraction.gazetteer import Gazetteer
from streams.extraction.identity import actor_kind, canonical, sector_of
from streams.extraction.lexicon_types import Lexicon
from streams.extraction.model import Candidate, Node

_ACTOR_CLASSES = ("person", "org", "actor", "state", "name")
_VIOLENT = ("conflict", "unrest", "security", "incident")
_NO_CLASSES = frozenset({"pron", "number", ""})


def assemble(
    draft: Draft, lead: bool, report: Report, source: Source, lexicon: Lexicon, gazetteer: Gazetteer, fallback: Place | None, when: When
) -> ReadEvent:
    """The event as read. `fallback` is the place of a report that tells none for this event; `when` the day of filing."""
    actors, objects = _actors(draft, lexicon), _objects(draft)
    decreed = "decree" in draft.main.frame.options
    if decreed:
        actors = with_sides(actors, lexicon)
        fallback = territory(actors, gazetteer) or fallback
    flagged = any(self_accused(mention) for mention in draft.mentions)
    return ReadEvent(
        type=draft.type,
        lead=lead,
        modality=Modality.HYPOTHETICAL if flagged else draft.mentions[0].modality,
        actors=actors,
        objects=objects,
        place=_place(draft) or fallback,
        time=_time(draft) or when,
        counts=_counts(draft),
        outcome=draft.outcome,
        claims=claims_of(draft, actors, objects, report, source, lexicon),
        evidence=_evidence(draft),
        excerpt=_excerpt(draft.main),
        excerpt_span=draft.main.sentence.span,
    )


def _body_first(draft: Draft) -> list[Candidate]:
    return sorted(draft.mentions, key=lambda m: m.sentence.text.part != "body")


def _actors(draft: Draft, lexicon: Lexicon) -> tuple[Actor, ...]:
    found: dict[tuple[ActorRole, str], Actor] = {}
    for mention in _body_first(draft):
        for role, node in _cast(mention):
            actor = _actor(mention, role, node, lexicon)
            key = (role, actor.canonical or actor.name.casefold())
            found.setdefault(key, actor)
        for node in mention.targets:
            owner = _owner(mention, node, lexicon)
            if owner is not None:
                found.setdefault((owner.role, owner.canonical), owner)
    return tuple(found.values())


def _cast(mention: Candidate) -> list[tuple[ActorRole, Node]]:
    mutual = "party" in mention.frame.options
    meeting = mutual or not mention.type.startswith(_VIOLENT)
    first = ActorRole.PARTY if mutual else ActorRole.INITIATOR
    cast = [(first, node) for node in mention.initiators if _acts(node) or (_arms(node) and node.operator)]
    for node in mention.targets:
        if _acts(node) and not _is_place(mention, node) and "notarget" not in mention.frame.options:
            person = node.cls.startswith("person") or node.cls == "name"
            cast.append((ActorRole.VICTIM if person and not meeting else ActorRole.TARGET, node))
    return cast


def _arms(node: Node) -> bool:
    """ "Azerbaijani artillery bombarded ...": arms with an owner act for him."""
    return node.cls.startswith(("artillery", "aircraft", "armour", "air-defence", "ship.warship", "weapon"))


def _is_place(mention: Candidate, node: Node) -> bool:
    """A town that was shelled is the place, not a victim."""
    place = mention.place
    return node.cls == "name" and place is not None and place.span == mention.sentence.text.span(node.name_i, node.j)


def _acts(node: Node) -> bool:
    return node.cls not in _NO_CLASSES and node.cls.startswith(_ACTOR_CLASSES)


def _actor(mention: Candidate, role: ActorRole, node: Node, lexicon: Lexicon) -> Actor:
    text = mention.sentence.text
    return Actor(
        role, actor_kind(node, lexicon), text.text(node.name_i, node.j), canonical(node, lexicon), node.country,
        sector_of(node, lexicon), text.span(node.name_i, node.j),
    )  # fmt: skip


def _owner(mention: Candidate, node: Node, lexicon: Lexicon) -> Actor | None:
    """Whose the target is: "an Azerbaijani helicopter" makes Azerbaijan a target, at the word that says so."""
    if not node.operator or _acts(node):
        return None
    text = mention.sentence.text
    for item in node.modifiers:
        entry = item.entry
        if entry is not None and (entry.country or entry.actor):
            kind = ActorKind(entry.kind) if entry.kind else ActorKind.STATE
            name = entry.actor or entry.country
            return Actor(
                ActorRole.TARGET, kind, text.text(item.i, item.j), name, entry.country, entry.sector or "GOV", text.span(item.i, item.j)
            )
    if node.possessor is not None:
        return replace(_actor(mention, ActorRole.TARGET, node.possessor, lexicon))
    return None


def _objects(draft: Draft) -> tuple[Thing, ...]:
    found: dict[tuple[ObjectRole, str], Thing] = {}
    for mention in _body_first(draft):
        for role, nodes in ((ObjectRole.TARGET, mention.targets), (ObjectRole.INSTRUMENT, mention.instruments)):
            for node in nodes:
                if node.cls in _NO_CLASSES or _acts(node) or node.cls.startswith("event"):
                    continue
                thing = _thing(mention, role, node)
                key = (
                    role,
                    thing.name.casefold()
                    if role is ObjectRole.TARGET and not thing.class_path.startswith("aircraft")
                    else thing.class_path,
                )
                found.setdefault(key, thing)
    return tuple(found.values())


def _thing(mention: Candidate, role: ObjectRole, node: Node) -> Thing:
    text = mention.sentence.text
    return Thing(role, text.text(node.name_i, node.j), node.cls, node.operator, node.quantity, text.span(node.name_i, node.j))


def _place(draft: Draft) -> Place | None:
    places = [mention.place for mention in _body_first(draft) if mention.place is not None]
    return next((place for place in places if place.precision.value != "country"), places[0] if places else None)


def _time(draft: Draft) -> When | None:
    return next((mention.when for mention in _body_first(draft) if mention.when is not None), None)


def _counts(draft: Draft) -> tuple[Count, ...]:
    return tuple(dict.fromkeys(draft.counts))


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

"""Step 9: where. Names after prepositions of place, resolved against the gazetteer by context, country, population and dateline."""

from __future__ import annotations

from dataclasses import replace

from streams.domain.event import Place, Precision
from streams.extraction.gazetteer import Gazetteer
from streams.extraction.model import Candidate, Node, Sentence
from streams.extraction.named import PLACE

_DISTRICT, _WIDE = "place.district", "place.wide"
"""Tags of words for parts of a city, and for what is wider than one."""
_BEFALL = ("hazard", "incident")
"""Families of events that befall a country rather than are done to a state."""


def mark_places(sentence: Sentence, gazetteer: Gazetteer, countries: frozenset[str]) -> None:
    """Resolve every phrase of a sentence that stands where a place stands."""
    nodes = sentence.nodes
    for k, node in enumerate(nodes):
        if node.kind != "np" or not _placeable(node):
            continue
        if not _in_place_position(nodes, k) or _is_owner(nodes, k):
            continue
        place = _resolve(sentence, node, gazetteer, countries, _beside(sentence, k, gazetteer)) or _unlisted(sentence, k, countries)
        if place is not None:
            sentence.places[k] = place


def _placeable(node: Node) -> bool:
    return (
        node.proper
        or node.cls in ("state", "actor.breakaway")
        or (node.cls.startswith("place") and bool(node.modifiers))
        or node.cls == "name"
    )


def _beside(sentence: Sentence, k: int, gazetteer: Gazetteer) -> str:
    """The country that follows a name after a comma: "Tripoli, Lebanon", "Paris, Texas"."""
    nodes = sentence.nodes
    if k + 2 >= len(nodes) or nodes[k + 1].word not in (",", "(") or nodes[k + 2].kind != "np":
        return ""
    after = nodes[k + 2]
    if after.country:
        return after.country if after.cls == "state" and not (after.entry is not None and after.entry.adjective) else ""
    known = gazetteer.known.get(" ".join(sentence.text.words[after.name_i : after.j]))
    return known.country if known is not None and known.precision is Precision.REGION else ""


def _in_place_position(nodes: list[Node], k: int) -> bool:
    """After a preposition of place, "of" that continues one, or a comma after another place ("in Ganja, Azerbaijan")."""
    if k == 0:
        return False
    if k >= 2 and "det" in nodes[k - 1].tags and nodes[k - 1].kind == "w":
        k -= 1
    before = nodes[k - 1]
    if "loc" in before.tags or "onto" in before.tags or "from" in before.tags:
        return True
    if "of" in before.tags:
        return k >= 2 and nodes[k - 2].kind == "np"
    if "poss" in before.tags:
        return k >= 3 and nodes[k - 2].kind == "np" and _in_place_position(nodes, k - 2)
    if before.kind == "v":
        return _strikes(before)
    return before.word in (",", "(") and k >= 3 and nodes[k - 2].kind == "np" and "loc" in nodes[k - 3].tags


_STRIKES = ("conflict", "hazard", "incident", "unrest")


def _strikes(verb: Node) -> bool:
    """ "A tornado hit Atlanta": what befalls a place has it as its object."""
    return verb.entry is not None and "report" not in verb.tags and any(f.type.startswith(_STRIKES) for f in verb.entry.frames_v)


def _is_owner(nodes: list[Node], k: int) -> bool:
    """ "the army of Azerbaijan": a state after "of" says whose a thing is, unless what went before is a place or happened, or is a
    building of the capital ("una fábrica de Daca").
    """
    if nodes[k].cls != "state" or not nodes[k - 1].has("of") or k < 2:
        return False
    return not nodes[k - 2].cls.startswith(_SPOTS if nodes[k].has("capital") else _GROUNDS)


_GROUNDS = ("place", "territory", "event")
_SPOTS = (*_GROUNDS, "building", "infrastructure")


def _resolve(sentence: Sentence, node: Node, gazetteer: Gazetteer, countries: frozenset[str], beside: str = "") -> Place | None:
    text = sentence.text
    span = text.span(node.name_i, node.j)
    name = text.text(node.name_i, node.j)
    if node.cls == "state" and node.entry is not None and not node.entry.adjective and "capital" not in node.entry.tags and node.country:
        shown = gazetteer.state_names.get(node.country, name)
        return Place(shown, precision=Precision.COUNTRY, country=node.country, span=span)
    for i in range(node.name_i, node.j):
        found = gazetteer.find(text.text(i, node.j), countries, beside=beside)
        if found is not None:
            return replace(found, span=span)
    if node.cls.startswith("place") and node.j - node.name_i > 1:
        return _region(sentence, node, gazetteer, countries)
    return None


def _unlisted(sentence: Sentence, k: int, countries: frozenset[str]) -> Place | None:
    """A name that the gazetteer lacks, where the text says that it is a place: "the village of X", "near X in eastern Y"."""
    nodes = sentence.nodes
    node = nodes[k]
    if node.cls != "name" or sentence.text.upper:
        return None
    named = PLACE in node.tags or ("of" in nodes[k - 1].tags and k >= 2 and nodes[k - 2].cls.startswith("place"))
    if not named and "loc" not in nodes[k - 1].tags:
        return None
    country = next((n.country for n in nodes[k + 1 : k + 5] if n.kind == "np" and n.country), "")
    if not country and not named:
        return None
    country = country or (next(iter(countries)) if len(countries) == 1 else "")
    text = sentence.text
    precision = Precision.REGION if k >= 2 and _WIDE in nodes[k - 2].tags else Precision.CITY
    return Place(text.text(node.name_i, node.j), precision=precision, country=country, span=text.span(node.name_i, node.j))


def _region(sentence: Sentence, node: Node, gazetteer: Gazetteer, countries: frozenset[str]) -> Place | None:
    """ "Idlib province": the region that a known name heads, or an unknown region in the one country the report is about."""
    text = sentence.text
    name = text.text(node.name_i, node.head_i) if node.head_i > node.name_i else ""
    if not name or not name[0].isupper():
        return None
    span = text.span(node.name_i, node.j)
    precision = Precision.DISTRICT if _DISTRICT in node.tags else Precision.REGION
    found = gazetteer.find(name, countries)
    if found is not None:
        return replace(found, name=text.text(node.name_i, node.j), geonames_id=None, precision=precision, span=span)
    country = next(iter(countries)) if len(countries) == 1 else node.country
    return Place(text.text(node.name_i, node.j), precision=precision, country=country, span=span)


def place_of(candidate: Candidate) -> Place | None:
    """The place of a mention: the nearest after the trigger, else before it, else its object's; a country yields to a place within."""
    places = candidate.sentence.places
    if not places:
        return None
    holders = _speaker_nodes(candidate)
    ranked = sorted((k for k in places if k not in holders), key=lambda k: (_coarse(places[k]), k < candidate.at, abs(k - candidate.at)))
    return places[_inner(candidate.sentence.nodes, places, ranked[0])] if ranked else None


def _inner(nodes: list[Node], places: dict[int, Place], k: int) -> int:
    """The city that a region is told with: "the West Bank city of Nablus"."""
    wide = places[k].precision is Precision.REGION and "of" in nodes[k + 1].tags if k + 1 < len(nodes) else False
    return k + 2 if wide and k + 2 in places and places[k + 2].precision is Precision.CITY else k


def target_place(candidate: Candidate, gazetteer: Gazetteer, countries: frozenset[str]) -> Place | None:
    """The place that is itself the object: "shelled Stepanakert", "the bombing of Ganja"."""
    places = candidate.sentence.places
    nodes = candidate.sentence.nodes
    for node in candidate.targets:
        if _placeable(node) and node.cls in ("name", "actor.breakaway"):
            found = _resolve(candidate.sentence, node, gazetteer, countries)
            if found is not None:
                return found
        if node.cls == "state" and candidate.type.startswith(_BEFALL) and _placeable(node):
            return _resolve(candidate.sentence, node, gazetteer, countries)
        if node.cls.startswith("place"):
            k = next((j for j, other in enumerate(nodes) if other is node), len(nodes))
            if k + 2 in places and "of" in nodes[k + 1].tags:
                return places[k + 2]
            if _placeable(node) and (found := _resolve(candidate.sentence, node, gazetteer, countries)) is not None:
                return found
    return None


def _coarse(place: Place) -> bool:
    return place.precision is Precision.COUNTRY


def _speaker_nodes(candidate: Candidate) -> set[int]:
    """Phrases that only say who speaks ("officials in Baku said") do not say where the event was."""
    nodes = candidate.sentence.nodes
    found = {
        k
        for voice in candidate.sentence.voices
        if voice.start == 0 and voice.end > candidate.at
        for k in candidate.sentence.places
        if k >= voice.end
    }
    for k, node in enumerate(nodes):
        if node.kind == "v" and "report" in node.tags and "trigger" not in node.tags and k != candidate.at:
            j = k - 1
            while j > 0 and nodes[j].kind == "np" and "loc" in nodes[j - 1].tags and nodes[j - 2].cls.startswith(("person", "org")):
                found.add(j)
                j -= 2
    return found


def dateline_place(written: str, gazetteer: Gazetteer, countries: frozenset[str]) -> Place | None:
    """Where copy was filed, as its dateline writes it: "GOMA, Congo"."""
    found = gazetteer.find(written, countries)
    name, _, state = written.partition(",")
    if found is not None or not state.strip():
        return found
    told = state.strip().casefold()
    return gazetteer.find(
        name, countries, beside=next((code for code, shown in gazetteer.state_names.items() if told in shown.casefold()), "")
    )


def countries_of(sentences: list[Sentence]) -> frozenset[str]:
    """Every country that a report names: the context in which an ambiguous name is read."""
    return frozenset([country for sentence in sentences for node in sentence.nodes if (country := node.country)])

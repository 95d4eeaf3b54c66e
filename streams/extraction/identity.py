"""Who a phrase names: canonical ids ("AZE.MIL"), actor kinds, PLOVER sectors, holder kinds."""

from __future__ import annotations

from streams.domain.event import ActorKind, HolderKind
from streams.extraction.grammar import neutral
from streams.extraction.lexicon_types import Lexicon
from streams.extraction.model import Node

_STATEMENT = "abstract.claim"
_SPEAKING_SECTORS = frozenset({"MIL", "GOV", "COP"})


def canonical(node: Node, lexicon: Lexicon, speaking: bool = False) -> str:
    """A stable id: a named actor's own, else country and sector, else the country; empty when the text names nobody.

    `speaking`: a state or its capital that says something is its government ("Baku denied" -> "AZE.GOV").
    """
    entry = node.entry
    if entry is not None and entry.actor:
        return entry.actor
    if node.title_name:
        return slug(node.title_name)
    if node.cls.startswith("org.media") and node.proper and speaking:
        return slug(node.word_text)
    if speaking and node.cls.startswith(_STATEMENT):
        return _of_statement(node)
    owner = node.country or node.operator or node.actor
    sector = _class_row(node.cls, lexicon)[0]
    if owner and node.cls.startswith(("org", "person")) and sector in _SPEAKING_SECTORS:
        return f"{owner}.{sector}" if "." not in owner else owner
    if node.cls == "state" and node.country:
        return f"{node.country}.GOV" if speaking else node.country
    return node.actor if node.cls.startswith("actor") else ""


def _of_statement(node: Node) -> str:
    """ "a Kremlin statement": whose it is speaks."""
    named = node.actor or (node.operator if not node.operator.isalpha() else "")
    return named or (f"{node.country}.GOV" if node.country else "")


def slug(name: str) -> str:
    """ "Turki al-Maliki" -> "turki-al-maliki": the id of a name that the lexicon lacks."""
    return "-".join(neutral().words(name.replace("-", " ")))


def sector_of(node: Node, lexicon: Lexicon) -> str:
    """PLOVER sector of an actor phrase."""
    if node.sector:
        return node.sector
    return "GOV" if node.cls == "state" else _class_row(node.cls, lexicon)[0]


def actor_kind(node: Node, lexicon: Lexicon) -> ActorKind:
    """What sort of actor a phrase is."""
    if node.entry is not None and node.entry.kind and node.entry.actor:
        return ActorKind(node.entry.kind)
    if node.cls == "state":
        return ActorKind.STATE
    if node.cls.startswith("person") or node.title:
        return ActorKind.PERSON
    named = _class_row(node.cls, lexicon)[1]
    return ActorKind(named) if named else ActorKind.UNKNOWN


def holder_kind(node: Node, lexicon: Lexicon) -> HolderKind:
    """What sort of voice a phrase is."""
    if node.has("media") or node.has("carrier") or node.has("holder.media"):
        return HolderKind.MEDIA
    if node.cls == "state" or (node.cls.startswith(_STATEMENT) and node.country) or node.sector in ("GOV", "MIL", "PRE", "IGO"):
        return HolderKind.OFFICIAL
    row = _class_row(node.cls, lexicon)[2]
    return HolderKind(row) if row else HolderKind.UNNAMED


def _class_row(cls: str, lexicon: Lexicon) -> tuple[str, str, str]:
    while cls:
        row = lexicon.sectors.get(cls)
        if row is not None:
            return row
        cls = cls.rpartition(".")[0]
    return ("UNK", "", "")

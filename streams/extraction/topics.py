"""Step 5c: sport and business speak in martial words. Where headline and lede are full of theirs, such words are figures of speech."""

from __future__ import annotations

from streams.domain.ontology import family
from streams.extraction.lexicon_types import Lexicon
from streams.extraction.model import Candidate, Sentence

_LEDE = 3


def literal(found: list[Candidate], sentences: list[Sentence], lexicon: Lexicon) -> list[Candidate]:
    """The mentions that are meant. One whose sentence counts its dead or names materiel always is."""
    figurative = figurative_families(sentences, lexicon)
    if not figurative:
        return found
    return [mention for mention in found if family(mention.type) not in figurative or _meant(mention)]


def figurative_families(sentences: list[Sentence], lexicon: Lexicon) -> frozenset[str]:
    """Families whose words headline and lede use as figures of speech."""
    words = [entry for sentence in sentences[:_LEDE] for node in sentence.nodes if (entry := node.entry) is not None]
    found: frozenset[str] = frozenset()
    for cls, least, families in lexicon.topics:
        if sum(cls in entry.features for entry in words) >= least:
            found |= families
    return found


def _meant(mention: Candidate) -> bool:
    things = any(node.cls.startswith(("aircraft", "armour", "weapon", "air-defence", "artillery", "person")) for node in mention.targets)
    return things and mention.frame.pos == "v"

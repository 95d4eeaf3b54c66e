"""A spaCy pipeline as the finder of names (streams/domain/naming.py): `pip install wirebell[spacy]` and a model of one's own.

A pipeline is asked about copy in its own language only ("xx" is any). It must give the same answer for the same text: rules and CPU
models of one version do; replays on another version of spaCy or of the model may read other names.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from streams.domain.errors import ConfigError
from streams.domain.naming import Name, NameFinder, NameKind

if TYPE_CHECKING:
    from spacy.language import Language

SPACY = "spacy"
_KINDS = {
    "PERSON": NameKind.PERSON, "PER": NameKind.PERSON,
    "ORG": NameKind.ORGANIZATION, "NORP": NameKind.GROUP,
    "GPE": NameKind.PLACE, "LOC": NameKind.PLACE, "FAC": NameKind.PLACE,
}  # fmt: skip
"""Labels of the OntoNotes and of the WikiNER scheme that name somebody or some place; dates, amounts and works do not."""
_ANY_LANGUAGE = "xx"
_REACH = 100_000
"""Characters of a part that are looked at: spaCy needs about 1 GB of memory per million."""


def open_names(setting: str) -> NameFinder:
    """The finder that `[reading] ner` names: "spacy:" and a folder or an installed package. ConfigError when it cannot be had."""
    engine, _, model = setting.partition(":")
    if engine != SPACY or not model:
        raise ConfigError(f"reading.ner: must be spacy: and a folder or a package, not {setting!r}")
    try:
        import spacy
    except ImportError as error:
        raise ConfigError(f"reading.ner: {setting!r} needs spaCy: pip install wirebell[spacy] ({error})") from error
    try:
        return SpacyNames(spacy.load(model))
    except (OSError, ValueError) as error:
        raise ConfigError(f"reading.ner: no spaCy model at {model!r}: {error}") from error


class SpacyNames:
    """Names by a loaded pipeline."""

    def __init__(self, pipeline: Language) -> None:
        self._pipeline = pipeline

    def find(self, text: str, language: str) -> Sequence[Name]:
        """The entities of the text whose label names somebody or some place; none for a text in another language."""
        spoken = language.partition("-")[0].lower()
        if spoken and self._pipeline.lang not in (spoken, _ANY_LANGUAGE):
            return ()
        found = self._pipeline(text[:_REACH]).ents
        return tuple(Name(ent.start_char, ent.end_char, _KINDS[ent.label_]) for ent in found if ent.label_ in _KINDS)

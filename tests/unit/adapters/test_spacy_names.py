"""spaCy as the finder of names, on a model made here: rules over a blank pipeline, written to disk and named in the settings."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from streams.adapters.spacy_names import open_names
from streams.cli.common import reading
from streams.config import load
from streams.domain.errors import ConfigError
from streams.domain.naming import Name, NameKind

spacy = pytest.importorskip("spacy")

PATTERNS = [
    {"label": "ORG", "pattern": "Lantern Guard"},
    {"label": "PER", "pattern": "Oda Krantz"},
    {"label": "GPE", "pattern": "Little Wexcombe"},
    {"label": "DATE", "pattern": "Tuesday"},
]
TEXT = "The Lantern Guard freed Oda Krantz in Little Wexcombe on Tuesday."


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pipeline = spacy.blank("en")
    pipeline.add_pipe("entity_ruler").add_patterns(PATTERNS)
    folder: Path = tmp_path_factory.mktemp("model")
    pipeline.to_disk(folder)
    return folder


def test_entities_become_names_of_their_kind(model: Path) -> None:
    assert open_names(f"spacy:{model}").find(TEXT, "en-GB") == (
        Name(4, 17, NameKind.ORGANIZATION),
        Name(24, 34, NameKind.PERSON),
        Name(38, 53, NameKind.PLACE),
    )


def test_a_model_is_asked_about_its_own_language_only(model: Path) -> None:
    assert open_names(f"spacy:{model}").find(TEXT, "es") == ()


def test_the_setting_opens_the_model_for_who_reads_copy(model: Path) -> None:
    names = reading(load(None, {"WIREBELL_READING_NER": f"spacy:{model}"})).core.names
    assert names is not None
    assert [name.kind for name in names.find("Oda Krantz spoke.", "")] == [NameKind.PERSON]


def test_without_the_setting_no_model_is_opened() -> None:
    assert reading(load(None, {})).core.names is None


def test_a_model_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"reading\.ner: no spaCy model at .*nowhere"):
        open_names(f"spacy:{tmp_path / 'nowhere'}")


def test_the_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "spacy", None)
    with pytest.raises(ConfigError, match=r"needs spaCy: pip install wirebell\[spacy\]"):
        open_names("spacy:some_model")


@pytest.mark.parametrize("setting", ["flair:model", "spacy:", "spacy"])
def test_another_engine_is_refused(setting: str) -> None:
    with pytest.raises(ConfigError, match=r"reading\.ner: must be spacy: and"):
        load(None, {"WIREBELL_READING_NER": setting})
    with pytest.raises(ConfigError, match=r"reading\.ner: must be spacy: and"):
        open_names(setting)

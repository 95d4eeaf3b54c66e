"""Sentences of every type in several wordings, invented, each with the type and the modality that its lead must have."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from streams.domain.event import Modality
from streams.domain.ontology import OTHER_STORY, TYPES, codes_of

ROWS = [
    tuple(line.split("\t"))
    for line in (Path(__file__).parents[2] / "data" / "reading" / "types.tsv").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]


@pytest.mark.parametrize(("kind", "modality", "text"), ROWS)
def test_a_sentence_leads_with_its_type(read: Any, kind: str, modality: str, text: str) -> None:
    lead = read(text)[0]

    assert (kind, modality or lead.modality.value) == (lead.type, lead.modality.value)


def test_every_type_is_told_in_a_sentence() -> None:
    assert set() == TYPES - {kind for kind, _, _ in ROWS}
    assert OTHER_STORY in {kind for kind, _, _ in ROWS}


@pytest.mark.parametrize(
    ("text", "plover", "cameo"),
    [
        ("Canada will send food to the flooded region.", "AGREE", "03"),
        ("The bloc will impose sanctions on the junta.", "THREATEN", "13"),
        ("The bloc imposed sanctions on the junta.", "SANCTION", "163"),
    ],
)
def test_what_is_intended_is_coded_as_a_promise_or_a_threat(read: Any, text: str, plover: str, cameo: str) -> None:
    lead = read(text)[0]
    codes = codes_of(lead.type, lead.modality)

    assert (plover, cameo) == (codes.plover.partition(" ")[0], codes.cameo)


def test_a_refusal_to_cooperate_is_coded_as_one() -> None:
    assert (codes_of("politics.aid", Modality.NEGATED).plover, codes_of("politics.aid", Modality.NEGATED).cameo) == ("REJECT", "12")

"""One event told in two languages is one incident; other events, and stories of languages without a lexicon, stay apart."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from streams.domain.report import RawRecord
from streams.domain.settings import CoreSettings
from streams.domain.source import Source
from streams.pipeline.replay import replay

AT = datetime(2019, 6, 20, 6, tzinfo=UTC)  # a Thursday
SETTINGS = CoreSettings(sources={name: Source(name, name=name.title(), grade="B") for name in ("north", "sur", "third")})
TOLD_TWICE = [
    (
        "TEHRAN, June 20 - Iran's Revolutionary Guards said on Thursday they had shot down a U.S. spy drone near the Strait of Hormuz.",
        "TEHERÁN, 20 jun - La Guardia Revolucionaria iraní afirmó este jueves que derribó un dron espía estadounidense cerca del estrecho "
        "de Ormuz.",
    ),
    (
        "A strong earthquake shook Arequipa in Peru on Thursday and killed at least 12 people, civil defence said.",
        "Un fuerte terremoto sacudió Arequipa, Perú, el jueves y dejó al menos 12 muertos, informó Protección Civil.",
    ),
    (
        "Gunmen kidnapped 12 students from a school in Kaduna in Nigeria on Wednesday, police said.",
        "Hombres armados secuestraron el miércoles a doce estudiantes de una escuela en Kaduna, en Nigeria, dijo la policía.",
    ),
    (
        "A car bomb exploded in Kabul on Thursday, killing four people and wounding 16, officials said.",
        "Un coche bomba explotó este jueves en Kabul y dejó cuatro muertos y 16 heridos, según las autoridades.",
    ),
    (
        "A military helicopter crashed in fog near Cusco in Peru on Thursday and killed five people, the defence ministry said.",
        "Un helicóptero militar se estrelló este jueves en medio de la niebla cerca de Cusco, en Perú, y murieron cinco personas, informó "
        "el Ministerio de Defensa.",
    ),
    (
        "An airstrike on a market in Idlib killed nine civilians on Thursday, rescuers said.",
        "Un bombardeo aéreo contra un mercado en Idlib dejó nueve civiles muertos este jueves, dijeron los socorristas.",
    ),
]
UNRELATED = {
    "de": [
        "Der Bundestag hat am Freitag den Haushalt für das kommende Jahr beschlossen. Die Opposition kritisierte, dass die Ausgaben für "
        "die Bahn nicht steigen, während die Regierung von einem ausgewogenen Plan sprach.",
        "Im Zoo sind am Freitag zwei junge Eisbären geboren worden. Die Leitung teilte mit, dass die Mutter und die Jungen wohlauf sind "
        "und für die Besucher noch nicht zu sehen sein werden.",
        "Der Autobauer ruft mehr als 20.000 Fahrzeuge in die Werkstatt zurück, weil die Bremsen bei Kälte nicht richtig arbeiten. Das "
        "teilte die Behörde am Freitag mit, die Halter werden angeschrieben.",
    ],
    "ru": [
        "В Сибири прошел сильный снегопад, сообщили синоптики. По их словам, снег будет идти еще два дня, и на дорогах возможны заторы.",
        "В столице открыли новую линию метро, сообщили в мэрии. По словам мэра, на линии пять станций, и она сократит дорогу до центра.",
        "В городе завершился фестиваль кино, сообщили организаторы. По их словам, на показах побывали более десяти тысяч зрителей.",
    ],
}


def incidents(*bodies: tuple[str, str]) -> list[list[str]]:
    """The sources of each incident, by the first report of it. Given are (source, body) in order, ten minutes apart."""
    raws = [
        RawRecord(source, AT + timedelta(minutes=10 * n), json.dumps({"headline": body[:40], "body": body}).encode(), "application/json")
        for n, (source, body) in enumerate(bodies)
    ]
    replayed = replay(raws, SETTINGS)
    homes: dict[str, list[str]] = {}
    for line in replayed.events:
        if line.stored.record.lead:
            homes.setdefault(line.incident_id, []).append(line.stored.record.carrier.id)
    return list(homes.values())


@pytest.mark.parametrize(("english", "spanish"), TOLD_TWICE)
def test_english_and_spanish_copy_of_one_event_is_one_incident(english: str, spanish: str) -> None:
    assert incidents(("north", english), ("sur", spanish)) == [["north", "sur"]]


def test_events_told_in_two_languages_keep_apart() -> None:
    told = [(source, body) for pair in TOLD_TWICE for source, body in zip(("north", "sur"), pair, strict=True)]
    assert incidents(*told) == [["north", "sur"]] * len(TOLD_TWICE)


@pytest.mark.parametrize("language", UNRELATED)
def test_what_a_language_shares_with_itself_glues_nothing(language: str) -> None:
    bodies = UNRELATED[language]
    assert incidents(*zip(("north", "sur", "third"), bodies, strict=True)) == [["north"], ["sur"], ["third"]]

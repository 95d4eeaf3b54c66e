"""Spanish copy is read by its own folder: what English copy tells in its order, Spanish tells in its own."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from streams.domain.event import HolderKind, Modality, Stance
from streams.domain.reading import ReadEvent
from streams.domain.report import Report, Signal
from streams.domain.source import Source
from streams.domain.values import Qualifier, Quantity
from streams.extraction import extract
from streams.extraction.annotate import annotate
from streams.extraction.grammar import grammar_of
from streams.extraction.lexicon_cache import lexicon
from streams.extraction.quantities import read_quantity
from streams.extraction.times import find_when
from streams.extraction.tokens import tokenize

AT = datetime(2020, 9, 28, 9, tzinfo=UTC)  # a Monday
ES = grammar_of("es")


def read(body: str, headline: str = "") -> tuple[ReadEvent, ...]:
    return extract(Report("r", "k", "agencia", Signal.NEW, headline, body, AT, AT, AT, "h", language="es"), Source("agencia"))


def items_of(raw: str) -> Any:
    text = tokenize(raw, "body", frozenset(), ES)
    return annotate(text, 0, len(text.words), lexicon("es")), text


@pytest.mark.parametrize(
    ("word", "expected"),
    [("1.200", "1200.0"), ("3,5", "3.5"), ("1.234.567,8", "1234567.8"), ("7.2", "7.2"), ("10:30", "10:30")],
)
def test_numerals(word: str, expected: Any) -> None:
    assert ES.numeral(word) == expected


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("avión de combate", "aviones de combate"),
        ("misil balístico", "misiles balísticos"),
        ("portavoz", "portavoces"),
        ("autobús", "autobuses"),
        ("crisis", "crisis"),
    ],
)
def test_plurals_are_made_up_to_the_first_preposition(phrase: str, expected: Any) -> None:
    assert ES.plural(phrase) == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("ruso", ("ruso", "rusa", "rusos", "rusas")),
        ("francés", ("francés", "francesa", "franceses", "francesas")),
        ("iraní", ("iraní", "iraníes")),
        ("belga", ("belga", "belgas")),
    ],
)
def test_nationalities_agree_with_their_noun(word: str, expected: Any) -> None:
    assert ES.adjectives(word) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("más de 1.500", Quantity(1500, None, Qualifier.AT_LEAST)),
        ("treinta y dos", Quantity(32, 32)),
        ("dos mil trescientos", Quantity(2300, 2300)),
        ("hasta dos", Quantity(None, 2, Qualifier.UP_TO)),
        ("unas doce", Quantity(12, 12, Qualifier.ABOUT)),
        ("30 a 40", Quantity(30, 40)),
    ],
)
def test_quantities(raw: str, expected: Any) -> None:
    found = read_quantity(items_of(raw)[0], 0)
    assert found is not None
    assert found[0] == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("el 27 de septiembre de 2020", "2020-09-27"),
        ("el 1º de mayo", "2020-05-01"),
        ("hace dos días", "2020-09-26"),
        ("este domingo", "2020-09-27"),
        ("el lunes pasado", "2020-09-21"),
        ("ayer", "2020-09-27"),
        ("en abril de 2016", "2016-04-01"),
    ],
)
def test_dates(raw: str, expected: Any) -> None:
    items, text = items_of(raw)
    found = find_when(items, text, AT, lexicon("es"))
    assert found is not None
    assert found[0].start.date().isoformat() == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Separatistas derribaron un avión de transporte ucraniano cerca de Lugansk.", "conflict.aircraft_downed"),
        ("Un helicóptero sanitario ruso fue derribado en Siria.", "conflict.aircraft_downed"),
        ("La aviación rusa llevó a cabo un ataque aéreo en Idlib.", "conflict.airstrike"),
        ("El ejército sirio bombardeó Idlib con artillería.", "conflict.shelling_missile"),
        ("Un coche bomba explotó en Kabul.", "conflict.bombing"),
        ("Hubo enfrentamientos entre milicianos en Trípoli.", "conflict.ground_clash"),
        ("Hombres armados secuestraron a doce estudiantes.", "conflict.abduction"),
        ("La policía detuvo a dos hombres en Madrid.", "security.arrest"),
        ("Miles de personas protestaron en Minsk.", "unrest.demonstration"),
        ("Un terremoto de magnitud 7,2 sacudió Haití.", "hazard.earthquake"),
        ("Las inundaciones dejaron cinco muertos en Valencia.", "hazard.flood"),
        ("El huracán tocó tierra en Cuba.", "hazard.storm"),
        ("Un incendio en una fábrica de Daca mató a ocho obreros.", "incident.fire"),
        ("Se estrelló un helicóptero militar en Cusco.", "incident.air"),
        ("Descarriló un tren de pasajeros en la India.", "incident.rail"),
        ("Un autobús volcó en una carretera de Bolivia.", "incident.road"),
        ("El primer ministro japonés dimitió este viernes.", "politics.resignation"),
        ("El presidente fue reelegido en las elecciones del domingo.", "politics.election"),
        ("Los dos gobiernos firmaron un acuerdo de paz.", "politics.agreement"),
        ("Derribar el muro fue una tarea de meses.", "other.story"),
    ],
)
def test_the_types_of_a_first_lexicon(body: str, expected: Any) -> None:
    assert read(body)[0].type == expected


def test_the_owner_s_confirmation_with_a_surviving_crew() -> None:
    (event,) = read(
        "El Ministerio de Defensa de Azerbaiyán confirmó el domingo que uno de sus helicópteros fue derribado en Nagorno Karabaj y dijo "
        "que la tripulación sobrevivió."
    )
    told = [(claim.holder, claim.stance, claim.party) for claim in event.claims if claim.about == "event"]
    assert told == [("AZE.MIL", Stance.CONFIRMS, True)]
    assert event.outcome is not None
    assert (event.outcome.crew, event.place and event.place.name) == ("survived", "Nagorno-Karabakh")


def test_a_subject_may_follow_its_verb_and_its_speaker_the_report() -> None:
    event = read(
        "Se estrelló en Cusco un helicóptero peruano y murieron cinco personas, informó este lunes el Ministerio de Defensa peruano."
    )[0]
    assert [(thing.class_path, thing.operator) for thing in event.objects] == [("aircraft.rotary-wing.helicopter", "PER")]
    assert [(count.kind, count.min) for count in event.counts] == [("killed", 5)]
    assert [claim.holder for claim in event.claims if claim.about == "event"] == ["PER.MIL"]


def test_a_verb_of_saying_without_a_subject_goes_on_with_who_spoke() -> None:
    events = read("El ejército ucraniano informó sobre los combates. Dijo que un avión suyo fue derribado cerca de Lugansk.")
    downed = next(event for event in events if event.type == "conflict.aircraft_downed")
    assert [(c.holder, c.holder_kind) for c in downed.claims if c.about == "event"] == [("UKR.MIL", HolderKind.OFFICIAL)]


def test_a_denial_is_the_denier_s() -> None:
    event = read("Irán negó que un dron iraní fuera derribado. Moscú niega haber derribado un dron estadounidense.")
    told = [(claim.holder, claim.stance, claim.about) for read in event for claim in read.claims if claim.stance is Stance.DENIES]
    assert told == [("IRN.GOV", Stance.DENIES, "event"), ("RUS.GOV", Stance.DENIES, "initiator")]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Putin amenazó con derribar los aviones de la OTAN.", Modality.PLANNED),
        ("Hace cuatro años, en abril de 2016, un helicóptero fue derribado en Karabaj.", Modality.HISTORICAL),
        ("El helicóptero no fue derribado, dijo el portavoz.", Modality.NEGATED),
        ("El helicóptero podría haber sido derribado.", Modality.HYPOTHETICAL),
    ],
)
def test_what_did_not_happen_is_not_said_to_have_happened(body: str, expected: Any) -> None:
    downed = [event.modality for event in read(body) if event.type == "conflict.aircraft_downed"]
    assert downed == [expected]


def test_copy_without_accents_reads_the_same() -> None:
    body = "El Ministerio de Defensa de Azerbaiyan confirmo que un helicoptero fue derribado en Karabaj."
    plain, accented = read(body)[0], read(body.replace("yan", "yán").replace("firmo", "firmó").replace("cop", "cóp"))[0]
    assert (plain.type, plain.place, [c.stance for c in plain.claims]) == (
        accented.type,
        accented.place,
        [c.stance for c in accented.claims],
    )


def test_a_city_is_found_in_the_country_that_the_report_speaks_of() -> None:
    event = read("Los combates en Trípoli, Libia, dejaron cinco muertos.")[0]
    assert event.place is not None
    assert (event.place.name, event.place.country) == ("Tripoli", "LBY")

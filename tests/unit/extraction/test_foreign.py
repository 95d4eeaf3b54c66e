"""Copy in a language without a lexicon is one story that still has its language, names, places and numbers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from streams.domain.event import ActorKind
from streams.domain.ontology import OTHER_STORY
from streams.domain.reading import ReadEvent
from streams.domain.report import Report, Signal
from streams.domain.settings import CoreSettings
from streams.domain.source import Source
from streams.extraction import extract
from streams.extraction.lexicon_cache import language_of
from streams.formats.language import detect
from streams.pipeline.normalize import read_events

AT = datetime(2023, 1, 18, 12, tzinfo=UTC)
SAMPLES = {
    "de": (
        "Hubschrauber bei Kiew abgestürzt",
        "Bei dem Absturz eines Hubschraubers nahe Kiew sind am Mittwoch 14 Menschen ums Leben gekommen. Das teilte die Polizei in der "
        "Ukraine mit. In Berlin zeigte sich Olaf Scholz erschüttert.",
    ),
    "fr": (
        "Un hélicoptère s'écrase près de Kiev",
        "Quatorze personnes sont mortes mercredi dans l'accident d'un hélicoptère à Brovary, près de Kiev, a annoncé la police. Les 14 "
        "victimes étaient attendues en Ukraine. Selon Emmanuel Durand, expert, le brouillard était épais.",
    ),
    "ru": (
        "Под Киевом упал вертолет",
        "В результате крушения вертолета под Киевом погибли 14 человек, сообщил глава полиции Игорь Клименко. По его словам, в Броварах "
        "был туман. Президент Украины назвал это трагедией.",
    ),
    "ar": (
        "سقوط مروحية قرب كييف",
        "قتل 14 شخصا في سقوط مروحية قرب كييف، وقال متحدث إن الضباب كان كثيفا. وقد أعلنت أوكرانيا الحداد على الضحايا خلال ثلاثة أيام.",
    ),
    "zh": ("基辅附近直升机坠毁", "乌克兰警方说，一架直升机周三在基辅附近坠毁，造成14人死亡。当地当时有大雾。"),
    "tr": (
        "Kiev yakınlarında helikopter düştü",
        "Ukrayna polisi, Kiev yakınlarında bir helikopterin düşmesi sonucu 14 kişinin öldüğünü bildirdi. Yetkililere göre sis çok yoğundu "
        "ve kaza için soruşturma açıldı. İzmir ve Ankara da taziye mesajı yayımladı.",
    ),
}


def report(language: str, headline: str, body: str) -> Report:
    return Report("r", "k", "agency", Signal.NEW, headline, body, AT, AT, AT, "h", language=language)


def read(language: str) -> ReadEvent:
    (event,) = extract(report(language, *SAMPLES[language]), Source("agency"))
    return event


@pytest.mark.parametrize("language", SAMPLES)
def test_its_language_is_told(language: str) -> None:
    assert detect("\n".join(SAMPLES[language])) == language


@pytest.mark.parametrize("language", SAMPLES)
def test_it_is_one_story_in_the_source_s_own_voice(language: str) -> None:
    event = read(language)
    assert (event.type, event.lead, [claim.holder for claim in event.claims]) == (OTHER_STORY, True, ["agency"])


@pytest.mark.parametrize("language", SAMPLES)
def test_its_place_is_told_under_the_one_name_of_all_languages(language: str) -> None:
    event = read(language)
    assert event.place is not None
    assert (event.place.name, event.place.country) == ("Kyiv", "UKR")


@pytest.mark.parametrize("language", SAMPLES)
def test_the_states_that_it_names_are_told(language: str) -> None:
    assert "UKR" in [actor.canonical for actor in read(language).actors if actor.kind is ActorKind.STATE]


@pytest.mark.parametrize(
    ("language", "expected"),
    [("de", "Olaf Scholz"), ("fr", "Emmanuel Durand"), ("ru", "Игорь Клименко")],
)
def test_people_are_told_by_their_capitals(language: str, expected: str) -> None:
    assert expected in [actor.name for actor in read(language).actors]


@pytest.mark.parametrize("language", SAMPLES)
def test_no_common_noun_is_taken_for_a_name(language: str) -> None:
    common = {"Hubschrauber", "Menschen", "Polizei", "Absturz", "Quatorze", "Selon", "Президент", "В", "По", "Yetkililere"}
    assert common & {actor.name for actor in read(language).actors} == set()


@pytest.mark.parametrize("language", SAMPLES)
def test_every_span_holds_the_name(language: str) -> None:
    headline, body = SAMPLES[language]
    parts = {"headline": headline, "body": body}
    spans = [(actor.name, actor.span) for actor in read(language).actors]
    assert [(name, parts[s.part][s.start : s.end]) for name, s in spans if s is not None and name != parts[s.part][s.start : s.end]] == []


@pytest.mark.parametrize("language", SAMPLES)
def test_its_numbers_are_in_the_sketch(language: str) -> None:
    (record,) = read_events(report(language, *SAMPLES[language]), CoreSettings())
    assert (record.language, "14" in record.sketch.numbers) == (language, True)


@pytest.mark.parametrize(
    ("tag", "text", "expected"),
    [
        ("es-MX", "Texto", "es"),
        ("", "Some copy", "en"),
        ("und", "Some copy", "en"),
        ("", "قرب كييف", "und"),
        ("", "Café Müller", "en"),
    ],
)
def test_the_language_is_the_report_s_else_the_default_of_its_script(tag: str, text: str, expected: Any) -> None:
    assert language_of(tag, text) == expected

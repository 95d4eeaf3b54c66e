"""A user's finder of names adds what the lexicon lacks, and overrides nothing that it has."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from streams.domain.event import ActorKind
from streams.domain.naming import Name, NameKind
from streams.domain.reading import ReadEvent
from streams.domain.report import Report, Signal
from streams.domain.source import Source
from streams.extraction import extract

AT = datetime(2021, 5, 4, tzinfo=UTC)


class Finder:
    """Sees the given names wherever they stand."""

    def __init__(self, **kinds: NameKind) -> None:
        self._kinds = {name.replace("_", " "): kind for name, kind in kinds.items()}

    def find(self, text: str, language: str) -> Sequence[Name]:
        assert language in ("", "de")
        found = [Name(text.find(name), text.find(name) + len(name), kind) for name, kind in self._kinds.items() if name in text]
        return sorted(found, key=lambda name: name.start)


def read(body: str, finder: Finder | None, language: str = "") -> ReadEvent:
    return extract(Report("r", "k", "agency", Signal.NEW, "", body, AT, AT, AT, "h", language=language), Source("agency"), finder)[0]


def kinds(event: ReadEvent) -> dict[str, ActorKind]:
    return {actor.name: actor.kind for actor in event.actors}


def test_an_organisation_that_the_lexicon_lacks_gets_its_kind_and_id() -> None:
    event = read("Lantern Guard attacked a market in Kabul.", Finder(Lantern_Guard=NameKind.ORGANIZATION))
    assert [(a.name, a.kind, a.canonical) for a in event.actors][:1] == [("Lantern Guard", ActorKind.ORGANIZATION, "lantern-guard")]


def test_a_person_keeps_his_title() -> None:
    body = "Governor Anders van Houten was kidnapped in Kabul."
    assert kinds(read(body, Finder(Anders_van_Houten=NameKind.PERSON)))["Anders van Houten"] is ActorKind.PERSON


def test_a_place_that_the_gazetteer_lacks_is_a_place() -> None:
    event = read("A bomb exploded in Little Wexcombe.", Finder(Little_Wexcombe=NameKind.PLACE))
    assert event.place is not None
    assert event.place.name == "Little Wexcombe"


def test_what_the_lexicon_knows_stays_as_it_is() -> None:
    body = "Russian forces shelled Kharkiv on Tuesday, the Ukrainian army said."
    finder = Finder(Russian=NameKind.PERSON, Tuesday=NameKind.PERSON, forces=NameKind.PLACE, Ukrainian_army=NameKind.PLACE)
    assert read(body, finder) == read(body, None)


def test_a_name_that_cuts_a_word_is_left_out() -> None:
    body = "Gunmen attacked a market in Kabul."
    assert read(body, Finder(unme=NameKind.PERSON)) == read(body, None)


def test_copy_without_a_lexicon_is_asked_about_too() -> None:
    body = "Das Unglück geschah am Dienstag in der Nähe von Nordhausen, wie die Lichtwacht mitteilte."
    assert kinds(read(body, Finder(Lichtwacht=NameKind.ORGANIZATION), "de"))["Lichtwacht"] is ActorKind.ORGANIZATION

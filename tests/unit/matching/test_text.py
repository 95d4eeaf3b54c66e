"""Words, names, rarity, copies and sketches."""

from __future__ import annotations

from dataclasses import replace

import pytest

from streams.matching import Sketcher, sketch
from streams.matching.copies import NEAR_COPY, SKETCH_SIZE, containment, near_copy, resemblance, signature
from streams.matching.frequency import LENGTHS, idf, nearest_length
from streams.matching.names import names
from streams.matching.texts import measures, words_of
from streams.matching.words import base_language, fold, number, stem, terms, tokens
from tests.unit.matching.build import TEXT, report


def test_marks_case_and_possessives_do_not_tell_words_apart() -> None:
    assert [fold(w) for w in ("Überlingen's", "ERDOĞAN", "O’Brien")] == ["uberlingen", "erdogan", "obrien"]


@pytest.mark.parametrize(("raw", "same"), [("1,200", "1200"), ("1.200", "1200"), ("3.5", "3.5"), ("06:30", "06:30"), ("١٤", "14")])
def test_group_separators_do_not_tell_numbers_apart(raw: str, same: str) -> None:
    assert number(raw) == same


def test_stems_follow_the_language() -> None:
    assert (stem("Hubschraubern", "de"), stem("helicopters", "en"), stem("helicopters", "xx")) == ("hubschraub", "helicopt", "helicopters")
    assert (base_language("en-GB"), base_language("")) == ("en", "en")


def test_unspaced_scripts_are_cut_into_pairs() -> None:
    assert terms(tokens("北京地震 7"), "zh") == ("北京", "京地", "地震", "7")
    assert terms(tokens("造成14人死亡"), "zh") == ("造成", "14", "人死", "死亡")


def test_names_need_a_capital_inside_a_sentence() -> None:
    text = tokens("Smoke rose. Officials in New Delhi met Anna Lee. Smoke cleared; Anna left.")
    assert names(text) == ("new delhi", "anna lee", "anna")


def test_a_text_in_capitals_has_no_names() -> None:
    assert names(tokens("POLICE IN LIMA SAID THE BOMB WENT OFF NEAR THE EMBASSY")) == ()


def test_rare_words_weigh_more_and_common_words_nothing_in_long_texts() -> None:
    assert idf("karabakh", 64) > idf("helicopt", 64) > idf("said", 64)
    assert idf("the", 512) < 0.001 < idf("the", 8)
    assert [nearest_length(n) for n in (0, 8, 100, 5000)] == [8, 8, 128, LENGTHS[-1]]


def test_signatures_are_bounded_fixed_and_sorted() -> None:
    long = signature(tuple(f"w{n}" for n in range(5000)))
    assert len(long) == SKETCH_SIZE
    assert list(long) == sorted(long)
    assert signature(("a", "b", "c", "d", "e", "f")) == signature(("a", "b", "c", "d", "e", "f"))
    assert signature(()) == ()


def test_resemblance_of_short_texts_is_exact() -> None:
    one, other = signature(tuple("abcdefghij")), signature(tuple("abcdefghkl"))
    assert resemblance(one, other) == 4 / 8
    assert (resemblance(one, ()), containment((), one)) == (0.0, 0.0)


def test_estimated_resemblance_is_near_the_true_one() -> None:
    shared = tuple(f"s{n}" for n in range(400))
    one, other = (*shared, *(f"a{n}" for n in range(200))), (*shared, *(f"b{n}" for n in range(200)))
    assert resemblance(signature(one), signature(other)) == pytest.approx(396 / 796, abs=0.15)


def test_a_copy_cut_short_is_a_near_copy_and_strangers_are_not() -> None:
    words = tuple(f"w{n}" for n in range(300))
    assert near_copy(signature(words), signature(words[:100])) >= NEAR_COPY
    assert near_copy(signature(words), signature(tuple(f"x{n}" for n in range(300)))) == 0.0


def test_a_sketch_keeps_the_opening_and_whole_apart_and_counts_terms() -> None:
    made = sketch(report("Helicopter lost", TEXT + " Later 12 more helicopters flew."), "")
    assert made.headline == ("helicopt", "lost")
    assert "tovuz" in made.lede
    assert made.terms["helicopt"] == 3
    assert made.names == ("monday", "tovuz")
    assert made.numbers == ("12",)


def test_an_event_from_deep_in_a_report_is_sketched_by_its_own_sentence() -> None:
    body = TEXT + " Other news filled the day in many towns far away." * 12 + " In Goris a bridge fell."
    assert sketch(report("Roundup", body), "In Goris a bridge fell.").lede == terms(tokens("In Goris a bridge fell."), "en")
    assert sketch(report("Roundup", body), "The military said on Monday that a helicopter was shot down near Tovuz.").lede[0] == "the"


def test_terms_are_bounded_by_rarity() -> None:
    made = sketch(report("h", " ".join(f"zq{n}x the" for n in range(400))), "")
    assert len(made.terms) == 200


def test_measures_that_a_side_gives_no_ground_for_are_absent() -> None:
    bare = words_of(sketch(report("", "smoke rose over hills"), ""), "en")
    full = words_of(sketch(report("Fire in Goris in 1999", TEXT + " It was 1999."), ""), "en")
    found = measures(bare, full)
    assert not {"headline", "names", "people_low", "numbers", "years", "lead_names"} & found.keys()
    assert measures(full, full)["years"] == 1.0
    assert full.tells("Tovuz")
    assert not full.tells("Stepanakert")


def test_the_sketches_of_one_report_share_all_but_the_lede() -> None:
    source = report("Roundup", TEXT + " Other news filled the day in many towns far away." * 12 + " In Goris a bridge fell.")
    sketcher = Sketcher(source)

    deep = sketcher.sketch("In Goris a bridge fell.")

    assert deep == sketch(source, "In Goris a bridge fell.")
    assert replace(deep, lede=sketcher.sketch("").lede) == sketch(source, "")


@pytest.mark.parametrize(
    ("gap", "opens"),
    [
        (" ", False),
        (". ", True),
        (".", True),
        (" - ", False),
        ("\n  ", True),
        ("\n- ", False),
        (" `` ", True),
        (":\n", True),
        (" (", False),
    ],
)
def test_a_word_opens_a_sentence_after_an_end_or_a_line_break(gap: str, opens: bool) -> None:
    assert tokens(f"one{gap}two")[1].opens is opens


def test_signatures_hash_every_run_of_five_words() -> None:
    runs = [(*"abcde",), (*"bcdef",), (*"cdefg",)]

    assert signature((*"abcdefg",)) == tuple(sorted(signature(run)[0] for run in runs))
    assert len(signature((*"abc",))) == 1

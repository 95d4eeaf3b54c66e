"""How many: every way in which copy tells a number of people or things harmed, beside the event that harmed them."""

from __future__ import annotations

from typing import Any

import pytest

from streams.domain.event import Count
from streams.domain.values import Basis, Qualifier

EXACT, LEAST, MOST, ABOUT = Qualifier.EXACT, Qualifier.AT_LEAST, Qualifier.UP_TO, Qualifier.ABOUT
BLAST = "A bomb exploded in Goris on Sunday. "


def told(counts: tuple[Count, ...]) -> list[tuple[str, int | None, int | None, Qualifier]]:
    return [(count.kind, count.min, count.max, count.qualifier) for count in counts]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Twelve people were killed.", [("killed", 12, 12, EXACT)]),
        ("1,250 people were killed.", [("killed", 1250, 1250, EXACT)]),
        ("Two hundred and fifty people were killed.", [("killed", 250, 250, EXACT)]),
        ("More than two dozen people were killed.", [("killed", 24, None, LEAST)]),
        ("At least 12 people were killed.", [("killed", 12, None, LEAST)]),
        ("As many as 20 people were hurt.", [("injured", None, 20, MOST)]),
        ("Up to 20 people were killed.", [("killed", None, 20, MOST)]),
        ("Fewer than ten people were killed.", [("killed", None, 10, MOST)]),
        ("Nearly 200 people were killed.", [("killed", 200, 200, ABOUT)]),
        ("Between 30 and 40 people were killed.", [("killed", 30, 40, EXACT)]),
        ("Some 30-40 people were wounded.", [("injured", 30, 40, EXACT)]),
        ("30 to 40 people were wounded.", [("injured", 30, 40, EXACT)]),
        ("Dozens were killed.", [("killed", 24, None, LEAST)]),
        ("Scores were killed.", [("killed", 40, None, LEAST)]),
        ("Hundreds of residents were injured.", [("injured", 200, None, LEAST)]),
        ("A handful of people were hurt.", [("injured", 3, None, LEAST)]),
        ("Half a dozen people were injured.", [("injured", 6, 6, EXACT)]),
        ("One and a half million people were displaced.", [("displaced", 1_500_000, 1_500_000, EXACT)]),
        ("Tens of thousands of people were displaced.", [("displaced", 20_000, None, LEAST)]),
        ("An estimated 2,000 people were evacuated.", [("evacuated", 2000, 2000, ABOUT)]),
        ("Five people are still missing.", [("missing", 5, 5, EXACT)]),
        ("Police detained 45 men.", [("detained", 45, 45, EXACT)]),
        ("The attack left 12 dead and 30 wounded.", [("killed", 12, 12, EXACT), ("injured", 30, 30, EXACT)]),
        ("There were 12 dead and dozens injured.", [("killed", 12, 12, EXACT), ("injured", 24, None, LEAST)]),
        ("Three soldiers and two civilians were killed.", [("killed", 3, 3, EXACT), ("killed", 2, 2, EXACT)]),
        ("The death toll rose from 120 to 145.", [("killed", 145, 145, EXACT)]),
        ("The toll climbed to 145 dead and 300 injured.", [("killed", 145, 145, EXACT), ("injured", 300, 300, EXACT)]),
        ("All 62 people on board were killed.", [("killed", 62, 62, EXACT)]),
        ("The blast killed 12 people, including three children.", [("killed", 12, 12, EXACT)]),
        ("Twelve people, including three children, were killed.", [("killed", 12, 12, EXACT)]),
        ("Six people, two of them children, were killed.", [("killed", 6, 6, EXACT)]),
        ("The army lost 16 soldiers.", [("killed", 16, 16, EXACT)]),
        ("The army lost 16 soldiers and more than 100 were wounded.", [("killed", 16, 16, EXACT), ("injured", 100, None, LEAST)]),
        ("The blast damaged 200 houses and destroyed 50.", [("damaged", 200, 200, EXACT), ("destroyed", 50, 50, EXACT)]),
        ("Three others were injured.", [("injured", 3, 3, EXACT)]),
    ],
)
def test_the_harm_is_counted(read: Any, text: str, expected: Any) -> None:
    found = [count for event in read(BLAST + text) for count in event.counts]

    assert sorted(told(tuple(found)), key=str) == sorted(expected, key=str)


@pytest.mark.parametrize(
    "text",
    [
        "No one was killed.",
        "Nobody was hurt.",
        "It was the third blast in two weeks.",
        "A 45-year-old man was killed.",
        "Casualties were feared.",
    ],
)
def test_what_gives_no_number_is_not_counted(read: Any, text: str) -> None:
    assert [count for event in read(BLAST + text) for count in event.counts] == []


@pytest.mark.parametrize(
    ("text", "basis"),
    [
        ("Another two people were wounded.", Basis.INCREMENTAL),
        ("Two more people were wounded.", Basis.INCREMENTAL),
        ("A further two people were wounded.", Basis.INCREMENTAL),
        ("An additional two people were wounded.", Basis.INCREMENTAL),
        ("Two people were wounded.", Basis.CUMULATIVE),
    ],
)
def test_what_adds_to_an_earlier_count_says_so(read: Any, text: str, basis: Basis) -> None:
    (count,) = [count for event in read(BLAST + text) for count in event.counts]

    assert (count.min, count.max, count.basis) == (2, 2, basis)


def test_two_sides_of_a_fight_lose_as_many_each(read: Any, only: Any) -> None:
    event = only(read("The fighting near Goris killed more than 90 on each side."), "conflict.ground_clash")

    assert told(event.counts) == [("killed", 90, None, LEAST)]


def test_each_holder_has_his_own_count(read: Any) -> None:
    found = [
        count
        for event in read(BLAST + "The Interior Ministry said 12 people were killed, while rebels said 30 died.")
        for count in event.counts
    ]

    assert {count.min for count in found} == {12, 30}
    assert len({count.holder for count in found}) == 2

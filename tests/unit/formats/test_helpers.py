"""The small readers that formats share."""

from __future__ import annotations

import bz2
import gzip
import io
import zipfile
from datetime import UTC, datetime

import pytest

from streams.domain.errors import Reason, RefusedInput
from streams.domain.report import Signal
from streams.domain.settings import Limits
from streams.formats.charset import charset_name, decode
from streams.formats.codes import medtop, medtops
from streams.formats.compress import is_archive, unpack
from streams.formats.fields import first_time, read_signal, timed, version_number, words
from streams.formats.lines import closing_credit, is_end_mark, read_byline, read_credit, strip_byline, strip_credit
from streams.formats.markup import html_line, html_text, looks_like_html
from streams.formats.priority import read_priority
from streams.formats.text import clean_line, clean_text, has_words, reflow, without_controls


def test_clean_copy_keeps_every_character() -> None:
    text = "   Indented  twice.\n\tTab - dash “quote”.\n\nNext — paragraph…"
    assert clean_text(text) == text


def test_controls_line_ends_and_trailing_spaces_go() -> None:
    assert clean_text("\r\n\x07One. \t\r\nTwo.\x00\r\rThree.\u200b\n\n\n\n") == "One.\nTwo.\n\nThree."


def test_c1_controls_are_the_cp1252_characters_that_were_meant() -> None:
    assert without_controls("\x93Quoted\x94 \x96 x\x81") == "“Quoted” – x"


def test_a_lone_surrogate_becomes_a_replacement_character() -> None:
    assert clean_line("a\ud800b") == "a\ufffdb"


def test_teleprinter_lines_become_paragraphs() -> None:
    assert (
        reflow("One line\nand more.\n   Indented starts\na new one.\n\nThird.")
        == "One line and more.\n\nIndented starts a new one.\n\nThird."
    )


def test_words_need_a_letter() -> None:
    assert has_words("12 é")
    assert not has_words("12 -- !")


@pytest.mark.parametrize(
    ("data", "declared", "text", "notes"),
    [
        (b"plain", "", "plain", ()),
        ("café".encode(), "utf-8", "café", ()),
        (b"caf\xe9", "iso-8859-1", "café", ()),
        (b"\x93x\x94", "latin1", "“x”", ()),
        (b"caf\xe9", "utf-8", "café", ("charset-sniffed",)),
        ("café".encode(), "x-unknown", "café", ("charset-sniffed",)),
        ("café".encode("utf-16"), "", "café", ()),
        (b"\xef\xbb\xbfcaf\xc3\xa9", "", "café", ()),
        ("Сбит самолёт над Карабахом".encode("cp1251"), "", "Сбит самолёт над Карабахом", ("charset-sniffed",)),
        ("Сбит самолёт над Карабахом".encode("koi8-r"), "koi8-r", "Сбит самолёт над Карабахом", ()),
    ],
)
def test_bytes_are_decoded_as_declared_then_as_sniffed(data: bytes, declared: str, text: str, notes: tuple[str, ...]) -> None:
    decoded = decode(data, declared)
    assert (decoded.text, decoded.notes) == (text, notes)


def test_what_no_charset_reads_is_replaced_with_a_note() -> None:
    decoded = decode(b"Gas leak in Velden on Sunday morning. " * 4 + b"\x81\x8d caf\xe9", "utf-8")
    assert decoded.text.startswith("Gas leak in Velden")
    assert decoded.notes == ("charset-replaced",)


def test_bytes_that_are_mostly_no_text_are_refused() -> None:
    with pytest.raises(RefusedInput) as refused:
        decode(bytes(range(0x80, 0x100)) * 8, "utf-8")
    assert refused.value.reason is Reason.BAD_ENCODING


@pytest.mark.parametrize("name", ["idna", "punycode", "unicode_escape", "rot13", "hex", "zip", "utf-7", "", "no\x00pe", "x" * 500])
def test_codecs_that_are_no_charsets_are_not_used(name: str) -> None:
    assert charset_name(name) == ""


def test_gzip_members_are_opened_one_after_another() -> None:
    assert unpack(gzip.compress(b"one ") + gzip.compress(b"two"), Limits()) == [("", b"one two")]


def test_what_is_not_compressed_is_left_alone() -> None:
    assert unpack(b"text", Limits()) == [("", b"text")]
    assert not is_archive(b"text")


def _zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def test_zip_members_come_in_order() -> None:
    assert unpack(_zipped({"b": b"1", "a": b"2"}), Limits()) == [("b", b"1"), ("a", b"2")]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (gzip.compress(b"x" * 2_000), Reason.TOO_LARGE),
        (_zipped({"a": b"x" * 2_000}), Reason.TOO_LARGE),
        (_zipped({str(n): b"" for n in range(300)}), Reason.BAD_COMPRESSION),
        (gzip.compress(b"text")[:-6], Reason.BAD_COMPRESSION),
        (gzip.compress(b"text")[:10] + b"\xff" * 20, Reason.BAD_COMPRESSION),
        (_zipped({"a": b"text"})[:40], Reason.BAD_COMPRESSION),
        (bz2.compress(b"text"), Reason.BAD_COMPRESSION),
        (b"7z\xbc\xaf\x27\x1c", Reason.BAD_COMPRESSION),
    ],
)
def test_bombs_and_damaged_archives_are_refused(data: bytes, reason: Reason) -> None:
    with pytest.raises(RefusedInput) as refused:
        unpack(data, Limits(max_decompressed_bytes=1_000))
    assert refused.value.reason is reason


def test_a_ratio_that_no_text_has_is_refused() -> None:
    with pytest.raises(RefusedInput) as refused:
        unpack(gzip.compress(b"x" * 1_000_000), Limits())
    assert "ratio" in refused.value.message


@pytest.mark.parametrize(
    ("value", "expected"),
    [("flash", 1), ("BULLETIN!", 2), ("Urgent:", 3), ("routine", 5), (1, 1), ("3", 3), ("9", 8), (0, 5), ("u", 3), ("2.0", 2),
     ("", None), (None, None), ("often", None), (True, None), ("77", None), ({}, None)],
)  # fmt: skip
def test_a_priority_is_read_from_words_letters_and_numbers(value: object, expected: int | None) -> None:
    assert read_priority(value) == expected


def test_a_provider_s_own_map_comes_first() -> None:
    assert read_priority("1", {"1": 4}) == 4
    assert read_priority("hot", {"hot": 2}) == 2


@pytest.mark.parametrize(
    ("code", "scheme", "expected"),
    [("medtop:20000056", "", "20000056"), ("http://cv.iptc.org/newscodes/mediatopic/20000056", "", "20000056"),
     ("20000056", "", "20000056"),
     ("04000000", "http://cv.iptc.org/newscodes/mediatopic/", "04000000"), ("04000000", "", ""), ("subj:16001000", "", ""), ("", "", "")],
)  # fmt: skip
def test_media_topic_codes_are_read_in_their_spellings(code: str, scheme: str, expected: str) -> None:
    assert medtop(code, scheme) == expected


def test_media_topics_come_once_and_in_order() -> None:
    assert medtops(["medtop:20000056", "war", "medtop:20000055", "20000056"]) == ("20000056", "20000055")


@pytest.mark.parametrize(
    ("value", "number"), [(3, 3), ("3", 3), ("v2", 2), ("2.1", 2), ("final", 0), (None, 0), (True, 0), (-1, 0), ("9" * 12, 0), (2.9, 2)]
)
def test_a_version_is_a_number_or_nothing(value: object, number: int) -> None:
    assert version_number(value) == number


@pytest.mark.parametrize(
    ("value", "signal"),
    [("canceled", Signal.KILL), ("stat:canceled", Signal.KILL), ("sig:update", Signal.UPDATE),
     ("http://x/sig/correction", Signal.CORRECTION),
     ("Usable", Signal.NEW), ("withheld", Signal.EMBARGOED), ("odd", None), (None, None)],
)  # fmt: skip
def test_a_signal_is_read_by_any_of_its_names(value: object, signal: Signal | None) -> None:
    assert read_signal(value) == signal


def test_times_leave_notes() -> None:
    at = datetime(2020, 9, 27, 10, tzinfo=UTC)
    assert timed("2020-09-27T10:00:00Z") == (at, ())
    assert timed("2020-09-27T10:00:00") == (at, ("zone-assumed-utc",))
    assert timed("soon") == (None, ("time-unreadable",))
    assert timed("") == (None, ())
    assert first_time(["soon", "2020-09-27T10:00:00Z"]) == (at, ())
    assert first_time(["soon", ""]) == (None, ("time-unreadable",))


def test_keywords_come_from_lists_strings_and_objects() -> None:
    assert words("a, b;c|d") == ("a", "b", "c", "d")
    assert words(["a", {"name": "b"}, {"term": "c"}, 4, True]) == ("a", "b", "c", "4")
    assert words(None) == ()


@pytest.mark.parametrize(
    ("line", "name"),
    [("By Ines Calder", "Ines Calder"), ("BY INES CALDER", "INES CALDER"), ("By the sea. It rained", ""), ("By now", ""), ("Bye", "")],
)
def test_a_byline_is_a_by_and_a_name(line: str, name: str) -> None:
    assert read_byline(line) == name


def test_a_byline_field_loses_its_by() -> None:
    assert strip_byline("By Ines Calder") == "Ines Calder"
    assert strip_byline("Ines  Calder") == "Ines Calder"


@pytest.mark.parametrize(
    ("line", "credit"),
    [("-- Norwire", "Norwire"), ("(c) Norwire 2020", "Norwire"), ("© 2020 Norwire. All rights reserved.", "Norwire"),
     ("Source: Norwire", "Norwire"),
     ("(Norwire)", "Norwire"), ("Copyright 2020 Norwire", "Norwire"), ("ENDS", ""), ("-0-", ""), ("He said so.", ""), ("-- he left", "")],
)  # fmt: skip
def test_a_credit_line_gives_the_bare_name(line: str, credit: str) -> None:
    assert read_credit(line) == credit


def test_a_closing_credit_is_found_above_the_end_mark() -> None:
    assert closing_credit("Text.\n\n-- Norwire\nENDS") == "Norwire"
    assert closing_credit("Text.\n\nMore text.") == ""
    assert closing_credit("-- Norwire") == ""
    assert is_end_mark("(END)")
    assert strip_credit("(Norwire)") == "Norwire"


def test_html_becomes_paragraphs() -> None:
    table = "<table><tr><td>a</td><td>1</td></tr></table>"
    source = "<h1>Head</h1><p>One <b>bold</b>&nbsp;text.</p><script>no()</script><p>Two<br>lines.</p>"
    assert html_text(source + table) == "Head\n\nOne bold text.\n\nTwo\nlines.\n\na 1"
    assert html_text("<pre>kept\nlines</pre>") == "kept\nlines"
    assert html_text("   ") == ""


def test_a_headline_loses_tags_and_references() -> None:
    assert html_line("Oil &amp; <b>gas</b>") == "Oil & gas"
    assert html_line("3 < 4 and 5 > 2") == "3 < 4 and 5 > 2"


@pytest.mark.parametrize(
    ("text", "verdict"), [("<p>x</p>", True), ("a < b > c", False), ("see <http://x>", False), ("x<br/>y", True), ("plain", False)]
)
def test_markup_is_told_from_text(text: str, verdict: bool) -> None:
    assert looks_like_html(text) is verdict

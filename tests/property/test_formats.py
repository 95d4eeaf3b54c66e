"""Invariants of the parsers: generated items come back, nothing but RefusedInput ever leaves, ids depend on content only."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.sax.saxutils import escape

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from streams.domain.errors import Reason, RefusedInput
from streams.domain.ids import derive
from streams.domain.report import RawRecord, Report
from streams.domain.settings import Limits
from streams.domain.source import Source
from streams.formats import parse, routing_key
from streams.formats.markup import paragraphs
from streams.formats.registry import FORMATS
from streams.formats.text import _SUSPECT, _is_clean, clean_text, one_line

NOW = datetime(2020, 9, 27, 12, tzinfo=UTC)
FIXTURES = [
    path.read_bytes() for path in sorted((Path(__file__).parents[1] / "data" / "formats").glob("*/*.pass.*")) if path.suffix != ".zip"
]
FIXTURES = [data for data in FIXTURES if len(data) < 20_000]
NAMED = sorted({name for wire_format in FORMATS for name in wire_format.content_types})
TYPES = [*NAMED, "", "text/xml", "text/plain; charset=utf-16", "x/y"]

WORD = st.text(st.sampled_from("abcdefghijklmnopqrstuvwxyzéüñßжω"), min_size=2, max_size=9)
SENTENCE = st.lists(WORD, min_size=3, max_size=12).map(lambda words: " ".join(words).capitalize() + ".")
BODY = st.lists(SENTENCE, min_size=1, max_size=5).map("\n\n".join)
HEADLINE = st.lists(WORD, min_size=5, max_size=9).map(lambda words: " ".join(words).capitalize())
WHEN = st.datetimes(datetime(2000, 1, 1), datetime(2020, 9, 27)).map(lambda at: at.replace(microsecond=0, tzinfo=UTC))
PATIENT = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def one(body: str | bytes, content_type: str = "", at: datetime = NOW) -> Report:
    raw = RawRecord("wire", at, body.encode() if isinstance(body, str) else body, content_type)
    (report,) = parse(raw, Limits()).reports
    return report


def outcome(body: bytes, content_type: str) -> list[str] | Reason:
    """Report ids or the reason of the refusal; any other exception is the caller's failure."""
    try:
        return [report.report_id for report in parse(RawRecord("wire", NOW, body, content_type), Limits()).reports]
    except RefusedInput as refused:
        return refused.reason


@PATIENT
@given(HEADLINE, BODY, WHEN)
def test_a_json_item_comes_back_as_it_was(headline: str, body: str, at: datetime) -> None:
    report = one(json.dumps({"headline": headline, "body": body, "published_at": at.isoformat()}), "application/json")
    assert (report.headline, report.body, report.published_at) == (headline, body, at)


@PATIENT
@given(HEADLINE, BODY, WHEN)
def test_a_ninjs_item_comes_back_as_it_was(headline: str, body: str, at: datetime) -> None:
    report = one(json.dumps({"uri": "urn:x", "headline": headline, "body_text": body, "versioncreated": at.isoformat()}))
    assert (report.format, report.headline, report.body, report.published_at) == ("ninjs", headline, body, at)


@PATIENT
@given(HEADLINE, BODY, WHEN)
def test_an_atom_entry_comes_back_as_it_was(headline: str, body: str, at: datetime) -> None:
    entry = (
        f"<entry><id>u</id><title>{escape(headline)}</title><updated>{at.isoformat()}</updated><content>{escape(body)}</content></entry>"
    )
    report = one(f'<feed xmlns="http://www.w3.org/2005/Atom">{entry}</feed>')
    assert (report.headline, report.body, report.published_at) == (headline, body, at)


@PATIENT
@given(HEADLINE, BODY, WHEN)
def test_an_nitf_document_comes_back_as_it_was(headline: str, body: str, at: datetime) -> None:
    paragraphs = "".join(f"<p>{escape(text)}</p>" for text in body.split("\n\n"))
    report = one(
        f'<nitf><head><docdata><date.issue norm="{at:%Y%m%dT%H%M%SZ}"/></docdata></head><body>'
        f"<body.head><hedline><hl1>{headline}</hl1></hedline></body.head><body.content>{paragraphs}</body.content></body></nitf>"
    )
    assert (report.headline, report.body, report.published_at) == (headline, body, at)


@PATIENT
@given(HEADLINE, BODY)
def test_plain_copy_under_a_headline_comes_back_as_it_was(headline: str, body: str) -> None:
    report = one(f"{headline}\n\n{body}\n", "text/plain")
    assert (report.headline, report.body) == (headline, body)


@PATIENT
@given(HEADLINE, BODY)
def test_mail_comes_back_as_it_was(headline: str, body: str) -> None:
    head = f"From: a@b\nTo: c@d\nDate: Sun, 27 Sep 2020 10:00:00 +0000\nSubject: {headline}\nContent-Type: text/plain; charset=utf-8"
    report = one(f"{head}\n\n{body}\n")
    assert (report.format, report.headline, report.body) == ("mail", headline, body)


@PATIENT
@given(st.lists(st.tuples(HEADLINE, BODY), min_size=2, max_size=6, unique_by=lambda item: item[0].casefold()))
def test_a_batch_keeps_its_order(items: list[tuple[str, str]]) -> None:
    lines = "\n".join(json.dumps({"headline": headline, "body": body}) for headline, body in items)
    reports = parse(RawRecord("wire", NOW, lines.encode()), Limits()).reports
    assert [(report.headline, report.body) for report in reports] == items


@PATIENT
@given(HEADLINE, BODY, st.integers(0, 10_000))
def test_a_resend_has_the_same_ids_whenever_it_comes(headline: str, body: str, minutes: int) -> None:
    item = json.dumps({"headline": headline, "body": body})
    first, again = one(item), one(item, at=NOW + timedelta(minutes=minutes))
    assert (first.report_id, first.item_key, first.content_hash) == (again.report_id, again.item_key, again.content_hash)


@PATIENT
@given(HEADLINE, BODY, SENTENCE)
def test_other_words_are_another_report(headline: str, body: str, more: str) -> None:
    first, other = (one(json.dumps({"id": "x", "headline": headline, "body": text})) for text in (body, f"{body}\n\n{more}"))
    assert first.item_key == other.item_key
    assert first.report_id != other.report_id


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(TYPES))
def test_arbitrary_bytes_raise_nothing_but_a_refusal_with_a_reason(data: bytes, content_type: str) -> None:
    assert outcome(data, content_type) is not Reason.INTERNAL
    assert routing_key(RawRecord("wire", NOW, data, content_type), Limits()).startswith("wire|")


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(FIXTURES), st.sampled_from(TYPES), st.data())
def test_damaged_fixtures_raise_nothing_but_a_refusal_with_a_reason(fixture: bytes, content_type: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(fixture)))
    size = data.draw(st.integers(0, 40))
    damaged = fixture[:at] + data.draw(st.binary(max_size=12)) + fixture[at + size :]
    assert outcome(damaged, content_type) is not Reason.INTERNAL


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(FIXTURES), st.sampled_from(TYPES))
def test_the_same_input_yields_the_same_reports(fixture: bytes, content_type: str) -> None:
    assert outcome(fixture, content_type) == outcome(fixture, content_type)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300))
def test_cleaning_clean_text_changes_nothing(text: str) -> None:
    cleaned = clean_text(text)
    assert clean_text(cleaned) == cleaned


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200), st.text(max_size=200))
def test_every_report_can_be_encoded_and_its_spans_lie_in_its_body(headline: str, body: str) -> None:
    try:
        report = one(json.dumps({"headline": headline, "body": body}))
    except RefusedInput:
        return
    assert report.body.strip()
    (report.body + report.headline + report.item_key + report.credit).encode("utf-8")
    span = report.dateline.span if report.dateline else None
    assert span is None or 0 <= span.start < span.end <= len(report.body)


@PATIENT
@given(
    st.lists(st.sampled_from(["<p>{0}</p>", "<p>{0} <b>{1}</b>\n{0}</p>", "<p/>", "\n  ", "<p> {0}\n {1}<br/>{0} </p>", "<hl2>{1}</hl2>"])),
    WORD,
    WORD,
)
def test_paragraphs_side_by_side_read_as_the_general_walk_reads_them(shapes: list[str], one_word: str, other: str) -> None:
    markup = "".join(shape.format(one_word, other) for shape in shapes)
    # An empty block has no text, and sends the reader the general way.
    simple, general = (etree.fromstring(f"<body.content>{markup}{more}</body.content>") for more in ("", "<div/>"))
    assert paragraphs(simple) == paragraphs(general)


@PATIENT
@given(st.text(st.characters(), max_size=60))
def test_the_quick_look_for_controls_says_what_the_pattern_says(text: str) -> None:
    assert _is_clean(text) == (_SUSPECT.search(text) is None)


def key_by_parsing(raw: RawRecord, source: Source | None) -> str:
    """The routing key as its definition says: from the reports themselves."""
    try:
        parsed = parse(raw, Limits(), source)
    except RefusedInput:
        return f"{raw.source}|{derive('raw', raw.body.hex())}"
    keys = {report.item_key for report in parsed.reports}
    return f"{raw.source}|batch" if len(keys) > 1 or parsed.refused else parsed.reports[0].item_key


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(FIXTURES), st.data(), st.sampled_from(TYPES), st.sampled_from(["", "item-7"]), st.sampled_from(["", "Asia/Yerevan"]))
def test_the_routing_key_is_the_key_of_the_report_that_parsing_gives(
    fixture: bytes, data: st.DataObject, content_type: str, item_id: str, zone: str
) -> None:
    at = data.draw(st.integers(0, len(fixture)))
    more = data.draw(st.one_of(st.just(b""), st.binary(max_size=6), st.sampled_from([b"UPDATE 2-", b"KILL", b"\n\n", b"<", b'"'])))
    raw = RawRecord("wire", NOW, fixture[:at] + more + fixture[at:], content_type, item_id)
    source = Source(id="wire", zone=zone)
    assert routing_key(raw, Limits(), source) == key_by_parsing(raw, source)


@PATIENT
@given(st.text(st.sampled_from("ab é \t\n\r\x0b\x1c\x85\xa0\u2003"), max_size=20))
def test_one_line_is_the_words_with_a_space_between(text: str) -> None:
    assert one_line(text) == " ".join(text.split())

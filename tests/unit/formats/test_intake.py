"""The whole way of one input: keys, caps, refusals; and that nothing but RefusedInput leaves."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime

import pytest

from streams.domain.errors import Reason, RefusedInput, Stage
from streams.domain.report import RawRecord
from streams.domain.settings import Limits
from streams.formats import parse, registry, routing_key
from streams.formats.payload import Payload
from streams.formats.registry import WireFormat

NOW = datetime(2020, 9, 27, 12, tzinfo=UTC)
ONE = json.dumps({"id": "a1", "headline": "Dam cracks", "body": "The dam cracked."})
TWO = json.dumps([{"id": "a1", "headline": "Dam cracks"}, {"id": "a2", "headline": "Ferry burns"}])


def raw(body: str | bytes, content_type: str = "", item_id: str = "", source: str = "wire") -> RawRecord:
    return RawRecord(source, NOW, body.encode() if isinstance(body, str) else body, content_type, item_id)


def refusal(body: str | bytes, content_type: str = "", limits: Limits | None = None) -> RefusedInput:
    with pytest.raises(RefusedInput) as refused:
        parse(raw(body, content_type), limits or Limits())
    return refused.value


def test_the_routing_key_of_one_report_is_its_item_key() -> None:
    assert routing_key(raw(ONE), Limits()) == parse(raw(ONE), Limits()).reports[0].item_key == "wire|a1"


def test_the_routing_key_of_a_batch_is_its_source_s() -> None:
    assert routing_key(raw(TWO), Limits()) == "wire|batch"


def test_a_batch_of_versions_of_one_item_stays_with_the_item() -> None:
    versions = json.dumps([{"id": "a1", "headline": "Dam cracks", "version": n} for n in (1, 2)])
    assert routing_key(raw(versions), Limits()) == "wire|a1"


def test_the_routing_key_of_what_cannot_be_parsed_depends_on_its_bytes() -> None:
    keys = [routing_key(raw(body), Limits()) for body in ("{", "{", '{"', "")]
    assert keys[0] == keys[1]
    assert len(set(keys)) == 3
    assert all(key.startswith("wire|raw-") for key in keys)


def test_the_feeder_s_item_id_serves_where_the_format_has_none() -> None:
    text = "Dam cracks\n\nVELDEN (Norwire) - The dam cracked.\n"
    assert parse(raw(text, item_id="feed-7"), Limits()).reports[0].item_key == "wire|feed-7"
    assert parse(raw(ONE, item_id="feed-7"), Limits()).reports[0].item_key == "wire|a1"


def test_the_same_copy_of_two_sources_is_two_items() -> None:
    text = "Dam cracks above Velden after rain\n\nThe dam cracked.\n"
    one, other = (parse(raw(text, source=source), Limits()).reports[0] for source in ("a", "b"))
    assert one.item_key != other.item_key
    assert one.report_id != other.report_id
    assert one.content_hash == other.content_hash


def test_a_short_headline_comes_again_the_next_day_as_another_item() -> None:
    items = [{"headline": "Morning briefing", "body": "News.", "published_at": f"2020-09-2{day}T06:00:00Z"} for day in (6, 6, 7)]
    keys = [report.item_key for report in parse(raw(json.dumps(items)), Limits()).reports]
    assert keys[0] == keys[1] != keys[2]


def test_over_the_cap_is_refused_before_anything_is_read() -> None:
    refused = refusal("x" * 2_000_000)
    assert (refused.stage, refused.reason) == (Stage.RECEIVE, Reason.TOO_LARGE)


def test_a_batch_over_its_cap_is_refused_whole() -> None:
    assert refusal(TWO, limits=Limits(max_batch=1)).reason is Reason.TOO_LARGE
    assert refusal(ONE + "\n" + ONE, limits=Limits(max_batch=1)).reason is Reason.TOO_LARGE


@pytest.mark.parametrize("body", ["", "  \r\n\t ", "\n"])
def test_nothing_is_refused_as_empty(body: str) -> None:
    refused = refusal(body)
    assert (refused.stage, refused.reason) == (Stage.RECEIVE, Reason.EMPTY)


def test_an_archive_inside_an_archive_is_refused() -> None:
    assert refusal(gzip.compress(gzip.compress(b"Dam cracks"))).reason is Reason.BAD_COMPRESSION


@pytest.mark.parametrize("start", [b"\x89PNG\r\n", b"GIF89a", b"%PDF-1.7", b"\x7fELF", b"\x00\x01\x02", b"{\\rtf1 x}"])
def test_pictures_documents_and_programs_are_no_reports(start: bytes) -> None:
    assert refusal(start + b" text that follows").reason is Reason.NOT_A_REPORT


def test_text_in_utf_16_is_not_binary() -> None:
    assert parse(raw("Dam cracks above Velden".encode("utf-16")), Limits()).reports[0].headline == "Dam cracks above Velden"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("<?xml version='1.0'?><unknown><x/></unknown>", Reason.UNKNOWN_FORMAT),
        ("<?xml version='1.0'?>", Reason.MALFORMED),
        ("<rss" + "<a>" * 300, Reason.MALFORMED),
        ('<!DOCTYPE nitf [<!ENTITY x SYSTEM "file:///x">]><nitf/>', Reason.FORBIDDEN_CONSTRUCT),
        ("<feed>" + "<a>" * 300 + "</a>" * 300 + "</feed>", Reason.FORBIDDEN_CONSTRUCT),
        ("[" * 100_000, Reason.FORBIDDEN_CONSTRUCT),
        ('{"a":' * 3_000 + "1" + "}" * 3_000, Reason.FORBIDDEN_CONSTRUCT),
        ('{"headline": ' + "9" * 6_000 + "}", Reason.MALFORMED),
    ],
)
def test_hostile_structure_is_refused_by_its_name(body: str, reason: Reason) -> None:
    assert refusal(body).reason is reason


def test_an_entity_declared_in_utf_16_is_refused_too() -> None:
    prolog = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE rss [<!ENTITY x "y">]>'
    document = prolog + "<rss><channel><item><title>&x;</title></item></channel></rss>"
    assert refusal(document.encode("utf-16")).reason is Reason.FORBIDDEN_CONSTRUCT


def test_the_declared_format_answers_for_what_no_sniffer_knows() -> None:
    assert refusal("not JSON at all", "application/json").reason is Reason.MALFORMED
    assert refusal("no frame", "text/vnd.iptc.anpa").reason is Reason.MALFORMED


def test_a_content_type_that_no_format_has_is_refused_unless_the_bytes_tell() -> None:
    assert refusal("some words", "video/mp4").reason is Reason.UNKNOWN_FORMAT
    assert parse(raw(ONE, "video/mp4"), Limits()).reports[0].format == "json"


def test_a_parser_s_fault_becomes_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    def trip(payload: Payload) -> list[object]:
        raise ZeroDivisionError(payload.media_type)

    broken = WireFormat("broken", frozenset(), lambda _: True, trip)  # type: ignore[arg-type]
    monkeypatch.setattr(registry, "FORMATS", (broken, registry.FORMATS[-1]))
    refused = refusal("words", "text/odd")
    assert (refused.reason, refused.message) == (Reason.INTERNAL, "ZeroDivisionError: text/odd")


def test_a_parser_s_recursion_becomes_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    def dig(payload: Payload) -> list[object]:
        return dig(payload)

    broken = WireFormat("broken", frozenset(), lambda _: True, dig)  # type: ignore[arg-type]
    monkeypatch.setattr(registry, "FORMATS", (broken, registry.FORMATS[-1]))
    assert refusal("words").reason is Reason.FORBIDDEN_CONSTRUCT


def test_the_ids_of_a_report_do_not_depend_on_when_it_came() -> None:
    later = RawRecord("wire", datetime(2020, 9, 27, 19, tzinfo=UTC), ONE.encode())
    first, again = parse(raw(ONE), Limits()).reports[0], parse(later, Limits()).reports[0]
    assert (first.report_id, first.content_hash) == (again.report_id, again.content_hash)

"""Input made to hurt is refused by name, before it costs anything; what only looks odd is read."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from datetime import UTC, datetime

import pytest

from streams.domain.errors import Reason, RefusedInput
from streams.domain.report import RawRecord, Report
from streams.domain.settings import Limits
from streams.domain.source import Source
from streams.formats import parse

NITF = b"<nitf><body><body.head><hedline><hl1>Ferry burns off Halm</hl1></hedline></body.head><body.content>%s</body.content></body></nitf>"
MAIL = b"From: a@b\nTo: c@d\nSubject: Ferry burns off Halm\nMIME-Version: 1.0\n"
LAUGHS = b'<!DOCTYPE nitf [<!ENTITY a "lol"><!ENTITY b "&a;&a;">]>' + NITF % b"<p>&b;</p>"
EXTERNAL = b'<!DOCTYPE nitf [<!ENTITY % p SYSTEM "http://127.0.0.1:1/x.dtd"> %p;]>' + NITF % b"<p>x</p>"
FILE = b'<!DOCTYPE nitf [<!ENTITY p SYSTEM "file:///etc/hostname">]>' + NITF % b"<p>&p;</p>"


def zipped(*members: bytes, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for number, data in enumerate(members):
            archive.writestr(f"{number}.txt", data)
    return packed.getvalue()


def entries(count: int) -> bytes:
    return b"<rss><channel>" + b"<item><title>Ferry burns</title></item>" * count + b"</channel></rss>"


REFUSED: dict[str, tuple[bytes, Reason]] = {
    "a gzip bomb": (gzip.compress(b"a" * 20_000_000), Reason.TOO_LARGE),
    "gzip in gzip": (gzip.compress(gzip.compress(b"Ferry burns")), Reason.BAD_COMPRESSION),
    "a thousand gzip members": (gzip.compress(b"a ") * 1_000, Reason.BAD_COMPRESSION),
    "a zip bomb": (zipped(b"a" * 20_000_000), Reason.TOO_LARGE),
    "zip in zip": (zipped(zipped(b"Ferry burns")), Reason.BAD_COMPRESSION),
    "a zip by LZMA": (zipped(b"Ferry burns", method=zipfile.ZIP_LZMA), Reason.BAD_COMPRESSION),
    "a zip of 300 members": (zipped(*[b"Ferry burns"] * 300), Reason.BAD_COMPRESSION),
    "JSON arrays that never close": (b"[" * 400_000, Reason.FORBIDDEN_CONSTRUCT),
    "JSON objects 100,000 deep": (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, Reason.FORBIDDEN_CONSTRUCT),
    "a JSON number of 900,000 digits": (b'{"headline":"x","version":' + b"9" * 900_000 + b"}", Reason.MALFORMED),
    "a billion laughs": (LAUGHS, Reason.FORBIDDEN_CONSTRUCT),
    "a billion laughs in UTF-16": (LAUGHS.decode().encode("utf-16"), Reason.FORBIDDEN_CONSTRUCT),
    "a parameter entity of the network": (EXTERNAL, Reason.FORBIDDEN_CONSTRUCT),
    "an entity of a file": (FILE, Reason.FORBIDDEN_CONSTRUCT),
    "XML 40,000 deep": (NITF % (b"<p>" * 40_000 + b"x" + b"</p>" * 40_000), Reason.FORBIDDEN_CONSTRUCT),
    "an XML element of 50,000 attributes": (
        b"<nitf " + b" ".join(b'a%d="1"' % n for n in range(50_000)) + b"/>",
        Reason.FORBIDDEN_CONSTRUCT,
    ),
    "an HTML element of 60,000 attributes": (
        b"<html><body><p " + b" ".join(b'a%d=">"' % n for n in range(60_000)) + b">Ferry</p>",
        Reason.FORBIDDEN_CONSTRUCT,
    ),
    "a feed of 100,000 entries": (b"<rss><channel>" + b"<item/>" * 100_000 + b"</channel></rss>", Reason.TOO_LARGE),
    "a feed over the batch limit": (entries(5_001), Reason.TOO_LARGE),
    "a JSON array over the batch limit": (json.dumps([{"headline": "Ferry burns"}] * 5_001).encode(), Reason.TOO_LARGE),
    "mail of 10,000 parts": (
        MAIL + b"Content-Type: multipart/mixed; boundary=B\n\n" + b"--B\nContent-Type: text/plain\n\nx\n" * 10_000 + b"--B--\n",
        Reason.TOO_LARGE,
    ),
    "mail in mail 3,000 deep": (
        MAIL + b"".join(b"Content-Type: multipart/mixed; boundary=B%d\n\n--B%d\n" % (n, n) for n in range(3_000)),
        Reason.FORBIDDEN_CONSTRUCT,
    ),
    "NUL bytes": (b"Ferry\0burns " * 100, Reason.NOT_A_REPORT),
    "base64 of what is no text": (MAIL + b"Content-Transfer-Encoding: base64\n\n" + b"A" * 90_000, Reason.BAD_ENCODING),
}
TIMES = ["0000-01-01T00:00:00Z", "0001-01-01T00:00:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59", "9999-12-31T23:59:59-14:00",
         "2020-02-30", "2020-09-27T10:00:00+99:99", "Sun, 99 Foo 0000 99:99:99 +9999", "Fri, 31 Dec 9999 23:59:59 -2300"]  # fmt: skip
EASTMOST, WESTMOST = Source(id="wire", zone="Pacific/Kiritimati"), Source(id="wire", zone="Pacific/Pago_Pago")


def one(body: bytes, source: Source | None = None) -> Report:
    return parse(RawRecord("wire", datetime(2020, 9, 27, 12, tzinfo=UTC), body), Limits(), source).reports[0]


@pytest.mark.parametrize("name", REFUSED)
def test_an_attack_is_refused_by_name(name: str) -> None:
    body, reason = REFUSED[name]
    with pytest.raises(RefusedInput) as refused:
        one(body)
    assert refused.value.reason is reason, refused.value.message


@pytest.mark.parametrize("source", [None, EASTMOST, WESTMOST])
@pytest.mark.parametrize("time", TIMES)
def test_no_time_trips_a_parser_whatever_the_zone(time: str, source: Source | None) -> None:
    item = {"headline": "Ferry burns off Halm", "body": "x", "published_at": time, "updated_at": time, "embargo_until": time}
    mail = MAIL + f"Date: {time}\n\nEMBARGOED UNTIL {time}\n\nHALM, {time} (AP) - A ferry burned.\n".encode()
    assert one(json.dumps(item).encode(), source).headline == one(mail, source).headline == "Ferry burns off Halm"


def test_lone_surrogates_and_nuls_in_json_leave_text_that_can_be_sent_on() -> None:
    report = one(b'{"headline": "a \\ud800 b", "body": "x \\udfff\\ud800 \\u0000y", "id": "\\ud800", "keywords": ["\\ud800"]}')
    assert (report.headline, report.body) == ("a � b", "x �� y")
    assert [text.encode() for text in (report.item_key, *report.keywords)]


def test_numbers_that_are_none_are_passed_over() -> None:
    report = one(b'{"headline": "Ferry burns", "version": NaN, "published_at": Infinity, "urgency": 1e999}')
    assert (report.headline, report.version, report.priority) == ("Ferry burns", 0, 5)


def test_a_document_type_elsewhere_is_never_fetched() -> None:
    assert (
        one(b'<!DOCTYPE nitf SYSTEM "http://127.0.0.1:1/nitf.dtd">' + NITF % b"<p>A ferry &nbsp; burned</p>").headline
        == "Ferry burns off Halm"
    )


def test_a_long_licence_comment_does_not_hide_the_root() -> None:
    assert one(b"<?xml version='1.0'?><!-- " + b"licence " * 2_000 + b" -->" + NITF % b"<p>x</p>").format == "nitf"


def test_a_page_with_large_attributes_is_read() -> None:
    image = b'<img src="data:image/png;base64,' + b"A" * 50_000 + b'" alt="' + b"a b " * 3_000 + b'">'
    assert (
        one(b"<html><body><article><h1>Ferry burns off Halm</h1><p>It burned.</p>" + image + b"</article>").headline
        == "Ferry burns off Halm"
    )


def test_character_references_beyond_unicode_are_replaced() -> None:
    assert one(b'{"headline": "x &#x110000; &#55296; y", "body_html": "<p>&#xD800; &#1114112; y</p>"}').headline == "x � � y"


def test_a_zip_member_without_a_name_is_read() -> None:
    assert one(zipped(b"Ferry burns off Halm").replace(b"0.txt", b"\0.txt")).body == "Ferry burns off Halm"

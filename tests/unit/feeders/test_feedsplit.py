"""A feed as one document per entry."""

from __future__ import annotations

import pytest

from streams.domain.errors import RefusedInput
from streams.domain.report import RawRecord
from streams.domain.settings import Limits
from streams.feeders.feedsplit import is_feed, split
from streams.formats import parse, routing_key
from tests.support.feeding import START

RSS = b"""<?xml version="1.0" encoding="ISO-8859-1"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>
<title>Acme</title><language>fr</language><lastBuildDate>Sun, 27 Sep 2020 06:00:00 GMT</lastBuildDate>
<item><title>S\xe9isme: second</title><guid>2</guid><dc:creator>A. Writer</dc:creator></item>
<item><title>First</title><guid isPermaLink="false">1</guid><description>&lt;p&gt;It shook.&lt;/p&gt;</description></item>
</channel></rss>"""
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>Acme</title><updated>2020-09-27T06:00:00Z</updated>
<entry><id>urn:2</id><title>Second</title><updated>2020-09-27T06:00:00Z</updated></entry>
<entry><id>urn:1</id><title>First</title>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>It shook.</p></div></content></entry>
</feed>"""
RDF = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel rdf:about="http://a"><title>A</title>
</channel><item rdf:about="http://a/2"><title>Second</title></item><item rdf:about="http://a/1"><title>First</title><link>http://a/one</link></item></rdf:RDF>"""


def reports(document: bytes) -> list[tuple[str, str, str, str]]:
    """What becomes of each entry: key of the report, headline, language, format."""
    found = []
    for entry in split(document):
        raw = RawRecord("acme", START, entry.body, entry.content_type)
        [report] = parse(raw, Limits()).reports
        assert routing_key(raw, Limits()) == report.item_key
        found.append((report.item_key, report.headline, report.language, report.format))
    return found


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (RSS, [("acme|1", "First", "fr", "rss"), ("acme|2", "Séisme: second", "fr", "rss")]),
        (ATOM, [("acme|urn:1", "First", "en", "atom"), ("acme|urn:2", "Second", "en", "atom")]),
        (RDF, [("acme|http://a/one", "First", "", "rss"), ("acme|http://a/2", "Second", "", "rss")]),
    ],
)
def test_each_entry_can_be_read_alone_oldest_first(document: bytes, expected: list[tuple[str, str, str, str]]) -> None:
    assert reports(document) == expected


@pytest.mark.parametrize("document", [RSS, ATOM])
def test_entries_alone_make_the_same_reports_as_the_whole_feed(document: bytes) -> None:
    whole = parse(RawRecord("acme", START, document), Limits()).reports
    alone = [parse(RawRecord("acme", START, e.body, e.content_type), Limits()).reports[0] for e in split(document)]
    assert {r.report_id for r in whole} == {r.report_id for r in alone}
    assert {r.body for r in whole} == {r.body for r in alone}


def test_an_entry_has_the_same_bytes_whatever_else_is_in_the_feed() -> None:
    later = RSS.replace(b"06:00:00", b"07:00:00").replace(b"<item><title>S", b"<item><title>New</title><guid>3</guid></item><item><title>S")
    bodies = {entry.key: entry.body for entry in split(RSS)}
    assert {entry.key: entry.body for entry in split(later) if entry.key != "3"} == bodies


def test_of_two_entries_with_one_id_the_newer_counts() -> None:
    [entry] = split(
        b"<rss><channel><item><guid>1</guid><title>new</title></item><item><guid>1</guid><title>old</title></item></channel></rss>"
    )
    assert b"new" in entry.body


def test_an_entry_without_an_id_is_known_by_its_text() -> None:
    [one, two] = split(b"<rss><channel><item><title>B</title></item><item><title>A</title></item></channel></rss>")
    assert one.key != two.key
    assert b">A<" in one.body


def test_an_atom_entry_without_an_id_is_known_by_its_link() -> None:
    [entry] = split(b'<feed><entry><title>A</title><link href="http://a/1"/></entry></feed>')
    assert entry.key == "http://a/1"


def test_a_feed_may_have_no_entries() -> None:
    assert split(b"<rss><channel/></rss>") == []
    assert split(b"<rss/>") == []


@pytest.mark.parametrize(
    "document", [b"", b"<html><body>Back soon</body></html>", b"<rss><channel>", b"{}", b"<!DOCTYPE rss [<!ENTITY a 'b'>]><rss/>"]
)
def test_what_is_no_feed_is_refused(document: bytes) -> None:
    with pytest.raises(RefusedInput):
        split(document)


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (RSS, True),
        (ATOM, True),
        (RDF, True),
        (b"\xef\xbb\xbf\n<?xml version='1.0'?>\n<!-- made by hand -->\n<rss><channel>", True),
        (b"<html><body>Back soon</body></html>", False),
        (b"<feedback>", False),
        (b"{}", False),
        (b"", False),
        (b" " * 5_000 + b"<rss>", False),
    ],
)
def test_a_feed_is_known_by_its_beginning(document: bytes, expected: bool) -> None:
    assert is_feed(document) is expected

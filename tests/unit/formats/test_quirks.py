"""What a source does its own way: words of urgency, zone, charset, language."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from streams.config import load
from streams.domain.errors import ConfigError
from streams.domain.report import RawRecord, Report
from streams.domain.settings import Limits
from streams.domain.source import Source
from streams.formats import parse, routing_key
from streams.formats.priority import first_priority, urgency_words
from streams.formats.quirks import zone_of

NOW = datetime(2020, 9, 27, 12, 0, tzinfo=UTC)


def report(body: bytes, content_type: str = "", **quirks: object) -> Report:
    raw = RawRecord("acme", NOW, body, content_type)
    [found] = parse(raw, Limits(), Source("acme", **quirks)).reports  # type: ignore[arg-type]
    return found


JSON = b'{"id": "1", "headline": "Quake", "body": "It shook the city.", "priority": "Hot  News", "published": "2020-09-27T10:00:00"}'
WIRES = {
    "json": JSON,
    "ninjs": b'{"uri": "urn:1", "headline": "Quake", "body_text": "It shook the city.", "urgency": 4}',
    "rss": b"<rss><channel><item><guid>1</guid><title>Quake</title><priority>Hot News</priority></item></channel></rss>",
    "nitf": b"<nitf><head><docdata><urgency ed-urg='4'/></docdata></head><body><body.head><hedline><hl1>Quake</hl1></hedline></body.head>"
    b"<body.content><p>It shook.</p></body.content></body></nitf>",
    "mail": b"From: a@b.example\r\nTo: c@d.example\r\nSubject: Quake\r\nPriority: Hot News\r\n\r\nIt shook the city.\r\n",
    "plain": b"PRIORITY: Hot News\nHEADLINE: Quake\n\nIt shook the city.\n",
}


@pytest.mark.parametrize("wire", sorted(WIRES))
def test_a_providers_words_of_urgency_come_before_everyones(wire: str) -> None:
    found = report(WIRES[wire], priority_map=(("HOT news", 2), ("4", 2)))
    assert (found.format, found.priority) == (wire, 2)
    assert report(WIRES[wire]).priority in (4, 5)


def test_a_word_that_nobody_knows_leaves_what_the_headline_says() -> None:
    assert report(JSON.replace(b'"Quake"', b'"URGENT: Quake"')).priority == 3


def test_words_are_taken_in_order_and_only_what_is_one() -> None:
    assert urgency_words(None, "", 3, 2.0, True, {}, [], "Flash") == ("3", "2.0", "Flash")
    assert (first_priority(("soon", "4", "1")), first_priority(("soon",)), first_priority(())) == (4, None, None)


def test_a_time_without_a_zone_is_in_the_sources() -> None:
    there = report(JSON, zone="Asia/Yerevan")
    assert (there.published_at, there.version_at) == (datetime(2020, 9, 27, 6, tzinfo=UTC),) * 2
    assert ("zone-of-source" in there.notes, "zone-assumed-utc" in there.notes) == (True, False)
    here = report(JSON)
    assert (here.published_at, "zone-assumed-utc" in here.notes) == (datetime(2020, 9, 27, 10, tzinfo=UTC), True)
    assert {here.published_at.tzinfo, there.published_at.tzinfo, here.version_at.tzinfo} == {UTC}


def test_a_time_with_a_zone_keeps_it() -> None:
    found = report(JSON.replace(b"10:00:00", b"10:00:00+02:00"), zone="Asia/Yerevan")
    assert (found.published_at, found.notes) == (datetime(2020, 9, 27, 8, tzinfo=UTC), ())


def test_summer_time_is_the_zones_own() -> None:
    winter = JSON.replace(b"2020-09-27", b"2020-01-27")
    assert report(winter, zone="Europe/Paris").published_at == datetime(2020, 1, 27, 9, tzinfo=UTC)
    assert report(JSON, zone="Europe/Paris").published_at == datetime(2020, 9, 27, 8, tzinfo=UTC)


def test_an_embargo_without_a_zone_is_in_the_sources_too() -> None:
    body = b"HEADLINE: Quake\nEMBARGOED UNTIL 18:00 28 SEPT 2020\n\nIt shook the city.\n"
    assert report(body).embargo_until == datetime(2020, 9, 28, 18, tzinfo=UTC)
    assert report(body, zone="Asia/Yerevan").embargo_until == datetime(2020, 9, 28, 14, tzinfo=UTC)


def test_copy_that_names_no_charset_is_in_the_sources() -> None:
    body = "HEADLINE: Séisme à Erevan\n\nLa ville a tremblé ce matin, ont dit les secours.\n".encode("cp850")
    assert report(body, charset="cp850").headline == "Séisme à Erevan"
    assert report(body).headline != "Séisme à Erevan"
    assert report(body.decode("cp850").encode("latin-1"), "text/plain; charset=latin-1", charset="cp850").headline == "Séisme à Erevan"


def test_copy_that_names_no_language_is_in_the_sources() -> None:
    assert (report(JSON, language="hy").language, report(JSON).language == "hy") == ("hy", False)
    assert report(JSON.replace(b'"id"', b'"language": "fr", "id"'), language="hy").language == "fr"


def test_the_key_is_that_of_the_report() -> None:
    body = "HEADLINE: Séisme à Erevan\n\nLa ville a tremblé.\n".encode("cp850")
    source = Source("acme", charset="cp850")
    raw = RawRecord("acme", NOW, body)
    assert routing_key(raw, Limits(), source) == parse(raw, Limits(), source).reports[0].item_key


@pytest.mark.parametrize("name", ["Mars/Olympus", "../etc", "Asia", "Asia/", "/etc/passwd", "Asia/../Asia/Yerevan", "yerevan", "zones"])
def test_an_unknown_zone_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="no time zone"):
        zone_of(name)


def test_quirks_are_settings_of_a_source(tmp_path: Path) -> None:
    path = tmp_path / "wirebell.toml"
    path.write_text('[sources.acme]\nzone = "Asia/Yerevan"\ncharset = "Windows-1252"\nlanguage = "hy"\npriority_map = {"Hot News" = 2}\n')
    source = load(path, {}).core.source("acme")
    assert (source.zone, source.charset, source.language) == ("Asia/Yerevan", "cp1252", "hy")
    assert source.priority_map == (("Hot News", 2),)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('zone = "Mars"', r"sources\.acme\.zone: must be an IANA time zone"),
        ('charset = "utf-88"', r"sources\.acme\.charset: must be the name of a charset"),
        ('language = "Armenian!"', r"sources\.acme\.language: must be a BCP 47 language"),
    ],
)
def test_a_quirk_that_cannot_be_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "wirebell.toml"
    path.write_text(f"[sources.acme]\n{text}\n")
    with pytest.raises(ConfigError, match=message):
        load(path, {})

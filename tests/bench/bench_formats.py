"""Microseconds per item by wire format, beside the bare parse of the same bytes: lxml for XML, json for JSON, feedparser for RSS and Atom.

    python tests/bench/bench_formats.py [--rounds 200] [--json]

The figure is CPU time per report, the best of five runs. Aim: under 3 x the
bare parse for the XML formats, measured on items of newsroom size (about 3 KB of copy).
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import feedparser
from lxml import etree

from streams.domain.report import RawRecord
from streams.domain.settings import Limits
from streams.formats import parse

FIXTURES = Path(__file__).parents[1] / "data" / "formats"
RECEIVED = datetime(2020, 9, 27, 12, tzinfo=UTC)
PARAGRAPH = (
    "A ferry with 212 people aboard burned off Halm on Sunday, the coast guard said, and all of them were taken off by fishing boats. "
)
RUNS = 5
FEED_ENTRIES = 30


def paragraphs(open_tag: str, close_tag: str, count: int = 12) -> str:
    """About 3 KB of copy."""
    return "".join(f"{open_tag}{PARAGRAPH * 2}{close_tag}" for _ in range(count))


def items() -> dict[str, tuple[bytes, int, Callable[[bytes], object] | None]]:
    """format -> (one input of newsroom size, reports in it, the bare parse of its bytes)."""
    html, text = paragraphs("<p>", "</p>"), paragraphs("", "\n\n")
    nitf_body = "<nitf><head><docdata/></head><body><body.head><hedline><hl1>Ferry burns off Halm</hl1></hedline></body.head>"
    nitf_body += f"<body.content>{html}</body.content></body></nitf>"
    meta = '<itemMeta><versionCreated>2020-09-27T10:00:00Z</versionCreated><pubStatus qcode="stat:usable"/></itemMeta>'
    content = f'<contentSet><inlineXML contenttype="application/nitf+xml">{nitf_body}</inlineXML></contentSet>'
    g2 = (
        f'<newsItem guid="urn:x" version="1">{meta}<contentMeta><headline>Ferry burns off Halm</headline></contentMeta>{content}</newsItem>'
    )
    held = f"<ContentItem><DataContent>{nitf_body}</DataContent></ContentItem>"
    n1 = f"<NewsML><NewsEnvelope/><NewsItem><NewsComponent>{held}</NewsComponent></NewsItem></NewsML>"
    when = "<pubDate>Sun, 27 Sep 2020 10:00:00 GMT</pubDate>"
    entry = "<item><title>Ferry {0} burns off Halm</title><guid>g{0}</guid>" + when + "<description>{1}</description></item>"
    rss = "<rss><channel>" + "".join(entry.format(n, PARAGRAPH) for n in range(FEED_ENTRIES)) + "</channel></rss>"
    atom_entry = (
        "<entry><title>Ferry {0} burns off Halm</title><id>g{0}</id><updated>2020-09-27T10:00:00Z</updated><summary>{1}</summary></entry>"
    )
    atom = '<feed xmlns="http://www.w3.org/2005/Atom">' + "".join(atom_entry.format(n, PARAGRAPH) for n in range(FEED_ENTRIES)) + "</feed>"
    cap = (FIXTURES / "cap" / "01_alert.pass.xml").read_text("utf-8").replace("The river", PARAGRAPH * 10 + "The river")
    wire = {"headline": "Ferry burns off Halm", "body": text, "published_at": "2020-09-27T10:00:00Z"}
    ninjs = {"uri": "urn:x", "headline": "Ferry burns off Halm", "body_text": text, "versioncreated": "2020-09-27T10:00:00Z"}
    mail = f"From: a@b\nTo: c@d\nDate: Sun, 27 Sep 2020 10:00:00 +0000\nSubject: Ferry burns off Halm\n\n{text}"
    article = f"<article><h1>Ferry burns off Halm</h1>{html}</article>"
    page = f"<!DOCTYPE html><html><head><title>x</title></head><body>{article}</body></html>"
    iptc = f"\x01nwi0123 2 pl 085\r\n\x02HALM-FERRY\r\nFerry burns off Halm =\r\n\r\n{text}\x03271015 Sep 20\x04"
    heading = "\x16\x16\x01a0421\x1fnwi-\r\nu i\x13bc-halm-ferry 9-27 0085\r\n"
    anpa = f"{heading}\x02^Ferry burns off Halm<\r\n{text}\x03NWI-WX-09-27-20 1015GMT\x04"
    return {
        "nitf": (nitf_body.encode(), 1, bare_xml),
        "newsml-g2": (g2.encode(), 1, bare_xml),
        "newsml-1": (n1.encode(), 1, bare_xml),
        "cap": (cap.encode(), 1, bare_xml),
        "rss": (rss.encode(), FEED_ENTRIES, bare_xml),
        "atom": (atom.encode(), FEED_ENTRIES, bare_xml),
        "json": (json.dumps(wire).encode(), 1, json.loads),
        "ninjs": (json.dumps(ninjs).encode(), 1, json.loads),
        "html": (page.encode(), 1, bare_html),
        "plain": (f"Ferry burns off Halm\n\nHALM, Sept 27 (Norwire) - {text}".encode(), 1, None),
        "mail": (mail.encode(), 1, None),
        "iptc-7901": (iptc.encode(), 1, None),
        "anpa-1312": (anpa.encode(), 1, None),
    }


def bare_xml(data: bytes) -> object:
    """The tree and nothing else."""
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))


def bare_html(data: bytes) -> object:
    """The tree and nothing else."""
    return etree.fromstring(data, etree.HTMLParser(no_network=True))


def microseconds(call: Callable[[], object], rounds: int) -> float:
    """CPU time of one call: the best of several runs, because the machine has other work."""
    best = float("inf")
    for _ in range(RUNS):
        began = time.process_time()
        for _ in range(rounds):
            call()
        best = min(best, (time.process_time() - began) / rounds)
    return best * 1e6


def measure(rounds: int) -> dict[str, dict[str, float]]:
    """format -> us per item, us per item of the bare parse, their ratio, and feedparser's us per entry where it applies."""
    figures: dict[str, dict[str, float]] = {}
    limits = Limits()
    for name, (data, count, bare) in items().items():
        raw = RawRecord("bench", RECEIVED, data)
        row = {"bytes": float(len(data)), "us_per_item": microseconds(lambda raw=raw: parse(raw, limits), rounds) / count}
        if bare:
            row["bare_us"] = microseconds(lambda bare=bare, data=data: bare(data), rounds) / count
            row["ratio"] = row["us_per_item"] / row["bare_us"]
        if name in ("rss", "atom"):
            row["feedparser_us"] = microseconds(lambda data=data: feedparser.parse(data), max(1, rounds // 40)) / count
        figures[name] = row
    return figures


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    figures = measure(arguments.rounds)
    if arguments.json:
        print(json.dumps(figures, indent=1))
        return
    for name, row in figures.items():
        print(f"{name:10}", "  ".join(f"{key} {value:8.1f}" for key, value in row.items()))


if __name__ == "__main__":
    main()

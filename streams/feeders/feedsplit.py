"""An RSS or Atom feed as one document per entry, so that the versions of an entry share a key of `wire.raw` and stay in order.

A document holds what the entry needs to be read alone: the feed's root, its title and language. What changes with every poll
(build dates, counters of the channel) is left out, so that an unchanged entry has unchanged bytes.
"""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import dataclass

from lxml import etree

from streams.feeders.appender import digest_of
from streams.formats.refusal import not_a_report
from streams.formats.xml import child, line, local, parse_xml

_ENTRIES = ("item", "entry")
_KEPT = ("title", "language")
_BEGINNING = re.compile(
    rb"(?:\xef\xbb\xbf)?\s{0,100}(?:<\?[^>]{0,500}\?>|<!--.{0,500}?-->|\s){0,20}<(?:rss|feed|rdf:RDF|RDF)[\s>]", re.DOTALL
)
_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One entry: `key` is the same for all its versions, `body` a feed of this entry alone."""

    key: str
    body: bytes
    content_type: str


def split(document: bytes, charset: str = "") -> list[FeedEntry]:
    """The entries, oldest first (feeds begin with the newest). Raises RefusedInput when it is no feed or not well-formed."""
    root, _ = parse_xml(document, charset)
    if local(root) not in ("rss", "RDF", "feed"):
        raise not_a_report(f"no feed: the root is {local(root)}")
    channel = root if local(root) == "feed" else child(root, "channel")
    found = [entry for place in (root, *root) for entry in place if local(entry) in _ENTRIES]
    entries = {made.key: made for made in (_entry(root, channel, entry) for entry in reversed(found))}
    return list(entries.values())


def is_feed(document: bytes) -> bool:
    """Whether it begins as a feed does, however it goes on."""
    return _BEGINNING.match(document[:2_000]) is not None


def _entry(root: etree._Element, channel: etree._Element | None, entry: etree._Element) -> FeedEntry:
    alone = _bare(root)
    place = alone
    if channel is not None and channel is not root:
        place = _bare(channel)
        alone.append(place)
    place.extend(_copy(part) for name in _KEPT if (part := child(channel, name)) is not None)
    # RSS 1.0 has its items beside the channel, RSS 2.0 inside it.
    (place if entry.getparent() is channel else alone).append(_copy(entry))
    body = etree.tostring(alone, encoding="utf-8", xml_declaration=True)
    kind = "application/atom+xml" if local(root) == "feed" else "application/rss+xml"
    return FeedEntry(_key(entry) or digest_of(body), body, kind)


def _bare(element: etree._Element) -> etree._Element:
    """The element without what is in it. The stubs do not know the default namespace's key, None."""
    return etree.Element(element.tag, dict(element.items()), element.nsmap)  # type: ignore[arg-type]


def _copy(element: etree._Element) -> etree._Element:
    copied = deepcopy(element)
    copied.tail = None
    return copied


def _key(entry: etree._Element) -> str:
    """What the publisher identifies the entry by: guid or id, else its link."""
    link = child(entry, "link")
    href = "" if link is None else link.get("href") or line(link)
    return line(child(entry, "guid", "id")) or href or entry.get(_ABOUT) or ""

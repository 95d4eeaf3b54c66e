"""HTML and XHTML to clean paragraphs."""

from __future__ import annotations

import re
from html import unescape

from lxml import etree

from streams.formats.refusal import forbidden
from streams.formats.text import clean_line, one_line, without_controls
from streams.formats.xml import local

_BLOCK_NAMES = (
    "address article aside blockquote body caption center dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr"
    " html li main nav ol p pre section table tbody tfoot thead tr ul"
    " hl1 hl2 block body.content body.head body.end nitf byline dateline abstract"
)
BLOCKS = frozenset(_BLOCK_NAMES.split())
"""HTML's block elements and NITF's: each is a paragraph of its own."""
_SKIPPED_NAMES = "script style head noscript template svg math iframe object embed select button textarea nav form title media footer"
SKIPPED = frozenset(_SKIPPED_NAMES.split())
"""Elements whose text is not copy."""
_TAG = re.compile(
    r"</?(?:p|br|div|span|a|b|i|u|em|strong|h[1-6]|ul|ol|li|table|tr|td|blockquote|img|html|body|figure|section)(?:\s[^<>]{0,2000})?/?>",
    re.IGNORECASE,
)
_ANY_TAG = re.compile(r"</?[A-Za-z][^<>]{0,2000}>")
_LONG_TAG = re.compile(r"<[A-Za-z](?:[^>\"'=]++|=\s*+(?:\"[^\"]*+\"|'[^']*+')|[=\"'])*+")
"""A tag as libxml2 reads it: a quotation counts after an equals sign only, and a ">" in one does not end the tag."""
_QUOTED = re.compile(r"=\s*+(?:\"[^\"]*+\"|'[^']*+')")
_LONG, _SAFE_LENGTH = 2_000, 8_192
MAX_ATTRIBUTES = 1_000
"""Pages carry more than XML does, and a "<" in running copy takes the words after it for attributes."""
_SIMPLE = frozenset({"p", "hl2"})
_BREAK = "\x00"
_BEFORE = {**dict.fromkeys(BLOCKS, _BREAK), "br": "\n"}
_AFTER = {**dict.fromkeys(BLOCKS, _BREAK), "td": " ", "th": " "}
_BLANK_RUN = re.compile(r"\n{3,}")


def looks_like_html(text: str) -> bool:
    """Whether a string that should be text carries HTML markup."""
    return "<" in text and ">" in text and _TAG.search(text) is not None


def html_line(text: str) -> str:
    """A headline that may carry tags and character references, as one clean line."""
    if "<" in text and ">" in text:
        text = _ANY_TAG.sub("", text)
    return clean_line(unescape(text) if "&" in text else text)


def html_text(source: str) -> str:
    """An HTML document or fragment as paragraphs separated by a blank line; "" when it has no text."""
    root = parse_html(source)
    return "" if root is None else paragraphs(root)


def parse_html(source: str) -> etree._Element | None:
    """The HTML tree, None when there is nothing in it. Forgiving, offline, without huge-tree allowances."""
    parser = etree.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, huge_tree=False, encoding="utf-8")
    _refuse_wide_tags(source)
    data = without_controls(source).encode("utf-8")
    try:
        return etree.fromstring(data, parser) if data.strip() else None
    except (etree.XMLSyntaxError, ValueError):  # lxml's words for a document without any element
        return None


def _refuse_wide_tags(source: str) -> None:
    """libxml2 compares every attribute of a tag with every other: 60,000 of them take five seconds."""
    if len(source) < _SAFE_LENGTH:
        return
    for tag in _LONG_TAG.finditer(source):
        if tag.end() - tag.start() > _LONG and len(_QUOTED.sub("=", tag.group()).split()) > MAX_ATTRIBUTES:
            raise forbidden(f"an HTML element with more than {MAX_ATTRIBUTES} attributes")


def paragraphs(root: etree._Element, skipped: frozenset[str] = SKIPPED) -> str:
    """The text under `root`: a paragraph per block element, a line per <br>. Walks without recursion, so depth costs nothing."""
    blocks = _plain_blocks(root, skipped)
    return _joined(blocks) if blocks is not None else _join(_walk(root, skipped))


def _plain_blocks(root: etree._Element, skipped: frozenset[str]) -> list[str] | None:
    """The blocks of copy as most wires send it, nothing but paragraphs side by side; None for anything else."""
    if root.text and not root.text.isspace():
        return None
    blocks = []
    for kid in root:
        tail = kid.tail
        name = local(kid)
        if name not in _SIMPLE or (tail and not tail.isspace()):
            return None
        blocks.append(one_line(kid.text or "") if not len(kid) else _join(_walk(kid, skipped)))
    return [block for block in blocks if block]


def _walk(root: etree._Element, skipped: frozenset[str]) -> str:
    pieces: list[str] = []
    stack: list[tuple[etree._Element, bool]] = [(root, False)]
    while stack:
        element, done = stack.pop()
        name = local(element).lower()
        if not done and name not in skipped:
            pieces += (_BEFORE.get(name, ""), _flat(element, name))
            if len(element):
                stack.append((element, True))
                stack.extend((kid, False) for kid in reversed(element))
                continue
        pieces.append(_AFTER.get(name, ""))
        if element is not root and element.tail:
            pieces.append(element.tail.replace("\n", " "))
    return "".join(pieces)


def _flat(element: etree._Element, name: str) -> str:
    text = element.text or ""
    return text if name == "pre" else text.replace("\n", " ")


def _join(text: str) -> str:
    blocks = []
    for block in text.split(_BREAK):
        clean = "\n".join(" ".join(line.split()) for line in block.split("\n")).strip("\n") if "\n" in block else " ".join(block.split())
        if clean:
            blocks.append(clean)
    return _joined(blocks)


def _joined(blocks: list[str]) -> str:
    joined = without_controls("\n\n".join(blocks))
    return _BLANK_RUN.sub("\n\n", joined) if "\n\n\n" in joined else joined

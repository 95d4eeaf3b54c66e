"""What a parser is given: the bytes of one input, decompressed, and the views of them that sniffing and parsing share."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property

from lxml import etree

from streams.domain.settings import Limits
from streams.formats.charset import Decoded, decode
from streams.formats.refusal import forbidden, malformed, too_large
from streams.formats.xml import parse_xml

HEAD_BYTES = 4_096
_PROLOG_BYTES = 65_536
"""A licence comment or an internal DTD may push the root element out of the head."""
_MAX_JSON_DEPTH = 64
_PROLOG = re.compile(
    r"\s+|<\?[^>]{0,1000}>|<!--.{0,30000}?-->|<!DOCTYPE[^>\[]{0,1000}(?:\[[^\]]{0,30000}\]\s{0,100})?>", re.DOTALL | re.IGNORECASE
)
_ROOT = re.compile(r"<(?:[A-Za-z_][\w.-]{0,60}:)?([A-Za-z_][\w.-]{0,60})")


class Payload:
    """One input. Views are made when first asked for and kept: a format's sniffer and parser read the same JSON or XML once.

    `media_type` is lower case without parameters, `charset` what the transport declared, `name` a zip member's.
    """

    def __init__(self, data: bytes, content_type: str, received_at: datetime, limits: Limits, name: str = "") -> None:
        """`content_type` as in a Content-Type header, possibly empty."""
        media_type, _, parameters = content_type.partition(";")
        self.data = data
        self.media_type = media_type.strip().lower()
        self.parameters = _parameters(parameters)
        self.received_at = received_at
        self.limits = limits
        self.name = name

    @property
    def charset(self) -> str:
        """The charset the transport declared, possibly empty."""
        return self.parameters.get("charset", "")

    @cached_property
    def head(self) -> str:
        """The first 4 KB as text, whatever the charset, without leading white space: for sniffing only."""
        start = self.data[:HEAD_BYTES]
        if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return start.decode("utf-16", "replace").lstrip("\ufeff \r\n\t")
        return start.decode("utf-8", "replace").lstrip("\ufeff \r\n\t")

    @cached_property
    def decoded(self) -> Decoded:
        """The whole input as text. Raises RefusedInput(BAD_ENCODING)."""
        return decode(self.data, self.charset)

    @cached_property
    def json(self) -> object:
        """The input as a JSON value. Raises RefusedInput(MALFORMED, FORBIDDEN_CONSTRUCT)."""
        return load_json(self.decoded.text)

    @cached_property
    def root_name(self) -> str:
        """The local name of the XML (or HTML) root element as the head shows it, empty when there is none."""
        if not self.head.startswith("<"):
            return ""
        name = _root_name(self.head)
        if not name and self.head.startswith(("<!", "<?")):
            name = _root_name(self.data[:_PROLOG_BYTES].decode("utf-8", "replace").lstrip("\ufeff \r\n\t"))
        return name

    def refuse_over_batch(self, count: int) -> None:
        """Before any of them is read. Raises RefusedInput(TOO_LARGE)."""
        if count > self.limits.max_batch:
            raise too_large(f"{count} reports in one input; at most {self.limits.max_batch}")

    @cached_property
    def xml(self) -> tuple[etree._Element, tuple[str, ...]]:
        """The XML root and the notes its reading left. Raises RefusedInput(MALFORMED, FORBIDDEN_CONSTRUCT, BAD_ENCODING)."""
        return parse_xml(self.data, self.charset)


def _root_name(text: str) -> str:
    position = 0
    while match := _PROLOG.match(text, position):
        position = match.end()
    root = _ROOT.match(text, position)
    return root.group(1) if root else ""


def load_json(text: str, where: str = "") -> object:
    """A JSON value no deeper than 64. Duplicate keys: the last one wins, as in every JavaScript consumer."""
    try:
        value = json.loads(text)
    except RecursionError as error:
        raise forbidden("JSON nested too deep", where) from error
    except ValueError as error:
        raise malformed("JSON", error, where) from error
    _check_depth(value, where)
    return value


def _check_depth(value: object, where: str) -> None:
    level, depth = [value], 0
    while level:
        depth += 1
        if depth > _MAX_JSON_DEPTH:
            raise forbidden(f"JSON nested deeper than {_MAX_JSON_DEPTH}", where)
        level = [child for node in level for child in _children(node)]


def _children(node: object) -> list[object]:
    if isinstance(node, dict):
        return [child for child in node.values() if isinstance(child, dict | list)]
    return [child for child in node if isinstance(child, dict | list)] if isinstance(node, list) else []


def _parameters(text: str) -> Mapping[str, str]:
    pairs = (part.partition("=") for part in text.split(";") if "=" in part)
    return {key.strip().lower(): value.strip(" \"'") for key, _, value in pairs}

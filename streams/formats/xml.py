"""XML read safely: no network, no DTD, no entities of its own, capped depth and attributes; and small readers for its values."""

from __future__ import annotations

import re
from html import entities

from lxml import etree

from streams.formats.charset import decode
from streams.formats.refusal import forbidden, malformed
from streams.formats.text import clean_line

MAX_ATTRIBUTES = 128
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
CONTROLS_REMOVED = "control-characters-removed"
_ENTITY = re.compile(rb"<\s*!\s*ENTITY", re.IGNORECASE)
_ROOT_START = re.compile(rb"<[A-Za-z_:\x80-\xff]")
_NAMED = re.compile(rb"&([A-Za-z][A-Za-z0-9]{1,31});")
_XML_OWN = frozenset({b"amp", b"lt", b"gt", b"quot", b"apos"})
_DECLARATION = re.compile(r"<\?xml[^>]{0,300}\?>", re.IGNORECASE)
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s{0,3}=\s{0,3}[\"']([A-Za-z0-9._:-]{1,40})[\"']")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_TOO_DEEP = ("Excessive depth", "depth in document")
_WIDE = etree.XPath("boolean(//*[count(@*) > $cap])")


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def parse_xml(data: bytes, charset: str = "") -> tuple[etree._Element, tuple[str, ...]]:
    """The root element and notes. A second, slower reading forgives wrong charsets and stray control characters, never bad structure.

    Raises RefusedInput: FORBIDDEN_CONSTRUCT for entity declarations, depth over 256 or an element with over 128 attributes,
    MALFORMED for what is not well-formed, BAD_ENCODING for what is no text.
    """
    _refuse_entities(data)
    try:
        root = etree.fromstring(_known_entities(data.lstrip()), _parser())
        notes: tuple[str, ...] = ()
    except (etree.XMLSyntaxError, ValueError) as error:
        _refuse_depth(error)
        root, notes = _second_reading(data, charset, error)
    _refuse_declared(root)
    # An attribute has an equals sign; encodings in which "=" is another byte do not begin with this "<".
    if (data.count(b"=") > MAX_ATTRIBUTES or not data.lstrip().startswith(b"<")) and _WIDE(root, cap=MAX_ATTRIBUTES):
        raise forbidden(f"an XML element with more than {MAX_ATTRIBUTES} attributes")
    return root, notes


def _second_reading(data: bytes, charset: str, first: Exception) -> tuple[etree._Element, tuple[str, ...]]:
    declared = _DECLARED.match(data.lstrip()[:300])
    decoded = decode(data, charset or (declared.group(1).decode("ascii") if declared else ""))
    text = _CONTROLS.sub("", decoded.text)
    notes = decoded.notes + ((CONTROLS_REMOVED,) if len(text) != len(decoded.text) else ())
    text = _DECLARATION.sub("", text, count=1).lstrip("\ufeff \r\n\t")
    try:
        return etree.fromstring(_known_entities(text.encode("utf-8")), _parser()), notes
    except (etree.XMLSyntaxError, ValueError) as error:
        _refuse_depth(error)
        raise malformed("XML", str(first if notes == () else error).removesuffix(")").partition(" (<string>")[0]) from error


def _known_entities(data: bytes) -> bytes:
    """HTML's named entities as characters: feeds use `&nbsp;` without declaring it, and NITF leaves them to a DTD we never load."""
    if b"&" not in data:
        return data
    return _NAMED.sub(_as_number, data)


def _as_number(match: re.Match[bytes]) -> bytes:
    name = match.group(1)
    if name in _XML_OWN or (code := entities.name2codepoint.get(name.decode("ascii"))) is None:
        return match.group(0)
    return b"&#%d;" % code


def _refuse_entities(data: bytes) -> None:
    if data.find(b"<!", 0, 65_536) < 0 and b"\0" not in data[:4]:
        return
    # Without NULs the prolog of UTF-16 reads as ASCII; declarations can only stand before the root element.
    prolog = data[:65_536].replace(b"\0", b"")
    root = _ROOT_START.search(prolog)
    if _ENTITY.search(prolog, 0, root.start() if root else len(prolog)):
        raise forbidden("an XML entity declaration (<!ENTITY)")


def _refuse_declared(root: etree._Element) -> None:
    dtd = root.getroottree().docinfo.internalDTD
    if dtd is not None and dtd.entities():  # type: ignore[attr-defined]
        raise forbidden("an XML entity declaration (<!ENTITY)")


def _refuse_depth(error: Exception) -> None:
    if any(words in str(error) for words in _TOO_DEEP):
        raise forbidden("XML nested deeper than 256") from error
    if "entity" in str(error).lower() and "loop" in str(error).lower():
        raise forbidden("an XML entity reference loop") from error


def local(element: etree._Element) -> str:
    """The element's name without its namespace; empty for comments, instructions and entity references."""
    tag = element.tag
    if type(tag) is not str:
        return ""
    return tag[tag.rfind("}") + 1 :] if tag[:1] == "{" else tag


def child(element: etree._Element | None, *names: str) -> etree._Element | None:
    """The first child of the first of `names` that is there, whatever its namespace."""
    if element is None:
        return None
    for name in names:
        found = next(element.iterchildren("{*}" + name), None)
        if found is not None:
            return found
    return None


def children(element: etree._Element | None, name: str) -> list[etree._Element]:
    """The children of that local name, in order."""
    return [] if element is None else list(element.iterchildren("{*}" + name))


def down(element: etree._Element | None, *path: str) -> etree._Element | None:
    """The first element reached by following the local names downwards."""
    for name in path:
        element = child(element, name)
    return element


def line(element: etree._Element | None) -> str:
    """All text of an element as one clean line; empty for None."""
    if element is None:
        return ""
    return clean_line("".join(map(str, element.itertext())) if len(element) else element.text or "")


def attribute(element: etree._Element | None, *names: str) -> str:
    """The first non-empty attribute of those names, as a clean line."""
    for name in names if element is not None else ():
        value = element.get(name) if element is not None else None
        if value:
            return clean_line(value)
    return ""


def path_of(element: etree._Element | None) -> str:
    """The element's XPath by local names, for `Part.where`."""
    names: list[str] = []
    while element is not None:
        names.append(local(element))
        element = element.getparent()
    return "/" + "/".join(reversed(names)) if names else ""

"""Clean text: what every string of a report goes through, whatever wire it came by."""

from __future__ import annotations

import re

_KEPT_CONTROLS = "\n\t"


def _c1_as_cp1252() -> dict[int, str]:
    """Wires that declare latin-1 send cp1252: byte 0x93 is a quotation mark, not a control (WHATWG Encoding, windows-1252)."""
    table: dict[int, str] = {}
    for code in range(0x80, 0xA0):
        char = bytes([code]).decode("cp1252", "replace")
        table[code] = "" if char == "\ufffd" else char
    return table


_DROPPED = {code: "" for code in [*range(0x20), 0x7F, 0xFEFF, 0x200B] if chr(code) not in _KEPT_CONTROLS}
_TRANSLATE = {**_DROPPED, **_c1_as_cp1252(), 0x85: "…", 0x2028: "\n", 0x2029: "\n\n"}
_SUSPECT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2028\u2029\ufeff\ud800-\udfff]")
_ASCII_SUSPECT = bytes(code for code in range(0x80) if _SUSPECT.match(chr(code)))
_ASCII_LAYOUT = bytes(code for code in range(0x80) if chr(code).isspace() and chr(code) != " ")
_C1 = re.compile(rb"\xc2[\x80-\x9f]")
_RARE = ("\u200b", "\u2028", "\u2029", "\ufeff")
_SURROGATE = re.compile("[\ud800-\udfff]")
_BLANK_RUN = re.compile(r"\n{3,}")


def without_controls(text: str) -> str:
    """The text with LF line ends and without control characters; lone surrogates become U+FFFD so that it can be encoded."""
    if _is_clean(text):
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0c", "\n").replace("\x0b", "\n")
    return _SURROGATE.sub("\ufffd", text.translate(_TRANSLATE))


def _is_clean(text: str) -> bool:
    """Whether nothing in it is suspect: what `not _SUSPECT.search(text)` says, in a tenth of its time."""
    try:
        data = text.encode("utf-8")
    except UnicodeEncodeError:  # lone surrogates
        return False
    if len(data.translate(None, _ASCII_SUSPECT)) != len(data):
        return False
    return text.isascii() or not (_C1.search(data) or any(char in text for char in _RARE))


def clean_text(text: str) -> str:
    """A body as it is, less control characters, CR, trailing spaces and runs of more than one blank line.

    Leading spaces of a line stay: spans are offsets into this text, and copy that is clean already keeps every character.
    """
    text = _strip_line_ends(without_controls(text))
    return (_BLANK_RUN.sub("\n\n", text) if "\n\n\n" in text else text).strip("\n")


def _strip_line_ends(text: str) -> str:
    if " \n" not in text and "\t\n" not in text and "\u00a0" not in text and not text.endswith((" ", "\t")):
        return text
    return "\n".join(line.rstrip(" \t\u00a0") for line in text.split("\n"))


def clean_line(text: str) -> str:
    """One line: controls gone, every run of white space one space."""
    return " ".join((text if text.isprintable() else without_controls(text)).split())


def one_line(text: str) -> str:
    """What `" ".join(text.split())` is, in a third of its time where the text is one line already."""
    if text.isascii() and "  " not in text and len(text.encode("ascii").translate(None, _ASCII_LAYOUT)) == len(text):
        return text.strip(" ")
    return " ".join(text.split())


def reflow(text: str) -> str:
    """Teleprinter lines as paragraphs: a blank line or an indented line starts a paragraph, other line ends are spaces."""
    paragraphs: list[list[str]] = [[]]
    for line in without_controls(text).split("\n"):
        stripped = " ".join(line.split())
        if not stripped or line.startswith(("  ", "\t")):
            paragraphs.append([])
        if stripped:
            paragraphs[-1].append(stripped)
    return "\n\n".join(" ".join(lines) for lines in paragraphs if lines)


def has_words(text: str) -> bool:
    """Whether there is at least one letter: a report says something."""
    return any(char.isalpha() for char in text)

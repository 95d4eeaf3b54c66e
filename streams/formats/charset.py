"""Bytes to text: the declared charset, then the sniffed one, then replacement with a flag."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from charset_normalizer import from_bytes

from streams.formats.refusal import bad_encoding

REPLACED = "charset-replaced"
SNIFFED = "charset-sniffed"
_SNIFF_BYTES = 2_048
_FOREIGN = ["cp1251", "koi8_r", "iso8859_5", "cp1253", "cp1255", "cp1256", "gb18030", "big5", "shift_jis", "euc_jp", "euc_kr"]
"""Only told apart where most letters are not ASCII: guessing among the Western ones on short copy is worse than cp1252."""
_MOSTLY_BINARY = 0.10
"""Share of characters that no text has, above which bytes are not text: mojibake copy stays under 0.05, JPEG and random bytes over 0.2."""

# Teleprinter controls (SOH to EOT, BEL, ESC) and layout are not strange.
_STRANGE = re.compile("[\x00\x05\x06\x08\x0b\x0e-\x1a\x1c-\x1f\ufffd]")
_ASCII_STRANGE = bytes(code for code in range(0x80) if _STRANGE.match(chr(code)))

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
         (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))  # fmt: skip
# Python registers codecs that are no charsets, or whose decoders are slow on hostile input.
_NOT_CHARSETS = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "utf_7", "mbcs", "oem"})
# WHATWG: what is declared as one of these is sent as windows-1252.
_AS_CP1252 = frozenset({"iso8859-1", "ascii", "latin-1"})


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text and the notes its decoding left."""

    text: str
    notes: tuple[str, ...] = ()


def decode(data: bytes, declared: str = "") -> Decoded:
    """Raises RefusedInput(BAD_ENCODING) when what comes out is mostly not text."""
    for bom, name in _BOMS:
        if data.startswith(bom):
            return _checked(Decoded(data[len(bom) :].decode(name, "replace")), declared or name)
    decoded = _declared(data, declared)
    return _checked(decoded, declared) if decoded else _checked(_sniffed(data, bool(declared)), declared)


def _declared(data: bytes, declared: str) -> Decoded | None:
    told = charset_name(declared)
    for name in filter(None, (told, "utf-8")):
        try:
            text = data.decode(name)
        except (UnicodeDecodeError, ValueError):
            continue
        return Decoded(text, (SNIFFED,) if declared and name != told else ())
    return None


def charset_name(declared: str) -> str:
    """The codec of a declared charset, empty when it is unknown or no charset."""
    try:
        info = codecs.lookup(declared.strip(" \"'").lower())
    except (LookupError, ValueError):
        return ""
    if info.name.replace("-", "_") in _NOT_CHARSETS or not getattr(info, "_is_text_encoding", True):
        return ""
    return "cp1252" if info.name in _AS_CP1252 else info.name


def _sniffed(data: bytes, was_declared: bool) -> Decoded:
    for name in filter(None, (_foreign(data), "cp1252")):
        try:
            return Decoded(data.decode(name), (SNIFFED,))
        except (UnicodeDecodeError, LookupError):
            continue
    name = "utf-8" if was_declared or _mostly_utf8(data) else "cp1252"
    return Decoded(data.decode(name, "replace"), (REPLACED,))


def _foreign(data: bytes) -> str:
    """The charset of text whose letters are mostly not ASCII; "" for Western text, which cp1252 reads."""
    sample = data[:_SNIFF_BYTES]
    letters = sum(byte >= 0x80 or chr(byte).isalpha() for byte in sample)
    high = sum(byte >= 0x80 for byte in sample)
    if high * 3 < letters or len(sample) < 16:
        return ""
    guess = from_bytes(sample, steps=3, chunk_size=512, cp_isolation=_FOREIGN, preemptive_behaviour=False).best()
    return guess.encoding if guess else ""


def _mostly_utf8(data: bytes) -> bool:
    sample = data[:_SNIFF_BYTES]
    high = sum(byte >= 0x80 for byte in sample)
    return sample.decode("utf-8", "replace").count("\ufffd") * 4 <= high


def _checked(decoded: Decoded, declared: str) -> Decoded:
    text = decoded.text
    if (text.isascii() and len(text.encode("ascii").translate(None, _ASCII_STRANGE)) == len(text)) or not _STRANGE.search(text):
        return decoded
    strange = len(_STRANGE.findall(text))
    if strange > _MOSTLY_BINARY * len(text):
        raise bad_encoding(f"the bytes are not text in {declared or 'any charset tried'}: {strange} of {len(text)} characters unreadable")
    if "\ufffd" in text and REPLACED not in decoded.notes:
        return Decoded(text, (*decoded.notes, REPLACED))
    return decoded

"""IPTC Media Topic codes in their several spellings."""

from __future__ import annotations

import re

_MEDTOP = re.compile(r"(?:\bmedtop:|mediatopic/|\bmedtop/)(\d{8})\b|\A(20\d{6})\Z", re.IGNORECASE)


def medtop(code: str, scheme: str = "") -> str:
    """ "medtop:20000056", ".../mediatopic/20000056" or a bare code under a Media Topic scheme as "20000056"; else ""."""
    match = _MEDTOP.search(code.strip()[-80:])
    if match:
        return match.group(1) or match.group(2)
    digits = code.strip().rpartition(":")[2]
    return digits if "mediatopic" in scheme.lower() and digits.isascii() and digits.isdigit() and len(digits) == 8 else ""


def medtops(codes: list[str]) -> tuple[str, ...]:
    """The Media Topic codes among `codes`, each once, in order."""
    return tuple(dict.fromkeys(code for code in map(medtop, codes) if code))

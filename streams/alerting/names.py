"""Display names as a desk writes them: "ARM.MIL" -> "ARMENIAN DEFENCE MINISTRY". Derived from ISO alpha-3 and sector codes.

Country names and adjectives: data/countries.json (ISO 3166-1 by GeoNames, adjectives as news style has them); sectors, entities
that ISO lacks and holders with a name of their own: data/holders.json.
"""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files
from typing import Any

_CANONICAL = re.compile(r"^[A-Z]{2,7}(\.[A-Z0-9_-]+)*$")


@cache
def _entities() -> dict[str, tuple[str, str]]:
    pairs: dict[str, list[str]] = {**_load("countries.json"), **_load("holders.json")["entities"]}
    return {code: (noun, adjectival) for code, (noun, adjectival) in pairs.items()}


@cache
def _holders() -> dict[str, dict[str, str]]:
    loaded: dict[str, dict[str, str]] = _load("holders.json")
    return loaded


@cache
def _load(name: str) -> Any:
    return json.loads((files("streams.alerting") / "data" / name).read_text("utf-8"))


def country_of(canonical: str) -> str:
    """The code before the dot when it names a known country or entity ("ARM.MIL" -> "ARM"), else empty."""
    code = canonical.partition(".")[0]
    return code if code in _entities() else ""


def country(code: str) -> str:
    """ "ARM" -> "ARMENIA"; a code that no table has is given back."""
    return _entities().get(code, (code, code))[0]


def adjective(code: str) -> str:
    """ "ARM" -> "ARMENIAN"; a code that no table has is given back."""
    return _entities().get(code, (code, code))[1]


def office(canonical: str) -> str:
    """The holder without its country: "ARM.MIL" -> "DEFENCE MINISTRY"; empty for a bare country or an unknown sector."""
    if canonical in _holders()["names"]:
        return _holders()["names"][canonical]
    sectors = [_holders()["sectors"].get(part, "") for part in canonical.split(".")[1:]]
    # The last known part is the most specific: "ARM.GOV.MFA" is the foreign ministry.
    return next((s for s in reversed(sectors) if s), "")


def display(holder: str) -> str:
    """A holder in full: "ARM.MIL" -> "ARMENIAN DEFENCE MINISTRY"; a name from the text is upper-cased."""
    if holder in _holders()["names"]:
        return _holders()["names"][holder]
    code = country_of(holder) if _CANONICAL.match(holder) else ""
    if not code:
        return spoken(holder)
    return f"{adjective(code)} {office(holder)}" if office(holder) else country(code)


def spoken(name: str) -> str:
    """A name or a slug in upper case: "nikol-pashinyan" -> "NIKOL PASHINYAN"; a real name keeps its hyphens."""
    return (name.replace("-", " ").replace("_", " ") if name == name.lower() else name).upper()

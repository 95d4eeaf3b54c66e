"""What can stand in a snap's template: the incident's fused attributes in a desk's words, upper case."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files

from streams.alerting.names import adjective, country, country_of, display
from streams.alerting.view import View

_WORDS = ("NO", "ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN", "EIGHT", "NINE")
_NUMBERS = re.compile(r"\d+")
_UP_TO = re.compile(r"^\s*(?:up[ _]to|at[ _]most|<=|<|≤)", re.IGNORECASE)
_AT_LEAST = re.compile(r"^\s*(?:at[ _]least|more[ _]than|over|>=|>|≥)|\d\s*\+|\d\s*(?:-|\.\.)\s*$", re.IGNORECASE)
_ABOUT = re.compile(r"^\s*(?:about|around|some|~|≈)", re.IGNORECASE)


def slots(view: View, omit_operator: str) -> dict[str, str]:
    """Every slot's text, empty where the incident does not say. `omit_operator` is a country that the snap names already."""
    return {
        "object": _object(view, omit_operator),
        "place": _value(view, "place").upper(),
        "crew": _value(view, "crew").replace("_", " ").upper(),
        "killed": count_phrase(_value(view, "killed")),
        "injured": count_phrase(_value(view, "injured")),
        "actor": _actor(view),
        "pair": _pair(view),
    }


def _value(view: View, name: str) -> str:
    attribute = view.incident.attribute(name)
    return attribute.value if attribute is not None else ""


def _object(view: View, omit_operator: str) -> str:
    noun = _value(view, "object_class")
    if not noun:
        return ""
    quantity = _value(view, "object_count")
    counted = "" if quantity in ("", "1") else count_phrase(quantity)
    words = (counted, _owner(view, omit_operator), thing(noun, plural=bool(counted) and not counted.endswith("ONE")))
    return " ".join(w for w in words if w)


def _owner(view: View, omit: str) -> str:
    operator = view.incident.attribute("operator")
    # Whose it was is exactly what is in dispute: the snap must not take a side.
    if operator is None or operator.disputed:
        return ""
    code = country_of(operator.value)
    return adjective(code) if code and code != omit else ""


def _actor(view: View) -> str:
    initiator = view.incident.attribute("initiator")
    if initiator is None or initiator.disputed:
        return ""
    code = country_of(initiator.value)
    if code:
        return country(code)
    # "government", "the military": whose is not said, so it names nobody.
    return "" if initiator.value.isalpha() and initiator.value.islower() else display(initiator.value)


def _pair(view: View) -> str:
    codes = sorted({a.country for r in view.active for a in r.record.actors if a.country})
    return ", ".join(adjective(c) for c in codes) if len(codes) == 2 else ""


def thing(class_path: str, plural: bool = False) -> str:
    """A noun for a class path: "aircraft.fixed-wing.fighter-jet" -> "FIGHTER JET"."""
    last = class_path.rpartition(".")[2]
    if last in _things():
        return _things()[last][plural]
    # "an-26" and "mi-24" are written with their hyphen.
    noun = (last if any(c.isdigit() for c in last) else last.replace("-", " ")).replace("_", " ").upper()
    return f"{noun}S" if plural and not noun.endswith("S") else noun


@cache
def _things() -> dict[str, list[str]]:
    loaded: dict[str, list[str]] = json.loads((files("streams.alerting") / "data" / "things.json").read_text("utf-8"))
    return loaded


def count_phrase(text: str) -> str:
    """A count as copy has it: "16" -> "16", "up_to 2" -> "UP TO TWO", "3-5" -> "THREE TO FIVE", "24+" -> "AT LEAST 24"."""
    numbers = [number_word(int(n)) for n in _NUMBERS.findall(text)]
    if not numbers or (_AT_LEAST.search(text) and numbers[0] == _WORDS[0]):
        return ""
    if _UP_TO.match(text):
        return f"UP TO {numbers[-1]}"
    if _AT_LEAST.search(text):
        return f"AT LEAST {numbers[0]}"
    if _ABOUT.match(text):
        return f"ABOUT {numbers[0]}"
    return f"{numbers[0]} TO {numbers[1]}" if len(numbers) > 1 else numbers[0]


def number_word(number: int) -> str:
    """Words up to nine, digits from ten: news style."""
    return _WORDS[number] if number < len(_WORDS) else str(number)

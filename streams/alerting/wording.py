"""The snap: what a desk can file. Upper case, present tense, sourced, about 100 characters and never over MAX_LENGTH.

Composed from what is fused, never quoted from one report: who says so (by the incident's state) + what happened (the type's
template). A type without a template is told by its headline.
"""

from __future__ import annotations

from collections.abc import Iterable
from string import Formatter

from streams.alerting.names import country, country_of, display, office
from streams.alerting.slots import slots
from streams.alerting.templates import TEMPLATES, Template
from streams.alerting.view import View
from streams.domain.alert import AlertKind
from streams.domain.event import Action, EventRecord, HolderKind, RetractReason, Stance
from streams.domain.incident import IncidentState, LedgerEntry

MAX_LENGTH = 120
"""Hard cap: what a wire terminal shows on one line."""
COMFORTABLE = 100
"""Optional parts are left out from here on."""
MARKS = ("CORRECTED: ", "WITHDRAWN: ", "KILL: ", "DUPLICATE OF ANOTHER ALERT: ")
UNCONFIRMED = "UNCONFIRMED:"
_MAX_SOURCES = 2

Fragments = tuple[tuple[bool, str], ...]
"""The parts of a clause in order: (may be left out, text)."""


def snap(view: View, kind: AlertKind, trigger: EventRecord, last: str) -> str:
    """The snap for an alert of `kind` caused by `trigger`; `last` is the snap before it, which a withdrawal takes back."""
    if kind is AlertKind.WITHDRAWN:
        return cut(_withdrawal(view, trigger) + _unmarked(last))
    mark = MARKS[0] if kind is AlertKind.CORRECTED else ""
    return fit(mark, *_parts(view))


def _withdrawal(view: View, trigger: EventRecord) -> str:
    if view.incident.merged_into:
        return MARKS[1] + MARKS[3]
    killed = trigger.action is Action.RETRACT and trigger.retract_reason is RetractReason.KILLED
    return MARKS[2] if killed else MARKS[1]


def _unmarked(text: str) -> str:
    for mark in MARKS * 2:
        text = text.removeprefix(mark)
    return text


def fit(mark: str, lead: str, clause: Fragments, tail: str) -> str:
    """Mark + who + what + tail, leaving out optional parts, last first, until it is comfortable."""
    parts = list(clause)
    while True:
        text = mark + " ".join(t for t in (lead, join(p for _, p in parts)) if t) + tail
        droppable = [n for n, (optional, _) in enumerate(parts) if optional]
        if len(text) <= COMFORTABLE or not droppable:
            return text if len(text) <= MAX_LENGTH else cut(text.removesuffix(tail), tail)
        del parts[droppable[-1]]


def cut(text: str, tail: str = "") -> str:
    """`text` shortened at a word so that it fits with `tail`; a tail that takes more than half the room is cut itself."""
    tail = tail if len(tail) <= MAX_LENGTH // 2 else tail[: MAX_LENGTH // 2].rsplit(" ", 1)[0]
    room = MAX_LENGTH - len(tail)
    if len(text) > room:
        text = text[: room + 1].rpartition(" ")[0] or text[:room]
    return text.rstrip(" ,;-") + tail


def join(parts: Iterable[str]) -> str:
    """Fragments with spaces between, none before a comma."""
    return " ".join(parts).replace(" ,", ",")


# ---- who says so


def _parts(view: View) -> tuple[str, Fragments, str]:
    state = view.incident.state
    if state is IncidentState.CONFIRMED and (entry := _confirmer(view)) is not None:
        return _spoken(view, entry, "CONFIRMS")
    if state is IncidentState.DENIED and (entry := _holder(view, Stance.DENIES)) is not None:
        return _spoken(view, entry, "DENIES")
    if state is IncidentState.DISPUTED:
        return _disputed(view)
    official = _holder(view, Stance.ASSERTS, Stance.CONFIRMS)
    # Once it is corroborated the word of one holder is no longer all there is: the sources are credited.
    if official is not None and (state is IncidentState.CLAIMED or (state is IncidentState.SINGLE_SOURCE and not _media(view))):
        return _spoken(view, official, "SAYS")
    return _hedge(view), _clause(view, ""), _credits(view)


def _hedge(view: View) -> str:
    """What stands before an event that nobody stands behind: all who tell it say that they could not verify it."""
    stances = {e.stance for e in view.incident.claims if e.about == "event" and e.stance is not Stance.DENIES}
    return UNCONFIRMED if stances == {Stance.UNVERIFIED} else ""


def _spoken(view: View, entry: LedgerEntry, verb: str) -> tuple[str, Fragments, str]:
    """ "ARMENIA SAYS …  -DEFENCE MINISTRY"; a holder without a country follows: "… -WITNESSES"."""
    code = entry.country or country_of(entry.holder)
    who = _name(view, entry)
    if not code:
        lead, tail = (f"{who} {verb}", "") if verb != "SAYS" else ("", f" -{who}")
        return lead, _clause(view, ""), tail
    clause = _clause(view, code)
    if verb == "SAYS" and clause[0][1].startswith(country(code)):
        # "ARMENIA SAYS ARMENIA DECLARES MARTIAL LAW": the deed is its own statement.
        return "", clause, f" -{who}"
    own = office(entry.holder) if country_of(entry.holder) == code else _foreign(who, code)
    return f"{country(code)} {verb}", clause, f" -{own}" if own else ""


def _foreign(who: str, code: str) -> str:
    """ "MINISTRY OF DEFENCE OF ARMENIA, PRESS SERVICE" after "ARMENIA SAYS" -> "MINISTRY OF DEFENCE"."""
    return "" if who == country(code) else who.partition(",")[0].removesuffix(f" OF {country(code)}")


def _disputed(view: View) -> tuple[str, Fragments, str]:
    denier, asserter = _holder(view, Stance.DENIES), _holder(view, Stance.ASSERTS, Stance.CONFIRMS)
    lead, clause, credit = _spoken(view, asserter, "SAYS") if asserter else (_hedge(view), _clause(view, ""), _credits(view))
    parted = next((e for e in view.incident.claims if e.about == "initiator" and e.stance is Stance.DENIES), None)
    credit = credit if asserter is None or not lead else ""
    if denier is None and parted is not None:
        return lead, clause, credit + f"; ROLE DENIED BY {_who(view, parted)}"
    if denier is None:
        names = sorted(a.name for a in view.incident.attributes if a.disputed)
        differ = f"; ACCOUNTS DIFFER ON {names[0].replace('_', ' ').upper()}" if names else "; ACCOUNTS DIFFER"
        return lead, clause, credit + differ
    return lead, clause, credit + f"; {_who(view, denier)} DENIES"


def _who(view: View, entry: LedgerEntry) -> str:
    """The holder's country, else its own name."""
    code = entry.country or country_of(entry.holder)
    return country(code) if code else _name(view, entry)


def _confirmer(view: View) -> LedgerEntry | None:
    """Who confirms: a holder who says so against its own side first, else any official."""
    operator = view.incident.attribute("operator")
    owner = country_of(operator.value) if operator is not None else ""
    own = [e for e in _entries(view, Stance.CONFIRMS, Stance.ASSERTS) if owner and (e.country or country_of(e.holder)) == owner]
    confirming = _entries(view, Stance.CONFIRMS)
    return next(iter([*confirming, *own, *_entries(view, Stance.ASSERTS)]), None)


def _holder(view: View, *stances: Stance) -> LedgerEntry | None:
    return next(iter(_entries(view, *stances)), None)


def _entries(view: View, *stances: Stance) -> list[LedgerEntry]:
    """Claims on the event itself by voices worth naming, officials first, then the earliest, then by name."""
    claims = [e for e in view.incident.claims if e.about == "event" and e.stance in stances and _quotable(e)]
    return sorted(claims, key=lambda e: (e.holder_kind is not HolderKind.OFFICIAL, e.first_seen, e.holder))


def _quotable(entry: LedgerEntry) -> bool:
    """A denial counts whoever makes it; an assertion in a source's own voice is credited to the source instead."""
    return entry.holder_kind is HolderKind.OFFICIAL or entry.stance is Stance.DENIES or bool(country_of(entry.holder))


def _media(view: View) -> bool:
    """Whether some source says so in its own voice."""
    return any(e.about == "event" and e.holder_kind is HolderKind.SOURCE and e.stance is not Stance.DENIES for e in view.incident.claims)


def _name(view: View, entry: LedgerEntry) -> str:
    carriers = {r.record.carrier.id: r.record.carrier.name for r in view.active}
    return display(carriers.get(entry.holder) or entry.holder)


def _credits(view: View) -> str:
    """The sources, at most two, those heard first first: " -AGENCY ONE, AGENCY TWO"."""
    heard = sorted(view.active, key=lambda r: (r.record.published_at, r.record.carrier.id))
    names = list(dict.fromkeys(_carrier(r.record) for r in heard))[:_MAX_SOURCES]
    return f" -{', '.join(names)}" if names else ""


def _carrier(record: EventRecord) -> str:
    return (record.carrier.name or record.carrier.id).partition(",")[0].upper()


# ---- what happened


def _clause(view: View, omit_operator: str) -> Fragments:
    values = slots(view, omit_operator)
    for template in TEMPLATES.get(view.incident.type, ()):
        filled = _fill(template, values)
        if filled is not None:
            return filled
    return ((False, " ".join(view.incident.headline.upper().split())),)


def _fill(template: Template, values: dict[str, str]) -> Fragments | None:
    """The fragments with their slots filled; None when a required one cannot be."""
    filled: list[tuple[bool, str]] = []
    for fragment in template:
        optional, text = fragment.startswith("?"), fragment.removeprefix("?")
        if all(values[name] for name in _slots_of(text)):
            filled.append((optional, text.format(**values)))
        elif not optional:
            return None
    return tuple(filled)


def _slots_of(text: str) -> list[str]:
    return [name for _, name, _, _ in Formatter().parse(text) if name]

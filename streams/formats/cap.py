"""Common Alerting Protocol 1.0 to 1.2 (OASIS): an authority's warning as a report."""

from __future__ import annotations

import re

from lxml import etree

from streams.domain.errors import RefusedInput
from streams.domain.report import Part, Signal
from streams.formats.draft import Draft
from streams.formats.fields import first_time
from streams.formats.lines import strip_credit
from streams.formats.payload import Payload
from streams.formats.priority import urgency_words
from streams.formats.refusal import empty, invalid, unsupported_kind, unsupported_version
from streams.formats.text import clean_text
from streams.formats.xml import child, children, line, path_of

_NAMESPACE = re.compile(r"urn:oasis:names:tc:emergency:cap:(\d\.\d)\Z|http://www\.incident\.com/cap/(1\.0)\Z")
_SIGNALS = {"Alert": Signal.NEW, "Update": Signal.UPDATE, "Cancel": Signal.KILL}
_URGENCY = {"Immediate": 1, "Expected": 2, "Future": 3, "Past": 4, "Unknown": 3}
_SEVERITY = {"Extreme": 0, "Severe": 1, "Moderate": 2, "Minor": 4, "Unknown": 2}


def sniff(payload: Payload) -> bool:
    """The root is alert, in a CAP namespace or none."""
    return payload.root_name == "alert"


def parse(payload: Payload) -> list[Draft | RefusedInput]:
    """One report of an actual alert, update or cancel.

    Raises RefusedInput: UNSUPPORTED_KIND for exercises, tests, drafts and acknowledgements, UNSUPPORTED_VERSION, INVALID, EMPTY.
    """
    root, notes = payload.xml
    _check(root)
    info = _info(root)
    headline, body = _headline(root, info), _body(root, info)
    signal = _SIGNALS[line(child(root, "msgType"))]
    if not headline and not body:
        raise empty("a CAP alert without headline, event and description", line(child(root, "identifier")))
    sent, sent_notes = first_time([line(child(root, "sent"))])
    return [
        Draft(
            headline=headline,
            body=body or headline,
            provider_id=_identity(root),
            signal=signal,
            stated_at=sent,
            credit=strip_credit(line(child(info, "senderName")) or line(child(root, "source"))),
            language=line(child(info, "language")) or ("en-US" if info is not None else ""),
            priority=_priority(info),
            keywords=tuple(line(element) for name in ("event", "category", "responseType") for element in children(info, name)),
            notice=line(child(root, "note")) if signal is Signal.KILL else "",
            parts=_parts(root, info),
            notes=(*notes, *sent_notes),
        )
    ]


def _check(root: etree._Element) -> None:
    namespace = etree.QName(root).namespace or ""
    known = _NAMESPACE.match(namespace)
    if namespace and known is None:
        raise unsupported_version(f"an alert in the namespace {namespace[:80]}, not CAP 1.0 to 1.2")
    if known and known.group(1) not in ("1.0", "1.1", "1.2", None):
        raise unsupported_version(f"CAP {known.group(1)}; known are 1.0 to 1.2")
    identifier, status, kind = (line(child(root, name)) for name in ("identifier", "status", "msgType"))
    if not identifier or not line(child(root, "sender")) or not status or not kind:
        raise invalid("CAP", "identifier, sender, status and msgType are required", identifier)
    if status != "Actual":
        raise unsupported_kind(f"a CAP message of status {status[:20]}, not an actual alert", identifier)
    if kind not in _SIGNALS:
        raise unsupported_kind(f"a CAP {kind[:20]}, not an alert, update or cancel", identifier)


def _info(root: etree._Element) -> etree._Element | None:
    """The info block in English where there is one, else the first: the blocks of one alert say the same in several languages."""
    blocks = children(root, "info")
    english = (block for block in blocks if line(child(block, "language")).lower().startswith("en") or child(block, "language") is None)
    return next(english, blocks[0] if blocks else None)


def _identity(root: etree._Element) -> str:
    """sender,identifier of the first alert of the chain: `references` lists the earlier ones as sender,identifier,sent."""
    references = line(child(root, "references")).split()
    first = references[0].rsplit(",", 1)[0] if references and references[0].count(",") >= 2 else ""
    return first or f"{line(child(root, 'sender'))},{line(child(root, 'identifier'))}"


def _headline(root: etree._Element, info: etree._Element | None) -> str:
    return line(child(info, "headline")) or line(child(info, "event")) or line(child(root, "note"))


def _body(root: etree._Element, info: etree._Element | None) -> str:
    texts = [_text(child(info, name)) for name in ("description", "instruction")]
    areas = [line(child(area, "areaDesc")) for area in children(info, "area")]
    if any(areas):
        texts.append("Area: " + "; ".join(area for area in areas if area))
    return "\n\n".join(text for text in (*texts, _text(child(root, "note"))) if text)


def _text(element: etree._Element | None) -> str:
    return "" if element is None else clean_text("".join(str(piece) for piece in element.itertext())).strip()


def _priority(info: etree._Element | None) -> tuple[str, ...]:
    if info is None:
        return ()
    return urgency_words(min(8, _URGENCY.get(line(child(info, "urgency")), 3) + _SEVERITY.get(line(child(info, "severity")), 2)))


def _parts(root: etree._Element, info: etree._Element | None) -> tuple[Part, ...]:
    found = {
        "headline": child(info, "headline", "event"),
        "body": child(info, "description", "instruction"),
        "item_key": child(root, "references", "identifier"),
        "published_at": child(root, "sent"),
        "signal": child(root, "msgType"),
        "priority": child(info, "urgency"),
        "credit": child(info, "senderName"),
        "language": child(info, "language"),
    }
    return tuple(Part(name, path_of(element)) for name, element in found.items() if element is not None)

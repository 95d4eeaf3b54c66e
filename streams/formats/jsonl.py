"""JSONL: one JSON object per line, each a ninjs item or generic JSON."""

from __future__ import annotations

from streams.domain.errors import RefusedInput
from streams.formats import generic_json, ninjs
from streams.formats.draft import Draft
from streams.formats.payload import Payload, load_json
from streams.formats.refusal import not_a_report

_MEDIA_TYPES = frozenset({"application/jsonl", "application/x-ndjson", "application/jsonlines", "application/x-jsonlines", "text/jsonl"})


def sniff(payload: Payload) -> bool:
    """Declared as such, or the first line is a whole JSON object and another object follows."""
    if payload.media_type in _MEDIA_TYPES:
        return True
    lines = payload.head.split("\n", 2)
    if len(lines) < 2 or not lines[0].rstrip().startswith("{") or not lines[0].rstrip().endswith("}"):
        return False
    return lines[1].lstrip().startswith("{")


def parse(payload: Payload) -> list[Draft | RefusedInput]:
    """A draft or a refusal per line that is not blank."""
    decoded = payload.decoded
    lines = [(number, line) for number, line in enumerate(decoded.text.split("\n"), 1) if line.strip()]
    payload.refuse_over_batch(len(lines))
    if not lines:
        raise not_a_report("JSONL without a line")
    return [_line(line, number, decoded.notes) for number, line in lines]


def _line(text: str, number: int, notes: tuple[str, ...]) -> Draft | RefusedInput:
    where = f"line {number}"
    try:
        value = load_json(text, where)
        if isinstance(value, dict) and ninjs.is_ninjs(value):
            return ninjs.read_item(value, notes)
        return generic_json.read_object(value, notes)
    except RefusedInput as refused:
        return RefusedInput(refused.stage, refused.reason, refused.message, where)

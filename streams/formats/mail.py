"""RFC 822 mail (RFC 5322, MIME): a report per message; and mbox mailboxes (RFC 4155)."""

from __future__ import annotations

import email
import email.errors
import email.header
import email.message
import re
from dataclasses import replace

from streams.domain.errors import RefusedInput
from streams.domain.report import Part
from streams.formats.charset import Decoded, decode
from streams.formats.conventions import stem_words
from streams.formats.draft import Draft
from streams.formats.fields import read_signal, timed, version_number, words
from streams.formats.markup import html_text
from streams.formats.payload import Payload
from streams.formats.plain import read_copy
from streams.formats.priority import urgency_words
from streams.formats.refusal import empty, malformed, not_a_report, too_large
from streams.formats.text import clean_line, clean_text, has_words

MAX_PARTS = 200
_HEADER = re.compile(r"(?:^|\n)([A-Za-z][A-Za-z0-9-]{1,60}):[ \t]")
_MAIL_HEADERS = frozenset(
    {"from", "to", "subject", "date", "message-id", "mime-version", "received", "return-path", "content-type", "delivered-to"}
)
_MBOX_LINE = re.compile(rb"(?:\A|\n)From \S{1,200} [^\n]{0,40}\d{4}[^\n]{0,12}\r?\n")
_X_PRIORITY = {"1": 2, "2": 3, "3": 5, "4": 6, "5": 7}


def sniff(payload: Payload) -> bool:
    """Declared as mail, or a header block with From and two more of mail's own headers."""
    if payload.media_type == "message/rfc822":
        return True
    if not _HEADER.match(payload.head):
        return False
    block = payload.head.replace("\r\n", "\n").split("\n\n", 1)[0]
    names = {name.lower() for name in _HEADER.findall(block)}
    return "from" in names and len(names & _MAIL_HEADERS) >= 3


def sniff_mbox(payload: Payload) -> bool:
    """A "From sender date" line at the start."""
    return _MBOX_LINE.match(payload.data[:400]) is not None


def parse(payload: Payload) -> list[Draft | RefusedInput]:
    """One report. Raises RefusedInput: NOT_A_REPORT for mail without readable text, EMPTY."""
    return [read_message(payload.data, payload)]


def parse_mbox(payload: Payload) -> list[Draft | RefusedInput]:
    """A draft or a refusal per message."""
    marks = list(_MBOX_LINE.finditer(payload.data))
    payload.refuse_over_batch(len(marks))
    if not marks:
        raise malformed("mbox", "no line that begins a message")
    ends = [mark.start() for mark in marks[1:]] + [len(payload.data)]
    return [_entry(payload.data[mark.end() : end], payload, number) for number, (mark, end) in enumerate(zip(marks, ends, strict=True), 1)]


def _entry(data: bytes, payload: Payload, number: int) -> Draft | RefusedInput:
    try:
        return read_message(data.replace(b"\n>From ", b"\nFrom "), payload)
    except RefusedInput as refused:
        return RefusedInput(refused.stage, refused.reason, refused.message, f"message {number}")


def read_message(data: bytes, payload: Payload) -> Draft:
    """A draft of one message. Raises RefusedInput: NOT_A_REPORT, EMPTY."""
    message = email.message_from_bytes(data)
    subject = header(message, "Subject")
    text, where, notes = _text(message)
    if not has_words(text) and not has_words(subject):
        raise empty("mail without subject and text")
    draft = _copy(text, subject, payload)
    sent, sent_notes = timed(header(message, "Date") or None)
    return replace(
        draft,
        provider_id=header(message, "X-Item-ID") or header(message, "X-Article-ID"),
        version=version_number(header(message, "X-Version") or None),
        signal=read_signal(header(message, "X-Signal") or None) or draft.signal,
        stated_at=draft.stated_at or sent,
        language=header(message, "Content-Language").split(",")[0] or draft.language,
        priority=draft.priority + _priority(message),
        keywords=(*draft.keywords, *words(header(message, "Keywords"))),
        notes=(*notes, *draft.notes, *(() if draft.stated_at else sent_notes)),
        parts=_parts(draft, message, where),
    )


def _copy(text: str, subject: str, payload: Payload) -> Draft:
    """The text read as wire copy; a headline of its own that is not the subject stays in the body."""
    if not has_words(text):
        return Draft(headline=subject, body=subject)
    draft = read_copy(text, payload)
    if not subject:
        return draft
    same = stem_words(draft.headline) == stem_words(subject) or not draft.headline or draft.headline == draft.body
    return replace(draft, headline=subject, body=draft.body if same else f"{draft.headline}\n\n{draft.body}")


def header(message: email.message.Message, name: str) -> str:
    """A header decoded (RFC 2047, or raw 8-bit) as one clean line; empty when absent."""
    raw = next((str(value) for key, value in message.raw_items() if key.lower() == name.lower()), "")[:4000]
    try:
        # The parser keeps 8-bit header bytes as surrogates; they are the sender's own charset.
        text = decode(raw.encode("ascii", "surrogateescape")).text if not raw.isascii() else raw
        pieces = email.header.decode_header(text) if "=?" in text else [(text, None)]
        return clean_line("".join(decode(value, charset or "").text if isinstance(value, bytes) else value for value, charset in pieces))
    except (email.errors.HeaderParseError, ValueError, RefusedInput):  # a header that cannot be decoded is shown as it came
        return clean_line(raw)


def _text(message: email.message.Message) -> tuple[str, str, tuple[str, ...]]:
    """(text, where, notes): the first plain part, else the first HTML part; attachments are passed over."""
    found: dict[str, tuple[email.message.Message, str]] = {}
    for number, part in enumerate(message.walk()):
        if number > MAX_PARTS:
            raise too_large(f"mail of more than {MAX_PARTS} parts")
        kind = part.get_content_type()
        if kind in ("text/plain", "text/html") and str(part.get("Content-Disposition", "")).strip().lower()[:10] != "attachment":
            found.setdefault(kind, (part, f"part {number}"))
    for kind in ("text/plain", "text/html"):
        if kind in found:
            part, where = found[kind]
            decoded = _decoded(part)
            text = html_text(decoded.text) if kind == "text/html" else _unsigned(clean_text(decoded.text))
            if has_words(text):
                return text, where, decoded.notes
    if not found and not message.is_multipart():
        raise not_a_report(f"mail whose only content is {message.get_content_type()[:60]}")
    return "", "", ()


def _decoded(part: email.message.Message) -> Decoded:
    raw = part.get_payload(decode=True)
    return decode(raw if isinstance(raw, bytes) else b"", part.get_content_charset("") or "")


def _unsigned(text: str) -> str:
    """Signatures ("-- " and what follows) are not copy."""
    head, mark, tail = text.partition("\n--\n")
    return head if mark and len(tail) < 1000 else text


def _priority(message: email.message.Message) -> tuple[str, ...]:
    number = header(message, "X-Priority")[:1]
    word = header(message, "Priority") or header(message, "Importance")
    return urgency_words(_X_PRIORITY.get(number), word)


def _parts(draft: Draft, message: email.message.Message, where: str) -> tuple[Part, ...]:
    inside = tuple(Part(part.name, f"{where} {part.where}") for part in draft.parts if part.name != "headline")
    names = {"Subject": "headline", "Date": "published_at", "X-Item-ID": "item_key", "Keywords": "keywords"}
    return (*(Part(part, f"header {name}") for name, part in names.items() if message.get(name)), *inside)

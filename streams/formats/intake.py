"""Raw record to reports: caps, decompression, sniffing, parsing, assembling. The whole way of one input, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias, TypeVar

from streams.domain.errors import Reason, RefusedInput, Stage
from streams.domain.ids import derive
from streams.domain.report import Parsed, RawRecord
from streams.domain.settings import Limits
from streams.domain.source import Source, unknown_source
from streams.formats.assemble import assemble, item_key
from streams.formats.compress import is_archive, unpack
from streams.formats.draft import Draft
from streams.formats.payload import Payload
from streams.formats.quirks import content_type
from streams.formats.refusal import bad_compression, not_a_report, too_large
from streams.formats.registry import choose

T = TypeVar("T")
_Make: TypeAlias = Callable[[Draft, RawRecord, str, bool, Source], T]
"""A draft, its record, its format's name, whether it is the only one, and its source, as a report or as that report's key."""
_BINARIES = {
    b"\xff\xd8\xff": "a JPEG image",
    b"\x89PNG": "a PNG image",
    b"GIF8": "a GIF image",
    b"%PDF": "a PDF document",
    b"II*\0": "a TIFF image",
    b"MM\0*": "a TIFF image",
    b"RIFF": "a RIFF file",
    b"ID3": "an MP3 file",
    b"OggS": "an Ogg file",
    b"\x7fELF": "a program",
    b"MZ\x90": "a program",
    b"\xd0\xcf\x11\xe0": "an Office document",
    b"{\\rtf": "an RTF document",
}
_UTF16 = (b"\xff\xfe", b"\xfe\xff", b"\0<", b"<\0", b"{\0", b"\0{")


def parse(raw: RawRecord, limits: Limits, source: Source | None = None) -> Parsed:
    """The reports of one raw record in order, and the refused entries of a batch. `source` has the provider's quirks.

    Raises RefusedInput, and nothing else, when nothing of the input can be used.
    """
    return Parsed(*_guarded(raw, limits, source, assemble))


def _guarded(raw: RawRecord, limits: Limits, source: Source | None, make: _Make[T]) -> tuple[tuple[T, ...], tuple[RefusedInput, ...]]:
    """What `make` makes of each draft, at least one, and the refused entries."""
    try:
        return _made(raw, limits, source or unknown_source(raw.source), make)
    except RefusedInput:
        raise
    except RecursionError as error:
        raise RefusedInput(Stage.PARSE, Reason.FORBIDDEN_CONSTRUCT, "nested too deep") from error
    # The boundary the package promises: a parser that some input trips must cost a dead letter, never the worker.
    except Exception as error:
        raise RefusedInput(Stage.PARSE, Reason.INTERNAL, f"{type(error).__name__}: {str(error)[:200]}") from error


def routing_key(raw: RawRecord, limits: Limits, source: Source | None = None) -> str:
    """The key for `wire.raw`: the only report's item key, `source|batch` of a batch, `source|` and a digest of what cannot be parsed."""
    try:
        keys, refused = _guarded(raw, limits, source, item_key)
    except RefusedInput:
        return f"{raw.source}|{derive('raw', raw.body.hex())}"
    return f"{raw.source}|batch" if len(set(keys)) > 1 or refused else keys[0]


def _made(raw: RawRecord, limits: Limits, source: Source, make: _Make[T]) -> tuple[tuple[T, ...], tuple[RefusedInput, ...]]:
    made: list[T] = []
    refused: list[RefusedInput] = []
    for found in _items(raw, limits, source, make):
        if isinstance(found, RefusedInput):
            refused.append(found)
        else:
            made.append(found)
    if not made:
        raise refused[0] if refused else not_a_report("nothing in it")
    return tuple(made), tuple(refused)


def _items(raw: RawRecord, limits: Limits, source: Source, make: _Make[T]) -> Iterator[T | RefusedInput]:
    _check_size(raw.body, limits)
    packed = is_archive(raw.body)
    members = unpack(raw.body, limits)
    drafts: list[tuple[str, Draft | RefusedInput]] = []
    for name, data in members:
        told = content_type("" if packed and name else raw.content_type, source)
        drafts += _member(Payload(data, told, raw.received_at, limits, name), packed, len(members) > 1)
    if len(drafts) > limits.max_batch:
        raise too_large(f"{len(drafts)} reports in one input; at most {limits.max_batch}")
    for format_name, draft in drafts:
        yield _one(draft, raw, format_name, len(drafts) == 1, source, make)


def _check_size(body: bytes, limits: Limits) -> None:
    if len(body) > limits.max_bytes:
        raise too_large(f"{len(body)} bytes; at most {limits.max_bytes}")
    if not body.strip():
        raise RefusedInput(Stage.RECEIVE, Reason.EMPTY, "nothing was sent")


def _member(payload: Payload, packed: bool, several: bool) -> list[tuple[str, Draft | RefusedInput]]:
    try:
        if packed and is_archive(payload.data):
            raise bad_compression("an archive inside an archive")
        _refuse_binary(payload.data)
        wire_format = choose(payload)
        return [(wire_format.name, draft) for draft in wire_format.parse(payload)]
    except RefusedInput as refused:
        if not several:
            raise
        return [("", RefusedInput(refused.stage, refused.reason, refused.message, payload.name))]


def _refuse_binary(data: bytes) -> None:
    for magic, kind in _BINARIES.items():
        if data.startswith(magic):
            raise not_a_report(f"{kind}, not a report")
    if b"\0" in data[:4096] and not data.startswith(_UTF16):
        raise not_a_report("binary data: NUL bytes, not a report")


def _one(draft: Draft | RefusedInput, raw: RawRecord, format_name: str, only: bool, source: Source, make: _Make[T]) -> T | RefusedInput:
    if isinstance(draft, RefusedInput):
        return draft
    try:
        return make(draft, raw, format_name, only, source)
    except RefusedInput as refused:
        if only:
            raise
        return refused

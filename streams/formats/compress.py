"""gzip and zip opened within caps: what comes out is counted while it comes out, never after."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator

from streams.domain.settings import Limits
from streams.formats.refusal import bad_compression, too_large

MAX_MEMBERS = 256
MAX_RATIO = 200
"""Plain text deflates 3 to 10 times, repetitive XML up to about 60; a bomb a thousand times."""
_RATIO_FREE = 65_536
_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"
_ZIP_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""LZMA asks for as much memory as the archive says."""
_OTHERS = {b"BZh": "bzip2", b"\xfd7zXZ\x00": "xz", b"\x28\xb5\x2f\xfd": "zstd", b"7z\xbc\xaf": "7z", b"Rar!": "rar"}


def is_archive(data: bytes) -> bool:
    """Whether the bytes are compressed, in a way that is opened or one that is refused by name."""
    return data.startswith((_GZIP, _ZIP, *_OTHERS))


def unpack(data: bytes, limits: Limits) -> list[tuple[str, bytes]]:
    """(member name, bytes) in the archive's order; one unnamed member when nothing is compressed."""
    if not is_archive(data):
        return [("", data)]
    for magic, name in _OTHERS.items():
        if data.startswith(magic):
            raise bad_compression(f"{name} is not accepted; send gzip or zip")
    if data.startswith(_GZIP):
        return [("", _gunzip(data, limits))]
    return list(_unzip(data, limits))


def _gunzip(data: bytes, limits: Limits) -> bytes:
    out = bytearray()
    rest, members = data, 0
    while rest.startswith(_GZIP):
        members += 1
        if members > MAX_MEMBERS:
            raise bad_compression(f"gzip of more than {MAX_MEMBERS} members")
        opener = zlib.decompressobj(wbits=31)
        try:
            out += opener.decompress(rest, limits.max_decompressed_bytes + 1 - len(out))
        except zlib.error as error:
            raise bad_compression(f"gzip is damaged: {error}") from error
        _within(len(out), len(data), limits)
        if not opener.eof:
            raise bad_compression("gzip is truncated")
        rest = opener.unused_data
    return bytes(out)


def _within(size: int, packed: int, limits: Limits) -> None:
    if size > limits.max_decompressed_bytes:
        raise too_large(f"over {limits.max_decompressed_bytes} bytes after decompression")
    if size > _RATIO_FREE and size > MAX_RATIO * max(packed, 1):
        raise bad_compression(f"compression ratio over {MAX_RATIO}: {packed} bytes became {size}")


def _unzip(data: bytes, limits: Limits) -> Iterator[tuple[str, bytes]]:
    total = 0
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [m for m in archive.infolist() if not m.filename.endswith("/")]
            if len(members) > MAX_MEMBERS:
                raise bad_compression(f"zip of {len(members)} members; at most {MAX_MEMBERS}")
            for member in members:
                if member.compress_type not in _ZIP_METHODS:
                    raise bad_compression(f"zip by method {member.compress_type}; only stored and deflated are accepted")
                content = _member(archive, member, limits.max_decompressed_bytes - total)
                total += len(content)
                _within(total, len(data), limits)
                yield member.filename, content
    # zipfile raises all of these on damaged archives (RuntimeError: encrypted, NotImplementedError: unknown method).
    except (zipfile.BadZipFile, zlib.error, struct.error, RuntimeError, EOFError, ValueError, OSError, LookupError) as error:
        raise bad_compression(f"zip cannot be opened: {error}") from error


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, left: int) -> bytes:
    with archive.open(member) as stream:
        return stream.read(left + 1)

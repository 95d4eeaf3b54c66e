"""How a record's headers and checksum are laid out in the file."""

from __future__ import annotations

import struct
import zlib

from streams.transport.sqlite.records import Headers

_LENGTHS = struct.Struct("<HI")


def pack_headers(headers: Headers) -> bytes | None:
    """Name length (uint16), value length (uint32), UTF-8 name, value; repeated. None when there are none."""
    if not headers:
        return None
    parts = []
    for name, value in headers:
        encoded = name.encode()
        parts.append(_LENGTHS.pack(len(encoded), len(value)) + encoded + value)
    return b"".join(parts)


def unpack_headers(data: bytes | None) -> Headers:
    """The inverse of `pack_headers`. Its input has passed the checksum."""
    headers = []
    at = 0
    while data is not None and at < len(data):
        name_length, value_length = _LENGTHS.unpack_from(data, at)
        at += _LENGTHS.size
        name = data[at : at + name_length].decode()
        at += name_length
        headers.append((name, data[at : at + value_length]))
        at += value_length
    return tuple(headers)


def checksum(row_id: int, timestamp: int, key: bytes | None, value: bytes | None, headers: bytes | None) -> int:
    """CRC-32 over all of a record, absent parts told from empty ones: SQLite itself does not notice a flipped byte in a value."""
    crc = zlib.crc32(b"%d/%d/%d/%d" % (row_id, timestamp, -1 if key is None else len(key), -1 if value is None else len(value)))
    crc = zlib.crc32(key or b"", crc)
    crc = zlib.crc32(value or b"", crc)
    return zlib.crc32(headers, crc) if headers else crc

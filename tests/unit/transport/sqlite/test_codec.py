from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from streams.transport.sqlite.codec import checksum, pack_headers, unpack_headers

HEADERS = st.lists(st.tuples(st.text(st.characters(codec="utf-8"), max_size=20), st.binary(max_size=40))).map(tuple)


@given(HEADERS)
def test_headers_come_back_as_they_were(headers: tuple[tuple[str, bytes], ...]) -> None:
    assert unpack_headers(pack_headers(headers)) == headers


def test_no_headers_take_no_space() -> None:
    assert pack_headers(()) is None


def test_the_checksum_tells_apart_what_differs_only_in_where_a_part_ends() -> None:
    parts = [(b"ab", b"c", None), (b"a", b"bc", None), (None, b"abc", None), (b"", b"abc", None), (b"abc", None, None), (b"abc", b"", None)]
    assert len({checksum(1, 2, *part) for part in parts}) == len(parts)
    assert checksum(1, 2, b"k", b"v", None) != checksum(2, 2, b"k", b"v", None)

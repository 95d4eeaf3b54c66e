import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.adapters.avro import HEADER_LENGTH, codec_for, load_codec
from streams.adapters.schemas import schema_folder, versions_of
from streams.domain.errors import Reason, RefusedInput, Stage
from streams.domain.event import Action, Carrier, Claim, EventRecord, Outcome, Sketch, Stance, Thing
from streams.domain.event import ObjectRole as Role
from streams.domain.item import ItemState
from streams.domain.values import Quantity, Span

AT = datetime(2020, 9, 27, 5, 48, 2, 123456, tzinfo=UTC)
RECORD = EventRecord(
    event_id="evt-1",
    report_id="rpt-1",
    item_key="wire:1",
    type="conflict.aircraft_downed",
    block_key="conflict:AZE",
    carrier=Carrier("wire", credit="Wire"),
    published_at=AT,
    received_at=AT,
    version_at=AT,
    action=Action.RETRACT,
    objects=(Thing(Role.TARGET, "plane", "aircraft", count=Quantity(None, 2), span=Span(3, 9, "headline")),),
    outcome=Outcome("survived"),
    claims=(Claim("ARM.MIL", Stance.DENIES, via=("a", "b")),),
    headline="Ռազմական դրություն",
    sketch=Sketch(terms={"plane": 2}, shingles=(0, 2**32 - 1)),
)
CODEC = codec_for(EventRecord)


def outcome(data: bytes) -> object:
    """What decoding comes to: the class of the value, or the reason of the refusal."""
    try:
        return type(CODEC.decode(data))
    except RefusedInput as refused:
        return refused.reason


def test_a_record_survives_the_round_trip() -> None:
    assert CODEC.decode(CODEC.encode(RECORD)) == RECORD


def test_enums_come_back_as_enums() -> None:
    again = CODEC.decode(CODEC.encode(RECORD))
    assert (again.action is Action.RETRACT, again.claims[0].stance is Stance.DENIES) == (True, True)


def test_the_header_is_the_marker_and_the_fingerprint() -> None:
    assert CODEC.encode(RECORD)[:HEADER_LENGTH] == b"\xc3\x01" + versions_of("event_record")[-1].fingerprint


def test_the_fingerprint_is_the_one_of_the_specification() -> None:
    # Avro's own test vector for the schema "int": CRC-64-AVRO 7275d51a3f395c8f, here little-endian
    from fastavro.schema import fingerprint

    assert fingerprint('"int"', "CRC-64-AVRO") == bytes.fromhex("7275d51a3f395c8f")[::-1].hex()


@pytest.mark.parametrize("data", [b"", b"\xc3", b'{"event_id": 1}', b"\xc3\x01short"])
def test_bytes_without_a_header_are_corrupt(data: bytes) -> None:
    with pytest.raises(RefusedInput) as refused:
        CODEC.decode(data)
    assert (refused.value.stage, refused.value.reason) == (Stage.DECODE, Reason.CORRUPT_RECORD)


def test_another_records_bytes_are_an_unknown_schema() -> None:
    with pytest.raises(RefusedInput) as refused:
        CODEC.decode(codec_for(ItemState).encode(ItemState("wire:1")))
    assert (refused.value.stage, refused.value.reason) == (Stage.DECODE, Reason.UNKNOWN_SCHEMA)


@pytest.mark.parametrize("spoil", [lambda data: data[:-1], lambda data: data + b"\0"], ids=["cut", "longer"])
def test_a_record_of_the_wrong_length_is_corrupt(spoil) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(RefusedInput) as refused:
        CODEC.decode(spoil(CODEC.encode(RECORD)))
    assert refused.value.reason is Reason.CORRUPT_RECORD


@given(body=st.binary(max_size=300))
def test_any_body_is_a_record_or_refused(body: bytes) -> None:
    assert outcome(CODEC.encode(RECORD)[:HEADER_LENGTH] + body) in (EventRecord, Reason.CORRUPT_RECORD)


@given(at=st.integers(HEADER_LENGTH, len(CODEC.encode(RECORD)) - 1), byte=st.integers(0, 255))
def test_a_changed_byte_is_a_record_or_refused(at: int, byte: int) -> None:
    data = bytearray(CODEC.encode(RECORD))
    data[at] = byte
    assert outcome(bytes(data)) in (EventRecord, Reason.CORRUPT_RECORD)


@pytest.mark.parametrize(
    "unwritable", [replace(RECORD, headline="\ud800"), replace(RECORD, version=2**63), replace(RECORD, sketch=Sketch(shingles=(-1,)))]
)
def test_a_value_that_has_no_place_in_avro_is_refused(unwritable: EventRecord) -> None:
    with pytest.raises(RefusedInput) as refused:
        CODEC.encode(unwritable)
    assert (refused.value.stage, refused.value.reason) == (Stage.EXTRACT, Reason.INVALID)


def test_a_class_without_a_schema_has_no_codec() -> None:
    with pytest.raises(KeyError, match="Span has no Avro schema"):
        codec_for(Span)


def test_an_older_version_is_read_as_the_newest(tmp_path: Path) -> None:
    """Yesterday's schema lacked caused_by: what it wrote is read with the default."""
    folder = Path(shutil.copytree(schema_folder(), tmp_path / "schemas"))
    today = folder / "avro" / "event_record" / "v1.avsc"
    schema = json.loads(today.read_text())
    (today.parent / "v2.avsc").write_text(json.dumps(schema))
    schema["fields"] = [field for field in schema["fields"] if field["name"] != "caused_by"]
    today.write_text(json.dumps(schema))
    old, new = versions_of("event_record", folder)
    codec = load_codec(EventRecord, folder)
    assert codec.fingerprint == new.fingerprint
    written = _written_with(old.parsed, old.fingerprint)
    assert codec.decode(written) == RECORD


def _written_with(parsed: object, fingerprint: bytes) -> bytes:
    from io import BytesIO

    import fastavro

    from streams.adapters.serialisation import to_datum

    out = BytesIO()
    fastavro.schemaless_writer(out, parsed, to_datum(RECORD))  # type: ignore[arg-type]
    return b"\xc3\x01" + fingerprint + out.getvalue()


def test_a_schema_folder_without_the_record_says_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"no v1\.avsc"):
        load_codec(EventRecord, tmp_path)

"""Microseconds to encode and decode one full event record: our codec, its two halves, and the `avro` package."""

import json
import time
from collections.abc import Callable
from io import BytesIO
from typing import Any

import avro.io
import avro.schema
import fastavro

from streams.adapters.avro import HEADER_LENGTH, MARKER, codec_for
from streams.adapters.schema_examples import complete
from streams.adapters.schemas import schema_folder, versions_of
from streams.adapters.serialisation import from_datum, to_datum
from streams.domain.event import EventRecord

ROUNDS, REPEATS = 300, 5


def micros(call: Callable[[], object]) -> float:
    """Best of REPEATS runs: the machine's other work only ever adds."""
    runs = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        for _ in range(ROUNDS):
            call()
        runs.append((time.perf_counter() - began) / ROUNDS * 1e6)
    return min(runs)


def sample() -> Any:
    """The full example with a text of usual length: 200 terms, a 128-value signature."""
    example = json.loads((schema_folder() / "examples/event_record/v1/full.pass.json").read_text())["record"]
    example["sketch"] |= {"terms": {f"term{n}": 1 + n % 3 for n in range(200)}, "shingles": "\x07" * 512}
    return complete(versions_of("event_record")[-1].declared, example)


def rows() -> list[tuple[str, float, float]]:
    """(what, encode, decode) in microseconds."""
    newest, codec, datum = versions_of("event_record")[-1], codec_for(EventRecord), sample()
    schema = avro.schema.make_avsc_object(newest.declared)
    writer, reader = avro.io.DatumWriter(schema), avro.io.DatumReader(schema)
    body = BytesIO()
    writer.write(datum, avro.io.BinaryEncoder(body))
    framed, raw = MARKER + newest.fingerprint + body.getvalue(), body.getvalue()
    record = codec.decode(framed)
    assert codec.encode(record)[HEADER_LENGTH:] == raw
    hinted = to_datum(record)
    return [
        ("codec (domain <-> bytes)", micros(lambda: codec.encode(record)), micros(lambda: codec.decode(framed))),
        ("  cattrs (domain <-> datum)", micros(lambda: to_datum(record)), micros(lambda: from_datum(datum, EventRecord))),
        (
            "  fastavro (datum <-> bytes)",
            micros(lambda: fastavro.schemaless_writer(BytesIO(), newest.parsed, hinted)),
            micros(lambda: fastavro.schemaless_reader(BytesIO(raw), newest.parsed, None)),
        ),
        (
            "avro (datum <-> bytes)",
            micros(lambda: writer.write(datum, avro.io.BinaryEncoder(BytesIO()))),
            micros(lambda: reader.read(avro.io.BinaryDecoder(BytesIO(raw)))),
        ),
        (f"bytes: {len(framed)}", 0.0, 0.0),
    ]


def main() -> None:
    """Print the table."""
    print(f"{'one event record':32}{'encode us':>12}{'decode us':>12}")
    for what, encode, decode in rows():
        print(f"{what:32}{encode:12.1f}{decode:12.1f}" if encode else what)


if __name__ == "__main__":
    main()

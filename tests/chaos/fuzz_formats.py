"""Fuzz the parsers: seeded mutations of the fixtures, for a given time per family of parsers.

    python tests/chaos/fuzz_formats.py --seconds 600 [--seed 1] [--family xml ...]

For each family it mutates its fixtures and looks for: an exception other than RefusedInput, an INTERNAL refusal (a parser
tripped), an input that takes over a second of CPU, and a process over 200 MB above where it began. Exit code 1 names the inputs,
which are written to --out so that they can become fixtures.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from streams.domain.errors import Reason, RefusedInput
from streams.domain.report import RawRecord
from streams.domain.settings import Limits
from streams.domain.source import Source
from streams.formats import parse

FIXTURES = Path(__file__).parents[1] / "data" / "formats"
RECEIVED = datetime(2020, 9, 27, 12, tzinfo=UTC)
FAMILIES = {
    "xml": ("nitf", "newsml-1", "newsml-g2", "cap"),
    "feeds": ("rss", "atom"),
    "json": ("json", "jsonl", "ninjs"),
    "mail": ("mail", "mbox"),
    "text": ("plain", "iptc-7901", "anpa-1312"),
    "html": ("html",),
}
"""Formats that share a parser underneath: each family gets the time, and its fixtures are spliced into each other."""
SOURCES = (None, Source(id="fuzz", zone="Pacific/Pago_Pago", charset="koi8-r"), Source(id="fuzz", zone="Pacific/Kiritimati", language="hy"))
"""Quirks at their extremes."""
MAX_SECONDS = 1.0
MAX_GROWTH_MB = 200
_TOKENS = (
    *(b"<", b">", b"&", b"]]>", b"<![CDATA[", b"<!DOCTYPE x [", b'"', b"{", b"}", b"[", b"]", b"=", b":", b"--", b"(" * 40, b"-" * 60),
    *(b"\x00", b"\x01", b"\x02", b"\x03", b"\xff", b"\xc3", b"\xe2\x80\xa8", b"\xed\xa0\x80", b"\r\n", b"\n\n", b" " * 200, b"A" * 300),
    *(b"\\ud800", b"1e999", b"9" * 500, b"From ", b"UPDATE 9999999-", b"xmlns:a='b'", b"<a>" * 300, b"[" * 300, b"2020-99-99T99:99:99Z"),
)


@dataclass
class Tally:
    """What one family's run saw."""

    inputs: int = 0
    accepted: int = 0
    slowest: float = 0.0
    faults: list[tuple[str, bytes]] = field(default_factory=list)


def mutate(data: bytes, others: list[bytes], rng: random.Random) -> bytes:
    """One to six mutations, each of one kind: flip, cut, repeat, splice, insert."""
    buffer = bytearray(data)
    for _ in range(rng.randint(1, 6)):
        at = rng.randrange(len(buffer) + 1)
        size = min(len(buffer) - at, rng.choice((1, 2, 8, 64, 512)))
        _MUTATIONS[rng.randrange(len(_MUTATIONS))](buffer, at, size, others, rng)
    return bytes(buffer[:900_000])


def _flip(buffer: bytearray, at: int, size: int, others: list[bytes], rng: random.Random) -> None:
    del others
    buffer[at : at + size] = bytes(rng.randrange(256) for _ in range(min(size, 8)))


def _cut(buffer: bytearray, at: int, size: int, others: list[bytes], rng: random.Random) -> None:
    del others
    del buffer[at : at + (size if rng.random() < 0.8 else len(buffer))]


def _repeat(buffer: bytearray, at: int, size: int, others: list[bytes], rng: random.Random) -> None:
    del others
    buffer[at:at] = bytes(buffer[at : at + size]) * rng.choice((2, 20, 400))


def _splice(buffer: bytearray, at: int, size: int, others: list[bytes], rng: random.Random) -> None:
    other = rng.choice(others)
    start = rng.randrange(len(other) + 1)
    buffer[at : at + size] = other[start : start + rng.choice((4, 40, 400))]


def _insert(buffer: bytearray, at: int, size: int, others: list[bytes], rng: random.Random) -> None:
    del size, others
    buffer[at:at] = rng.choice(_TOKENS)


_MUTATIONS: tuple[Callable[[bytearray, int, int, list[bytes], random.Random], None], ...] = (_flip, _cut, _repeat, _splice, _insert)


def fuzz(name: str, fixtures: list[tuple[bytes, str]], seconds: float, seed: int) -> Tally:
    """Mutate and parse until the time is up. The inputs depend on the seed only; how many there are, on the machine."""
    rng, tally, limits = random.Random(f"{name}-{seed}"), Tally(), Limits()
    bodies = [body for body, _ in fixtures]
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        body, content_type = rng.choice(fixtures)
        raw = RawRecord("fuzz", RECEIVED, mutate(body, bodies, rng), content_type if rng.random() < 0.7 else "")
        began = time.process_time()
        fault = _fault(raw, limits, rng.choice(SOURCES), tally)
        took = time.process_time() - began
        tally.inputs += 1
        tally.slowest = max(tally.slowest, took)
        if took > MAX_SECONDS:
            fault = fault or f"took {took:.2f} s"
        if fault:
            tally.faults.append((fault, raw.body))
    return tally


def _fault(raw: RawRecord, limits: Limits, source: Source | None, tally: Tally) -> str:
    try:
        parse(raw, limits, source)
        tally.accepted += 1
    except RefusedInput as refused:
        return f"internal: {refused.message}" if refused.reason is Reason.INTERNAL else ""
    except Exception as error:  # noqa: BLE001 - what must never leave a parser is what this looks for
        return f"escaped: {type(error).__name__}: {error}"
    return ""


def fixtures(names: tuple[str, ...]) -> list[tuple[bytes, str]]:
    """(bytes, content type) of every fixture of those formats."""
    found = []
    for expected in sorted(path for name in names for path in (FIXTURES / name).glob("*.expected.json")):
        body = expected.with_name(expected.name.removesuffix(".expected.json")).read_bytes()
        found.append((body, json.loads(expected.read_text("utf-8")).get("content_type", "")))
    return found


def main() -> int:
    """Run; print a line per family; 1 when anything was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=600.0, help="per family")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--family", action="append", choices=sorted(FAMILIES), help="only these")
    parser.add_argument("--out", type=Path, default=Path("fuzz-faults"))
    arguments = parser.parse_args()
    bad = False
    for name in arguments.family or FAMILIES:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        tally = fuzz(name, fixtures(FAMILIES[name]), arguments.seconds, arguments.seed)
        growth = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        print(
            f"{name}: {tally.inputs} inputs, {tally.accepted} accepted, slowest {tally.slowest * 1000:.0f} ms, +{growth:.0f} MB", flush=True
        )
        bad = _report(name, tally, growth, arguments.out) or bad
    return 1 if bad else 0


def _report(name: str, tally: Tally, growth: float, out: Path) -> bool:
    for number, (fault, body) in enumerate(tally.faults[:20]):
        out.mkdir(parents=True, exist_ok=True)
        path = out / f"{name}-{number:02}.bin"
        path.write_bytes(body)
        print(f"  {fault[:200]} -> {path}")
    if growth > MAX_GROWTH_MB:
        print(f"  memory grew by {growth:.0f} MB")
    return bool(tally.faults) or growth > MAX_GROWTH_MB


if __name__ == "__main__":
    sys.exit(main())

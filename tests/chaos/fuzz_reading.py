"""Fuzz the reading of copy: seeded texts of the lexicon's own phrases, marks, names and noise, for a given time.

    python tests/chaos/fuzz_reading.py --seconds 600 [--seed 1]

Half the texts repeat a few pieces, which is where work grows faster than length; the others are drawn piece by piece. It looks for: an
exception, an event that does not hold together (no single lead, a span that does not say what it says, a type outside the ontology),
and a text that takes over 50 ms of CPU per 1,000 words however often it is read. Exit code 1 prints the seeds and texts.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime

from streams.domain.ontology import TYPES
from streams.domain.reading import ReadEvent
from streams.domain.report import Report, Signal
from streams.domain.source import Source
from streams.domain.values import Span
from streams.extraction import extract
from streams.extraction.lexicon_cache import lexicon
from streams.extraction.model import Entry
from streams.matching import Sketcher

FILED = datetime(2020, 9, 28, 9, tzinfo=UTC)
SOURCES = (Source("fuzz"), Source("fuzz", official_of="ARM", country="ARM"))
MAX_SECONDS_PER_WORD = 50e-6
WORDS = 1_000
AGAIN = 6
"""How often a slow text is read again: what is slow every time is slow, what was slow once met a busy machine."""
NOISE = (
    *",.;:!?()[]\"'“”‘’—–-$%", "\n", "\n\n", "--", "'s", "a", "A", "I", "12", "1,234", "1234567890123", "3.5", "27th", "1900", "GMT",
    "2016", "MiG-29", "Mi-24", "a-10", "flight MH17", "Goris", "New Delhi", "Anna Lee", "al-", "İzmir", "a\u0301", "\u200b", "\u200d",
    "\ud800", "北京地震", "مرحبا", "xyzzy", "x" * 60, "U.S.", "A.B.C.D.E.F.G.H.I.J.K.L.M.N", "http://a.b/c?d=e", "@a", "#b", "¹", "x²", "٣",
    "``", "/", "_", "…", "said", "and", "of", "the", "by", "in", "that", "who", "it",
)  # fmt: skip


def pieces() -> list[str]:
    """Every phrase of the lexicon, half of them once more: those that make a sentence worth reading in full."""
    words = lexicon()
    known = {**words.phrases, **words.cased}
    found, hot = [], []
    for first, (alone, longer) in known.items():
        told: list[tuple[tuple[str, ...], Entry]] = [((first,), alone)] if alone is not None else []
        told += [((first, second, *rest), entry) for second, options in longer.items() for rest, entry in options]
        found += [" ".join(phrase) for phrase, _ in told]
        hot += [" ".join(phrase) for phrase, entry in told if entry.hot]
    return [*found, *hot * (1 + len(found) // max(1, len(hot)))]


def texts(rng: random.Random, known: list[str]) -> Iterator[str]:
    """Texts of about WORDS words without end."""
    while True:
        drawn = [_cased(rng, rng.choice(NOISE if rng.random() < 0.4 else known)) for _ in range(rng.randint(1, 9))]
        if rng.random() < 0.5:
            size = sum(len(piece.split()) or 1 for piece in drawn)
            yield _joined(rng, drawn * (WORDS // size + 1))
        else:
            yield _joined(rng, [_cased(rng, rng.choice(NOISE if rng.random() < 0.4 else known)) for _ in range(WORDS)])


def _cased(rng: random.Random, piece: str) -> str:
    return piece.title() if rng.random() < 0.2 else piece.upper() if rng.random() < 0.05 else piece


def _joined(rng: random.Random, drawn: list[str]) -> str:
    text = (rng.choice((" ", " ", " ", " ", "", ". "))).join(drawn)
    return text.upper() if rng.random() < 0.1 else text


def fault_of(body: str, source: Source) -> str:
    """What is wrong with how a text is read, empty when nothing is."""
    report = Report("r", "k", "fuzz", Signal.NEW, body[:80], body, FILED, FILED, FILED, "h")
    try:
        events = extract(report, source)
        Sketcher(report).sketch(events[-1].excerpt)
    except Exception as error:  # noqa: BLE001 - what must never leave the reading is what this looks for
        return f"escaped: {type(error).__name__}: {error}"
    if [event.lead for event in events].count(True) != 1 or not events[0].lead:
        return "not one lead, first"
    return next((problem for event in events if (problem := _problem(event, {"body": body, "headline": body[:80]}))), "")


def _problem(event: ReadEvent, parts: dict[str, str]) -> str:
    named = [(actor.name, actor.span) for actor in event.actors] + [(thing.name, thing.span) for thing in event.objects]
    named += [(evidence.text, evidence.span) for evidence in event.evidence] + [(event.excerpt, event.excerpt_span)]
    wrong = [name for name, span in named if span is not None and parts[span.part][span.start : span.end] != name]
    others = (event.place, event.time, event.outcome, *event.counts, *event.claims)
    spans: list[Span] = [value.span for value in others if value is not None and value.span is not None]
    if event.type not in TYPES:
        return f"no type: {event.type}"
    if wrong:
        return f"a span that does not say {wrong[0]!r}"
    return "" if all(0 <= span.start < span.end <= len(parts[span.part]) for span in spans) else "a span outside the text"


def seconds(body: str, source: Source) -> float:
    """CPU time of one reading."""
    report = Report("r", "k", "fuzz", Signal.NEW, "", body, FILED, FILED, FILED, "h")
    began = time.process_time()
    extract(report, source)
    return time.process_time() - began


def slowness(body: str, source: Source) -> float:
    """CPU seconds per word, the best of several when the first is slow. A word is six characters where there are few spaces."""
    words = max(len(body.split()), len(body) / 6)
    took = seconds(body, source)
    for _ in range(AGAIN if took > MAX_SECONDS_PER_WORD * words else 0):
        took = min(took, seconds(body, source))
    return took / words


def main() -> int:
    """Run; print what was seen; 1 when anything was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)
    read, worst, faults = 0, 0.0, 0
    until = time.monotonic() + arguments.seconds
    for body in texts(rng, pieces()):
        source = rng.choice(SOURCES)
        fault, slow = fault_of(body, source), slowness(body, source)
        fault = fault or (f"{slow * 1e6:.0f} ms per 1,000 words" if slow > MAX_SECONDS_PER_WORD else "")
        read, worst = read + 1, max(worst, slow)
        if fault:
            faults += 1
            print(f"text {read} of seed {arguments.seed}: {fault}: {body[:300]!r}", flush=True)
        if time.monotonic() > until or faults >= 20:
            break
    print(f"reading: {read} texts, slowest {worst * 1e6:.0f} ms per 1,000 words, {faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

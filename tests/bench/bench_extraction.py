"""Reports read per second of CPU, time per 1,000 characters, and how it grows with length. `python tests/bench/bench_extraction.py`.

Prints one JSON object. Copy is written here: no corpus is needed.
"""

from __future__ import annotations

import gc
import json
import resource
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # Importing is measured: it must not happen before main().
    from streams.domain.report import Report
    from streams.domain.source import Source

sys.path.insert(0, str(Path(__file__).parents[2]))

FILED = datetime(2020, 9, 27, 12, tzinfo=UTC)
AGAIN = 7
SENTENCES = (
    "Armenia's Defence Ministry said on Sunday that an Azerbaijani helicopter had been shot down over Nagorno-Karabakh by air defences.",
    "Spokeswoman Shushan Stepanyan reported the downing on social media and gave no details of the crew.",
    "There was no comment from Azerbaijan, where the government met in the afternoon to discuss the budget for the coming year.",
    "Shares of oil producers rose by two per cent, and traders said that they expected the market to remain calm for the rest of the week.",
    "At least 12 people were killed and more than 30 wounded when a shell hit a residential building in Stepanakert, officials said.",
    "Residents of the town described a quiet morning with little traffic, and schools opened as usual after the long weekend.",
    "The two foreign ministers spoke by phone, the Russian Foreign Ministry said in a statement, and agreed to stay in contact.",
    "Visitors to the museum will see three rooms of new paintings, among them works that have never left the country before.",
)


def main() -> None:
    """Measure and print."""
    began = time.process_time()
    from streams.domain.report import Report, Signal
    from streams.domain.source import Source
    from streams.extraction import extract, read

    imported = time.process_time() - began
    source = Source("bench")

    def report(n: int, sentences: int) -> Report:
        body = " ".join(SENTENCES[(n + k) % len(SENTENCES)] for k in range(sentences))
        return Report(str(n), str(n), "bench", Signal.NEW, "", body, FILED, FILED, FILED, str(n))

    began = time.process_time()
    extract(report(0, 8), source)
    loaded = time.process_time() - began
    gc.freeze()
    row: dict[str, float] = {"import_s": round(imported, 3), "first_report_s": round(loaded, 3)}
    for sentences in (7, 70):
        reports = [report(n, sentences) for n in range(700 // sentences)]
        characters = sum(len(r.body) for r in reports)
        words = sum(len(r.body.split()) for r in reports)
        best = _seconds(reports, source, extract)
        row[f"words_per_report_{sentences}"] = round(words / len(reports))
        row[f"reports_per_s_{sentences}"] = round(len(reports) / best)
        row[f"us_per_1000_characters_{sentences}"] = round(1e6 * best / characters * 1000)
        row[f"reports_per_s_asking_why_{sentences}"] = round(len(reports) / _seconds(reports, source, read))
    row["rss_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps(row))


def _seconds(reports: Sequence[Report], source: Source, reader: Callable[[Report, Source], object]) -> float:
    """CPU time of reading each once: the sum of each report's best of AGAIN, so that other work on the machine counts little."""
    return sum(min(_once(one, source, reader) for _ in range(AGAIN)) for one in reports)


def _once(report: Report, source: Source, reader: Callable[[Report, Source], object]) -> float:
    began = time.process_time()
    reader(report, source)
    return time.process_time() - began


if __name__ == "__main__":
    main()

"""What a finer block key would part: python tests/quality/straddle.py [DATA [CORPUS ...]]

Of all pairs of records that tell of one event, how many have different keys: in the bundled scenarios the records of each incident, read
for real; in labelled corpora (DATA holds them) the leads of the documents of each event, read for real. A pair that is parted is never
compared, wherever its partition is processed.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from streams.domain.event import EventRecord
from streams.domain.ontology import family
from streams.domain.report import RawRecord
from streams.domain.settings import CoreSettings
from streams.domain.values import Position
from streams.pipeline.normalize import normalize
from streams.pipeline.replay import MemoryItems, replay
from tests.support.scenario import SCENARIOS, Scenario

MOST_A_CORPUS = 3_000
KEYS: dict[str, Callable[[EventRecord], str]] = {
    "family": lambda r: family(r.type),
    "region": lambda r: r.place.country if r.place is not None else "",
    "family and region": lambda r: f"{family(r.type)}/{r.place.country if r.place is not None else ''}",
    "day": lambda r: (r.time.start if r.time is not None else r.published_at).date().isoformat(),
    "language": lambda r: r.language,
}


def of_scenario(one: Scenario) -> list[list[EventRecord]]:
    """The records of each incident."""
    events: dict[str, list[EventRecord]] = defaultdict(list)
    for line in replay(one.raws(), one.settings()).events:
        events[line.incident_id].append(line.stored.record)
    return list(events.values())


def of_corpus(data: Path, name: str) -> list[list[EventRecord]]:
    """The leads of each event's documents."""
    events: dict[str, list[EventRecord]] = defaultdict(list)
    for n, row in enumerate(_rows(data / f"{name}.jsonl.gz")):
        events[str(row.get("subtopic") or row["event_id"])] += _lead(row, datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=n))
    return list(events.values())


def _rows(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines][:MOST_A_CORPUS]


def _lead(row: dict[str, Any], at: datetime) -> list[EventRecord]:
    headline, _, body = row["text"].partition("\n") if "title" not in row else (row["title"], "", row["text"] or row["title"])
    told = json.dumps({"headline": headline, "body": body or headline, "published_at": at.isoformat()}).encode()
    raw = RawRecord("straddle", at, told, "application/json", input_id=str(row["id"]))
    read = normalize(raw, Position("wire.raw", 0, 0), MemoryItems(), CoreSettings())
    return [record for record in read.records if record.lead][:1]


def parted(events: Sequence[Sequence[EventRecord]], key: Callable[[EventRecord], str]) -> tuple[int, int]:
    """Pairs of one event with different keys, and all pairs."""
    pairs = [key(a) != key(b) for records in events for a, b in combinations(records, 2)]
    return sum(pairs), len(pairs)


def main(arguments: Sequence[str]) -> None:
    """Print a line per source."""
    told = {one.name: of_scenario(one) for one in SCENARIOS}
    if arguments:
        told |= {name: of_corpus(Path(arguments[0]), name) for name in arguments[1:] or ("ecbplus", "allsides_neus")}
    for name, events in told.items():
        for label, key in KEYS.items():
            lost, pairs = parted(events, key)
            print(f"{name:<28}{label:<20}{lost:>7,} of {pairs:>7,} pairs parted ({lost / max(1, pairs):.1%})", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])

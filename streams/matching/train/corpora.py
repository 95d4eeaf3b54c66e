"""Labelled corpora as event records of stories: what training and measuring read. The texts stay where they are."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from streams.domain.event import Carrier, EventRecord
from streams.domain.incident import StoredRecord
from streams.domain.ontology import OTHER_STORY
from streams.domain.report import Report, Signal
from streams.domain.values import Position
from streams.matching.sketch import sketch

CORPORA = ("ecbplus", "allsides_neus", "giveme5w1h_newscluster")
FIRST = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Story:
    """A labelled document: `event` is its true cluster, `group` what must not be divided between training and test."""

    stored: StoredRecord
    event: str
    group: str

    @property
    def trains(self) -> bool:
        """Whether it is in the half that may be learned from."""
        return in_half(self.group)


def in_half(group: str) -> bool:
    """The training half: by a hash of the group."""
    return hashlib.sha256(group.encode()).digest()[0] % 2 == 0


def trains(corpus: str, row: dict[str, Any]) -> bool:
    """Whether a row of a corpus is in the training half."""
    return in_half(_labels(corpus, row)[1])


def _labels(corpus: str, row: dict[str, Any]) -> tuple[str, str]:
    """Event and group: ECB+ topics hold two confusable events each, which stay in one half."""
    if corpus == "ecbplus":
        return row["subtopic"], f"ecb-{row['topic']}"
    return str(row["event_id"]), f"{corpus}-{row['event_id']}"


@dataclass(frozen=True, slots=True)
class Document:
    """A labelled document as its corpus has it; each is taken for a source's own. `event` and `group` as in Story."""

    id: str
    headline: str
    body: str
    at: datetime
    event: str
    group: str


def load(folder: Path, corpus: str, seed: int = 0) -> list[Story]:
    """A corpus as stories, in the order of `documents`."""
    return [Story(_stored(d.id, d.headline, d.body, d.at), d.event, d.group) for d in documents(folder, corpus, seed)]


def documents(folder: Path, corpus: str, seed: int = 0) -> list[Document]:
    """A corpus in the order of its dates, or shuffled and one a minute where it has none."""
    rows = sorted(_rows(folder / f"{corpus}.jsonl.gz"), key=lambda row: (row.get("date") or "", row["id"]))
    if not all(row.get("date") for row in rows):
        random.Random(seed).shuffle(rows)
    return [_document(corpus, row, FIRST + timedelta(minutes=n)) for n, row in enumerate(rows)]


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _document(corpus: str, row: dict[str, Any], at: datetime) -> Document:
    if corpus == "ecbplus":
        headline, _, body = row["text"].partition("\n")
    else:
        headline, body = row["title"], row["text"] or row.get("description") or row["title"]
        if row.get("date"):
            at = datetime.fromisoformat(row["date"][:10] + "T12:00:00+00:00")
    return Document(f"{corpus}-{row['id']}", headline, body or headline, at, *_labels(corpus, row))


def _stored(key: str, headline: str, body: str, at: datetime) -> StoredRecord:
    report = Report(key, key, key, Signal.NEW, headline, body, at, at, at, key, language="en")
    record = EventRecord(
        event_id=f"evt-{key}",
        report_id=key,
        item_key=key,
        type=OTHER_STORY,
        block_key="story/world",
        carrier=Carrier(key),
        published_at=at,
        received_at=at,
        version_at=at,
        lead=True,
        headline=headline,
        language="en",
        sketch=sketch(report, ""),
    )
    return StoredRecord(record, Position("wire.events", 0, 0))

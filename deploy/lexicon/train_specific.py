"""Train the weights of streams/extraction/lexicon/en/specific.tsv: logistic regression by plain gradient descent, no random part.

Usage: python deploy/lexicon/train_specific.py CORPUS.jsonl.gz
CORPUS: one labelled report a line: {"id", "text", "kinds": [event types told]} or MUC-4 templates ({"templates": [{"incident_type"}]}).
Every third report by the MD5 of its id is held out: it takes no part here. The output is the same for the same input.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import math
import sys
from datetime import UTC, datetime
from pathlib import Path

from streams.domain.report import RawRecord, Report
from streams.domain.settings import Limits
from streams.extraction.background import with_background
from streams.extraction.cascade import filed_at
from streams.extraction.draft import Draft, merge
from streams.extraction.gazetteer import gazetteer
from streams.extraction.lexicon_cache import lexicon
from streams.extraction.sentences import mentions, read_sentences
from streams.extraction.specific import features_of
from streams.extraction.tables import DEFAULT_LANGUAGE
from streams.formats import parse

OUTPUT = Path(__file__).parents[2] / "streams" / "extraction" / "lexicon" / "en" / "specific.tsv"
KINDS = {
    "conflict.bombing": "BOMBING",
    "conflict.suicide_bombing": "BOMBING",
    "conflict.abduction": "KIDNAPPING",
    "conflict.arson": "ARSON",
    "conflict.robbery": "ROBBERY",
    "conflict.targeted_killing": "ATTACK",
    "conflict.attack_civilians": "ATTACK",
    "security.shooting": "ATTACK",
}
ROUNDS, RATE, DECAY, RARE = 400, 0.5, 0.004, 5
HEADER = "# feature\tweight\t-- made by deploy/lexicon/train_specific.py; a draft whose weights sum above zero is an event, not talk\n"


def held_out(identifier: str) -> bool:
    """Whether a report is kept for measuring."""
    return int(hashlib.md5(identifier.encode(), usedforsecurity=False).hexdigest(), 16) % 3 == 0


def drafts_of(report: Report) -> list[Draft]:
    """The drafts of a report before the filter."""
    words, places = lexicon(DEFAULT_LANGUAGE), gazetteer(DEFAULT_LANGUAGE)
    sentences = read_sentences(report, "", filed_at(report), words, places)
    drafts = merge(mentions(sentences, "", words, places), words)
    with_background(drafts, sentences, words)
    return drafts


def examples(path: str) -> list[tuple[list[str], bool]]:
    """(features, is an event) of every draft that the model judges."""
    found = []
    talk = lexicon(DEFAULT_LANGUAGE).talk
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if held_out(row["id"]):
                continue
            told = {kind.strip() for template in row["templates"] for kind in template["incident_type"].split("/")}
            raw = RawRecord("train", datetime(1990, 6, 1, tzinfo=UTC), row["text"].encode(), "text/plain")
            for draft in drafts_of(parse(raw, Limits()).reports[0]):
                if draft.type in talk:
                    found.append((features_of(draft), KINDS[draft.type] in told))
    return found


def train(data: list[tuple[list[str], bool]]) -> dict[str, float]:
    """Weights by batch gradient descent with L2 decay; features seen fewer than RARE times are left out."""
    seen: dict[str, int] = {}
    for names, _ in data:
        for name in names:
            seen[name] = seen.get(name, 0) + 1
    weights = {name: 0.0 for name in sorted(seen) if seen[name] >= RARE}
    for _ in range(ROUNDS):
        slope = dict.fromkeys(weights, 0.0)
        for names, label in data:
            known = [name for name in names if name in weights]
            error = label - 1 / (1 + math.exp(-sum(weights[name] for name in known)))
            for name in known:
                slope[name] += error
        for name in weights:
            weights[name] += RATE * (slope[name] / len(data) - DECAY * weights[name])
    return weights


def main() -> None:
    """Read the corpus named on the command line and write the weights."""
    weights = train(examples(sys.argv[1]))
    OUTPUT.write_text(HEADER + "".join(f"{name}\t{weights[name]:.3f}\n" for name in sorted(weights)), encoding="utf-8")


if __name__ == "__main__":
    main()

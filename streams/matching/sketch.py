"""What matching keeps of a report's words: a bounded sketch, made beside the body and carried in the event record."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from streams.domain.event import Sketch
from streams.domain.report import Report
from streams.matching.copies import signature
from streams.matching.frequency import idf
from streams.matching.names import names
from streams.matching.words import Token, base_language, number, terms, tokens

MAX_TERMS = 200
MAX_HEADLINE = 40
MAX_NAMES = 60
MAX_NUMBERS = 40
MAX_WORDS = 3_000
LEDE_WORDS = 60
"""A lede is the opening up to the end of the sentence in which this many words are reached at the latest."""


def sketch(report: Report, excerpt: str) -> Sketch:
    """The words of a report as one of its events needs them: see Sketcher. For several events of one report make one Sketcher."""
    return Sketcher(report).sketch(excerpt)


class Sketcher:
    """The sketches of one report's events. What they share is worked out once: a roundup has dozens of events and one body."""

    __slots__ = ("_body", "_language", "_opening_end", "_told", "_whole")

    def __init__(self, report: Report) -> None:
        self._body, self._language = report.body, base_language(report.language)
        body = tokens(report.body, MAX_WORDS)
        opening = _lede(body)
        self._opening_end = opening[-1].start if opening else -1
        self._told: dict[str, Sketch] = {}
        self._whole = _whole(tokens(report.headline), body, opening, self._language)

    def sketch(self, excerpt: str) -> Sketch:
        """The words of the report as one of its events needs them.

        `excerpt` is the sentence that tells the event: unless it is within the report's opening, it stands for the lede, so that
        an event from the middle of a roundup is compared by its own words. Pure; at most MAX_TERMS terms, by count times rarity.
        """
        if not excerpt or self._body.find(excerpt, 0, self._opening_end + len(excerpt)) >= 0:
            return self._whole
        if excerpt not in self._told:
            self._told[excerpt] = replace(self._whole, lede=terms(tokens(excerpt, LEDE_WORDS), self._language))
        return self._told[excerpt]


def _whole(headline: list[Token], body: list[Token], opening: list[Token], language: str) -> Sketch:
    body_terms, headline_terms = terms(body, language), terms(headline, language)
    told = [word for word in body if word.number] + [word for word in headline if word.number]
    return Sketch(
        headline=headline_terms[:MAX_HEADLINE],
        lede=terms(opening, language),
        terms=_bounded(Counter(body_terms + headline_terms)),
        names=names(body)[:MAX_NAMES],
        numbers=tuple(dict.fromkeys(number(word.raw) for word in told))[:MAX_NUMBERS],
        shingles=signature(body_terms),
    )


def _lede(body: list[Token]) -> list[Token]:
    for place in range(LEDE_WORDS // 3, min(LEDE_WORDS, len(body))):
        if body[place].opens and body[place].capital:
            return body[:place]
    return body[:LEDE_WORDS]


def _bounded(counts: Counter[str]) -> dict[str, int]:
    kept = sorted(counts)
    if len(kept) > MAX_TERMS:
        kept = sorted(sorted(kept, key=lambda term: -counts[term] * idf(term))[:MAX_TERMS])
    return {term: counts[term] for term in kept}

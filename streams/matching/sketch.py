"""What matching keeps of a report's words: a bounded sketch, made beside the body and carried in the event record."""

from __future__ import annotations

from collections import Counter

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
    """The words of a report as one of its events needs them.

    `excerpt` is the sentence that tells the event: unless it is within the report's opening, it stands for the lede, so that
    an event from the middle of a roundup is compared by its own words. Pure; at most MAX_TERMS terms, by count times rarity.
    """
    language = base_language(report.language)
    headline, body = tokens(report.headline), tokens(report.body)[:MAX_WORDS]
    opening = _lede(body)
    body_terms = terms(body, language)
    told = [word for word in body if word.number] + [word for word in headline if word.number]
    return Sketch(
        headline=terms(headline, language)[:MAX_HEADLINE],
        lede=terms(_own_words(report.body, excerpt, opening), language),
        terms=_bounded(Counter(body_terms) + Counter(terms(headline, language))),
        names=names(body)[:MAX_NAMES],
        numbers=tuple(dict.fromkeys(number(word.raw) for word in told))[:MAX_NUMBERS],
        shingles=signature(body_terms),
    )


def _lede(body: list[Token]) -> list[Token]:
    for place in range(LEDE_WORDS // 3, min(LEDE_WORDS, len(body))):
        if body[place].opens and body[place].capital:
            return body[:place]
    return body[:LEDE_WORDS]


def _own_words(body: str, excerpt: str, opening: list[Token]) -> list[Token]:
    at = body.find(excerpt) if excerpt else -1
    within = not excerpt or (opening and 0 <= at <= opening[-1].start)
    return opening if within else tokens(excerpt)[:LEDE_WORDS]


def _bounded(counts: Counter[str]) -> dict[str, int]:
    kept = sorted(counts, key=lambda term: (-counts[term] * idf(term), term))[:MAX_TERMS]
    return {term: counts[term] for term in sorted(kept)}

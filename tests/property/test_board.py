"""Whatever the text and wherever the spans: a page shows the text, the whole text and nothing but the text, and none of it as markup."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html

from streams.board.incident_view import incident_view
from streams.board.marks import KINDS, Mark, Token, run
from streams.board.pages import copy_of, incident_page, reading_page
from streams.board.report_view import report_view
from streams.domain.report import Report, Signal
from streams.domain.settings import CoreSettings
from streams.domain.source import Source
from streams.extraction import read
from streams.pipeline.look import Look
from streams.pipeline.normalize import records_of
from tests.unit.board.dossiers import dossiers, replayed

FILED = datetime(2020, 9, 28, tzinfo=UTC)
HOSTILE = [
    "<script>alert(1)</script>", "</div></main>", "<img src=x onerror=alert(1)>", '" onmouseover="alert(1)', "&lt;b&gt;", "&#0;", "]]>",
    "<!--", "-->", "{{ 7 * 7 }}", "{% raw %}", "</style><style>", "javascript:alert(1)", "<mark>", "</mark>", "'", "\u202e", "\n\n",
    "&", "<",
]  # fmt: skip
NEWS = ["Rebels shot down", "a Russian fighter jet", "near Kidal", "on Sunday", "the army said", "up to two helicopters", ".", ","]
COPY = st.lists(st.sampled_from([*HOSTILE, *NEWS]), min_size=1, max_size=30).map(" ".join)
MARKS = st.lists(
    st.builds(
        Mark, st.integers(-3, 40), st.integers(-3, 40), st.sampled_from(KINDS), st.sampled_from(["target", "<b>", '"']), st.just((1, 2))
    ),
    max_size=12,
)
TEXT = st.text(max_size=40)


@given(TEXT, MARKS)
def test_a_run_gives_back_the_text_and_closes_what_it_opens(text: str, marks: list[Mark]) -> None:
    tokens = run(text, marks)
    assert "".join(token.text for token in tokens) == text
    depth = 0
    for token in tokens:
        depth += 1 if token.opens is not None else -1 if not token.text else 0
        assert depth >= 0
    assert depth == 0


@given(TEXT, MARKS)
def test_each_mark_covers_exactly_its_characters(text: str, marks: list[Mark]) -> None:
    cut = {(max(0, m.start), min(m.end, len(text)), m.kind, m.label) for m in marks if max(0, m.start) < min(m.end, len(text))}
    assert covered(run(text, marks)) == {(kind, label, at) for start, end, kind, label in cut for at in range(start, end)}


def covered(tokens: tuple[Token, ...]) -> set[tuple[str, str, int]]:
    """Kind, label and position of every character that stands in a mark."""
    found, stack, at = set[tuple[str, str, int]](), list[Mark](), 0
    for token in tokens:
        if token.opens is not None:
            stack.append(token.opens)
        elif token.text:
            found |= {(m.kind, m.label, k) for m in stack for k in range(at, at + len(token.text))}
            at += len(token.text)
        else:
            stack.pop()
    return found


@given(TEXT, MARKS)
def test_each_mark_has_its_label_once(text: str, marks: list[Mark]) -> None:
    there = [m for m in marks if max(0, m.start) < min(m.end, len(text))]
    assert sum(token.last for token in run(text, marks)) == len(there)


@given(st.one_of(TEXT, COPY), MARKS)
def test_stripping_the_tags_gives_back_the_text(text: str, marks: list[Mark]) -> None:
    shown = copy_of(run(text, marks))
    assert unescape(re.sub(r"<[^>]*>", "", shown)) == text


@settings(max_examples=60, deadline=None)
@given(COPY, COPY)
def test_hostile_copy_comes_out_as_text(body: str, headline: str) -> None:
    tree = safe(page_of(body, headline))
    [copy] = tree.xpath("//div[@class='copy']")
    assert copy.text_content() == body


@settings(max_examples=25, deadline=None)
@given(COPY)
def test_hostile_copy_is_text_on_an_incidents_page_too(body: str) -> None:
    result = replayed([("acme<i>", f"KIDAL, Sept 27 (A<b>c) - Rebels shot down a plane near Kidal, the army said. {body}"), ("b", body)])
    for dossier in dossiers(result):
        tree = safe(incident_page(incident_view(dossier)))
        copies = [copy.text_content() for copy in tree.xpath("//div[contains(@class, 'whole')]")]
        assert set(copies) == {dossier.reports[m.report_id].body for m in dossier.incident.members}


def safe(page: str) -> Any:
    """The page's tree, when it holds no element and no attribute that the templates do not have."""
    tree: Any = lxml_html.document_fromstring(page.encode("utf-8"), parser=lxml_html.HTMLParser(encoding="utf-8"))
    assert {element.tag for element in tree.iter() if isinstance(element.tag, str)} <= EXPECTED
    assert [name for element in tree.iter() for name in element.attrib if name.startswith("on") or name in ("src", "style")] == []
    assert len(tree.xpath("//style")) == 1
    return tree


EXPECTED = {
    "html", "head", "meta", "link", "title", "style", "body", "a", "header", "nav", "main", "footer", "article", "section", "fieldset",
    "legend", "label", "input", "h1", "h2", "h3", "h4", "p", "ol", "ul", "li", "dl", "div", "dt", "dd", "time", "span", "mark", "table",
    "caption", "thead", "tbody", "tr", "th", "td", "small", "q", "code", "blockquote", "details", "summary", "strong",
}  # fmt: skip
"""The elements that the templates hold. A script, an image or a form among them would have come from the copy."""


def page_of(body: str, headline: str) -> str:
    """The page of a report as it would be shown, and one input refused in the same words."""
    report = Report("r", "k", "agency", Signal.NEW, headline, body, FILED, FILED, FILED, "h", byline=body, slug=headline, language=body)
    reading = read(report, Source("agency"))
    look = Look(body, report, tuple(records_of(report, reading.events, CoreSettings())), reading)
    return reading_page([report_view(look, Source("agency", name=headline))], [(headline, body)])

"""What an editor is told of an incident."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from lxml import html as lxml_html

from streams.board.dossier import Dossier, Standing
from streams.board.incident_view import best_first, excerpt, incident_view
from streams.board.marks import Mark, marks_of
from streams.board.pages import incident_page
from streams.board.timeline import timeline
from streams.board.wording import fused
from streams.domain.event import RetractReason
from streams.domain.incident import IncidentState
from streams.domain.report import Signal
from tests.unit.board.dossiers import START, downed


def page(dossier: Dossier) -> Any:
    return lxml_html.document_fromstring(incident_page(incident_view(dossier)))


# ---- the story


def test_the_timeline_has_reports_as_published_and_alerts_as_they_rang() -> None:
    story = [(m.at[-5:], m.what, m.who) for m in timeline(downed())]
    assert story == [
        ("06:00", "report", "acme"),
        ("06:00", "alert", "bulletin new"),
        ("06:10", "report", "gao-wire"),
        ("06:20", "report", "sahel"),
        ("06:20", "alert", "flash confirmed"),
    ]


def test_an_alert_tells_what_changed_before_why_it_rang() -> None:
    first, second = [m for m in timeline(downed()) if m.what == "alert"]
    assert first.news == ("state: single source",)
    assert second.news[0] == "state: single source to confirmed"
    assert "crew: survived" in second.news
    assert second.notes[0].startswith("2 independent voices: ")


def test_a_report_tells_what_its_holders_say() -> None:
    [said] = [m.news for m in timeline(downed()) if m.who == "sahel"]
    assert "MLI.MIL confirms" in said


def test_a_report_tells_that_it_came_late_was_killed_or_corrects() -> None:
    dossier = downed()
    [last] = [r for r in dossier.records.values() if r.carrier.id == "sahel"]
    late = replace(last, received_at=last.published_at + timedelta(hours=2), signal=Signal.CORRECTION)
    members = tuple(replace(m, retracted=RetractReason.KILLED) if m.event_id == late.event_id else m for m in dossier.incident.members)
    changed = Dossier(replace(dossier.incident, members=members), {**dossier.records, late.event_id: late})
    [told] = [m.notes for m in timeline(changed) if m.who == "sahel"]
    assert told == ("sent as correction", "no longer stands: killed", "arrived 27 Sep 2020 08:20")


def test_a_state_that_no_alert_told_stands_in_the_timeline() -> None:
    at = START + timedelta(minutes=15)
    history = tuple(
        Standing(at, state, ("why",)) for state in (IncidentState.SINGLE_SOURCE, IncidentState.DISPUTED, IncidentState.DISPUTED)
    )
    states = [(m.at[-5:], m.title, m.news) for m in timeline(replace(downed(), history=history)) if m.what == "state"]
    assert states == [("06:15", "single source to disputed", ("why",))]


# ---- voices


def test_records_stand_under_their_voice_with_why_it_is_one() -> None:
    groups = incident_view(downed()).groups
    assert [(g.sources, [m.source for m in g.members], g.spoken) for g in groups] == [
        (("acme", "gao-wire"), ["acme", "gao-wire"], True),
        (("sahel",), ["sahel"], True),
    ]
    assert groups[0].reasons == ("near-copy", "same credit line: acme")


def test_a_record_that_no_longer_speaks_is_shown_as_no_voice() -> None:
    dossier = downed()
    heard = tuple(group for group in dossier.incident.independent_groups if group.sources != ("sahel",))
    silenced = replace(dossier, incident=replace(dossier.incident, independent_groups=heard))
    assert [(g.sources, g.spoken) for g in incident_view(silenced).groups] == [(("acme", "gao-wire"), True), (("sahel",), False)]


def test_a_records_sentence_has_its_spans() -> None:
    [member] = incident_view(downed()).groups[1].members
    kinds = [token.opens.kind for token in member.excerpt if token.opens is not None]
    assert "trigger" in kinds
    assert "".join(t.text for t in member.excerpt) == "Mali's army confirmed that its helicopter was shot down near Kidal on Sunday."


def test_a_sentence_that_stands_twice_is_marked_where_the_event_was_read() -> None:
    record = replace(next(iter(downed().records.values())), excerpt="It fell.")
    marks = [Mark(13, 17, "trigger", "trigger", (1,))]
    marked = excerpt(record, "It fell. So: It fell. It fell.", [Mark(16, 20, "trigger", "trigger", (1,))])
    assert [token.text for token in marked if token.text] == ["It ", "fell", "."]
    assert [token.opens for token in excerpt(record, "Something else.", marks) if token.opens] == []


def test_records_without_their_copy_are_shown_without_spans() -> None:
    dossier = replace(downed(), reports={})
    [member] = incident_view(dossier).groups[1].members
    assert member.copy == ()
    assert "The copy is not at hand." in page(dossier).text_content()


def test_an_incident_whose_records_are_gone_still_has_a_page() -> None:
    dossier = Dossier(downed().incident, {})
    assert page(dossier).xpath("//article/@id") == list(dossier.incident.independent_groups[0].event_ids) + list(
        dossier.incident.independent_groups[1].event_ids
    )


# ---- attributes, claims, joins


def test_the_best_variant_stands_first() -> None:
    for attribute in incident_view(downed()).attributes:
        assert attribute.variants[0].value == attribute.value
        assert best_first(attribute) == attribute


def test_a_fused_time_is_told_in_words() -> None:
    assert fused("time", "2020-09-27T00:00:00+00:00/2020-09-28T00:00:00+00:00") == "27 Sep 2020"
    assert fused("time", "dawn/dusk") == "dawn/dusk"
    assert fused("object_name", "Su-25/Su-27") == "Su-25/Su-27"


def test_each_join_shows_its_terms_weightiest_first() -> None:
    dossier = downed()
    joins = incident_view(dossier).joins
    assert {j.event_id for j in joins} == {j.event_id for j in dossier.incident.joins}
    for join in joins:
        weights = [abs(term.weight) for term in join.terms]
        assert weights == sorted(weights, reverse=True)


# ---- the page


def test_a_page_has_each_part_under_a_heading_and_links_that_lead_somewhere() -> None:
    tree = page(downed())
    assert tree.xpath("//main/section/h2/@id") == ["timeline", "attributes", "claims", "voices", "joins"]
    ids = tree.xpath("//@id")
    assert sorted(ids) == sorted(set(ids))
    assert [link for link in tree.xpath("//a/@href") if link.removeprefix("#") not in ids] == []


def test_a_page_tells_priority_state_and_what_was_said_last() -> None:
    dossier = downed()
    header = " ".join(page(dossier).xpath("//header")[0].text_content().split())
    last = dossier.last_alert
    assert last is not None
    assert [part for part in ("flash", "confirmed", last.snap, dossier.incident.headline) if part not in header] == []


def test_an_incident_that_never_rang_says_so() -> None:
    assert "No alert was sent of it." in page(replace(downed(), alerts=())).text_content()


def test_the_marks_of_a_record_are_those_of_the_reading() -> None:
    [record] = [r for r in downed().records.values() if r.carrier.id == "sahel"]
    assert {"trigger", "object", "claim"} <= {mark.kind for mark in marks_of([record], "body")}

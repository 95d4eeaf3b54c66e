"""What the learned models make of a report: symbols without names, phrases, which kinds it tells of, who did what to whom."""

from __future__ import annotations

import pytest

from streams.domain.event import ActorRole, ObjectRole
from streams.extraction.accept import accept, judged
from streams.extraction.draft import Draft
from streams.extraction.filling import ROLES, fills_of
from streams.extraction.lexicon_cache import lexicon
from streams.extraction.linear import Linear, linear
from streams.extraction.model import Candidate, Frame, Sentence
from streams.extraction.phrases import Describer, phrases
from streams.extraction.symbols import Symbols, symbols_of
from streams.extraction.telling import KINDS, QUIET, judge, tell
from streams.extraction.trace import read as read_why

from .conftest import SOURCE, Read, report
from .test_steps import text_of

VOCABULARY = frozenset({"armed", "men", "kidnapped", "the", "a", "of", "by", "yesterday", "offices", "party", "in"})


def sentence_of(raw: str, index: int = 0) -> Sentence:
    """One sentence, annotated and chunked."""
    from streams.extraction.annotate import annotate
    from streams.extraction.chunk import chunk

    text = text_of(raw)
    items = annotate(text, 0, len(text.words), lexicon())
    return Sentence(text, index, 0, len(text.words), chunk(items, text, lexicon()), items)


def seen(raw: str) -> Symbols:
    return symbols_of(sentence_of(raw), VOCABULARY, lexicon())


def cut(raw: str) -> list[str]:
    symbols = seen(raw)
    return [" ".join(symbols.words[p.i : p.j]) for p in phrases(symbols)]


def test_names_are_seen_by_class_and_unknown_words_as_one_symbol() -> None:
    assert seen("Armed men kidnapped Xavier Quint in Kyiv.").names[:5] == ["armed", "men", "kidnapped", "*", "*"]
    assert "kyiv" not in seen("Armed men kidnapped Xavier Quint in Kyiv.").names
    assert seen("Armenian troops").names[0] == "<J:state>"


def test_numbers_are_seen_by_their_length() -> None:
    assert seen("12 men in 1987").names == ["#", "men", "in", "####"]


def test_phrases_are_stretches_of_runs_and_of_runs_that_prepositions_join() -> None:
    found = cut("the offices of the party burned")
    assert {"offices", "offices of the party", "party"} <= set(found)
    assert not any("the offices" in phrase for phrase in found)


def test_the_head_of_a_joined_phrase_stands_before_the_preposition() -> None:
    symbols = seen("the offices of the party burned")
    (joined,) = [p for p in phrases(symbols) if " ".join(symbols.words[p.i : p.j]) == "offices of the party"]
    assert symbols.words[joined.head] == "offices"


def test_a_phrase_is_described_by_its_edges_its_head_and_the_verbs_around_it() -> None:
    symbols = seen("Armed men kidnapped the mayor")
    describer = Describer(symbols)
    (mayor,) = [p for p in phrases(symbols) if symbols.words[p.i : p.j] == ["mayor"]]
    assert {"VL=kidnap0", "q1=the", "off=0"} <= set(describer.left(mayor))
    assert "rof=0" in describer.right(mayor)
    assert {"hc=T:person.official", "len=1"} <= set(describer.whole(mayor))


BOMBS = Linear(KINDS, {"bias": (-2000, -2000, -2000, -2000), "bomb": (0, 9000, 0, 0), "men": (100, 0, 0, 0)})
TOLD = Linear(("told",), {"bias": (-500,), "best0": (1000,)})
NOBODY = Linear(ROLES, {"bias": (-9000,) * len(ROLES)})
MEN = Linear(ROLES, {"bias": (-3000,) * len(ROLES), "h=men": (3000, 0, 0, 0, 0), "in=armed": (500, 0, 0, 0, 0)})


def test_a_sentence_without_a_word_that_weighs_tells_of_nothing() -> None:
    telling = tell([sentence_of("A bomb went off."), sentence_of("Men ate lunch.", 1)], BOMBS, lexicon())
    assert telling.of("bombing")[0] > -2000
    assert telling.scores[1] == QUIET


def test_a_report_is_judged_by_its_best_sentence_and_says_by_what_terms() -> None:
    sentences = [sentence_of("A bomb went off."), sentence_of("Men ate lunch.", 1)]
    telling = judge(sentences, [], BOMBS, TOLD, lexicon())
    assert telling.reports["bombing"] > telling.reports["attack"]
    assert telling.reports["bombing"] == sum(term for _, term in telling.because["bombing"])


def mention(type_: str, sentence: Sentence, pos: str = "n") -> Candidate:
    return Candidate(type_, sentence, 0, Frame(type_, pos, (), frozenset(), f"{type_}/{pos}:x"))


def long_report(first: str) -> list[Sentence]:
    return [sentence_of(first if n == 0 else "Men ate lunch.", n) for n in range(6)]


def test_an_attack_that_the_report_does_not_tell_of_is_left_out() -> None:
    sentences = long_report("Men ate lunch.")
    talk = Draft("conflict.bombing", [mention("conflict.bombing", sentences[4])], 0)
    other = Draft("politics.meeting", [mention("politics.meeting", sentences[3])], 1)
    telling = judge(sentences, [talk, other], BOMBS, TOLD, lexicon())
    assert accept([talk, other], sentences, telling, NOBODY, lexicon()) == [other]


def test_a_short_item_is_left_to_the_frames() -> None:
    drafts = [Draft("conflict.bombing", [], 0)]
    assert judged(drafts, long_report("Men ate lunch.")[:4], "en", lexicon()) is drafts
    assert judged(drafts, long_report("Men ate lunch."), "es", lexicon()) is drafts


def test_combat_that_is_no_attack_on_civilians_stays_as_combat() -> None:
    sentences = long_report("Men ate lunch.")
    fought = mention("conflict.attack_civilians", sentences[4])
    fought.targets = [node for node in sentence_of("Soldiers died.").nodes if node.kind == "np"]
    draft = Draft("conflict.attack_civilians", [fought], 0)
    telling = judge(sentences, [draft], BOMBS, TOLD, lexicon())
    assert [kept.type for kept in accept([draft], sentences, telling, NOBODY, lexicon())] == ["conflict.ground_clash"]


def test_an_attack_that_no_frame_found_is_made_at_the_word_that_tells_most() -> None:
    sentences = long_report("Armed men left a bomb there.")
    telling = judge(sentences, [], BOMBS, TOLD, lexicon())
    (made,) = accept([], sentences, telling, NOBODY, lexicon())
    assert (made.type, made.main.sentence.nodes[made.main.at].word) == ("conflict.bombing", "bomb")


def test_two_drafts_of_one_kind_in_one_place_are_one_event() -> None:
    sentences = long_report("Armed men left a bomb there.")
    drafts = [Draft("conflict.bombing", [mention("conflict.bombing", sentences[n])], n) for n in (0, 3)]
    telling = judge(sentences, drafts, BOMBS, TOLD, lexicon())
    (kept,) = accept(drafts, sentences, telling, NOBODY, lexicon())
    assert [m.sentence.index for m in kept.mentions] == [0, 3]
    assert len(kept.merged) == len(kept.mentions) - 1


def test_the_surest_form_of_a_phrase_fills_the_role_and_no_token_twice() -> None:
    sentences = [sentence_of("Armed men left a bomb there.")]
    telling = judge(sentences, [], BOMBS, TOLD, lexicon())
    (fill,) = fills_of("bombing", sentences, telling, [], MEN)
    assert (fill.role, fill.sentence.text.text(fill.i, fill.j)) == ("person", "Armed men")
    assert ("h=men", 3000) in fill.terms


# ---- with the models as shipped

KIDNAPPED = (
    "Gunmen kidnapped the mayor of Villarosa, Tomas Quiroga, yesterday morning, the police reported. "
    "The unidentified gunmen forced Quiroga into a van. The council met in the afternoon. The bridge will be opened in May. "
    "Rain is expected. The harvest has begun."
)
TRIAL = (
    "The senate discussed the budget for the coming year. Members spoke of roads and schools. The minister promised new funds. "
    "He recalled that a former mayor had been murdered. The debate goes on. A vote is expected in June."
)


def test_the_shipped_models_fit_together() -> None:
    assert linear("en", "telling.tsv.gz").outputs == KINDS
    assert linear("en", "fills.tsv.gz").outputs == ROLES
    assert linear("en", "told.tsv.gz").outputs == ("told",)


def test_an_abduction_is_read_with_who_and_whom(read: Read) -> None:
    (event,) = [e for e in read(KIDNAPPED) if e.type == "conflict.abduction"]
    names = {(actor.role, actor.name) for actor in event.actors}
    assert (ActorRole.VICTIM, "Tomas Quiroga") in names
    assert ActorRole.INITIATOR in {role for role, _ in names}
    assert all(KIDNAPPED[a.span.start : a.span.end] == a.name for a in event.actors if a.span is not None)


def test_a_murder_that_a_debate_recalls_is_no_event(read: Read) -> None:
    assert not [e for e in read(TRIAL) if e.type.startswith("conflict")]


def test_a_bombing_is_read_with_its_weapon_and_what_it_hit(read: Read) -> None:
    text = (
        "A powerful bomb exploded last night at the offices of the farmers' bank, police said. The blast destroyed the building. "
        "No one was injured. The council met in the afternoon. Rain is expected. The harvest has begun."
    )
    (event,) = [e for e in read(text) if e.type == "conflict.bombing"]
    assert any("bomb" in thing.name for thing in event.objects if thing.role is ObjectRole.INSTRUMENT)
    assert any(thing.role is ObjectRole.TARGET for thing in event.objects)


def test_an_editor_sees_why_a_phrase_fills_its_role() -> None:
    reading = read_why(report(KIDNAPPED), SOURCE)
    verdicts = [v for why in reading.whys for v in why.verdicts]
    (filled,) = [v for v in verdicts if v.question == "who or what: Tomas Quiroga"]
    assert filled.answer == "victim"
    assert filled.total == pytest.approx(sum(term.weight for term in filled.terms))
    assert any(v.question == "does the report tell of such an event" for v in verdicts)

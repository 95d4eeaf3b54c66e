"""Fills a Lexicon from the data files of a language. One function per file; the file's header says what a row means."""

from __future__ import annotations

import re
from collections.abc import Callable

from streams.domain.ontology import TYPES
from streams.extraction.grammar import Parts, grammar_of
from streams.extraction.lexicon_types import Lexicon
from streams.extraction.linear import Linear
from streams.extraction.model import Entry, Frame
from streams.extraction.tables import LexiconError, rows, split

_WANT = re.compile(r"(?:^|\s)(!?)(agt|obj|inst|gov|any|prev):")
_NAMED_CLASS = {"armed": "actor.armed", "breakaway": "actor.breakaway", "media": "org.media", "carrier": "org.media"}
_PARTS = ("past", "part", "ger", "3sg")
"""The columns of irregular.tsv after the lemma, by the kind of form."""
Irregular = dict[str, dict[str, list[str]]]
_SECTOR_CLASS = {"MIL": "org.military", "GOV": "org.government", "COP": "person.police"}


def build(language: str) -> Lexicon:
    """Read every file of the language. LexiconError for a row that cannot be meant."""
    lexicon = Lexicon(grammar_of(language))
    verbs = _verb_forms(language, lexicon)
    steps: tuple[Callable[[str, Lexicon], None], ...] = (
        _function_words, _numbers, _times, _titles, _classes, _nouns, _states, _actors, _places, _modality, _harms,
    )  # fmt: skip
    for step in steps:
        step(language, lexicon)
    _frames(language, lexicon, verbs)
    lexicon.abbreviations = frozenset(row[0] for row in rows(language, "abbreviations.tsv", 1))
    lexicon.fates = {row[0]: row[1] for row in rows(language, "fates.tsv", 2)}
    lexicon.separate = tuple(row[0] for row in rows(language, "separate.tsv", 1))
    lexicon.salience = {row[0]: float(row[1]) for row in rows(language, "salience.tsv", 2)}
    suffixes = rows(language, "suffixes.tsv", 2)
    lexicon.participles = tuple(suffix for kind, suffix in suffixes if kind == "participle")
    lexicon.pasts = tuple(suffix for kind, suffix in suffixes if kind == "past")
    lexicon.adverbs = tuple(suffix for kind, suffix in suffixes if kind == "adverb")
    for kind, absorbed in rows(language, "absorbs.tsv", 2):
        lexicon.absorbs.setdefault(kind, set()).add(absorbed)
    for kind, root, other in rows(language, "recast.tsv", 3):
        lexicon.recast.setdefault(kind, {})[root] = other
    for cls, least, families in rows(language, "topics.tsv", 3):
        lexicon.topics.append((cls, int(least), frozenset(split(families))))
    lexicon.arms = frozenset(row[0] for row in rows(language, "arms.tsv", 1))
    lexicon.given = frozenset(row[0] for row in rows(language, "givennames.tsv", 1))
    lexicon.talk = frozenset(row[0] for row in rows(language, "talk.tsv", 1))
    lexicon.leading = Linear(("lead",), {row[0]: (int(row[1]),) for row in rows(language, "lead.tsv", 2)})
    lexicon.specific = {row[0]: float(row[1]) for row in rows(language, "specific.tsv", 2)}
    lexicon.finish()
    return lexicon


def _tag(entry: Entry, tags: list[str]) -> None:
    entry.tags = entry.tags.union(tags)


def _function_words(language: str, lexicon: Lexicon) -> None:
    for phrases, tags in rows(language, "function.tsv", 2):
        for phrase in split(phrases):
            _tag(lexicon.entry(phrase), split(tags, ","))
    for phrase, qualifier in rows(language, "quantifiers.tsv", 2):
        _tag(lexicon.entry(phrase), ["quantifier", f"q:{qualifier}"])


def _numbers(language: str, lexicon: Lexicon) -> None:
    for word, value, sort in rows(language, "numbers.tsv", 3):
        entry = lexicon.entry(word)
        entry.number = float(value)
        _tag(entry, [f"n:{sort}"])


_BESIDE = frozenset({"edge", "window", "offset", "ahead", "decade"})
"""What tells of time only beside a word of time, and else is any other word: "early", "past", "later", "will"."""


def _times(language: str, lexicon: Lexicon) -> None:
    for word, kind, value in rows(language, "times.tsv", 3):
        if kind not in _BESIDE:
            _tag(lexicon.entry(word), ["time", f"t:{kind}", *([f"w:{word}"] if " " in word else [])])
        lexicon.times.setdefault(word, {})[kind] = value


def _titles(language: str, lexicon: Lexicon) -> None:
    for phrases, sector, cls in rows(language, "titles.tsv", 3):
        for phrase in split(phrases):
            entry = lexicon.entry(phrase)
            entry.title, entry.sector, entry.noun = "title", sector, cls


def _classes(language: str, lexicon: Lexicon) -> None:
    for cls, sector, kind, holder in rows(language, "sectors.tsv", 4):
        lexicon.sectors[cls] = (sector, kind, holder)
    for prefix, pattern, cls in rows(language, "designators.tsv", 3):
        lexicon.designators.setdefault(prefix, []).append((re.compile(pattern), cls))


def _nouns(language: str, lexicon: Lexicon) -> None:
    for name in ("materiel.tsv", "nouns.tsv"):
        for phrases, cls, tags in rows(language, name, 3):
            for phrase in split(phrases):
                _noun(lexicon, phrase, cls, split(tags, ","))


def _noun(lexicon: Lexicon, phrase: str, cls: str, tags: list[str]) -> None:
    mass = phrase.endswith("+")
    phrase = phrase.rstrip("+")
    for form, plural in ((phrase, False),) if mass else ((phrase, False), (lexicon.grammar.plural(phrase), True)):
        entry = lexicon.entry(form)
        if entry.noun and entry.noun != cls:
            _tag(entry, [*tags, cls])
            continue
        entry.noun, entry.plural = cls, plural
        _tag(entry, tags)


def _states(language: str, lexicon: Lexicon) -> None:
    forms = [row[0] for row in rows(language, "stateforms.tsv", 1)]
    words = {row[0]: row[1:] for row in rows(language, "countrywords.tsv", 4)}
    names = dict(rows(language, "states.tsv", 2))
    for code, main in names.items():
        extra, adjectives, capitals = words.get(code, ["", "", ""])
        for name in dict.fromkeys([main, *split(extra), *(f"{form} {main}" for form in forms)]):
            _state(lexicon, name, code, [])
        for name in split(capitals):
            _state(lexicon, name, code, ["capital"])
        for name in split(adjectives):
            _nationality(lexicon, name, code)
    unknown = set(words) - set(names)
    if unknown:
        raise LexiconError(f"countrywords.tsv: no such country: {sorted(unknown)}")


def _state(lexicon: Lexicon, name: str, code: str, tags: list[str]) -> None:
    entry = lexicon.cased_entry(name) if name.isupper() and len(name) <= 3 and "." not in name else lexicon.entry(name)
    entry.country, entry.kind, entry.noun = code, "state", "state"
    _tag(entry, ["state", *tags])


def _nationality(lexicon: Lexicon, name: str, code: str) -> None:
    for form in lexicon.grammar.adjectives(name):
        entry = lexicon.entry(form)
        entry.country, entry.adjective, entry.noun = code, True, "state"
    plural = lexicon.entry(lexicon.grammar.plural(name))
    if not plural.country:
        plural.country, plural.noun, plural.plural, plural.kind = code, "state.people", True, "group"


def _actors(language: str, lexicon: Lexicon) -> None:
    for names, canonical, kind, country, sector, tags, side in rows(language, "actors.tsv", 7):
        if side:
            lexicon.sides[canonical] = side
        marks = split(tags, ",")
        cls = next((_NAMED_CLASS[mark] for mark in marks if mark in _NAMED_CLASS), "")
        cls = cls or ("person.official" if kind == "person" else _SECTOR_CLASS.get(sector, "actor.org"))
        for name in split(names):
            entry = lexicon.cased_entry(name[1:]) if name.startswith("!") else lexicon.entry(name)
            entry.actor, entry.kind, entry.country, entry.sector, entry.noun = canonical, kind, country, sector, cls
            entry.adjective = False
            _tag(entry, [*marks, *(["name.official"] if kind == "person" else [])])


def _places(language: str, lexicon: Lexicon) -> None:
    """Curated places are names wherever they stand, in upper-case copy too."""
    for row in rows(language, "places.tsv", 8):
        for name in split(row[0]):
            entry = lexicon.entry(name)
            if not entry.noun:
                entry.noun, entry.kind = "name", "unknown"
                _tag(entry, ["proper"])


def _modality(language: str, lexicon: Lexicon) -> None:
    for cues, modality, scope in rows(language, "modality.tsv", 3):
        for cue in split(cues):
            _tag(lexicon.entry(cue), ["cue", f"m:{modality}", f"s:{scope}"])


def _harms(language: str, lexicon: Lexicon) -> None:
    for word, kind, pos in rows(language, "harms.tsv", 3):
        lexicon.harms[(pos, word)] = kind
        if pos in "ant":
            for form in {word, lexicon.grammar.plural(word)} if pos == "n" else {word}:
                _tag(lexicon.entry(form), [f"h:{pos}:{kind}"])


def _verb_forms(language: str, lexicon: Lexicon) -> Irregular:
    irregular: Irregular = {}
    for lemma, *forms in rows(language, "irregular.tsv", 5):
        irregular[lemma] = dict(zip(_PARTS, map(split, forms), strict=True))
    for lemma, past, participle, gerund, tags in rows(language, "verbs.tsv", 5):
        irregular.setdefault(lemma, dict(zip(_PARTS, (split(past), split(participle), split(gerund), []), strict=True)))
        add_verb(lexicon, lemma, irregular, split(tags, ","))
    return irregular


def _parts(lemma: str, irregular: Irregular) -> Parts:
    """The irregular forms of a verb, or of the verb that a phrase begins with."""
    first, space, rest = lemma.partition(" ")
    if lemma in irregular:
        return irregular[lemma]
    return {kind: [form + space + rest for form in forms] for kind, forms in irregular.get(first, {}).items()}


def add_verb(lexicon: Lexicon, lemma: str, irregular: Irregular, tags: list[str]) -> None:
    """Enter every form of a verb; the first word of a phrasal verb is inflected."""
    forms = list(lexicon.grammar.conjugate(lemma, _parts(lemma, irregular)))
    told: dict[str, set[str]] = {}
    for form, kind in forms:
        told.setdefault(kind, set()).add(form)
    both = told["past"] & told["part"]
    for form, kind in forms:
        entry = lexicon.entry(form)
        if entry.has("particle"):
            continue
        kind = "pp" if form in both and kind in ("past", "part") else kind
        entry.verb = entry.verb or lemma
        entry.form = "any" if form == lemma and form in told["past"] else entry.form or kind
        _tag(entry, ["verb", f"v:{lemma}", *tags])


def _frames(language: str, lexicon: Lexicon, irregular: Irregular) -> None:
    for order, (kind, pos, triggers, wants, options) in enumerate(rows(language, "frames.tsv", 5)):
        if kind != "-" and kind not in TYPES:
            raise LexiconError(f"frames.tsv: {kind} is not in the ontology")
        parsed = _wants(wants)
        for trigger in split(triggers):
            frame = Frame(kind, pos, parsed, frozenset(split(options, ",")), f"{kind}/{pos}:{trigger}")
            _trigger(lexicon, trigger, pos, irregular)
            lexicon.frames.setdefault((pos, trigger.lower()), []).append((order, frame))
    for role, classes, _ in (want for pair in lexicon.frames.values() for _, frame in pair for want in frame.wants):
        lexicon.literals.update(classes)
        if role in ("agt", "obj"):
            lexicon.things.update(classes)


def _trigger(lexicon: Lexicon, trigger: str, pos: str, irregular: Irregular) -> None:
    if pos == "v":
        add_verb(lexicon, trigger, irregular, ["trigger"])
        return
    plural = lexicon.grammar.plural(trigger) if pos == "n" else trigger
    for form in dict.fromkeys((trigger, plural)):
        entry = lexicon.entry(form)
        _tag(entry, ["trigger", f"{pos}:{trigger.lower()}"])
        entry.trigger = entry.trigger or trigger.lower()
        if pos == "n":
            entry.noun = entry.noun or "event"
            entry.plural = entry.plural or (form == plural and form != trigger)


def _wants(field: str) -> tuple[tuple[str, tuple[str, ...], bool], ...]:
    pieces = _WANT.split(field)
    if pieces[0].strip():
        raise LexiconError(f"frames.tsv: cannot read wants {field!r}")
    found = []
    for negated, role, classes in zip(pieces[1::3], pieces[2::3], pieces[3::3], strict=True):
        found.append((role, tuple(split(classes)), bool(negated)))
    return tuple(found)

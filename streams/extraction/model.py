"""The cascade's own words: what one step hands to the next. Nothing here leaves the package."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from streams.domain.event import Count, HolderKind, Modality, Outcome, Place, Stance, When
from streams.domain.values import Quantity, Span


@dataclass(slots=True)
class Entry:
    """Everything the lexicon knows of one phrase. One phrase may be several things at once ("strike": noun and verb)."""

    noun: str = ""
    """Class path of a common noun: "aircraft.rotary-wing.helicopter", "person.military"."""
    plural: bool = False
    verb: str = ""
    """Lemma, when the phrase is a form of a verb."""
    form: str = ""
    """base, 3sg, past, part, pp (past and participle alike), ger."""
    trigger: str = ""
    """Lemma under which frames look a noun or a fixed phrase up."""
    country: str = ""
    """Alpha-3 of a state, nationality, capital (as a metonym), organisation or person."""
    adjective: bool = False
    """A nationality ("Azerbaijani"), as against the state ("Azerbaijan")."""
    actor: str = ""
    """Canonical id of a named actor: "ARM.MIL", "FMLN"."""
    kind: str = ""
    """ActorKind of a named actor."""
    sector: str = ""
    title: str = ""
    number: float | None = None
    tags: frozenset[str] = frozenset()
    frames_v: tuple[Frame, ...] = ()
    frames_n: tuple[Frame, ...] = ()
    frames_p: tuple[Frame, ...] = ()
    hot: bool = False
    """Whether a sentence with it is read in full: a trigger, a verb of saying, a word of harm or doubt."""
    opens: bool = False
    """Whether a noun phrase may begin with it, or it stands for one."""
    leads: bool = True
    """Whether it may be a determiner or number before a phrase's head."""
    starts: bool = False
    """A noun that is nothing else and no number: a phrase that begins with it has no determiner."""
    joins: bool | None = None
    """Within a phrase: True for a noun that is nothing else, False for what never stands there, None for what must be looked at."""
    filler: bool = False
    """A word that says nothing of what a phrase is: an adjective, or a word that is listed only because a frame asks for it."""
    harm: str = ""
    features: frozenset[str] = frozenset()
    """What wants of frames are checked against: class path and its prefixes, tags, lemmas."""

    def has(self, tag: str) -> bool:
        """Whether the phrase is of a closed class: "det", "aux.be", "neg", "clause", a verb class ("report") ..."""
        return tag in self.tags


@dataclass(slots=True)
class Item:
    """Tokens [i, j) read as one lexicon entry, or one token that the lexicon lacks."""

    i: int
    j: int
    entry: Entry | None
    word: str
    cap: bool


@dataclass(slots=True)
class Text:
    """One part of a report as tokens. `words` are lower-cased; `upper` tells all-capitals copy."""

    part: str
    raw: str
    words: list[str]
    starts: list[int]
    ends: list[int]
    upper: bool
    sentences: list[tuple[int, int]]

    def span(self, i: int, j: int) -> Span:
        """The characters of tokens [i, j)."""
        return Span(self.starts[i], self.ends[j - 1], self.part)

    def text(self, i: int, j: int) -> str:
        """The characters of tokens [i, j), as written."""
        return self.raw[self.starts[i] : self.ends[j - 1]]


_NO_TAGS: frozenset[str] = frozenset()


class Node:
    """One unit of a sentence after chunking: a noun phrase ("np"), a verb ("v"), a mark ("m"), or any other word ("w").

    Tokens [i, j); a noun phrase's name is [name_i, j), without determiner and number. A plain class with defaults on the class:
    a report has hundreds of nodes, most of them words that need none of the phrase's fields.
    """

    cls: str = ""
    country: str = ""
    actor: str = ""
    actor_kind: str = ""
    sector: str = ""
    operator: str = ""
    quantity: Quantity | None = None
    plural: bool = False
    proper: bool = False
    pronoun: str = ""
    definite: bool = False
    title: bool = False
    more: bool = False
    """"another two", "three others": adds to an earlier count."""
    owned: bool = False
    """Begins with a possessive pronoun ("its forces")."""
    trigger: str = ""
    title_name: str = ""
    """The personal name in "deputy army chief Artur Sarkisian", as written."""
    word_text: str = ""
    """The whole name as written."""
    past: bool = False
    """A word that the lexicon lacks and that looks like a verb in the past."""
    participle: bool = False
    """A word that the lexicon lacks and that looks like a participle."""
    head_i: int = 0
    person_i: int = -1
    """The token at which a person's name begins after his titles; -1 where there is none."""
    modifiers: Sequence[Item] = ()
    possessor: Node | None = None
    features: frozenset[str] = _NO_TAGS

    def __init__(self, kind: str, i: int, j: int, entry: Entry | None = None, word: str = "", name_i: int = 0) -> None:
        self.kind, self.i, self.j, self.entry, self.word, self.name_i = kind, i, j, entry, word, name_i
        self.tags = entry.tags if entry is not None else _NO_TAGS

    def has(self, tag: str) -> bool:
        """Whether the node's entry is of a closed class."""
        return tag in self.tags


@dataclass(slots=True)
class Voice:
    """Who says so in one sentence: the scope is node range [start, end)."""

    holder: str
    kind: HolderKind
    country: str
    stance: Stance
    via: tuple[str, ...]
    span: Span | None
    start: int
    end: int
    sector: str = ""
    media: bool = False
    metonym: bool = False
    """A state or its capital speaks ("Baku said")."""
    act: bool = False
    """The verb does what it says ("declared martial law"): it yields to whoever reports the act."""
    common: bool = False
    """Named by office alone ("the ministry")."""
    word: str = ""
    """The last word of the name: what "the ministry" takes up again."""

    @property
    def side(self) -> str:
        """Whose voice it is: a country, or the body before the dot of a canonical id; empty where that is not known."""
        named = self.metonym or "." in self.holder
        return self.country or (self.holder.partition(".")[0] if named else "")


@dataclass(slots=True)
class Sentence:
    """One sentence after chunking, with where it stands in the report."""

    text: Text
    index: int
    i: int
    j: int
    nodes: list[Node]
    items: list[Item] = field(default_factory=list)
    voices: list[Voice] = field(default_factory=list)
    when: When | None = None
    historical: bool = False
    year: int = 0
    """The year that the report was filed in."""
    features: frozenset[str] = frozenset()
    context: frozenset[str] = frozenset()
    """Features of the sentence before: what a pronoun may stand for."""
    places: dict[int, Place] = field(default_factory=dict)

    @property
    def span(self) -> Span:
        """The sentence's characters."""
        return self.text.span(self.i, self.j)


@dataclass(frozen=True, slots=True)
class Fill:
    """A phrase in a role: tokens [i, j) of the sentence's text."""

    role: str
    sentence: Sentence
    i: int
    j: int
    score: int
    terms: tuple[tuple[str, int], ...] = ()
    """The features that weighed most."""


@dataclass(slots=True)
class Roles:
    """Phrases that may fill the deep roles of one trigger, and the verb that governs it."""

    agt: list[Node] = field(default_factory=list)
    obj: list[Node] = field(default_factory=list)
    inst: list[Node] = field(default_factory=list)
    gov: list[Node] = field(default_factory=list)


@dataclass(slots=True)
class Frame:
    """One row of frames.tsv. `wants` are (role, classes, negated) that must hold; see the header of the data file."""

    type: str
    pos: str
    wants: tuple[tuple[str, tuple[str, ...], bool], ...]
    options: frozenset[str]
    rule: str
    asks: tuple[tuple[str, frozenset[str]], ...] = ()
    """The wants that something must meet: (role, classes)."""

    def __post_init__(self) -> None:
        self.asks = tuple((role, frozenset(classes)) for role, classes, negated in self.wants if not negated and "*" not in classes)


@dataclass(slots=True)
class Candidate:
    """One event mention: a frame that fired at node `at` of a sentence, with the nodes that fill its roles."""

    type: str
    sentence: Sentence
    at: int
    frame: Frame
    initiators: list[Node] = field(default_factory=list)
    targets: list[Node] = field(default_factory=list)
    instruments: list[Node] = field(default_factory=list)
    modality: Modality = Modality.ACTUAL
    voices: list[Voice] = field(default_factory=list)
    place: Place | None = None
    when: When | None = None
    counts: list[Count] = field(default_factory=list)
    outcome: Outcome | None = None
    setting: bool = False
    flags: list[str] = field(default_factory=list)
    roles: Roles | None = None
    """What the frame's wants were held against; trace.py tells which of them met each."""

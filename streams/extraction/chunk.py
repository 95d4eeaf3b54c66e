"""Step 3: chunking. The items of a sentence become nodes: noun phrases with head, quantity and owner; verbs; marks; words."""

from __future__ import annotations

from streams.domain.values import Quantity
from streams.extraction.fillers import is_one, leads_to_noun, noun_follows, numbered, unlisted
from streams.extraction.joins import follows_head, joined, possessor, sharpen
from streams.extraction.lexicon_types import Lexicon
from streams.extraction.model import Entry, Item, Node, Text
from streams.extraction.quantities import is_number, may_begin_quantity, read_quantity

_MARKS = frozenset(".,;:!?\"“”()[]—–'‘’$£€%¿¡«»„。！？，、؟،؛।")
_JOINED = 3
"""Nodes that neighbouring phrases take to be one: a phrase, a preposition, a phrase."""
_GOES_ON = frozenset({"of", "onto"})
_MAX_OPENING = 8
"""Determiners and numbers that a phrase may begin with: "all of the other five" has fewer. A row of them is read once, not from each."""
_MAX_UNKNOWN = 2
"""Unknown words that a noun phrase may hold between determiner and head: "the badly damaged Azerbaijani tank"."""


def chunk(items: list[Item], text: Text, lexicon: Lexicon) -> list[Node]:
    """The nodes of one sentence, in order. Linear in the items."""
    return _Chunker(items, text, lexicon).run()


class _Chunker:
    """One pass over the items of a sentence."""

    __slots__ = ("head_first", "items", "lexicon", "nodes", "text")

    def __init__(self, items: list[Item], text: Text, lexicon: Lexicon) -> None:
        self.items, self.text, self.lexicon = items, text, lexicon
        self.head_first = lexicon.grammar.head_first
        self.nodes: list[Node] = []

    def run(self) -> list[Node]:
        k = 0
        items, nodes, upper = self.items, self.nodes, self.text.upper
        last = len(items)
        while k < last:
            item = items[k]
            entry = item.entry
            if entry is not None and entry.starts:
                after = _PhraseReader(self, k).read()
            elif entry.opens if entry is not None else item.cap or upper or item.word[0].isdigit():
                after = self._phrase(k)
            else:
                after = k
            if after <= k:
                nodes.append(self._word(k, item))
                k += 1
                continue
            k = after
            if len(nodes) >= _JOINED and nodes[-1].kind == "np":
                joined(nodes)
        return nodes

    def _word(self, k: int, item: Item) -> Node:
        """A mark, a verb, or any other word."""
        word, entry = item.word, item.entry
        if word in _MARKS or word[0] == "-":
            return Node("m", item.i, item.j, entry, word)
        if entry is None:
            node = Node("w", item.i, item.j, None, word)
            node.past = word.endswith(self.lexicon.pasts)
            if word.endswith(self.lexicon.participles):
                node.participle = True
            return node
        return Node("v" if entry.verb and not ("aux" in entry.tags and self._aux(k)) else "w", item.i, item.j, entry, word)

    def _aux(self, k: int) -> bool:
        """ "has" and "had" are auxiliaries before a verb, adverbs between them or not, else verbs."""
        for item in self.items[k + 1 : k + 4]:
            entry = item.entry
            if entry is None or not ("adv" in entry.tags or "neg" in entry.tags):
                return entry is not None and bool(entry.verb or "aux" in entry.tags)
        return False

    def _phrase(self, k: int) -> int:
        """Read a noun phrase at item k; the item after it, or k when there is none."""
        item = self.items[k]
        entry = item.entry
        if entry is not None and "pron" in entry.tags and not entry.noun and not entry.number:
            node = Node("np", item.i, item.j, entry, item.word, item.i)
            node.cls, node.pronoun = "pron", item.word
            self.nodes.append(node)
            return k + 1
        if not self._may_begin(k):
            return k
        return _PhraseReader(self, k).read()

    def _may_begin(self, k: int) -> bool:
        item = self.items[k]
        entry = item.entry
        if entry is None:
            return (item.cap and not self.text.upper) or is_number(item) or self._upper_name(k)
        if entry.noun or entry.adjective or entry.title:
            return not (entry.verb and self._is_verb(k))
        if entry.verb or "clause" in entry.tags:
            return False
        if "adj" in entry.tags:
            return leads_to_noun(self.items, k + 1)
        return "det" in entry.tags or entry.number is not None or "quantifier" in entry.tags

    def _upper_name(self, k: int) -> bool:
        """In upper-case copy an unknown word begins a name after a preposition of place or a title."""
        if not self.text.upper or not self.items[k].word[0].isalpha():
            return False
        if self.items[k].word in self.lexicon.given:
            return True
        if not self.nodes:
            return False
        before = self.nodes[-1]
        return "prep" in before.tags or (before.kind == "np" and before.title)

    def _is_verb(self, k: int) -> bool:
        """Whether a word that is both noun and verb is a verb here, from its form and its neighbours."""
        entry = self.items[k].entry
        if entry is None:
            return False
        before = self.nodes[-1] if self.nodes else None
        if entry.form in ("past", "part", "pp") or (entry.form == "any" and before is not None and "be" in before.tags):
            return True
        if before is not None and (
            "modal" in before.tags or "onto.inf" in before.tags or "negaux" in before.tags or "aux.do" in before.tags
        ):
            return True
        after = self.items[k + 1].entry if k + 1 < len(self.items) else None
        opens = after is not None and (
            "onto.inf" in after.tags
            or "thatc" in after.tags
            or "det" in after.tags
            or bool(after.country)
            or after.number is not None
            or "poss" in after.tags
        )
        if entry.form == "base" and before is not None and is_one(self.nodes):
            return False
        if entry.form == "ger":
            if before is not None and (before.word == "," or (before.kind == "np" and before.cls != "event")):
                return True
            takes_object = before is not None and "of" in before.tags and after is not None and after.plural and not after.trigger
            return opens or takes_object or (before is not None and "be" in before.tags)
        if before is not None and before.kind == "np" and "poss" not in before.tags:
            return (
                opens
                or (after is None and k + 1 < len(self.items))
                or (entry.form == "3sg" and (after is None or after.tags.isdisjoint(_GOES_ON)))
            )
        return False


class _PhraseReader:
    """Reads one noun phrase from item k."""

    head: Entry | None = None
    title: Entry | None = None
    quantity: Quantity | None = None
    definite = determined = indefinite = False
    names = unknown = 0

    def __init__(self, chunker: _Chunker, k: int) -> None:
        self.chunker, self.items, self.text = chunker, chunker.items, chunker.text
        self.start = self.at = self.name_k = self.head_k = k
        self.modifiers: list[Item] = []

    def read(self) -> int:
        items = self.items
        entry = items[self.at].entry
        if entry is not None and entry.starts:
            self.head = entry
            self.at += 1
        elif entry is None or entry.leads:
            self._opening()
        last = len(items)
        while self.at < last and self._take(items[self.at]):
            self.at += 1
        if self.head is None and not self.names:
            return self._bare()
        return self._emit()

    def _opening(self) -> None:
        """Determiners, qualifiers and numbers."""
        last = min(len(self.items), self.start + _MAX_OPENING)
        while self.at < last:
            item = self.items[self.at]
            entry = item.entry
            number = read_quantity(self.items, self.at, self.text) if self.quantity is None and may_begin_quantity(item) else None
            if number is not None and not self._is_date(number[1]):
                self.quantity, self.at = number
                self.determined = True
            elif entry is not None and "det" in entry.tags and not entry.noun and self.quantity is None:
                self.indefinite = self.indefinite or "indef" in entry.tags
                self.definite = self.definite or "def" in entry.tags or "poss" in entry.tags
                self.determined = True
                self.at += 1
            elif entry is not None and self.quantity is not None and "other" in entry.tags and not entry.noun:
                self.at += 1
            else:
                break
        self.name_k = self.at

    def _is_date(self, after: int) -> bool:
        return after < len(self.items) and (e := self.items[after].entry) is not None and "time" in e.tags and not e.noun

    def _take(self, item: Item) -> bool:
        entry = item.entry
        if entry is None:
            return self._take_unknown(item)
        if entry.joins is not None:
            return entry.joins and self._take_noun(entry)
        if entry.filler:
            return self._take_filler(item, entry)
        if "nameparticle" in entry.tags and (self.names or self._person_head()) and self._cap_next():
            return True
        if "time" in entry.tags and not entry.noun:
            return False
        if entry.verb and (entry.noun or entry.adjective) and self.at > self.start and self._verb_here(entry):
            return False
        if entry.noun or entry.adjective or entry.title:
            return self._take_noun(entry)
        if entry.verb and entry.form in ("pp", "part", "ger") and self.determined and self.head is None and not self.names:
            passed = self.unknown and not self.items[self.at - 1].word.endswith(self.chunker.lexicon.adverbs)
            return not passed and self._head_follows()
        return False

    def _verb_here(self, entry: Entry) -> bool:
        """Inside a phrase a noun-verb is a verb once there is a head, unless it is a plain compound ("missile strike on")."""
        if entry.form in ("past", "part", "pp"):
            return self.head is not None or not self.determined
        if entry.form == "ger" and self.head is not None and self.head.noun.startswith(("org", "person", "actor")):
            following = self.items[self.at + 1].entry if self.at + 1 < len(self.items) else None
            return following is None or "of" not in following.tags
        if self.head is None and not self.names:
            return False
        after = self.items[self.at + 1].entry if self.at + 1 < len(self.items) else None
        if after is None and self._cap_next() and not self.items[self.at].cap:
            return True
        if after is not None and ("det" in after.tags or after.country or after.number is not None or "poss" in after.tags):
            return "of" not in after.tags
        if (
            entry.form == "3sg"
            and self.head is not None
            and self.head.noun.startswith(_COUNTED)
            and (self.indefinite or not self.determined)
        ):
            return True
        singular = self.head is not None and self.head.plural is False
        return entry.form == "3sg" and singular and after is not None and bool(after.noun or after.filler)

    def _take_noun(self, entry: Entry) -> bool:
        if self.head is not None:
            if self.chunker.head_first and follows_head(self.head, entry):
                self.modifiers.append(self.items[self.at])
                return True
            if self.head.adjective or self.head.title or self.head.country or self.head.actor or self._compound(entry):
                self.modifiers.append(self.items[self.head_k])
                if self.head.title and not entry.title:
                    self.title = self.head
            else:
                return False
        self.head, self.head_k = entry, self.at
        return True

    def _compound(self, entry: Entry) -> bool:
        """A noun may follow a singular noun ("police officer", "bomb attack"); a nationality or a name begins anew."""
        assert self.head is not None
        if entry.actor or (entry.country and not entry.adjective and entry.kind == "state"):
            return self.head.noun.startswith("person")
        return not self.head.plural and not entry.adjective and not self.chunker.head_first

    def _take_filler(self, item: Item, entry: Entry) -> bool:
        """An adjective before the head; any other word of no meaning as if the lexicon lacked it."""
        if entry.has("adj") and not item.cap:
            return self.head is None and self._head_follows()
        return self._take_unknown(item)

    def _take_unknown(self, item: Item) -> bool:
        if not item.word[0].isalpha():
            return False
        if item.cap and not self.text.upper:
            if self.head is not None and not (
                self.head.title or self.head.noun.startswith(("person", "state")) or self.head.adjective or self.head.noun
            ):
                return False
            self.names += 1
            if self.head is None:
                self.head_k = self.at
            return True
        if self.text.upper and ((self.head is not None and self.head.title) or (self.head is None and not self.determined)):
            self.names += 1
            return self.names <= 4
        if (self.head is None and (self.determined or self.modifiers)) or (self.head is not None and self.head.adjective):
            self.unknown += 1
            return self.unknown <= _MAX_UNKNOWN and self._head_follows()
        return self.chunker.head_first and self.head is not None and not self.names and self._nationality_next()

    def _nationality_next(self) -> bool:
        """ "un helicóptero sanitario ruso": an unknown word between the head and its nationality is an adjective."""
        following = self.items[self.at + 1].entry if self.at + 1 < len(self.items) else None
        return following is not None and following.adjective

    def _person_head(self) -> bool:
        return self.head is not None and self.head.noun.startswith("person")

    def _cap_next(self) -> bool:
        following = self.items[self.at + 1] if self.at + 1 < len(self.items) else None
        return following is not None and following.cap and not self.text.upper and following.word[0].isalpha()

    def _head_follows(self) -> bool:
        """Whether a noun stands within the next two items, before any verb or mark."""
        return noun_follows(self.items[self.at + 1 : self.at + 1 + _MAX_UNKNOWN])

    def _bare(self) -> int:
        """A number or determiner without a noun that the lexicon has: "two were killed", "three others", "the archive"."""
        if self.quantity is not None:
            self.chunker.nodes.append(numbered(self.items, self.start, self.at, self.quantity))
            return self.at
        node = unlisted(self.items, self.start, self.name_k, self.definite) if self.determined and not self.text.upper else None
        if node is None:
            return self.start
        self.chunker.nodes.append(node)
        return self.name_k + 1

    def _emit(self) -> int:
        first, last = self.items[self.start], self.items[self.at - 1]
        name_i = self.items[self.name_k].i if self.name_k < self.at else first.i
        head = self.head or _UNLISTED
        node = Node("np", first.i, last.j, head, last.word, name_i)
        node.cls, node.trigger, node.plural = head.noun, head.trigger, head.plural
        node.quantity, node.definite, node.modifiers = self.quantity, self.definite, self.modifiers
        node.head_i = self.items[self.head_k].i
        node.proper = bool(self.names or head.actor or "proper" in head.tags or (head.country and not head.adjective))
        if self.name_k > self.start:
            opening = [item.entry.tags for item in self.items[self.start : self.name_k] if item.entry is not None]
            node.more = any("other" in tags for tags in opening)
            node.owned = any("poss" in tags for tags in opening)
        if self.modifiers:
            sharpen(node)
        if self.quantity is None and (self.indefinite or not head.plural) and node.cls.startswith(_COUNTED):
            node.quantity = _ONE
        self._ownership(node, head)
        if self.names:
            self._personal(node, head)
        elif head.actor and head.kind == "person":
            node.person_i = node.head_i
        self.chunker.nodes.append(node)
        return self.at

    def _ownership(self, node: Node, head: Entry) -> None:
        """Country, actor and sector: from the head when it is named, else from modifiers and the possessor before it."""
        country, actor, operator, titled = head.country, head.actor, "", bool(head.title) or self.title is not None
        for item in self.modifiers:
            modifier = item.entry
            if modifier is not None:
                country = country or modifier.country
                actor = actor or (modifier.actor if not head.noun.startswith("event") else "")
                operator = operator or modifier.actor or modifier.country
                titled = titled or bool(modifier.title)
        owner = possessor(self.chunker.nodes, self.chunker.lexicon.grammar.possessive)
        if owner is not None:
            node.possessor = owner
            country = country or owner.country
            operator = operator or owner.actor or owner.country
        node.country, node.actor, node.actor_kind, node.sector = country, actor, head.kind, head.sector
        node.operator, node.title = operator, titled

    def _personal(self, node: Node, head: Entry) -> None:
        """A phrase with a name that the lexicon lacks: the person's, where the head is of persons."""
        node.word_text = self.text.text(node.name_i, node.j)
        if not head.actor and (head.title or head.noun.startswith("person")):
            node.proper, node.cls = True, head.noun
            node.title_name = self._personal_name(node.j)
            names = self._after_head()
            node.person_i = names[0].i if names else -1
        if head.actor and head.kind == "person":
            node.person_i = node.head_i

    def _after_head(self) -> list[Item]:
        """The items after the head that do not belong to it: "ministro ruso Serguéi ..."."""
        return [item for item in self.items[self.head_k + 1 : self.at] if item not in self.modifiers]

    def _personal_name(self, end: int) -> str:
        """The capitalised words after the head, when there are at least two."""
        names = self._after_head()
        return self.text.text(names[0].i, end) if len(names) > 1 else ""


_UNLISTED = Entry(noun="name", kind="unknown")
"""What is known of a name that the lexicon lacks."""
_ONE = Quantity(1, 1)
_COUNTED = ("aircraft", "armour.tank", "ship", "vehicle")

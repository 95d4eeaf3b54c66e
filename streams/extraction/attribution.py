"""Step 6: attribution. Who says so in a sentence, with what stance, through whom, and over which stretch of it."""

from __future__ import annotations

from copy import copy
from dataclasses import replace

from streams.domain.event import HolderKind, Stance
from streams.extraction.identity import canonical, holder_kind
from streams.extraction.lexicon_types import Lexicon
from streams.extraction.model import Node, Sentence, Voice
from streams.extraction.syntax import complement, direct_object, form_of, is_passive, subject

_ALPHA_3 = 3
"""Letters of a country's code; the ids of authorities that hold disputed places are longer."""
_THINGS = ("aircraft", "armour", "artillery", "air-defence", "ship", "vehicle", "weapon", "event", "place", "territory")
_TAIL = 12
"""Nodes after which "X said" no longer counts as a tail ("..., the ministry said on Sunday")."""


def voices(sentence: Sentence, lexicon: Lexicon, before: Voice | None) -> list[Voice]:
    """The voices of a sentence, outermost first. `before` is the last voice of the sentence before: "he" and "it" mean it."""
    nodes = sentence.nodes
    found: list[Voice] = []
    for k, node in enumerate(nodes):
        if node.entry is None or not node.entry.hot:
            continue
        voice = None
        if "accordingto" in node.tags and k + 1 < len(nodes) and nodes[k + 1].kind == "np" and nodes[k + 1].cls != "thing":
            voice = _voice(sentence, nodes[k + 1], lexicon, Stance.ASSERTS, before, 0, len(nodes))
        elif node.kind == "v" and "report" in node.tags:
            voice = _of_verb(sentence, k, lexicon, before)
        elif "hearsay" in node.tags and k + 1 < len(nodes) and ("of" in nodes[k + 1].tags or "thatc" in nodes[k + 1].tags):
            span = sentence.text.span(node.i, node.j)
            voice = Voice("unnamed", HolderKind.UNNAMED, "", Stance.UNVERIFIED, (), span, k + 1, len(nodes))
        if voice is not None:
            found.append(voice)
    tail = _headline_tail(sentence, lexicon)
    return [*found, tail] if tail is not None else found


def chain(found: list[Voice], at: int) -> list[Voice]:
    """The voices whose scope holds node `at`, media folded into the `via` of those they quote."""
    inside = [voice for voice in found if voice.start <= at < voice.end]
    inside = [voice for voice in inside if not voice.act] or inside
    if len(inside) < 2:
        return inside
    carriers = [voice for voice in inside if voice.media]
    others = [voice for voice in inside if not voice.media]
    if not carriers or not others:
        return [inside[-1]] if not others else _innermost(others)
    via = tuple(voice.holder for voice in carriers)
    return [_with_via(voice, via) for voice in _innermost(others)]


def place_voice(voice: Voice, known: dict[str, Voice], home: str) -> Voice:
    """Whose voice it is where only the report tells: after "the Azerbaijani military", "Baku" is that body, and "the ministry" is the
    ministry named before; "the emergency service" of copy filed in Kyiv is Ukraine's. `known` holds the last body that spoke for
    each side and under each last word; `home` is a country or the authority that holds a disputed place.
    """
    if voice.kind is not HolderKind.OFFICIAL:
        return voice
    if not voice.side and voice.common:
        return _taken_up(voice, known, home)
    if voice.metonym:
        body = known.get(voice.side)
        return replace(voice, holder=body.holder) if body is not None else voice
    if voice.side and voice.holder.startswith(f"{voice.side}."):
        known[voice.side] = known[f"the {voice.word}"] = voice
    return voice


def _taken_up(voice: Voice, known: dict[str, Voice], home: str) -> Voice:
    """A body named by its office alone."""
    body = known.get(f"the {voice.word}")
    if body is not None:
        return replace(voice, country=body.country, holder=body.holder, sector=body.sector)
    if not home or voice.sector not in ("GOV", "MIL", "COP"):
        return voice
    return replace(voice, country=home if len(home) == _ALPHA_3 else "", holder=f"{home}.{voice.sector}")


def _innermost(found: list[Voice]) -> list[Voice]:
    """Of nested voices the one with the narrowest scope speaks; the others only pass it on."""
    return [min(found, key=lambda voice: (voice.end - voice.start, -voice.start))]


def _with_via(voice: Voice, via: tuple[str, ...]) -> Voice:
    return replace(voice, via=via)


def _of_verb(sentence: Sentence, k: int, lexicon: Lexicon, before: Voice | None) -> Voice | None:
    nodes = sentence.nodes
    node = nodes[k]
    if is_passive(nodes, k):
        agent = complement(nodes, k, ("by",), reach=6)
        if agent is None:
            return _impersonal(sentence, k)
        return _voice(sentence, nodes[agent], lexicon, _stance(nodes, k), before, *_scope(nodes, k, agent))
    who = _inverted(nodes, k)
    if who is None:
        who = subject(nodes, k)
    if who is None and k + 1 < len(nodes) and nodes[k + 1].kind == "np" and k > 0:
        who = k + 1
    if who is None and before is not None and lexicon.grammar.drops_pronouns and k + 1 < len(nodes) and nodes[k + 1].has("thatc"):
        span = sentence.text.span(node.i, node.j)
        return replace(before, stance=_stance(nodes, k), span=span, start=k + 1, end=len(nodes), act=False)
    if who is None or not _may_speak(nodes[who]):
        return _hearsay(sentence, k) if k + 1 < len(nodes) and ("onto.inf" in nodes[k + 1].tags or "be" in nodes[k + 1].tags) else None
    if "footage" in node.tags and not _shows_footage(nodes, k):
        return None
    voice = _voice(sentence, _named(nodes, who, k), lexicon, _stance(nodes, k), before, *_scope(nodes, k, who))
    if voice is not None and "cite" in node.tags:
        voice.media = True
    if voice is not None and "declare" in node.tags and k + 1 < len(nodes) and "thatc" not in nodes[k + 1].tags:
        voice.act = True
    return voice


_COMMAS = frozenset({",", '"', "”", "-", "–", "—", "--"})


def _inverted(nodes: list[Node], k: int) -> int | None:
    """The speaker after the verb: "..., said the ministry", closing the sentence."""
    before = k - 1
    while before > 0 and ("aux" in nodes[before].tags or "adv" in nodes[before].tags):
        before -= 1
    if before <= 0 or nodes[before].word not in _COMMAS:
        return None
    after = next((j for j in range(k + 1, min(len(nodes), k + 6)) if nodes[j].kind in ("np", "v", "m")), len(nodes))
    if after >= len(nodes) or nodes[after].kind != "np":
        return None
    if not any(n.kind == "v" or "aux" in n.tags or "thatc" in n.tags or _tells_state(n) for n in nodes[after:]):
        return after
    return None


def _tells_state(node: Node) -> bool:
    """ "..., says crew alive": what follows the verb is what is said, not who says it."""
    return node.kind == "w" and node.entry is not None and node.entry.harm.startswith("h:a:")


def _shows_footage(nodes: list[Node], k: int) -> bool:
    """ "released a video of ..." says something; "released a prisoner" does not."""
    shown = direct_object(nodes, k)
    return shown is not None and nodes[shown].cls == "abstract.claim"


def _named(nodes: list[Node], who: int, k: int) -> Node:
    """The name in apposition: "the deputy commander of its army, Artur Sarkisian, said"."""
    for j in range(min(k, len(nodes)) - 1, who, -1):
        if nodes[j].kind == "np" and nodes[j - 1].word == "," and nodes[j].cls in ("name", "person.official") and nodes[j].proper:
            lent = copy(nodes[j])
            lent.country, lent.sector = lent.country or nodes[who].country, lent.sector or nodes[who].sector
            lent.title_name = lent.title_name or lent.word_text
            lent.owned = lent.owned or any(node.owned for node in nodes[who:j])
            lent.cls = nodes[who].cls if lent.cls == "name" else lent.cls
            return lent
    return nodes[who]


def _impersonal(sentence: Sentence, k: int) -> Voice | None:
    """ "It was reported that ...": somebody, unnamed."""
    node = sentence.nodes[k]
    if "say" not in node.tags or "declare" in node.tags:
        return None
    return Voice("unnamed", HolderKind.UNNAMED, "", Stance.ASSERTS, (), sentence.text.span(node.i, node.j), k + 1, len(sentence.nodes))


def _hearsay(sentence: Sentence, k: int) -> Voice | None:
    """ "Aircraft said to be lost": somebody says so of it, and nobody is named."""
    heard = _impersonal(sentence, k)
    return replace(heard, stance=Stance.UNVERIFIED) if heard is not None and form_of(sentence.nodes[k]) == "pp" else None


def _may_speak(node: Node) -> bool:
    if node.cls == "pron":
        return True
    return node.cls.startswith(("person", "org", "actor", "state", "name")) or bool(node.country and not node.cls.startswith(_THINGS))


def _stance(nodes: list[Node], k: int) -> Stance:
    verb = nodes[k]
    negated = any("neg" in node.tags for node in nodes[max(0, k - 3) : k] if node.kind == "w")
    if "deny" in verb.tags or any("falsehood" in node.tags for node in nodes[k + 1 : k + 8]):
        return Stance.DENIES
    if "confirm" in verb.tags:
        return Stance.UNVERIFIED if negated else Stance.CONFIRMS
    return Stance.ASSERTS


def _scope(nodes: list[Node], k: int, who: int) -> tuple[int, int]:
    """What the verb at k is about: what follows it, or, where it closes the sentence, what came before."""
    first = min(k, who)
    while first >= 2 and "poss" in nodes[first - 1].tags:
        first -= 2
    rest = nodes[max(k, who) + 1 :]
    if first > 1 and k >= who and nodes[first - 1].word == "," and k + 1 < len(nodes) and nodes[k + 1].word == ",":
        return 0, len(nodes)  # "X crashed, the ministry said, after Y"
    tail = (
        first > 1 and len(rest) <= _TAIL and not any(n.kind == "v" or "thatc" in n.tags or "aux" in n.tags for n in rest if n.kind != "m")
    )
    if who > k and tail:
        return 0, first
    if tail and (nodes[first - 1].kind == "m" or not any(n.kind == "np" for n in rest)):
        return 0, first
    return k + 1, len(nodes)


def _voice(sentence: Sentence, node: Node, lexicon: Lexicon, stance: Stance, before: Voice | None, start: int, end: int) -> Voice | None:
    span = sentence.text.span(node.i, node.j)
    if node.cls == "pron":
        if before is None or "firstperson" in node.tags:
            return None
        return Voice(before.holder, before.kind, before.country, stance, before.via, span, start, end, before.sector, before.media)
    kind = holder_kind(node, lexicon)
    name = canonical(node, lexicon, speaking=True) or sentence.text.text(node.name_i, node.j)
    sector = lexicon.sectors.get(node.cls, ("UNK", "", ""))[0] if not node.sector else node.sector
    country = node.country or (_side_of(sentence, node) if node.cls.startswith("person") else "")
    made = Voice(_spoken_for(node, country, lexicon) or name, kind, country, stance, (), span, start, end, sector, kind is HolderKind.MEDIA)
    made.metonym = node.cls in ("state", "actor.breakaway")
    made.common = not node.title_name and not node.actor
    made.word = sentence.text.words[node.j - 1]
    return made


def _side_of(sentence: Sentence, node: Node) -> str:
    """Whose official a named person is: "the region's deputy army chief X" is the region's that the sentence speaks of."""
    if not node.title_name:
        return ""
    if node.actor and node.actor_kind != "person":
        return node.actor.partition(".")[0]
    generic = node.possessor is not None and node.possessor.cls.startswith(("place", "territory", "pron"))
    if not generic and not node.owned:
        return ""
    bodies = (n for n in sentence.nodes if n.i < node.i and n.cls.startswith(("org", "actor", "state")) and (n.country or n.actor))
    body = next(bodies, None)
    return (body.country or body.actor.partition(".")[0]) if body is not None else ""


def _spoken_for(node: Node, country: str, lexicon: Lexicon) -> str:
    """The body whose word a named spokesman carries, empty where the text names none."""
    if not node.title_name or "spokes" not in node.tags or not country:
        return ""
    named = [item.entry.noun for item in node.modifiers if item.entry is not None]
    named += [node.possessor.cls] if node.possessor is not None else []
    sector = next((lexicon.sectors[cls][0] for cls in named if cls.startswith("org") and cls in lexicon.sectors), "")
    return f"{country}.{sector}" if sector in ("GOV", "MIL", "COP") else ""


def _headline_tail(sentence: Sentence, lexicon: Lexicon) -> Voice | None:
    """ "Helicopter shot down near border - ministry": a voice after the last dash or colon of a headline."""
    nodes = sentence.nodes
    if sentence.text.part != "headline" or len(nodes) < 4:
        return None
    for k in range(len(nodes) - 2, max(0, len(nodes) - 5), -1):
        gap = sentence.text.raw[sentence.text.ends[nodes[k].j - 1] : sentence.text.starts[nodes[k + 1].i]]
        if ((nodes[k].kind == "m" and nodes[k].word[0] in "-—–:") or gap.strip() in ("-", "–")) and nodes[k + 1].kind == "np":
            return _voice(sentence, nodes[k + 1], lexicon, Stance.ASSERTS, None, 0, k + 1) if _may_speak(nodes[k + 1]) else None
    return None

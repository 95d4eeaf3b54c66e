"""Step 5: frames. Each trigger of a sentence is tried against its rows of frames.tsv; the first whose wants hold fires."""

from __future__ import annotations

from streams.extraction.model import Candidate, Frame, Node, Roles, Sentence
from streams.extraction.syntax import (
    complement,
    coordinated,
    coordinated_left,
    direct_object,
    features,
    form_of,
    governor,
    is_passive,
    subject,
)


def fire(sentence: Sentence) -> list[Candidate]:
    """The event mentions of a sentence, in order of their triggers."""
    found: list[Candidate] = []
    for at, node in enumerate(sentence.nodes):
        if node.entry is None or not node.entry.hot:
            continue
        if found and (_is_consequence(sentence.nodes, at) or _is_means(sentence.nodes, at, found[-1])):
            continue
        candidate = _at(sentence, at, node)
        if candidate is not None:
            found.append(candidate)
            found += _attempts(candidate, node)
    return found


def _attempts(candidate: Candidate, node: Node) -> list[Candidate]:
    """What was foiled by the event: who defuses a bomb stops a bombing that somebody else attempted."""
    if "foils" not in candidate.frame.options or node.entry is None:
        return []
    rows = [frame for frame in node.entry.frames_v if "foiled" in frame.options][:1]
    return [Candidate(frame.type, candidate.sentence, candidate.at, frame, instruments=candidate.targets) for frame in rows]


def _is_consequence(nodes: list[Node], at: int) -> bool:
    """ "..., killing 12 and wounding 30": what an event before it in the sentence did; its numbers are read by counts.py."""
    node = nodes[at]
    if node.kind != "v" or node.entry is None or node.entry.form != "ger" or not ("kill" in node.tags or "injure" in node.tags):
        return False
    return at > 0 and (
        nodes[at - 1].word == "," or "conj" in nodes[at - 1].tags or "adv" in nodes[at - 1].tags or nodes[at - 1].kind == "np"
    )


def _is_means(nodes: list[Node], at: int, told: Candidate) -> bool:
    """ "hit by a missile fired from the coast": a participle that only says more of what the event before was done with."""
    if form_of(nodes[at]) not in ("pp", "part") or at == 0 or not nodes[at - 1].cls.startswith("weapon"):
        return False
    return any(node is nodes[at - 1] for node in (*told.initiators, *told.instruments))


def _in_compound(sentence: Sentence, node: Node) -> bool:
    """ "an air-launched missile", "a foreign-backed group": a participle after a hyphen says of what kind a thing is."""
    text = sentence.text
    start = text.starts[node.i]
    return node.entry is not None and node.entry.form in ("pp", "part") and start > 0 and text.raw[start - 1] in "-‐‑"


def _at(sentence: Sentence, at: int, node: Node) -> Candidate | None:
    entry = node.entry
    if entry is None or (node.kind == "v" and _in_compound(sentence, node)):
        return None
    verb, noun = node.kind == "v" and bool(entry.frames_v), node.kind == "np" and bool(entry.frames_n)
    frames = _possible(sentence, entry.frames_v if verb else entry.frames_n if noun else entry.frames_p)
    if verb:
        found = _first(sentence, at, frames, _verb_readings(sentence.nodes, at)) if frames else None
        if found is not None or not entry.frames_p:
            return found
        verb, frames = False, _possible(sentence, entry.frames_p)
    if not frames:
        return None
    return _first(sentence, at, frames, [_noun_roles(sentence.nodes, at) if noun else _phrase_roles(sentence.nodes, at)])


def _possible(sentence: Sentence, frames: tuple[Frame, ...]) -> list[Frame]:
    """The frames whose wants something in the sentence could meet: most fall here, before anyone's roles are looked for."""
    told = sentence.features
    found = []
    for frame in frames:
        for role, classes in frame.asks:
            if told.isdisjoint(classes) and not (
                role != "any" and (not classes.isdisjoint(_ANYWHERE) or (role == "prev" and not sentence.context.isdisjoint(classes)))
            ):
                break
        else:
            found.append(frame)
    return found


_ANYWHERE = frozenset({"np", "v", "w", "m", "number", "pron", "name", "thing"})
"""Features of nodes that do not come from a word of the lexicon."""


def _first(sentence: Sentence, at: int, frames: list[Frame], readings: list[Roles]) -> Candidate | None:
    for roles in readings:
        for frame in frames:
            if (frame.type != "-" or roles is readings[0]) and _holds(frame, roles, sentence):
                return None if frame.type == "-" else _candidate(sentence, at, frame, roles)
    for frame in frames:
        if "near" in frame.options:
            roles = _near(sentence.nodes, at, frame, readings[0])
            if _holds(frame, roles, sentence):
                return _candidate(sentence, at, frame, roles)
    return None


def _near(nodes: list[Node], at: int, frame: Frame, strict: Roles) -> Roles:
    """For triggers that hardly mislead: each wanted role may be the nearest phrase of its class, wherever it stands."""
    roles = Roles(list(strict.agt), list(strict.obj), list(strict.inst), list(strict.gov))
    for role, classes, negated in frame.wants:
        mine = getattr(roles, role, None)
        if negated or mine is None or role == "gov" or any(not features(node).isdisjoint(classes) for node in mine):
            continue
        fitting = [k for k, node in enumerate(nodes) if node.kind == "np" and k != at and not features(node).isdisjoint(classes)]
        if fitting:
            nearest = min(fitting, key=lambda k: (k > at, abs(k - at)) if role == "obj" else (abs(k - at), k))
            setattr(roles, role, _all(nodes, coordinated_left(nodes, nearest) if nearest < at else coordinated(nodes, nearest)))
    return roles


def _holds(frame: Frame, roles: Roles, sentence: Sentence) -> bool:
    for role, classes, negated in frame.wants:
        if role == "prev":
            met = not sentence.context.isdisjoint(classes) or not sentence.features.isdisjoint(classes)
        elif role == "any":
            met = not sentence.features.isdisjoint(classes)
        else:
            met = False
            for node in getattr(roles, role):
                if not features(node).isdisjoint(classes):
                    met = True
                    break
        if met == negated:
            return False
    return True


def _candidate(sentence: Sentence, at: int, frame: Frame, roles: Roles) -> Candidate:
    wanted = {role: set(classes) for role, classes, negated in frame.wants if not negated}
    targets = _pick(roles.obj, wanted.get("obj"))
    instruments = _pick(roles.inst, wanted.get("inst")) or _weapons(sentence, wanted.get("any"))
    initiators = _pick(roles.agt, wanted.get("agt"))
    if "party" in frame.options:
        partner = complement(sentence.nodes, at, ("partner",), reach=8)
        if partner is not None:
            initiators = [*initiators, *(n for n in _all(sentence.nodes, coordinated(sentence.nodes, partner)) if n not in initiators)]
    made = Candidate(frame.type, sentence, at, frame, initiators, targets, instruments, roles=roles)
    made.setting = "occasion" in frame.options and _is_setting(sentence.nodes, at)
    return made


def _all(nodes: list[Node], indexes: list[int]) -> list[Node]:
    return [nodes[k] for k in indexes]


def _weapons(sentence: Sentence, classes: set[str] | None) -> list[Node]:
    """The weapons that a frame asks for anywhere in the sentence ("killed when a bomb exploded") are its instruments."""
    if not classes or not any(cls.startswith("weapon") for cls in classes):
        return []
    return [
        node for node in sentence.nodes if node.kind == "np" and node.cls.startswith("weapon") and not features(node).isdisjoint(classes)
    ][:1]


def _is_setting(nodes: list[Node], at: int) -> bool:
    """ "killed in Sunday's fighting", "during clashes": the occasion of another event rather than one of its own."""
    k = at - 1
    while k > 0 and ("poss" in nodes[k].tags or "time" in nodes[k].tags or "det" in nodes[k].tags):
        k -= 1
    return k >= 0 and "occasion" in nodes[k].tags


def _pick(chosen: list[Node], classes: set[str] | None) -> list[Node]:
    """The phrases of a role: those of the wanted class, and with no wish all."""
    if classes is None or "*" in classes:
        return chosen
    return [node for node in chosen if not features(node).isdisjoint(classes)] or chosen


def _verb_readings(nodes: list[Node], at: int) -> list[Roles]:
    """Active or passive, whichever the form allows; a bare participle ("helicopter shot down near ...") may be either."""
    entry = nodes[at].entry
    assert entry is not None
    if is_passive(nodes, at):
        return [_passive(nodes, at)]
    if entry.form in ("pp", "part", "any"):
        if direct_object(nodes, at) is None:
            return [_passive(nodes, at), _active(nodes, at)]
        return [_active(nodes, at)]
    return [_active(nodes, at)]


def _active(nodes: list[Node], at: int) -> Roles:
    roles = Roles()
    agent = subject(nodes, at)
    if agent is not None:
        roles.agt = _all(nodes, coordinated_left(nodes, agent))
    patient = direct_object(nodes, at)
    if patient is not None and patient == agent:
        patient = None  # a subject that follows its verb
    if patient is None:
        patient = complement(nodes, at, ("onto",), reach=4)
    if patient is not None:
        roles.obj = _all(nodes, coordinated(nodes, patient))
        _shared_object(nodes, roles)
        _troops_of(nodes, patient, roles)
    elif (shared := _next_verb(nodes, at)) is not None:
        patient = direct_object(nodes, shared)
        roles.obj = _all(nodes, coordinated(nodes, patient)) if patient is not None else []
    roles.inst = _instruments(nodes, at)
    return roles


def _shared_object(nodes: list[Node], roles: Roles) -> None:
    """ "a number of X, including two Y": the included phrases belong to the object as well."""
    included = complement(nodes, nodes.index(roles.obj[-1]), ("incl",), reach=4)
    if included is not None:
        roles.obj = [*roles.obj, *_all(nodes, coordinated(nodes, included))]


_TROOPS = ("org.military", "person.military", "person.militant", "actor.armed")


def _troops_of(nodes: list[Node], patient: int, roles: Roles) -> None:
    """ "a convoy of government forces": to attack what troops have or ride is to attack them."""
    owner = patient + 2
    if owner >= len(nodes) or nodes[patient].cls.startswith("person") or "of" not in nodes[patient + 1].tags:
        return
    if nodes[owner].kind == "np" and nodes[owner].cls.startswith(_TROOPS) and nodes[owner] not in roles.obj:
        roles.obj = [*roles.obj, nodes[owner]]


def _next_verb(nodes: list[Node], at: int) -> int | None:
    """The verb coordinated with the one at `at`: "hit and destroyed three tanks"."""
    if at + 2 < len(nodes) and "conj" in nodes[at + 1].tags and nodes[at + 2].kind == "v":
        return at + 2
    return None


def _passive(nodes: list[Node], at: int) -> Roles:
    roles = Roles()
    patient = subject(nodes, at)
    if patient is not None:
        roles.obj = _all(nodes, coordinated_left(nodes, patient))
    agent = complement(nodes, at, ("by",))
    if agent is not None:
        roles.agt = _all(nodes, coordinated(nodes, agent))
    roles.inst = [*_instruments(nodes, at), *(n for n in roles.agt if n.cls.startswith(("weapon", "artillery", "air-defence")))]
    return roles


def _instruments(nodes: list[Node], at: int) -> list[Node]:
    instrument = complement(nodes, at, ("with",))
    return _all(nodes, coordinated(nodes, instrument)) if instrument is not None else []


def _noun_roles(nodes: list[Node], at: int) -> Roles:
    """Roles of a nominal: "X's shelling of Y by Z", "an attack on Y", "launched an attack on Y"."""
    roles = Roles()
    node = nodes[at]
    patient = complement(nodes, at, ("of",), reach=3) or complement(nodes, at, ("onto",), reach=6)
    if at > 1 and "under" in nodes[at - 1].tags:
        _suffered(nodes, at, patient, roles)
    elif patient is not None:
        roles.obj = _all(nodes, coordinated(nodes, patient))
    agent = complement(nodes, at, ("by",), reach=8)
    if agent is not None:
        roles.agt = _all(nodes, coordinated(nodes, agent))
    if node.possessor is not None:
        roles.agt.append(node.possessor)
    governing = governor(nodes, at)
    if governing is not None:
        roles.gov = [nodes[governing[0]]]
        _governed(nodes, governing, at, roles)
    _from_modifiers(nodes, at, roles)
    roles.inst = _instruments(nodes, at)
    return roles


def _suffered(nodes: list[Node], at: int, agent: int | None, roles: Roles) -> None:
    """ "X was under the shelling of Y": the phrase after the noun is who does it, the subject who suffers it."""
    if agent is not None:
        roles.agt = _all(nodes, coordinated(nodes, agent))
    sufferer = subject(nodes, at - 1)
    if sufferer is not None:
        roles.obj = _all(nodes, coordinated_left(nodes, sufferer))


def _governed(nodes: list[Node], governing: tuple[int, bool], at: int, roles: Roles) -> None:
    verb, active = governing
    if verb < at and active and not roles.agt and ("declare" in nodes[verb].tags or "report" not in nodes[verb].tags):
        agent = subject(nodes, verb)
        if agent is not None and agent != at:
            roles.agt = _all(nodes, coordinated_left(nodes, agent))
    elif not active and not roles.agt:
        agent = complement(nodes, verb, ("by",), reach=8)
        if agent is not None:
            roles.agt = _all(nodes, coordinated(nodes, agent))


def _from_modifiers(nodes: list[Node], at: int, roles: Roles) -> None:
    """ "Azerbaijani shelling": a named modifier is the agent; "helicopter downing": a common one the object."""
    for item in nodes[at].modifiers:
        entry = item.entry
        if entry is None or not entry.noun or entry.noun.startswith("event"):
            continue
        extra = Node("np", item.i, item.j, entry, item.word, item.i)
        extra.cls, extra.country, extra.actor = entry.noun, entry.country, entry.actor
        extra.actor_kind, extra.sector, extra.plural = entry.kind, entry.sector, entry.plural
        named = bool(entry.country or entry.actor or entry.noun.startswith(("org", "person.militant", "person.police")))
        weapon = entry.noun.startswith(("weapon", "artillery"))
        (roles.inst if weapon else roles.agt if named else roles.obj).append(extra)


def _phrase_roles(nodes: list[Node], at: int) -> Roles:
    roles = Roles()
    agent = subject(nodes, at)
    if agent is not None:
        roles.agt = _all(nodes, coordinated_left(nodes, agent))
    patient = direct_object(nodes, at)
    if patient is None:
        patient = complement(nodes, at, ("onto", "of"), reach=6)
    if patient is not None:
        roles.obj = _all(nodes, coordinated(nodes, patient))
    return roles

"""How well an incident stands: a table over what its ledger and its voices show, first row that applies."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from streams.domain.event import ActorRole, EventRecord, HolderKind, Stance
from streams.domain.incident import IncidentState, IndependentGroup
from streams.domain.ontology import family
from streams.matching.independence import vouches
from streams.matching.ledger import Said, last_word
from streams.matching.sides import FOUGHT, acting, owners, side, struck
from streams.matching.stances import SAYING_SO

DECREES = frozenset({"conflict.martial_law", "conflict.curfew", "conflict.mobilisation", "politics.appointment", "politics.resignation"})
"""Events that are done by being declared."""
LOSSES = frozenset({"conflict.casualties"})
"""Events that are somebody's losses and nothing else."""

TOGETHER = frozenset({"conflict.ceasefire", "conflict.prisoner_release", "conflict.disarmament"})
"""Events of the conflict family that both sides do."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the table reads. Each is a tuple of holders or group keys, sorted; `initiators` and `hit` are sides that say so."""

    speaking: int
    asserting: tuple[str, ...]
    """Who does not deny it; those of them who say so are `saying`: hearsay that nobody vouches for does not stand up to a denial."""
    saying: tuple[str, ...]
    denying: tuple[str, ...]
    disowning: tuple[str, ...]
    """Those who deny only that it was they: it may still be confirmed by others."""
    owners: tuple[str, ...]
    admitting: tuple[str, ...]
    decreeing: tuple[str, ...]
    initiators: tuple[str, ...]
    hit: tuple[str, ...]
    voices: tuple[str, ...]


def facts(records: Sequence[EventRecord], groups: Sequence[IndependentGroup]) -> Facts:
    """Read them off the speaking records and their groups."""
    words = last_word(records)
    saying = [s for s in words.values() if s.claim.stance in SAYING_SO]
    official = [s for s in saying if s.claim.holder_kind is HolderKind.OFFICIAL]
    doing, hit = _two_sides(records)
    owning, decreeing = owners(records) | _mourned(records), _decreed(records)
    return Facts(
        speaking=len(records),
        asserting=_names(s for s in words.values() if s.claim.stance is not Stance.DENIES),
        saying=_names(saying),
        denying=_names(s for s in words.values() if s.claim.stance is Stance.DENIES),
        disowning=_disowning(records),
        owners=_names(s for s in official if _side(s) in owning),
        admitting=_names(s for s in official if s.claim.stance is Stance.CONFIRMS and _spoken_against(s, saying)),
        decreeing=_names(s for s in official if _side(s) in decreeing),
        initiators=_names(s for s in official if _side(s) in doing and _side(s) not in hit),
        hit=_names(s for s in official if _side(s) in hit and _side(s) not in doing),
        voices=_voices(records, groups),
    )


def _disowning(records: Sequence[EventRecord]) -> tuple[str, ...]:
    claims = (claim for record in records for claim in record.claims)
    return tuple(sorted({claim.holder for claim in claims if claim.about == "initiator" and claim.stance is Stance.DENIES}))


def _two_sides(records: Sequence[EventRecord]) -> tuple[frozenset[str], frozenset[str]]:
    """Who does it and who it is done to; of what is done together (a call, a ceasefire) the first side and the others."""
    if all(family(r.type) == FOUGHT and r.type not in TOGETHER for r in records):
        return acting(records, ActorRole.INITIATOR), struck(records)
    sides = sorted(acting(records, *ActorRole))
    return frozenset(sides[:1]), frozenset(sides[1:])


def _names(found: Iterable[Said]) -> tuple[str, ...]:
    return tuple(sorted(s.claim.holder for s in found))


def _side(one: Said) -> str:
    return side(one.claim.holder, one.claim.country)


def _spoken_against(one: Said, saying: Sequence[Said]) -> bool:
    """A party confirms what someone of another side says."""
    return one.claim.party and any(_side(other) != _side(one) for other in saying)


def _decreed(records: Sequence[EventRecord]) -> frozenset[str]:
    """The sides that act by saying so: who declares martial law has declared it, and nobody can know better."""
    return acting([r for r in records if r.type in DECREES], ActorRole.INITIATOR)


def _mourned(records: Sequence[EventRecord]) -> frozenset[str]:
    """The sides whose own dead and wounded are told: to own up to losses speaks against oneself, as an owner's word does."""
    return acting([r for r in records if r.type in LOSSES], ActorRole.TARGET, ActorRole.VICTIM)


def _voices(records: Sequence[EventRecord], groups: Sequence[IndependentGroup]) -> tuple[str, ...]:
    vouching = {r.event_id for r in records if vouches(r)}
    return tuple(g.key for g in groups if not g.party and vouching & set(g.event_ids))


_Row = tuple[Callable[[Facts], bool], IncidentState, Callable[[Facts], str]]

TABLE: tuple[_Row, ...] = (
    (lambda f: not f.speaking, IncidentState.RETRACTED, lambda _: "no active record is left"),
    (lambda f: bool(f.denying) and not f.saying, IncidentState.DENIED, lambda f: f"only denials: {', '.join(f.denying)}"),
    (
        lambda f: bool(f.denying),
        IncidentState.DISPUTED,
        lambda f: f"asserted by {', '.join(f.saying)}; denied by {', '.join(f.denying)}",
    ),
    (lambda f: bool(f.owners), IncidentState.CONFIRMED, lambda f: f"confirmed by the owner of what was hit: {', '.join(f.owners)}"),
    (lambda f: bool(f.admitting), IncidentState.CONFIRMED, lambda f: f"confirmed by the side it is said of: {', '.join(f.admitting)}"),
    (lambda f: bool(f.decreeing), IncidentState.CONFIRMED, lambda f: f"decreed by who has the say: {', '.join(f.decreeing)}"),
    (
        lambda f: bool(f.disowning),
        IncidentState.DISPUTED,
        lambda f: f"asserted by {', '.join(f.saying) or 'nobody by name'}; {', '.join(f.disowning)} denies its part in it",
    ),
    (
        lambda f: bool(f.initiators) and bool(f.hit),
        IncidentState.CORROBORATED,
        lambda f: f"said by both parties: {', '.join(f.initiators)}; {', '.join(f.hit)}",
    ),
    (lambda f: len(f.voices) >= 2, IncidentState.CORROBORATED, lambda f: f"{len(f.voices)} independent voices that are no party"),
    (lambda f: len(f.voices) == 1, IncidentState.SINGLE_SOURCE, lambda _: "one voice that is no party"),
    (lambda f: not f.voices, IncidentState.CLAIMED, lambda f: f"said only by: {', '.join(f.asserting) or 'nobody by name'}"),
)


def standing(found: Facts) -> tuple[IncidentState, tuple[str, ...]]:
    """The state and the reasons: of the first row that applies, then of later rows that also hold (what else speaks for it)."""
    rows = [(state, why(found)) for applies, state, why in TABLE if applies(found)]
    state = rows[0][0]
    return state, tuple(reason for other, reason in rows if other is state or state is IncidentState.CONFIRMED)

"""What of the settings the core needs, as values. `streams/config.py` reads them from wirebell.toml and the environment."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from streams.domain.alert import Priority
from streams.domain.naming import NameFinder
from streams.domain.ontology import family
from streams.domain.source import Source, unknown_source


@dataclass(frozen=True, slots=True)
class Limits:
    """Caps on hostile input: bytes of one raw record, reports in one batch, events of one report, versions of one item."""

    max_bytes: int = 1_000_000
    max_decompressed_bytes: int = 10_000_000
    max_batch: int = 5_000
    max_events: int = 64
    max_versions: int = 50


@dataclass(frozen=True, slots=True)
class AlertPolicy:
    """Which incidents ring, and how loud.

    `priorities` maps an event type, a family or "*" to a priority; the most specific wins. An incident whose members' best
    IPTC priority is at most `story_priority` rings even when it is only `other.story`; so does one with at least
    `story_voices` independent voices. Types of the families in `lead_only` ring only when some report leads with them: what was
    said, demanded or tried is mentioned in passing everywhere. `single_source_cap` is the loudest that one unconfirmed voice
    may ring. `escalate_killed` are the steps of a death toll that count as an escalation.
    """

    priorities: tuple[tuple[str, Priority], ...] = (
        ("conflict.aircraft_downed", Priority.FLASH),
        ("conflict.martial_law", Priority.FLASH),
        ("conflict.offensive", Priority.FLASH),
        ("conflict.ceasefire", Priority.BULLETIN),
        ("conflict.mobilisation", Priority.BULLETIN),
        ("conflict.airstrike", Priority.BULLETIN),
        ("conflict.shelling_missile", Priority.BULLETIN),
        ("conflict", Priority.URGENT),
        ("politics", Priority.URGENT),
        ("hazard", Priority.URGENT),
        ("incident", Priority.URGENT),
        ("*", Priority.ROUTINE),
    )
    single_source_cap: Priority = Priority.BULLETIN
    story_priority: int = 3
    story_voices: int = 3
    lead_only: tuple[str, ...] = ("politics", "security", "health")
    escalate_killed: tuple[int, ...] = (1, 10, 50, 100, 500, 1000)


@dataclass(frozen=True, slots=True)
class CoreSettings:
    """Everything the core is parameterised by. `sources` is the registry by id.

    `names` finds names that the lexicons lack; without one they do alone.
    `open_days`: an incident stays open for new records at least until its latest record is this much older than the newest seen, and
    after that while no more than `open_records` records are open in all: a quiet room or an archive loses nothing to the window.
    `open_days_of` maps an event type or a family to a window of its own; the most specific wins. `kept_days`: for so long after its
    latest record an incident that is no longer open is kept, so that a kill or a correction still finds who was alerted.
    """

    limits: Limits = Limits()
    policy: AlertPolicy = AlertPolicy()
    sources: dict[str, Source] = field(default_factory=dict)
    open_days: int = 14
    open_days_of: tuple[tuple[str, int], ...] = (("hazard.drought", 60), ("health", 45), ("security.trial", 30), ("unrest.strike", 30))
    open_records: int = 50_000
    kept_days: int = 90
    names: NameFinder | None = None

    def open_for(self, event_type: str) -> timedelta:
        """How long an incident of that type stays open after its latest record."""
        days = dict(self.open_days_of)
        return timedelta(days=days.get(event_type, days.get(family(event_type), self.open_days)))

    def source(self, source_id: str) -> Source:
        """The registry's entry, or an unknown source of that id."""
        return self.sources.get(source_id) or unknown_source(source_id)

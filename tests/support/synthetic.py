"""Reports for load and fault tests: each tells of its own event, so what is alerted does not depend on interleaving."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

BASE = datetime(2024, 3, 1, tzinfo=UTC)
SYLLABLES = [c + v for c in "bdfgklmnprstvz" for v in "aeiou"]
POISON = (
    b'{"headline": "cut sh',
    b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
    b"[1, 2, 3]",
    b'{"uri": "x", "version": "1", "standard": {"name": "ninjs", "version": "9.9"}}',
    b'{"headline": "' + b"x" * 2_000_000 + b'"}',
)
"""Truncated, not text, not a report, an unknown version, 2 MB."""


@dataclass(frozen=True, slots=True)
class Item:
    """One raw record to ingest. `poison` tells that it must end in the dead letters."""

    input_id: str
    source: str
    received_at: datetime
    body: bytes
    poison: bool = False

    def row(self) -> dict[str, str]:
        """The replay contract's row."""
        import base64

        return {
            "id": self.input_id,
            "source": self.source,
            "received_at": self.received_at.isoformat().replace("+00:00", "Z"),
            "content_type": "",
            "body_base64": base64.b64encode(self.body).decode(),
        }


def items(count: int, seed: int, poison_share: float = 0.0) -> Iterator[Item]:
    """`count` raw records. One in ten is a later version (update, correction or kill) of the report nine before it."""
    random = Random(seed)
    for n in range(count):
        at = BASE + timedelta(seconds=n)
        source = f"agency-{n % 7}"
        if random.random() < poison_share:
            yield Item(f"in-{n}", source, at, POISON[n % len(POISON)], poison=True)
        elif n % 10 == 9:
            yield Item(f"in-{n}", f"agency-{(n - 9) % 7}", at, _later(n - 9, seed, at, random))
        else:
            yield Item(f"in-{n}", source, at, _report(n, 1, "new", seed, at))


def _later(n: int, seed: int, at: datetime, random: Random) -> bytes:
    return _report(n, 2, random.choice(["update", "correction", "kill"]), seed, at)


def _report(n: int, version: int, signal: str, seed: int, at: datetime) -> bytes:
    words = Random(f"{seed}/{n}")
    names = ["".join(words.choice(SYLLABLES) for _ in range(4)).capitalize() for _ in range(40)]
    story = {
        "id": f"item-{seed}-{n}",
        "version": version,
        "signal": signal,
        "priority": 1 + n % 3,
        "headline": f"{names[0]} {names[1].lower()} {names[2]} {names[3].lower()}",
        "body": " ".join(names[4:]) + f" Version {version}.",
        "published_at": at.isoformat(),
    }
    return json.dumps(story).encode()


OPENINGS = (
    "Artillery fire hit {place} on {day}, killing {n} people and wounding {m} others, the regional governor said.",
    "A passenger train left the rails near {place} on {day} and at least {n} people were taken to hospital, police said.",
    "Workers at the port of {place} voted on {day} to strike for {n} days over pay, their union said.",
    "Floods cut off {n} villages around {place} on {day} after the river rose to its highest level in {m} years.",
    "A court in {place} sentenced {n} former officials on {day} for taking bribes worth {m} million euros.",
    "{place} opened a new hospital with {m} beds on {day}, {n} months later than planned.",
    "The mayor of {place} resigned on {day} after {n} councillors withdrew their support.",
    "A helicopter made an emergency landing near {place} on {day}; its {n} passengers were unhurt, the operator said.",
)
SUBJECTS = (
    "The ministry",
    "A spokesman",
    "The union",
    "Local residents",
    "The company",
    "Two witnesses",
    "The opposition",
    "A senior officer",
    "The regulator",
    "Insurers",
    "The operator",
    "Rescue workers",
    "The city council",
    "A court clerk",
    "Analysts",
    "The airline",
    "Farmers in the valley",
    "The head of the clinic",
    "Teachers",
    "The port authority",
)
# Plain verbs: a wire report tells of about two events (1.9 in the development corpora), not of one in every sentence.
ACTIONS = (
    "looked again at",
    "described",
    "was shown",
    "waited for",
    "wrote about",
    "was sent",
    "counted",
    "remembered",
    "photographed",
    "kept a copy of",
    "spoke about",
    "measured",
    "carried",
    "filed",
    "printed",
    "mentioned",
    "walked past",
    "knew of",
    "listed",
    "read",
)
MATTERS = (
    "the findings",
    "a second estimate of the cost",
    "the new timetable",
    "repairs to the bridge",
    "the plan for the old harbour",
    "a list of names",
    "the safety report",
    "compensation for the families",
    "the tender for snow ploughs",
    "a ban on heavy lorries",
    "the budget of the district",
    "emergency supplies",
    "the lease of the stadium",
    "a change in the tariff",
    "the school's closure",
    "the inspection of the pipeline",
    "extra night shifts",
    "the sale of the vineyard",
    "a ferry link",
    "the archive of the theatre",
)
ENDINGS = (
    "after months of delay",
    "despite the rain",
    "in a letter seen by reporters",
    "at a meeting on the weekend",
    "for the third time",
    "before the holidays",
    "under pressure from neighbours",
    "with two votes against",
    "without giving a date",
    "as prices went up",
)
PLACES = (
    "Lyon",
    "Krakow",
    "Izmir",
    "Porto",
    "Tampere",
    "Sevilla",
    "Leeds",
    "Aarhus",
    "Brno",
    "Graz",
    "Varna",
    "Haifa",
    "Oran",
    "Accra",
    "Quito",
)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _sentence(random: Random) -> str:
    return f"{random.choice(SUBJECTS)} {random.choice(ACTIONS)} {random.choice(MATTERS)} {random.choice(ENDINGS)}."


def ordinary(count: int, seed: int) -> Iterator[Item]:
    """`count` reports of about 150 English words on ordinary news, some of them on the same events: what a wire carries all day."""
    random = Random(seed)
    for n in range(count):
        at = BASE + timedelta(seconds=n)
        facts = {"place": random.choice(PLACES), "day": random.choice(DAYS), "n": random.randint(2, 40), "m": random.randint(3, 90)}
        opening = random.choice(OPENINGS).format(**facts)
        body = " ".join([opening, *(_sentence(random) for _ in range(9))])
        story = {"id": f"ordinary-{n}", "headline": opening.split(",")[0], "body": body, "published_at": at.isoformat(), "priority": 3}
        yield Item(f"in-{n}", f"agency-{n % 7}", at, json.dumps(story).encode())

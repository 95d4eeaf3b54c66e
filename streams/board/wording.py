"""Values in an editor's words: numbers, times, places, classes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from streams.domain.event import Count, Place, Precision, Thing, When
from streams.domain.values import Quantity
from streams.matching.attributes import shown

_DAY = timedelta(days=1)


def moment(at: datetime) -> str:
    """ "27 Sep 2020 06:30", in UTC."""
    return f"{at.astimezone(UTC):%-d %b %Y %H:%M}"


def quantity(number: Quantity | Count) -> str:
    """ "2", "up to 2", "at least 24", "about 50", "3 to 5": as fused values have it."""
    return shown(Quantity(number.min, number.max, number.qualifier))


def interval(when: When) -> str:
    """ "27 Sep 2020", "27 Sep 2020 06:00 to 12:00", "27 to 29 Sep 2020", by how exact it is."""
    start, end = when.start.astimezone(UTC), when.end.astimezone(UTC)
    if when.precision in (Precision.YEAR, Precision.MONTH):
        return f"{start:%Y}" if when.precision is Precision.YEAR else f"{start:%b %Y}"
    if end - start >= _DAY and start.time() == end.time():
        last = end - _DAY
        return f"{start:%-d %b %Y}" if last <= start else f"{start:%-d %b %Y} to {last:%-d %b %Y}"
    return (
        moment(start)
        if end == start
        else f"{moment(start)} to {end:%H:%M}"
        if start.date() == end.date()
        else f"{moment(start)} to {moment(end)}"
    )


def whereabouts(place: Place) -> str:
    """How exact, in which state, who holds it: "city, AZE, held by XNK"."""
    held = f"held by {place.de_facto}" if place.de_facto and place.de_facto != place.country else ""
    at = f"{place.lat:.2f}, {place.lon:.2f}" if place.lat is not None and place.lon is not None else ""
    return "; ".join(part for part in (place.precision.value, place.country, held, at) if part)


def thing(found: Thing) -> str:
    """ "aircraft.rotary-wing.helicopter, up to 2, AZE"."""
    number = quantity(found.count) if found.count is not None else ""
    return ", ".join(part for part in (found.class_path or found.name, number) if part)


def readable(name: str) -> str:
    """A name of the ontology or of an enum, as words: "shot_down" -> "shot down"."""
    return name.replace("_", " ")


def fused(attribute: str, value: str) -> str:
    """A fused value as it is shown: times in words, classes and names as they are."""
    start, slash, end = value.partition("/")
    if attribute != "time" or not slash:
        return value
    try:
        when = When(datetime.fromisoformat(start), datetime.fromisoformat(end), Precision.UNKNOWN, datetime.fromisoformat(start))
    except ValueError:
        # No interval: then it says in its own words what it is.
        return value
    return interval(when)

"""Distance and containment of places: how far apart two mentions must be, given how exact each is."""

from __future__ import annotations

import math
from collections.abc import Iterable

from streams.domain.event import Place, Precision

EARTH_RADIUS_KM = 6371.0088
"""IUGG mean radius."""

RADIUS_KM = {
    Precision.EXACT: 5.0,
    Precision.CITY: 15.0,
    Precision.DISTRICT: 40.0,
    Precision.REGION: 200.0,
    Precision.COUNTRY: 800.0,
}
"""How far from its coordinates a place of each precision may reach."""

FINE = frozenset({Precision.EXACT, Precision.CITY, Precision.DISTRICT})


def distance_km(one: Place, other: Place) -> float | None:
    """Great-circle distance (haversine); None when either lacks coordinates."""
    if one.lat is None or one.lon is None or other.lat is None or other.lon is None:
        return None
    lat1, lat2 = math.radians(one.lat), math.radians(other.lat)
    half_lat, half_lon = (lat2 - lat1) / 2, math.radians(other.lon - one.lon) / 2
    h = math.sin(half_lat) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(h)))


def gap_km(one: Place, other: Place) -> float | None:
    """Distance beyond what the extent of a region or country allows; between two spots the distance itself. None without coordinates."""
    distance = distance_km(one, other)
    if distance is None:
        return None
    return max(0.0, distance - _radius(one) - _radius(other)) if wide(one) or wide(other) else distance


def wide(place: Place) -> bool:
    """Whether the place is a region, a country, or nobody knows how large."""
    return place.precision not in FINE


def same_place(one: Place, other: Place) -> bool:
    """By GeoNames id, else by name unless they lie apart."""
    if one.geonames_id is not None and other.geonames_id is not None:
        return one.geonames_id == other.geonames_id
    return one.name == other.name and (distance_km(one, other) or 0.0) <= _radius(one)


def _radius(place: Place) -> float:
    return RADIUS_KM.get(place.precision, RADIUS_KM[Precision.CITY])


def sides(place: Place) -> frozenset[str]:
    """The countries a place counts for: de jure and, where disputed, de facto too."""
    return frozenset({place.country, place.de_facto} - {""})


def share_country(one: Place, other: Place) -> bool | None:
    """Whether the places can be in one country; None when either's is not known."""
    left, right = sides(one), sides(other)
    return bool(left & right) if left and right else None


def fine(place: Place) -> bool:
    """Whether the place is a town or better."""
    return place.precision in FINE


SAME_SPOT_KM = 5.0


def one_name(places: Iterable[Place]) -> dict[str, str]:
    """For each name the one that stands for it: the shortest of the names that mean one place ("Stepanakert", "Stepanakert city")."""
    kept: list[Place] = []
    names: dict[str, str] = {}
    for place in sorted(places, key=lambda p: (len(p.name), p.name, p.lat is None, p.lat or 0.0, p.lon or 0.0)):
        known = next((other for other in kept if _means(place, other)), None)
        if known is None:
            kept.append(place)
        names.setdefault(place.name, (known or place).name)
    return names


def _means(one: Place, other: Place) -> bool:
    if one.name == other.name:
        return True
    contained = set(other.name.casefold().split()) <= set(one.name.casefold().split())
    distance = distance_km(one, other)
    return contained and one.country == other.country and (distance is None or distance <= SAME_SPOT_KM)

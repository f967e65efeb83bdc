"""Whether a provider's answer is believed: a wrong door is worse than none."""

import math
from collections.abc import Sequence

from scheduler.domain.coordinates import Datum, to_wgs84
from scheduler.domain.geocoding import Area, Geocoded, GeocodingOutcome, GeocodingRefusal, NotGeocoded
from scheduler.domain.location import Coordinates
from scheduler.travel.geocoding.providers import Candidate
from scheduler.travel.geocoding.question import is_in_another_district
from scheduler.travel.great_circle import meters_between

LEAST_CONFIDENCE = 0.7
_SAME_PLACE_METERS = 200.0
_NOWHERE_DEGREES = 0.01  # about a kilometer around the point where no visit is


def believed(candidates: Sequence[Candidate], question: str, *, area: Area, datum: Datum) -> GeocodingOutcome:
    """The first candidate, or why it is refused.

    Args:
        candidates: Best first.
        question: The address that was asked for.
        area: Nothing outside is believed.
        datum: What the candidates count from.
    """
    if not candidates:
        return NotGeocoded(code=GeocodingRefusal.NOT_FOUND)
    first, *others = candidates
    point = _point(first, datum)
    refusal = _refusal(first, point, question, area)
    if refusal is None and any(_rivals(other, first, point, datum) for other in others):
        refusal = GeocodingRefusal.LOW_CONFIDENCE
    if refusal is not None or point is None:
        return NotGeocoded(code=refusal or GeocodingRefusal.BAD_ANSWER)
    return Geocoded(coordinates=point, confidence=first.confidence, datum=datum)


def _refusal(candidate: Candidate, point: Coordinates | None, question: str, area: Area) -> GeocodingRefusal | None:
    if point is None:
        return GeocodingRefusal.BAD_ANSWER
    if max(abs(candidate.latitude_degrees), abs(candidate.longitude_degrees)) < _NOWHERE_DEGREES:
        return GeocodingRefusal.ZERO_ZERO
    if not area.holds(point):
        swapped = Coordinates(latitude_degrees=point.longitude_degrees, longitude_degrees=point.latitude_degrees)
        # Never put right: who swaps here may swap elsewhere, where nobody can tell.
        return GeocodingRefusal.BAD_ANSWER if area.holds(swapped) else GeocodingRefusal.OUTSIDE_DISTRICT
    if is_in_another_district(question, candidate.districts):
        return GeocodingRefusal.OUTSIDE_DISTRICT
    return None if candidate.confidence >= LEAST_CONFIDENCE else GeocodingRefusal.LOW_CONFIDENCE


def _rivals(other: Candidate, first: Candidate, point: Coordinates | None, datum: Datum) -> bool:
    """Whether another candidate, elsewhere, fits as well."""
    elsewhere = _point(other, datum)
    if other.confidence < first.confidence or elsewhere is None or point is None:
        return False
    return meters_between(point, elsewhere) > _SAME_PLACE_METERS


def _point(candidate: Candidate, datum: Datum) -> Coordinates | None:
    """In WGS-84; None unless both numbers can be degrees."""
    latitude, longitude = candidate.latitude_degrees, candidate.longitude_degrees
    if not (math.isfinite(candidate.confidence) and abs(latitude) <= 90 and abs(longitude) <= 180):
        return None
    return to_wgs84(Coordinates(latitude_degrees=latitude, longitude_degrees=longitude), datum)

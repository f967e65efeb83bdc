"""Whether a phone is near the place that it says it is at: compared once, and the position is not kept."""

from dataclasses import dataclass

from api.store.records import Nearness
from api.visiting.judging import AtTheDoor
from scheduler.domain.location import Coordinates
from scheduler.travel.great_circle import meters_between

WORST_ACCURACY_METERS = 1000
"""A phone that knows less of where it is cannot say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where a phone says that it is.

    Attributes:
        coordinates: In WGS-84, as browsers tell.
        accuracy_meters: How far off that may be.
    """

    coordinates: Coordinates
    accuracy_meters: float


def told_position(latitude: float, longitude: float, accuracy: float) -> Position:
    """What a phone told, in degrees and meters."""
    coordinates = Coordinates(latitude_degrees=latitude, longitude_degrees=longitude)
    return Position(coordinates=coordinates, accuracy_meters=accuracy)


def nearness(door: AtTheDoor, position: Position | None, near_meters: int) -> Nearness | None:
    """Whether a phone is at the place of a visit, in doubt yes; None where nobody can say.

    Args:
        door: Where it should be.
        position: Where it says that it is.
        near_meters: From the place; what the position may be off is added.
    """
    if position is None or position.accuracy_meters > WORST_ACCURACY_METERS:
        return None
    locations = door.stored.staffed.locations
    place = next((one.coordinates for one in locations if one.id == door.place.location_id), None)
    if place is None:
        return None
    distance = meters_between(place, position.coordinates)
    return Nearness(
        is_near=distance <= near_meters + position.accuracy_meters,
        accuracy_meters=round(position.accuracy_meters),
    )

"""Points of an import against what a geocoder says of their addresses: what is odd is let in with a warning."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from api.importing.fault_list import FaultList
from api.importing.records import PlaceRecord
from scheduler.domain.coordinates import Datum, to_wgs84
from scheduler.domain.geocoding import Geocoded, GeocodingOutcome
from scheduler.domain.location import Coordinates
from scheduler.travel.great_circle import meters_between

FARTHEST_METERS = 5_000.0
# Fewer points may lie apart from their addresses in one way by chance.
LEAST_PLACES = 20
_SHARE_THAT_FITS = 0.8
# Read in the other datum, a point has to come so many times closer to its address.
_TIMES_CLOSER = 3.0

type Asking = Callable[[Sequence[str]], Iterable[tuple[str, GeocodingOutcome]]]


def warn_of_addresses(places: Iterable[PlaceRecord], asking: Asking, faults: FaultList) -> None:
    """Ask for the addresses of places that come with a point, and warn of those that do not fit.

    Args:
        places: Of an import.
        asking: Gives what becomes of each address; the one way in which addresses leave.
        faults: Takes the warnings.
    """
    placed = [place for place in places if place.coordinates is not None and place.address]
    outcomes = dict(asking([place.address for place in placed]))
    found = [
        (place, place.coordinates, outcome.coordinates)
        for place in placed
        if place.coordinates is not None and isinstance(outcome := outcomes.get(place.address), Geocoded)
    ]
    for place, given, of_address in found:
        meters = meters_between(given, of_address)
        if meters > FARTHEST_METERS:
            kilometers = round(meters / 1000)
            faults.warn(place.position.where("address"), "coord_address_mismatch", kilometers=kilometers)
    shifts = {datum: sum(_fits(given, of_address, datum) for _, given, of_address in found) for datum in _DATUMS}
    datum, fitting = max(shifts.items(), key=lambda item: item[1])
    if len(found) >= LEAST_PLACES and fitting >= _SHARE_THAT_FITS * len(found):
        first = found[0][0]
        faults.warn(first.position.where("datum"), "coord_sys_suspect", datum=_DATUMS[datum], count=fitting)


_DATUMS: Mapping[Datum, str] = {Datum.GCJ02: "gcj02", Datum.BD09: "bd09"}


def _fits(given: Coordinates, of_address: Coordinates, datum: Datum) -> bool:
    """Whether the point comes much closer to its address when its numbers are taken for those of another datum."""
    return meters_between(to_wgs84(given, datum), of_address) * _TIMES_CLOSER < meters_between(given, of_address)

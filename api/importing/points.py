"""Coordinates of a row, in whatever datum it names, become WGS-84."""

from api.importing.cells import Cells
from scheduler.domain.coordinates import Datum, to_wgs84
from scheduler.domain.geocoding import Area
from scheduler.domain.location import Coordinates

_DATUMS = {
    name: datum
    for datum, names in {
        Datum.WGS84: ("wgs84", "wgs-84"),
        Datum.GCJ02: ("gcj02", "gcj-02"),
        Datum.BD09: ("bd09", "bd-09"),
    }.items()
    for name in names
}
_LEAST_DECIMALS = 3


def read_coordinates(cells: Cells, area: Area | None = None) -> Coordinates | None:
    """The point of a row in WGS-84; None when both cells are empty (not geocoded) or a fault was noted.

    Args:
        cells: The row.
        area: A point outside of it is a mistake; None when nobody said where visits are made.
    """
    datum = cells.choice("datum", _DATUMS)
    latitude, longitude = cells.degrees("latitude"), cells.degrees("longitude")
    _note_missing(cells)
    if latitude is None or longitude is None:
        return None
    point = Coordinates(latitude_degrees=latitude, longitude_degrees=longitude)
    sentence = _mistake(cells, point, datum)
    if sentence is not None:
        key = "longitude" if sentence == "coord_range" and abs(latitude) <= 90 else "latitude"
        cells.fault(key, sentence, datum=datum)
        return None
    if datum is None:
        return None
    found = to_wgs84(point, datum)
    if area is not None and not area.holds(found):
        cells.fault("latitude", "coord_outside_area")
        return None
    return found


def _note_missing(cells: Cells) -> None:
    given = {key for key in ("latitude", "longitude") if cells.value(key)}
    if not given:
        return
    for key in ("latitude", "longitude"):
        if cells.has(key) and key not in given:
            cells.fault(key, "coord_incomplete")
    if cells.has("datum") and not cells.value("datum"):
        cells.fault("datum", "coord_sys_missing")


def _mistake(cells: Cells, point: Coordinates, datum: Datum | None) -> str | None:
    """The sentence about a point that cannot be one; None for one that can."""
    latitude, longitude = point.latitude_degrees, point.longitude_degrees
    swapped = Coordinates(latitude_degrees=longitude, longitude_degrees=latitude)
    if not _is_near_china(point) and _is_near_china(swapped):
        return "coord_swapped"
    if abs(latitude) > 90 or abs(longitude) > 180:
        return "coord_range"
    if latitude == longitude == 0:
        return "coord_null_island"
    if datum in (Datum.GCJ02, Datum.BD09) and not _is_near_china(point):
        return "coord_outside_china"
    decimals = (len(cells.value(key).partition(".")[2]) for key in ("latitude", "longitude"))
    return "coord_precision" if all(count < _LEAST_DECIMALS for count in decimals) else None


def _is_near_china(point: Coordinates) -> bool:
    """The customary rectangle; good enough to notice a mistake, never used to choose a datum."""
    return 0.8293 <= point.latitude_degrees <= 55.8271 and 72.004 <= point.longitude_degrees <= 137.8347

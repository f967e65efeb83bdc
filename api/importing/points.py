"""Coordinates of a row, in whatever datum it names, become WGS-84."""

from api.importing.cells import Cells
from scheduler.domain.coordinates import Datum, to_wgs84
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


def read_coordinates(cells: Cells) -> Coordinates | None:
    """The point of a row in WGS-84; None when both cells are empty (not geocoded) or a fault was noted."""
    datum = cells.choice("datum", _DATUMS)
    latitude, longitude = cells.degrees("latitude"), cells.degrees("longitude")
    if cells.value("latitude") or cells.value("longitude"):
        for key in ("latitude", "longitude"):
            cells.required(key)
        _note_missing_datum(cells)
    if latitude is None or longitude is None:
        return None
    point = Coordinates(latitude_degrees=latitude, longitude_degrees=longitude)
    if not _is_on_earth(cells, point, datum) or datum is None:
        return None
    return to_wgs84(point, datum)


def _note_missing_datum(cells: Cells) -> None:
    if cells.has("datum") and not cells.value("datum"):
        hint = "Write wgs84, gcj02 (Amap, Tencent) or bd09 (Baidu); a wrong one is up to a kilometer off."
        cells.fault("datum", "missing_datum", "Coordinates stand here without their datum.", hint)


def _is_on_earth(cells: Cells, point: Coordinates, datum: Datum | None) -> bool:
    latitude, longitude = point.latitude_degrees, point.longitude_degrees
    swapped = Coordinates(latitude_degrees=longitude, longitude_degrees=latitude)
    if not _is_near_china(point) and _is_near_china(swapped):
        message = "Latitude and longitude seem to have changed places."
        cells.fault("latitude", "coordinates_swapped", message, "Latitude in China is 3 to 54, longitude 73 to 136.")
        return False
    if abs(latitude) > 90 or abs(longitude) > 180:
        key = "latitude" if abs(latitude) > 90 else "longitude"
        message = "A latitude is from -90 to 90, a longitude from -180 to 180."
        cells.fault(key, "coordinates_out_of_range", message, "Write decimal degrees, not meters.")
        return False
    if latitude == longitude == 0 or (datum in (Datum.GCJ02, Datum.BD09) and not _is_near_china(point)):
        message = "No address lies there." if latitude == longitude == 0 else f"The datum {datum} is of China alone."
        hint = "Leave both cells empty when the address is not geocoded."
        cells.fault("latitude", "coordinates_out_of_range", message, hint)
        return False
    return True


def _is_near_china(point: Coordinates) -> bool:
    """The customary rectangle; good enough to notice a mistake, never used to choose a datum."""
    return 0.8293 <= point.latitude_degrees <= 55.8271 and 72.004 <= point.longitude_degrees <= 137.8347

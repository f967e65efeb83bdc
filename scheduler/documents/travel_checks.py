"""Where things are and how long travel takes: coordinates and matrices of a Problem document."""

import math
from collections.abc import Set

from scheduler.documents.faults import FaultList, pointer, shown, type_name
from scheduler.documents.raw import Row, section
from scheduler.documents.wire_types import MAX_SECONDS
from scheduler.domain.travel import Profile

MAX_LATITUDE, MAX_LONGITUDE = 90, 180


def check_travel(document: Row, faults: FaultList) -> None:
    """Note coordinates that cannot be, and matrices that do not fit the locations."""
    for at, location in section(document, "locations"):
        _check_coordinates(location, at, faults)
    travel, locations = document.get("travel"), document.get("locations")
    if not isinstance(travel, dict) or travel.get("source") != "matrix":
        return
    size = len(locations) if isinstance(locations, list) else None
    given = travel.get("profiles", {})
    tables = given.items() if isinstance(given, dict) else ()
    for at, table in (("/travel", travel), *((pointer("/travel/profiles", name), table) for name, table in tables)):
        for key in ("duration_seconds", "distance_meters"):
            if isinstance(table, dict) and key in table:
                _MatrixCheck(pointer(at, key), faults).check(table[key], size)
    _check_profiles(document, {Profile.CAR, *(name for name, _ in tables)}, faults)


def _check_profiles(document: Row, given: Set[str], faults: FaultList) -> None:
    """Note the shifts and duties that travel by a profile without a matrix."""
    for at, period in (*section(document, "shifts"), *section(document, "duties")):
        profile = period.get("travel_profile", Profile.CAR)
        if isinstance(profile, str) and profile in set(Profile) - given:
            message = f"there is no matrix for the travel profile {shown(profile)}"
            hint = f"Give its times in /travel/profiles/{profile}."
            faults.add(pointer(at, "travel_profile"), "unknown_profile", message, hint)


def _check_coordinates(location: Row, at: str, faults: FaultList) -> None:
    if "latitude" not in location or "longitude" not in location:
        return
    latitude, longitude = location["latitude"], location["longitude"]
    if (latitude is None) != (longitude is None):
        missing = "latitude" if latitude is None else "longitude"
        message = f"{missing} is null, but the other degree is given"
        faults.add(pointer(at, missing), "coord_incomplete", message, "Give both, or null for both.")
    if _is_number(latitude) and _is_number(longitude) and _looks_swapped(latitude, longitude):
        message = f"latitude {shown(latitude)} and longitude {shown(longitude)} look exchanged"
        faults.add(at, "coord_swapped", message, "Exchange them; both are degrees in WGS-84.")
        return
    _check_range(latitude, MAX_LATITUDE, pointer(at, "latitude"), faults)
    _check_range(longitude, MAX_LONGITUDE, pointer(at, "longitude"), faults)


def _looks_swapped(latitude: object, longitude: object) -> bool:
    return MAX_LATITUDE < _size(latitude) <= MAX_LONGITUDE and _size(longitude) <= MAX_LATITUDE


def _check_range(degrees: object, limit: int, at: str, faults: FaultList) -> None:
    if _is_number(degrees) and _size(degrees) > limit:
        message = f"{shown(degrees)} is not between -{limit} and {limit} degrees"
        faults.add(at, "coord_range", message, "Give degrees in WGS-84, not projected meters.")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _size(value: object) -> float:
    return abs(value) if isinstance(value, int | float) else 0.0


class _MatrixCheck:
    """One pass over a matrix; entries are looked at one by one only in a row that is not fine as a whole."""

    def __init__(self, at: str, faults: FaultList) -> None:
        self._at = at
        self._faults = faults

    def check(self, matrix: object, size: int | None) -> None:
        """Note what is wrong; `size` is the number of locations, None when that is not known."""
        if not isinstance(matrix, list):
            self._faults.add(self._at, "wrong_type", f"expected a list of rows, found {type_name(matrix)}")
            return
        width = len(matrix) if size is None else size
        if len(matrix) != width:
            message = f"the matrix has {len(matrix):,} rows for {width:,} locations"
            self._faults.add(self._at, "matrix_shape", message, "Give one row for each location, in their order.")
        for place, row in enumerate(matrix):
            self._check_row(row, width, pointer(self._at, place))
            if self._faults.overflowed:
                return

    def _check_row(self, row: object, width: int, at: str) -> None:
        if not isinstance(row, list):
            self._faults.add(at, "wrong_type", f"expected a list, found {type_name(row)}")
            return
        if len(row) != width:
            message = f"the row has {len(row):,} entries for {width:,} locations"
            self._faults.add(at, "matrix_shape", message, "Give one entry for each location, in their order.")
        if _is_fine(row):
            return
        for place, entry in enumerate(row):
            self._check_entry(entry, pointer(at, place))
            if self._faults.overflowed:
                return

    def _check_entry(self, entry: object, at: str) -> None:
        if entry is None:
            return
        if type(entry) is not int:
            message = f"expected an integer or null, found {type_name(entry)}"
            self._faults.add(at, "type_number", message, "Write whole seconds or meters, and null for no way.")
        elif entry < 0:
            self._faults.add(at, "number_range", f"{shown(entry)} is negative", "Write null for no way.")
        elif entry > MAX_SECONDS:
            message = f"{shown(entry)} is more than {MAX_SECONDS:,}"
            self._faults.add(at, "number_range", message, "Write null for no way.")


def _is_fine(row: list[object]) -> bool:
    if not set(map(type, row)) <= {int, type(None)}:
        return False
    numbers = [entry for entry in row if isinstance(entry, int)]
    return not numbers or (min(numbers) >= 0 and max(numbers) <= MAX_SECONDS)

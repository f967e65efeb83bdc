"""Cases one by one: what is typed or sent is judged as a table would be."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from api import current
from api.access import Role
from api.desk.one_row import judged_row
from api.importing.documents import case_records
from api.importing.records import PlaceRecord, Records, degrees_text
from api.store import Unit
from api.store.imports import ImportMode
from scheduler.domain.case import Block

WRITERS = (Role.DISPATCHER, Role.PLANNER, Role.ADMINISTRATOR)
LIFTERS = (Role.DISPATCHER, Role.COMPLIANCE, Role.ADMINISTRATOR)
type Cells = Mapping[str, str]


def case_of(unit: Unit, case: Cells, places: Sequence[Cells] | None, mode: ImportMode) -> Records:
    """An import of one case.

    Args:
        unit: Of one branch.
        case: A row of the table cases; a column that it lacks stays as it is.
        places: Rows of the table places; None for places that stay as they are.
        mode: Whether the case is new.

    Raises:
        InvalidInput: With every mistake, as JSON pointers.
    """
    area = current.settings().geocoder_area
    return judged_row(unit, mode, lambda kept, faults: case_records(case, places, kept=kept, area=area, faults=faults))


def block_of(unit: Unit, case_code: str, words: str) -> Block:
    """The circumstance of a cell such as `disputed` or `in_hospital:2026-12-31`.

    Raises:
        InvalidInput: No rule knows it, or the day is none.
    """
    (case,) = case_of(unit, {"case_id": case_code, "blocks": words}, None, ImportMode.UPDATE).cases
    return (case.blocks or ())[0]


def place_of(unit: Unit, case_code: str, place: Cells, known: PlaceRecord | None = None) -> PlaceRecord:
    """A place of a case.

    Args:
        unit: Of one branch.
        case_code: The lender's number.
        place: A row of the table places; without an address, the place stays where it is.
        known: What is kept of the place; None for a new one.

    Raises:
        InvalidInput: With every mistake.
    """
    cells = dict(place) if known is None or place.get("address") else {**place, **_where(known)}
    row = {"case_id": case_code, **cells}
    (found,) = case_of(unit, {"case_id": case_code}, [row], ImportMode.UPDATE).places
    return found if known is None else replace(found, place_id=known.place_id)


def _where(known: PlaceRecord) -> dict[str, str]:
    point = known.coordinates
    return {
        "address": known.address,
        "latitude": "" if point is None else degrees_text(point.latitude_degrees),
        "longitude": "" if point is None else degrees_text(point.longitude_degrees),
        "datum": "" if point is None else "wgs84",
    }

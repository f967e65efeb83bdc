"""The progress of a day in a Problem document: each crew once, each visit behind one crew, stops in their order."""

from scheduler.documents.faults import FaultList, pointer, shown
from scheduler.documents.plan_wire import MAX_STOPS
from scheduler.documents.raw import Row, id_of, rows, section
from scheduler.domain.plan import StopType


def check_progress(document: Row, faults: FaultList) -> None:
    """Note crews and visits that are not there or stand twice, and stops that no route begins with."""
    known = {key: {id_of(row) for _, row in section(document, key)} for key in ("shifts", "visits", "locations")}
    places = {
        (id_of(visit), id_of(place)): id_of(place, "location_id")
        for at, visit in section(document, "visits")
        for _, place in rows(visit, "places", at)
    }
    seen: dict[str, set[str | None]] = {"shifts": set(), "visits": set()}
    for at, crew in section(document, "progress"):
        if "duties" not in document:  # else planning forms shifts that this document does not have yet
            _check_id(crew, "shift_id", "shifts", at, known, faults)
        _check_once(crew, "shift_id", at, seen["shifts"], faults)
        for number, (where, stop) in enumerate(rows(crew, "stops", at, MAX_STOPS)):
            _check_type(stop, where, faults, is_first=number == 0)
            _check_id(stop, "location_id", "locations", where, known, faults)
            if stop.get("type") != StopType.VISIT:
                continue
            _check_id(stop, "visit_id", "visits", where, known, faults)
            _check_once(stop, "visit_id", where, seen["visits"], faults)
            place = (id_of(stop, "visit_id"), id_of(stop, "place_id"))
            if place[0] in known["visits"] and place not in places:
                hint = "Name the place where the visit was, and keep it in 'places'."
                faults.add(pointer(where, "place_id"), "ref_unknown", "this is no place of the visit", hint)


def _check_type(stop: Row, where: str, faults: FaultList, *, is_first: bool) -> None:
    kind = stop.get("type")
    if (kind == StopType.START) != is_first or kind == StopType.END:
        message = f"{shown(str(kind))} cannot stand here"
        faults.add(pointer(where, "type"), "stop_misplaced", message, "Begin with the start, and leave the end out.")


def _check_id(
    row: Row, key: str, section_name: str, at: str, known: dict[str, set[str | None]], faults: FaultList
) -> None:
    name = id_of(row, key)
    if name is not None and name not in known[section_name]:
        hint = f"Add it to '{section_name}', or correct the id."
        faults.add(pointer(at, key), "ref_unknown", f"{shown(name)} is not in '{section_name}'", hint)


def _check_once(row: Row, key: str, at: str, seen: set[str | None], faults: FaultList) -> None:
    name = id_of(row, key)
    if name is not None and name in seen:
        faults.add(pointer(at, key), "id_duplicate", f"{shown(name)} stands here already", "Name each once.")
    seen.add(name)

"""Ids of a Problem document: each given once, and each reference to something that is there."""

from collections.abc import Iterable, Iterator

from scheduler.documents.faults import FaultList, pointer, shown
from scheduler.documents.plan_wire import MAX_STOPS, PLAN_LIMITS
from scheduler.documents.problem_wire import HISTORY_LIMITS
from scheduler.documents.raw import Row, id_of, ids, rows, section
from scheduler.documents.wire_types import MAX_NESTED, is_id
from scheduler.domain.plan import StopType

_CREW_WISHES = ("required_collectors", "preferred_collectors", "prohibited_collectors")


def check_references(document: Row, faults: FaultList) -> None:
    """Note duplicate and unknown ids, and a document without anybody's working periods."""
    if "shifts" not in document and "duties" not in document:
        faults.add("/shifts", "no_shifts", "the document has neither shifts nor duties", "Add 'shifts', if only [].")
    known = {key: _KnownIds(document, key) for key in ("locations", "collectors", "shifts", "visits")}
    for key in known:
        _check_unique(((pointer(at, "id"), id_of(row)) for at, row in section(document, key)), faults)
    for at, shift in section(document, "shifts"):
        _check_shift(shift, at, known, faults)
    for at, duty in section(document, "duties"):
        known["collectors"].check(pointer(at, "collector_id"), id_of(duty, "collector_id"), faults)
        _check_locations(duty, at, known, faults)
    for at, collector in section(document, "collectors"):
        for where, name in ids(collector, "prohibited_partners", at):
            known["collectors"].check(where, name, faults)
    _check_standing_crews(document, known, faults)
    for at, visit in section(document, "visits"):
        _check_visit(visit, at, known, faults)
    _check_history(document.get("history"), known, faults)
    _check_unique(_published_visits(document.get("published_plan")), faults)
    places = (found for at, visit in section(document, "visits") for found in rows(visit, "places", at))
    _check_unique(((pointer(at, "id"), id_of(place)) for at, place in places), faults)
    _check_unique(ids(document, "rule_packs", ""), faults)


def _check_history(history: object, known: dict[str, "_KnownIds"], faults: FaultList) -> None:
    """Who worked is a collector here, and who was visited a visit; who visited last may have left."""
    for key, owners in (("working_seconds", known["collectors"]), ("last_collectors", known["visits"])):
        entries = history.get(key) if isinstance(history, dict) else None
        for name in entries if isinstance(entries, dict) and len(entries) <= HISTORY_LIMITS[key] else ():
            if is_id(name):
                owners.check(pointer("/history", key, name), name, faults)


def _published_visits(plan: object) -> Iterator[tuple[str, str | None]]:
    """The visits of a published plan, which knows one time and one crew for each."""
    routes = rows(plan, "routes", "/published_plan", PLAN_LIMITS["routes"]) if isinstance(plan, dict) else ()
    for at, route in routes:
        for where, stop in rows(route, "stops", at, MAX_STOPS):
            if stop.get("type") == StopType.VISIT:
                yield pointer(where, "visit_id"), id_of(stop, "visit_id")


class _KnownIds:
    """The ids of one section; a section that is missing or no list makes no reference to it unknown."""

    def __init__(self, document: Row, key: str) -> None:
        self._section = key
        self._is_readable = isinstance(document.get(key), list)
        self._ids = {id_of(row) for _, row in section(document, key)}

    def check(self, at: str, name: str | None, faults: FaultList) -> None:
        if self._is_readable and name is not None and name not in self._ids:
            hint = f"Add it to '{self._section}', or correct the id."
            faults.add(at, "ref_unknown", f"{shown(name)} is not in '{self._section}'", hint)


def _check_unique(named: Iterable[tuple[str, str | None]], faults: FaultList) -> None:
    first_places: dict[str, str] = {}
    for at, name in named:
        if name is None:
            continue
        first = first_places.setdefault(name, at)
        if first != at:
            faults.add(at, "id_duplicate", f"{shown(name)} stands at {first} already", "Give each its own id.")


def _check_shift(shift: Row, at: str, known: dict[str, _KnownIds], faults: FaultList) -> None:
    for where, name in ids(shift, "collector_ids", at):
        known["collectors"].check(where, name, faults)
    _check_unique(ids(shift, "collector_ids", at), faults)
    _check_locations(shift, at, known, faults)


def _check_locations(period: Row, at: str, known: dict[str, _KnownIds], faults: FaultList) -> None:
    for key in ("start_location_id", "end_location_id"):
        known["locations"].check(pointer(at, key), id_of(period, key), faults)


def _check_standing_crews(document: Row, known: dict[str, _KnownIds], faults: FaultList) -> None:
    """People who go together: each in one such crew, and nobody with whom another must not go."""
    crews = document.get("standing_crews")
    members = [
        list(ids({"crew": crew}, "crew", "")) for crew in (crews[:MAX_NESTED] if isinstance(crews, list) else ())
    ]
    partners = {
        id_of(row): {name for _, name in ids(row, "prohibited_partners", "")}
        for _, row in section(document, "collectors")
    }
    named: list[tuple[str, str | None]] = []
    for number, crew in enumerate(members):
        for place, name in crew:
            at = pointer("/standing_crews", number) + place.removeprefix("/crew")
            named.append((at, name))
            known["collectors"].check(at, name, faults)
            barred = sorted(partners.get(name, set()) & {other for _, other in crew})
            if barred:
                message = f"{shown(name)} must not go with {shown(barred[0])}"
                faults.add(at, "contradiction", message, "Take one of them out of the standing crew.")
    _check_unique(named, faults)


def _check_visit(visit: Row, at: str, known: dict[str, _KnownIds], faults: FaultList) -> None:
    for where, place in rows(visit, "places", at):
        known["locations"].check(pointer(where, "location_id"), id_of(place, "location_id"), faults)
    for key in _CREW_WISHES:
        for where, name in ids(visit, key, at):
            known["collectors"].check(where, name, faults)
    pinned = visit.get("pinned")
    if isinstance(pinned, dict):
        at_pin = pointer(at, "pinned")
        known["shifts"].check(pointer(at_pin, "shift_id"), id_of(pinned, "shift_id"), faults)
        _KnownIds(visit, "places").check(pointer(at_pin, "place_id"), id_of(pinned, "place_id"), faults)

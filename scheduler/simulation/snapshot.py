"""The data that scenarios start from: a problem without anything that says who or where.

Ids are replaced, the ways between locations stand in a matrix in the place of their coordinates, and what is left of a
place on the map is its district. Plans of it therefore fit no real problem, and neither a stolen task of a simulation
nor its results lead back to a person without the problem itself.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from hashlib import blake2b

from scheduler.documents import problem_sha256
from scheduler.domain.case import Case, Contact, Notice
from scheduler.domain.collector import Collector, Shift
from scheduler.domain.location import Location
from scheduler.domain.problem import History, MatrixTravel, Problem
from scheduler.domain.travel import UNREACHABLE, TravelMatrix
from scheduler.domain.visit import Pin, Visit
from scheduler.planning import staffed
from scheduler.travel import RoadNetworks, travel_matrix

_BANDS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What all scenarios of an experiment start from.

    Attributes:
        problem: With ids that say nothing, a matrix for its ways, and shifts in the place of duties.
        districts: Location id -> district: `A1` in the north-west to `C3` in the south-east.
    """

    problem: Problem
    districts: Mapping[str, str]


def snapshot_of(problem: Problem, networks: RoadNetworks | None = None) -> Snapshot:
    """Take the persons and the map out of a problem.

    Args:
        problem: The real one.
        networks: Where road networks are; None has none.

    Raises:
        InvalidInput: Unknown rule pack, or a missing matrix.
        MissingResource: A road network that is not here or cannot be used.
    """
    names = _Names(problem_sha256(problem))
    formed = staffed(problem)
    matrix = travel_matrix(formed, networks)
    renamed = replace(
        formed,
        travel=_given_matrix(matrix),
        locations=tuple(
            Location(id=names.of("l", one.id), coordinates=None, time_zone=one.time_zone) for one in formed.locations
        ),
        collectors=tuple(_collector(one, names) for one in formed.collectors),
        shifts=tuple(_shift(one, names) for one in formed.shifts),
        visits=tuple(_visit(one, names) for one in formed.visits),
        standing_crews=(),
        history=None if formed.history is None else _history(formed.history, names),
        published_plan=None,
        document_sha256=None,
    )
    districts = {names.of("l", name): district for name, district in _districts(formed.locations).items()}
    return Snapshot(problem=renamed, districts=districts)


class _Names:
    """New names for ids: the same id gets the same one, so that a second run has the same luck."""

    def __init__(self, salt: str) -> None:
        self._salt = bytes.fromhex(salt)

    def of(self, kind: str, name: str) -> str:
        return kind + blake2b(f"{kind}|{name}".encode(), digest_size=8, key=self._salt).hexdigest()

    def maybe(self, kind: str, name: str | None) -> str | None:
        return None if name is None else self.of(kind, name)

    def all(self, kind: str, names: Iterable[str]) -> frozenset[str]:
        return frozenset(self.of(kind, name) for name in names)


def _collector(collector: Collector, names: _Names) -> Collector:
    partners = names.all("c", collector.prohibited_partners)
    return replace(collector, id=names.of("c", collector.id), prohibited_partners=partners)


def _shift(shift: Shift, names: _Names) -> Shift:
    return replace(
        shift,
        id=names.of("s", shift.id),
        collector_ids=tuple(names.of("c", one) for one in shift.collector_ids),
        start_location_id=names.of("l", shift.start_location_id),
        end_location_id=names.of("l", shift.end_location_id),
    )


def _visit(visit: Visit, names: _Names) -> Visit:
    places = tuple(
        replace(place, id=names.of("p", place.id), location_id=names.of("l", place.location_id))
        for place in visit.places
    )
    return replace(
        visit,
        id=names.of("v", visit.id),
        places=places,
        required_collectors=names.all("c", visit.required_collectors),
        preferred_collectors=names.all("c", visit.preferred_collectors),
        prohibited_collectors=names.all("c", visit.prohibited_collectors),
        pinned=None if visit.pinned is None else _pin(visit.pinned, names),
        case=None if visit.case is None else _case(visit.case, names),
    )


def _pin(pin: Pin, names: _Names) -> Pin:
    return replace(pin, shift_id=names.of("s", pin.shift_id), place_id=names.maybe("p", pin.place_id))


def _case(case: Case, names: _Names) -> Case:
    return replace(
        case,
        debt=names.maybe("d", case.debt),
        person=names.maybe("b", case.person),
        contacts=None if case.contacts is None else tuple(_contact(one, names) for one in case.contacts),
        notices=None if case.notices is None else tuple(_notice(one, names) for one in case.notices),
    )


def _contact(contact: Contact, names: _Names) -> Contact:
    return replace(
        contact,
        debt=names.maybe("d", contact.debt),
        person=names.maybe("b", contact.person),
        place_id=names.maybe("p", contact.place_id),
        record=names.maybe("r", contact.record),
        corrects=names.maybe("r", contact.corrects),
    )


def _notice(notice: Notice, names: _Names) -> Notice:
    return replace(notice, collector_ids=names.all("c", notice.collector_ids))


def _history(history: History, names: _Names) -> History:
    return History(
        working={names.of("c", one): worked for one, worked in history.working.items()},
        last_collectors={
            names.of("v", visit_id): names.all("c", people) for visit_id, people in history.last_collectors.items()
        },
    )


def _given_matrix(matrix: TravelMatrix) -> MatrixTravel:
    size = len(matrix.location_ids)
    lengths = matrix.distance_meters
    return MatrixTravel(
        duration_seconds=_rows(matrix.duration_seconds, size),
        distance_meters=None if lengths is None else _rows(lengths, size),
        profiles={profile: _given_matrix(other) for profile, other in matrix.others.items()},
    )


def _rows(entries: Iterable[int], size: int) -> tuple[tuple[int | None, ...], ...]:
    known = [None if entry == UNREACHABLE else entry for entry in entries]
    return tuple(tuple(known[row * size : (row + 1) * size]) for row in range(size))


def _districts(locations: Iterable[Location]) -> dict[str, str]:
    """Three bands from north to south by three from west to east, with equally many locations in each band."""
    placed = [(one.id, one.coordinates) for one in locations if one.coordinates is not None]
    norths = sorted(point.latitude_degrees for _, point in placed)
    easts = sorted(point.longitude_degrees for _, point in placed)
    return {
        name: f"{'CBA'[_band(norths, point.latitude_degrees)]}{_band(easts, point.longitude_degrees) + 1}"
        for name, point in placed
    }


def _band(ordered: list[float], value: float) -> int:
    return min(_BANDS - 1, _BANDS * ordered.index(value) // len(ordered))

"""A large day: as many crews as wanted, each with as many visits, whose cases are those of the fictional city."""

from dataclasses import dataclass, replace
from datetime import timedelta

from api.cli.demo import AS_OF, DAY, RULE_PACKS
from api.fixture_city import city_tables
from api.importing import import_files
from scheduler.domain.collector import Collector, Shift
from scheduler.domain.location import Coordinates, Location
from scheduler.domain.plan import Plan
from scheduler.domain.problem import Problem
from scheduler.domain.visit import PlaceKind, Visit
from scheduler.eligibility import decide
from scheduler.planning import plan_by_hand
from scheduler.rules.load import load_rule_set

_SERVICE = timedelta(minutes=15)
_MOST_OF_A_DAY = timedelta(hours=9)
_STREET_DEGREES = 0.003
_HOUSE_DEGREES = 0.0012


@dataclass(frozen=True, slots=True, kw_only=True)
class LargeDay:
    """A problem with a lawful plan of it."""

    problem: Problem
    plan: Plan


def a_large_day(crews: int, stops: int) -> LargeDay:
    """Each crew visits the houses of a street of its own; every visit has the facts of a case that may be visited."""
    city = import_files(city_tables(), DAY, rule_packs=RULE_PACKS, as_of=AS_OF).problem
    cases = _visitable(city)
    locations: list[Location] = []
    collectors: list[Collector] = []
    shifts: list[Shift] = []
    visits: list[Visit] = []
    orders: dict[str, list[tuple[str, str]]] = {}
    for crew in range(crews):
        office = _point(f"office-{crew}", crew, 0)
        people = _people(city, crew)
        shift = replace(
            city.shifts[0],
            id=f"crew-{crew + 1:02}",
            collector_ids=tuple(one.id for one in people),
            start_location_id=office.id,
            end_location_id=office.id,
            max_visits=None,
        )
        houses = [_point(f"house-{crew}-{stop}", crew, stop + 1) for stop in range(stops)]
        street = [_visit(cases[(crew * stops + stop) % len(cases)], house) for stop, house in enumerate(houses)]
        locations += [office, *houses]
        collectors += people
        shifts.append(shift)
        visits += street
        orders[shift.id] = [(visit.id, visit.places[0].id) for visit in street]
    problem = replace(
        city,
        locations=tuple(locations),
        collectors=tuple(collectors),
        shifts=tuple(shifts),
        visits=tuple(visits),
        document_sha256=None,
    )
    return LargeDay(problem=problem, plan=plan_by_hand(problem, orders))


def _visitable(city: Problem) -> list[Visit]:
    """Visits at home, at any lawful hour, by any two people."""
    decisions = decide(city, load_rule_set(city.rule_packs))
    found = []
    for visit in city.visits:
        place = visit.places[0]
        decision = decisions[visit.id][place.id]
        hours = sum((window.duration for window in decision.windows or ()), timedelta())
        is_open = place.kind is PlaceKind.HOME and place.time_windows[0].duration > _MOST_OF_A_DAY
        if decision.allowed and decision.collector_ids is None and is_open and hours > _MOST_OF_A_DAY:
            found.append(visit)
    return found


def _visit(case: Visit, house: Location) -> Visit:
    return replace(
        case,
        id=house.id,
        service_duration=_SERVICE,
        places=(replace(case.places[0], id=house.id, location_id=house.id),),
        required_skills=frozenset(),
        required_collectors=frozenset(),
        preferred_collectors=frozenset(),
        prohibited_collectors=frozenset(),
        crew_size=2,
        pinned=None,
    )


def _people(city: Problem, crew: int) -> list[Collector]:
    wanted = set(city.shifts[0].collector_ids)
    known = [one for one in city.collectors if one.id in wanted]
    return [replace(one, id=f"person-{crew}-{number}", max_visits=None) for number, one in enumerate(known)]


def _point(name: str, street: int, house: int) -> Location:
    point = Coordinates(
        latitude_degrees=31.2 + street * _STREET_DEGREES, longitude_degrees=112.8 + house * _HOUSE_DEGREES
    )
    return Location(id=name, coordinates=point)

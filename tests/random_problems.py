"""Random small problems that use every constraint of the Problem document."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from scheduler.domain.collector import Break, Collector, Shift
from scheduler.domain.expected_contacts import HOURS, WEEKDAYS, ExpectedContacts, WeekOfHours
from scheduler.domain.plan import Cost, Engine, Plan, PlanStatus, Route, Stop, StopType
from scheduler.domain.problem import History, MatrixTravel, Objective, Problem
from scheduler.domain.time_window import TimeWindow
from scheduler.domain.travel import Profile
from scheduler.domain.visit import Pin, Place, PlaceKind, Visit
from tests.builders import (
    LOCATIONS,
    MINUTE,
    a_break,
    a_collector,
    a_place,
    a_problem,
    a_shift,
    a_visit,
    at,
    line_travel_with_walkers,
    time,
    window,
)

SKILLS = ("dialect", "elder", "secured")


def a_random_problem(random: Random, *, visits: int, shifts: int, rule_packs: tuple[str, ...] = ()) -> Problem:
    """Visits that compete for too little time, with alternatives, several windows, skills, pins and limits."""
    crews = [_shift(random, number) for number in range(shifts)]
    ids = sorted({collector_id for shift in crews for collector_id in shift.collector_ids})
    people = [_collector(random, collector_id) for collector_id in ids]
    return a_problem(
        [_visit(random, number, crews) for number in range(visits)],
        crews,
        people,
        rule_packs=rule_packs,
        objective=Objective(non_preferred_collector=timedelta(minutes=random.choice((0, 5)))),
    )


def a_random_timed_problem(random: Random, *, visits: int, shifts: int, rule_packs: tuple[str, ...] = ()) -> Problem:
    """A random problem whose times cost: any of the optional terms, hour factors, history and a published plan."""
    problem = a_random_problem(random, visits=visits, shifts=shifts, rule_packs=rule_packs)
    weights = (0.0, 0.0, 0.25, 1.0, 3.3337)
    return replace(
        problem,
        objective=replace(
            problem.objective,
            lawful_margin=random.choice((0, 5, 20)) * MINUTE,
            overtime_weight=random.choice(weights),
            max_overtime=random.choice((0, 0, 10, 45, 400)) * MINUTE,
            waiting_weight=random.choice(weights),
            unfairness_weight=random.choice(weights),
            change_of_collector=random.choice((0, 4)) * MINUTE,
            change_of_plan=random.choice((0, 6)) * MINUTE,
            expected_contacts=_expected_contacts(random),
        ),
        history=_history(random, problem) if random.random() < 0.6 else None,
        published_plan=_published_plan(random, problem) if random.random() < 0.6 else None,
        hour_factors=_hour_factors(random),
    )


def with_mixed_profiles(problem: Problem, random: Random, chosen: Sequence[Profile] = tuple(Profile)) -> Problem:
    """Shifts that drive, cycle and walk; bicycles take ways of their own, and cannot go everywhere."""
    travel, count = line_travel_with_walkers(), LOCATIONS
    cycled = tuple(
        tuple(0 if i == j else random.choice((None, *[random.randrange(3600)] * 9)) for j in range(count))
        for i in range(count)
    )
    profiles: dict[Profile, MatrixTravel] = {Profile.BICYCLE: MatrixTravel(duration_seconds=cycled), **travel.profiles}
    return replace(
        problem,
        travel=replace(travel, profiles=profiles),
        shifts=tuple(replace(shift, travel_profile=random.choice(chosen)) for shift in problem.shifts),
    )


def _expected_contacts(random: Random) -> ExpectedContacts | None:
    """Nothing for most; else rates that change every few hours."""
    if random.random() < 0.6:
        return None
    return ExpectedContacts(
        missed_contact=timedelta(seconds=random.choice((0, 599, 3600))),
        home=_week_of_hours(random),
        workplace=_week_of_hours(random),
        other=_week_of_hours(random),
    )


def _week_of_hours(random: Random) -> WeekOfHours:
    return tuple(tuple(random.choice((10, 35, 35, 60, 85)) for hour in range(HOURS)) for weekday in range(WEEKDAYS))


def _hour_factors(random: Random) -> tuple[float, ...]:
    slowest = random.choice((None, 1.5, 3.0, 10.0))
    if slowest is None:
        return ()
    return tuple(random.choice((1.0, random.uniform(0.5, slowest))) for _ in range(24))


def _history(random: Random, problem: Problem) -> History:
    people = [collector.id for collector in problem.collectors]
    return History(
        working={name: timedelta(seconds=random.randrange(20_000)) for name in people if random.random() < 0.5},
        last_collectors={
            visit.id: frozenset(random.sample([*people, "left"], random.choice((0, 1, 2))))
            for visit in problem.visits
            if random.random() < 0.5
        },
    )


def _published_plan(random: Random, problem: Problem) -> Plan:
    """Some visits on their shifts at some time of their hours; one of the shifts has ended since."""
    stops: dict[str, list[Stop]] = {}
    for visit in problem.visits:
        if random.random() < 0.7:
            place = random.choice(visit.places)
            begin = random.choice(place.time_windows).earliest_start + random.randrange(120) * MINUTE
            shift_id = random.choice(["ended", *(shift.id for shift in problem.shifts)])
            stops.setdefault(shift_id, []).append(_stop(visit, place, begin))
    return Plan(
        status=PlanStatus.FEASIBLE,
        cost=Cost(travel_seconds=0, preference_penalty_seconds=0, unassigned_penalty_seconds=0),
        travel_source="matrix",
        engine=Engine(name="hand", version="1", seed=0, iterations=1),
        routes=tuple(_published_route(shift_id, visits) for shift_id, visits in stops.items()),
        unassigned=(),
    )


def _published_route(shift_id: str, visits: Sequence[Stop]) -> Route:
    ordered = sorted(visits, key=lambda stop: stop.service_start_time)
    start = _standing(StopType.START, ordered[0].service_start_time)
    end = _standing(StopType.END, ordered[-1].departure_time)
    return Route(shift_id=shift_id, collector_ids=("c0a",), stops=(start, *ordered, end))


def _stop(visit: Visit, place: Place, begin: datetime) -> Stop:
    return replace(
        _standing(StopType.VISIT, begin),
        location_id=place.location_id,
        departure_time=begin + visit.service_duration,
        visit_id=visit.id,
        place_id=place.id,
    )


def _standing(kind: StopType, moment: datetime) -> Stop:
    return Stop(type=kind, location_id=at(0), arrival_time=moment, service_start_time=moment, departure_time=moment)


def _shift(random: Random, number: int) -> Shift:
    # Sometimes a person of the first crew works a second shift, so that limits per person bind across shifts.
    again = number > 0 and random.random() < 0.3
    start = 17 if again else random.choice((8, 9, 12))
    length = random.choice((2, 3)) if again else random.choice((2, 3, 4, 5))
    breaks: tuple[Break, ...] = ()
    if random.random() < 0.6:
        breaks = (a_break(f"{start:02d}:30", f"{start + length - 1:02d}:45", random.choice((15, 30))),)
    members = random.choice((1, 2, 2, 3))
    return a_shift(
        f"s{number}",
        *(["c0a"] if number == 1 and again else [f"c{number}{letter}" for letter in "abc"[:members]]),
        start=f"{start:02d}:00",
        end=f"{start + length:02d}:00",
        breaks=breaks,
        max_visits=random.choice((None, None, None, None, 1, 3)),
        office=random.randrange(LOCATIONS),
    )


def _collector(random: Random, name: str) -> Collector:
    skills = {skill for skill in SKILLS if random.random() < 0.6}
    return a_collector(name, skills=skills, max_visits=random.choice((None,) * 5 + (1, 2)))


def _visit(random: Random, number: int, crews: list[Shift]) -> Visit:
    people = [collector_id for shift in crews for collector_id in shift.collector_ids]
    name = f"v{number}"
    kinds = (PlaceKind.HOME, PlaceKind.WORKPLACE)[: random.choice((1, 2))]
    places = tuple(_place(random, f"{name}-{kind}", kind) for kind in kinds)
    return a_visit(
        name,
        places=places,
        minutes=random.choice((10, 20, 30, 45)),
        priority=random.choice((0, 50, 100)),
        mandatory=random.random() < 0.2,
        penalty_minutes=random.choice((None, 5, 20, 60)),
        skills={skill for skill in SKILLS if random.random() < 0.08},
        crew_size=random.choice((1, 1, 1, 2)),
        required={random.choice(people)} if random.random() < 0.1 else set(),
        preferred={random.choice(people)} if random.random() < 0.3 else set(),
        prohibited={random.choice(people)} if random.random() < 0.15 else set(),
        pinned=_pin(random, crews, places) if random.random() < 0.1 else None,
    )


def _place(random: Random, name: str, kind: PlaceKind) -> Place:
    windows = tuple(_window(random) for _ in range(random.choice((1, 1, 2))))
    return a_place(name, random.randrange(LOCATIONS), *windows, kind=kind, preference_minutes=random.choice((0, 0, 3)))


def _window(random: Random) -> TimeWindow:
    start = random.choice((random.randrange(8 * 4, 13 * 4), random.randrange(8 * 4, 18 * 4)))
    end = min(start + random.choice((4, 8, 16, 24)), 20 * 4)
    return window(_clock(start), _clock(end))


def _clock(quarter: int) -> str:
    return f"{quarter // 4:02d}:{quarter % 4 * 15:02d}"


def _pin(random: Random, crews: list[Shift], places: tuple[Place, ...]) -> Pin:
    return Pin(
        shift_id=random.choice(crews).id,
        place_id=random.choice((None, places[0].id)),
        service_start_time=random.choice((None, None, time(_clock(random.randrange(9 * 4, 13 * 4))))),
        position=random.choice((None, None, 1, 2)),
    )

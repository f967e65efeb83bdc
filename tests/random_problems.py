"""Random small problems that use every constraint of the Problem document."""

from datetime import timedelta
from random import Random

from scheduler.domain.collector import Break, Collector, Shift
from scheduler.domain.problem import Objective, Problem
from scheduler.domain.time_window import TimeWindow
from scheduler.domain.visit import Pin, Place, PlaceKind, Visit
from tests.builders import (
    LOCATIONS,
    a_break,
    a_collector,
    a_place,
    a_problem,
    a_shift,
    a_visit,
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

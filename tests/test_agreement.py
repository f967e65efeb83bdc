"""All engines and the checker give one answer to whether a route can be made."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import combinations_with_replacement
from random import Random

import pytest

from scheduler.checker import violations
from scheduler.domain.collector import Break, Shift
from scheduler.domain.plan import Engine, Plan, PlanStatus, Reason, ReasonCode, Unassigned
from scheduler.domain.problem import Problem
from scheduler.domain.time_window import TimeWindow
from scheduler.domain.travel import Profile
from scheduler.domain.visit import Place, Visit
from scheduler.eligibility import decide
from scheduler.rules.load import load_rule_set
from scheduler.solver.instance import Instance, build_instance
from scheduler.solver.kernels import annealing, between, flatten, flatten_near, insertion, labels
from scheduler.solver.kernels.arrays import NEVER, NO_WAY, PENALTY, ProblemArrays, RouteArrays, SearchArrays
from scheduler.solver.kernels.compiled import entry
from scheduler.solver.routes import Insertion, Routes, route_cost
from scheduler.solver.routing_model import RoutingLimits, _Model, _parameters
from scheduler.solver.solution import to_cost, to_routes
from scheduler.solver.timing import is_feasible
from scheduler.solver.ways import NO_WAY_SECONDS
from scheduler.travel import travel_matrix
from tests.builders import DAY, MINUTE, a_break, a_case, a_collector, a_problem, a_shift, a_visit, window
from tests.plans import REST, a_plan
from tests.random_instances import NO_BLINKS
from tests.random_problems import a_random_problem, with_mixed_profiles

PROBLEMS = 225
ROUTES = 10
LEAST_ROUTES = 2000
VISITS = 6
SHIFTS = 3
DRAWS = 30
EARLIER = timedelta(hours=2)
WALK_OR_DRIVE = (Profile.CAR, Profile.FOOT)
PACKS: tuple[tuple[str, ...], ...] = ((), (), ("cn-base",))

Order = list[int]

# Kernels are compiled without a door for Python; these are it.


@entry
def is_made(problem: ProblemArrays, routes: RouteArrays, shift: int) -> bool:
    return labels.can_be_made(problem, routes, shift)


@entry
def cost_at(
    problem: ProblemArrays, routes: RouteArrays, search: SearchArrays, option: int, shift: int, stop: int, load: int
) -> int:
    """What it costs to put an option on a shift after a stop, `NEVER` where it cannot be."""
    visit = problem.options[option, 0]
    if problem.allowed[option, shift] == 0 or not between.has_room(problem, routes, shift, load):
        return NEVER
    return between.cheapest_between(problem, routes, search, visit, option, shift, stop, stop, NEVER, 0.0, search.found)


@entry
def cheapest(problem: ProblemArrays, routes: RouteArrays, search: SearchArrays, visit: int) -> int:
    most = problem.visits[visit, PENALTY]
    insertion.note_empty(problem, routes, search)
    return insertion.cheapest(problem, routes, search, visit, most, NO_BLINKS, False, search.found)


class Judged:
    """One problem with all its judges."""

    def __init__(self, seed: int, random: Random) -> None:
        packs = PACKS[seed % len(PACKS)]
        problem = a_random_problem(random, visits=VISITS, shifts=SHIFTS, rule_packs=packs)
        problem = replace(problem, shifts=tuple(with_tight_breaks(shift, random) for shift in problem.shifts))
        problem = with_unlawful_wishes(problem, random) if packs else problem
        self.problem = with_mixed_profiles(problem, Random(seed), WALK_OR_DRIVE) if seed % 5 == 0 else problem
        self.rules = load_rule_set(packs)
        self.travel = travel_matrix(self.problem)
        self.lawful = build_instance(self.problem, decide(self.problem, self.rules), self.travel)
        self.instance = loaded(self.lawful, random) if seed % 4 == 0 else self.lawful
        self.arrays = flatten.problem_arrays(self.instance)
        self.arrays.visits[:, PENALTY] = NO_WAY
        # Arrays have room for routes that can be made, and those here are longer.
        roomy = replace(self.instance, most_visits=(None,) * SHIFTS)
        self.routes = flatten.route_arrays(roomy)
        self.search = flatten.search_arrays(roomy, (seed,))
        self.model = closed_model(self.instance)

    def can_be_made(self, shift: int, order: Order) -> bool:
        """The answer by `timing`, and by counting."""
        return self.is_in_time(shift, order) and keeps_counts(self.instance, shift, order)

    def is_in_time(self, shift: int, order: Order) -> bool:
        calls = [self.instance.options[option].call for option in order]
        return is_feasible(self.instance.frames[shift], calls, self.instance.ways_of(shift).travel)

    def write(self, shift: int, order: Order) -> None:
        """Put one route into the kernels' arrays, and label it."""
        self.routes.where[:] = -1
        self.routes.length[:] = 0
        self.routes.length[shift] = len(order)
        self.routes.options[shift, 1 : len(order) + 1] = order
        for option in order:
            self.routes.where[self.instance.options[option].visit] = shift
        annealing.start(self.arrays, self.routes, self.search)

    def orders(self, shift: int, order: Order) -> list[Order]:
        return [order if number == shift else [] for number in range(len(self.instance.frames))]

    def is_accepted_by_the_model(self, shift: int, order: Order) -> bool:
        return self.model.assignment(self.orders(shift, order)) is not None

    def is_accepted_by_the_checker(self, shift: int, order: Order) -> bool:
        if self.is_in_time(shift, order):
            return not violations(self.problem, self._written(shift, order), travel=self.travel, rules=self.rules)
        return any(self._is_sound(plan) for plan in laid_out(self.problem, self.lawful, shift, order))

    def _written(self, shift: int, order: Order) -> Plan:
        orders = self.orders(shift, order)
        routes = to_routes(self.problem, self.lawful, self.travel, orders)
        placed = {visit_id for route in routes for visit_id in route.visit_ids}
        reasons = (Reason(code=ReasonCode.NOT_INSERTED_BY_SOLVER, detail="by hand"),)
        return Plan(
            status=PlanStatus.FEASIBLE,
            cost=to_cost(self.problem, self.lawful, orders, routes),
            travel_source="matrix",
            engine=Engine(name="hand", version="1", seed=0, iterations=1),
            routes=routes,
            unassigned=tuple(
                Unassigned(visit_id=visit.id, reasons=reasons)
                for visit in self.problem.visits
                if visit.id not in placed
            ),
        )

    def _is_sound(self, plan: Plan) -> bool:
        """Whether nothing but its cost, which is not laid out, is wrong with a plan."""
        broken = violations(self.problem, plan, travel=self.travel, rules=self.rules)
        return all(one.code.endswith("_cost") for one in broken)


def closed_model(instance: Instance) -> _Model:
    model = _Model(instance)
    model.routing.CloseModelWithParameters(_parameters(RoutingLimits(remaining=None, iterations=1, seed=0)))
    return model


def with_tight_breaks(shift: Shift, random: Random) -> Shift:
    """The shift, or one with breaks that leave little choice of when to take them."""
    if random.random() < 0.5:
        return shift
    middle = shift.earliest_start + random.randrange(60, 80) * MINUTE
    # The first may open before the shift does, the last close after it.
    opened = shift.earliest_start + random.choice((-60, 0, 15)) * MINUTE
    closed = shift.latest_end + random.choice((60, 0, -15)) * MINUTE
    windows = (
        TimeWindow(earliest_start=opened, latest_end=max(opened, shift.earliest_start) + 20 * MINUTE),
        TimeWindow(earliest_start=middle, latest_end=middle + 20 * MINUTE),
        TimeWindow(earliest_start=min(closed, shift.latest_end) - 20 * MINUTE, latest_end=closed),
    )
    chosen = random.choice((windows[:1], windows[1:2], windows[:2], windows[2:], windows[::2]))
    return replace(shift, breaks=tuple(Break(window=window, duration=15 * MINUTE) for window in chosen))


def with_unlawful_wishes(problem: Problem, random: Random) -> Problem:
    """The problem with unlawful hours, some people whose training has ended, and cases that may not be visited."""
    untrained = a_collector("any", trained_until=DAY - timedelta(days=1)).qualifications
    return replace(
        problem,
        shifts=tuple(replace(shift, earliest_start=shift.earliest_start - EARLIER) for shift in problem.shifts),
        collectors=tuple(
            replace(one, qualifications=untrained) if random.random() < 0.1 else one for one in problem.collectors
        ),
        visits=tuple(with_unlawful_hours(a_barred(visit, random)) for visit in problem.visits),
    )


def a_barred(visit: Visit, random: Random) -> Visit:
    if random.random() < 0.7:
        return visit
    return replace(visit, case=random.choice((a_case(), a_case(subject="neighbour"))))


def with_unlawful_hours(visit: Visit) -> Visit:
    """The visit, asked for from before the law allows it where it begins early."""
    return replace(
        visit,
        places=tuple(
            replace(
                place,
                time_windows=tuple(
                    replace(hours, earliest_start=hours.earliest_start - EARLIER) for hours in place.time_windows
                ),
            )
            for place in visit.places
        ),
    )


def loaded(instance: Instance, random: Random) -> Instance:
    """The instance with loads and capacities, as benchmarks have them, and crews of a place's own."""
    return replace(
        instance,
        loads=tuple(random.randrange(1, 5) for _ in instance.visit_ids),
        capacities=tuple(random.randrange(2, 12) for _ in instance.frames),
        allowed_shifts=tuple(
            frozenset(shift for shift in allowed if random.random() < 0.7) for allowed in instance.allowed_shifts
        ),
    )


def keeps_counts(instance: Instance, shift: int, order: Sequence[int], *, loads: bool = True) -> bool:
    """Whether a route keeps to the people, the limits, the pinned positions and the loads."""
    visits = [instance.options[option].visit for option in order]
    most = instance.most_visits[shift]
    return (
        all(shift in instance.allowed_shifts[option] for option in order)
        and (most is None or len(order) <= most)
        and all(len(order) <= limit.most for limit in instance.limits if shift in limit.shifts)
        and keeps_positions(instance, order)
        and not (loads and instance.capacities and sum(instance.loads[v] for v in visits) > instance.capacities[shift])
    )


def keeps_positions(instance: Instance, order: Sequence[int]) -> bool:
    positions = [instance.positions[instance.options[option].visit] for option in order]
    return all(position in {None, number} for number, position in enumerate(positions, start=1))


def laid_out(problem: Problem, instance: Instance, shift: int, order: Order) -> Iterator[Plan]:
    """Plans with the one route, as early as possible, with every way to spread its breaks; what does not fit does not.

    A visit pinned to a time is laid out as if that were its only hour.
    """
    pinned = replace(problem, visits=tuple(at_pinned_time(visit) for visit in problem.visits))
    names = [instance.visit_ids[instance.options[option].visit] for option in order]
    places = {name: instance.options[option].place_id for name, option in zip(names, order, strict=True)}
    breaks = len(instance.frames[shift].breaks)
    for taken_before in combinations_with_replacement(range(len(names) + 1), breaks):
        stops: list[str] = []
        for number in range(len(names) + 1):
            stops += [REST] * taken_before.count(number) + names[number : number + 1]
        yield a_plan(pinned, {instance.shift_ids[shift]: stops}, places=places)


def at_pinned_time(visit: Visit) -> Visit:
    moment = visit.pinned.service_start_time if visit.pinned else None
    if moment is None:
        return visit
    end = moment + visit.service_duration

    def narrowed(place: Place) -> Place:
        hours = place.time_windows
        inside = [hour for hour in hours if hour.earliest_start <= moment and end <= hour.latest_end]
        return replace(place, time_windows=tuple(replace(h, earliest_start=moment, latest_end=end) for h in inside[:1]))

    return replace(visit, places=tuple(narrowed(place) for place in visit.places))


def random_routes(judged: Judged, random: Random) -> Iterator[tuple[int, Order]]:
    """Routes that can be made and such that cannot, in turn, as far as chance finds both."""
    for number in range(ROUTES):
        for _ in range(DRAWS):
            shift, order = a_random_route(judged.instance, random)
            if order and judged.can_be_made(shift, order) == (number % 2 == 0):
                break
        if order:
            yield shift, order


def a_random_route(instance: Instance, random: Random) -> tuple[int, Order]:
    shift = random.randrange(len(instance.frames))
    any_crew = random.random() < 0.1
    options = [
        [option for option in own if any_crew or shift in instance.allowed_shifts[option]]
        for own in instance.options_of
    ]
    visits = [random.choice(own) for own in options if own]
    return shift, random.sample(visits, min(len(visits), random.randrange(1, 5)))


def judged_problems(problems: int = PROBLEMS) -> Iterator[tuple[Judged, Random]]:
    for seed in range(problems):
        random = Random(seed)
        judged = Judged(seed, random)
        if judged.instance.options:
            yield judged, random


def test_timing_the_kernels_the_routing_model_and_the_checker_agree_on_every_route() -> None:
    answers = {True: 0, False: 0}
    for seed, (judged, random) in enumerate(judged_problems()):
        for shift, order in random_routes(judged, random):
            where = f"problem {seed}, shift {shift}, order {order}"
            expected = judged.can_be_made(shift, order)
            judged.write(shift, order)
            assert is_made(judged.arrays, judged.routes, shift) == judged.is_in_time(shift, order), where
            assert judged.is_accepted_by_the_model(shift, order) == expected, where
            without_loads = judged.is_in_time(shift, order) and keeps_counts(judged.lawful, shift, order)
            assert judged.is_accepted_by_the_checker(shift, order) == without_loads, where
            answers[expected] += 1
    assert sum(answers.values()) >= LEAST_ROUTES
    assert min(answers.values()) >= 0.45 * LEAST_ROUTES


@pytest.mark.parametrize(
    ("hours", "rest"),
    [
        (window("09:00", "09:20"), a_break("08:00", "09:15", 15)),
        (window("09:40", "10:00"), a_break("09:45", "11:00", 15)),
    ],
)
def test_no_engine_takes_a_break_before_the_route_begins_or_after_it_ends(hours: TimeWindow, rest: Break) -> None:
    shift = a_shift("s1", start="09:00", end="10:00", breaks=(rest,))
    problem = a_problem([a_visit("v", 0, hours, minutes=20)], [shift])
    instance = build_instance(problem, decide(problem, load_rule_set(())), travel_matrix(problem))
    assert not is_feasible(instance.frames[0], [instance.options[0].call], instance.travel)
    assert closed_model(instance).assignment([[0]]) is None


@pytest.mark.parametrize("tried_everywhere", [0, VISITS])
def test_a_visit_goes_in_exactly_where_the_longer_route_can_be_made_and_is_cheapest(
    tried_everywhere: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flatten_near, "TRIED_EVERYWHERE", tried_everywhere)
    for seed, (judged, random) in enumerate(judged_problems()):
        for shift, order in random_routes(judged, random):
            rest = order[:-1]
            if not judged.can_be_made(shift, rest):
                continue
            where = f"problem {seed}, shift {shift}, order {rest}, visit {order[-1]}"
            visit = judged.instance.options[order[-1]].visit
            expected = insertions(judged, shift, rest, visit)
            least = min((one.cost for one in expected), default=NO_WAY)
            judged.write(shift, rest)
            found = {one for one in places(judged, shift, rest, visit, cost_by_kernel) if one.cost < NEVER}
            assert found == expected, where
            assert cheapest(judged.arrays, judged.routes, judged.search, visit) == least, where
            chosen = Routes(judged.instance, judged.orders(shift, rest)).cheapest(
                visit, below=NO_WAY_SECONDS, shifts=range(SHIFTS)
            )
            assert (NO_WAY if chosen is None else chosen.cost) == least, where


def insertions(judged: Judged, shift: int, order: Order, visit: int) -> set[Insertion]:
    """All that can be made, by trying each."""
    return {one for one in places(judged, shift, order, visit, cost_by_trying) if one.cost < NO_WAY}


def places(
    judged: Judged, shift: int, order: Order, visit: int, cost: Callable[[Judged, list[Order], Insertion], int]
) -> Iterator[Insertion]:
    """Everywhere where a visit could go, beside one route and empty ones."""
    orders = judged.orders(shift, order)
    for option in judged.instance.options_of[visit]:
        for other, beside in enumerate(orders):
            for at in range(len(beside) + 1):
                place = Insertion(0, option, other, at)
                yield place._replace(cost=cost(judged, orders, place))


def cost_by_kernel(judged: Judged, _orders: list[Order], place: Insertion) -> int:
    instance = judged.instance
    load = instance.loads[instance.options[place.option].visit] if instance.loads else 0
    return int(cost_at(judged.arrays, judged.routes, judged.search, place.option, place.shift, place.at, load))


def cost_by_trying(judged: Judged, orders: list[Order], place: Insertion) -> int:
    instance, shift = judged.instance, place.shift
    before = orders[shift]
    after = [*before[: place.at], place.option, *before[place.at :]]
    visits = [len(order) + (number == shift) for number, order in enumerate(orders)]
    is_within_days = all(
        sum(visits[other] for other in limit.shifts) <= limit.most for limit in instance.limits if shift in limit.shifts
    )
    if not is_within_days or not judged.can_be_made(shift, after):
        return NO_WAY
    return route_cost(instance, shift, after) - route_cost(instance, shift, before)

"""The compiled kernels say the same as `timing` and `schedule`, on random routes with breaks, windows and hours."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import accumulate
from random import Random

import pytest

from scheduler.solver.instance import Instance, Option, Terms
from scheduler.solver.kernels import annealing
from scheduler.solver.kernels.arrays import NEVER, ProblemArrays, RouteArrays, SearchArrays
from scheduler.solver.kernels.compiled import entry
from scheduler.solver.kernels.flatten import problem_arrays, route_arrays, search_arrays
from scheduler.solver.kernels.insertion import cheapest
from scheduler.solver.kernels.times import cheapest_timed
from scheduler.solver.routes import route_cost, total_cost
from scheduler.solver.schedule import order_of
from scheduler.solver.solution import timed_cost
from scheduler.solver.timing import BreakTimes, Call, Frame, Pace, departures, is_feasible, latest_starts

HOUR = 3600
LOCATIONS = 6
LEFT_OUT = 20_000
NO_BLINKS = 0.0
FACTORS = (0.6, 0.9, 1.0, 1.3, 2.5)


@entry
def cheapest_insertion(problem: ProblemArrays, routes: RouteArrays, search: SearchArrays, visit: int) -> int:
    cost = cheapest(problem, routes, search, visit, NO_BLINKS, False, search.found)
    if problem.is_timed:
        cost = cheapest_timed(problem, routes, search, cost, search.found)
    return cost


def a_random_instance(random: Random, *, visits: int, shifts: int, timed: bool) -> Instance:
    """Shifts of three to five hours with breaks; visits at one or two places with up to three windows."""
    options: list[Option] = []
    options_of: list[tuple[int, ...]] = []
    for visit in range(visits):
        first = len(options)
        options.extend(an_option(random, visit) for _ in range(random.choice((1, 1, 2))))
        options_of.append(tuple(range(first, len(options))))
    frames = tuple(a_frame(random) for _ in range(shifts))
    terms = some_terms(random) if timed else Terms()
    people = shifts + 1
    return Instance(
        base=datetime(2026, 3, 2, tzinfo=UTC),
        shift_ids=tuple(f"shift {number}" for number in range(shifts)),
        frames=frames,
        most_visits=tuple(random.choice((None, None, 4)) for _ in frames),
        visit_ids=tuple(f"visit {number}" for number in range(visits)),
        penalties=(LEFT_OUT,) * visits,
        positions=(None,) * visits,
        options=tuple(options),
        options_of=tuple(options_of),
        allowed_shifts=tuple(frozenset(shift for shift in range(shifts) if random.random() < 0.9) for _ in options),
        shift_penalties=tuple({0: 300} if random.random() < 0.3 else {} for _ in range(visits)),
        limits=(),
        travel=tuple(
            tuple(0 if here == there else random.randrange(60, 1500) for there in range(LOCATIONS))
            for here in range(LOCATIONS)
        ),
        pace=a_pace(random) if timed and random.random() < 0.6 else None,
        terms=terms,
        regular_ends=tuple(frame.latest_end - random.choice((0, HOUR)) for frame in frames) if terms.overtime else (),
        published=published_stops(random, visits, shifts) if terms.change_of_plan else (),
        collectors_of_shift=tuple((shift, random.randrange(people)) for shift in range(shifts))
        if terms.unfairness
        else (),
        past_work=tuple(random.randrange(0, 4 * HOUR) for _ in range(people)) if terms.unfairness else (),
    )


def some_terms(random: Random) -> Terms:
    return Terms(
        overtime=random.choice((0, 700, 2500)),
        waiting=random.choice((0, 700, 2500)),
        unfairness=random.choice((0, 700, 2500)),
        change_of_plan=random.choice((0, 600)),
    )


def an_option(random: Random, visit: int) -> Option:
    service = random.randrange(300, 1500)
    bounds = sorted(random.sample(range(0, 6 * HOUR), 2 * random.choice((1, 1, 2, 3))))
    starts = tuple(zip(bounds[::2], bounds[1::2], strict=True))
    return Option(
        visit=visit,
        place_id="place",
        call=Call(random.randrange(LOCATIONS), service, starts),
        preference_penalty=random.choice((0, 0, 400)),
    )


def a_frame(random: Random) -> Frame:
    start = random.randrange(0, 2 * HOUR)
    end = start + random.randrange(3 * HOUR, 5 * HOUR)
    breaks: list[BreakTimes] = []
    opens = start + HOUR // 2
    for _ in range(random.choice((0, 1, 1, 2))):
        length = random.randrange(300, 1500)
        closes = opens + length + random.randrange(300, HOUR)
        breaks.append(BreakTimes(opens, closes, length))
        opens = random.randrange(opens, closes)
    return Frame(start, end, random.randrange(LOCATIONS), random.randrange(LOCATIONS), tuple(breaks))


def a_pace(random: Random) -> Pace:
    """Hours of different factors; the first and the last one go on beyond the slots."""
    rates = [round(1_000_000 / random.choice(FACTORS)) for _ in range(6) for _ in range(4)]
    return Pace(900 * random.randrange(4), tuple(rates), (0, *accumulate(900 * rate for rate in rates)))


def published_stops(random: Random, visits: int, shifts: int) -> tuple[tuple[int, int] | None, ...]:
    return tuple(
        None if random.random() < 0.3 else (random.randrange(-1, shifts), random.randrange(0, 6 * HOUR))
        for _ in range(visits)
    )


def instances(
    count: int, *, visits: int = 8, shifts: int = 2, timed: Sequence[bool]
) -> Iterator[tuple[Random, Instance]]:
    for number in range(count):
        random = Random(number)
        yield random, a_random_instance(random, visits=visits, shifts=shifts, timed=timed[number % len(timed)])


def can_be_made(instance: Instance, shift: int, order: Sequence[int]) -> bool:
    most = instance.most_visits[shift]
    if most is not None and len(order) > most:
        return False
    calls = [instance.options[option].call for option in order]
    return is_feasible(instance.frames[shift], calls, instance.travel, instance.pace)


def places(instance: Instance, orders: list[list[int]], visit: int) -> Iterator[tuple[int, int, int, list[int]]]:
    """Option, shift, the stop it comes after, and the order of the shift then, for all that can be made."""
    for option in instance.options_of[visit]:
        for shift in sorted(instance.allowed_shifts[option]):
            for stop in range(len(orders[shift]) + 1):
                order = [*orders[shift][:stop], option, *orders[shift][stop:]]
                if can_be_made(instance, shift, order):
                    yield option, shift, stop, order


def random_orders(random: Random, instance: Instance) -> tuple[list[list[int]], list[int]]:
    """Feasible orders of some visits, and the others."""
    orders: list[list[int]] = [[] for _ in instance.frames]
    visits = list(range(len(instance.visit_ids)))
    random.shuffle(visits)
    left: list[int] = []
    for visit in visits:
        found = list(places(instance, orders, visit))
        if found and random.random() < 0.7:
            _, shift, _, order = random.choice(found)
            orders[shift] = order
        else:
            left.append(visit)
    return orders, left


class Compiled:
    """Orders as the kernels hold them."""

    def __init__(self, instance: Instance, orders: Sequence[Sequence[int]]) -> None:
        self.problem = problem_arrays(instance)
        self.routes = route_arrays(instance)
        self.search = search_arrays(instance, (1,))
        self.adopt(instance, orders)

    def adopt(self, instance: Instance, orders: Sequence[Sequence[int]]) -> None:
        self.routes.where[:] = -1
        for shift, order in enumerate(orders):
            self.routes.length[shift] = len(order)
            self.routes.options[shift, 1 : len(order) + 1] = order
            for option in order:
                self.routes.where[instance.options[option].visit] = shift
        annealing.start(self.problem, self.routes, self.search)

    def orders(self) -> list[list[int]]:
        return [self.routes.options[shift, 1 : length + 1].tolist() for shift, length in enumerate(self.routes.length)]

    def best_orders(self) -> list[list[int]]:
        search = self.search
        return [search.best_options[shift, 1 : length + 1].tolist() for shift, length in enumerate(search.best_length)]


def cost_of(instance: Instance, shift: int, order: Sequence[int]) -> int:
    """Of a route, times and all."""
    best = order_of(instance, shift, order).best() if order else None
    return route_cost(instance, shift, order) + (0 if best is None else best.cost)


def cost_of_all(instance: Instance, orders: Sequence[Sequence[int]]) -> int:
    return total_cost(instance, orders) + timed_cost(instance, orders)


def test_labels_are_those_of_timing() -> None:
    for random, instance in instances(400, timed=(False, True)):
        orders, _ = random_orders(random, instance)
        routes = Compiled(instance, orders).routes
        for shift, order in enumerate(orders):
            if not order:
                continue
            frame, labels = instance.frames[shift], len(instance.frames[shift].breaks) + 1
            calls = [instance.options[option].call for option in order]
            earliest = departures(frame, calls, instance.travel, instance.pace)
            latest = latest_starts(frame, calls, instance.travel, instance.pace)
            made = routes.departures[shift, : len(order) + 1, :labels].tolist()
            assert made == [[min(label, NEVER) for label in stop] for stop in earliest]
            made = routes.latest[shift, : len(order) + 2, :labels].tolist()
            assert made == [[max(label, -NEVER) for label in stop] for stop in latest]


@pytest.mark.parametrize("timed", [False, True])
def test_a_visit_goes_where_the_order_can_be_made_at_the_least_cost_and_nowhere_when_no_order_can(timed: bool) -> None:
    tried = 0
    for random, instance in instances(250 if timed else 1000, visits=7, timed=(timed,)):
        orders, left = random_orders(random, instance)
        compiled = Compiled(instance, orders)
        for visit in left[:2]:
            cost = cheapest_insertion(compiled.problem, compiled.routes, compiled.search, visit)
            costs = {
                (option, shift, stop): cost_of(instance, shift, order) - cost_of(instance, shift, orders[shift])
                for option, shift, stop, order in places(instance, orders, visit)
            }
            least = min(costs.values(), default=LEFT_OUT)
            assert cost == min(least, LEFT_OUT)
            found = tuple(compiled.search.found[:3].tolist())
            assert found[0] == -1 if least >= LEFT_OUT else costs[found] == least
            tried += 1
    assert tried > 400


def test_a_route_costs_what_its_best_schedule_costs() -> None:
    for random, instance in instances(200, timed=(True,)):
        orders, _ = random_orders(random, instance)
        compiled = Compiled(instance, orders)
        expected = [cost_of(instance, shift, order) for shift, order in enumerate(orders)]
        assert compiled.routes.cost.tolist() == expected
        assert compiled.search.costs[annealing.CURRENT] == cost_of_all(instance, orders)


def test_the_search_keeps_account_of_what_its_routes_cost() -> None:
    for _, instance in instances(24, visits=14, shifts=4, timed=(True, True, False)):
        compiled = Compiled(instance, [[] for _ in instance.frames])
        annealing.anneal(compiled.problem, compiled.routes, compiled.search, 2_000, 3_000.0, 30.0, 10.0, 10.0, 1.01)
        current, best = (int(compiled.search.costs[which]) for which in (annealing.CURRENT, annealing.BEST))
        assert best == cost_of_all(instance, compiled.best_orders())
        assert current == cost_of_all(instance, compiled.orders())
        compiled.adopt(instance, compiled.orders())
        assert compiled.search.costs[annealing.CURRENT] == current

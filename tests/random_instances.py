"""Random instances with breaks, windows and hours, feasible orders of them, and both as the kernels hold them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import accumulate
from random import Random

from scheduler.solver.instance import Instance, Option, Terms
from scheduler.solver.kernels import annealing
from scheduler.solver.kernels.arrays import RouteArrays, StepSettings
from scheduler.solver.kernels.flatten import problem_arrays, route_arrays, search_arrays
from scheduler.solver.ruin_recreate import ALL_NEIGHBOURS
from scheduler.solver.timing import BreakTimes, Call, Frame, Pace, is_feasible
from scheduler.solver.ways import Rows, Ways

HOUR = 3600
LOCATIONS = 6
LEFT_OUT = 20_000
FACTORS = (0.6, 0.9, 1.0, 1.3, 2.5)
STEPS = StepSettings(
    average_removed=10.0,
    longest_string=10.0,
    wide_share=0.1,
    exchanges=0,
    neighbours=ALL_NEIGHBOURS,
    everywhere_share=1.0,
    blink=0.01,
)
NO_BLINKS = STEPS._replace(blink=0.0)


def a_random_instance(random: Random, *, visits: int, shifts: int, timed: bool, mixed: bool = False) -> Instance:
    """Shifts of three to five hours with breaks; visits at one or two places with up to three windows.

    Mixed ones have three profiles, the second of which the clock does not slow.
    """
    options: list[Option] = []
    options_of: list[tuple[int, ...]] = []
    for visit in range(visits):
        first = len(options)
        options.extend(an_option(random, visit) for _ in range(random.choice((1, 1, 2))))
        options_of.append(tuple(range(first, len(options))))
    frames = tuple(a_frame(random) for _ in range(shifts))
    terms = some_terms(random) if timed else Terms()
    people = shifts + 1
    instance = Instance(
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
        travel=some_travel(random),
        pace=a_pace(random) if timed and random.random() < 0.6 else None,
        terms=terms,
        regular_ends=tuple(frame.latest_end - random.choice((0, HOUR)) for frame in frames) if terms.overtime else (),
        published=published_stops(random, visits, shifts) if terms.change_of_plan else (),
        collectors_of_shift=tuple((shift, random.randrange(people)) for shift in range(shifts))
        if terms.unfairness
        else (),
        past_work=tuple(random.randrange(0, 4 * HOUR) for _ in range(people)) if terms.unfairness else (),
    )
    if not mixed:
        return instance
    return replace(
        instance,
        other_ways=(Ways(some_travel(random), None), Ways(some_travel(random), instance.pace)),
        profiles=tuple(random.randrange(3) for _ in frames),
    )


def some_travel(random: Random) -> Rows:
    return tuple(
        tuple(0 if here == there else random.randrange(60, 1500) for there in range(LOCATIONS))
        for here in range(LOCATIONS)
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


def can_be_made(instance: Instance, shift: int, order: Sequence[int]) -> bool:
    most = instance.most_visits[shift]
    if most is not None and len(order) > most:
        return False
    calls = [instance.options[option].call for option in order]
    return is_feasible(instance.frames[shift], calls, *instance.ways_of(shift))


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


def all_labels(instance: Instance, routes: RouteArrays) -> list[list[object]]:
    """By route that is driven: where it goes, its legs and their costs, and its labels from the start to the end."""
    labels: list[list[object]] = []
    for shift, length in enumerate(routes.length.tolist()):
        breaks = len(instance.frames[shift].breaks)
        rows = (routes.legs, routes.leg_costs, routes.departures[:, :, : breaks + 1])
        of_stops = [row[shift, : length + 1].tolist() for row in rows if length]
        to_end = [row[shift, : length + 2].tolist() for row in (routes.locations, routes.latest[:, :, : breaks + 1])]
        labels.append([*of_stops, *to_end])
    return labels

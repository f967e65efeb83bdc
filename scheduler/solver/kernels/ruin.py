"""Tearing strings of neighbouring visits out of routes around one visit (Christiaens and Vanden Berghe 2020)."""

from scheduler.solver.kernels.arrays import (
    POSITION,
    TIMED_COST,
    VISIT,
    Ints,
    ProblemArrays,
    RouteArrays,
    SearchArrays,
    StepSettings,
)
from scheduler.solver.kernels.compiled import inlined, kernel
from scheduler.solver.kernels.labels import can_be_made, label_around
from scheduler.solver.kernels.laying import close_gap, cost_on, count, label_all, lay_legs
from scheduler.solver.kernels.random import below, uniform
from scheduler.solver.kernels.whole import whole

SPLIT_PROBABILITY = 0.5
WIDER_PROBABILITY = 0.01
MOST_DRAWS = 64
# A wide step tears so many times as much.
WIDE_FACTOR = 4.0


@kernel
def ruin(
    problem: ProblemArrays,
    routes: RouteArrays,
    search: SearchArrays,
    settings: StepSettings,
    whole_routes: bool,  # noqa: FBT001 - kernels take their arguments by position
) -> int:
    """Take strings out of routes near a random visit; `search.touched` and `search.freed` say what changed.

    With `whole_routes` the nearest route is taken out as a whole, and no other.

    Returns:
        The visit.
    """
    seed = draw_visit(routes, search)
    longest = min(settings.longest_string, mean_length(routes))
    if longest == 0.0:
        return seed
    average = settings.average_removed
    if settings.wide_share > 0.0 and uniform(search.random) < settings.wide_share:
        average *= WIDE_FACTOR
    strings = int(uniform(search.random) * (4.0 * average / (1.0 + longest) - 1.0) + 1.0)
    torn = 0
    for place in range(problem.near.shape[1]):
        visit = problem.near[seed, place]
        if visit < 0 or torn >= max(1, strings):
            break
        shift = whole(routes.where[visit])
        if shift < 0 or search.touched[shift] or search.closed[shift]:
            continue
        save(routes, search, shift)
        if whole_routes:
            take_out(problem, routes, search, shift, 1, routes.length[shift] + 1, 1, 1)
            break
        tear(problem, routes, search, shift, visit, longest)
        torn += 1
    return seed


@kernel
def mean_length(routes: RouteArrays) -> float:
    """Of the routes that are used; 0 when none is."""
    used, placed = 0, 0
    for shift in range(len(routes.length)):
        used += routes.length[shift] > 0
        placed += routes.length[shift]
    return placed / used if used > 0 else 0.0


@kernel
def draw_visit(routes: RouteArrays, search: SearchArrays) -> int:
    """A random visit that is on a route or may be put on one; any visit where there are too few of these."""
    visit = 0
    for _ in range(MOST_DRAWS):
        visit = below(search.random, len(routes.where))
        shift = routes.where[visit]
        if (shift >= 0 and search.closed[shift] == 0) or (shift < 0 and search.reserved[visit] == 0):
            break
    return visit


@kernel
def tear(
    problem: ProblemArrays, routes: RouteArrays, search: SearchArrays, shift: int, visit: int, longest: float
) -> None:
    """Take a string that holds `visit` out of its route, or two pieces with some visits between them kept."""
    length = routes.length[shift]
    where = routes.stop_of[visit]
    removed = min(length, int(uniform(search.random) * min(float(length), longest)) + 1)
    kept = 0
    if removed > 1 and removed < length and uniform(search.random) < SPLIT_PROBABILITY:
        kept = 1
        while removed + kept < length and uniform(search.random) < WIDER_PROBABILITY:
            kept += 1
    if problem.has_positions and is_pinned(problem, routes, shift):
        # A gap would move a visit off its pinned position: all or nothing.
        removed, kept = length, 0
    span = removed + kept
    lowest = max(1, where - span + 1)
    highest = min(where, length - span + 1)
    first = lowest + below(search.random, highest - lowest + 1)
    kept_from = first + below(search.random, removed + 1) if kept > 0 else first + span
    take_out(problem, routes, search, shift, first, first + span, kept_from, kept_from + kept)


@kernel
def take_out(
    problem: ProblemArrays,
    routes: RouteArrays,
    search: SearchArrays,
    shift: int,
    first: int,
    end: int,
    kept_first: int,
    kept_end: int,
) -> None:
    """Take the stops first .. end - 1 but kept_first .. kept_end - 1 out of a route."""
    options, locations = routes.options, routes.locations
    length, cost = routes.length[shift], routes.cost[shift]
    if problem.is_timed:
        cost -= routes.times[shift, TIMED_COST]
    for stop in range(first - 1, end):
        cost -= routes.leg_costs[shift, stop]
    last = first - 1
    for stop in range(first, end):
        option = options[shift, stop]
        visit = problem.options[option, VISIT]
        if kept_first <= stop < kept_end:
            last += 1
            options[shift, last], locations[shift, last] = option, locations[shift, stop]
            routes.stop_of[visit] = last
        else:
            free(problem, routes, search, shift, visit)
            cost -= cost_on(problem, option, shift)
    left = length - (end - 1 - last)
    close_gap(problem, routes, shift, end, end - 1 - last)
    routes.length[shift] = left
    routes.cost[shift] = cost + lay_legs(problem, routes, shift, first - 1, last)
    label_around(problem, routes, shift, whole(first), last)
    if left > 0 and not can_be_made(problem, routes, shift):
        # Where a detour is faster than the direct way, what remains may come too late.
        for stop in range(1, left + 1):
            free(problem, routes, search, shift, problem.options[options[shift, stop], VISIT])
        routes.length[shift] = 0
        label_all(problem, routes, shift)


@kernel
def free(problem: ProblemArrays, routes: RouteArrays, search: SearchArrays, shift: int, visit: int) -> None:
    """Note that a visit has left its route."""
    routes.where[visit] = -1
    search.freed[visit] = 1
    count(problem, routes, shift, whole(visit), whole(-1))


@kernel
def is_pinned(problem: ProblemArrays, routes: RouteArrays, shift: int) -> bool:
    """Whether a route has a visit with a pinned position."""
    for stop in range(1, routes.length[shift] + 1):
        if problem.visits[problem.options[routes.options[shift, stop], VISIT], POSITION] > 0:
            return True
    return False


@kernel
def save(routes: RouteArrays, search: SearchArrays, shift: int) -> None:
    """Keep a route as it was before this step; the first call of a step counts."""
    if search.touched[shift]:
        return
    search.touched[shift] = 1
    saved = search.saved
    length = routes.length[shift]
    saved.length[shift] = length
    saved.cost[shift] = routes.cost[shift]
    saved.load[shift] = routes.load[shift]
    copy_route(routes, saved, shift, length)


@kernel
def copy_route(source: RouteArrays, target: RouteArrays, shift: int, length: int) -> None:
    """Copy stops and labels of one route; array by array, which is several numbers at a time."""
    stops = length + 2
    copy_row(source.options, target.options, shift, stops)
    copy_row(source.locations, target.locations, shift, stops)
    copy_row(source.legs, target.legs, shift, stops)
    copy_row(source.leg_costs, target.leg_costs, shift, stops)
    copy_labels(source.departures, target.departures, shift, stops)
    copy_labels(source.latest, target.latest, shift, stops)
    for column in range(source.times.shape[1]):
        target.times[shift, column] = source.times[shift, column]


@inlined
def copy_row(source: Ints, target: Ints, shift: int, stops: int) -> None:
    """Copy so many stops of a route."""
    for stop in range(stops):
        target[shift, stop] = source[shift, stop]


@inlined
def copy_labels(source: Ints, target: Ints, shift: int, stops: int) -> None:
    """Copy the labels of so many stops of a route."""
    for taken in range(source.shape[2]):
        for stop in range(stops):
            target[shift, stop, taken] = source[shift, stop, taken]


@kernel
def restore(problem: ProblemArrays, routes: RouteArrays, search: SearchArrays) -> None:
    """Undo this step: every touched route becomes what it was."""
    saved = search.saved
    for shift in range(len(routes.length)):
        if not search.touched[shift]:
            continue
        for stop in range(1, routes.length[shift] + 1):
            visit = problem.options[routes.options[shift, stop], VISIT]
            routes.where[visit] = -1
            count(problem, routes, shift, whole(visit), whole(-1))
    for shift in range(len(routes.length)):
        if not search.touched[shift]:
            continue
        length = saved.length[shift]
        routes.length[shift] = length
        routes.cost[shift] = saved.cost[shift]
        copy_route(saved, routes, shift, length)
        for stop in range(1, length + 1):
            visit = problem.options[routes.options[shift, stop], VISIT]
            routes.where[visit] = shift
            routes.stop_of[visit] = stop
            count(problem, routes, shift, whole(visit), whole(1))

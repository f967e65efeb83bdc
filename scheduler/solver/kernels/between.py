"""Between two stops of a route: whether a visit fits in there, and what it adds to the cost."""

from scheduler.domain.travel import PROGRESS_PER_SECOND
from scheduler.solver.kernels.arrays import (
    BREAKS,
    CAPACITY,
    CLOSES,
    END_LIMIT,
    END_WINDOW,
    FASTEST,
    FIRST_LIMIT,
    FIRST_WINDOW,
    LEAST_COST,
    LEGS,
    LOCATION,
    LONGER_LEGS,
    MOST,
    NO_WAY,
    OPENS,
    OPTION,
    POSITION,
    SERVICE,
    SHIFT,
    STATIC_COST,
    STOP,
    TIMED_COST,
    VISIT,
    Ints,
    Longs,
    ProblemArrays,
    RouteArrays,
    SearchArrays,
)
from scheduler.solver.kernels.compiled import inlined, kernel
from scheduler.solver.kernels.labels import fits_between
from scheduler.solver.kernels.laying import cost_on
from scheduler.solver.kernels.random import uniform


@inlined
def has_room(problem: ProblemArrays, routes: RouteArrays, shift: int, load: int) -> bool:
    """Whether one visit more of this load breaks no limit of the shift or of one of its people."""
    shifts = problem.shifts
    if routes.length[shift] >= shifts[shift, MOST] or routes.load[shift] + load > shifts[shift, CAPACITY]:
        return False
    for entry in range(shifts[shift, FIRST_LIMIT], shifts[shift, END_LIMIT]):
        limit = problem.limits_of_shift[entry]
        if routes.used[limit] >= problem.limits[limit]:
            return False
    return True


@inlined
def cheapest_between(
    problem: ProblemArrays,
    routes: RouteArrays,
    search: SearchArrays,
    visit: int,
    option: int,
    shift: int,
    first: int,
    last: int,
    below: int,
    blink: float,
    found: Longs,
) -> int:
    """The cheapest insertion of an option after one of the stops first .. last of a route, below a cost."""
    rows, travel, travel_back = problem.options, problem.travel, problem.travel_back
    costs, costs_back = problem.leg_costs, problem.leg_costs_back
    locations, leg_costs = routes.locations, routes.leg_costs
    departures, latest = routes.departures, routes.latest
    most = problem.shifts[shift, BREAKS]
    if problem.has_positions:
        first_allowed, last_allowed = allowed_places(problem, routes, shift, visit)
        first, last = max(first, first_allowed), min(last, last_allowed)
    extra = cost_on(problem, option, shift)
    here, service = rows[option, LOCATION], rows[option, SERVICE]
    bound = bound_without_times(problem, routes, shift, extra, below)
    first, last = places_in_time(problem, routes, option, shift, first, last)
    for stop in range(first, last + 1):
        before, after = locations[shift, stop], locations[shift, stop + 1]
        cost = extra + costs_back[here, before] + costs[here, after] - leg_costs[shift, stop]
        if cost >= bound:
            continue
        to_it, from_it = travel_back[here, before], travel[here, after]
        driven = least_driven(problem, shift, to_it + from_it)
        # Breaks only delay: a visit that is too late without them is too late with them.
        if departures[shift, stop, 0] + driven + service > latest[shift, stop + 1, most]:
            continue
        if to_it >= NO_WAY or from_it >= NO_WAY or (blink > 0.0 and uniform(search.random) < blink):
            continue
        if problem.is_timed:
            legs = routes.times[shift, LEGS] + to_it + from_it - routes.legs[shift, stop]
            note_candidate(problem.shifts, routes.times, search.candidates, found, option, shift, stop, cost, legs)
        elif fits_between(
            departures,
            latest,
            problem.windows,
            problem.breaks,
            shift,
            stop,
            most,
            rows[option, FIRST_WINDOW],
            rows[option, END_WINDOW],
            service,
            to_it,
            from_it,
        ):
            below, bound = cost, cost
            found[0], found[1], found[2] = option, shift, stop
    return below


@inlined
def places_in_time(
    problem: ProblemArrays, routes: RouteArrays, option: int, shift: int, first: int, last: int
) -> tuple[int, int]:
    """Those of the stops first .. last after which a crew is not yet too late for the option, nor late for the next."""
    rows, windows, most = problem.options, problem.windows, problem.shifts[shift, BREAKS]
    ends = windows[rows[option, FIRST_WINDOW], OPENS] + rows[option, SERVICE]
    while first <= last and routes.latest[shift, first + 1, most] < ends:
        first += 1
    closes = windows[rows[option, END_WINDOW] - 1, CLOSES]
    while first <= last and routes.departures[shift, last, 0] > closes:
        last -= 1
    return first, last


@inlined
def bound_without_times(problem: ProblemArrays, routes: RouteArrays, shift: int, extra: int, below: int) -> int:
    """What an insertion must cost less than, times left out, to cost less than `below` with them."""
    if not problem.is_timed:
        return below
    # Times cost nothing at best, but for legs that are shorter at the fastest hour; where there is a pace, legs cost
    # their seconds.
    fastest = problem.shifts[shift, FASTEST]
    bound = (below + routes.times[shift, TIMED_COST]) * fastest
    bound += (routes.times[shift, LEGS] - extra) * (fastest - PROGRESS_PER_SECOND)
    return bound // PROGRESS_PER_SECOND + 1


@inlined
def least_driven(problem: ProblemArrays, shift: int, legs: int) -> int:
    """The seconds on the road for legs at the fastest hour."""
    if problem.pace.shape[1] > 0:
        return legs * PROGRESS_PER_SECOND // problem.shifts[shift, FASTEST]
    return legs


@kernel
def note_candidate(
    shifts: Ints,
    times: Longs,
    candidates: Longs,
    found: Longs,
    option: int,
    shift: int,
    stop: int,
    cost: int,
    legs: int,
) -> None:
    """Note where a visit may go.

    Args:
        shifts: All of them.
        times: Of routes.
        candidates: Are added to.
        found: Counts the candidates.
        option: The visit at one of its places.
        shift: Its route.
        stop: It comes after it.
        cost: What it adds but for times.
        legs: Of the route with the visit.
    """
    number = found[3]
    longer = legs * PROGRESS_PER_SECOND // shifts[shift, FASTEST] - legs
    candidates[number, LEAST_COST] = cost + longer - times[shift, TIMED_COST]
    candidates[number, STATIC_COST], candidates[number, LONGER_LEGS] = cost, legs
    candidates[number, OPTION], candidates[number, SHIFT], candidates[number, STOP] = option, shift, stop
    found[3] = number + 1


@kernel
def allowed_places(problem: ProblemArrays, routes: RouteArrays, shift: int, visit: int) -> tuple[int, int]:
    """First and last stop after which the visit may go so that pinned positions stay true; last < first for none."""
    length = routes.length[shift]
    kept = 0
    for stop in range(1, length + 1):
        if problem.visits[problem.options[routes.options[shift, stop], VISIT], POSITION] > 0:
            kept = stop
    wanted = problem.visits[visit, POSITION]
    if wanted == 0:
        return kept, length
    if kept <= wanted - 1 <= length:
        return wanted - 1, wanted - 1
    return 1, 0

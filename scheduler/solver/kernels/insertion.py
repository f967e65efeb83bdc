"""Where a visit goes in: the cheapest feasible place on any route, found with blinks."""

from scheduler.domain.travel import PROGRESS_PER_SECOND
from scheduler.solver.kernels.arrays import (
    BREAKS,
    CAPACITY,
    END_LIMIT,
    END_OPTION,
    END_SHIFT,
    END_WINDOW,
    FASTEST,
    FIRST_LIMIT,
    FIRST_OPTION,
    FIRST_SHIFT,
    FIRST_WINDOW,
    KIND,
    LEAST_COST,
    LEGS,
    LOAD,
    LOCATION,
    LONGER_LEGS,
    MOST,
    NO_WAY,
    OPTION,
    POSITION,
    PROFILE,
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
from scheduler.solver.kernels.whole import whole


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


@kernel
def cheapest(
    problem: ProblemArrays,
    routes: RouteArrays,
    search: SearchArrays,
    visit: int,
    below: int,
    blink: float,
    only_touched: bool,  # noqa: FBT001 - kernels take their arguments by position
    found: Longs,
) -> int:
    """The cheapest insertion of a visit below a cost: next to its neighbours, or else anywhere.

    Args:
        problem: The problem.
        routes: Labelled.
        search: For its random numbers, and the routes that are touched.
        visit: Not on any route.
        below: Such as its penalty; of 32 bits.
        blink: The probability that a place is overlooked.
        only_touched: Look at touched routes alone.
        found: Receives option, shift and the stop it comes after; option -1 for none. Where times cost something, the
            number of `candidates` in place of the best of them.

    Returns:
        What the insertion adds to the cost; `below` when there is none.
    """
    found[0], found[3] = -1, 0
    below = whole(below)
    if problem.near_options.shape[1] > 0:
        below = cheapest_near(problem, routes, search, visit, below, blink, only_touched, found)
    near = found[0] >= 0 or found[3] > 0
    load = problem.visits[visit, LOAD]
    empty_kind = -1
    shifts, first, end = shifts_to_try(problem, search, visit, near and not only_touched)
    for entry in range(first, end):
        shift = whole(shifts[entry])
        if search.closed[shift] or (only_touched and search.touched[shift] == 0):
            continue
        if routes.length[shift] == 0:
            # Among empty shifts that are alike the first one stands for all.
            if problem.shifts[shift, KIND] == empty_kind:
                continue
            empty_kind = problem.shifts[shift, KIND]
        elif near or (only_touched and problem.near_options.shape[1] > 0):
            continue
        if has_room(problem, routes, shift, load):
            below = cheapest_on(problem, routes, search, visit, shift, below, blink, found)
    return below


@inlined
def shifts_to_try(
    problem: ProblemArrays,
    search: SearchArrays,
    visit: int,
    only_empty: bool,  # noqa: FBT001 - kernels take their arguments by position
) -> tuple[Ints, int, int]:
    """Shifts that may make a visit: an array, the first and the end entry."""
    if only_empty:
        return search.empty, whole(1), whole(search.empty[0] + 1)
    first, end = problem.visits[visit, FIRST_SHIFT], problem.visits[visit, END_SHIFT]
    return problem.shifts_of_visit, whole(first), whole(end)


@kernel
def note_empty(problem: ProblemArrays, routes: RouteArrays, search: SearchArrays) -> None:
    """Write the shifts without visits into `search.empty`: among neighbours that are alike the first stands for all."""
    noted, kind = 0, -1
    for shift in range(len(routes.length)):
        if routes.length[shift] > 0 or search.closed[shift] or problem.shifts[shift, KIND] == kind:
            continue
        kind = problem.shifts[shift, KIND]
        noted += 1
        search.empty[noted] = shift
    search.empty[0] = noted


@inlined
def least_driven(problem: ProblemArrays, shift: int, legs: int) -> int:
    """The seconds on the road for legs at the fastest hour."""
    if problem.pace.shape[1] > 0:
        return legs * PROGRESS_PER_SECOND // problem.shifts[shift, FASTEST]
    return legs


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
def cheapest_near(
    problem: ProblemArrays,
    routes: RouteArrays,
    search: SearchArrays,
    visit: int,
    below: int,
    blink: float,
    only_touched: bool,  # noqa: FBT001 - kernels take their arguments by position
    found: Longs,
) -> int:
    """The cheapest insertion before or after one of the visit's neighbours below a cost."""
    rows, near = problem.options, problem.near_options
    load = problem.visits[visit, LOAD]
    for option in range(problem.visits[visit, FIRST_OPTION], problem.visits[visit, END_OPTION]):
        for entry in range(near.shape[1]):
            neighbour = near[option, entry]
            if neighbour < 0:
                break
            other = rows[neighbour, VISIT]
            shift = whole(routes.where[other])
            if shift < 0 or search.closed[shift] or problem.allowed[option, shift] == 0:
                continue
            if only_touched and search.touched[shift] == 0:
                continue
            stop = whole(routes.stop_of[other])
            if routes.options[shift, stop] != neighbour or not has_room(problem, routes, shift, load):
                continue
            first, last = places_beside(problem, routes, option, entry, shift, stop, below)
            below = cheapest_between(problem, routes, search, visit, option, shift, first, last, below, blink, found)
    return below


@inlined
def places_beside(
    problem: ProblemArrays, routes: RouteArrays, option: int, entry: int, shift: int, stop: int, below: int
) -> tuple[int, int]:
    """First and last stop after which an option may go in next to a neighbour's stop and cost less than `below`."""
    first, last = stop - 1, stop
    if problem.is_timed:
        return first, last
    # One of the two legs is that to or from the neighbour; the other one costs something, too.
    least = cost_on(problem, option, shift)
    profile = problem.shifts[shift, PROFILE]
    if least + problem.near_costs[profile, option, entry, 0] - routes.leg_costs[shift, stop - 1] >= below:
        first = stop
    if least + problem.near_costs[profile, option, entry, 1] - routes.leg_costs[shift, stop] >= below:
        last = stop - 1
    return first, last


@inlined
def cheapest_on(
    problem: ProblemArrays,
    routes: RouteArrays,
    search: SearchArrays,
    visit: int,
    shift: int,
    below: int,
    blink: float,
    found: Longs,
) -> int:
    """The cheapest insertion of a visit into one route below a cost."""
    for option in range(problem.visits[visit, FIRST_OPTION], problem.visits[visit, END_OPTION]):
        if problem.allowed[option, shift]:
            first, last = whole(0), whole(routes.length[shift])
            below = cheapest_between(problem, routes, search, visit, option, shift, first, last, below, blink, found)
    return below


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
    after = locations[shift, first]
    for stop in range(first, last + 1):
        before, after = after, locations[shift, stop + 1]
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

"""Where a visit goes in: the cheapest feasible place on any route, found with blinks."""

from scheduler.domain.travel import PROGRESS_PER_SECOND
from scheduler.solver.kernels.arrays import (
    BREAKS,
    CAPACITY,
    END,
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
    PREFERENCE,
    SERVICE,
    SHIFT,
    START,
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
from scheduler.solver.kernels.columns import first_column
from scheduler.solver.kernels.compiled import inlined, kernel
from scheduler.solver.kernels.labels import fits_between, label_at_pace, label_backward, label_forward
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
    for entry in range(problem.visits[visit, FIRST_SHIFT], problem.visits[visit, END_SHIFT]):
        shift = whole(problem.shifts_of_visit[entry])
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
def cost_on(problem: ProblemArrays, option: int, shift: int) -> int:
    """What an option costs on a shift but for travel and times."""
    cost = problem.options[option, PREFERENCE]
    if problem.crew_costs.size > 1:
        cost += problem.crew_costs[problem.options[option, VISIT], shift]
    return cost


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
            below = cheapest_between(problem, routes, search, visit, option, shift, stop - 1, stop, below, blink, found)
    return below


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


@kernel
def insert(problem: ProblemArrays, routes: RouteArrays, option: int, shift: int, stop: int, cost: int) -> None:
    """Put an option after a stop of a route and label it anew."""
    length = routes.length[shift]
    options, locations = routes.options, routes.locations
    legs, leg_costs, latest = routes.legs, routes.leg_costs, routes.latest
    labels = latest.shape[2]
    locations[shift, length + 2] = locations[shift, length + 1]
    for later in range(length + 1, stop + 1, -1):
        options[shift, later] = options[shift, later - 1]
        routes.stop_of[problem.options[options[shift, later], VISIT]] = later
        locations[shift, later] = locations[shift, later - 1]
        legs[shift, later] = legs[shift, later - 1]
        leg_costs[shift, later] = leg_costs[shift, later - 1]
    for later in range(length + 2, stop + 1, -1):
        for taken in range(labels):
            latest[shift, later, taken] = latest[shift, later - 1, taken]
    options[shift, stop + 1] = option
    here = problem.options[option, LOCATION]
    locations[shift, stop + 1] = first_column(problem, shift) + here
    legs[shift, stop] = problem.travel_back[here, locations[shift, stop]]
    legs[shift, stop + 1] = problem.travel[here, locations[shift, stop + 2]]
    leg_costs[shift, stop] = problem.leg_costs_back[here, locations[shift, stop]]
    leg_costs[shift, stop + 1] = problem.leg_costs[here, locations[shift, stop + 2]]
    routes.length[shift] = length + 1
    routes.cost[shift] += cost
    count(problem, routes, shift, whole(problem.options[option, VISIT]), whole(1))
    routes.where[problem.options[option, VISIT]] = shift
    routes.stop_of[problem.options[option, VISIT]] = stop + 1
    if problem.pace.shape[1] == 0:
        label_forward(problem, routes, shift, stop + 1)
        label_backward(problem, routes, shift, stop + 1)
    else:
        label_at_pace(problem, routes, shift, stop + 1, stop + 1)


@kernel
def count(problem: ProblemArrays, routes: RouteArrays, shift: int, visit: int, by: int) -> None:
    """Keep account of load and people's days when a visit comes (1) or goes (-1)."""
    routes.load[shift] += by * problem.visits[visit, LOAD]
    for entry in range(problem.shifts[shift, FIRST_LIMIT], problem.shifts[shift, END_LIMIT]):
        routes.used[problem.limits_of_shift[entry]] += by


@kernel
def label_all(problem: ProblemArrays, routes: RouteArrays, shift: int) -> None:
    """Write the locations, labels and cost of a route from its options; what its times cost comes later."""
    length = routes.length[shift]
    locations, legs, leg_costs, rows = routes.locations, routes.legs, routes.leg_costs, problem.options
    own = first_column(problem, shift)
    locations[shift, 0] = problem.shifts[shift, START]
    locations[shift, length + 1] = problem.shifts[shift, END]
    cost = 0
    for stop in range(1, length + 1):
        option = routes.options[shift, stop]
        routes.stop_of[rows[option, VISIT]] = stop
        locations[shift, stop] = own + rows[option, LOCATION]
        cost += cost_on(problem, option, shift)
    for stop in range(length + 1):
        here, there = locations[shift, stop], locations[shift, stop + 1] - own
        # An empty route is not driven.
        legs[shift, stop] = problem.travel_back[there, here] if length > 0 else 0
        leg_costs[shift, stop] = problem.leg_costs_back[there, here] if length > 0 else 0
        cost += leg_costs[shift, stop]
    routes.cost[shift] = cost
    if problem.pace.shape[1] == 0:
        label_forward(problem, routes, shift, whole(0))
        label_backward(problem, routes, shift, length + 1)
    else:
        label_at_pace(problem, routes, shift, whole(0), length + 1)

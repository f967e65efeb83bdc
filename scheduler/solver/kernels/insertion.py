"""Where a visit goes in: the cheapest feasible place on any route, found with blinks."""

from scheduler.solver.kernels.arrays import (
    BREAKS,
    CAPACITY,
    END,
    END_CREW,
    END_LIMIT,
    END_OPTION,
    END_WINDOW,
    FIRST_CREW,
    FIRST_LIMIT,
    FIRST_OPTION,
    FIRST_WINDOW,
    KIND,
    LOAD,
    LOCATION,
    MOST,
    NO_WAY,
    PENALTY,
    POSITION,
    PREFERENCE,
    SERVICE,
    START,
    VISIT,
    Ints,
    ProblemArrays,
    RouteArrays,
    SearchArrays,
)
from scheduler.solver.kernels.compiled import inlined, kernel
from scheduler.solver.kernels.labels import fits_between, label_backward, label_forward
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


@kernel
def cheapest(  # noqa: C901 - one loop: a call for each route costs as much as looking at it
    problem: ProblemArrays,
    routes: RouteArrays,
    search: SearchArrays,
    visit: int,
    blink: float,
    only_touched: bool,  # noqa: FBT001 - kernels take their arguments by position
    found: Ints,
) -> int:
    """The cheapest insertion of a visit below its penalty.

    Args:
        problem: The problem.
        routes: Labelled.
        search: For its random numbers, and the routes that are touched.
        visit: Not on any route.
        blink: The probability that a place is overlooked.
        only_touched: Look at touched routes alone.
        found: Receives option, shift and the stop it comes after.

    Returns:
        What the insertion adds to the cost; the penalty when there is none.
    """
    below = problem.visits[visit, PENALTY]
    load = problem.visits[visit, LOAD]
    has_crew_costs = problem.crew_costs.size > 1
    rows, shifts, crews = problem.options, problem.shifts, problem.crews
    windows, breaks = problem.windows, problem.breaks
    locations, legs, lengths = routes.locations, routes.legs, routes.length
    departures, latest = routes.departures, routes.latest
    travel, travel_back, touched = problem.travel, problem.travel_back, search.touched
    found[0] = -1
    for option in range(problem.visits[visit, FIRST_OPTION], problem.visits[visit, END_OPTION]):
        here, service = rows[option, LOCATION], rows[option, SERVICE]
        first_window, end_window = rows[option, FIRST_WINDOW], rows[option, END_WINDOW]
        empty_kind = -1
        for entry in range(rows[option, FIRST_CREW], rows[option, END_CREW]):
            shift = crews[entry]
            if only_touched and not touched[shift]:
                continue
            length = lengths[shift]
            if length == 0:
                # Among empty shifts that are alike the first one stands for all.
                if shifts[shift, KIND] == empty_kind:
                    continue
                empty_kind = shifts[shift, KIND]
            extra = rows[option, PREFERENCE]
            if has_crew_costs:
                extra += problem.crew_costs[visit, shift]
            if extra >= below or not has_room(problem, routes, shift, load):
                continue
            first, last = 0, length
            if problem.has_positions:
                first, last = allowed_places(problem, routes, shift, visit)
            most = shifts[shift, BREAKS]
            after = locations[shift, first]
            for stop in range(first, last + 1):
                before, after = after, locations[shift, stop + 1]
                to_it, from_it = travel_back[here, before], travel[here, after]
                cost = extra + to_it + from_it - legs[shift, stop]
                if cost >= below or to_it >= NO_WAY or from_it >= NO_WAY:
                    continue
                # Breaks only delay: a visit that is too late without them is too late with them.
                if departures[shift, stop, 0] + to_it + service + from_it > latest[shift, stop + 1, most]:
                    continue
                if blink > 0.0 and uniform(search.random) < blink:
                    continue
                if fits_between(
                    departures,
                    latest,
                    windows,
                    breaks,
                    shift,
                    stop,
                    most,
                    first_window,
                    end_window,
                    service,
                    to_it,
                    from_it,
                ):
                    below = cost
                    found[0], found[1], found[2] = option, shift, stop
    return below


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
    options, locations, legs = routes.options, routes.locations, routes.legs
    departures, latest = routes.departures, routes.latest
    labels = departures.shape[2]
    locations[shift, length + 2] = locations[shift, length + 1]
    for later in range(length + 1, stop + 1, -1):
        options[shift, later] = options[shift, later - 1]
        locations[shift, later] = locations[shift, later - 1]
        legs[shift, later] = legs[shift, later - 1]
    for later in range(length + 2, stop + 1, -1):
        for taken in range(labels):
            latest[shift, later, taken] = latest[shift, later - 1, taken]
    options[shift, stop + 1] = option
    here = problem.options[option, LOCATION]
    locations[shift, stop + 1] = here
    legs[shift, stop] = problem.travel[locations[shift, stop], here]
    legs[shift, stop + 1] = problem.travel[here, locations[shift, stop + 2]]
    routes.length[shift] = length + 1
    routes.cost[shift] += cost
    count(problem, routes, shift, problem.options[option, VISIT], 1)
    routes.where[problem.options[option, VISIT]] = shift
    label_forward(problem, routes, shift, stop + 1)
    label_backward(problem, routes, shift, stop + 1)


@kernel
def count(problem: ProblemArrays, routes: RouteArrays, shift: int, visit: int, by: int) -> None:
    """Keep account of load and people's days when a visit comes (1) or goes (-1)."""
    routes.load[shift] += by * problem.visits[visit, LOAD]
    for entry in range(problem.shifts[shift, FIRST_LIMIT], problem.shifts[shift, END_LIMIT]):
        routes.used[problem.limits_of_shift[entry]] += by


@kernel
def label_all(problem: ProblemArrays, routes: RouteArrays, shift: int) -> None:
    """Write the locations, labels and cost of a route from its options."""
    length = routes.length[shift]
    locations, legs, rows = routes.locations, routes.legs, problem.options
    locations[shift, 0] = problem.shifts[shift, START]
    cost = 0
    for stop in range(1, length + 1):
        option = routes.options[shift, stop]
        locations[shift, stop] = rows[option, LOCATION]
        legs[shift, stop - 1] = problem.travel[locations[shift, stop - 1], locations[shift, stop]]
        cost += legs[shift, stop - 1] + rows[option, PREFERENCE]
        if problem.crew_costs.size > 1:
            cost += problem.crew_costs[rows[option, VISIT], shift]
    locations[shift, length + 1] = problem.shifts[shift, END]
    # An empty route is not driven.
    last = problem.travel[locations[shift, length], locations[shift, length + 1]] if length > 0 else 0
    legs[shift, length] = last
    cost += last
    routes.cost[shift] = cost
    label_forward(problem, routes, shift, 0)
    label_backward(problem, routes, shift, length + 1)

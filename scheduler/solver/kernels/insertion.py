"""Where a visit goes in: the cheapest feasible place on any route, found with blinks."""

from scheduler.solver.kernels.arrays import (
    END_OPTION,
    END_PLACE,
    END_SHIFT,
    FIRST_OPTION,
    FIRST_SHIFT,
    KIND,
    LOAD,
    LOCATION,
    PROFILE,
    VISIT,
    Ints,
    Longs,
    ProblemArrays,
    RouteArrays,
    SearchArrays,
    StepSettings,
)
from scheduler.solver.kernels.between import cheapest_between, has_room
from scheduler.solver.kernels.compiled import inlined, kernel
from scheduler.solver.kernels.laying import cost_on
from scheduler.solver.kernels.random import uniform
from scheduler.solver.kernels.whole import whole


@inlined
def cheapest(
    problem: ProblemArrays,
    routes: RouteArrays,
    search: SearchArrays,
    visit: int,
    below: int,
    settings: StepSettings,
    only_torn: bool,  # noqa: FBT001 - kernels take their arguments by position
    found: Longs,
) -> int:
    """The cheapest insertion of a visit below a cost: next to its neighbours, or else anywhere.

    Args:
        problem: The problem.
        routes: Labelled.
        search: For its random numbers, and the routes that are torn.
        visit: Not on any route.
        below: Such as its penalty; of 32 bits.
        settings: Where places are looked for, and how many are overlooked.
        only_torn: Look at torn routes alone.
        found: Receives option, shift and the stop it comes after; option -1 for none. Where times cost something, the
            number of `candidates` in place of the best of them.

    Returns:
        What the insertion adds to the cost; `below` when there is none.
    """
    found[0], found[3] = -1, 0
    below = whole(below)
    near, torn_ones = False, only_torn
    if problem.near_options.shape[1] > 0 and not only_torn:
        below = cheapest_near(problem, routes, search, visit, below, settings, found)
        near = found[0] >= 0 or found[3] > 0
        if not near and search.torn[0] > 0 and is_spared(search, settings):
            near, torn_ones = True, True
    if torn_ones:
        first, end = whole(1), whole(search.torn[0] + 1)
        below = cheapest_on_each(problem, routes, search, visit, search.torn, first, end, below, settings, found)
    if not only_torn:
        shifts, first, end = shifts_to_try(problem, search, visit, near)
        below = cheapest_on_each(problem, routes, search, visit, shifts, first, end, below, settings, found)
    return below


@inlined
def is_spared(search: SearchArrays, settings: StepSettings) -> bool:
    """Whether a visit that found no place next to its neighbours is not tried on all routes this time."""
    return settings.everywhere_share < 1.0 and uniform(search.random) >= settings.everywhere_share


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


@inlined
def cheapest_on_each(
    problem: ProblemArrays,
    routes: RouteArrays,
    search: SearchArrays,
    visit: int,
    shifts: Ints,
    first: int,
    end: int,
    below: int,
    settings: StepSettings,
    found: Longs,
) -> int:
    """The cheapest insertion of a visit into one of the routes of shifts[first] .. shifts[end - 1] below a cost."""
    load, empty_kind = problem.visits[visit, LOAD], -1
    for entry in range(first, end):
        shift = whole(shifts[entry])
        if search.closed[shift]:
            continue
        if routes.length[shift] == 0:
            # Among empty shifts that are alike the first one stands for all.
            if problem.shifts[shift, KIND] == empty_kind:
                continue
            empty_kind = problem.shifts[shift, KIND]
        if has_room(problem, routes, shift, load):
            below = cheapest_on(problem, routes, search, visit, shift, below, settings.blink, found)
    return below


@kernel
def note_torn(search: SearchArrays) -> int:
    """Write the shifts that are touched now into `search.torn`; their number."""
    noted = 0
    for shift in range(len(search.touched)):
        if search.touched[shift]:
            noted += 1
            search.torn[noted] = shift
    search.torn[0] = noted
    return noted


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
def cheapest_near(
    problem: ProblemArrays,
    routes: RouteArrays,
    search: SearchArrays,
    visit: int,
    below: int,
    settings: StepSettings,
    found: Longs,
) -> int:
    """The cheapest insertion before or after one of the visit's neighbours below a cost."""
    near = problem.near_options
    place, end = problem.visits[visit, FIRST_OPTION], problem.visits[visit, END_OPTION]
    while place < end:
        search.looks[0] += 1
        for entry in range(min(near.shape[1], settings.neighbours)):
            if near[place, entry] < 0:
                break
            below = cheapest_beside(problem, routes, search, visit, place, entry, below, settings, found)
        place = problem.options[place, END_PLACE]
    return below


@inlined
def cheapest_beside(
    problem: ProblemArrays,
    routes: RouteArrays,
    search: SearchArrays,
    visit: int,
    place: int,
    entry: int,
    below: int,
    settings: StepSettings,
    found: Longs,
) -> int:
    """The cheapest insertion of what a visit may be at a place next to one neighbour of this below a cost."""
    rows = problem.options
    neighbour = problem.near_options[place, entry]
    other = rows[neighbour, VISIT]
    shift = whole(routes.where[other])
    if shift < 0 or search.closed[shift]:
        return below
    stop = whole(routes.stop_of[other])
    is_there = rows[routes.options[shift, stop], LOCATION] == rows[neighbour, LOCATION]
    if not is_there or not has_room(problem, routes, shift, problem.visits[visit, LOAD]):
        return below
    first, last = not_tried(search, shift, stop)
    for option in range(place, rows[place, END_PLACE]):
        if first <= last and problem.allowed[option, shift]:
            least, most = worth_trying(problem, routes, place, option, entry, shift, stop, first, last, below)
            if least <= most:
                below = cheapest_between(
                    problem, routes, search, visit, option, shift, least, most, below, settings.blink, found
                )
    return below


@inlined
def not_tried(search: SearchArrays, shift: int, stop: int) -> tuple[int, int]:
    """First and last stop next to a neighbour's after which this look has not come by; they count as tried then."""
    tried, look = search.tried, search.looks[0]
    first = stop if tried[shift, stop - 1] == look else stop - 1
    last = stop - 1 if tried[shift, stop] == look else stop
    tried[shift, stop - 1], tried[shift, stop] = look, look
    return first, last


@inlined
def worth_trying(
    problem: ProblemArrays,
    routes: RouteArrays,
    place: int,
    option: int,
    entry: int,
    shift: int,
    stop: int,
    first: int,
    last: int,
    below: int,
) -> tuple[int, int]:
    """Those of the stops first .. last next to a neighbour's after which an option may cost less than `below`."""
    if problem.is_timed:
        return first, last
    # One of the two legs is that to or from the neighbour; the other one costs something, too.
    least = cost_on(problem, option, shift)
    profile = problem.shifts[shift, PROFILE]
    if least + problem.near_costs[profile, place, entry, 0] - routes.leg_costs[shift, stop - 1] >= below:
        first = max(first, stop)
    if least + problem.near_costs[profile, place, entry, 1] - routes.leg_costs[shift, stop] >= below:
        last = min(last, stop - 1)
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

"""Two routes exchange their tails: on long routes no string that is torn out and put back visit by visit does it.

Only shifts that are alike exchange them: a tail that can be made on one of them can be made on the other, and costs the
same there. So what changes is two legs, and the labels before and after each of them say whether both routes can be
made (Potvin and Rousseau 1995, doi 10.1057/jors.1995.204, call the move 2-opt*).
"""

from scheduler.solver.kernels.arrays import (
    BREAKS,
    CAPACITY,
    END_PLACE,
    FIRST_OPTION,
    KIND,
    LOAD,
    LOCATION,
    MOST,
    NEVER,
    NO_WAY,
    UNLIMITED,
    VISIT,
    Longs,
    ProblemArrays,
    RouteArrays,
    SearchArrays,
)
from scheduler.solver.kernels.columns import first_column
from scheduler.solver.kernels.compiled import inlined, kernel
from scheduler.solver.kernels.labels import ready_after
from scheduler.solver.kernels.laying import count, label_all
from scheduler.solver.kernels.ruin import draw_visit, save
from scheduler.solver.kernels.whole import whole


@kernel
def exchange_some(problem: ProblemArrays, routes: RouteArrays, search: SearchArrays, below: float, found: Longs) -> int:
    """Make the cheapest exchange that lets one of its neighbours follow a random visit, if it costs less than `below`.

    Where there is a pace, or times cost something, or visits have pinned positions, two legs do not say what changes:
    the caller must not ask.

    Args:
        problem: The problem.
        routes: Labelled.
        search: `touched` says which two routes were changed.
        below: What the exchange may add to the cost.
        found: Room for two numbers.

    Returns:
        What it adds to the cost; 0 when there is none.
    """
    visit = draw_visit(routes, search)
    shift = whole(routes.where[visit])
    if shift < 0 or search.closed[shift]:
        return 0
    stop = whole(routes.stop_of[visit])
    change = find_exchange(problem, routes, search, shift, stop, int(min(below, float(NO_WAY))), found)
    if found[0] < 0:
        return 0
    exchange(problem, routes, search, shift, stop, whole(found[0]), whole(found[1]))
    return change


@kernel
def find_exchange(
    problem: ProblemArrays, routes: RouteArrays, search: SearchArrays, shift: int, stop: int, below: int, found: Longs
) -> int:
    """The cheapest exchange of what comes after a stop, below a cost.

    Args:
        problem: The problem.
        routes: Labelled.
        search: For the routes that are closed.
        shift: A route.
        stop: The last one before its tail, of a visit.
        below: Only what adds less to the cost is looked for.
        found: Receives the other shift and the first stop of its tail; shift -1 for none.

    Returns:
        What it adds to the cost; `below` when there is none.
    """
    found[0] = -1
    rows, near = problem.options, problem.near_options
    place = place_of(problem, routes.options[shift, stop])
    for entry in range(near.shape[1]):
        if near[place, entry] < 0:
            break
        other = rows[near[place, entry], VISIT]
        there, first = whole(routes.where[other]), whole(routes.stop_of[other])
        if there < 0 or there == shift or search.closed[there]:
            continue
        if problem.shifts[there, KIND] != problem.shifts[shift, KIND]:
            continue
        change = cost_of_exchange(problem, routes, shift, stop, there, first)
        if change < below and can_exchange(problem, routes, shift, stop, there, first):
            below = change
            found[0], found[1] = there, first
    return below


@inlined
def place_of(problem: ProblemArrays, option: int) -> int:
    """The first option at an option's place, by which `near_options` knows the place."""
    rows = problem.options
    place = problem.visits[rows[option, VISIT], FIRST_OPTION]
    while rows[place, END_PLACE] <= option:
        place = rows[place, END_PLACE]
    return place


@kernel
def cost_of_exchange(problem: ProblemArrays, routes: RouteArrays, shift: int, stop: int, there: int, first: int) -> int:
    """What it adds to the cost if the stops past `stop` change places with those of `there` from `first` on."""
    own, locations, leg_costs = first_column(problem, shift), routes.locations, routes.leg_costs
    here = problem.options[routes.options[shift, stop], LOCATION]
    cost = problem.leg_costs[here, locations[there, first]] - leg_costs[shift, stop] - leg_costs[there, first - 1]
    # A route that loses all its visits is not driven.
    if first > 1 or stop < routes.length[shift]:
        cost += problem.leg_costs_back[locations[shift, stop + 1] - own, locations[there, first - 1]]
    return cost


@kernel
def can_exchange(problem: ProblemArrays, routes: RouteArrays, shift: int, stop: int, there: int, first: int) -> bool:
    """Whether both routes can be made after the exchange that `cost_of_exchange` tells the cost of."""
    own, locations, most = first_column(problem, shift), routes.locations, problem.shifts[shift, MOST]
    longer = routes.length[there] - (first - 1) - (routes.length[shift] - stop)
    if routes.length[shift] + longer > most or routes.length[there] - longer > most:
        return False
    here = problem.options[routes.options[shift, stop], LOCATION]
    if not can_follow(problem, routes, shift, stop, there, first, problem.travel[here, locations[there, first]]):
        return False
    back = problem.travel_back[locations[shift, stop + 1] - own, locations[there, first - 1]]
    if not can_follow(problem, routes, there, first - 1, shift, stop + 1, back):
        return False
    capacity = problem.shifts[shift, CAPACITY]
    if capacity >= UNLIMITED:
        return True
    heavier = load_from(problem, routes, there, first) - load_from(problem, routes, shift, stop + 1)
    return routes.load[shift] + heavier <= capacity and routes.load[there] - heavier <= capacity


@inlined
def can_follow(
    problem: ProblemArrays, routes: RouteArrays, shift: int, stop: int, there: int, first: int, leg: int
) -> bool:
    """Whether what comes from the stop `first` on of one route can come after a stop of another one that is alike."""
    if leg >= NO_WAY:
        return False
    most = problem.shifts[shift, BREAKS]
    for taken in range(most + 1):
        departure = routes.departures[shift, stop, taken]
        if departure >= NEVER:
            continue
        for total in range(taken, most + 1):
            if ready_after(problem.breaks, shift, taken, total, departure, leg) <= routes.latest[there, first, total]:
                return True
    return False


@kernel
def load_from(problem: ProblemArrays, routes: RouteArrays, shift: int, first: int) -> int:
    """The load of the stops of a route from one on."""
    load = 0
    for stop in range(first, routes.length[shift] + 1):
        load += problem.visits[problem.options[routes.options[shift, stop], VISIT], LOAD]
    return load


@kernel
def exchange(
    problem: ProblemArrays, routes: RouteArrays, search: SearchArrays, shift: int, stop: int, there: int, first: int
) -> None:
    """Let the stops past `stop` and those of the route `there` from `first` on change places; the routes are saved."""
    save(routes, search, shift)
    save(routes, search, there)
    end, end_there = routes.length[shift], routes.length[there]
    take_tail(problem, routes, search, shift, stop + 1, there, first, end_there)
    take_tail(problem, routes, search, there, first, shift, stop + 1, end)
    label_all(problem, routes, shift)
    label_all(problem, routes, there)


@inlined
def take_tail(
    problem: ProblemArrays,
    routes: RouteArrays,
    search: SearchArrays,
    shift: int,
    stop: int,
    there: int,
    first: int,
    last: int,
) -> None:
    """Let a route go on, at a stop, with the stops first .. last of another one as it was saved."""
    for offset in range(last - first + 1):
        option = search.saved.options[there, first + offset]
        visit = whole(problem.options[option, VISIT])
        routes.options[shift, stop + offset] = option
        routes.where[visit] = shift
        count(problem, routes, there, visit, whole(-1))
        count(problem, routes, shift, visit, whole(1))
    routes.length[shift] = stop + last - first

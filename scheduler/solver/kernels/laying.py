"""What stands on a route: visits go in, gaps close, legs are laid and labelled."""

from scheduler.solver.kernels.arrays import (
    END,
    END_LIMIT,
    FIRST_LIMIT,
    LOAD,
    LOCATION,
    PREFERENCE,
    START,
    VISIT,
    ProblemArrays,
    RouteArrays,
)
from scheduler.solver.kernels.columns import first_column
from scheduler.solver.kernels.compiled import inlined, kernel
from scheduler.solver.kernels.labels import label_around
from scheduler.solver.kernels.whole import whole


@inlined
def cost_on(problem: ProblemArrays, option: int, shift: int) -> int:
    """What an option costs on a shift but for travel and times."""
    cost = problem.options[option, PREFERENCE]
    if problem.crew_costs.size > 1:
        cost += problem.crew_costs[problem.options[option, VISIT], shift]
    return cost


@kernel
def count(problem: ProblemArrays, routes: RouteArrays, shift: int, visit: int, by: int) -> None:
    """Keep account of load and people's days when a visit comes (1) or goes (-1)."""
    routes.load[shift] += by * problem.visits[visit, LOAD]
    for entry in range(problem.shifts[shift, FIRST_LIMIT], problem.shifts[shift, END_LIMIT]):
        routes.used[problem.limits_of_shift[entry]] += by


@kernel
def insert(problem: ProblemArrays, routes: RouteArrays, option: int, shift: int, stop: int, cost: int) -> None:
    """Put an option after a stop of a route and label it anew."""
    length = routes.length[shift]
    options, locations = routes.options, routes.locations
    legs, leg_costs, departures, latest = routes.legs, routes.leg_costs, routes.departures, routes.latest
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
            departures[shift, later, taken] = departures[shift, later - 1, taken]
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
    label_around(problem, routes, shift, stop + 1, stop + 1)


@kernel
def close_gap(problem: ProblemArrays, routes: RouteArrays, shift: int, first: int, by: int) -> None:
    """Move stops first, first + 1, .. and the end of a route forward by so many, with their labels."""
    options, locations, legs, leg_costs = routes.options, routes.locations, routes.legs, routes.leg_costs
    departures, latest = routes.departures, routes.latest
    end = routes.length[shift] + 1
    for stop in range(first, end + 1):
        options[shift, stop - by] = options[shift, stop]
        locations[shift, stop - by] = locations[shift, stop]
        legs[shift, stop - by] = legs[shift, stop]
        leg_costs[shift, stop - by] = leg_costs[shift, stop]
        for taken in range(latest.shape[2]):
            departures[shift, stop - by, taken] = departures[shift, stop, taken]
            latest[shift, stop - by, taken] = latest[shift, stop, taken]
    for stop in range(first - by, end - by):
        routes.stop_of[problem.options[options[shift, stop], VISIT]] = stop


@kernel
def label_all(problem: ProblemArrays, routes: RouteArrays, shift: int) -> None:
    """Write the locations, labels and cost of a route from its options; what its times cost comes later."""
    length = routes.length[shift]
    locations, rows = routes.locations, problem.options
    own = first_column(problem, shift)
    locations[shift, 0] = problem.shifts[shift, START]
    locations[shift, length + 1] = problem.shifts[shift, END]
    cost = 0
    for stop in range(1, length + 1):
        option = routes.options[shift, stop]
        routes.stop_of[rows[option, VISIT]] = stop
        locations[shift, stop] = own + rows[option, LOCATION]
        cost += cost_on(problem, option, shift)
    routes.cost[shift] = cost + lay_legs(problem, routes, shift, whole(0), length)
    label_around(problem, routes, shift, whole(0), length + 1)


@inlined
def lay_legs(problem: ProblemArrays, routes: RouteArrays, shift: int, first: int, last: int) -> int:
    """Write the legs from stops first .. last of a route to the next ones; what they cost."""
    locations, legs, leg_costs = routes.locations, routes.legs, routes.leg_costs
    own = first_column(problem, shift)
    cost = 0
    for stop in range(first, last + 1):
        here, there = locations[shift, stop], locations[shift, stop + 1] - own
        # An empty route is not driven.
        is_driven = routes.length[shift] > 0
        legs[shift, stop] = problem.travel_back[there, here] if is_driven else 0
        leg_costs[shift, stop] = problem.leg_costs_back[there, here] if is_driven else 0
        cost += leg_costs[shift, stop]
    return cost

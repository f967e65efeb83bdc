"""The search step, many times over: ruin, put back greedily, and let annealing decide what is kept."""

import math

from scheduler.solver.kernels.arrays import (
    BY_CLOSE,
    BY_CLOSING,
    BY_FAR,
    BY_OPENING,
    BY_PENALTY,
    BY_WIDTH,
    END_OPTION,
    FIRST_OPTION,
    PENALTY,
    Longs,
    ProblemArrays,
    RouteArrays,
    SearchArrays,
)
from scheduler.solver.kernels.compiled import entry, inlined, kernel
from scheduler.solver.kernels.insertion import cheapest, count, insert, label_all
from scheduler.solver.kernels.pool import remember
from scheduler.solver.kernels.random import below, uniform
from scheduler.solver.kernels.ruin import restore, ruin, save
from scheduler.solver.kernels.times import cheapest_timed, take_times, time_touched, unfairness
from scheduler.solver.kernels.whole import whole

CURRENT, BEST, LEFT_OUT, UNFAIR = range(4)
BLINK = 0.01
# How often each rule orders the visits that go back in, with the weights of the published search; -1 is any order.
RULES = (-1, -1, -1, -1, *(4 * (BY_PENALTY,)), BY_FAR, BY_FAR, BY_CLOSE, *(2 * (BY_WIDTH, BY_OPENING, BY_CLOSING)))
GAPS = (701, 301, 132, 57, 23, 10, 4, 1)


@entry
def start(problem: ProblemArrays, routes: RouteArrays, search: SearchArrays) -> None:
    """Label the routes that the caller wrote into `routes.options`, and cost them; they are the best so far."""
    routes.load[:] = 0
    routes.used[:] = 0
    for shift in range(len(routes.length)):
        label_all(problem, routes, shift)
    search.touched[:] = 1
    if problem.is_timed:
        time_touched(problem, routes, search)
    search.costs[LEFT_OUT] = 0
    for visit in range(len(routes.where)):
        if routes.where[visit] >= 0:
            count(problem, routes, whole(routes.where[visit]), visit, whole(1))
        else:
            search.costs[LEFT_OUT] += problem.visits[visit, PENALTY]
    search.costs[UNFAIR] = unfairness(problem, routes, search.work)
    search.costs[CURRENT] = search.costs[LEFT_OUT] + routes.cost.sum() + search.costs[UNFAIR]
    keep_best(routes, search)


@kernel
def keep_best(routes: RouteArrays, search: SearchArrays) -> None:
    """Make the current routes the best."""
    search.costs[BEST] = search.costs[CURRENT]
    for shift in range(len(routes.length)):
        search.best_length[shift] = routes.length[shift]
        for stop in range(1, routes.length[shift] + 1):
            search.best_options[shift, stop] = routes.options[shift, stop]


@entry
def anneal(
    problem: ProblemArrays,
    routes: RouteArrays,
    search: SearchArrays,
    iterations: int,
    hot: float,
    cold: float,
    average_removed: float,
    longest_string: float,
    wide_share: float,
    remembered: float,
) -> None:
    """Run so many steps, from one temperature (in seconds of cost) down to the other."""
    cooling = (cold / hot) ** (1.0 / max(1, iterations))
    temperature = hot
    found = search.found
    for _ in range(iterations):
        search.touched[:] = 0
        search.freed[:] = 0
        ruin(problem, routes, search, average_removed, longest_string, wide_share)
        left_out, unfair = search.costs[LEFT_OUT], search.costs[UNFAIR]
        allowed = -temperature * math.log(1.0 - uniform(search.random))
        if problem.is_timed:
            time_touched(problem, routes, search)
        # All that is unfair may be gone once the visits are back.
        most = allowed + unfair
        change = put_back(problem, routes, search, found, change_so_far(routes, search), most)
        if problem.unfairness > 0 and change < most:
            search.costs[UNFAIR] = unfairness(problem, routes, search.work)
            change += search.costs[UNFAIR] - unfair
        if change < allowed:
            accept(problem, routes, search, change, remembered)
        else:
            search.costs[LEFT_OUT], search.costs[UNFAIR] = left_out, unfair
            restore(problem, routes, search)
        temperature *= cooling


@inlined
def accept(problem: ProblemArrays, routes: RouteArrays, search: SearchArrays, change: int, remembered: float) -> None:
    """Keep what this step has done."""
    search.costs[CURRENT] += change
    if search.costs[CURRENT] < remembered * search.costs[BEST]:
        for shift in range(len(routes.length)):
            if search.touched[shift]:
                remember(problem, routes, search.pool, shift)
    if search.costs[CURRENT] < search.costs[BEST]:
        keep_best(routes, search)


@kernel
def change_so_far(routes: RouteArrays, search: SearchArrays) -> int:
    """How this step has changed the cost of routes."""
    change = 0
    for shift in range(len(routes.length)):
        if search.touched[shift]:
            change += routes.cost[shift] - search.saved.cost[shift]
    return change


@kernel
def put_back(
    problem: ProblemArrays, routes: RouteArrays, search: SearchArrays, found: Longs, change: int, allowed: float
) -> int:
    """Insert the visits that are on no route one by one, each where it is cheapest, while that pays.

    Args:
        problem: The problem.
        routes: Torn or empty.
        search: Its memory.
        found: Room for three numbers.
        change: What the step has changed the cost by so far.
        allowed: What the step may change the cost by; past it the work is not finished.

    Returns:
        The change of cost with all that came back and all that did not.
    """
    torn = False
    for shift in range(len(routes.length)):
        torn = torn or search.touched[shift] != 0
    waiting = order_waiting(problem, routes, search)
    for turn in range(waiting):
        visit = search.waiting[turn]
        penalty = problem.visits[visit, PENALTY]
        # A visit that found no room before finds none on a route that has not changed.
        only_touched = torn and not search.freed[visit]
        cost = cheapest(problem, routes, search, visit, BLINK, only_touched, found)
        if problem.is_timed:
            cost = cheapest_timed(problem, routes, search, cost, found)
        if found[0] >= 0:
            save(routes, search, found[1])
            insert(problem, routes, found[0], found[1], found[2], cost)
            take_times(routes, search, found[1])
            change += cost
            if not search.freed[visit]:
                search.costs[LEFT_OUT] -= penalty
                change -= penalty
        elif search.freed[visit]:
            search.costs[LEFT_OUT] += penalty
            change += penalty
        # A visit still to come rarely makes a plan cheaper: only one that was left out before can.
        if change - waiting_gain(problem, search, turn + 1, waiting) >= allowed:
            return change
    return change


@kernel
def waiting_gain(problem: ProblemArrays, search: SearchArrays, first: int, end: int) -> int:
    """The penalties that may still be saved by visits that were left out before this step."""
    gain = 0
    for turn in range(first, end):
        visit = search.waiting[turn]
        if not search.freed[visit]:
            gain += problem.visits[visit, PENALTY]
    return gain


@kernel
def order_waiting(problem: ProblemArrays, routes: RouteArrays, search: SearchArrays) -> int:
    """Write the visits on no route into `search.waiting` in an order drawn at random; their number."""
    column = RULES[below(search.random, len(RULES))]
    count = 0
    for visit in range(len(routes.where)):
        if routes.where[visit] >= 0 or search.reserved[visit]:
            continue
        if problem.visits[visit, FIRST_OPTION] == problem.visits[visit, END_OPTION]:
            continue
        search.waiting[count] = visit
        key = uniform(search.random)
        if column >= 0:
            key += problem.keys[visit, column]
        search.order_key[count] = key
        count += 1
    sort_waiting(search, count)
    return count


@kernel
def sort_waiting(search: SearchArrays, count: int) -> None:
    """Sort the first so many of `search.waiting` by their keys (Shell 1959, gaps of Ciura 2001)."""
    waiting, keys = search.waiting, search.order_key
    for gap in GAPS:
        for turn in range(gap, count):
            visit, key = waiting[turn], keys[turn]
            place = turn
            while place >= gap and keys[place - gap] > key:
                waiting[place] = waiting[place - gap]
                keys[place] = keys[place - gap]
                place -= gap
            waiting[place] = visit
            keys[place] = key

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
    NO_WAY,
    PENALTY,
    Longs,
    ProblemArrays,
    RouteArrays,
    SearchArrays,
    StepSettings,
)
from scheduler.solver.kernels.compiled import entry, inlined, kernel
from scheduler.solver.kernels.insertion import cheapest, note_empty, note_torn
from scheduler.solver.kernels.laying import count, insert, label_all
from scheduler.solver.kernels.pool import remember
from scheduler.solver.kernels.random import below, uniform
from scheduler.solver.kernels.ruin import restore, ruin, save
from scheduler.solver.kernels.tails import exchange_some
from scheduler.solver.kernels.times import cheapest_timed, take_times, time_touched, unfairness
from scheduler.solver.kernels.whole import whole

CURRENT, BEST, LEFT_OUT, UNFAIR = range(4)
# In so many steps, where any are left out, visits that lie together may go in although none of them pays alone: a crew
# drives far for several visits, not for one.
HOPEFUL_SHARE = 0.3
# The same where every shift has visits already: that one more would pay is rarely so.
HOPEFUL_SHARE_FULL = 0.02
MOST_HOPEFUL = 200.0
# So many of these steps take out a whole route, so that it can go for good.
WHOLE_ROUTES_SHARE = 0.3
# Of the visits that were left out, a step tries about so many again: fewer tries are more steps (measured on
# prize-collecting instances: 40, 15 and 5 end 1.7, 1.3 and 1.1 % above the best known).
MOST_TRIED_AGAIN = 5
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
    search.hopeful[:] = 0
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
    settings: StepSettings,
    remembered: float,
) -> None:
    """Run so many steps, from one temperature (in seconds of cost) down to the other."""
    cooling = (cold / hot) ** (1.0 / max(1, iterations))
    temperature = hot
    found = search.found
    for _ in range(iterations):
        exchange_tails(problem, routes, search, settings.exchanges, temperature, remembered)
        search.touched[:] = 0
        search.freed[:] = 0
        hopeful = search.costs[LEFT_OUT] > 0 and uniform(search.random) < hopeful_share(routes)
        whole_routes = hopeful and uniform(search.random) < WHOLE_ROUTES_SHARE
        around = ruin(problem, routes, search, settings, whole_routes)
        if hopeful:
            raise_hopes(problem, routes, search, around)
        left_out, unfair = search.costs[LEFT_OUT], search.costs[UNFAIR]
        allowed = what_may_be_lost(search, temperature)
        if problem.is_timed:
            time_touched(problem, routes, search)
        # All that is unfair may be gone once the visits are back.
        most = allowed + unfair
        change = put_back(problem, routes, search, settings, found, around, change_so_far(routes, search), most)
        if hopeful:
            search.hopeful[:] = 0
        if problem.unfairness > 0 and change < most:
            search.costs[UNFAIR] = unfairness(problem, routes, search.work)
            change += search.costs[UNFAIR] - unfair
        if change < allowed:
            accept(problem, routes, search, change, remembered)
        else:
            search.costs[LEFT_OUT], search.costs[UNFAIR] = left_out, unfair
            restore(problem, routes, search)
        temperature *= cooling


@kernel
def exchange_tails(
    problem: ProblemArrays,
    routes: RouteArrays,
    search: SearchArrays,
    times: int,
    temperature: float,
    remembered: float,
) -> None:
    """So many times, let a random route exchange its tail with another one if annealing lets it."""
    for _ in range(times):
        search.touched[:] = 0
        change = exchange_some(problem, routes, search, what_may_be_lost(search, temperature), search.found)
        if change != 0:
            accept(problem, routes, search, change, remembered)


@inlined
def what_may_be_lost(search: SearchArrays, temperature: float) -> float:
    """What a change must cost less than to be kept, drawn at random (Metropolis and others 1953)."""
    return -temperature * math.log(1.0 - uniform(search.random))


@kernel
def hopeful_share(routes: RouteArrays) -> float:
    """Of the steps in which visits may go in together."""
    for shift in range(len(routes.length)):
        if routes.length[shift] == 0:
            return HOPEFUL_SHARE
    return HOPEFUL_SHARE_FULL


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
    problem: ProblemArrays,
    routes: RouteArrays,
    search: SearchArrays,
    settings: StepSettings,
    found: Longs,
    around: int,
    change: int,
    allowed: float,
) -> int:
    """Insert the visits that are on no route one by one, each where it is cheapest, while that pays.

    Args:
        problem: The problem.
        routes: Torn or empty.
        search: Its memory.
        settings: Where a visit may go.
        found: Room for three numbers.
        around: The visit that routes were torn around.
        change: What the step has changed the cost by so far.
        allowed: What the step may change the cost by; past it the work is not finished.

    Returns:
        The change of cost with all that came back and all that did not.
    """
    torn = note_torn(search) > 0
    waiting = order_waiting(problem, routes, search, around if torn else -1)
    note_empty(problem, routes, search)
    hope = hoped_for(problem, search, waiting)
    # A visit still to come rarely makes a plan cheaper: only one that was left out before can.
    gain = waiting_gain(problem, search, waiting)
    for turn in range(waiting):
        visit = search.waiting[turn]
        penalty = problem.visits[visit, PENALTY]
        # A visit that found no room before finds none on a route that has no less on it.
        only_torn = torn and not search.freed[visit] and not search.hopeful[visit]
        most = max(hope, whole(penalty)) if search.hopeful[visit] else whole(penalty)
        cost = cheapest(problem, routes, search, visit, most, settings, only_torn, found)
        if problem.is_timed:
            cost = cheapest_timed(problem, routes, search, cost, found)
        if found[0] >= 0:
            put_in(problem, routes, search, found, cost)
            change += cost
            if cost >= penalty:
                # It has paid for the others' way too.
                hope = whole(0)
            if not search.freed[visit]:
                search.costs[LEFT_OUT] -= penalty
                change -= penalty
        elif search.freed[visit]:
            search.costs[LEFT_OUT] += penalty
            change += penalty
        gain -= penalty * (1 - search.freed[visit])
        if change - gain >= allowed:
            return change
    return change


@inlined
def put_in(problem: ProblemArrays, routes: RouteArrays, search: SearchArrays, found: Longs, cost: int) -> None:
    """Insert a visit where it was found to be cheapest."""
    save(routes, search, found[1])
    insert(problem, routes, found[0], found[1], found[2], cost)
    take_times(routes, search, found[1])
    if routes.length[found[1]] == 1:
        note_empty(problem, routes, search)


@kernel
def raise_hopes(problem: ProblemArrays, routes: RouteArrays, search: SearchArrays, around: int) -> None:
    """Write into `search.hopeful` a random number of visits on no route: one if it is on none, and those nearest it."""
    left = int(MOST_HOPEFUL ** uniform(search.random))
    if routes.where[around] < 0 and search.reserved[around] == 0:
        search.hopeful[around] = 1
        left -= 1
    for place in range(problem.near.shape[1]):
        visit = problem.near[around, place]
        if visit < 0 or left == 0:
            break
        if routes.where[visit] < 0 and search.reserved[visit] == 0:
            search.hopeful[visit] = 1
            left -= 1


@kernel
def hoped_for(problem: ProblemArrays, search: SearchArrays, waiting: int) -> int:
    """The penalties that hopeful visits save if they all go in: the first of them may cost as much."""
    hope = whole(0)
    for turn in range(waiting):
        visit = search.waiting[turn]
        if search.hopeful[visit]:
            hope = min(hope + problem.visits[visit, PENALTY], whole(NO_WAY - 1))
    return whole(hope)


@kernel
def waiting_gain(problem: ProblemArrays, search: SearchArrays, waiting: int) -> int:
    """The penalties that may still be saved by visits that were left out before this step."""
    gain = 0
    for turn in range(waiting):
        visit = search.waiting[turn]
        if not search.freed[visit]:
            gain += problem.visits[visit, PENALTY]
    return gain


@kernel
def order_waiting(problem: ProblemArrays, routes: RouteArrays, search: SearchArrays, around: int) -> int:
    """Write the visits on no route into `search.waiting` in an order drawn at random; their number.

    Where routes are torn and very many visits were left out before, those of them that are nearest.

    Args:
        problem: The problem.
        routes: Torn or empty.
        search: Its memory.
        around: The visit that routes were torn around; -1 where none is torn.
    """
    column = RULES[below(search.random, len(RULES))]
    is_choosy = around >= 0 and search.costs[LEFT_OUT] > 0 and left_before(routes, search) > MOST_TRIED_AGAIN
    count = 0
    for visit in range(len(routes.where)):
        if not is_choosy or search.freed[visit] or search.hopeful[visit]:
            count += put_in_line(problem, routes, search, visit, column, count)
    if is_choosy:
        most = count + MOST_TRIED_AGAIN
        for place in range(problem.near.shape[1]):
            visit = problem.near[around, place]
            if visit < 0 or count == most:
                break
            if not search.freed[visit] and not search.hopeful[visit]:
                count += put_in_line(problem, routes, search, visit, column, count)
    sort_waiting(search, count)
    return count


@inlined
def put_in_line(
    problem: ProblemArrays, routes: RouteArrays, search: SearchArrays, visit: int, column: int, place: int
) -> int:
    """Let a visit wait at this place if it may and does not stand on a route; 1 or 0."""
    if routes.where[visit] >= 0 or search.reserved[visit]:
        return 0
    if problem.visits[visit, FIRST_OPTION] == problem.visits[visit, END_OPTION]:
        return 0
    search.waiting[place] = visit
    key = uniform(search.random)
    if column >= 0:
        key += problem.keys[visit, column]
    search.order_key[place] = key
    return 1


@kernel
def left_before(routes: RouteArrays, search: SearchArrays) -> int:
    """How many visits were left out before this step."""
    left = 0
    for visit in range(len(routes.where)):
        left += routes.where[visit] < 0 and search.freed[visit] == 0
    return left


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

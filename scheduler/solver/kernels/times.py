"""What the times of a route cost: `schedule.Order.best` on flat arrays, and what is unfair between routes.

Orders are looked at in `SearchArrays.trial`, as a route is or with one visit more.
"""

from scheduler.domain.travel import PROGRESS_PER_SECOND
from scheduler.solver.kernels.arrays import (
    BREAKS,
    DEPARTS,
    EARLIEST,
    END_COLLECTOR,
    END_WINDOW,
    ENDS,
    FASTEST,
    FIRST_COLLECTOR,
    FIRST_WINDOW,
    LATEST,
    LEAST_COST,
    LEGS,
    LOCATION,
    LONGER_LEGS,
    NEVER,
    OPTION,
    PROFILE,
    PUBLISHED_SHIFT,
    PUBLISHED_START,
    REGULAR_END,
    SERVICE,
    SHIFT,
    STATIC_COST,
    STOP,
    TIMED_COST,
    TRIAL_BEFORE,
    TRIAL_DEPARTURE,
    TRIAL_LATEST,
    TRIAL_LEG,
    TRIAL_OPTION,
    VISIT,
    Ints,
    Longs,
    ProblemArrays,
    RouteArrays,
    SearchArrays,
)
from scheduler.solver.kernels.compiled import inlined, kernel
from scheduler.solver.kernels.labels import last_start, leave_at, next_start, ready_at
from scheduler.solver.kernels.pace import drive
from scheduler.solver.kernels.whole import whole


@kernel
def time_touched(problem: ProblemArrays, routes: RouteArrays, search: SearchArrays) -> None:
    """Work out the times of touched routes, and add what they cost to what the routes cost."""
    times = routes.times
    for shift in range(len(routes.length)):
        if search.touched[shift]:
            visits = try_order(problem, routes, search.trial, shift, whole(-1), whole(-1))
            cost, departs, ends = 0, 0, 0
            if visits > 0:
                cost, departs, ends = best_times(problem, search.trial, shift, visits, whole(NEVER))
            times[shift, TIMED_COST], times[shift, DEPARTS], times[shift, ENDS] = cost, departs, ends
            times[shift, LEGS] = 0
            for stop in range(visits + 1):
                times[shift, LEGS] += routes.legs[shift, stop]
            routes.cost[shift] += cost


@kernel
def take_times(routes: RouteArrays, search: SearchArrays, shift: int) -> None:
    """Give a route the times with the insertion that was found, when anything is timed."""
    for column in range(routes.times.shape[1]):
        routes.times[shift, column] = search.found_times[column]


@kernel
def try_order(problem: ProblemArrays, routes: RouteArrays, trial: Longs, shift: int, option: int, before: int) -> int:
    """Write a route with an option more after a stop, or with none where that is -1; the number of visits."""
    locations = routes.locations
    visits = 0
    for stop in range(routes.length[shift] + 1):
        trial[TRIAL_OPTION, visits, 0] = routes.options[shift, stop]
        trial[TRIAL_LEG, visits, 0] = routes.legs[shift, stop]
        if stop == before:
            here = problem.options[option, LOCATION]
            trial[TRIAL_LEG, visits, 0] = problem.travel_back[here, locations[shift, stop]]
            visits += 1
            trial[TRIAL_OPTION, visits, 0] = option
            trial[TRIAL_LEG, visits, 0] = problem.travel[here, locations[shift, stop + 1]]
        visits += 1
    return visits - 1


@kernel
def cheapest_timed(problem: ProblemArrays, routes: RouteArrays, search: SearchArrays, below: int, found: Longs) -> int:
    """The cheapest of the candidates, times and all, below a cost.

    Args:
        problem: The problem.
        routes: Labelled.
        search: Has the candidates; receives the times with the insertion that is found.
        below: The cost.
        found: Has their number; receives option, shift and the stop it comes after; option -1 for none.

    Returns:
        What the insertion adds to the cost; `below` when there is none.
    """
    candidates, times = search.candidates, search.found_times
    for _ in range(found[3]):
        next_one = 0
        for candidate in range(found[3]):
            if candidates[candidate, LEAST_COST] < candidates[next_one, LEAST_COST]:
                next_one = candidate
        if candidates[next_one, LEAST_COST] >= below:
            break
        candidates[next_one, LEAST_COST] = NEVER
        option, shift, stop = candidates[next_one, OPTION], candidates[next_one, SHIFT], candidates[next_one, STOP]
        cost = candidates[next_one, STATIC_COST] - routes.times[shift, TIMED_COST]
        visits = try_order(problem, routes, search.trial, shift, option, stop)
        times_cost, departs, ends = best_times(problem, search.trial, shift, visits, below - cost)
        if cost + times_cost < below:
            below = cost + times_cost
            found[0], found[1], found[2] = option, shift, stop
            times[TIMED_COST], times[DEPARTS], times[ENDS] = times_cost, departs, ends
            times[LEGS] = candidates[next_one, LONGER_LEGS]
    return below


@kernel
def best_times(problem: ProblemArrays, trial: Longs, shift: int, visits: int, most: int) -> tuple[int, int, int]:
    """The times of an order that cost least: what they cost, the departure and the end.

    The cost is `NEVER` when the order cannot be made, and any above `most` when none is below.
    """
    shifts = problem.shifts
    longer = least_longer(trial, visits, whole(shifts[shift, FASTEST]))
    best, best_waiting, departs, ends = NEVER, NEVER, 0, 0
    departure = whole(shifts[shift, EARLIEST])
    for _ in range(problem.most_points):
        end = do_early(problem, trial, shift, visits, departure)
        overtime = problem.overtime * max(0, end - shifts[shift, REGULAR_END]) // 1000
        # Later points end later, and nobody drives faster than at the fastest hour.
        least = overtime + longer
        if end > shifts[shift, LATEST] or least > most or (best, best_waiting) <= (least, 0):
            break
        latest = latest_departure(problem, trial, shift, visits, end)
        if latest > departure:
            departure = latest
            do_early(problem, trial, shift, visits, departure)
        cost, waiting = cost_of_times(problem, trial, shift, visits)
        cost += overtime
        if (cost, waiting) < (best, best_waiting):
            best, best_waiting, departs, ends = cost, waiting, departure, end
        departure += 1
    return best, departs, ends


@inlined
def least_longer(trial: Longs, visits: int, fastest: int) -> int:
    """What the fastest pace makes the legs of an order longer by, or shorter."""
    if fastest == PROGRESS_PER_SECOND:
        return 0
    longer = 0
    for stop in range(visits + 1):
        leg = trial[TRIAL_LEG, stop, 0]
        longer -= -leg * PROGRESS_PER_SECOND // fastest + leg
    return longer


@kernel
def ready(breaks: Ints, pace: Longs, shift: int, taken: int, total: int, departure: int, leg: int) -> int:
    """`ready_at`, compiled once."""
    return ready_at(breaks, pace, pace.shape[0] > 0, shift, taken, total, departure, leg)


@kernel
def do_early(problem: ProblemArrays, trial: Longs, shift: int, visits: int, departure: int) -> int:
    """Do everything as early as it can be when the crew leaves at a given time; the end."""
    windows, breaks, rows = problem.windows, problem.breaks, problem.options
    pace = problem.pace[problem.shifts[shift, PROFILE]]
    most = whole(problem.shifts[shift, BREAKS])
    for taken in range(1, most + 1):
        trial[TRIAL_DEPARTURE, 0, taken] = NEVER
    trial[TRIAL_DEPARTURE, 0, 0] = departure
    for stop in range(1, visits + 1):
        option, leg = trial[TRIAL_OPTION, stop, 0], trial[TRIAL_LEG, stop - 1, 0]
        first, end, service = rows[option, FIRST_WINDOW], rows[option, END_WINDOW], rows[option, SERVICE]
        for total in range(most + 1):
            earliest, before = NEVER, 0
            for taken in range(total + 1):
                left = trial[TRIAL_DEPARTURE, stop - 1, taken]
                if left < NEVER:
                    arrival = ready(breaks, pace, shift, taken, total, left, leg)
                    leaves = next_start(windows, first, end, arrival) + service
                    if leaves < earliest:
                        earliest, before = leaves, taken
            trial[TRIAL_DEPARTURE, stop, total] = earliest
            trial[TRIAL_BEFORE, stop, total] = before
    return end_early(problem, trial, shift, visits)


@inlined
def end_early(problem: ProblemArrays, trial: Longs, shift: int, visits: int) -> int:
    """The earliest end after the last visit; of equal ones that with the most breaks taken before."""
    breaks, pace = problem.breaks, problem.pace[problem.shifts[shift, PROFILE]]
    most = whole(problem.shifts[shift, BREAKS])
    earliest, before = NEVER, 0
    for taken in range(most + 1):
        left = trial[TRIAL_DEPARTURE, visits, taken]
        if left < NEVER:
            arrival = ready(breaks, pace, shift, taken, most, left, trial[TRIAL_LEG, visits, 0])
            if arrival <= earliest:
                earliest, before = arrival, taken
    trial[TRIAL_BEFORE, visits + 1, most] = before
    return earliest


@kernel
def latest_departure(problem: ProblemArrays, trial: Longs, shift: int, visits: int, end: int) -> int:
    """The latest departure that still ends then; the earliest times that end then are known."""
    windows, breaks, rows = problem.windows, problem.breaks, problem.options
    pace = problem.pace[problem.shifts[shift, PROFILE]]
    most = whole(problem.shifts[shift, BREAKS])
    for taken in range(most):
        trial[TRIAL_LATEST, visits + 1, taken] = -NEVER
    trial[TRIAL_LATEST, visits + 1, most] = end
    for stop in range(visits, -1, -1):
        leg = trial[TRIAL_LEG, stop, 0]
        for taken in range(most + 1):
            # A later departure than the earliest one is asked for: what is too late for that is of no use.
            earliest, latest = trial[TRIAL_DEPARTURE, stop, taken], -NEVER
            for total in range(taken, most + 1):
                after = trial[TRIAL_LATEST, stop + 1, total]
                if after > -NEVER and ready(breaks, pace, shift, taken, total, earliest, leg) <= after:
                    latest = max(latest, leave_at(breaks, pace, pace.shape[0] > 0, shift, taken, total, after, leg))
            if stop > 0 and latest > -NEVER:
                option = trial[TRIAL_OPTION, stop, 0]
                first, last = rows[option, FIRST_WINDOW], rows[option, END_WINDOW]
                latest = last_start(windows, first, last, latest - rows[option, SERVICE])
            trial[TRIAL_LATEST, stop, taken] = max(latest, -NEVER)
    return trial[TRIAL_LATEST, 0, 0]


@kernel
def cost_of_times(problem: ProblemArrays, trial: Longs, shift: int, visits: int) -> tuple[int, int]:
    """What the times that `do_early` has found cost but for overtime, and how long the crew waits."""
    breaks, pace, rows = problem.breaks, problem.pace[problem.shifts[shift, PROFILE]], problem.options
    total = whole(problem.shifts[shift, BREAKS])
    longer, waiting, moved = 0, 0, 0
    for stop in range(visits + 1, 0, -1):
        taken, leg = trial[TRIAL_BEFORE, stop, total], trial[TRIAL_LEG, stop - 1, 0]
        left = trial[TRIAL_DEPARTURE, stop - 1, taken]
        if pace.shape[0] > 0:
            longer += drive(breaks, pace, shift, taken, total, left, leg)[1] - leg
        if stop <= visits:
            option = trial[TRIAL_OPTION, stop, 0]
            start = trial[TRIAL_DEPARTURE, stop, total] - rows[option, SERVICE]
            waiting += start - ready(breaks, pace, shift, taken, total, left, leg)
            visit = rows[option, VISIT]
            if problem.visits[visit, PUBLISHED_SHIFT] == shift:
                moved += abs(start - problem.visits[visit, PUBLISHED_START]) > problem.tolerance
        total = taken
    return longer + problem.waiting * waiting // 1000 + problem.change_of_plan * moved, waiting


@kernel
def unfairness(problem: ProblemArrays, routes: RouteArrays, work: Longs) -> int:
    """What working longer than the mean costs."""
    people = len(work)
    if problem.unfairness == 0 or people == 0:
        return 0
    worked = 0
    for person in range(people):
        work[person] = problem.past_work[person]
        worked += work[person]
    for shift in range(len(routes.length)):
        span = routes.times[shift, ENDS] - routes.times[shift, DEPARTS]
        for entry in range(problem.shifts[shift, FIRST_COLLECTOR], problem.shifts[shift, END_COLLECTOR]):
            work[problem.collectors[entry]] += span
            worked += span
    mean = worked // people
    cost = 0
    for person in range(people):
        cost += problem.unfairness * max(0, work[person] - mean) // 1000
    return cost

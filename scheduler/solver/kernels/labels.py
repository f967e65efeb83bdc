"""The labels of `scheduler.solver.timing` on flat arrays: earliest departures, latest starts, by breaks taken."""

from scheduler.solver.kernels.arrays import (
    BREAKS,
    CLOSES,
    DURATION,
    EARLIEST,
    END_WINDOW,
    FIRST_WINDOW,
    LATEST,
    NEVER,
    OPENS,
    PROFILE,
    SERVICE,
    Ints,
    Longs,
    ProblemArrays,
    RouteArrays,
)
from scheduler.solver.kernels.compiled import inlined, kernel
from scheduler.solver.kernels.pace import drive, leave_by_at_pace
from scheduler.solver.kernels.whole import whole


@inlined
def next_start(windows: Ints, first: int, end: int, ready: int) -> int:
    """The earliest start at or after `ready` in windows first .. end - 1, `NEVER` if there is none."""
    for window in range(first, end):
        if ready <= windows[window, CLOSES]:
            return max(ready, windows[window, OPENS])
    return NEVER


@inlined
def last_start(windows: Ints, first: int, end: int, latest: int) -> int:
    """The latest start at or before `latest`, `-NEVER` if there is none."""
    for window in range(end - 1, first - 1, -1):
        if windows[window, OPENS] <= latest:
            return min(latest, windows[window, CLOSES])
    return -NEVER


@inlined
def ready_after(breaks: Ints, shift: int, taken: int, total: int, departure: int, leg: int) -> int:
    """When a crew is ready at the next stop if it takes breaks taken .. total - 1 on the way, `NEVER` if it cannot."""
    if taken == total:
        return departure + leg
    clock = departure
    rested = 0
    for rest in range(taken, total):
        length = breaks[shift, rest, DURATION]
        clock = max(clock, breaks[shift, rest, OPENS]) + length
        if clock > breaks[shift, rest, CLOSES]:
            return NEVER
        rested += length
    return max(departure + leg + rested, clock)


@inlined
def leave_by(breaks: Ints, shift: int, taken: int, total: int, arrival: int, leg: int) -> int:
    """The latest departure that is ready at `arrival`: `ready_after` mirrored, `-NEVER` if there is none."""
    if taken == total:
        return arrival - leg
    clock = arrival
    rested = 0
    for rest in range(total - 1, taken - 1, -1):
        length = breaks[shift, rest, DURATION]
        clock = min(clock, breaks[shift, rest, CLOSES]) - length
        if clock < breaks[shift, rest, OPENS]:
            return -NEVER
        rested += length
    return min(arrival - leg - rested, clock)


@inlined
def ready_at(
    breaks: Ints,
    pace: Longs,
    at_pace: bool,  # noqa: FBT001 - kernels take their arguments by position
    shift: int,
    taken: int,
    total: int,
    departure: int,
    leg: int,
) -> int:
    """`ready_after` at the pace, where there is one."""
    if not at_pace:
        return ready_after(breaks, shift, taken, total, departure, leg)
    return drive(breaks, pace, whole(shift), whole(taken), whole(total), whole(departure), whole(leg))[0]


@inlined
def leave_at(
    breaks: Ints,
    pace: Longs,
    at_pace: bool,  # noqa: FBT001 - kernels take their arguments by position
    shift: int,
    taken: int,
    total: int,
    arrival: int,
    leg: int,
) -> int:
    """`leave_by` at the pace, where there is one."""
    if not at_pace:
        return leave_by(breaks, shift, taken, total, arrival, leg)
    return leave_by_at_pace(breaks, pace, whole(shift), whole(taken), whole(total), whole(arrival), whole(leg))


@kernel
def label_forward(problem: ProblemArrays, routes: RouteArrays, shift: int, first: int, settled: int) -> None:
    """Work out the departures of stops first, first + 1, .. from those before them.

    Args:
        problem: The problem.
        routes: With legs.
        shift: The route.
        first: Stop.
        settled: Stops past it have labels that were right before stops up to it changed: the first of them that stays
            as it is ends the work.
    """
    _forward(problem, routes, shift, first, settled, False)


@inlined
def _forward(
    problem: ProblemArrays,
    routes: RouteArrays,
    shift: int,
    first: int,
    settled: int,
    at_pace: bool,  # noqa: FBT001 - kernels take their arguments by position
) -> None:
    departures, legs, options = routes.departures, routes.legs, routes.options
    windows, breaks, pace = problem.windows, problem.breaks, problem.pace[problem.shifts[shift, PROFILE]]
    rows = problem.options
    most = problem.shifts[shift, BREAKS]
    if first == 0:
        departures[shift, 0, 0] = problem.shifts[shift, EARLIEST]
        for taken in range(1, most + 1):
            departures[shift, 0, taken] = NEVER
        first = 1
    for stop in range(first, routes.length[shift] + 1):
        option = options[shift, stop]
        leg = legs[shift, stop - 1]
        first_window, end_window = rows[option, FIRST_WINDOW], rows[option, END_WINDOW]
        service = rows[option, SERVICE]
        stays = stop > settled
        for total in range(most + 1):
            earliest = NEVER
            for taken in range(total + 1):
                departure = departures[shift, stop - 1, taken]
                if departure < NEVER:
                    ready = ready_at(breaks, pace, at_pace, shift, taken, total, departure, leg)
                    earliest = min(earliest, next_start(windows, first_window, end_window, ready) + service)
            earliest = min(earliest, NEVER)
            stays = stays and departures[shift, stop, total] == earliest
            departures[shift, stop, total] = earliest
        if stays:
            return


@kernel
def label_backward(problem: ProblemArrays, routes: RouteArrays, shift: int, last: int, settled: int) -> None:
    """Work out the latest starts of stops last, last - 1, .. 0 from those after them; `settled` mirrored, before it."""
    _backward(problem, routes, shift, last, settled, False)


@inlined
def _backward(
    problem: ProblemArrays,
    routes: RouteArrays,
    shift: int,
    last: int,
    settled: int,
    at_pace: bool,  # noqa: FBT001 - kernels take their arguments by position
) -> None:
    latest, legs, options = routes.latest, routes.legs, routes.options
    windows, breaks, pace = problem.windows, problem.breaks, problem.pace[problem.shifts[shift, PROFILE]]
    rows = problem.options
    most = problem.shifts[shift, BREAKS]
    end = routes.length[shift] + 1
    if last >= end:
        for taken in range(most):
            latest[shift, end, taken] = -NEVER
        latest[shift, end, most] = problem.shifts[shift, LATEST]
        last = end - 1
    for stop in range(last, -1, -1):
        leg = legs[shift, stop]
        stays = stop < settled
        for taken in range(most + 1):
            leaving = latest_leaving(latest, breaks, pace, at_pace, shift, stop, taken, most, leg)
            if stop > 0 and leaving > -NEVER:
                option = options[shift, stop]
                leaving = last_start(
                    windows, rows[option, FIRST_WINDOW], rows[option, END_WINDOW], leaving - rows[option, SERVICE]
                )
            leaving = max(leaving, -NEVER)
            stays = stays and latest[shift, stop, taken] == leaving
            latest[shift, stop, taken] = leaving
        if stays:
            return


@inlined
def latest_leaving(
    latest: Ints,
    breaks: Ints,
    pace: Longs,
    at_pace: bool,  # noqa: FBT001 - kernels take their arguments by position
    shift: int,
    stop: int,
    taken: int,
    most: int,
    leg: int,
) -> int:
    """When a crew with so many breaks taken must leave a stop so that the rest can be made; `-NEVER` for never."""
    leaving = -NEVER
    for total in range(taken, most + 1):
        after = latest[shift, stop + 1, total]
        if after > -NEVER:
            leaving = max(leaving, leave_at(breaks, pace, at_pace, shift, taken, total, after, leg))
    return leaving


@kernel
def label_at_pace(problem: ProblemArrays, routes: RouteArrays, shift: int, first: int, last: int) -> None:
    """`label_forward` and `label_backward` where there is a pace; stops before first and past last are settled."""
    _forward(problem, routes, shift, first, last, True)
    _backward(problem, routes, shift, last, first, True)


@inlined
def label_around(problem: ProblemArrays, routes: RouteArrays, shift: int, first: int, last: int) -> None:
    """Label a route anew in which stops first .. last have changed, and the others are labelled as before."""
    if problem.pace.shape[1] == 0:
        label_forward(problem, routes, shift, first, last)
        label_backward(problem, routes, shift, last, first)
    else:
        label_at_pace(problem, routes, shift, first, last)


@kernel
def can_be_made(problem: ProblemArrays, routes: RouteArrays, shift: int) -> bool:
    """Whether a labelled route is feasible: its start may leave when the shift begins."""
    return routes.latest[shift, 0, 0] >= problem.shifts[shift, EARLIEST]


@kernel
def fits_between(
    departures: Ints,
    latest: Ints,
    windows: Ints,
    breaks: Ints,
    shift: int,
    before: int,
    most: int,
    first_window: int,
    end_window: int,
    service: int,
    to_it: int,
    from_it: int,
) -> bool:
    """Whether a visit fits between stops `before` and `before + 1` of a labelled route, where there is no pace.

    Args:
        departures: Of all routes.
        latest: Of all routes.
        windows: Of all options.
        breaks: Of all shifts.
        shift: The route.
        before: The stop before the visit.
        most: The shift's breaks.
        first_window: Of the visit's windows.
        end_window: Past the visit's windows.
        service: The visit's duration.
        to_it: Travel from the stop before.
        from_it: Travel to the stop after.
    """
    for taken in range(most + 1):
        departure = departures[shift, before, taken]
        if departure >= NEVER:
            continue
        for total in range(taken, most + 1):
            ready = ready_after(breaks, shift, taken, total, departure, to_it)
            start = next_start(windows, first_window, end_window, ready)
            if start >= NEVER:
                continue
            left = start + service
            for after in range(total, most + 1):
                if ready_after(breaks, shift, total, after, left, from_it) <= latest[shift, before + 1, after]:
                    return True
    return False

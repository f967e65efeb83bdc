"""An instance, and the routes of one search, as the flat arrays that kernels read and write (see `flatten`).

All numbers are whole seconds or counts in 32 bits: `NEVER` is 17 years, and no sum of a few of them overflows.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

NEVER = 1 << 29
NO_WAY = 1 << 27
UNLIMITED = 1 << 27
# A visit has its place among so many nearest ones; strings are torn out around them.
MOST_NEIGHBOURS = 400
POOL_SLOTS = 1 << 15

type Ints = npt.NDArray[np.int32]
type Longs = npt.NDArray[np.int64]
type Floats = npt.NDArray[np.float64]

# Columns of `ProblemArrays.options`.
VISIT, LOCATION, SERVICE, PREFERENCE, FIRST_WINDOW, END_WINDOW, END_PLACE = range(7)
# Columns of `ProblemArrays.visits`.
(
    FIRST_OPTION,
    END_OPTION,
    PENALTY,
    POSITION,
    LOAD,
    FIRST_SHIFT,
    END_SHIFT,
    PUBLISHED_SHIFT,
    PUBLISHED_START,
) = range(9)
# Columns of `ProblemArrays.shifts`; `START` and `END` are columns of `travel`, `FASTEST` the highest rate of its pace.
(
    EARLIEST,
    LATEST,
    START,
    END,
    MOST,
    BREAKS,
    CAPACITY,
    KIND,
    FIRST_LIMIT,
    END_LIMIT,
    REGULAR_END,
    FASTEST,
    FIRST_COLLECTOR,
    END_COLLECTOR,
    PROFILE,
) = range(15)
# Columns of `ProblemArrays.windows` and `ProblemArrays.breaks`; a break's `DURATION` comes third.
OPENS, CLOSES, DURATION = range(3)
# Columns of `ProblemArrays.keys`: in which order visits go back in.
BY_PENALTY, BY_FAR, BY_CLOSE, BY_WIDTH, BY_OPENING, BY_CLOSING, BY_LOAD = range(7)
KEYS = 7
# Columns of a slot in `ProblemArrays.pace`: its first second, the progress of one second in it, and the progress by
# then.
BEGINS, RATE, PROGRESS = range(3)
# Columns of `RouteArrays.times`: what the times of a route cost, its legs in `travel`, its departure and its end.
TIMED_COST, LEGS, DEPARTS, ENDS = range(4)
# Columns of `SearchArrays.candidates`: what an insertion adds to the cost at least, what it adds but for times, and
# the legs of the route with it.
LEAST_COST, STATIC_COST, LONGER_LEGS, OPTION, SHIFT, STOP = range(6)
CANDIDATE_COLUMNS = 6
# Rows of `SearchArrays.trial`, by stop: the option there and the leg from there, and by breaks taken the earliest
# departure, the breaks taken before the stop before it, and the latest start.
TRIAL_OPTION, TRIAL_LEG, TRIAL_DEPARTURE, TRIAL_BEFORE, TRIAL_LATEST = range(5)
TRIAL_ROWS = 5


class ProblemArrays(NamedTuple):
    """What a search reads.

    Locations are numbered from 0. Where shifts travel by several profiles, their matrices stand side by side: `column`
    says where one location of a pair is found for a shift. Routes hold columns, options hold locations.

    Attributes:
        travel: [from, column to] seconds, `NO_WAY` where there is none.
        travel_back: [to, column from] the same, so that both legs of an insertion are read from one row each.
        leg_costs: [from, column to] what a leg costs; the same array as `travel` where that is its seconds.
        leg_costs_back: [to, column from] the same.
        options: A row an option; its windows are a range of `windows`; the visit's options up to `END_PLACE` are at the
            same place.
        windows: When service may start, closed, in order and disjoint.
        visits: A row a visit; position 0 is no pinned position; its shifts are a range of `shifts_of_visit`.
        shifts: A row a shift; shifts of one KIND are alike in all but their number.
        breaks: [shift, number, opens / closes / duration].
        allowed: [option, shift] whether the shift may make the option.
        shifts_of_visit: Shifts that may make any option of a visit, ascending; a visit has a range of them.
        crew_costs: [visit, shift], of shape [1, 1] when there are none.
        limits: [most] of each person's day.
        limits_of_shift: Indices into `limits`.
        near: [visit, nearest first] visits with an option, -1 where the row ends.
        near_options: [first option at a place, nearest first] places of other visits, as the first option there, next
            to which it is tried, -1 where the row ends; of no columns where it is tried everywhere.
        near_costs: [profile, option, as in `near_options`, 0 / 1] what the leg to that place costs, and that from it.
        keys: [visit, rule], smaller goes first.
        has_positions: Whether any visit is pinned to a position.
        pace: [profile, slot] how fast crews get on by the clock; of no slots when always as fast as `travel` says.
        is_timed: Whether the times of routes cost anything.
        overtime: Thousandths of a second's cost.
        waiting: The same.
        unfairness: The same.
        change_of_plan: What a visit costs that moves in time on the shift it was published on.
        tolerance: By so many seconds it may move for nothing.
        most_points: So many departures of a route are looked at.
        collectors: People of shifts; a shift has a range of them.
        past_work: Of each of these people, seconds.
    """

    travel: Ints
    travel_back: Ints
    leg_costs: Ints
    leg_costs_back: Ints
    options: Ints
    windows: Ints
    visits: Ints
    shifts: Ints
    breaks: Ints
    allowed: npt.NDArray[np.uint8]
    shifts_of_visit: Ints
    crew_costs: Ints
    limits: Ints
    limits_of_shift: Ints
    near: Ints
    near_options: Ints
    near_costs: Ints
    keys: Floats
    has_positions: bool
    pace: Longs
    is_timed: bool
    overtime: int
    waiting: int
    unfairness: int
    change_of_plan: int
    tolerance: int
    most_points: int
    collectors: Ints
    past_work: Longs


class RouteArrays(NamedTuple):
    """The routes of one search with their labels; row `shift`, stop 0 is the start.

    Attributes:
        length: Visits on each route.
        options: [shift, stop] the option at stop 1, 2, ..; entry 0 is not used.
        locations: [shift, stop] start, visits, end, as columns of `travel`.
        legs: [shift, stop] travel from there to the next stop; read far more often than the matrix would stand.
        leg_costs: [shift, stop] what that leg costs.
        departures: [shift, stop, breaks taken] earliest, see `timing.departures`.
        latest: [shift, stop, breaks taken] latest service start, see `timing.latest_starts`.
        cost: Of each route, 0 when it is empty.
        load: Of each route.
        used: Of each person's day, the visits that count towards its limit.
        where: The shift of each visit, -1 when it is left out.
        stop_of: The stop of each visit on its route.
        times: A row a route, of no columns when nothing is timed.
    """

    length: Ints
    options: Ints
    locations: Ints
    legs: Ints
    leg_costs: Ints
    departures: Ints
    latest: Ints
    cost: Longs
    load: Ints
    used: Ints
    where: Ints
    stop_of: Ints
    times: Longs


class StepSettings(NamedTuple):
    """How much a step tears out, where it puts things back, and what goes before it.

    Attributes:
        average_removed: Visits that are torn out, on average.
        longest_string: Of them on one route, at most.
        wide_share: Of steps that tear much more.
        exchanges: So many times before a step two routes may exchange their tails.
        neighbours: A visit goes next to one of so many of its nearest places.
        everywhere_share: Of the visits that find nothing there, those that are tried on all routes; the others are
            tried on torn ones and in shifts that are empty.
        blink: The probability that a place is overlooked.
    """

    average_removed: float
    longest_string: float
    wide_share: float
    exchanges: int
    neighbours: int
    everywhere_share: float
    blink: float


class PoolArrays(NamedTuple):
    """Routes of good solutions, one a set of visits and kind of shift; a newer one takes the slot of an older one.

    Attributes:
        key: By slot, what the route is known by; 0 for none.
        cost: By slot.
        shift: By slot, a shift of the route's kind.
        length: By slot.
        options: [slot, 0 ..] in order.
        names: By visit, random bits that make up the key.
    """

    key: npt.NDArray[np.uint64]
    cost: Longs
    shift: Ints
    length: Ints
    options: Ints
    names: npt.NDArray[np.uint64]


class SearchArrays(NamedTuple):
    """What one search remembers beside its routes.

    Attributes:
        saved: The routes before this step, for those that are `touched`.
        touched: Whether a route was changed by this step.
        best_length: Of the best routes.
        best_options: The best routes.
        costs: Of the current and of the best routes, of leaving out what is left out of the current ones, and what is
            unfair about them.
        random: The generator's state.
        waiting: Visits in the order in which they go back in; `order_key` is what they are sorted by.
        order_key: See `waiting`.
        freed: Whether this step took a visit out.
        hopeful: Whether a visit on no route may go in although that costs more than leaving it out.
        empty: Shifts without visits, of neighbouring ones that are alike the first; entry 0 tells how many follow.
        tried: [shift, stop] the number of the look for a place that came by after that stop last.
        looks: How many there were.
        torn: Shifts that this step took visits out of; entry 0 tells how many follow.
        closed: Routes that another search is at: this one leaves them as they are.
        reserved: Visits on no route that only another search may put in.
        found: Option, shift and stop of an insertion; the number of `candidates`.
        candidates: Where a visit may go when times cost something.
        found_times: Of the route with the insertion that was found, like a row of `RouteArrays.times`.
        trial: [row, stop, breaks taken] an order whose times are looked at.
        work: Room for the working time of each person.
        pool: Routes worth remembering.
    """

    saved: RouteArrays
    touched: npt.NDArray[np.uint8]
    best_length: Ints
    best_options: Ints
    costs: Longs
    random: npt.NDArray[np.uint64]
    waiting: Ints
    order_key: Floats
    freed: npt.NDArray[np.uint8]
    hopeful: npt.NDArray[np.uint8]
    empty: Ints
    tried: Longs
    looks: Longs
    torn: Ints
    closed: npt.NDArray[np.uint8]
    reserved: npt.NDArray[np.uint8]
    found: Longs
    candidates: Longs
    found_times: Longs
    trial: Longs
    work: Longs
    pool: PoolArrays

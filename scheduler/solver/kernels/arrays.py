"""An instance, and the routes of one search, as the flat arrays that kernels read and write.

All numbers are whole seconds or counts in 32 bits: `NEVER` is 17 years, and no sum of a few of them overflows.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from scheduler.solver.instance import NO_WAY_SECONDS, Instance

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
VISIT, LOCATION, SERVICE, PREFERENCE, FIRST_WINDOW, END_WINDOW, FIRST_CREW, END_CREW = range(8)
# Columns of `ProblemArrays.visits`.
FIRST_OPTION, END_OPTION, PENALTY, POSITION, LOAD = range(5)
# Columns of `ProblemArrays.shifts`.
EARLIEST, LATEST, START, END, MOST, BREAKS, CAPACITY, KIND, FIRST_LIMIT, END_LIMIT = range(10)
# Columns of `ProblemArrays.windows` and `ProblemArrays.breaks`; a break's `DURATION` comes third.
OPENS, CLOSES, DURATION = range(3)
# Columns of `ProblemArrays.keys`: in which order visits go back in.
BY_PENALTY, BY_FAR, BY_CLOSE, BY_WIDTH, BY_OPENING, BY_CLOSING, BY_LOAD = range(7)
KEYS = 7


class ProblemArrays(NamedTuple):
    """What a search reads.

    Attributes:
        travel: [from, to] seconds, `NO_WAY` where there is none.
        travel_back: Its transpose, so that both legs of an insertion are read from one row each.
        options: A row an option; windows and crews are ranges into `windows` and `crews`.
        windows: When service may start, closed, in order and disjoint.
        visits: A row a visit; position 0 is no pinned position.
        shifts: A row a shift; shifts of one KIND are alike in all but their number.
        breaks: [shift, number, opens / closes / duration].
        crews: Shifts that may make an option, ascending.
        crew_costs: [visit, shift], of shape [1, 1] when there are none.
        limits: [most] of each person's day.
        limits_of_shift: Indices into `limits`.
        near: [visit, nearest first] visits with an option, -1 where the row ends.
        keys: [visit, rule], smaller goes first.
        has_positions: Whether any visit is pinned to a position.
    """

    travel: Ints
    travel_back: Ints
    options: Ints
    windows: Ints
    visits: Ints
    shifts: Ints
    breaks: Ints
    crews: Ints
    crew_costs: Ints
    limits: Ints
    limits_of_shift: Ints
    near: Ints
    keys: Floats
    has_positions: bool


class RouteArrays(NamedTuple):
    """The routes of one search with their labels; row `shift`, stop 0 is the start.

    Attributes:
        length: Visits on each route.
        options: [shift, stop] the option at stop 1, 2, ..; entry 0 is not used.
        locations: [shift, stop] start, visits, end.
        legs: [shift, stop] travel from there to the next stop; read far more often than the matrix would stand.
        departures: [shift, stop, breaks taken] earliest, see `timing.departures`.
        latest: [shift, stop, breaks taken] latest service start, see `timing.latest_starts`.
        cost: Of each route, 0 when it is empty.
        load: Of each route.
        used: Of each person's day, the visits that count towards its limit.
        where: The shift of each visit, -1 when it is left out.
    """

    length: Ints
    options: Ints
    locations: Ints
    legs: Ints
    departures: Ints
    latest: Ints
    cost: Longs
    load: Ints
    used: Ints
    where: Ints


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
        costs: Of the current and of the best routes, and of leaving out what is left out of the current ones.
        random: The generator's state.
        waiting: Visits in the order in which they go back in; `order_key` is what they are sorted by.
        order_key: See `waiting`.
        freed: Whether this step took a visit out.
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
    pool: PoolArrays


def problem_arrays(instance: Instance) -> ProblemArrays:
    """Flatten an instance."""
    travel = np.minimum(np.array(instance.travel, dtype=np.int64), NO_WAY).astype(np.int32)
    travel[travel >= min(NO_WAY, NO_WAY_SECONDS)] = NO_WAY
    options, windows, crews = _options(instance)
    visits = _visits(instance)
    shifts, limits_of_shift = _shifts(instance)
    has_costs = any(instance.shift_penalties)
    crew_costs = np.zeros((len(visits), len(shifts)) if has_costs else (1, 1), dtype=np.int32)
    for visit, costs in enumerate(instance.shift_penalties):
        for shift, cost in costs.items():
            crew_costs[visit, shift] = cost
    most_breaks = max((len(frame.breaks) for frame in instance.frames), default=0)
    breaks = np.zeros((len(shifts), max(1, most_breaks), 3), dtype=np.int32)
    for shift, frame in enumerate(instance.frames):
        breaks[shift, : len(frame.breaks)] = np.array(frame.breaks, dtype=np.int32).reshape(-1, 3)
    return ProblemArrays(
        travel=travel,
        travel_back=np.ascontiguousarray(travel.T),
        options=options,
        windows=windows,
        visits=visits,
        shifts=shifts,
        breaks=breaks,
        crews=crews,
        crew_costs=crew_costs,
        limits=np.array([limit.most for limit in instance.limits], dtype=np.int32),
        limits_of_shift=limits_of_shift,
        near=_near(instance, travel),
        keys=_keys(instance, travel),
        has_positions=instance.has_positions,
    )


def route_arrays(instance: Instance) -> RouteArrays:
    """Room for routes; the caller fills in orders and labels."""
    shifts, visits = len(instance.frames), len(instance.visit_ids)
    stops = _most_stops(instance) + 2
    labels = 1 + max((len(frame.breaks) for frame in instance.frames), default=0)
    return RouteArrays(
        length=np.zeros(shifts, dtype=np.int32),
        options=np.zeros((shifts, stops), dtype=np.int32),
        locations=np.zeros((shifts, stops), dtype=np.int32),
        legs=np.zeros((shifts, stops), dtype=np.int32),
        departures=np.zeros((shifts, stops, labels), dtype=np.int32),
        latest=np.zeros((shifts, stops, labels), dtype=np.int32),
        cost=np.zeros(shifts, dtype=np.int64),
        load=np.zeros(shifts, dtype=np.int32),
        used=np.zeros(len(instance.limits), dtype=np.int32),
        where=np.full(visits, -1, dtype=np.int32),
    )


def search_arrays(instance: Instance, seed: Sequence[int]) -> SearchArrays:
    """A new search's memory."""
    visits = len(instance.visit_ids)
    saved = route_arrays(instance)
    return SearchArrays(
        saved=saved,
        touched=np.zeros(len(saved.length), dtype=np.uint8),
        best_length=np.zeros_like(saved.length),
        best_options=np.zeros_like(saved.options),
        costs=np.zeros(3, dtype=np.int64),
        random=np.random.SeedSequence(list(seed)).generate_state(1, dtype=np.uint64) | np.uint64(1),
        waiting=np.zeros(visits, dtype=np.int32),
        order_key=np.zeros(visits, dtype=np.float64),
        freed=np.zeros(visits, dtype=np.uint8),
        pool=_pool_arrays(instance),
    )


def _pool_arrays(instance: Instance) -> PoolArrays:
    visits = len(instance.visit_ids)
    # The same names in every search, so that equal routes are known to be equal.
    names = np.random.SeedSequence(0).generate_state(visits + len(instance.frames), np.uint64).astype(np.uint64)
    return PoolArrays(
        key=np.zeros(POOL_SLOTS, dtype=np.uint64),
        cost=np.zeros(POOL_SLOTS, dtype=np.int64),
        shift=np.zeros(POOL_SLOTS, dtype=np.int32),
        length=np.zeros(POOL_SLOTS, dtype=np.int32),
        options=np.zeros((POOL_SLOTS, _most_stops(instance)), dtype=np.int32),
        names=names,
    )


def _most_stops(instance: Instance) -> int:
    """A number of visits that no route exceeds."""
    visits = len(instance.visit_ids)
    shortest = min((option.call.service for option in instance.options), default=0)
    longest = max((frame.latest_end - frame.earliest_start for frame in instance.frames), default=0)
    by_time = visits if shortest <= 0 else longest // shortest + 1
    by_limit = max((visits if most is None else most for most in instance.most_visits), default=0)
    return min(visits, by_time, by_limit)


def _options(instance: Instance) -> tuple[Ints, Ints, Ints]:
    rows: list[tuple[int, ...]] = []
    windows: list[tuple[int, int]] = []
    crews: list[int] = []
    for option, allowed in zip(instance.options, instance.allowed_shifts, strict=True):
        first_window, first_crew = len(windows), len(crews)
        windows.extend(option.call.starts)
        crews.extend(sorted(allowed))
        rows.append(
            (
                option.visit,
                option.call.location,
                option.call.service,
                option.preference_penalty,
                first_window,
                len(windows),
                first_crew,
                len(crews),
            )
        )
    return _rows(rows, 8), _rows(windows, 2), np.array(crews, dtype=np.int32)


def _visits(instance: Instance) -> Ints:
    rows = []
    for visit, options in enumerate(instance.options_of):
        first, end = (options[0], options[-1] + 1) if options else (0, 0)
        penalty = min(instance.penalties[visit], NO_WAY - 1)
        rows.append((first, end, penalty, instance.positions[visit] or 0, _load(instance, visit)))
    return _rows(rows, 5)


def _shifts(instance: Instance) -> tuple[Ints, Ints]:
    numbers = {id(limit): number for number, limit in enumerate(instance.limits)}
    kinds: dict[object, int] = {}
    rows: list[tuple[int, ...]] = []
    limits: list[int] = []
    alike = _shifts_by_options(instance)
    for shift, frame in enumerate(instance.frames):
        most = instance.most_visits[shift]
        capacity = instance.capacities[shift] if instance.capacities else None
        own_limits = instance.limits_of_shift[shift]
        # A shift whose people have limits of their own is like no other.
        key = (frame, most, capacity, alike[shift], shift if own_limits else None)
        first_limit = len(limits)
        limits.extend(numbers[id(limit)] for limit in own_limits)
        rows.append(
            (
                frame.earliest_start,
                frame.latest_end,
                frame.start_location,
                frame.end_location,
                UNLIMITED if most is None else most,
                len(frame.breaks),
                UNLIMITED if capacity is None else capacity,
                kinds.setdefault(key, len(kinds)),
                first_limit,
                len(limits),
            )
        )
    return _rows(rows, 10), np.array(limits, dtype=np.int32)


def _shifts_by_options(instance: Instance) -> list[object]:
    """By shift, which options its crew may make and at what extra cost, as something to compare."""
    may = np.zeros((len(instance.frames), len(instance.options)), dtype=np.uint8)
    for option, shifts in enumerate(instance.allowed_shifts):
        may[sorted(shifts), option] = 1
    costs: list[list[tuple[int, int]]] = [[] for _ in instance.frames]
    for visit, by_shift in enumerate(instance.shift_penalties):
        for shift, cost in by_shift.items():
            costs[shift].append((visit, cost))
    return [(may[shift].tobytes(), tuple(costs[shift])) for shift in range(len(instance.frames))]


def _near(instance: Instance, travel: Ints) -> Ints:
    """By visit, the others by the shortest travel between any of their places, in either direction."""
    visits = len(instance.visit_ids)
    possible = np.array([bool(options) for options in instance.options_of], dtype=bool)
    near = np.full((visits, min(visits, MOST_NEIGHBOURS)), -1, dtype=np.int32)
    if not instance.options:
        return near
    locations = np.array([option.call.location for option in instance.options])
    firsts = np.array([options[0] for options in instance.options_of if options])
    numbers = np.flatnonzero(possible)
    between = np.minimum(travel, travel.T)[:, locations]
    for visit in numbers:
        places = [instance.options[option].call.location for option in instance.options_of[visit]]
        nearest = np.minimum.reduceat(between[places].min(axis=0), firsts)
        nearest[np.searchsorted(numbers, visit)] = -1
        order = numbers[np.argsort(nearest, kind="stable")][: near.shape[1]]
        near[visit, : len(order)] = order
    return near


def _keys(instance: Instance, travel: Ints) -> Floats:
    keys = np.zeros((len(instance.visit_ids), KEYS), dtype=np.float64)
    starts = sorted({frame.start_location for frame in instance.frames})
    for visit, options in enumerate(instance.options_of):
        calls = [instance.options[option].call for option in options]
        if not calls or not starts:
            continue
        far = float(np.mean([travel[starts, call.location].min() for call in calls]))
        keys[visit, BY_PENALTY] = -instance.penalties[visit]
        keys[visit, BY_FAR], keys[visit, BY_CLOSE] = -far, far
        keys[visit, BY_WIDTH] = sum(last - first for call in calls for first, last in call.starts)
        keys[visit, BY_OPENING] = min(call.starts[0][0] for call in calls)
        keys[visit, BY_CLOSING] = -max(call.starts[-1][1] for call in calls)
        keys[visit, BY_LOAD] = -_load(instance, visit)
    return keys


def _load(instance: Instance, visit: int) -> int:
    return instance.loads[visit] if instance.loads else 0


def _rows(rows: Sequence[Sequence[Any]], columns: int) -> Ints:
    return np.array(rows, dtype=np.int32).reshape(len(rows), columns)

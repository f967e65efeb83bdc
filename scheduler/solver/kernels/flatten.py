"""An instance becomes the flat arrays of `arrays`."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

import numpy as np
import numpy.typing as npt

from scheduler.solver.instance import Instance
from scheduler.solver.kernels.arrays import (
    BY_CLOSE,
    BY_CLOSING,
    BY_FAR,
    BY_LOAD,
    BY_OPENING,
    BY_PENALTY,
    BY_WIDTH,
    CANDIDATE_COLUMNS,
    KEYS,
    NO_WAY,
    POOL_SLOTS,
    TRIAL_ROWS,
    UNLIMITED,
    Floats,
    Ints,
    Longs,
    PoolArrays,
    ProblemArrays,
    RouteArrays,
    SearchArrays,
)
from scheduler.solver.kernels.flatten_near import near_costs, places_near, visits_near
from scheduler.solver.kernels.flatten_times import (
    crew_of,
    fastest_rate,
    pace_rows,
    published_stop,
    quickest_legs,
    regular_end_of,
)
from scheduler.solver.kernels.flatten_travel import (
    quickest,
    side_by_side,
    transposed_side_by_side,
    travel_by_profile,
)
from scheduler.solver.schedule import MOST_POINTS, TOLERANCE


def problem_arrays(instance: Instance) -> ProblemArrays:
    """Flatten an instance."""
    by_profile = travel_by_profile(instance)
    travel, travel_back = side_by_side(by_profile), transposed_side_by_side(by_profile)
    least = quickest(by_profile)
    options, windows = _options(instance)
    allowed = _allowed(instance)
    visits, shifts_of_visit = _visits(instance, allowed)
    pace = pace_rows(instance)
    shifts, limits_of_shift = _shifts(instance, allowed, pace)
    leg_costs, leg_costs_back = travel, travel_back
    if instance.leg_costs:
        leg_costs = np.array(instance.leg_costs, dtype=np.int32)
        leg_costs_back = np.ascontiguousarray(leg_costs.T)
    near_options = places_near(instance, options, quickest(list(map(quickest_legs, by_profile, pace))))
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
        travel_back=travel_back,
        leg_costs=leg_costs,
        leg_costs_back=leg_costs_back,
        options=options,
        windows=windows,
        visits=visits,
        shifts=shifts,
        breaks=breaks,
        allowed=allowed,
        shifts_of_visit=shifts_of_visit,
        crew_costs=crew_costs,
        limits=np.array([limit.most for limit in instance.limits], dtype=np.int32),
        limits_of_shift=limits_of_shift,
        near=visits_near(instance, least),
        near_options=near_options,
        near_costs=near_costs(options, near_options, leg_costs, leg_costs_back),
        keys=_keys(instance, least),
        has_positions=instance.has_positions,
        pace=pace,
        is_timed=instance.is_timed,
        overtime=instance.terms.overtime,
        waiting=instance.terms.waiting,
        unfairness=instance.terms.unfairness,
        change_of_plan=instance.terms.change_of_plan,
        # Not written into the kernels, which are kept on disk as long as their own sources are the same.
        tolerance=TOLERANCE,
        most_points=MOST_POINTS,
        collectors=np.array([person for crew in instance.collectors_of_shift for person in crew], dtype=np.int32),
        past_work=np.array(instance.past_work, dtype=np.int64),
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
        leg_costs=np.zeros((shifts, stops), dtype=np.int32),
        departures=np.zeros((shifts, stops, labels), dtype=np.int32),
        latest=np.zeros((shifts, stops, labels), dtype=np.int32),
        cost=np.zeros(shifts, dtype=np.int64),
        load=np.zeros(shifts, dtype=np.int32),
        used=np.zeros(len(instance.limits), dtype=np.int32),
        where=np.full(visits, -1, dtype=np.int32),
        stop_of=np.zeros(visits, dtype=np.int32),
        times=np.zeros((shifts, 4 if instance.is_timed else 0), dtype=np.int64),
    )


def search_arrays(instance: Instance, seed: Sequence[int]) -> SearchArrays:
    """A new search's memory."""
    visits = len(instance.visit_ids)
    saved = route_arrays(instance)
    _, most_stops, labels = saved.latest.shape
    return SearchArrays(
        saved=saved,
        touched=np.zeros(len(saved.length), dtype=np.uint8),
        best_length=np.zeros_like(saved.length),
        best_options=np.zeros_like(saved.options),
        costs=np.zeros(4, dtype=np.int64),
        random=np.random.SeedSequence(list(seed)).generate_state(1, dtype=np.uint64) | np.uint64(1),
        waiting=np.zeros(visits, dtype=np.int32),
        order_key=np.zeros(visits, dtype=np.float64),
        freed=np.zeros(visits, dtype=np.uint8),
        hopeful=np.zeros(visits, dtype=np.uint8),
        empty=np.zeros(len(saved.length) + 1, dtype=np.int32),
        tried=np.zeros(saved.locations.shape, dtype=np.int64),
        looks=np.zeros(1, dtype=np.int64),
        torn=np.zeros(len(saved.length) + 1, dtype=np.int32),
        closed=np.zeros(len(saved.length), dtype=np.uint8),
        reserved=np.zeros(visits, dtype=np.uint8),
        found=np.zeros(4, dtype=np.int64),
        candidates=np.zeros((_most_candidates(instance), CANDIDATE_COLUMNS), dtype=np.int64),
        found_times=np.zeros(4, dtype=np.int64),
        trial=np.zeros((TRIAL_ROWS, most_stops + 1, labels), dtype=np.int64),
        work=np.zeros(len(instance.past_work), dtype=np.int64),
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


def _most_candidates(instance: Instance) -> int:
    """A number of places for one visit that is never exceeded; none are noted when nothing is timed."""
    if not instance.is_timed:
        return 0
    options = max((len(options) for options in instance.options_of), default=0)
    return options * (len(instance.visit_ids) + len(instance.frames))


def _options(instance: Instance) -> tuple[Ints, Ints]:
    rows: list[tuple[int, ...]] = []
    windows: list[tuple[int, int]] = []
    for _, options in groupby(instance.options, key=lambda option: (option.visit, option.call.location)):
        at_place = list(options)
        end_place = len(rows) + len(at_place)
        for option in at_place:
            first, call = len(windows), option.call
            windows.extend(call.starts)
            row = (option.visit, call.location, call.service, option.preference_penalty, first, len(windows), end_place)
            rows.append(row)
    return _rows(rows, 7), _rows(windows, 2)


def _allowed(instance: Instance) -> npt.NDArray[np.uint8]:
    allowed = np.zeros((len(instance.options), len(instance.frames)), dtype=np.uint8)
    for option, shifts in enumerate(instance.allowed_shifts):
        allowed[option, sorted(shifts)] = 1
    return allowed


def _visits(instance: Instance, allowed: npt.NDArray[np.uint8]) -> tuple[Ints, Ints]:
    rows: list[tuple[int, ...]] = []
    shifts: list[int] = []
    for visit, options in enumerate(instance.options_of):
        first_shift = len(shifts)
        shifts.extend(np.flatnonzero(allowed[list(options)].any(axis=0)).tolist())
        rows.append(
            (
                options[0] if options else 0,
                options[-1] + 1 if options else 0,
                min(instance.penalties[visit], NO_WAY - 1),
                instance.positions[visit] or 0,
                _load(instance, visit),
                first_shift,
                len(shifts),
                *published_stop(instance, visit),
            )
        )
    return _rows(rows, 9), np.array(shifts, dtype=np.int32)


def _shifts(instance: Instance, allowed: npt.NDArray[np.uint8], pace: Longs) -> tuple[Ints, Ints]:
    numbers = {id(limit): number for number, limit in enumerate(instance.limits)}
    kinds: dict[object, int] = {}
    rows: list[tuple[int, ...]] = []
    limits: list[int] = []
    collectors = 0
    costs = _costs_by_shift(instance)
    for shift, frame in enumerate(instance.frames):
        most = instance.most_visits[shift]
        capacity = instance.capacities[shift] if instance.capacities else None
        own_limits = instance.limits_of_shift[shift]
        # A shift whose people have limits of their own is like no other.
        own = shift if own_limits else None
        crew, regular_end = crew_of(instance, shift), regular_end_of(instance, shift)
        profile = instance.profile_of(shift)
        first_column = profile * len(instance.travel)
        key = (frame, profile, most, capacity, allowed[:, shift].tobytes(), costs[shift], own, crew, regular_end)
        first_limit = len(limits)
        limits.extend(numbers[id(limit)] for limit in own_limits)
        rows.append(
            (
                frame.earliest_start,
                frame.latest_end,
                first_column + frame.start_location,
                first_column + frame.end_location,
                UNLIMITED if most is None else most,
                len(frame.breaks),
                UNLIMITED if capacity is None else capacity,
                kinds.setdefault(key, len(kinds)),
                first_limit,
                len(limits),
                regular_end,
                fastest_rate(pace[profile], frame),
                collectors,
                collectors + len(crew),
                profile,
            )
        )
        collectors += len(crew)
    return _rows(rows, 15), np.array(limits, dtype=np.int32)


def _costs_by_shift(instance: Instance) -> list[tuple[tuple[int, int], ...]]:
    """By shift, the visits that cost extra with its crew, as something to compare."""
    costs: list[list[tuple[int, int]]] = [[] for _ in instance.frames]
    for visit, by_shift in enumerate(instance.shift_penalties):
        for shift, cost in by_shift.items():
            costs[shift].append((visit, cost))
    return [tuple(pairs) for pairs in costs]


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

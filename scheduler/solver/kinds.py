"""The kinds of shifts of an instance, and what pricing needs of each, forwards and backwards in time."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from scheduler.solver.instance import Instance, Option
from scheduler.solver.kernels.arrays import KIND, NEVER, NO_WAY, Ints, Longs, ProblemArrays
from scheduler.solver.kernels.completions import KindArrays
from scheduler.solver.kernels.flatten_travel import own_travel
from scheduler.solver.timing import BreakTimes, Call, Frame, next_start, ready_after
from scheduler.solver.ways import Rows, Ways

# A set of a kind's visits is 64 bits, one of them the sign.
MOST_VISITS_OF_KIND = 62
# A label remembers a visit while it stays among so many nearest ones; more give a better bound and more labels.
REMEMBERED = 10
# Labels that do no more than bound others remember less.
REMEMBERED_TO_BOUND = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """Shifts that are alike in all but their number.

    Attributes:
        number: Of the kind.
        shifts: Their numbers.
        worths: By option, what it saves in seconds, legs left out; 0 for those that the crews may not make.
        limits: The limits of persons' days that its visits count towards.
        arrays: What kernels need.
        mirrored: The same for the mirrored instance.
    """

    number: int
    shifts: Sequence[int]
    worths: Longs
    limits: Sequence[int]
    arrays: KindArrays
    mirrored: KindArrays


def mirrored(instance: Instance) -> Instance:
    """The instance with its time running backwards: routes are the same in reverse, and cost the same."""
    return replace(
        instance,
        frames=tuple(_mirrored_frame(frame) for frame in instance.frames),
        options=tuple(_mirrored_option(option) for option in instance.options),
        travel=_mirrored_rows(instance.travel),
        other_ways=tuple(Ways(_mirrored_rows(ways.travel), ways.pace) for ways in instance.other_ways),
        leg_costs=_mirrored_rows(instance.leg_costs),
    )


def _mirrored_rows(rows: Rows) -> Rows:
    return tuple(zip(*rows, strict=True))


def _mirrored_frame(frame: Frame) -> Frame:
    return Frame(
        earliest_start=-frame.latest_end,
        latest_end=-frame.earliest_start,
        start_location=frame.end_location,
        end_location=frame.start_location,
        breaks=tuple(
            BreakTimes(-rest.latest_end, -rest.earliest_start, rest.duration) for rest in reversed(frame.breaks)
        ),
    )


def _mirrored_option(option: Option) -> Option:
    call = option.call
    starts = tuple((-last - call.service, -first - call.service) for first, last in reversed(call.starts))
    return replace(option, call=Call(call.location, call.service, starts))


def kinds_of(instance: Instance, problem: ProblemArrays, mirror: Instance, backwards: ProblemArrays) -> list[Kind]:
    """The kinds of shifts.

    Args:
        instance: The problem.
        problem: The same, flat.
        mirror: The same, mirrored.
        backwards: The same, mirrored and flat.
    """
    kinds = []
    shifts_of: dict[int, list[int]] = {}
    for shift, kind in enumerate(problem.shifts[:, KIND].tolist()):
        shifts_of.setdefault(kind, []).append(shift)
    for number, shifts in sorted(shifts_of.items()):
        limits = [limit for limit, one in enumerate(instance.limits) if shifts[0] in one.shifts]
        kinds.append(
            Kind(
                number=number,
                shifts=shifts,
                worths=_worths(instance, shifts[0]),
                limits=limits,
                arrays=_arrays(instance, problem, shifts[0], REMEMBERED),
                mirrored=_arrays(mirror, backwards, shifts[0], REMEMBERED_TO_BOUND),
            )
        )
    return kinds


def has_few_visits(instance: Instance) -> bool:
    """Whether the visits that any one shift may make fit into a set of bits."""
    visits: list[set[int]] = [set() for _ in instance.frames]
    for option, shifts in zip(instance.options, instance.allowed_shifts, strict=True):
        for shift in shifts:
            visits[shift].add(option.visit)
    return all(len(able) <= MOST_VISITS_OF_KIND for able in visits)


def _worths(instance: Instance, shift: int) -> Longs:
    worths = np.zeros(len(instance.options), dtype=np.int64)
    for number in _options(instance, shift):
        option = instance.options[number]
        extra = option.preference_penalty + instance.shift_penalties[option.visit].get(shift, 0)
        worths[number] = instance.penalties[option.visit] - extra
    return worths


def _options(instance: Instance, shift: int) -> list[int]:
    return [option for option, shifts in enumerate(instance.allowed_shifts) if shift in shifts]


def _arrays(instance: Instance, problem: ProblemArrays, shift: int, remembered: int) -> KindArrays:
    options = _options(instance, shift)
    visits = sorted({instance.options[option].visit for option in options})
    mosts = [instance.most_visits[shift], *(limit.most for limit in instance.limits_of_shift[shift])]
    most = min([len(visits), *(most for most in mosts if most is not None)])
    bits, near = _bits(instance, problem, shift, options, remembered)
    direct, earliest = _first_starts(instance, problem, shift, options)
    return KindArrays(
        shift=shift,
        most=most,
        can_bind=most < len(visits),
        options=np.array(options if most else [], dtype=np.int32),
        bits=bits,
        near=near,
        direct=direct,
        earliest=earliest,
    )


def _bits(
    instance: Instance, problem: ProblemArrays, shift: int, options: Sequence[int], remembered: int
) -> tuple[Longs, Longs]:
    """By option, the bit of its visit, and the bits of the visits nearest to it."""
    bits, near = np.zeros((2, len(instance.options)), dtype=np.int64)
    if not options:
        return bits, near
    visits, numbers = np.unique([instance.options[option].visit for option in options], return_inverse=True)
    locations = [instance.options[option].call.location for option in options]
    there = own_travel(problem, shift)[np.ix_(locations, locations)]
    # A visit's options stand side by side.
    firsts = np.searchsorted(numbers, np.arange(len(visits)))
    nearest = np.minimum.reduceat(np.minimum(there, there.T), firsts, axis=1)
    nearest[np.arange(len(options)), numbers] = -1
    kept = np.argsort(nearest, axis=1, kind="stable")[:, :remembered]
    bits[options] = 1 << numbers.astype(np.int64)
    near[options] = (1 << kept.astype(np.int64)).sum(axis=1)
    return bits, near


def _first_starts(instance: Instance, problem: ProblemArrays, shift: int, options: Sequence[int]) -> tuple[Ints, Ints]:
    """By option and breaks taken: the first start straight from the start of the shift, and by any way."""
    frame = instance.frames[shift]
    direct, earliest = np.full((2, len(instance.options), len(frame.breaks) + 1), NEVER, dtype=np.int32)
    travel = own_travel(problem, shift)
    shortest = _shortest_ways(instance, travel, frame.start_location, options)
    for option in options:
        call = instance.options[option].call
        leg = int(travel[frame.start_location, call.location])
        if leg < NO_WAY:
            direct[option] = _starts(frame, call, leg)
        if shortest[call.location] < NO_WAY:
            earliest[option] = _starts(frame, call, shortest[call.location])
    return direct, earliest


def _starts(frame: Frame, call: Call, leg: int) -> Ints:
    starts = [
        next_start(call.starts, ready_after(frame.breaks[:taken], frame.earliest_start, leg))
        for taken in range(len(frame.breaks) + 1)
    ]
    # More breaks never make a start earlier, so these starts ascend.
    return np.minimum(starts, NEVER).astype(np.int32)


def _shortest_ways(instance: Instance, travel: Ints, start: int, options: Sequence[int]) -> dict[int, int]:
    """By location, the least travel from the start when any options lie between: legs may break the triangle rule."""
    locations = sorted({start, *(instance.options[option].call.location for option in options)})
    ways = travel[np.ix_(locations, locations)].astype(np.int64)
    for middle in range(len(locations)):
        ways = np.minimum(ways, ways[:, middle, None] + ways[None, middle, :])
    return dict(zip(locations, ways[locations.index(start)].tolist(), strict=True))

"""Who is near whom becomes parts of the flat arrays."""

import numpy as np
import numpy.typing as npt

from scheduler.solver.instance import Instance
from scheduler.solver.kernels.arrays import END_PLACE, LOCATION, MOST_NEIGHBOURS, NO_WAY, VISIT, Ints

# With so many visits or fewer an insertion is tried everywhere; with more, next to so many nearest places first.
TRIED_EVERYWHERE = 150
TRIED_NEXT_TO = 60
# What a second of waiting counts in seconds of travel when calls are compared.
GAP_OF_WAITING = 0.2


def visits_near(instance: Instance, travel: Ints) -> Ints:
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


def places_near(instance: Instance, options: Ints, travel: Ints) -> Ints:
    """As `ProblemArrays.near_options`: by travel, waiting and lateness between the two.

    Args:
        instance: The problem.
        options: Its options, as in `ProblemArrays`.
        travel: [from, to].
    """
    count = len(options)
    if len(instance.visit_ids) <= TRIED_EVERYWHERE or not count:
        return np.zeros((count, 0), dtype=np.int32)
    calls = [option.call for option in instance.options]
    # A place is taken as all that may be made there together.
    firsts = np.concatenate(([0], np.unique(options[:, END_PLACE])[:-1]))
    opens = np.minimum.reduceat([call.starts[0][0] for call in calls], firsts)
    closes = np.maximum.reduceat([call.starts[-1][1] for call in calls], firsts)
    service = np.minimum.reduceat([call.service for call in calls], firsts)
    locations, visits = options[firsts, LOCATION], options[firsts, VISIT]
    near = np.full((count, min(len(firsts), TRIED_NEXT_TO)), -1, dtype=np.int32)
    for place, first in enumerate(firsts):
        here = locations[place]
        after = _gap(travel[here, locations], opens[place], closes[place], service[place], opens, closes)
        before = _gap(travel[locations, here], opens, closes, service, opens[place], closes[place])
        gap = np.minimum(after, before)
        gap[visits == visits[place]] = NO_WAY
        order = np.argsort(gap, kind="stable")[: near.shape[1]]
        order = order[gap[order] < NO_WAY]
        near[first, : len(order)] = firsts[order]
    return near


def _gap(
    leg: Ints,
    opens: npt.NDArray[np.int64],
    closes: npt.NDArray[np.int64],
    service: npt.NDArray[np.int64],
    next_opens: npt.NDArray[np.int64],
    next_closes: npt.NDArray[np.int64],
) -> npt.NDArray[np.float64]:
    """How far two calls are from one another when one comes right after the other; `NO_WAY` where it cannot."""
    waiting = np.maximum(0, next_opens - (closes + service + leg))
    gap = leg + GAP_OF_WAITING * waiting
    gap[(opens + service + leg > next_closes) | (leg >= NO_WAY)] = NO_WAY
    return gap


def near_costs(options: Ints, near: Ints, leg_costs: Ints, leg_costs_back: Ints) -> Ints:
    """[profile, option, as in `near`, 0 / 1] what legs to and from near options cost, one after the other in memory.

    Args:
        options: As in `ProblemArrays`.
        near: `near_options`.
        leg_costs: [from, column to].
        leg_costs_back: [to, column from].
    """
    count = len(leg_costs)
    profiles = leg_costs.shape[1] // max(1, count)
    costs = np.zeros((profiles, *near.shape, 2), dtype=np.int32)
    here = options[:, LOCATION, None]
    there = options[np.maximum(near, 0), LOCATION] if len(options) else near
    for profile in range(profiles):
        costs[profile, :, :, 0] = leg_costs[here, profile * count + there]
        costs[profile, :, :, 1] = leg_costs_back[here, profile * count + there]
    return costs

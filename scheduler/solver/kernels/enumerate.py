"""Every route of a kind of shift that can be in a better plan: all sets of visits, each with its cheapest order.

A label stands for the visits from the start of the shift to one of them. It dominates another that has made the same
visits and stands at the same location when it is worth no less, leaves no later and has taken no fewer breaks. A label
lives on only where some way to finish (`scheduler.solver.kernels.completions`) makes a route that is worth enough.
"""

from typing import NamedTuple

from scheduler.solver.kernels.arrays import (
    BREAKS,
    EARLIEST,
    END,
    END_WINDOW,
    FIRST_WINDOW,
    LATEST,
    LOCATION,
    NEVER,
    NO_WAY,
    POSITION,
    SERVICE,
    START,
    VISIT,
    Ints,
    Longs,
    ProblemArrays,
)
from scheduler.solver.kernels.columns import first_column
from scheduler.solver.kernels.compiled import entry, inlined
from scheduler.solver.kernels.completions import (
    DOMINATED,
    LOOKS,
    MOST_LOOKS,
    NO_LABEL,
    PARTS,
    Completions,
    KindArrays,
    can_finish,
    room_after,
)
from scheduler.solver.kernels.labels import next_start, ready_after

# Large odd numbers that scatter sets and locations over a table.
_SCATTER_SETS = 0x1E3779B97F4A7C15
_SCATTER_LOCATIONS = 0x2545F4914F6CDD1D
_HIGH_BITS = 20


class Beginnings(NamedTuple):
    """Labels in order of making, with fewer visits before more; label 0 is the start of the shift.

    Attributes:
        done: Bits of the visits made.
        worth: Of the visits and the legs so far.
        departs: Earliest.
        option: The last one.
        taken: Breaks taken by then.
        before: The label of the visit before.
        following: The next label of the same set and location, `NO_LABEL` at the end, `DOMINATED` in no chain.
        chains: A hash table of the first labels of the chains.
    """

    done: Longs
    worth: Longs
    departs: Ints
    option: Ints
    taken: Ints
    before: Ints
    following: Ints
    chains: Ints


class FoundRoutes(NamedTuple):
    """Routes, one for each set of visits.

    Attributes:
        label: The last one of the route.
        worth: Of the route.
        slots: A hash table of routes by set.
    """

    label: Ints
    worth: Longs
    slots: Ints


@entry
def enumerate_routes(
    problem: ProblemArrays,
    kind: KindArrays,
    worths: Longs,
    ways: Completions,
    need: int,
    labels: Beginnings,
    routes: FoundRoutes,
    effort: Longs,
) -> int:
    """Find the cheapest route of each set of visits, for all sets whose route is worth at least `need`.

    Args:
        problem: The problem.
        kind: The shifts.
        worths: Of options, in parts of a second, legs left out.
        ways: To finish, at these worths.
        need: In parts of a second.
        labels: Room to work in.
        routes: Receives the routes, by their last labels.
        effort: Is added to.

    Returns:
        The number of routes; -1 when there are too many labels or routes.
    """
    labels.chains[:] = NO_LABEL
    routes.slots[:] = NO_LABEL
    labels.done[0], labels.worth[0], labels.taken[0] = 0, 0, 0
    labels.option[0], labels.before[0], labels.following[0] = NO_LABEL, NO_LABEL, NO_LABEL
    labels.departs[0] = problem.shifts[kind.shift, EARLIEST]
    # So many labels may follow one label.
    one_more = len(kind.options) * (problem.shifts[kind.shift, BREAKS] + 1)
    made, found, label, length, end_of_length = 1, 0, 0, 0, 1
    while label < made:
        if label == end_of_length:
            length, end_of_length = length + 1, made
        if labels.following[label] != DOMINATED:
            if length > 0:
                found = _end(problem, kind, need, labels, label, routes, found)
            if length < kind.most:
                made = _go_on(problem, kind, worths, ways, need, labels, made, label, length, effort)
        label += 1
        if made + one_more > len(labels.done) or found >= len(routes.label) or effort[LOOKS] > effort[MOST_LOOKS]:
            return -1
    return found


@inlined
def _go_on(
    problem: ProblemArrays,
    kind: KindArrays,
    worths: Longs,
    ways: Completions,
    need: int,
    labels: Beginnings,
    made: int,
    label: int,
    length: int,
    effort: Longs,
) -> int:
    """Add the labels with one visit more.

    Returns:
        The number of labels made so far.
    """
    rows, shift = problem.options, kind.shift
    done, departs = labels.done[label], labels.departs[label]
    here = problem.shifts[shift, START]
    if length > 0:
        here = first_column(problem, shift) + rows[labels.option[label], LOCATION]
    for option in kind.options:
        leg = problem.travel_back[rows[option, LOCATION], here]
        position = problem.visits[rows[option, VISIT], POSITION]
        if done & kind.bits[option] or leg >= NO_WAY or position not in (0, length + 1):
            continue
        worth = labels.worth[label] - PARTS * problem.leg_costs_back[rows[option, LOCATION], here]
        for taken in range(labels.taken[label], problem.shifts[shift, BREAKS] + 1):
            ready = ready_after(problem.breaks, shift, labels.taken[label], taken, departs, leg)
            start = next_start(problem.windows, rows[option, FIRST_WINDOW], rows[option, END_WINDOW], ready)
            room = room_after(kind, length)
            if start >= NEVER or not can_finish(ways, effort, option, taken, start, done, need - worth, room):
                continue
            labels.done[made], labels.worth[made] = done | kind.bits[option], worth + worths[option]
            labels.departs[made], labels.taken[made] = start + rows[option, SERVICE], taken
            labels.option[made], labels.before[made] = option, label
            if _is_kept(labels, made, rows[option, LOCATION], rows, effort):
                made += 1
    return made


@inlined
def _is_kept(labels: Beginnings, new: int, location: int, rows: Ints, effort: Longs) -> bool:
    """Whether no label dominates a new one; it is chained then, and those that it dominates are taken out."""
    done = labels.done[new]
    slot = _slot(done, location, len(labels.chains))
    while True:
        first = labels.chains[slot]
        if first == NO_LABEL:
            break
        if labels.done[first] == done and rows[labels.option[first], LOCATION] == location:
            break
        slot = slot + 1 & len(labels.chains) - 1
    looks = 1
    other = first
    while other != NO_LABEL:
        looks += 1
        if _dominates(labels, other, new):
            effort[LOOKS] += looks
            return False
        other = labels.following[other]
    # The new label comes first, so that the slot always holds a living label.
    labels.following[new] = first
    labels.chains[slot] = new
    before, other = new, first
    while other != NO_LABEL:
        following = labels.following[other]
        if _dominates(labels, new, other):
            labels.following[before] = following
            labels.following[other] = DOMINATED
        else:
            before = other
        other = following
    effort[LOOKS] += looks
    return True


@inlined
def _dominates(labels: Beginnings, one: int, other: int) -> bool:
    """Whether the one can be followed by all that can follow the other, at no higher cost."""
    return (
        labels.worth[one] >= labels.worth[other]
        and labels.departs[one] <= labels.departs[other]
        and labels.taken[one] >= labels.taken[other]
    )


@inlined
def _slot(done: int, location: int, size: int) -> int:
    """Where a table of this size, a power of two, is first looked into."""
    return (done * _SCATTER_SETS + location * _SCATTER_LOCATIONS) >> _HIGH_BITS & size - 1


@inlined
def _end(
    problem: ProblemArrays, kind: KindArrays, need: int, labels: Beginnings, label: int, routes: FoundRoutes, found: int
) -> int:
    """Keep the route that ends after a label, when there is one and none with these visits is worth more.

    Returns:
        The number of routes so far.
    """
    shift = kind.shift
    most = problem.shifts[shift, BREAKS]
    here, end = problem.options[labels.option[label], LOCATION], problem.shifts[shift, END]
    leg = problem.travel[here, end]
    worth = labels.worth[label] - PARTS * problem.leg_costs[here, end]
    if worth < need or leg >= NO_WAY:
        return found
    arrival = ready_after(problem.breaks, shift, labels.taken[label], most, labels.departs[label], leg)
    if arrival > problem.shifts[shift, LATEST]:
        return found
    done = labels.done[label]
    slot = _slot(done, 0, len(routes.slots))
    while routes.slots[slot] != NO_LABEL and labels.done[routes.label[routes.slots[slot]]] != done:
        slot = slot + 1 & len(routes.slots) - 1
    route = routes.slots[slot]
    if route == NO_LABEL:
        route, found = found, found + 1
        routes.slots[slot] = route
    elif worth <= routes.worth[route]:
        return found
    routes.label[route], routes.worth[route] = label, worth
    return found

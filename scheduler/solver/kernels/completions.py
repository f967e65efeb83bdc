"""The ways to finish a route, from its end backwards: what pricing looks through, and what bounds enumeration.

A label stands for the visits from one option to the end of the shift. It dominates another at the same option when it
is worth no less, may begin no later, leaves no more breaks to what comes before, and remembers no visit that the other
does not. It remembers only those visits that lie near to each of the visits before them (ng-routes: Baldacci, Mingozzi
and Roberti 2011, doi 10.1287/opre.1110.0975), so that labels stay few. A route may then come back to a visit that it
has forgotten, and pinned positions are not looked at here: both make the bound weaker, never wrong.
"""

from typing import NamedTuple

from scheduler.solver.kernels.arrays import (
    BREAKS,
    END,
    END_WINDOW,
    FIRST_WINDOW,
    LATEST,
    LOCATION,
    NO_WAY,
    SERVICE,
    START,
    UNLIMITED,
    Ints,
    Longs,
    ProblemArrays,
)
from scheduler.solver.kernels.columns import first_column
from scheduler.solver.kernels.compiled import entry, inlined
from scheduler.solver.kernels.labels import last_start, leave_by

# Worths are counted in so many parts of a second.
PARTS = 1024
# Entries of `Effort`: labels looked at so far, and at most.
LOOKS, MOST_LOOKS = range(2)
NO_LABEL = -1
DOMINATED = -2
# Where the number of visits cannot bind, labels grow so many times as long as a route: one that comes back to visits
# may stand for a shorter one as long as it is itself no longer than a route, and is then led on as the other would be.
CYCLES = 2
# Every way to finish is asked for, whatever it is worth.
NO_NEED = -(1 << 62)


class KindArrays(NamedTuple):
    """Shifts that are alike in all but their number.

    Attributes:
        shift: One of them.
        most: Visits on one route.
        can_bind: Whether the crew may make more visits than `most`.
        options: Those that the crew may make.
        bits: By option, the bit of its visit.
        near: By option, the bits of the visits whose memory survives a call there; its own among them.
        direct: [option, taken] the earliest service start straight from the start of the shift, ascending.
        earliest: [option, taken] a time before which no service starts, whatever comes before.
    """

    shift: int
    most: int
    can_bind: bool
    options: Ints
    bits: Longs
    near: Longs
    direct: Ints
    earliest: Ints


class Completions(NamedTuple):
    """Labels in order of making; those of an option are chained from `head`, the most worth first.

    Attributes:
        head: By option.
        following: The next label of the same option, `NO_LABEL` at the end, `DOMINATED` for one that is in no chain.
        worth: Of the visits from the option on, less the legs to the end of the shift, in parts of a second.
        latest: Service start at the option.
        memory: Bits of visits that must not come before.
        option: Where the label begins.
        taken: Breaks taken before it.
        length: Visits from it on.
        after: The label of the next visit, `NO_LABEL` at the last.
    """

    head: Ints
    following: Ints
    worth: Longs
    latest: Ints
    memory: Longs
    option: Ints
    taken: Ints
    length: Ints
    after: Ints


@inlined
def room_after(kind: KindArrays, length: int) -> int:
    """The visits that may follow so many on a route."""
    return kind.most - length if kind.can_bind else UNLIMITED


@inlined
def can_finish(
    labels: Completions, effort: Longs, option: int, taken: int, start: int, done: int, need: int, room: int
) -> bool:
    """Whether service at an option can begin a way to the end of the shift.

    Args:
        labels: The ways.
        effort: Is added to.
        option: The option.
        taken: Breaks taken before it.
        start: Of the service.
        done: Bits of the visits before.
        need: What the way must be worth.
        room: Visits that may come, the option's own among them.
    """
    label = labels.head[option]
    while label != NO_LABEL and labels.worth[label] >= need:
        effort[LOOKS] += 1
        if (
            labels.latest[label] >= start
            and labels.memory[label] & done == 0
            and labels.taken[label] <= taken
            and labels.length[label] <= room
        ):
            return True
        label = labels.following[label]
    return False


@entry
def complete(
    problem: ProblemArrays,
    kind: KindArrays,
    worths: Longs,
    care: int,
    need: int,
    back: Completions,
    labels: Completions,
    effort: Longs,
) -> int:
    """Find all ways to finish a route of this kind that no other way dominates.

    Args:
        problem: The problem.
        kind: The shifts.
        worths: Of options, in parts of a second, legs left out.
        care: Bits of visits to compare memories by: all of them, or fewer to find some ways soon and not all.
        need: What a route must be worth; ways that are on none so good may be left out. `NO_NEED` for all ways.
        back: With a need, the ways to finish in the mirrored problem, which are the ways to begin in this one.
        labels: Receives the ways.
        effort: Is added to.

    Returns:
        The number of labels made; -1 when there are too many of them.
    """
    labels.head[:] = NO_LABEL
    longest = kind.most if kind.can_bind else CYCLES * kind.most
    labels_at_once = len(kind.options) * (problem.shifts[kind.shift, BREAKS] + 1)
    # The first one is no label: it is the end of the shift.
    made, label = 0, NO_LABEL
    while label < made:
        if effort[LOOKS] > effort[MOST_LOOKS] or made + labels_at_once > len(labels.worth):
            return -1
        if label == NO_LABEL or (labels.following[label] != DOMINATED and labels.length[label] < longest):
            for option in kind.options:
                if label == NO_LABEL or labels.memory[label] & kind.bits[option] == 0:
                    made = _begin(problem, kind, worths, care, need, back, labels, effort, made, option, label)
        label += 1
    return made


@inlined
def _begin(
    problem: ProblemArrays,
    kind: KindArrays,
    worths: Longs,
    care: int,
    need: int,
    back: Completions,
    labels: Completions,
    effort: Longs,
    made: int,
    option: int,
    after: int,
) -> int:
    """Add the labels that begin at an option and go on at the label `after`, or at the end of the shift.

    Returns:
        The number of labels made so far.
    """
    rows, shift = problem.options, kind.shift
    worth, memory, length = worths[option], kind.bits[option], 1
    there, latest, total = problem.shifts[shift, END], problem.shifts[shift, LATEST], problem.shifts[shift, BREAKS]
    if after != NO_LABEL:
        there = first_column(problem, shift) + rows[labels.option[after], LOCATION]
        latest, total = labels.latest[after], labels.taken[after]
        worth += labels.worth[after]
        memory |= labels.memory[after] & kind.near[option]
        length += labels.length[after]
    here = rows[option, LOCATION]
    leg = problem.travel[here, there]
    if leg >= NO_WAY:
        return made
    worth -= PARTS * problem.leg_costs[here, there]
    for taken in range(total, -1, -1):
        leave = leave_by(problem.breaks, shift, taken, total, latest, leg) - rows[option, SERVICE]
        start = last_start(problem.windows, rows[option, FIRST_WINDOW], rows[option, END_WINDOW], leave)
        if start < kind.earliest[option, taken]:
            continue
        if need != NO_NEED and not can_finish(
            back,
            effort,
            option,
            problem.shifts[shift, BREAKS] - taken,
            -start - rows[option, SERVICE],
            memory & ~kind.bits[option],
            need - worth + worths[option],
            room_after(kind, length - 1),
        ):
            continue
        labels.worth[made], labels.latest[made], labels.memory[made] = worth, start, memory
        labels.option[made], labels.taken[made], labels.length[made] = option, taken, length
        labels.after[made] = after
        if _is_kept(kind, labels, effort, made, care):
            made += 1
    return made


@inlined
def _is_kept(kind: KindArrays, labels: Completions, effort: Longs, new: int, care: int) -> bool:
    """Whether no label dominates a new one; it is chained then, and those that it dominates are taken out."""
    option, worth = labels.option[new], labels.worth[new]
    before, other = NO_LABEL, labels.head[option]
    looks = 1
    while other != NO_LABEL and labels.worth[other] >= worth:
        if _dominates(kind, labels, other, new, care):
            effort[LOOKS] += looks
            return False
        before, other = other, labels.following[other]
        looks += 1
    labels.following[new] = other
    if before == NO_LABEL:
        labels.head[option] = new
    else:
        labels.following[before] = new
    before = new
    while other != NO_LABEL:
        following = labels.following[other]
        if _dominates(kind, labels, new, other, care):
            labels.following[before] = following
            labels.following[other] = DOMINATED
        else:
            before = other
        other = following
        looks += 1
    effort[LOOKS] += looks
    return True


@inlined
def _dominates(kind: KindArrays, labels: Completions, one: int, other: int, care: int) -> bool:
    """Whether all that can come before the other label can come before the one, which is known to be worth no less."""
    return (
        labels.latest[one] >= labels.latest[other]
        and labels.memory[one] & care & ~labels.memory[other] == 0
        and labels.taken[one] <= labels.taken[other]
        and (labels.length[one] <= labels.length[other] or (not kind.can_bind and labels.length[one] <= kind.most))
    )


@entry
def best_closings(problem: ProblemArrays, kind: KindArrays, labels: Completions, found: Ints) -> int:
    """By option, the label worth most that can come first on a route; `NO_LABEL` for none.

    Returns:
        What the best of these routes is worth; 0 when none is worth anything.
    """
    start = problem.shifts[kind.shift, START]
    best = 0
    found[:] = NO_LABEL
    for option in kind.options:
        here = problem.options[option, LOCATION]
        label = labels.head[option]
        while label != NO_LABEL and labels.latest[label] < kind.direct[option, labels.taken[label]]:
            label = labels.following[label]
        if label != NO_LABEL and problem.travel_back[here, start] < NO_WAY:
            found[option] = label
            best = max(best, labels.worth[label] - PARTS * problem.leg_costs_back[here, start])
    return best

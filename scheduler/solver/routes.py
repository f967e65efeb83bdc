"""Routes under construction: what an insertion costs, and whether it is feasible."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from scheduler.solver.instance import Instance
from scheduler.solver.timing import NEVER, Call, Labels, departures, fits_between, is_feasible, latest_starts
from scheduler.solver.ways import NO_WAY_SECONDS


class Insertion(NamedTuple):
    """One visit, as one option, into one shift's route so that `at` visits come before it.

    `cost` is what it adds to the route's cost but for what times cost.
    """

    cost: int
    option: int
    shift: int
    at: int


class _Gap(NamedTuple):
    """Where a visit could go on a route by what it costs, so that `at` visits come before it.

    Nobody can leave the visit before for it before `earliest`, nor begin the next one after `latest`.
    """

    cost: int
    at: int
    earliest: int
    latest: int


class _Neighbours(NamedTuple):
    """The labels and locations around each place of a route where a visit could go."""

    departures: list[Labels]
    latest_starts: list[Labels]
    locations: list[int]


class Routes:
    """The orders of visits of all shifts; an empty order is an unused shift."""

    def __init__(self, instance: Instance, orders: Sequence[Sequence[int]] | None = None) -> None:
        """Start from given orders, or from nothing.

        Args:
            instance: The problem.
            orders: By shift, options in order; feasible. None for all empty.
        """
        self.instance = instance
        self.orders: list[list[int]] = [list(order) for order in orders] if orders else [[] for _ in instance.frames]
        self._known: list[_Neighbours | None] = [None] * len(self.orders)
        self._gaps: dict[tuple[int, int], list[_Gap]] = {}

    @property
    def assigned(self) -> set[int]:
        """The visits on a route."""
        return {self.instance.options[option].visit for order in self.orders for option in order}

    def calls(self, shift: int) -> list[Call]:
        """What timing needs of a shift's order."""
        return [self.instance.options[option].call for option in self.orders[shift]]

    def insert(self, insertion: Insertion) -> None:
        """Carry out an insertion."""
        self.orders[insertion.shift].insert(insertion.at, insertion.option)
        self._forget(insertion.shift)

    def replace(self, shift: int, order: Sequence[int]) -> None:
        """Give a shift another order; feasible."""
        self.orders[shift] = list(order)
        self._forget(shift)

    def _forget(self, shift: int) -> None:
        self._known[shift] = None
        self._gaps.clear()

    def can_all_follow(self, shift: int, order: Sequence[int]) -> bool:
        """Whether a shift could make these options in this order, its visits' pinned positions and its limits kept."""
        instance = self.instance
        calls = [instance.options[option].call for option in order]
        wanted = [instance.positions[instance.options[option].visit] for option in order]
        if any(position not in {None, at} for at, position in enumerate(wanted, start=1)):
            return False
        most = [instance.most_visits[shift], *(limit.most for limit in instance.limits_of_shift[shift])]
        if any(limit is not None and len(order) > limit for limit in most):
            return False
        return is_feasible(instance.frames[shift], calls, *instance.ways_of(shift))

    def cheapest(self, visit: int, *, below: int, shifts: Sequence[int] | None = None) -> Insertion | None:
        """The cheapest feasible insertion of a visit that costs less than `below`, None if there is none."""
        best: Insertion | None = None
        for option in self.instance.options_of[visit]:
            allowed = self.instance.allowed_shifts[option]
            for shift in sorted(allowed) if shifts is None else shifts:
                if shift not in allowed or self.is_full(shift) or self._is_too_heavy(shift, visit):
                    continue
                found = self._cheapest_on(option, shift, best.cost if best else below)
                if found is not None and (best is None or found < best):
                    best = found
        return best

    def cheapest_as(self, option: int, shift: int, call: Call) -> Insertion | None:
        """The cheapest feasible insertion of an option into a shift's route with a call of other hours, or None.

        Pinned positions of the route need not be true before it, and are after it.
        """
        if self.is_full(shift) or not call.starts:
            return None
        if (option, shift) not in self._gaps:
            self._gaps[option, shift] = sorted(self._gaps_of(option, shift))
        first, last = call.starts[0][0], call.starts[-1][1]
        for gap in self._gaps[option, shift]:
            if gap.earliest <= last and first + call.service <= gap.latest and self._fits(shift, gap.at, call):
                return Insertion(gap.cost, option, shift, gap.at)
        return None

    def is_full(self, shift: int) -> bool:
        """Whether a limit on visits, of the shift or of one of its people, is reached."""
        most = self.instance.most_visits[shift]
        if most is not None and len(self.orders[shift]) >= most:
            return True
        return any(
            sum(len(self.orders[other]) for other in limit.shifts) >= limit.most
            for limit in self.instance.limits_of_shift[shift]
        )

    def _is_too_heavy(self, shift: int, visit: int) -> bool:
        instance = self.instance
        if not instance.capacities:
            return False
        loads = instance.loads
        carried = sum(loads[instance.options[option].visit] for option in self.orders[shift])
        return carried + loads[visit] > instance.capacities[shift]

    def _gaps_of(self, option: int, shift: int) -> Iterator[_Gap]:
        """Wherever there is a way to the visit and on, whatever the time, and pinned positions are true then."""
        instance, around = self.instance, self._neighbours(shift)
        chosen = instance.options[option]
        extra = chosen.preference_penalty + instance.shift_penalties[chosen.visit].get(shift, 0)
        (travel, _), costs = instance.ways_of(shift), instance.costs_of(shift)
        here, used = chosen.call.location, bool(self.orders[shift])
        for index in self._true_indices(shift, chosen.visit):
            origin, destination = around.locations[index], around.locations[index + 1]
            if travel[origin][here] < NO_WAY_SECONDS and travel[here][destination] < NO_WAY_SECONDS:
                saved = costs[origin][destination] if used else 0
                cost = extra + costs[origin][here] + costs[here][destination] - saved
                yield _Gap(cost, index, min(around.departures[index]), max(around.latest_starts[index + 1]))

    def _fits(self, shift: int, index: int, call: Call) -> bool:
        around, (travel, pace) = self._neighbours(shift), self.instance.ways_of(shift)
        legs = travel[around.locations[index]][call.location], travel[call.location][around.locations[index + 1]]
        before, after = around.departures[index], around.latest_starts[index + 1]
        return fits_between(self.instance.frames[shift], before, call, after, legs, pace)

    def _cheapest_on(self, option: int, shift: int, below: int) -> Insertion | None:
        instance = self.instance
        chosen = instance.options[option]
        call = chosen.call
        first, last = (call.starts[0][0], call.starts[-1][1]) if call.starts else (NEVER, -NEVER)
        around = self._neighbours(shift)
        extra = chosen.preference_penalty + instance.shift_penalties[chosen.visit].get(shift, 0)
        (travel, pace), costs = instance.ways_of(shift), instance.costs_of(shift)
        here = call.location
        used = bool(self.orders[shift])
        best: Insertion | None = None
        for index in self._indices(shift, chosen.visit):
            origin, destination = around.locations[index], around.locations[index + 1]
            to_it, from_it = travel[origin][here], travel[here][destination]
            saved = costs[origin][destination] if used else 0
            cost = extra + costs[origin][here] + costs[here][destination] - saved
            if cost >= below or to_it >= NO_WAY_SECONDS or from_it >= NO_WAY_SECONDS:
                continue
            before, after = around.departures[index], around.latest_starts[index + 1]
            if min(before) > last or first + call.service > max(after):
                continue  # the neighbours are at other times of the day
            if fits_between(instance.frames[shift], before, call, after, (to_it, from_it), pace):
                below = cost
                best = Insertion(cost, option, shift, index)
        return best

    def _indices(self, shift: int, visit: int) -> range:
        """Where the visit may go so that pinned positions stay true."""
        order = self.orders[shift]
        if not self.instance.has_positions:
            return range(len(order) + 1)
        positions = self.instance.positions
        last_kept = max(
            (
                index + 1
                for index, option in enumerate(order)
                if positions[self.instance.options[option].visit] is not None
            ),
            default=0,
        )
        wanted = positions[visit]
        if wanted is None:
            return range(last_kept, len(order) + 1)
        index = wanted - 1
        return range(index, index + 1) if last_kept <= index <= len(order) else range(0)

    def _true_indices(self, shift: int, visit: int) -> Sequence[int]:
        """Where the visit may go so that all pinned positions are true then."""
        instance = self.instance
        if not instance.has_positions:
            return range(len(self.orders[shift]) + 1)
        positions = instance.positions
        wanted = [positions[instance.options[option].visit] for option in self.orders[shift]]
        found = []
        for index in range(len(wanted) + 1):
            then = [*wanted[:index], positions[visit], *wanted[index:]]
            if all(position in {None, at} for at, position in enumerate(then, start=1)):
                found.append(index)
        return found

    def _neighbours(self, shift: int) -> _Neighbours:
        known = self._known[shift]
        if known is None:
            frame = self.instance.frames[shift]
            calls = self.calls(shift)
            locations = [frame.start_location, *(call.location for call in calls), frame.end_location]
            known = _Neighbours(
                departures(frame, calls, *self.instance.ways_of(shift)),
                latest_starts(frame, calls, *self.instance.ways_of(shift)),
                locations,
            )
            self._known[shift] = known
        return known


def route_cost(instance: Instance, shift: int, order: Sequence[int]) -> int:
    """What one route costs whenever its stops are made: travel at the matrix's pace, preference and crew penalties."""
    if not order:
        return 0
    frame, costs = instance.frames[shift], instance.costs_of(shift)
    cost = 0
    here = frame.start_location
    for option in order:
        chosen = instance.options[option]
        cost += costs[here][chosen.call.location] + chosen.preference_penalty
        cost += instance.shift_penalties[chosen.visit].get(shift, 0)
        here = chosen.call.location
    return cost + costs[here][frame.end_location]


def total_cost(instance: Instance, orders: Sequence[Sequence[int]]) -> int:
    """The plan's cost in whole seconds but for what its times cost, penalties of visits left out included."""
    visited = {instance.options[option].visit for order in orders for option in order}
    left_out = sum(penalty for visit, penalty in enumerate(instance.penalties) if visit not in visited)
    return left_out + sum(route_cost(instance, shift, order) for shift, order in enumerate(orders))

"""Times that can be offered to one borrower: all that fit into a plan lawfully, and none that does not.

A slot is a crew, a place and a span of time in which the whole visit will lie. Whoever is on the plan already stays on
it, in the same order and in hours that are as lawful as before; only times within them may move to make room. A slot
is offered exactly when the visit can be put between two others like that, and booking it gives a plan that the
checker passed, with the visit held in its slot from then on.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from scheduler.bookings import LENGTH, held
from scheduler.domain.errors import Fault, InvalidInput
from scheduler.domain.location import Location
from scheduler.domain.plan import Plan, ReasonCode, Route
from scheduler.domain.plan_difference import PlanDifference, plan_difference
from scheduler.domain.problem import Problem
from scheduler.domain.time_window import TimeWindow
from scheduler.domain.visit import Pin, Visit
from scheduler.planned_part import planned_part
from scheduler.planning import plan_by_hand
from scheduler.prepared import prepare
from scheduler.solver.first_orders import orders_of
from scheduler.solver.instance import Instance, Option, build_instance
from scheduler.solver.routes import Insertion, Routes
from scheduler.solver.solution import TimesOfOrders
from scheduler.travel import RoadNetworks

SPACING = timedelta(minutes=30)
_SECOND = timedelta(seconds=1)

type _Starts = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A time that can be offered.

    Attributes:
        shift_id: Who comes.
        place_id: Where.
        window: The whole visit lies in it.
        position: On the crew's route, counted from 1 over all its visits.
        added_cost_seconds: What it adds to the plan, the penalty of leaving the visit out and what hours cost aside.
    """

    shift_id: str
    place_id: str
    window: TimeWindow
    position: int
    added_cost_seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """A plan with the visit in its slot, or without it, checked and certified, and the problem that it answers."""

    problem: Problem
    plan: Plan
    difference: PlanDifference


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Which slots there can be.

    Attributes:
        spacing: They begin on whole multiples of it by the local clock.
        length: How long they are; longer where the visit is.
        earliest: None begins earlier; None for no such bound.
    """

    spacing: timedelta = SPACING
    length: timedelta = LENGTH
    earliest: datetime | None = None


def with_visit(problem: Problem, visit: Visit, locations: tuple[Location, ...] = ()) -> Problem:
    """The problem of another day with a visit that may be made on it, in place of one of the same id.

    Args:
        problem: The problem.
        visit: The visit, with the hours of its places on the days of the problem.
        locations: Of its places, as far as the problem does not have them.
    """
    known = {location.id for location in problem.locations}
    return replace(
        problem,
        locations=(*problem.locations, *(location for location in locations if location.id not in known)),
        visits=(*(one for one in problem.visits if one.id != visit.id), visit),
        document_sha256=None,
    )


class Offers:
    """What can be offered for one visit in one plan."""

    def __init__(self, problem: Problem, plan: Plan, visit_id: str, *, networks: RoadNetworks | None = None) -> None:
        """Lay the plan out without the visit.

        Args:
            problem: What the plan answers; it has the visit.
            plan: The plan. Where the visit is on it, it may go on being there or not.
            visit_id: The visit.
            networks: Where road networks are; None has none.

        Raises:
            InvalidInput: The problem has no such visit.
            MissingResource: A road network that is not here or cannot be used.
        """
        self._visit = visit = visit_of(problem, visit_id)
        self._zones = problem.place_zones
        self._behind = {progress.shift_id: len(progress.visit_ids) for progress in problem.progress}
        self._desk: _Desk | None = None
        if is_behind(problem, visit_id):
            return
        # The rules about several visits of one person prefer those that are fixed, as this one will be.
        asked = planned_part(_with(problem, replace(visit, pinned=Pin(shift_id=""))), plan, visit_id)
        prepared = prepare(asked, networks, plan.shifts)
        loose = replace(
            prepared.problem,
            visits=tuple(replace(one, pinned=None) if one.id == visit_id else one for one in prepared.problem.visits),
        )
        # A slot may touch hours that cost differently, so a place is one option, as for a hand.
        self._desk = _Desk(build_instance(loose, prepared.decisions, prepared.travel, by_hour=False), plan, visit_id)

    @property
    def can_do_without(self) -> bool:
        """Whether the plan is sound when the visit is taken out of it; not of a visit that was begun."""
        return self._desk is not None and self._desk.is_sound

    def slots(self, grid: Grid | None = None) -> tuple[Slot, ...]:
        """All slots that fit, by time, then cost; of one crew, place and time the cheapest position.

        Args:
            grid: Which slots there can be.
        """
        desk, visit = self._desk, self._visit
        if desk is None:
            return ()
        grid = grid or Grid()
        length = max(grid.length, visit.service_duration)
        instance = desk.instance
        found = [
            Slot(
                shift_id=instance.shift_ids[insertion.shift],
                place_id=option.place_id,
                window=window,
                position=insertion.at + 1 + self._behind.get(instance.shift_ids[insertion.shift], 0),
                added_cost_seconds=insertion.cost,
            )
            for number, option in desk.options
            for window in _windows(instance, option, grid, length, self._zones[_location(visit, option.place_id)])
            for insertion in desk.insertions(number, window)
        ]
        return tuple(
            sorted(
                found,
                key=lambda slot: (slot.window.earliest_start, slot.added_cost_seconds, slot.shift_id, slot.place_id),
            )
        )


def is_behind(problem: Problem, visit_id: str) -> bool:
    """Whether a crew has the visit behind it, or is at it."""
    return any(visit_id in progress.visit_ids for progress in problem.progress)


def slot_offers(
    problem: Problem, plan: Plan, visit_id: str, *, grid: Grid | None = None, networks: RoadNetworks | None = None
) -> tuple[Slot, ...]:
    """All slots that fit, as `Offers` tells them; arguments and errors as of it."""
    return Offers(problem, plan, visit_id, networks=networks).slots(grid)


def book_slot(
    problem: Problem, plan: Plan, visit_id: str, slot: Slot, *, networks: RoadNetworks | None = None
) -> Booked:
    """Put a visit into a slot and hold it there.

    Args:
        problem: What the plan answers; it has the visit.
        plan: The plan.
        visit_id: The visit.
        slot: One of those that fit.
        networks: Where road networks are; None has none.

    Raises:
        InvalidInput: The problem has no such visit, place or crew, or the route no such position.
        RulesBroken: The slot does not fit, or no longer.
        MissingResource: A road network that is not here or cannot be used.
    """
    with_slot = _held(problem, visit_of(problem, visit_id), slot)
    orders = {route.shift_id: _order(problem, route, visit_id) for route in plan.routes}
    order = orders.setdefault(slot.shift_id, [])
    if not 1 <= slot.position <= len(order) + 1:
        message = f"The route has no position {slot.position}."
        raise InvalidInput([Fault(where="position", code="no_such_position", message=message)])
    order.insert(slot.position - 1, (visit_id, slot.place_id))
    return _by_hand(with_slot, plan, orders, visit_id, networks)


def take_out(problem: Problem, plan: Plan, visit_id: str, *, networks: RoadNetworks | None = None) -> Booked:
    """Take a visit out of a plan and of its problem, as for one that is made on another day; all others stay.

    Args:
        problem: What the plan answers.
        plan: The plan.
        visit_id: The visit.
        networks: Where road networks are; None has none.

    Raises:
        RulesBroken: The plan is not lawful without it.
        MissingResource: A road network that is not here or cannot be used.
    """
    others = tuple(visit for visit in problem.visits if visit.id != visit_id)
    orders = {route.shift_id: _order(problem, route, visit_id) for route in plan.routes}
    return _by_hand(replace(problem, visits=others, document_sha256=None), plan, orders, visit_id, networks)


def _by_hand(
    problem: Problem,
    plan: Plan,
    orders: Mapping[str, Sequence[tuple[str, str]]],
    visit_id: str,
    networks: RoadNetworks | None,
) -> Booked:
    """The plan with other orders; who was left out by hand stays out, but for the visit."""
    excluded = frozenset(
        one.visit_id
        for one in plan.unassigned
        if one.visit_id != visit_id and one.reasons[0].code is ReasonCode.LEFT_OUT_BY_HAND
    )
    made = plan_by_hand(problem, orders, excluded=excluded, shifts=plan.shifts, networks=networks)
    return Booked(problem=problem, plan=made, difference=plan_difference(plan, made))


def _order(problem: Problem, route: Route, visit_id: str) -> list[tuple[str, str]]:
    """A route without the visit and those that the problem has no more, what is behind the crew first."""
    known = {visit.id for visit in problem.visits} - {visit_id}
    behind = next((one.stops for one in problem.progress if one.shift_id == route.shift_id), ())
    made = [(stop.visit_id, stop.place_id or "") for stop in behind if stop.visit_id is not None]
    done = {name for name, _ in made}
    stops = ((stop.visit_id or "", stop.place_id or "") for stop in route.stops)
    return made + [stop for stop in stops if stop[0] in known - done]


class _Desk:
    """A plan without the visit, laid out for insertions."""

    def __init__(self, instance: Instance, plan: Plan, visit_id: str) -> None:
        self.instance = instance
        number = instance.visit_ids.index(visit_id)
        self.options = [(option, instance.options[option]) for option in instance.options_of[number]]
        own = set(instance.options_of[number])
        orders = [[option for option in order if option not in own] for order in orders_of(instance, plan)]
        broken = self._broken(orders, plan, visit_id)
        self.is_sound = broken == frozenset()
        self._shifts = frozenset(range(len(orders))) if self.is_sound else _only(broken)
        self._routes = Routes(instance, orders)
        self._times: TimesOfOrders | None = None
        if instance.is_timed and self._shifts:
            try:
                self._times = TimesOfOrders(instance, orders)
            except ValueError:
                self._shifts, self.is_sound = frozenset(), False  # a route of the plan cannot be made

    def insertions(self, option: int, window: TimeWindow) -> Iterator[Insertion]:
        """One a crew whose route has room for the visit in this window."""
        instance = self.instance
        call = instance.options[option].call
        first = instance.seconds(window.earliest_start)
        starts = _clipped(call.starts, first, instance.seconds(window.latest_end) - call.service)
        if not starts:
            return
        for shift in sorted(instance.allowed_shifts[option] & self._shifts):
            found = self._routes.cheapest_as(option, shift, call._replace(starts=starts))
            if found is not None:
                yield found._replace(cost=found.cost + self._cost_of_times(found, starts))

    def _cost_of_times(self, insertion: Insertion, starts: _Starts) -> int:
        """What the times of the route cost more than before."""
        if self._times is None:
            return 0
        instance, order = self.instance, list(self._routes.orders[insertion.shift])
        order.insert(insertion.at, len(instance.options))
        option = instance.options[insertion.option]
        narrowed = replace(option, call=option.call._replace(starts=starts))
        return self._times.added_cost_in(
            replace(instance, options=(*instance.options, narrowed)), insertion.shift, order
        )

    def _broken(self, orders: list[list[int]], plan: Plan, visit_id: str) -> frozenset[int] | None:
        """The shifts whose routes break a rule without the visit; None where nothing that is added mends the plan."""
        routes = Routes(self.instance)
        known = set(self.instance.visit_ids) - {visit_id}
        broken = set()
        for shift, (shift_id, order) in enumerate(zip(self.instance.shift_ids, orders, strict=True)):
            route = plan.route_of(shift_id)
            is_complete = len(order) == sum(one in known for one in (route.visit_ids if route else ()))
            fits = all(shift in self.instance.allowed_shifts[option] for option in order)
            if not is_complete or not fits:
                return None
            if order and not routes.can_all_follow(shift, order):
                broken.add(shift)
        return frozenset(broken)


def _only(broken: frozenset[int] | None) -> frozenset[int]:
    """The shifts to which something can be added: one route that breaks a rule makes the whole plan break it.

    Only the visit itself can mend a route that it was taken out of, where it stands before a pinned position.
    """
    return broken if broken is not None and len(broken) == 1 else frozenset()


def _windows(instance: Instance, option: Option, grid: Grid, length: timedelta, zone: ZoneInfo) -> Iterator[TimeWindow]:
    """The slots of the grid that lie wholly inside the hours of an option."""
    earliest = None if grid.earliest is None else instance.seconds(grid.earliest)
    for first, last in option.call.starts:
        opening = instance.moment(first).astimezone(zone)
        midnight = opening.replace(hour=0, minute=0, second=0, microsecond=0)
        step = -((midnight.replace(tzinfo=None) - opening.replace(tzinfo=None)) // grid.spacing)
        while True:
            start = midnight + step * grid.spacing
            begin = instance.seconds(start)
            if begin + length // _SECOND > last + option.call.service:
                break
            if begin >= first and (earliest is None or begin >= earliest):
                yield TimeWindow(
                    earliest_start=start, latest_end=instance.moment(begin + length // _SECOND).astimezone(zone)
                )
            step += 1


def _clipped(starts: _Starts, first: int, last: int) -> _Starts:
    clipped = ((max(begin, first), min(end, last)) for begin, end in starts)
    return tuple((begin, end) for begin, end in clipped if begin <= end)


def visit_of(problem: Problem, visit_id: str) -> Visit:
    """A visit of the problem.

    Raises:
        InvalidInput: It has no such visit.
    """
    for visit in problem.visits:
        if visit.id == visit_id:
            return visit
    raise InvalidInput([Fault(where="visit_id", code="unknown_id", message=f"There is no visit '{visit_id[:64]}'.")])


def _location(visit: Visit, place_id: str) -> str:
    return next(place.location_id for place in visit.places if place.id == place_id)


def _held(problem: Problem, visit: Visit, slot: Slot) -> Problem:
    """With the visit where the slot has it."""
    if slot.place_id not in {place.id for place in visit.places}:
        raise InvalidInput([Fault(where="place_id", code="unknown_id", message="This is no place of the visit.")])
    return _with(problem, held(visit, slot.place_id, slot.window, slot.shift_id))


def _with(problem: Problem, visit: Visit) -> Problem:
    visits = tuple(visit if one.id == visit.id else one for one in problem.visits)
    return replace(problem, visits=visits, document_sha256=None)

"""Times that can be offered to one borrower on the days of a week: on each day what fits into its plan.

Booking a time takes the visit out of the plans of all other days and puts it into that day's. Each plan is judged by
the checker, and the days together by the check of a week: it counts what other visits to the same person or at the same
address the days have.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from scheduler.domain.errors import Fault, InvalidInput, RulesBroken
from scheduler.domain.plan import Plan, Route, Stop, StopType
from scheduler.domain.problem import Problem
from scheduler.domain.violation import Violation
from scheduler.domain.visit import Visit
from scheduler.slot_offers import Booked, Grid, Offers, Slot, book_slot, is_behind, take_out, visit_of
from scheduler.travel import RoadNetworks
from scheduler.week_check import week_violations


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedDay:
    """A day on which the visit could be made.

    Attributes:
        day: The local day.
        problem: What the plan answers, with the visit and its hours on this day.
        plan: The plan of the day.
        grid: Which slots there can be; None for the usual ones.
    """

    day: date
    problem: Problem
    plan: Plan
    grid: Grid | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekSlot:
    """A time that can be offered.

    Attributes:
        day: On which of the days.
        slot: It adds what it says to this day's plan without the visit, whichever day the visit is on now.
    """

    day: date
    slot: Slot


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekBooked:
    """The plans that change, checked and certified.

    Attributes:
        day: Of the booking.
        booked: That day with the visit held in its slot.
        left: Each other day that the visit was on, without it.
    """

    day: date
    booked: Booked
    left: Mapping[date, Booked]


def week_slot_offers(
    days: Sequence[OfferedDay],
    visit_id: str,
    *,
    on: date | None = None,
    around: Sequence[tuple[Problem, Plan]] = (),
    networks: RoadNetworks | None = None,
) -> tuple[WeekSlot, ...]:
    """All slots that fit, by time, then cost; see `slot_offers` for those of one day.

    Args:
        days: Each day once, in any order.
        visit_id: The visit; each of the problems has it.
        on: Only those of this day; None for all.
        around: Other days, whose visits the rules may count with this one.
        networks: Where road networks are; None has none.

    Raises:
        InvalidInput: A problem has no such visit.
        MissingResource: A road network that is not here or cannot be used.
    """
    week = _Week(days, visit_id, around)
    if week.is_begun:
        return ()
    at_homes = {one.day: _offers(one, visit_id, networks) for one in week.homes}
    staying = {day for day, offers in at_homes.items() if not offers.can_do_without}
    found = []
    for one in week.days:
        if on in {None, one.day} and staying <= {one.day}:
            offers = at_homes.get(one.day) or _offers(one, visit_id, networks)
            found += [WeekSlot(day=one.day, slot=slot) for slot in week.that_leave_room(one, offers.slots(one.grid))]
    return tuple(found)


def book_week_slot(
    days: Sequence[OfferedDay],
    visit_id: str,
    chosen: WeekSlot,
    *,
    around: Sequence[tuple[Problem, Plan]] = (),
    networks: RoadNetworks | None = None,
) -> WeekBooked:
    """Put a visit into a slot of one of the days, take it out of the plans of others, and hold it there.

    Args:
        days: Each day once, in any order.
        visit_id: The visit; each of the problems has it.
        chosen: One of those that fit.
        around: As of `week_slot_offers`.
        networks: Where road networks are; None has none.

    Raises:
        InvalidInput: There is no such day, visit, place or crew, or the route has no such position.
        RulesBroken: The slot does not fit, or no longer.
        MissingResource: A road network that is not here or cannot be used.
    """
    week = _Week(days, visit_id, around)
    if week.is_begun:
        message = f"{visit_id} is made, or was begun"
        raise RulesBroken([Violation(code="visit_begun", message=message, visit_id=visit_id)])
    there = week.on(chosen.day)
    booked = book_slot(there.problem, there.plan, visit_id, chosen.slot, networks=networks)
    broken = week.broken_by(there, booked.plan)
    if broken:
        raise RulesBroken(broken)
    left = {
        one.day: take_out(one.problem, one.plan, visit_id, networks=networks) for one in week.homes if one is not there
    }
    return WeekBooked(day=there.day, booked=booked, left=left)


def without(plan: Plan, visit_id: str) -> Plan:
    """A plan's routes without a visit, as for one to which nobody goes any more; the times of the others stand."""
    routes = (
        replace(route, stops=tuple(stop for stop in route.stops if stop.visit_id != visit_id)) for route in plan.routes
    )
    return replace(plan, routes=tuple(routes))


def _offers(one: OfferedDay, visit_id: str, networks: RoadNetworks | None) -> Offers:
    return Offers(one.problem, one.plan, visit_id, networks=networks)


class _Week:
    """The days, and what the rules about several visits say of one visit among those that they have."""

    def __init__(self, days: Sequence[OfferedDay], visit_id: str, around: Sequence[tuple[Problem, Plan]]) -> None:
        self.days = sorted(days, key=lambda one: one.day)
        self.homes = [one for one in self.days if any(visit_id in route.visit_ids for route in one.plan.routes)]
        self.is_begun = any(is_behind(one.problem, visit_id) for one in self.days)
        visits = {one.day: visit_of(one.problem, visit_id) for one in self.days}
        self._about = _About(visits.values())
        self._visits: Mapping[date, Visit] = visits
        self._around = [self._about.counted(problem, plan) for problem, plan in around]
        self._others = {one.day: self._about.counted(one.problem, without(one.plan, visit_id)) for one in self.days}
        self._known = frozenset(week_violations((*self._around, *self._others.values())))

    def on(self, day: date) -> OfferedDay:
        """One of the days."""
        for one in self.days:
            if one.day == day:
                return one
        raise InvalidInput([Fault(where="day", code="no_such_day", message=f"{day} is none of the days.")])

    def that_leave_room(self, one: OfferedDay, slots: Sequence[Slot]) -> Iterator[Slot]:
        """The slots of a day at places where the other days' visits leave room for this one.

        Rules that count visits ask for the day and the place, so that the first slot there speaks for all.
        """
        broken: dict[str, bool] = {}
        for slot in slots:
            if slot.place_id not in broken:
                broken[slot.place_id] = bool(self._broken_with(one, [self._pretended(one, slot)]))
            if not broken[slot.place_id]:
                yield slot

    def broken_by(self, one: OfferedDay, plan: Plan) -> tuple[Violation, ...]:
        """What a day's plan with the visit breaks that the days without it do not."""
        visit_id = self._about.visit_id
        routes = (replace(route, stops=_stops_of(route, {visit_id})) for route in plan.routes)
        return self._broken_with(one, [route for route in routes if route.stops])

    def _broken_with(self, one: OfferedDay, routes: Sequence[Route]) -> tuple[Violation, ...]:
        problem, plan = self._others[one.day]
        with_visit = replace(problem, visits=(*problem.visits, self._visits[one.day]))
        days = {**self._others, one.day: (with_visit, replace(plan, routes=(*plan.routes, *routes)))}
        found = week_violations((*self._around, *days.values()))
        return tuple(one for one in found if one not in self._known)

    def _pretended(self, one: OfferedDay, slot: Slot) -> Route:
        visit = self._visits[one.day]
        place = next(place for place in visit.places if place.id == slot.place_id)
        begin = slot.window.earliest_start
        stop = Stop(
            type=StopType.VISIT,
            location_id=place.location_id,
            arrival_time=begin,
            service_start_time=begin,
            departure_time=begin + visit.service_duration,
            visit_id=visit.id,
            place_id=place.id,
        )
        return Route(shift_id=slot.shift_id, collector_ids=(), stops=(stop,))


class _About:
    """Whom and where a visit is about."""

    def __init__(self, visits: Iterable[Visit]) -> None:
        of_days = tuple(visits)
        self.visit_id = of_days[0].id if of_days else ""
        self._persons = {visit.case.person for visit in of_days if visit.case is not None} - {None}
        self._addresses = {place.location_id for visit in of_days for place in visit.places}

    def counted(self, problem: Problem, plan: Plan) -> tuple[Problem, Plan]:
        """A day with those visits alone that rules may count together with this one."""
        same_person = {
            visit.id for visit in problem.visits if visit.case is not None and visit.case.person in self._persons
        } | {self.visit_id}
        counted = {
            stop.visit_id
            for route in plan.routes
            for stop in route.stops
            if stop.visit_id in same_person or stop.location_id in self._addresses
        } - {None}
        routes = tuple(replace(route, stops=_stops_of(route, counted)) for route in plan.routes)
        return (
            replace(problem, visits=tuple(visit for visit in problem.visits if visit.id in counted)),
            replace(plan, routes=tuple(route for route in routes if route.stops)),
        )


def _stops_of(route: Route, visit_ids: Collection[str | None]) -> tuple[Stop, ...]:
    return tuple(stop for stop in route.stops if stop.visit_id is not None and stop.visit_id in visit_ids)

"""A borrower chooses another time by the link of a notice: one that fits into the plans, and holds from then on."""

from dataclasses import dataclass
from datetime import datetime

from api.store import Unit, notices, plans, stops
from api.store.links import Link
from api.store.stops import PlannedStop
from api.visiting import offering, week_offering
from api.visiting.week_offering import MOST_DAYS, Judged, WeekOffering
from scheduler.bookings import held_in
from scheduler.domain.time_window import TimeWindow
from scheduler.slot_offers import visit_of
from scheduler.travel import RoadNetworks
from scheduler.week_offers import WeekBooked, WeekSlot


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """A visit that a notice announces, and the plans of the week that begins with its day.

    Attributes:
        week: What people follow on these days, laid out for offers.
        place_code: Where it is announced for; no other place is told by a link that others may open.
        now_in: The slot in which it is held; None for one that nobody chose.
    """

    week: WeekOffering
    place_code: str
    now_in: TimeWindow | None


def of_link(unit: Unit, link: Link) -> Appointment | None:
    """What a link of a notice leads to; None where the visit is not to come any more.

    Args:
        unit: Of the link's scope, as the branch's plans of other days are asked for.
        link: Of a notice; open.
    """
    found = to_come(unit, link)
    if found is None:
        return None
    week = week_offering.laid_out(unit, found.plan_id, found.visit_code, days=MOST_DAYS, only_followed=True)
    return Appointment(week=week, place_code=found.place_code, now_in=held(unit, found))


def to_come(unit: Unit, link: Link) -> PlannedStop | None:
    """The visit that a link of a notice announces; None where it is not to come any more."""
    notice = None if link.notice_id is None else notices.get(unit, link.notice_id)
    if notice is None or notice.plan_id is None or notice.withdrawn_at is not None:
        return None
    stop, entry = stops.one(unit, notice.plan_id, notice.case_code), plans.entry(unit, notice.plan_id)
    if stop is None or stop.cancelled_at is not None or stop.record_id is not None:
        return None
    return stop if entry is not None and entry.state.is_followed else None


def held(unit: Unit, stop: PlannedStop) -> TimeWindow | None:
    """The slot in which a visit of a published plan is held; None for one that nobody booked."""
    stored = plans.get(unit, stop.plan_id)
    if stored is None:
        return None
    return held_in(visit_of(stored.problem, stop.visit_code))


def times(appointment: Appointment, networks: RoadNetworks) -> tuple[WeekSlot, ...]:
    """The times that fit, in order; for each the crew for which it is the shortest way."""
    found: dict[datetime, WeekSlot] = {}
    for one in week_offering.offered(appointment.week, networks):
        if one.slot.place_id == appointment.place_code:
            found.setdefault(one.slot.window.earliest_start, one)
    return tuple(found.values())


def chosen(appointment: Appointment, start: datetime, networks: RoadNetworks) -> WeekBooked:
    """The plans with the visit at one of these times.

    Raises:
        NotNow: The time does not fit, or no longer.
    """
    found = next((one for one in times(appointment, networks) if one.slot.window.earliest_start == start), None)
    if found is None:
        raise offering.gone()
    return week_offering.booked(appointment.week, found, networks)


def book(unit: Unit, appointment: Appointment, found: Judged, networks: RoadNetworks) -> None:
    """Let people follow the plans in which the visit is at the chosen time.

    Raises:
        NotNow: A plan changed meanwhile.
        RulesBroken: A plan may not be published as things are now.
    """
    week_offering.move(unit, appointment.week, found, networks, by="borrower")


def is_held_from(appointment: Appointment | None, start: datetime) -> bool:
    """Whether the visit is held in this very slot already, as when somebody taps twice."""
    now_in = None if appointment is None else appointment.now_in
    return now_in is not None and now_in.earliest_start == start

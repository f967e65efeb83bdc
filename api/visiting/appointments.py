"""A borrower chooses another time by the link of a notice: one that fits into the plan, and holds from then on."""

from dataclasses import dataclass
from datetime import datetime

from api.store import Unit, events, notices, plans, stops
from api.store.events import EventKind
from api.store.links import Link
from api.visiting import offering
from api.visiting.offering import Offering
from scheduler.domain.errors import NotNow
from scheduler.slot_offers import Booked, Slot
from scheduler.travel import RoadNetworks

_FOLLOWED = (plans.PlanState.PUBLISHED, plans.PlanState.RUNNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """A visit that a notice announces, and the plan that it is on.

    Attributes:
        offering: The plan, laid out for offers.
        visit_code: The visit.
        place_code: Where it is announced for; no other place is told by a link that others may open.
    """

    offering: Offering
    visit_code: str
    place_code: str


def of_link(unit: Unit, link: Link) -> Appointment | None:
    """What a link of a notice leads to; None where the visit is not to come any more."""
    notice = None if link.notice_id is None else notices.get(unit, link.notice_id)
    if notice is None or notice.plan_id is None or notice.withdrawn_at is not None:
        return None
    stop, entry = stops.one(unit, notice.plan_id, notice.case_code), plans.entry(unit, notice.plan_id)
    if stop is None or stop.cancelled_at is not None or stop.record_id is not None:
        return None
    if entry is None or entry.state not in _FOLLOWED:
        return None
    found = offering.laid_out(unit, notice.plan_id)
    return Appointment(offering=found, visit_code=notice.case_code, place_code=stop.place_code)


def times(appointment: Appointment, networks: RoadNetworks) -> tuple[Slot, ...]:
    """The times that fit, in order; for each the crew for which it is the shortest way."""
    found: dict[datetime, Slot] = {}
    for slot in offering.offered(appointment.offering, appointment.visit_code, networks):
        if slot.place_id == appointment.place_code:
            found.setdefault(slot.window.earliest_start, slot)
    return tuple(found.values())


def chosen(appointment: Appointment, start: datetime, networks: RoadNetworks) -> Booked:
    """The plan with the visit at one of these times.

    Raises:
        NotNow: The time does not fit, or no longer.
    """
    slot = next((one for one in times(appointment, networks) if one.window.earliest_start == start), None)
    if slot is None:
        raise NotNow("slot_gone", "This time does not fit, or no longer; ask for the times that do.")
    return offering.book(appointment.offering, appointment.visit_code, slot, networks)


def book(unit: Unit, appointment: Appointment, found: Booked, networks: RoadNetworks) -> None:
    """Let people follow the plan in which the visit is at the chosen time.

    Raises:
        NotNow: The plan changed meanwhile.
        RulesBroken: The plan may not be published as things are now.
    """
    entry = offering.follow(unit, appointment.offering, found, networks)
    unit.note("visit.booked", f"plan:{entry.id}", visit=appointment.visit_code)
    events.append(unit, EventKind.VISIT_BOOKED, f"plan:{entry.id}", visit=appointment.visit_code, by="borrower")

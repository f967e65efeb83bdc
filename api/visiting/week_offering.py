"""Times that can be offered for a visit on several days of a branch, and the plans that change when one is booked."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import product

from api.importing.records import ZONE
from api.store import PlanEntry, PlanState, StoredPlan, Unit, events, links, notices, plans, stops
from api.store.case_facts import KnownCase, facts_now, known_cases
from api.store.day_records import case_on
from api.store.events import EventKind
from api.visiting import offering
from api.visiting.judging import Basis, Verdict, judged
from api.visiting.offering import Offering
from scheduler.domain.errors import Fault, InvalidInput, RulesBroken
from scheduler.domain.plan import Plan
from scheduler.domain.problem import MatrixTravel, Problem
from scheduler.domain.texts import Text
from scheduler.domain.time_window import TimeWindow
from scheduler.slot_offers import visit_of, with_visit
from scheduler.travel import RoadNetworks
from scheduler.week_offers import OfferedDay, WeekBooked, WeekSlot, book_week_slot, week_slot_offers, without

MOST_DAYS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekOffering:
    """The plans of some days as they are now.

    Attributes:
        visit_id: For which visit.
        case_id: Its case in the store; None where the store has none.
        days: Each day's plan, laid out with the visit in its problem.
        called_off: Of those the plans that have it on a route to which nobody goes any more.
        around: What people follow on other days from today on, whose visits the rules may count with it.
    """

    visit_id: str
    case_id: str | None
    days: tuple[Offering, ...]
    called_off: frozenset[str]
    around: tuple[tuple[Problem, Plan], ...]

    def _plan(self, one: Offering) -> Plan:
        return without(one.plan, self.visit_id) if one.stored.id in self.called_off else one.plan

    def of_day(self, day: date) -> Offering:
        """The plan of one of the days."""
        return next(one for one in self.days if one.stored.day == day)

    @property
    def offered_days(self) -> tuple[OfferedDay, ...]:
        """As the library asks for them."""
        return tuple(
            OfferedDay(day=one.stored.day, problem=one.problem, plan=self._plan(one), grid=one.grid)
            for one in self.days
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A booking, and what the checker said of each day that it changes."""

    made: WeekBooked
    verdicts: Mapping[date, Verdict]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What came of a booking: the plan that has the visit now, and those that it was taken out of."""

    entry: PlanEntry
    left: tuple[PlanEntry, ...]


def laid_out(unit: Unit, plan_id: str, visit_id: str, *, days: int, only_followed: bool = False) -> WeekOffering:
    """Lay a plan out for offers, with those of the days after it: what people follow, else what was checked last.

    Args:
        unit: Of the branch.
        plan_id: The plan of the first day.
        visit_id: For which visit.
        days: How many days from that one on.
        only_followed: Leaves out days on which nobody follows a plan yet.

    Raises:
        UnknownId: There is no such plan.
        NotNow: The plan is closed.
        InvalidInput: None of the days can have such a visit.
    """
    first = offering.laid_out(unit, plan_id)
    laid = [first]
    for offset in range(1, days):
        day = first.stored.day + timedelta(days=offset)
        entry = plans.in_force(unit, day)
        if entry is None and not only_followed:
            entry = next(iter(plans.listed(unit, day=day, state=PlanState.CHECKED, limit=1)), None)
        if entry is not None:
            laid.append(offering.laid_out(unit, entry.id))
    known = known_cases(unit, [visit_id], first.stored.day).get(visit_id)
    found = tuple(one for one in (_with_visit(unit, one, visit_id) for one in laid) if one is not None)
    if not found and known is None:
        message = f"There is no visit '{visit_id[:64]}'."
        raise InvalidInput([Fault(where="visit_id", code="unknown_id", message=message)])
    called_off = frozenset(one.stored.id for one in laid if not _has(one.problem, visit_id))
    return WeekOffering(
        visit_id=visit_id,
        case_id=None if known is None else known.id,
        days=found,
        called_off=called_off,
        around=_around(unit, first.stored.day, {one.stored.day for one in laid}),
    )


def offered(week: WeekOffering, networks: RoadNetworks, on: date | None = None) -> tuple[WeekSlot, ...]:
    """The slots that fit, of all days or of one."""
    return week_slot_offers(week.offered_days, week.visit_id, on=on, around=week.around, networks=networks)


def booked(week: WeekOffering, wanted: WeekSlot, networks: RoadNetworks) -> WeekBooked:
    """The plans with the visit in a slot that was offered a moment ago.

    Raises:
        NotNow: It does not fit, or no longer.
    """
    try:
        return book_week_slot(week.offered_days, week.visit_id, wanted, around=week.around, networks=networks)
    except RulesBroken:
        raise offering.gone() from None


def found_again(
    week: WeekOffering, plan_id: str, window: TimeWindow, networks: RoadNetworks, *, shift_id: str, place_id: str
) -> WeekSlot:
    """The slot of a plan that somebody was offered before.

    Raises:
        NotNow: It does not fit any more.
    """
    day = next((one.stored.day for one in week.days if one.stored.id == plan_id), None)
    if day is None:
        raise offering.gone()
    wanted = (shift_id, place_id, window)
    for one in offered(week, networks, on=day):
        if (one.slot.shift_id, one.slot.place_id, one.slot.window) == wanted:
            return one
    raise offering.gone()


def bases(unit: Unit, week: WeekOffering, made: WeekBooked) -> Mapping[date, Basis]:
    """What the checker is to judge before a booking is kept, by day."""
    changed = {made.day: made.booked, **made.left}
    return {day: offering.basis_of(unit, week.of_day(day), found) for day, found in changed.items()}


def judged_ahead(made: WeekBooked, asked: Mapping[date, Basis], networks: RoadNetworks) -> Judged:
    """Have the checker judge it; that takes seconds for large days, so no unit of work should wait for it."""
    return Judged(made=made, verdicts={day: judged(basis, networks) for day, basis in asked.items()})


def move(unit: Unit, week: WeekOffering, booking: Judged, networks: RoadNetworks, *, by: str) -> Moved:
    """Let the plans with the booking take the place of those that were laid out, all of them or none.

    Each becomes what the one before it was. Letters and notices of a day that the visit leaves are void; the
    borrower's links lead to the notice of its new day.

    Args:
        unit: Of the branch.
        week: What was laid out.
        booking: What was made of it. A verdict counts when nothing that it rests on has changed since.
        networks: Where road networks are.
        by: Whose wish it is: `borrower` or `dispatcher`.

    Raises:
        NotNow: A plan changed since it was laid out, or a crew began a visit meanwhile.
        RulesBroken: A plan is not lawful as things are now.
    """
    made, verdicts = booking.made, booking.verdicts
    old = _announced_before(unit, week, {week.of_day(day).stored.id for day in made.left} | week.called_off)
    # The new day comes first: that the other days' notice is called back is no fact that its verdict rests on.
    entry = offering.in_place(unit, week.of_day(made.day), made.booked, networks, verdicts.get(made.day))
    left = tuple(
        offering.in_place(unit, week.of_day(day), found, networks, verdicts.get(day))
        for day, found in made.left.items()
    )
    for old_id, new_id in product(old, _announced_now(unit, week, made.day)):
        links.lead_to(unit, old_id, new_id, entry.id)
    unit.note("visit.booked", f"plan:{entry.id}", visit=week.visit_id, day=made.day.isoformat())
    if entry.state.is_followed:
        events.append(
            unit,
            EventKind.VISIT_BOOKED,
            f"plan:{entry.id}",
            visit=week.visit_id,
            day=made.day.isoformat(),
            by=by,
        )
    return Moved(entry=entry, left=left)


def _around(unit: Unit, first: date, laid: Collection[date]) -> tuple[tuple[Problem, Plan], ...]:
    """The plans that people follow from today to a week after the offered days, but for these."""
    found = []
    day = min(first, unit.now.astimezone(ZONE).date())
    while day <= first + timedelta(days=2 * MOST_DAYS):
        entry = None if day in laid else plans.in_force(unit, day)
        stored = None if entry is None else plans.get(unit, entry.id)
        if stored is not None:
            found.append((stored.problem, _still_to_come(unit, stored)))
        day += timedelta(days=1)
    return tuple(found)


def _still_to_come(unit: Unit, stored: StoredPlan) -> Plan:
    """Without what was called off, and what the contact log has already."""
    plan = stored.plan
    for stop in stops.of_plan(unit, stored.id):
        if stop.cancelled_at is not None or stop.record_id is not None:
            plan = without(plan, stop.visit_code)
    return plan


def _announced_before(unit: Unit, week: WeekOffering, plan_ids: Collection[str]) -> tuple[str, ...]:
    """The notices of the visit on these plans, those that were called back with it too."""
    if week.case_id is None:
        return ()
    return tuple(notice.id for notice in notices.of_case(unit, week.case_id) if notice.plan_id in plan_ids)


def _announced_now(unit: Unit, week: WeekOffering, day: date) -> tuple[str, ...]:
    if week.case_id is None:
        return ()
    return tuple(notice.id for notice in notices.standing(unit, week.case_id, day))


def _with_visit(unit: Unit, one: Offering, visit_id: str) -> Offering | None:
    """A day with the visit in its problem: as the plan has it, or had it before all changes, or as the store has it.

    None where the day cannot have it: its case is closed, it has no place left, or nobody knows the ways to it.
    """
    known = known_cases(unit, [visit_id], one.stored.day).get(visit_id)
    if known is not None and known.is_closed:
        return None
    asked = _problem_with(unit, one, visit_id, known)
    if asked is None:
        return None
    problem, texts = asked
    removed = frozenset() if known is None else known.removed_places
    visit = visit_of(problem, visit_id)
    places = tuple(place for place in visit.places if place.id not in removed)
    if not places:
        return None
    return replace(one, problem=with_visit(problem, replace(visit, places=places)), texts={**texts, **one.texts})


def _problem_with(
    unit: Unit, one: Offering, visit_id: str, known: KnownCase | None
) -> tuple[Problem, Mapping[str, Text]] | None:
    if _has(one.problem, visit_id):
        return one.problem_of(visit_id), {}
    if _has(one.first.problem, visit_id):
        before = visit_of(one.first.problem, visit_id)
        visit = replace(before, pinned=None, case=facts_now(before, known))
        return with_visit(one.problem, visit, one.first.problem.locations), one.first.texts
    if known is None:
        return None
    stored = case_on(unit, one.stored.day, known.id)
    visit = replace(visit_of(stored.problem, visit_id), pinned=None)
    have = {location.id for location in one.problem.locations}
    if isinstance(one.problem.travel, MatrixTravel) and any(place.location_id not in have for place in visit.places):
        return None
    return with_visit(one.problem, visit, stored.problem.locations), stored.texts


def _has(problem: Problem, visit_id: str) -> bool:
    return any(visit.id == visit_id for visit in problem.visits)

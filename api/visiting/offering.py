"""Times that can be offered for a visit of a stored plan, and the plan in which one of them is booked."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from api.store import PlanEntry, PlanState, StoredPlan, Unit, plans
from api.store.case_facts import known_cases, with_stored_facts
from api.visiting import publishing, replanning
from api.visiting.judging import Basis, Verdict
from api.visiting.publishing import opened
from api.visiting.replanning import Asked, Wanted
from scheduler.domain.errors import NotNow, UnknownId
from scheduler.domain.plan import Plan
from scheduler.domain.problem import Problem
from scheduler.domain.texts import Text
from scheduler.domain.time_window import TimeWindow
from scheduler.replanning import Situation
from scheduler.slot_offers import Booked, Grid, Slot, book_slot, slot_offers
from scheduler.travel import RoadNetworks


@dataclass(frozen=True, slots=True, kw_only=True)
class Offering:
    """A plan as it is now: what slots are found in.

    Attributes:
        stored: The plan.
        rev: Of its state, by which a booking knows that it is still the same.
        state: How far it is.
        problem: With the facts of now, and what crews have behind them and promised where people follow the plan.
        asked: Of a plan that people follow, what `problem` was made of.
        first: The plan at the beginning of all changes: there a visit that was booked since still has all of its hours.
        grid: Which slots there can be.
        texts: For people's eyes, kept with a plan that takes its place.
    """

    stored: StoredPlan
    rev: int
    state: PlanState
    problem: Problem
    asked: Asked | None
    first: StoredPlan
    grid: Grid
    texts: Mapping[str, Text]

    @property
    def plan(self) -> Plan:
        """The plan."""
        return self.stored.plan

    def problem_of(self, visit_id: str) -> Problem:
        """The problem in which this visit may be made at any of its hours, whatever was booked or promised before."""
        # Whoever asks for another time is not held to the announced one.
        free = self.problem if self.asked is None else _left(self.asked, replace(self.asked.situation, promises=()))
        asked = next((visit for visit in free.visits if visit.id == visit_id), None)
        if asked is None:
            return self.problem
        if self.first.id != self.stored.id:
            hours = next((visit.places for visit in self.first.problem.visits if visit.id == visit_id), asked.places)
            asked = replace(asked, places=hours)
        return replace(self.problem, visits=tuple(asked if one.id == visit_id else one for one in self.problem.visits))


def laid_out(unit: Unit, plan_id: str) -> Offering:
    """Lay a plan out for offers.

    Raises:
        UnknownId: There is no such plan.
        NotNow: The plan is closed.
    """
    stored, entry = opened(unit, plan_id), plans.entry(unit, plan_id)
    if entry is None:
        raise UnknownId("There is no plan of this id.")
    if entry.state is PlanState.CLOSED:
        raise NotNow("plan_closed", "This plan is closed; ask the one that took its place.")
    grid = Grid(earliest=unit.second)
    asked = replanning.as_it_is(unit, plan_id, Wanted()) if entry.state.is_followed else None
    if asked is not None:
        problem = _left(asked, asked.situation)
    else:
        cases = known_cases(unit, (visit.id for visit in stored.problem.visits), stored.day)
        problem = with_stored_facts(stored.problem, cases, unit.second)
    return Offering(
        stored=stored,
        rev=entry.rev,
        state=entry.state,
        problem=problem,
        asked=asked,
        first=_first(unit, stored, entry),
        grid=grid,
        texts=stored.texts,
    )


def _left(asked: Asked, situation: Situation) -> Problem:
    """The rest of a day; nobody pays for a change in it, since slots move nobody to another crew."""
    problem = replanning.what_is_left(asked, situation)
    return replace(problem, objective=asked.problem.objective, published_plan=asked.problem.published_plan)


def _first(unit: Unit, stored: StoredPlan, entry: PlanEntry) -> StoredPlan:
    """The plan that was changed first; the oldest one that can still be opened."""
    found = stored
    while entry.based_on is not None:
        before, known = plans.get(unit, entry.based_on), plans.entry(unit, entry.based_on)
        if before is None or known is None:
            break
        found, entry = before, known
    return found


def offered(offering: Offering, visit_id: str, networks: RoadNetworks) -> tuple[Slot, ...]:
    """The slots that fit.

    Raises:
        InvalidInput: The plan's problem has no such visit.
    """
    problem = offering.problem_of(visit_id)
    return slot_offers(problem, offering.plan, visit_id, grid=offering.grid, networks=networks)


def booked(
    offering: Offering, visit_id: str, window: TimeWindow, networks: RoadNetworks, *, shift_id: str, place_id: str
) -> Booked:
    """The plan with the visit in one of the slots that fit.

    Raises:
        InvalidInput: The plan's problem has no such visit.
        NotNow: The slot does not fit, or no longer.
    """
    problem = offering.problem_of(visit_id)
    slots = slot_offers(problem, offering.plan, visit_id, grid=offering.grid, networks=networks)
    wanted = (shift_id, place_id, window)
    slot = next((one for one in slots if (one.shift_id, one.place_id, one.window) == wanted), None)
    if slot is None:
        raise gone()
    return book_slot(problem, offering.plan, visit_id, slot, networks=networks)


def gone() -> NotNow:
    """That a slot does not fit, or no longer."""
    return NotNow("slot_gone", "This time does not fit, or no longer; ask for the times that do.")


def keep(unit: Unit, offering: Offering, found: Booked) -> PlanEntry:
    """Keep a booking as a draft.

    Raises:
        NotNow: The plan changed since it was laid out.
    """
    stored, now = offering.stored, plans.entry(unit, offering.stored.id)
    if now is None or now.rev != offering.rev:
        raise NotNow("slot_gone", "The plan changed meanwhile; ask for the times that fit now.")
    plan_id = plans.save(unit, found.problem, found.plan, offering.texts, based_on=stored.id)
    plans.mark_changed(unit, stored.id, plan_id)
    entry = plans.entry(unit, plan_id)
    if entry is None:
        raise AssertionError("what was saved is there")
    return entry


def basis_of(unit: Unit, offering: Offering, found: Booked) -> Basis:
    """What the checker is to judge before a booking is kept, so that nobody who writes waits for it."""
    stored = replace(offering.stored, problem=found.problem, plan=found.plan, texts=offering.texts)
    return Basis.of(unit, stored)


def in_place(
    unit: Unit, offering: Offering, found: Booked, networks: RoadNetworks, verdict: Verdict | None = None
) -> PlanEntry:
    """Keep a booking and take it as far as the plan was that it takes the place of.

    Args:
        unit: Of the branch.
        offering: The plan as it was laid out.
        found: The booking.
        networks: Where road networks are.
        verdict: What the checker said of it before this unit, see `publishing.publish`.

    Raises:
        NotNow: The plan changed since it was laid out, or a crew began a visit meanwhile.
        RulesBroken: It is not lawful as things are now.
    """
    if offering.state.is_followed:
        return follow(unit, offering, found, networks, verdict)
    draft = keep(unit, offering, found)
    alone = None if verdict is None else verdict.broken_alone
    return publishing.check(unit, draft.id, networks, alone) if offering.state is PlanState.CHECKED else draft


def follow(
    unit: Unit, offering: Offering, found: Booked, networks: RoadNetworks, verdict: Verdict | None = None
) -> PlanEntry:
    """Keep a booking and let people follow it, in place of the plan that they follow now; arguments as of `in_place`.

    Raises:
        NotNow: The plan changed since it was laid out, or a crew began a visit meanwhile.
        RulesBroken: It may not be published as things are now.
    """
    draft = keep(unit, offering, found)
    publishing.check(unit, draft.id, networks, None if verdict is None else verdict.broken_alone)
    # Whoever published the plan before took its travel times as they are.
    return publishing.publish(unit, draft.id, networks, accept_estimate=True, verdict=verdict)

"""From a draft to a plan that people follow, and to its end."""

from collections.abc import Collection, Sequence
from datetime import datetime, time

from api.papers.verification import new_letter_number
from api.store import PlanEntry, PlanState, StoredPlan, Unit, events, letters, links, notices, plans, records, stops
from api.store.events import EventKind
from api.store.links import LinkKind
from api.store.stops import PlannedStop
from api.visiting.cancelling import drop_papers
from api.visiting.judging import Basis, Verdict, checked, estimate_broken, judged, named_packs
from api.visiting.promised import announced_hours
from api.visiting.succession import take_over
from scheduler.domain.errors import NotNow, RulesBroken, UnknownId
from scheduler.domain.time_window import TimeWindow
from scheduler.domain.violation import Violation
from scheduler.travel import RoadNetworks


def opened(unit: Unit, plan_id: str) -> StoredPlan:
    """A plan.

    Raises:
        UnknownId: There is none in the scope.
    """
    stored = plans.get(unit, plan_id)
    if stored is None:
        raise UnknownId("There is no plan of this id.")
    return stored


def check(unit: Unit, plan_id: str, networks: RoadNetworks, broken: Sequence[Violation] | None = None) -> PlanEntry:
    """Have the checker judge a draft; a plan that was checked may be published.

    Args:
        unit: Of the branch.
        plan_id: The plan.
        networks: Where road networks are.
        broken: What `checked` said of this plan before this unit: a plan's documents never change. None asks here.

    Raises:
        UnknownId: There is no such plan.
        RulesBroken: It breaks rules, and stays what it was.
    """
    found = _entry(unit, plan_id)
    stored = opened(unit, plan_id)
    if broken is None:
        broken = checked(stored, networks)
    if broken:
        raise RulesBroken(broken)
    return plans.set_state(unit, plan_id, PlanState.CHECKED) if found.state is PlanState.DRAFT else found


def judge_ahead(unit: Unit, entry: PlanEntry, states: Collection[PlanState] = (PlanState.CHECKED,)) -> Basis | None:
    """What the checker is to judge before a plan is published; None for a plan that will not be published now.

    Args:
        unit: Of the branch.
        entry: The plan.
        states: Those from which it will be published.
    """
    return Basis.of(unit, opened(unit, entry.id)) if entry.state in states else None


def publish(
    unit: Unit, plan_id: str, networks: RoadNetworks, *, accept_estimate: bool, verdict: Verdict | None = None
) -> PlanEntry:
    """Let people follow a plan: routes, letters and notices come to be, in one unit with the checker's last word.

    Publishing a published plan changes nothing. The plan that the branch followed on this day is closed; what both
    have in common (records, letters, notices, links) goes on under the new one.

    Args:
        unit: Of the branch.
        plan_id: The plan.
        networks: Where road networks are.
        accept_estimate: Whether estimated travel times will do.
        verdict: What the checker said before this unit, so that nobody waits for it; it counts when nothing that it
            rests on has changed since. Else, and without one, the checker is asked here.

    Raises:
        UnknownId: There is no such plan.
        NotNow: It was not checked, or is closed, or a crew began what it gives to another one.
        RulesBroken: It may not be published as things are now.
    """
    found = _entry(unit, plan_id)
    if found.state.is_followed:
        return found
    if found.state is PlanState.CLOSED:
        raise NotNow("plan_closed", "This plan is closed; make a new one.")
    if found.state is PlanState.DRAFT:
        raise NotNow("plan_not_checked", "This plan was not checked yet; check it first.")
    stored = opened(unit, plan_id)
    basis = Basis.of(unit, stored)
    broken = (*_last_word(basis, networks, verdict), *estimate_broken(stored, is_accepted=accept_estimate))
    if broken:
        raise RulesBroken(broken)
    earlier = plans.in_force(unit, found.day)
    was_running = earlier is not None and _end_for(unit, earlier, stored)
    unit.note("plan.judged", f"plan:{plan_id}", packs=named_packs(stored.problem.rule_packs), visits=found.visits)
    published = plans.set_state(unit, plan_id, PlanState.PUBLISHED)
    if was_running:
        published = plans.set_state(unit, plan_id, PlanState.RUNNING)
    stops.write(unit, plan_id, stored.plan, {code: known.id for code, known in basis.cases.items()})
    if earlier is not None:
        take_over(unit, earlier.id, stored)
    _issue_papers(unit, stored)
    events.append(
        unit,
        EventKind.PLAN_PUBLISHED,
        f"plan:{plan_id}",
        day=found.day.isoformat(),
        visits=found.visits,
        replaces=None if earlier is None else earlier.id,
    )
    return published


def _end_for(unit: Unit, earlier: PlanEntry, stored: StoredPlan) -> bool:
    """Close the plan that people followed, for another one; whether it was running."""
    _refuse_overtaken(unit, earlier.id, stored)
    plans.set_state(unit, earlier.id, PlanState.CLOSED, replaced_by=stored.id)
    return earlier.state is PlanState.RUNNING


def _refuse_overtaken(unit: Unit, earlier_id: str, stored: StoredPlan) -> None:
    """Refuse a plan that gives a visit to one crew that another one began since the plan was made."""
    crews = {visit_id: route.shift_id for route in stored.plan.routes for visit_id in route.visit_ids}
    for stop in stops.of_plan(unit, earlier_id):
        if stop.record_id is not None and crews.get(stop.visit_code, stop.shift_code) != stop.shift_code:
            message = "A crew began a visit that this plan gives to another one; plan the rest of the day anew."
            raise NotNow("day_went_on", message)


def run(unit: Unit, plan_id: str) -> None:
    """The first crew is at a door."""
    if _entry(unit, plan_id).state is PlanState.PUBLISHED:
        plans.set_state(unit, plan_id, PlanState.RUNNING)


def close(unit: Unit, plan_id: str) -> PlanEntry:
    """The day is over: links end. Closing a closed plan changes nothing.

    Raises:
        UnknownId: There is no such plan.
        NotNow: Nobody follows it, or a crew is still at a door.
    """
    found = _entry(unit, plan_id)
    if found.state is PlanState.CLOSED:
        return found
    if not found.state.is_followed:
        raise NotNow("plan_not_published", "This plan was never published, so it cannot be closed.")
    if any(record.ended_at is None for record in records.of_plan(unit, plan_id)):
        raise NotNow("visit_open", "A crew is still at a door; its outcome is missing.")
    for link in links.of_plan(unit, plan_id):
        links.revoke(unit, link.id)
    for stop in stops.of_plan(unit, plan_id):
        if stop.record_id is None and stop.cancelled_at is None:
            drop_papers(unit, stop, "plan_closed")
    events.append(unit, EventKind.PLAN_CLOSED, f"plan:{plan_id}", day=found.day.isoformat())
    return plans.set_state(unit, plan_id, PlanState.CLOSED)


def _entry(unit: Unit, plan_id: str) -> PlanEntry:
    found = plans.entry(unit, plan_id)
    if found is None:
        raise UnknownId("There is no plan of this id.")
    return found


def _last_word(basis: Basis, networks: RoadNetworks, verdict: Verdict | None) -> tuple[Violation, ...]:
    """What was said of the same facts before, else what the checker says now."""
    if verdict is None or not verdict.basis.says_the_same_as(basis):
        verdict = judged(basis, networks)
    return verdict.broken


def _issue_papers(unit: Unit, stored: StoredPlan) -> None:
    """A letter for every visit, and a notice with a link of its own for every visit whose case is in the store."""
    have = {letter.visit_code for letter in letters.of_plan(unit, stored.id) if letter.revoked_at is None}
    hours = announced_hours(stored)
    for stop in stops.of_plan(unit, stored.id):
        if stop.record_id is not None:
            continue
        if stop.visit_code not in have:
            day_begins = datetime.combine(stop.day, time.min, stored.problem.time_zone)
            letters.issue(
                unit,
                number=new_letter_number(),
                plan_id=stored.id,
                visit_code=stop.visit_code,
                collector_codes=stop.collector_codes,
                # Who was told of a visit may ask at once whether it is real.
                valid_from=day_begins if stop.case_id is None else min(unit.now, day_begins),
                valid_until=hours[stop.visit_code].latest_end,
            )
        if stop.case_id is not None:
            _announce(unit, stop, stop.case_id, hours[stop.visit_code])
    unit.session.flush()


def _announce(unit: Unit, stop: PlannedStop, case_id: str, hours: TimeWindow) -> None:
    """Issue the notice of a visit, unless one stands that names its day and its crew."""
    people = set(stop.collector_codes)
    if any(people <= set(notice.collector_codes) for notice in notices.standing(unit, case_id, stop.day)):
        return
    notice_id = notices.issue(
        unit,
        plan_id=stop.plan_id,
        case_id=case_id,
        case_code=stop.visit_code,
        day=stop.day,
        collector_codes=stop.collector_codes,
        hours=hours,
    )
    links.make(
        unit,
        LinkKind.NOTICE,
        plan_id=stop.plan_id,
        notice_id=notice_id,
        valid_from=unit.now,
        expires_at=hours.latest_end,
    )
    notice = notices.get(unit, notice_id)
    if notice is not None:
        notices.announce(unit, notice)

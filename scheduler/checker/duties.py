"""Whether the shifts that a plan formed are made of the problem's duties, by the rules for crews."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from scheduler.checker.instants import ZERO, elapsed
from scheduler.domain.collector import Collector, Duty, Shift
from scheduler.domain.plan import Plan
from scheduler.domain.problem import Problem
from scheduler.domain.violation import Violation


def duty_violations(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """Formed shifts with people who are not on duty, who must not go together, or who belong to another crew."""
    own_ids = {shift.id for shift in problem.shifts}
    collectors = {collector.id: collector for collector in problem.collectors}
    seen: set[str] = set()
    for shift in plan.shifts:
        if shift.id in own_ids or shift.id in seen:
            yield _of(shift, "shift_twice", f"there is another shift {shift.id}")
        seen.add(shift.id)
        yield from _people(problem, shift, collectors)
    yield from _people_in_two_shifts((*problem.shifts, *plan.shifts), seen)


def _people(problem: Problem, shift: Shift, collectors: Mapping[str, Collector]) -> Iterator[Violation]:
    if not shift.collector_ids or len(set(shift.collector_ids)) < len(shift.collector_ids):
        yield _of(shift, "not_a_crew", f"{list(shift.collector_ids)} is not a crew")
    for collector_id in shift.collector_ids:
        if not any(_agrees(duty, shift) for duty in problem.duties if duty.collector_id == collector_id):
            yield _of(shift, "not_on_duty", f"no duty of {collector_id} agrees with the shift {shift.id}")
    crew = [collectors[name] for name in shift.collector_ids if name in collectors]
    for one, other in combinations(crew, 2):
        if other.id in one.prohibited_partners or one.id in other.prohibited_partners:
            yield _of(shift, "prohibited_partners", f"{one.id} must not go with {other.id}")
    standing = next((names for names in problem.standing_crews if names == set(shift.collector_ids)), None)
    if standing is None and crew and all(member.is_new for member in crew):
        yield _of(shift, "only_new_collectors", f"everybody on the shift {shift.id} is new")
    yield from _parted(problem, shift)


def _agrees(duty: Duty, shift: Shift) -> bool:
    """Whether a person on this duty can be on the shift."""
    limit = duty.max_visits
    return (
        (duty.start_location_id, duty.end_location_id, duty.breaks, duty.travel_profile)
        == (shift.start_location_id, shift.end_location_id, shift.breaks, shift.travel_profile)
        and elapsed(duty.earliest_start, shift.earliest_start) >= ZERO
        and elapsed(shift.latest_end, duty.latest_end) >= ZERO
        and (limit is None or (shift.max_visits is not None and shift.max_visits <= limit))
    )


def _parted(problem: Problem, shift: Shift) -> Iterator[Violation]:
    """A standing crew whose people are all on duty at the time of a shift goes whole, or not at all."""
    crew = set(shift.collector_ids)
    for names in problem.standing_crews:
        if names == crew or names.isdisjoint(crew):
            continue
        if all(any(_agrees(duty, shift) for duty in problem.duties if duty.collector_id == name) for name in names):
            message = f"{sorted(names)} go together, and {sorted(crew)} is another crew"
            yield _of(shift, "standing_crew_parted", message)


def _people_in_two_shifts(shifts: Sequence[Shift], formed: set[str]) -> Iterator[Violation]:
    for one, other in combinations(shifts, 2):
        if other.id not in formed or set(one.collector_ids).isdisjoint(other.collector_ids):
            continue
        overlap = elapsed(one.earliest_start, other.latest_end) > ZERO
        if overlap and elapsed(other.earliest_start, one.latest_end) > ZERO:
            both = sorted(set(one.collector_ids) & set(other.collector_ids))
            yield _of(other, "collector_in_two_places", f"{both} are on {one.id} and {other.id} at once")


def _of(shift: Shift, code: str, message: str) -> Violation:
    return Violation(code=code, message=message, shift_id=shift.id)

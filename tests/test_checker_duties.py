"""The checker derives from the duties of a problem whether the shifts that a plan formed may be."""

from dataclasses import replace

import pytest

from scheduler.checker import violations
from scheduler.domain.collector import Shift
from scheduler.domain.plan import Plan
from scheduler.domain.problem import Problem
from scheduler.domain.travel import Profile
from scheduler.domain.violation import Violation
from scheduler.rules.load import load_rule_set
from tests.builders import a_break, a_collector, a_duty, a_problem, a_shift, a_visit, time
from tests.plans import a_plan, line_matrix

LUNCH = (a_break("12:00", "13:00"),)
PEOPLE = [
    a_collector("ann", not_with={"cy"}),
    a_collector("di", is_new=True),
    a_collector("ed", is_new=True),
    a_collector("hal", is_new=True),
    a_collector("ida", is_new=True),
    a_collector("zoe"),
]
PROBLEM = a_problem(
    [a_visit("v1", crew_size=2)],
    (a_shift("given", "kim", "lou"),),
    PEOPLE,
    duties=[
        *(a_duty(name, max_visits=9) for name in ("ann", "bo", "cy", "di", "ed", "flo", "gus", "hal", "ida")),
        a_duty("mo", start="10:00", end="17:00"),
        a_duty("noa", breaks=LUNCH),
    ],
    standing_crews=(frozenset({"flo", "gus"}), frozenset({"hal", "ida"}), frozenset({"bo", "zoe"})),
)


def a_crew(*names: str, name: str = "crew-1", **changes: object) -> Shift:
    shift = replace(a_shift(name, *names, max_visits=9), **changes)  # type: ignore[arg-type]  # names what it changes
    assert shift.collector_ids == names
    return shift


def plan_of(*formed: Shift) -> Plan:
    """The first of the shifts makes the visit."""
    staffed = PROBLEM.with_formed(formed)
    return replace(a_plan(staffed, {formed[0].id: ["v1"]}), shifts=formed)


def told(*formed: Shift, problem: Problem = PROBLEM) -> list[Violation]:
    return list(violations(problem, plan_of(*formed), travel=line_matrix(), rules=load_rule_set(())))


GOOD = {
    "two people on duty": (a_crew("ann", "bo"),),
    "the other way round": (a_crew("bo", "ann"),),
    "for a part of their time": (a_crew("ann", "bo", earliest_start=time("09:01"), latest_end=time("17:59")),),
    "a new collector with somebody experienced": (a_crew("bo", "di"),),
    "a standing crew": (a_crew("flo", "gus"),),
    "a standing crew of new collectors": (a_crew("hal", "ida"),),
    "somebody of a standing crew whose partner is not on duty": (a_crew("bo", "cy"),),
    "two crews at a time": (a_crew("ann", "bo"), a_crew("cy", "di", name="crew-2")),
    "the same people one after the other": (
        a_crew("ann", "bo", latest_end=time("12:00")),
        a_crew("ann", "bo", name="crew-2", earliest_start=time("12:00")),
    ),
    "the same people, formed last for the hours before": (
        a_crew("ann", "bo", earliest_start=time("12:00")),
        a_crew("ann", "bo", name="crew-2", latest_end=time("12:00")),
    ),
    "fewer visits than the duties allow": (a_crew("ann", "bo", max_visits=8),),
    "duties without a limit": (a_crew("mo", name="crew-1", earliest_start=time("10:00"), latest_end=time("17:00")),),
}
BAD = {
    "somebody who has no duty": ("not_on_duty", (a_crew("ann", "zoe"),)),
    "a minute too long": ("not_on_duty", (a_crew("ann", "bo", latest_end=time("18:01")),)),
    "a minute too early": ("not_on_duty", (a_crew("ann", "bo", earliest_start=time("08:59")),)),
    "longer than one of them works": ("not_on_duty", (a_crew("ann", "mo"),)),
    "another start": ("not_on_duty", (a_crew("ann", "bo", start_location_id="l5"),)),
    "another end": ("not_on_duty", (a_crew("ann", "bo", end_location_id="l5"),)),
    "without the break of one of them": ("not_on_duty", (a_crew("ann", "noa"),)),
    "another means of travel": ("not_on_duty", (a_crew("ann", "bo", travel_profile=Profile.FOOT),)),
    "more visits than one of them makes": ("not_on_duty", (a_crew("ann", "bo", max_visits=10),)),
    "any number of visits": ("not_on_duty", (a_crew("ann", "bo", max_visits=None),)),
    "people who must not go together": ("prohibited_partners", (a_crew("ann", "cy"),)),
    "the same, said by the other": ("prohibited_partners", (a_crew("cy", "ann"),)),
    "three of whom two must not go together": ("prohibited_partners", (a_crew("bo", "cy", "ann"),)),
    "new collectors alone": ("only_new_collectors", (a_crew("di", "ed"),)),
    "half of a standing crew": ("standing_crew_parted", (a_crew("flo", "bo"),)),
    "half of the second standing crew": ("standing_crew_parted", (a_crew("hal", "bo"),)),
    "a standing crew and one more": ("standing_crew_parted", (a_crew("flo", "gus", "bo"),)),
    "one person twice": ("not_a_crew", (a_crew("ann", "ann"),)),
    "one person in two crews at a time": (
        "collector_in_two_places",
        (a_crew("ann", "bo"), a_crew("ann", "di", name="crew-2", earliest_start=time("17:59"))),
    ),
    "a crew twice": ("shift_twice", (a_crew("ann", "bo"), a_crew("cy", "di"))),
    "the name of a shift of the problem": ("shift_twice", (a_crew("ann", "bo", name="given"),)),
}


@pytest.mark.parametrize("formed", GOOD.values(), ids=GOOD.keys())
def test_a_crew_by_the_rules_is_accepted(formed: tuple[Shift, ...]) -> None:
    assert {one.code for one in told(*formed)} <= {"crew_too_small"}


@pytest.mark.parametrize(("code", "formed"), BAD.values(), ids=BAD.keys())
def test_a_crew_against_the_rules_is_refused(code: str, formed: tuple[Shift, ...]) -> None:
    found = [one for one in told(*formed) if one.code == code]
    assert found
    assert {one.shift_id for one in found} <= {shift.id for shift in formed}


def test_a_crew_of_nobody_is_refused() -> None:
    nobody = replace(a_crew("ann"), collector_ids=())
    assert "not_a_crew" in {one.code for one in told(nobody)}


def test_somebody_on_a_shift_of_the_problem_is_not_formed_into_another_crew_at_that_time() -> None:
    busy = replace(PROBLEM, shifts=(a_shift("given", "ann", "lou"),))
    codes = {one.code for one in told(a_crew("ann", "bo"), problem=busy)}
    assert "collector_in_two_places" in codes


def test_two_shifts_of_the_problem_are_not_judged_here() -> None:
    problem = replace(PROBLEM, shifts=(a_shift("given", "kim"), a_shift("given-2", "kim")))
    assert {one.code for one in told(a_crew("ann", "bo"), problem=problem)} == set()


def test_a_plan_that_forms_crews_where_nobody_is_on_duty_is_refused() -> None:
    problem = replace(PROBLEM, duties=())
    assert {one.code for one in told(a_crew("ann", "bo"), problem=problem)} == {"not_on_duty"}

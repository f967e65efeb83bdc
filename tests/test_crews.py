"""Crews are formed of the people on duty: lawful, able to make the visits, and checked by somebody else."""

from dataclasses import replace
from datetime import date
from itertools import combinations
from random import Random

import pytest

from scheduler import documents
from scheduler.domain.collector import Collector, Duty, Shift
from scheduler.domain.plan import ReasonCode
from scheduler.domain.problem import History, Problem
from scheduler.eligibility import decide
from scheduler.planning import SearchLimits, check_plan, explain_visit, plan_visits, staffed
from scheduler.rules.load import load_rule_set
from scheduler.solver.crews import form_crews
from tests.builders import DAY, a_break, a_case, a_collector, a_duty, a_problem, a_shift, a_visit, time

LIMITS = SearchLimits(seconds=None, iterations=50)
TOMORROW = date(2026, 12, 2)
LAW = ("cn-base",)


def crews_of(problem: Problem) -> list[set[str]]:
    """The people of the crews that are formed, in order."""
    formed = form_crews(problem, decide(problem, load_rule_set(problem.rule_packs)))
    return [set(shift.collector_ids) for shift in formed]


def duties(*names: str) -> list[Duty]:
    return [a_duty(name) for name in names]


def test_people_on_duty_go_in_crews_of_the_size_that_the_law_asks_for() -> None:
    problem = a_problem([a_visit("v1")], duties=duties("ann", "bo", "cy", "di"), rule_packs=LAW)
    assert [len(crew) for crew in crews_of(problem)] == [2, 2]


def test_without_a_law_about_crews_everybody_goes_alone() -> None:
    problem = a_problem([a_visit("v1"), a_visit("v2")], duties=duties("ann", "bo"))
    assert crews_of(problem) == [{"ann"}, {"bo"}]


def test_a_visit_that_needs_three_people_gets_three() -> None:
    problem = a_problem([a_visit("v1", crew_size=3)], duties=duties("ann", "bo", "cy"))
    assert crews_of(problem) == [{"ann", "bo", "cy"}]


def test_who_must_not_go_together_does_not() -> None:
    people = [a_collector("ann", not_with={"bo"}), a_collector("cy", not_with={"di"})]
    visits = [a_visit(f"v{number}", penalty_minutes=600, minutes=300) for number in range(2)]
    crews = crews_of(a_problem(visits, (), people, duties=duties("ann", "bo", "cy", "di"), rule_packs=LAW))
    assert len(crews) == 2
    assert {"ann", "bo"} not in crews
    assert {"cy", "di"} not in crews


def test_a_new_collector_goes_with_somebody_experienced() -> None:
    people = [a_collector("ann", is_new=True), a_collector("bo", is_new=True), a_collector("cy"), a_collector("di")]
    crews = crews_of(a_problem([a_visit("v1")], (), people, duties=duties("ann", "bo", "cy", "di"), rule_packs=LAW))
    assert {"ann", "bo"} not in crews
    assert [len(crew) for crew in crews] == [2, 2]


def test_two_new_collectors_alone_form_no_crew_and_the_visit_says_that_there_is_none() -> None:
    people = [a_collector("ann", is_new=True), a_collector("bo", is_new=True)]
    problem = a_problem([a_visit("v1")], (), people, duties=duties("ann", "bo"), rule_packs=LAW)
    assert crews_of(problem) == []
    made = plan_visits(problem, limits=LIMITS)
    assert [reason.code for reason in made.unassigned[0].reasons] == [ReasonCode.NO_COLLECTOR]


def test_nobody_whose_training_has_expired_is_put_in_a_crew() -> None:
    people = [a_collector("ann", trained_until=date(2026, 11, 30))]
    crews = crews_of(a_problem([a_visit("v1")], (), people, duties=duties("ann", "bo", "cy"), rule_packs=LAW))
    assert {"bo", "cy"} in crews


def test_crews_have_the_languages_and_skills_that_visits_ask_for_together() -> None:
    people = [
        a_collector("ann", skills={"lang-yue"}),
        a_collector("bo", skills={"lang-yue"}),
        a_collector("cy", skills={"woman"}),
        a_collector("di", skills={"woman"}),
    ]
    visits = [a_visit(f"v{number}", skills={"lang-yue", "woman"}, minutes=240) for number in range(4)]
    problem = a_problem(visits, (), people, duties=duties("ann", "bo", "cy", "di"), rule_packs=LAW)
    for crew in crews_of(problem):
        assert len(crew & {"ann", "bo"}) == 1
    assert not plan_visits(problem, limits=LIMITS).unassigned


def test_a_borrower_who_was_visited_before_gets_the_same_people_again() -> None:
    history = History(last_collectors={"v1": frozenset({"ann", "di"})})
    visits = [a_visit("v1"), a_visit("v2")]
    given = duties("ann", "bo", "cy", "di")
    known = a_problem(visits, duties=given, rule_packs=LAW, history=history)
    barred = replace(visits[1], prohibited_collectors=frozenset({"ann", "di"}))
    assert {"ann", "di"} in crews_of(replace(known, visits=(visits[0], barred)))


def test_a_standing_crew_stays_together() -> None:
    standing = (frozenset({"ann", "di"}),)
    problem = a_problem(
        [a_visit("v1")], duties=duties("ann", "bo", "cy", "di"), standing_crews=standing, rule_packs=LAW
    )
    assert {"ann", "di"} in crews_of(problem)
    assert {"bo", "cy"} in crews_of(problem)


def test_who_stays_of_a_standing_crew_goes_with_others() -> None:
    standing = (frozenset({"ann", "zoe"}),)
    problem = a_problem([a_visit("v1")], (), [a_collector("zoe")], duties=duties("ann", "bo"), standing_crews=standing)
    assert crews_of(replace(problem, rule_packs=LAW)) == [{"ann", "bo"}]


def test_only_people_whose_duties_agree_go_together() -> None:
    unlike = [
        a_duty("bo", office=3),
        a_duty("cy", breaks=(a_break("12:00", "13:00"),)),
        a_duty("di", day=TOMORROW),
        a_duty("ed", start="18:00", end="20:00"),
    ]
    for other in unlike:
        problem = a_problem([a_visit("v1")], duties=[a_duty("ann"), other], rule_packs=LAW)
        assert sorted(map(len, crews_of(problem))) == [1, 1], other


def test_a_crew_works_only_while_all_of_its_people_are_on_duty() -> None:
    both = [
        a_duty("ann", start="09:00", end="15:00", max_visits=7),
        a_duty("bo", start="10:00", end="18:00", max_visits=4),
    ]
    problem = a_problem([a_visit("v1", crew_size=2)], duties=both)
    (formed,) = staffed(problem).shifts
    assert (formed.earliest_start, formed.latest_end, formed.max_visits) == (time("10:00"), time("15:00"), 4)


def test_a_break_that_does_not_fit_into_the_common_time_keeps_people_apart() -> None:
    rest = (a_break("09:30", "10:30", minutes=45),)
    both = [a_duty("ann", breaks=rest), a_duty("bo", start="10:00", breaks=rest)]
    assert {"ann", "bo"} not in crews_of(a_problem([a_visit("v1", crew_size=2)], duties=both))


def test_standing_shifts_stay_and_formed_ones_get_names_of_their_own() -> None:
    problem = a_problem([a_visit("v1")], (a_shift("crew-1"),), duties=duties("ann", "bo"), rule_packs=LAW)
    assert [shift.id for shift in staffed(problem).shifts] == ["crew-1", "crew-2"]


def test_the_plan_has_the_crews_that_it_formed_and_its_document_keeps_them() -> None:
    problem = a_problem([a_visit("v1", case=a_case())], duties=duties("ann", "bo"), rule_packs=LAW)
    made = plan_visits(problem, limits=LIMITS)
    assert [shift.collector_ids for shift in made.shifts] == [("ann", "bo")]
    assert made.routes[0].shift_id == made.shifts[0].id
    assert made.certificate is not None
    read = documents.read_plan(documents.to_bytes(documents.write_plan(made, problem.time_zone)))
    assert check_plan(problem, read) == ()
    again = documents.read_problem(documents.to_bytes(documents.write_problem(problem)))
    assert replace(again, document_sha256=None) == problem
    assert plan_visits(again, limits=LIMITS).routes == made.routes


def test_why_names_the_crew_that_was_formed() -> None:
    problem = a_problem([a_visit("v1", case=a_case())], duties=duties("ann", "bo"), rule_packs=LAW)
    made = plan_visits(problem, limits=LIMITS)
    assert explain_visit(problem, "v1", made).assigned_shift_id == made.shifts[0].id


def test_somebody_alone_on_duty_is_named_as_too_small_a_crew() -> None:
    problem = a_problem([a_visit("v1", case=a_case())], duties=duties("ann"), rule_packs=LAW)
    reasons = explain_visit(problem, "v1", None).reasons
    assert [(reason.code, reason.rule_id) for reason in reasons] == [(ReasonCode.CREW_TOO_SMALL, "CN-CREW-1")]


def test_a_hundred_people_are_formed_into_fifty_crews() -> None:
    names = [f"c{number:03}" for number in range(100)]
    visits = [a_visit(f"v{number:03}", minutes=60) for number in range(400)]
    assert len(crews_of(a_problem(visits, duties=duties(*names), rule_packs=LAW))) == 50


def most_crews(people: list[Collector]) -> int:
    """The most pairs of people who may go together, by trying all."""
    if len(people) < 2:
        return 0
    first, rest = people[0], people[1:]
    found = most_crews(rest)
    for other in rest:
        may = other.id not in first.prohibited_partners and first.id not in other.prohibited_partners
        if may and not (first.is_new and other.is_new):
            found = max(found, 1 + most_crews([one for one in rest if one is not other]))
    return found


@pytest.mark.parametrize("seed", range(20))
def test_as_many_crews_are_formed_as_can_be(seed: int) -> None:
    random = Random(seed)
    names = [f"c{number}" for number in range(8)]
    people = [
        a_collector(
            name,
            not_with={other for other in names if other != name and random.random() < 0.3},
            is_new=random.random() < 0.4,
        )
        for name in names
    ]
    visits = [a_visit(f"v{number}", minutes=120, crew_size=2) for number in range(40)]
    crews = crews_of(a_problem(visits, (), people, duties=duties(*names)))
    assert sum(len(crew) == 2 for crew in crews) == most_crews(people)


def test_formed_crews_are_valid_shifts_of_any_random_day() -> None:
    random = Random(7)
    for _ in range(30):
        names = [f"c{number}" for number in range(random.randint(1, 7))]
        given = [
            a_duty(name, start=f"{random.randint(8, 11):02}:00", end=f"{random.randint(13, 20)}:00") for name in names
        ]
        people = [a_collector(name, is_new=random.random() < 0.3) for name in names]
        problem = a_problem(
            [a_visit(f"v{number}", number + 1, crew_size=random.randint(1, 3)) for number in range(5)],
            (),
            people,
            duties=given,
        )
        assert check_plan(problem, plan_visits(problem, limits=LIMITS)) == ()


def test_pairs_are_counted_by_the_day_that_they_work_on() -> None:
    given = [a_duty(name, day=day) for day in (DAY, TOMORROW) for name in ("ann", "bo")]
    problem = a_problem([a_visit("v1", crew_size=2)], duties=given)
    assert [set(shift.collector_ids) for shift in staffed(problem).shifts if len(shift.collector_ids) == 2] == [
        {"ann", "bo"}
    ]
    assert not any(_overlaps(one, other) for one, other in combinations(staffed(problem).shifts, 2))


def _overlaps(one: Shift, other: Shift) -> bool:
    shared = set(one.collector_ids) & set(other.collector_ids)
    return bool(shared) and one.earliest_start < other.latest_end and other.earliest_start < one.latest_end

"""The rules judge every visit as planned: that crew, that place, those times."""

from datetime import UTC, date, datetime, timedelta

import pytest

from scheduler.checker import violations
from scheduler.domain.case import Block, Case, Channel, Contact
from scheduler.domain.plan import Plan
from scheduler.domain.problem import Problem
from scheduler.domain.time_window import TimeWindow
from scheduler.domain.violation import Violation
from scheduler.domain.visit import PlaceKind, Visit
from scheduler.rules.load import load_rule_set
from tests.builders import DAY, a_case, a_collector, a_place, a_problem, a_shift, a_visit, time, window
from tests.plans import a_plan, change_route, change_stop, line_matrix
from tests.weeks import PACKS, with_log


def found(problem: Problem, plan: Plan | None = None, packs: tuple[str, ...] = ("cn-base",)) -> tuple[Violation, ...]:
    """What the checker says under `cn-base` of all visits on s1."""
    laid = plan or a_plan(problem, {"s1": [visit.id for visit in problem.visits]})
    return violations(problem, laid, travel=line_matrix(), rules=load_rule_set(packs))


def a_night_problem(visit: Visit, **collectors: date | None) -> Problem:
    """A shift around the clock for one visit; collectors are named with the end of their training."""
    people = [a_collector(name, trained_until=until) for name, until in collectors.items()]
    return a_problem([visit], [a_shift("s1", *collectors, start="00:00", end="23:59")], people, rule_packs=("cn-base",))


def codes(broken: tuple[Violation, ...]) -> set[str]:
    """The kinds of violations."""
    return {violation.code for violation in broken}


@pytest.mark.parametrize("case", [None, a_case()], ids=["without case", "with case"])
def test_a_lawful_visit_is_accepted(case: Case | None) -> None:
    visit = a_visit("v1", 1, window("09:00", "12:00"), case=case)
    assert found(a_problem([visit], rule_packs=("cn-base",))) == ()


@pytest.mark.parametrize(
    "hours", [window("06:00", "07:00"), window("07:45", "08:15"), window("21:45", "22:15")], ids=str
)
def test_a_visit_outside_the_lawful_hours_is_unlawful(hours: TimeWindow) -> None:
    broken = found(a_night_problem(a_visit("v1", 1, hours)))
    assert codes(broken) == {"unlawful"}
    assert all(violation.rule_id and violation.visit_id == "v1" and violation.shift_id == "s1" for violation in broken)


@pytest.mark.parametrize("hours", [window("08:00", "08:30"), window("21:30", "22:00")], ids=str)
def test_a_visit_that_touches_the_bounds_of_the_lawful_hours_is_lawful(hours: TimeWindow) -> None:
    assert found(a_night_problem(a_visit("v1", 1, hours))) == ()


def test_a_visit_by_one_person_is_unlawful() -> None:
    (broken,) = found(a_problem([a_visit("v1")], [a_shift("s1", "solo")], rule_packs=("cn-base",)))
    assert (broken.code, broken.visit_id) == ("unlawful", "v1")
    assert broken.rule_id


def test_naming_a_second_person_on_the_route_does_not_make_it_lawful() -> None:
    problem = a_problem([a_visit("v1")], [a_shift("s1", "solo")], rule_packs=("cn-base",))
    plan = change_route(a_plan(problem, {"s1": ["v1"]}), collector_ids=("solo", "friend"))
    assert "unlawful" in codes(found(problem, plan))


def test_a_visit_by_somebody_untrained_is_unlawful() -> None:
    problem = a_night_problem(a_visit("v1", 1, window("09:00", "12:00")), anna=DAY, bo=None)
    assert codes(found(problem)) == {"unlawful"}


def test_training_is_valid_through_its_last_day() -> None:
    visit = a_visit("v1", 1, window("09:00", "12:00"))
    assert found(a_night_problem(visit, anna=DAY, bo=DAY)) == ()
    assert codes(found(a_night_problem(visit, anna=DAY, bo=DAY.replace(month=11, day=30)))) == {"unlawful"}


def test_a_visit_in_a_disputed_case_is_unlawful() -> None:
    case = a_case(blocks=(Block(code="disputed"),))
    broken = found(a_problem([a_visit("v1", case=case)], rule_packs=("cn-base",)))
    assert codes(broken) == {"unlawful"}


def test_a_case_with_several_faults_has_a_violation_for_each_rule() -> None:
    case = a_case(blocks=(Block(code="disputed"),), contacts=())
    broken = found(a_problem([a_visit("v1", case=case)], [a_shift("s1", "solo")], rule_packs=("cn-base",)))
    assert codes(broken) == {"unlawful"}
    assert len({violation.rule_id for violation in broken}) >= 3


def test_a_barred_visit_may_be_left_out() -> None:
    problem = a_problem([a_visit("v1", case=a_case(blocks=(Block(code="disputed"),)))], rule_packs=("cn-base",))
    assert found(problem, a_plan(problem, {})) == ()


def test_house_rules_narrow_the_lawful_hours() -> None:
    early = a_night_problem(a_visit("v1", 1, window("08:15", "08:45")))
    assert found(early) == ()
    assert codes(found(early, packs=("cn-base", "cn-house"))) == {"unlawful"}


def test_without_rule_packs_only_the_given_windows_bind() -> None:
    assert found(a_night_problem(a_visit("v1", 1, window("03:00", "04:00"))), packs=()) == ()


def test_a_visit_on_an_unknown_shift_is_still_judged_by_its_hours() -> None:
    problem = a_night_problem(a_visit("v1", 1, window("03:00", "04:00")))
    plan = change_route(a_plan(problem, {"s1": ["v1"]}), shift_id="s9")
    assert codes(found(problem, plan)) == {"unknown_shift", "unlawful"}


def test_a_visit_on_an_unknown_shift_is_not_unlawful_for_want_of_a_crew() -> None:
    problem = a_night_problem(a_visit("v1", 1, window("09:00", "12:00")))
    plan = change_route(a_plan(problem, {"s1": ["v1"]}), shift_id="s9")
    assert codes(found(problem, plan)) == {"unknown_shift"}


@pytest.mark.parametrize(("place", "broken"), [("old", ["CN-OUT-1"]), ("new", [])])
def test_a_visit_to_the_place_that_the_borrower_has_left_is_unlawful(place: str, broken: list[str]) -> None:
    moved = Contact(
        channel=Channel.VISIT,
        at=time("10:00", DAY - timedelta(days=8)),
        outcome="MOVED",
        place_kind=PlaceKind.HOME,
        place_id="old",
    )
    places = (a_place("old", 1), a_place("new", 2))
    problem = a_problem([a_visit("v1", places=places, case=a_case(contacts=with_log(moved)))], rule_packs=PACKS)
    plan = a_plan(problem, {"s1": ["v1"]}, places={"v1": place})
    assert [violation.rule_id for violation in found(problem, plan, PACKS)] == broken


@pytest.mark.parametrize(("days_before", "broken"), [(3, []), (2, ["CN-NOTE-2"])])
def test_a_notice_can_be_sent_from_the_local_day_of_the_plan_on(days_before: int, broken: list[str]) -> None:
    as_of = time("00:30", DAY - timedelta(days=days_before))
    problem = a_problem([a_visit("v1", case=a_case())], rule_packs=PACKS, as_of=as_of)
    assert [violation.rule_id for violation in found(problem, packs=PACKS)] == broken


@pytest.mark.parametrize(
    "changes",
    [
        {"place_id": "nowhere"},
        {"departure_time": time("00:00")},
        {"departure_time": time("03:30").replace(tzinfo=None)},
        {"service_start_time": time("03:00").replace(tzinfo=None)},
        {"departure_time": datetime.max.replace(tzinfo=UTC)},
    ],
    ids=["unknown place", "reversed", "no zone at the end", "no zone at the start", "last year"],
)
def test_a_stop_that_makes_no_question_is_refused_without_judging(changes: dict[str, object]) -> None:
    problem = a_night_problem(a_visit("v1", 1, window("03:00", "04:00")))
    broken = change_stop(a_plan(problem, {"s1": ["v1"]}), 1, **changes)  # type: ignore[arg-type]  # fields of a stop
    assert codes(found(problem, broken))
    assert "unlawful" not in codes(found(problem, broken))


def test_a_visit_that_takes_no_time_is_judged_too() -> None:
    assert codes(found(a_night_problem(a_visit("v1", 1, window("03:00", "04:00"), minutes=0)))) == {"unlawful"}


def test_what_breaks_the_law_is_told_in_both_languages() -> None:
    (broken,) = found(a_night_problem(a_visit("v1", 1, window("03:00", "04:00"))))
    assert broken.rule_id == "CN-HRS-1"
    assert "03:00" in broken.message
    zh = "上门全程须在08:00至22:00之间，计划为2026-12-01 03:00:00至2026-12-01 03:30:00。"
    assert broken.message_zh == zh

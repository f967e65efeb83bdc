"""Each reason code, produced by the problem that it is about."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from scheduler.domain.case import Block, Contact
from scheduler.domain.location import Location
from scheduler.domain.plan import Plan, Reason, ReasonCode
from scheduler.domain.problem import GreatCircleTravel, MatrixTravel, Objective, Problem
from scheduler.domain.visit import Pin
from scheduler.planning import SearchLimits, explain_visit, plan_visits
from scheduler.wording import LANGUAGES, reason_sentence, reason_title
from tests.builders import (
    a_break,
    a_case,
    a_collector,
    a_place,
    a_problem,
    a_shift,
    a_visit,
    at,
    time,
    window,
)


def planned(problem: Problem) -> Plan:
    return plan_visits(problem, limits=SearchLimits(seconds=None, iterations=20))


def reasons_of(problem: Problem, visit_id: str = "v") -> tuple[Reason, ...]:
    left_out = {left.visit_id: left.reasons for left in planned(problem).unassigned}
    assert visit_id in left_out, "the visit was placed"
    return left_out[visit_id]


def codes_of(problem: Problem, visit_id: str = "v") -> list[ReasonCode]:
    return [reason.code for reason in reasons_of(problem, visit_id)]


def test_without_any_shift_nobody_is_on_duty() -> None:
    assert codes_of(a_problem([a_visit("v")], shifts=[])) == [ReasonCode.NO_COLLECTOR]


def test_with_every_shift_kept_out_nobody_is_on_duty() -> None:
    problem = a_problem([a_visit("v")])
    plan = plan_visits(problem, limits=SearchLimits(seconds=None, iterations=5), without_shifts=frozenset({"s1"}))
    assert plan.unassigned[0].reasons[0].code == ReasonCode.NO_COLLECTOR
    assert plan.engine.without_shifts == ("s1",)


def test_a_skill_that_no_crew_has_is_named() -> None:
    problem = a_problem(
        [a_visit("v", skills={"sign", "dialect"})], collectors=[a_collector("s1-a", skills={"dialect"})]
    )
    (reason,) = reasons_of(problem)
    assert reason.code == ReasonCode.MISSING_SKILL
    assert "sign" in reason.detail
    assert "dialect" not in reason.detail


def test_skills_count_over_the_whole_crew() -> None:
    people = [a_collector("s1-a", skills={"sign"}), a_collector("s1-b", skills={"dialect"})]
    plan = planned(a_problem([a_visit("v", skills={"sign", "dialect"})], collectors=people))
    assert plan.unassigned == ()


@pytest.mark.parametrize("valid_until", [date(2026, 11, 30), None])
def test_a_crew_member_without_valid_training_bars_the_crew_by_rule(valid_until: date | None) -> None:
    person = a_collector("s1-b", trained_until=valid_until)
    (reason,) = reasons_of(a_problem([a_visit("v")], collectors=[person], rule_packs=("cn-base",)))
    assert (reason.code, reason.rule_id) == (ReasonCode.QUALIFICATION_EXPIRED, "CN-STAFF-1")


def test_training_counts_on_its_last_day() -> None:
    person = a_collector("s1-b", trained_until=date(2026, 12, 1))
    assert planned(a_problem([a_visit("v")], collectors=[person], rule_packs=("cn-base",))).unassigned == ()


@pytest.mark.parametrize("wish", [{"prohibited": {"s1-a"}}, {"required": {"nobody"}}])
def test_a_prohibited_or_missing_collector_bars_the_crew(wish: dict[str, set[str]]) -> None:
    problem = a_problem([a_visit("v", **wish)], collectors=[a_collector("nobody")])  # type: ignore[arg-type]
    assert codes_of(problem) == [ReasonCode.COLLECTOR_NOT_ALLOWED]


def test_a_crew_smaller_than_the_visit_wants_is_too_small() -> None:
    (reason,) = reasons_of(a_problem([a_visit("v", crew_size=3)]))
    assert (reason.code, reason.rule_id) == (ReasonCode.CREW_TOO_SMALL, None)


def test_a_single_collector_is_too_small_a_crew_by_rule() -> None:
    (reason,) = reasons_of(a_problem([a_visit("v")], [a_shift("s1", "ann")], rule_packs=("cn-base",)))
    assert (reason.code, reason.rule_id) == (ReasonCode.CREW_TOO_SMALL, "CN-CREW-1")


def test_a_wish_outside_lawful_hours_names_the_rule() -> None:
    visit = a_visit("v", 1, window("21:45", "23:00"))
    (reason,) = reasons_of(a_problem([visit], [a_shift("s1", end="23:30")], rule_packs=("cn-base",)))
    assert (reason.code, reason.rule_id) == (ReasonCode.OUTSIDE_LAWFUL_HOURS, "CN-HRS-1")


def test_a_statutory_holiday_leaves_no_lawful_hour_under_the_house_pack() -> None:
    holiday = date(2026, 10, 1)
    visit = a_visit("v", 1, window("10:00", "12:00", holiday))
    problem = a_problem([visit], [a_shift("s1", day=holiday)], rule_packs=("cn-base", "cn-house"))
    assert codes_of(problem) == [ReasonCode.OUTSIDE_LAWFUL_HOURS]
    assert planned(replace(problem, rule_packs=("cn-base",))).unassigned == ()


def test_a_window_that_no_shift_shares_leaves_no_common_time() -> None:
    assert codes_of(a_problem([a_visit("v", 1, window("18:30", "20:00"))])) == [ReasonCode.NO_COMMON_TIME_WINDOW]


def test_a_window_shorter_than_the_service_leaves_no_common_time() -> None:
    assert codes_of(a_problem([a_visit("v", 1, window("10:00", "10:29"))])) == [ReasonCode.NO_COMMON_TIME_WINDOW]


def test_a_place_too_far_for_the_shift_makes_the_shift_too_short() -> None:
    problem = a_problem([a_visit("v", 20)], [a_shift("s1", start="09:00", end="10:00")])
    assert codes_of(problem) == [ReasonCode.SHIFT_TOO_SHORT]


def test_a_break_that_leaves_no_room_makes_the_shift_too_short() -> None:
    crew = a_shift("s1", start="09:00", end="10:00", breaks=(a_break("09:15", "10:00", 40),))
    assert codes_of(a_problem([a_visit("v", 1)], [crew])) == [ReasonCode.SHIFT_TOO_SHORT]


def test_a_shift_that_is_full_has_reached_its_limit() -> None:
    visits = [a_visit("v", penalty_minutes=60), a_visit("w", penalty_minutes=61)]
    assert codes_of(a_problem(visits, [a_shift("s1", max_visits=1)])) == [ReasonCode.VISIT_LIMIT]


def test_a_collector_with_enough_visits_that_day_limits_all_of_their_shifts() -> None:
    visits = [a_visit("v", penalty_minutes=60), a_visit("w", penalty_minutes=61)]
    crews = [a_shift("s1", "ann", end="12:00"), a_shift("s2", "ann", start="12:00")]
    problem = a_problem(visits, crews, [a_collector("ann", max_visits=1)])
    assert codes_of(problem) == [ReasonCode.VISIT_LIMIT]


def test_a_place_without_coordinates_is_named_and_never_guessed() -> None:
    problem = a_problem([a_visit("v", 3)])
    problem = replace(
        problem,
        travel=GreatCircleTravel(detour_factor=1.4, speed_kmh=25, overhead=timedelta(seconds=60)),
        locations=tuple(
            Location(id=one.id, coordinates=None if one.id == at(3) else one.coordinates) for one in problem.locations
        ),
    )
    (reason,) = reasons_of(problem)
    assert reason.code == ReasonCode.LOCATION_UNGEOCODED
    assert "v-home" in reason.detail


def test_a_place_with_no_way_back_is_unreachable() -> None:
    problem = a_problem([a_visit("v", 3)])
    assert isinstance(problem.travel, MatrixTravel)
    rows = [list(row) for row in problem.travel.duration_seconds]
    for column in range(len(rows)):
        if column != 3:
            rows[3][column] = None
    problem = replace(problem, travel=MatrixTravel(duration_seconds=tuple(map(tuple, rows))))
    assert codes_of(problem) == [ReasonCode.LOCATION_UNREACHABLE]


def test_a_pin_to_a_crew_that_may_not_visit_is_impossible_and_says_why() -> None:
    visit = a_visit("v", prohibited={"s1-a"}, pinned=Pin(shift_id="s1"))
    problem = a_problem([visit], [a_shift("s1"), a_shift("s2")])
    assert codes_of(problem) == [ReasonCode.PIN_IMPOSSIBLE, ReasonCode.COLLECTOR_NOT_ALLOWED]


def test_a_pin_to_a_time_outside_the_window_is_impossible() -> None:
    visit = a_visit("v", 1, window("10:00", "12:00"), pinned=Pin(shift_id="s1", service_start_time=time("13:00")))
    assert codes_of(a_problem([visit]))[0] == ReasonCode.PIN_IMPOSSIBLE


def test_a_pin_to_a_position_that_nobody_fills_up_to_is_impossible() -> None:
    visit = a_visit("v", pinned=Pin(shift_id="s1", position=3))
    assert codes_of(a_problem([visit, a_visit("w")]))[0] == ReasonCode.PIN_IMPOSSIBLE


def test_two_pins_at_one_time_leave_one_visit_out_and_move_none() -> None:
    pin = Pin(shift_id="s1", service_start_time=time("10:00"))
    plan = planned(a_problem([a_visit("v", pinned=pin), a_visit("w", pinned=pin, penalty_minutes=600)]))
    assert plan.unassigned[0].visit_id == "v"
    assert plan.unassigned[0].reasons[0].code == ReasonCode.PIN_IMPOSSIBLE
    (stop,) = [stop for stop in plan.routes[0].stops if stop.visit_id == "w"]
    assert stop.service_start_time == time("10:00")


@pytest.mark.parametrize(
    ("facts", "rule_id"),
    [
        ({"blocks": (Block(code="disputed"),)}, "CN-CARD-69"),
        ({"blocks": (Block(code="hardship"),)}, "CN-BLK-1"),
        ({"contacts": ()}, "CN-LADDER-1"),
        ({"subject": "neighbour"}, "CN-3P-1"),
    ],
)
def test_a_case_that_a_rule_bars_is_not_eligible_by_that_rule(
    facts: dict[str, tuple[Block | Contact, ...] | str | None], rule_id: str
) -> None:
    visit = a_visit("v", case=a_case(**facts))
    found = reasons_of(a_problem([visit], rule_packs=("cn-base", "cn-house")))
    assert [(reason.code, reason.rule_id) for reason in found] == [(ReasonCode.NOT_ELIGIBLE, rule_id)]


def test_a_log_that_is_not_known_bars_by_every_rule_that_needs_it() -> None:
    found = reasons_of(a_problem([a_visit("v", case=a_case(contacts=None))], rule_packs=("cn-base", "cn-house")))
    assert [(reason.code, reason.rule_id) for reason in found] == [
        (ReasonCode.NOT_ELIGIBLE, "CN-LADDER-1"),
        (ReasonCode.FREQUENCY_CAP, "CN-VIS-CAP"),
        (ReasonCode.FREQUENCY_CAP, "CN-VIS-CAP-30"),
        (ReasonCode.FREQUENCY_CAP, "CN-VIS-CAP-TRY"),
        (ReasonCode.NOT_ELIGIBLE, "CN-OUT-1"),
    ]


def test_without_time_between_the_others_the_capacity_is_exceeded() -> None:
    crew = a_shift("s1", start="09:00", end="10:00")
    visits = [a_visit("v", penalty_minutes=60), a_visit("w", penalty_minutes=61)]
    assert codes_of(a_problem(visits, [crew])) == [ReasonCode.CAPACITY_EXCEEDED]


def test_a_detour_dearer_than_the_penalty_is_traded_off_with_both_numbers() -> None:
    (reason,) = reasons_of(a_problem([a_visit("v", 20, penalty_minutes=39)]))
    assert reason.code == ReasonCode.LOWER_PRIORITY_TRADE_OFF
    assert (reason.facts["cost"], reason.facts["penalty"]) == ("2400", "2340")


def test_a_plan_that_leaves_out_what_would_pay_says_that_the_planner_missed_it() -> None:
    problem = a_problem([a_visit("v")])
    plan = plan_visits(problem, limits=SearchLimits(seconds=0.0))
    assert [reason.code for reason in plan.unassigned[0].reasons] == [ReasonCode.NOT_INSERTED_BY_SOLVER]


def test_the_crew_that_lets_the_visit_get_farthest_comes_first() -> None:
    crews = [a_shift("s1"), a_shift("s2", start="09:00", end="10:00")]
    visits = [
        a_visit("v", penalty_minutes=60, prohibited={"s1-a"}),
        a_visit("w", penalty_minutes=600, required={"s2-a"}),
    ]
    found = reasons_of(a_problem(visits, crews))
    assert [(reason.code, reason.shift_id) for reason in found] == [
        (ReasonCode.CAPACITY_EXCEEDED, "s2"),
        (ReasonCode.COLLECTOR_NOT_ALLOWED, "s1"),
    ]


def test_the_better_place_decides_for_each_crew() -> None:
    places = (a_place("v-far", 30, window("09:00", "09:30")), a_place("v-near", 1, window("18:30", "20:00")))
    assert codes_of(a_problem([a_visit("v", places=places)])) == [ReasonCode.SHIFT_TOO_SHORT]


def test_explaining_against_a_plan_gives_the_reasons_of_the_plan() -> None:
    crew = a_shift("s1", start="09:00", end="10:00")
    problem = a_problem([a_visit("v", penalty_minutes=60), a_visit("w", penalty_minutes=61)], [crew])
    plan = planned(problem)
    assert explain_visit(problem, "v", plan).reasons == plan.unassigned[0].reasons
    assert explain_visit(problem, "w", plan).assigned_shift_id == "s1"


def test_explaining_without_a_plan_asks_what_stands_against_the_visit_alone() -> None:
    crew = a_shift("s1", start="09:00", end="10:00")
    problem = a_problem([a_visit("v"), a_visit("w", skills={"sign"})], [crew])
    assert explain_visit(problem, "v", None).reasons == ()
    assert explain_visit(problem, "w", None).reasons[0].code == ReasonCode.MISSING_SKILL


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", ReasonCode)
def test_every_code_has_words_without_gaps(code: ReasonCode, language: str) -> None:
    names = (
        *("shift", "skills", "collectors", "qualification", "day", "prohibited", "missing", "size", "minimum"),
        *("minutes", "places", "cost", "penalty", "en", "zh"),
    )
    facts = dict.fromkeys(names, "7")
    for shift_id in (None, "s1"):
        sentence = reason_sentence(Reason(code=code, detail="", shift_id=shift_id, facts=facts), language)
        assert sentence
        assert "{" not in sentence
        assert "-" not in sentence
    assert reason_title(code, language)


def test_a_visit_left_out_because_its_overtime_is_dear_gives_way_to_cost_and_was_not_overlooked() -> None:
    dear = Objective(overtime_weight=10, max_overtime=timedelta(hours=1))
    shift = a_shift("s1", start="09:00", end="09:05")
    problem = a_problem([a_visit("v", minutes=30, penalty_minutes=60)], [shift], objective=dear)
    (reason,) = reasons_of(problem)
    assert reason.code == ReasonCode.LOWER_PRIORITY_TRADE_OFF
    cheap = replace(problem, objective=replace(dear, overtime_weight=0.1))
    assert planned(cheap).unassigned == ()

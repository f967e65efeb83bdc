"""Optional terms, hour factors, history and the published plan: the planner's routes cost what the checker derives."""

from collections import Counter
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.checker import violations
from scheduler.domain.plan import Cost, Engine, Plan, PlanStatus, Reason, ReasonCode, Unassigned
from scheduler.domain.problem import History, Objective, Problem
from scheduler.domain.travel import progress_by_hour
from scheduler.eligibility import decide
from scheduler.rules.load import load_rule_set
from scheduler.solver.construct import construct
from scheduler.solver.instance import Instance, Terms, build_instance
from scheduler.solver.pace import pace_of
from scheduler.solver.routes import total_cost
from scheduler.solver.solution import timed_cost, to_cost, to_routes, unfairness
from scheduler.travel import travel_matrix
from tests.builders import MINUTE, a_break, a_problem, a_shift, a_visit, time, window
from tests.plans import a_plan
from tests.random_problems import a_random_timed_problem
from tests.walks import rate_at

PROBLEMS = 150
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
SLOW_MORNING = tuple(2.0 if hour == 9 else 1.0 for hour in range(24))


def build(problem: Problem, *, without: frozenset[str] = frozenset()) -> Instance:
    decisions = decide(problem, load_rule_set(problem.rule_packs))
    return build_instance(problem, decisions, travel_matrix(problem), without_shifts=without)


def constructed(problem: Problem, seed: int = 0) -> tuple[Instance, list[list[int]]]:
    instance = build(problem)
    return instance, construct(instance, seed=seed, should_hurry=lambda: False, should_stop=lambda: False).orders


def as_plan(problem: Problem, instance: Instance, orders: list[list[int]]) -> Plan:
    """The plan of these orders, as it is written."""
    routes = to_routes(problem, instance, travel_matrix(problem), orders)
    placed = {visit_id for route in routes for visit_id in route.visit_ids}
    reason = Reason(code=ReasonCode.NOT_INSERTED_BY_SOLVER, detail="by hand")
    return Plan(
        status=PlanStatus.FEASIBLE if problem.visits else PlanStatus.NO_VISITS,
        cost=to_cost(problem, instance, orders, routes),
        travel_source="matrix",
        engine=Engine(name="hand", version="1", seed=0, iterations=1),
        routes=routes,
        unassigned=tuple(
            Unassigned(visit_id=visit.id, reasons=(reason,)) for visit in problem.visits if visit.id not in placed
        ),
    )


def check(problem: Problem, plan: Plan) -> list[str]:
    found = violations(problem, plan, travel=travel_matrix(problem), rules=load_rule_set(problem.rule_packs))
    return [f"{violation.code}: {violation.message}" for violation in found]


@pytest.mark.parametrize("rule_packs", [(), ("cn-base",)])
def test_random_routes_pass_the_checker_and_cost_what_the_search_counts_or_less(rule_packs: tuple[str, ...]) -> None:
    seen: Counter[str] = Counter()
    for seed in range(PROBLEMS):
        random = Random(seed)
        problem = a_random_timed_problem(
            random, visits=random.randrange(2, 9), shifts=random.randrange(1, 4), rule_packs=rule_packs
        )
        instance, orders = constructed(problem, seed)
        plan = as_plan(problem, instance, orders)
        assert check(problem, plan) == [], f"seed {seed}"
        counted = total_cost(instance, orders) + timed_cost(instance, orders)
        assert plan.cost.total_seconds <= counted, f"seed {seed}"
        if problem.published_plan is None and not problem.objective.lawful_margin:
            assert plan.cost.total_seconds == counted, f"seed {seed}"
        seen.update(field.name for field in fields(Cost) if getattr(plan.cost, field.name))
    assert {field.name for field in fields(Cost)} == set(seen)


def test_an_objective_without_terms_leaves_times_without_a_price() -> None:
    problem = a_problem([a_visit("v1")], objective=Objective(max_overtime=10 * MINUTE, non_preferred_collector=MINUTE))
    instance = build(problem)
    assert not instance.is_timed
    assert [instance.regular_ends, instance.published, instance.collectors_of_shift, instance.past_work] == [()] * 4


def test_a_term_that_no_plan_can_pay_makes_no_problem_timed() -> None:
    objective = Objective(overtime_weight=2.0, change_of_plan=MINUTE)
    assert build(a_problem([a_visit("v1")], objective=objective)).terms == Terms()


def test_terms_are_read_in_thousandths() -> None:
    objective = Objective(
        overtime_weight=1.5, max_overtime=HOUR, waiting_weight=0.0014, unfairness_weight=2.0, change_of_plan=5 * MINUTE
    )
    problem = a_problem([a_visit("v1")], objective=objective)
    published = replace(problem, published_plan=a_plan(problem, {"s1": ["v1"]}))
    assert build(published).terms == Terms(overtime=1500, waiting=1, unfairness=2000, change_of_plan=300)


def test_overtime_lets_a_route_end_later_but_not_into_the_next_shift_of_its_people() -> None:
    shifts = [
        a_shift("s1", "a", "b", start="09:00", end="12:00"),
        a_shift("s2", "b", "c", start="12:30", end="15:00"),
        a_shift("s3", "d", start="12:10", end="15:00"),
    ]
    problem = a_problem([a_visit("v1")], shifts, objective=Objective(max_overtime=HOUR, overtime_weight=1.0))
    instance = build(problem)
    ends = [instance.moment(frame.latest_end) for frame in instance.frames]
    assert ends == [time("12:30"), time("16:00"), time("16:00")]
    assert [instance.moment(end) for end in instance.regular_ends] == [time("12:00"), time("15:00"), time("15:00")]
    alone = build(problem, without=frozenset({"s2"}))
    assert alone.moment(alone.frames[0].latest_end) == time("13:00")


def test_a_visit_in_overtime_is_planned_and_paid() -> None:
    late = a_visit("v1", 1, window("17:50", "22:00"), minutes=30)
    shift = a_shift("s1")
    assert constructed(a_problem([late], [shift]))[1] == [[]]
    problem = a_problem([late], [shift], objective=Objective(max_overtime=HOUR, overtime_weight=0.5))
    plan = as_plan(problem, *constructed(problem))
    assert plan.routes[0].stops[-1].arrival_time == time("18:21")
    assert plan.cost.overtime_penalty_seconds == 21 * 60 // 2
    assert check(problem, plan) == []


def test_an_overtime_past_midnight_counts_towards_the_limits_of_both_days() -> None:
    late = a_shift("s1", "a", start="18:00", end="23:30")
    plain = a_problem([a_visit("v1")], [late])
    people = tuple(replace(collector, max_visits=1) for collector in plain.collectors)
    problem = replace(plain, collectors=people)
    assert len(build(problem).limits) == 1
    assert len(build(replace(problem, objective=Objective(max_overtime=HOUR))).limits) == 2


def test_crews_that_never_went_there_and_other_crews_than_published_cost_extra() -> None:
    objective = Objective(
        non_preferred_collector=MINUTE, change_of_collector=2 * MINUTE, change_of_plan=4 * MINUTE, waiting_weight=1.0
    )
    shifts = [a_shift("s1", "a"), a_shift("s2", "b"), a_shift("s3", "c")]
    visits = [a_visit("v1", preferred={"a"}), a_visit("v2")]
    problem = a_problem(visits, shifts, objective=objective, history=History(last_collectors={"v1": frozenset({"b"})}))
    problem = replace(problem, published_plan=a_plan(problem, {"s3": ["v1"]}))
    instance = build(problem)
    assert instance.shift_penalties == ({0: 120 + 240, 1: 60 + 240, 2: 60 + 120}, {})
    assert instance.published == ((2, instance.seconds(time("09:01"))), None)
    kept_out = build(problem, without=frozenset({"s3"}))
    assert kept_out.shift_penalties == ({0: 360, 1: 300}, {})
    assert kept_out.terms.change_of_plan == 0


def test_those_who_stand_in_a_shift_kept_out_count_towards_the_mean() -> None:
    shifts = [a_shift("s1", "a", "b"), a_shift("s2", "c"), a_shift("s3", "b", "d")]
    history = History(working={"c": HOUR, "d": 2 * HOUR, "nobody": HOUR})
    problem = a_problem([], shifts, objective=Objective(unfairness_weight=0.5), history=history)
    instance = build(problem, without=frozenset({"s2"}))
    assert instance.past_work == (0, 0, 3600, 7200)
    assert instance.collectors_of_shift == ((0, 1), (1, 3))
    # 1000, 1100, 3600 and 7300 s: the mean is 3250.
    assert unfairness(instance, [1000, 100]) == (3600 - 3250) // 2 + (7300 - 3250) // 2


def test_a_published_visit_stays_near_its_time_where_that_is_cheaper() -> None:
    problem = a_problem(
        [a_visit("v1", 1, window("09:00", "18:00"))],
        objective=Objective(change_of_plan=10 * MINUTE, waiting_weight=0.001, lawful_margin=timedelta()),
    )
    published = a_plan(a_problem([a_visit("v1", 1, window("14:00", "18:00"))]), {"s1": ["v1"]})
    problem = replace(problem, published_plan=published)
    plan = as_plan(problem, *constructed(problem))
    assert plan.cost.change_of_plan_seconds == 0
    assert abs(plan.routes[0].stops[1].service_start_time - time("14:00")) <= 15 * MINUTE
    assert check(problem, plan) == []


def test_the_margin_of_the_objective_is_kept_in_the_routes_of_a_plan() -> None:
    visits = [a_visit("v1", 1, window("09:00", "11:00"), minutes=30), a_visit("v2", 1, window("12:00", "13:00"))]
    for margin, start in ((0, "10:30"), (5, "10:25"), (20, "10:10")):
        problem = a_problem(visits, objective=Objective(lawful_margin=margin * MINUTE))
        plan = as_plan(problem, *constructed(problem))
        assert plan.routes[0].visit_ids == ("v1", "v2")
        assert plan.routes[0].stops[1].service_start_time == time(start)
        assert check(problem, plan) == []


def test_a_leg_at_a_slow_hour_takes_longer_and_a_rest_on_the_way_is_no_driving() -> None:
    shift = a_shift("s1", breaks=(a_break("09:10", "09:30", 15),))
    problem = a_problem([a_visit("v1", 20, window("09:00", "10:30"))], [shift], hour_factors=SLOW_MORNING)
    plan = as_plan(problem, *constructed(problem))
    there, home = plan.routes[0].stops[2:]
    assert (there.arrival_time, there.travel) == (time("09:55"), 40 * MINUTE)
    assert (home.arrival_time, home.travel) == (time("10:45"), 20 * MINUTE)
    assert plan.cost.travel_seconds == 60 * 60
    assert check(problem, plan) == []


@given(
    st.sampled_from(["Asia/Shanghai", "Asia/Kathmandu", "Europe/Berlin", "Australia/Lord_Howe"]),
    st.sampled_from(
        [
            datetime(2026, 3, 28, 20, 7, 11, tzinfo=UTC),
            datetime(2026, 10, 3, 5, 0, tzinfo=UTC),
            datetime(2026, 10, 24, 9, 59, 59, tzinfo=UTC),
        ]
    ),
    st.integers(-86_400, 40 * 3600 - 1),
)
def test_the_pace_of_a_second_is_that_of_its_local_clock_hour(name: str, start: datetime, second: int) -> None:
    zone = ZoneInfo(name)
    factors = tuple(1 + hour / 10 for hour in range(24))
    shift = replace(a_shift("s1"), earliest_start=start.astimezone(zone), latest_end=start + 16 * HOUR)
    problem = replace(a_problem([], [shift], hour_factors=factors), time_zone=zone)
    pace = pace_of(problem, start)
    assert pace is not None
    assert rate_at(pace, second) == progress_by_hour(factors)[(start + second * SECOND).astimezone(zone).hour]


def test_without_hour_factors_or_shifts_there_is_no_pace() -> None:
    assert pace_of(a_problem(), time("09:00")) is None
    assert pace_of(a_problem([], [], hour_factors=SLOW_MORNING), time("09:00")) is None

"""New orders in the course of a simulated day: made by the engine of the running day, and carried out by the law."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from scheduler.domain.errors import InvalidInput
from scheduler.rules.clock import Clock
from scheduler.simulation.attempts import DayDone
from scheduler.simulation.behaviour import CERTAIN, Behaviour, ServiceTimes
from scheduler.simulation.calls import PlannedDay
from scheduler.simulation.changes import Replanning
from scheduler.simulation.day_planning import KeptPlans, made_day
from scheduler.simulation.draws import Draws
from scheduler.simulation.experiment import Replications, Scenario
from scheduler.simulation.figures import is_unlawful
from scheduler.simulation.horizon import Course, first_world
from scheduler.simulation.reading import read_experiment
from scheduler.simulation.statistics import paired_difference
from scheduler.simulation.world import ReplanPolicy
from tests.builders import a_duty, a_problem, a_shift, a_visit
from tests.simulations import a_busy_day, a_snapshot, an_experiment, run_in

NOON = ReplanPolicy(at=(Clock(12, 0),))
WHEN_LATE = ReplanPolicy(late=timedelta(minutes=20))
ROUGH = Behaviour(absence=0.2, urgent_a_day=1.0, service_times=ServiceTimes(high=2.0))


def a_day_by(policy: ReplanPolicy | None, behaviour: Behaviour, replication: int) -> tuple[PlannedDay, DayDone]:
    """One simulated day of two crews under a policy."""
    experiment = an_experiment(behaviour=behaviour)
    world = replace(first_world(experiment.world_of(Scenario(name=""), a_snapshot())), replan_policy=policy)
    plans = KeptPlans()
    course = Course(world=world, days=1, planner_seed=0, first_day=made_day(world, 0, plans), plans=plans)
    (day,) = course.run(Draws(5, replication), replication)
    return day.planned, day.done


@pytest.mark.parametrize("policy", [WHEN_LATE, NOON], ids=["when late", "at noon"])
def test_a_day_that_goes_as_planned_goes_on_as_planned(policy: ReplanPolicy) -> None:
    assert a_day_by(policy, CERTAIN, 0)[1] == a_day_by(None, CERTAIN, 0)[1]


@pytest.mark.parametrize(
    "policy", [WHEN_LATE, NOON, replace(WHEN_LATE, keeps_crews=True)], ids=["when late", "at noon", "same crews"]
)
def test_new_orders_lose_no_call_add_none_and_keep_the_law(policy: ReplanPolicy) -> None:
    changed = 0
    for replication in range(10):
        planned, done = a_day_by(policy, ROUGH, replication)
        known = sorted(call.visit.id for order in planned.orders for call in order.calls)
        seen = [one.call for one in done.attempts]

        assert sorted(call.visit.id for call in seen if not call.urgent) == known
        assert len({call.visit.id for call in seen}) == len(seen)
        assert not any(is_unlawful(one) for one in done.attempts)
        changed += done != a_day_by(None, ROUGH, replication)[1]
    assert changed > 0


def test_visits_stay_with_the_crew_that_was_announced_where_the_policy_says_so() -> None:
    slow = replace(ROUGH, absence=0.0, urgent_a_day=0.0)
    policy = replace(WHEN_LATE, late=timedelta(minutes=5))
    moved = {True: 0, False: 0}
    for keeps in moved:
        for replication in range(10):
            planned, done = a_day_by(replace(policy, keeps_crews=keeps), slow, replication)
            crews = {call.visit.id: order.shift.id for order in planned.orders for call in order.calls}
            moved[keeps] += sum(one.shift_id != crews[one.call.visit.id] for one in done.attempts)
    assert moved[True] == 0
    assert moved[False] > 0


def test_who_is_missing_is_made_up_for_by_others_and_more_visits_are_attempted(tmp_path: Path) -> None:
    late = Scenario(name="when late", changes=(Replanning(policy=WHEN_LATE),))
    experiment = an_experiment(late, behaviour=ROUGH, replications=Replications(most=60, chunk=20))
    base, replanned = run_in(tmp_path, experiment).scenarios
    found = paired_difference(replanned.values("attempted"), base.values("attempted"))

    assert found.interval.low > 0
    assert sum(base.values("lawful_violations")) == sum(replanned.values("lawful_violations")) == 0


def test_new_orders_bring_no_visit_that_the_plan_had_left_out() -> None:
    visits = [a_visit(f"v{number}", 1 + number % 20, minutes=60) for number in range(20)]
    snapshot = a_snapshot(a_problem(visits, [a_shift("s1"), a_shift("s2")]))
    nobody = replace(CERTAIN, found=replace(CERTAIN.found, by_kind=dict.fromkeys(CERTAIN.found.by_kind, 0.0)))
    world = first_world(an_experiment(behaviour=nobody).world_of(Scenario(name=""), snapshot))
    world = replace(world, replan_policy=NOON)
    plans = KeptPlans()
    course = Course(world=world, days=1, planner_seed=0, first_day=made_day(world, 0, plans), plans=plans)
    (day,) = course.run(Draws(5), 0)

    assert len(day.planned.unassigned) > 0
    assert not {one.call.visit.id for one in day.done.attempts} & day.planned.unassigned.keys()


def test_an_urgent_case_beyond_the_limit_of_a_crew_stands_as_a_fact() -> None:
    shifts = [replace(a_shift(name, f"{name}-a", f"{name}-b"), max_visits=5) for name in ("s1", "s2")]
    snapshot = a_snapshot(a_problem(a_busy_day().visits, shifts))
    behaviour = replace(CERTAIN, urgent_a_day=6.0)
    world = first_world(an_experiment(behaviour=behaviour).world_of(Scenario(name=""), snapshot))
    world = replace(world, replan_policy=ReplanPolicy(at=tuple(Clock(hour, 0) for hour in range(10, 18))))
    plans = KeptPlans()
    course = Course(world=world, days=1, planner_seed=0, first_day=made_day(world, 0, plans), plans=plans)
    most = 0
    for replication in range(5):
        (day,) = course.run(Draws(5, replication), replication)
        made = Counter(one.shift_id for one in day.done.attempts if one.status.is_attempt)
        most = max(most, *made.values())
    assert most > 5


def test_each_later_day_gets_new_orders_too(tmp_path: Path) -> None:
    late = Scenario(name="when late", changes=(Replanning(policy=WHEN_LATE),))
    run = run_in(tmp_path, an_experiment(late, behaviour=ROUGH, days=2, replications=Replications(most=10, chunk=5)))

    assert run.scenarios[0].by_seed != run.scenarios[1].by_seed


def test_crews_that_the_planner_formed_get_new_orders() -> None:
    duties = [a_duty(name) for name in ("ann", "bo", "cy", "di")]
    snapshot = a_snapshot(a_problem(a_busy_day().visits, duties=duties))
    world = first_world(an_experiment(behaviour=ROUGH).world_of(Scenario(name=""), snapshot))
    world = replace(world, replan_policy=WHEN_LATE)
    plans = KeptPlans()
    course = Course(world=world, days=1, planner_seed=0, first_day=made_day(world, 0, plans), plans=plans)
    for replication in range(5):
        (day,) = course.run(Draws(5, replication), replication)
        assert not any(is_unlawful(one) for one in day.done.attempts)
        assert sum(one.status.is_attempt for one in day.done.attempts) > 0


def an_experiment_with(change: str) -> bytes:
    return f"""
format = "visits-experiment/1"
name = "x"
problem = "x.json"
[[scenarios]]
name = "new orders"
changes = [{{ kind = "replanning", {change} }}]
""".encode()


def test_a_policy_is_read_with_its_times_its_lateness_and_whether_crews_stay() -> None:
    text = 'at = ["12:00"], late_minutes = 30, keeps_crews = true'
    experiment = read_experiment(an_experiment_with(text))
    expected = ReplanPolicy(at=NOON.at, late=timedelta(minutes=30), keeps_crews=True)

    assert experiment.scenarios[1].changes == (Replanning(policy=expected),)


@pytest.mark.parametrize("change", ["keeps_crews = true", 'at = ["noon"]', "late_minutes = 0"])
def test_a_policy_that_never_or_nowhere_holds_is_refused(change: str) -> None:
    with pytest.raises(InvalidInput):
        read_experiment(an_experiment_with(change))

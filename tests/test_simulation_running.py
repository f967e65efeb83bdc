"""Experiments: common luck, resumed runs, precision, and nothing that leads back to the real problem."""

import json
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from api.what_if.executors import local_executor
from scheduler.documents import read_plan, write_problem
from scheduler.domain.errors import InvalidInput, NotNow, ProcessDied
from scheduler.domain.plan import Plan
from scheduler.domain.problem import Problem
from scheduler.planning import SearchLimits, check_plan, plan_visits
from scheduler.rules.clock import Clock
from scheduler.simulation.attempts import Status
from scheduler.simulation.behaviour import CERTAIN
from scheduler.simulation.changes import Crews, FoundFactor, PlanBuffer, Planner, Replanning, TravelFactor
from scheduler.simulation.day_planning import KeptPlans, made_day, make_plan
from scheduler.simulation.draws import Draws
from scheduler.simulation.experiment import Replications, Scenario
from scheduler.simulation.horizon import Course, first_world
from scheduler.simulation.kept_results import KeptResults
from scheduler.simulation.questions import Kind, Question, answer
from scheduler.simulation.running import SimulationProgress, run_experiment
from scheduler.simulation.statistics import paired_difference
from scheduler.simulation.world import ReplanPolicy
from tests.builders import a_case, a_problem, a_visit
from tests.simulations import BUDGET, a_busy_day, a_snapshot, an_experiment, files_in, one_thread, run_in

MORE_FOUND = Scenario(name="more at home", changes=(FoundFactor(factor=1.2),))
NEW_ORDERS = Scenario(
    name="new orders", changes=(Replanning(policy=ReplanPolicy(at=(Clock(12, 0),), late=timedelta(minutes=5))),)
)
ONE_CREW = Scenario(name="one crew", changes=(Crews(count=1),), amount=1.0)


def statuses(count: int, replication: int) -> dict[str, Status]:
    """What became of each visit with so many crews."""
    snapshot = a_snapshot()
    world = first_world(an_experiment().world_of(Scenario(name="", changes=(Crews(count=count),)), snapshot))
    plans = KeptPlans()
    course = Course(world=world, days=1, planner_seed=0, first_day=made_day(world, 0, plans), plans=plans)
    (day,) = course.run(Draws(5, replication), replication)
    return {one.call.visit.id: one.status for one in day.done.attempts if one.status.is_attempt}


def test_one_crew_more_leaves_the_luck_of_every_visit_as_it_was() -> None:
    for replication in range(5):
        two, three = statuses(2, replication), statuses(3, replication)
        both = two.keys() & three.keys()
        assert len(both) > 5
        assert {name: two[name] for name in both} == {name: three[name] for name in both}


def test_common_luck_cuts_the_variance_of_differences(tmp_path: Path) -> None:
    replications = Replications(most=40, chunk=20)
    base, more = run_in(tmp_path, an_experiment(MORE_FOUND, replications=replications)).scenarios
    found = paired_difference(more.values("contacts"), base.values("contacts"))

    assert found.interval.estimate > 0
    assert found.variance_ratio >= 4


def test_a_run_that_was_stopped_ends_like_one_that_was_not(tmp_path: Path) -> None:
    experiment, snapshot = an_experiment(ONE_CREW), a_snapshot()
    whole = run_in(tmp_path / "whole", experiment, snapshot)
    steps: list[SimulationProgress] = []
    kept = KeptResults(tmp_path / "halves", experiment.sha256(snapshot))
    with pytest.raises(NotNow):
        run_experiment(
            experiment,
            snapshot,
            kept=kept,
            open_executor=one_thread,
            on_progress=steps.append,
            should_stop=lambda: len(steps) > 3,
        )
    before = files_in(tmp_path / "halves")
    resumed = run_in(tmp_path / "halves", experiment, snapshot)

    assert 0 < len(before) < len(files_in(tmp_path / "halves"))
    assert files_in(tmp_path / "halves") == files_in(tmp_path / "whole")
    assert resumed == whole


def test_a_step_that_was_half_written_is_done_again(tmp_path: Path) -> None:
    experiment = an_experiment()
    whole = run_in(tmp_path, experiment)
    chunk = next((tmp_path / "chunks").rglob("*.json"))
    content = chunk.read_bytes()
    chunk.write_bytes(content[: len(content) // 2])

    assert run_in(tmp_path, experiment) == whole
    assert chunk.read_bytes() == content


def test_another_seed_other_data_or_another_fit_use_no_kept_result() -> None:
    experiment = an_experiment()
    hashes = {
        experiment.sha256(a_snapshot()),
        replace(experiment, document={"seed": 2}).sha256(a_snapshot()),
        replace(experiment, behaviour=CERTAIN).sha256(a_snapshot()),
        experiment.sha256(a_snapshot(a_problem([a_visit("other")]))),
    }

    assert len(hashes) == 4
    assert experiment.sha256(a_snapshot()) in hashes


def test_processes_come_to_the_same_results_as_a_thread(tmp_path: Path) -> None:
    experiment, snapshot = an_experiment(ONE_CREW, NEW_ORDERS), a_snapshot()
    kept = KeptResults(tmp_path / "processes", experiment.sha256(snapshot))
    apart = run_experiment(experiment, snapshot, kept=kept, open_executor=local_executor(2))

    assert apart == run_in(tmp_path / "thread", experiment, snapshot)
    assert files_in(tmp_path / "processes") == files_in(tmp_path / "thread")


class Fragile:
    """Opens executors of which the first so many break before they have done anything."""

    def __init__(self, breaking: int) -> None:
        self.opened = 0
        self._breaking = breaking

    @contextmanager
    def __call__(self) -> Iterator[Executor]:
        self.opened += 1
        with ThreadPoolExecutor(1, initializer=self._begin) as executor:
            yield executor

    def _begin(self) -> None:
        if self.opened <= self._breaking:
            raise BrokenExecutor


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_an_executor_that_breaks_is_opened_again_but_not_for_ever(tmp_path: Path) -> None:
    experiment, snapshot = an_experiment(), a_snapshot()
    kept = KeptResults(tmp_path, experiment.sha256(snapshot))
    hopeless = Fragile(breaking=100)
    with pytest.raises(ProcessDied):
        run_experiment(experiment, snapshot, kept=kept, open_executor=hopeless)
    fragile = Fragile(breaking=1)
    found = run_experiment(experiment, snapshot, kept=kept, open_executor=fragile)

    assert (hopeless.opened, fragile.opened) == (3, 2)
    assert found.scenarios[0].count == 6


@pytest.mark.parametrize(("half_width", "count", "is_precise"), [(100.0, 4, True), (0.001, 12, False)])
def test_replications_stop_when_the_answer_is_precise_or_the_most_are_done(
    tmp_path: Path, half_width: float, count: int, is_precise: bool
) -> None:
    replications = Replications(first=4, most=12, chunk=2, figure="contacts", half_width=half_width)
    run = run_in(tmp_path, an_experiment(MORE_FOUND, replications=replications))

    assert {one.count for one in run.scenarios} == {count}
    assert run.precise is is_precise


def test_the_planners_own_chance_and_the_bias_of_the_budget_are_measured(tmp_path: Path) -> None:
    run = run_in(tmp_path, an_experiment(planner_seeds=2, production_iterations=60))

    assert len(run.scenarios[0].by_seed) == 2
    assert run.bias is not None
    assert [one.count for one in run.bias] == [6, 6]


def test_all_planner_seeds_have_the_same_days_and_means_are_over_their_plans(tmp_path: Path) -> None:
    replications = Replications(first=4, most=12, chunk=2, figure="contacts", half_width=0.001)
    run = run_in(tmp_path, an_experiment(ONE_CREW, planner_seeds=3, replications=replications))

    for scenario in run.scenarios:
        assert [len(figures["attempted"]) for figures in scenario.by_seed] == [12, 12, 12]
        minutes = [figures["travel_minutes"] for figures in scenario.by_seed]
        assert scenario.of_days("travel_minutes") == minutes[0]
        assert scenario.values("travel_minutes") == pytest.approx([sum(one) / 3 for one in zip(*minutes, strict=True)])
    assert run.scenarios[0].values("travel_minutes") != run.scenarios[0].of_days("travel_minutes")


def test_kept_results_with_fewer_replications_of_later_seeds_are_told_by_the_first_seed(tmp_path: Path) -> None:
    (base,) = run_in(tmp_path, an_experiment(planner_seeds=2)).scenarios
    short = {figure: values[:2] for figure, values in base.by_seed[1].items()}
    result = replace(base, by_seed=(base.by_seed[0], short))

    assert result.values("travel_minutes") == result.of_days("travel_minutes")


def test_a_chance_is_of_days_and_not_of_means_over_plans(tmp_path: Path) -> None:
    (base,) = run_in(tmp_path, an_experiment(planner_seeds=2)).scenarios
    figures = {**base.by_seed[0], "attempted": (10.0, 10.0)}
    other = {**base.by_seed[1], "attempted": (20.0, 20.0)}
    result = replace(base, amount=1.0, by_seed=(figures, other))
    found = answer(Question(kind=Kind.LEAST, figure="attempted", at_least=15, probability=0.5), [result])

    assert (found.code, found.facts["chance"]) == ("least_none", 0.0)
    assert result.values("attempted") == (15.0, 15.0)


def test_a_simulated_plan_is_no_plan_and_fits_no_real_problem(tmp_path: Path) -> None:
    problem = a_busy_day()
    run_in(tmp_path, an_experiment(), a_snapshot(problem))
    for path in (tmp_path / "plans").iterdir():
        with pytest.raises(InvalidInput):
            read_plan(path.read_bytes())
        inner = read_plan(json.dumps(json.loads(path.read_bytes())["plan"]).encode())
        assert {one.code for one in check_plan(problem, inner)} & {"unknown_visit", "unknown_shift", "wrong_problem"}


def test_a_snapshot_has_neither_ids_nor_coordinates_of_the_problem_and_the_same_plans() -> None:
    problem = replace(a_busy_day(), visits=tuple(replace(one, case=a_case()) for one in a_busy_day().visits))
    snapshot = a_snapshot(problem)
    told = json.dumps(write_problem(snapshot.problem))
    ids = [*(one.id for one in problem.visits), *(one.id for one in problem.collectors), "l10", "s1"]

    assert not [name for name in ids if f'"{name}"' in told]
    assert all(one.coordinates is None for one in snapshot.problem.locations)
    assert set(snapshot.districts.values()) == {"A1", "A2", "A3"} or len(set(snapshot.districts.values())) > 1
    first, second = (plan_visits(one, limits=BUDGET).cost for one in (problem, snapshot.problem))
    assert first == second


def test_a_week_carries_its_backlog_and_what_happened_from_day_to_day(tmp_path: Path) -> None:
    visits = [a_visit(f"v{number}", 1 + number, case=a_case(), minutes=60) for number in range(12)]
    snapshot = a_snapshot(a_problem(visits, rule_packs=("cn-base", "cn-house")))
    run = run_in(tmp_path, an_experiment(days=3, replications=Replications(most=2, chunk=1)), snapshot)
    (base,) = run.scenarios

    assert all(len(row) == 3 for row in base.backlogs)
    assert all(row[0] > row[-1] for row in base.backlogs)
    assert all(one == 0 for one in base.values("lawful_violations"))


def test_a_buffer_in_plans_keeps_visits_away_from_the_limit(tmp_path: Path) -> None:
    visits = [a_visit(f"v{number}", 1, *a_visit("", 1).places[0].time_windows, minutes=50) for number in range(12)]
    buffered = Scenario(name="buffer", changes=(PlanBuffer(minutes=30),))
    base, other = run_in(tmp_path, an_experiment(buffered), a_snapshot(a_problem(visits))).scenarios

    assert sum(other.values("near_limit")) <= sum(base.values("near_limit"))
    assert max(other.ends) <= 0
    assert sum(base.ends.values()) == sum(base.values("attempted"))


def test_a_scenario_may_have_a_budget_of_its_own(tmp_path: Path) -> None:
    planner = Scenario(name="longer", changes=(Planner(iterations=60),))
    run_in(tmp_path, an_experiment(planner))

    assert len(files_in(tmp_path / "plans")) == 2


def test_steady_plans_go_on_from_the_plan_that_people_know_and_so_does_the_baselines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slower, asked = Scenario(name="slower", changes=(TravelFactor(factor=1.3),)), []

    def noted(problem: Problem, limits: SearchLimits) -> Plan:
        asked.append((problem.published_plan, problem.objective.change_of_plan.total_seconds()))
        return make_plan(problem, limits)

    monkeypatch.setattr("scheduler.simulation.running.make_plan", noted)
    run_in(tmp_path / "apart", an_experiment(slower, replications=Replications(most=2)))
    apart, asked = asked, []
    run_in(tmp_path / "steady", an_experiment(slower, steady_seconds=600, replications=Replications(most=2)))
    first, base, other = asked

    assert apart == [(None, 0)] * 2
    assert first == (None, 0)
    assert base == other
    assert base[1] == 600
    assert base[0] is not None
    assert sum(len(route.visit_ids) for route in base[0].routes) > 5


def test_steady_plans_of_later_days_go_on_from_the_baselines_course_with_the_same_luck(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slower, made = Scenario(name="slower", changes=(TravelFactor(factor=1.3),)), []

    def noted(problem: Problem, limits: SearchLimits) -> Plan:
        plan = make_plan(problem, limits)
        made.append((problem.published_plan, problem.objective.change_of_plan.total_seconds(), plan))
        return plan

    plans = KeptPlans()
    monkeypatch.setattr("scheduler.simulation.chunks._kept_plans", lambda: plans)
    monkeypatch.setattr("scheduler.simulation.day_planning.make_plan", noted)
    replications = Replications(most=1, chunk=1)
    run_in(tmp_path, an_experiment(slower, days=2, steady_seconds=600, replications=replications))
    (nothing, no_cost, known), *others = made

    assert (nothing, no_cost) == (None, 0)
    assert len(known.routes) > 0
    assert [(before, cost) for before, cost, _ in others] == [(known, 600)] * 2


@pytest.mark.parametrize("days", [1, 3])
def test_steady_plans_of_a_scenario_that_changes_nothing_differ_from_the_baselines_in_nothing(
    tmp_path: Path, days: int
) -> None:
    same = Scenario(name="as it is", changes=(TravelFactor(factor=1.0),))
    base, other = run_in(tmp_path, an_experiment(same, days=days, steady_seconds=600)).scenarios

    assert other.by_seed == base.by_seed


def test_steady_plans_keep_more_of_the_luck_in_common_than_plans_made_from_nothing(tmp_path: Path) -> None:
    slower = Scenario(name="slower", changes=(TravelFactor(factor=1.3),))
    replications = Replications(most=40, chunk=20)
    gains = []
    for steady_seconds in (0, 600):
        asked = an_experiment(slower, steady_seconds=steady_seconds, replications=replications)
        base, other = run_in(tmp_path / str(steady_seconds), asked).scenarios
        gains.append(
            [paired_difference(other.values(one), base.values(one)).variance_ratio for one in ("finish_mean_minutes",)]
        )
    (apart,), (steady,) = gains

    assert steady > apart
    assert steady >= 4

"""Small worlds to simulate, and the simulations that tests look at."""

from collections.abc import Iterator, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from scheduler.domain.problem import Problem
from scheduler.planning import SearchLimits, plan_visits
from scheduler.simulation.attempts import DayDone
from scheduler.simulation.behaviour import CERTAIN, Behaviour, Distribution, ServiceTimes
from scheduler.simulation.calls import PlannedDay, planned_day
from scheduler.simulation.draws import Draws
from scheduler.simulation.execution import carry_out
from scheduler.simulation.experiment import Experiment, Replications, Scenario
from scheduler.simulation.kept_results import KeptResults
from scheduler.simulation.luck import Luck
from scheduler.simulation.running import RunResult, run_experiment
from scheduler.simulation.snapshot import Snapshot, snapshot_of
from scheduler.travel import travel_matrix
from tests.builders import a_break, a_problem, a_shift, a_visit, window

BUDGET = SearchLimits(seconds=None, iterations=50, threads=1, search_only=True)
SOME_REPLICATIONS = Replications(most=6, chunk=2)


def a_busy_day() -> Problem:
    """Two crews with a break each, and ten visits, some of them only in the morning."""
    visits = [a_visit(f"v{number}", number + 1) for number in range(6)]
    visits += [a_visit(f"m{number}", 9 + number, window("09:00", "12:00")) for number in range(4)]
    shifts = [a_shift(name, breaks=(a_break("12:00", "14:00"),)) for name in ("s1", "s2")]
    return a_problem(visits, shifts)


def a_planned_day(problem: Problem | None = None) -> PlannedDay:
    """A day of the planner, ready to be carried out."""
    problem = problem or a_busy_day()
    return planned_day(problem, plan_visits(problem, limits=BUDGET), travel_matrix(problem))


def simulated(day: PlannedDay, behaviour: Behaviour = CERTAIN, *, seed: int = 1, replication: int = 0) -> DayDone:
    """One simulated day."""
    return carry_out(day, behaviour, Luck(Draws(seed, replication), replication))


def exponential_at_doors() -> Behaviour:
    """Nothing varies but the time at doors, which is exponential; crews need not wait for planned times."""
    times = ServiceTimes(distribution=Distribution.EXPONENTIAL)
    day = a_shift("s").latest_end - a_shift("s").earliest_start
    return replace(CERTAIN, service_times=times, may_start_early=day)


def an_experiment(*scenarios: Scenario, **options: object) -> Experiment:
    """An experiment over a small budget, with the base before the given scenarios."""
    experiment = Experiment(
        name="test",
        iterations=50,
        replications=SOME_REPLICATIONS,
        scenarios=(Scenario(name="base"), *scenarios),
        document={"scenarios": [one.name for one in scenarios]},
    )
    return replace(experiment, **options)  # type: ignore[arg-type]  # options are attributes by name


def a_snapshot(problem: Problem | None = None) -> Snapshot:
    """Without names."""
    return snapshot_of(problem or a_busy_day())


@contextmanager
def one_thread() -> Iterator[Executor]:
    """An executor in this process."""
    with ThreadPoolExecutor(1) as executor:
        yield executor


def run_in(folder: Path, experiment: Experiment, snapshot: Snapshot | None = None) -> RunResult:
    """Run an experiment to its end in this process, with what is kept in a folder."""
    snapshot = snapshot or a_snapshot()
    kept = KeptResults(folder, experiment.sha256(snapshot))
    return run_experiment(experiment, snapshot, kept=kept, open_executor=one_thread)


def files_in(folder: Path) -> Mapping[str, bytes]:
    """Every file of a folder, by its path."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}

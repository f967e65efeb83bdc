"""What-if experiments as a job; each step that is done is kept in the data directory until the job has ended."""

import json
import shutil
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from api.jobs.work import Surroundings, Work
from api.settings import Settings
from api.store import Unit, experiments
from api.store.jobs import JobState, Outcome
from api.what_if.executors import local_executor
from api.what_if.kept_document import KeptDocument, read_days, written_days
from scheduler.documents import read_problem, to_bytes, write_problem
from scheduler.domain.errors import MemoryExhausted, NotNow
from scheduler.domain.problem import Problem, RoadTravel
from scheduler.simulation.calibration import Calibration, calibrated
from scheduler.simulation.experiment import Experiment
from scheduler.simulation.kept_results import KeptResults
from scheduler.simulation.reading import read_experiment
from scheduler.simulation.replay import PastDay, Replayed, replayed
from scheduler.simulation.running import RunResult, SimulationProgress, run_experiment
from scheduler.simulation.snapshot import snapshot_of
from scheduler.solver.limits import usable_cores

KIND = "simulate"
_FOLDER = "simulations"
_REPLAYS = 100


def packed(problem: Problem, document: Mapping[str, Any], past: Sequence[PastDay] = ()) -> bytes:
    """The job's document: what was known when somebody asked, so that each attempt is alike.

    Args:
        problem: The day.
        document: The experiment.
        past: Days to learn from.
    """
    return to_bytes({"problem": write_problem(problem), "experiment": document, "past": written_days(past)})


def simulate(work: Work) -> Outcome:
    """Simulate all scenarios; an attempt goes on where the one before it died."""
    asked = json.loads(work.document())
    experiment_id = str(work.job.arguments["experiment_id"])
    problem, past = read_problem(to_bytes(asked["problem"])), read_days(asked["past"])
    fitted = _fitted(past, problem) if past else None
    behaviour = None if fitted is None else fitted.behaviour
    experiment = read_experiment(to_bytes(asked["experiment"]), behaviour)
    watch = _Watch(work)
    try:
        run = _run(work, watch, _folder(work.settings) / experiment_id, problem, experiment)
    except NotNow:
        return Outcome(state=JobState.TIMED_OUT if watch.is_late else JobState.CANCELLED)
    content = KeptDocument(run=run, fitted=fitted, replays=_replays(work, past, experiment.seed)).written()

    def keep(unit: Unit) -> dict[str, int | bool]:
        experiments.keep_results(unit, experiment_id, content)
        counts = [one.count for one in run.scenarios]
        return {"scenarios": len(counts), "replications": max(counts), "is_precise": run.precise}

    return Outcome(state=JobState.DONE, keep=keep)


def _fitted(past: Sequence[PastDay], problem: Problem) -> Calibration:
    return calibrated([visit for day in past for visit in day.visits], problem.time_zone)


def _replays(work: Work, past: Sequence[PastDay], seed: int) -> tuple[Replayed, ...]:
    """Each past day by what was fitted to all the others."""
    found: list[Replayed] = []
    for number, day in enumerate(past):
        work.go_on()
        others = [*past[:number], *past[number + 1 :]]
        networks = work.settings.road_networks if isinstance(day.problem.travel, RoadTravel) else None
        behaviour = _fitted(others, day.problem).behaviour
        found += replayed(day, behaviour, seed=seed, replications=_REPLAYS, networks=networks)
    return tuple(found)


def forget_steps(shared: Surroundings) -> None:
    """Delete the steps of experiments that have ended."""
    with shared.database.reading(None, shared.clock()) as unit:
        needed = experiments.unfinished(unit)
    folder = _folder(shared.settings)
    for path in folder.iterdir() if folder.exists() else ():
        if path.name not in needed:
            shutil.rmtree(path, ignore_errors=True)


def _run(work: Work, watch: "_Watch", folder: Path, problem: Problem, experiment: Experiment) -> RunResult:
    settings = work.settings
    networks = settings.road_networks if isinstance(problem.travel, RoadTravel) else None
    snapshot = snapshot_of(problem, networks)
    executor = local_executor(
        usable_cores(),
        niceness=settings.planning_niceness,
        memory_bytes=settings.planning_memory_mb * 1024**2,
    )
    try:
        return run_experiment(
            experiment,
            snapshot,
            kept=KeptResults(folder, experiment.sha256(snapshot)),
            open_executor=executor,
            on_progress=watch.tell,
            should_stop=watch.should_stop,
        )
    except MemoryError:
        raise MemoryExhausted("The simulation needs more memory than its processes may take.") from None


def _folder(settings: Settings) -> Path:
    return settings.make_data_dir() / _FOLDER


class _Watch:
    """Stands between the job and its simulation.

    Attributes:
        is_late: Whether it has taken longer than it may.
    """

    def __init__(self, work: Work) -> None:
        self._work = work
        self._begun = time.monotonic()
        self._longest = work.settings.simulation_seconds
        self.is_late = False

    def tell(self, progress: SimulationProgress) -> None:
        """Show how far it is, and how long the rest may take by what was done so far."""
        done_here = progress.done - progress.kept
        seconds = time.monotonic() - self._begun
        left = round(seconds / done_here * (progress.steps - progress.done)) if done_here else None
        self._work.tell({"done": progress.done, "steps": progress.steps, "seconds_left": left})

    def should_stop(self) -> bool:
        """Whether somebody asked to stop, or the time is over."""
        self.is_late = time.monotonic() - self._begun > self._longest
        return self.is_late or self._work.should_stop()

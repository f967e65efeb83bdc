"""Runs an experiment on any executor: one process, all cores, or many machines; the answer is the same."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from contextlib import AbstractContextManager, ExitStack, closing
from dataclasses import dataclass
from datetime import timedelta

from scheduler.domain.errors import NotNow, ProcessDied
from scheduler.domain.plan import Plan
from scheduler.domain.problem import Problem
from scheduler.planning import SearchLimits
from scheduler.simulation.changes import Planner
from scheduler.simulation.chunks import ChunkResult, ChunkWork, KnownCourse, run_chunk
from scheduler.simulation.day_planning import limits_of, make_plan, problem_to_plan, steadied
from scheduler.simulation.experiment import Experiment, Scenario, chunk_starts
from scheduler.simulation.horizon import first_world
from scheduler.simulation.kept_results import KeptResults
from scheduler.simulation.results import ScenarioResult, collected
from scheduler.simulation.snapshot import Snapshot
from scheduler.simulation.statistics import mean_interval, replications_needed
from scheduler.simulation.world import World

MOST_BROKEN = 3
SECONDS_BETWEEN_QUESTIONS = 0.5
_MOST_GROWTH = 4

type OpenExecutor = Callable[[], AbstractContextManager[Executor]]
"""Opens an executor; asked again when one breaks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulationProgress:
    """How far a run is.

    Attributes:
        done: Steps that are done, those of an earlier run included.
        steps: Steps in sight; more may follow where the answer is not precise yet.
        kept: How many of `done` were there before.
    """

    done: int
    steps: int
    kept: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """What an experiment came to.

    Attributes:
        scenarios: In the order of the experiment.
        bias: The baseline's first day with its own budget and with production's; None when that was not asked.
        precise: Whether every interval is as narrow as was asked; True where nothing was asked.
    """

    scenarios: tuple[ScenarioResult, ...]
    bias: tuple[ScenarioResult, ScenarioResult] | None
    precise: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Strand:
    """A scenario with one planner seed: its chunks follow one another.

    Attributes:
        name: Of its plan and its chunks.
        world: The scenario.
        planner_seed: Of its plans.
        days: Of the horizon.
        known: The world whose plans people know, which this one's plans go on from; None plans it from nothing.
    """

    name: str
    world: World
    planner_seed: int
    days: int
    known: World | None = None


def run_experiment(
    experiment: Experiment,
    snapshot: Snapshot,
    *,
    kept: KeptResults,
    open_executor: OpenExecutor,
    on_progress: Callable[[SimulationProgress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> RunResult:
    """Simulate all scenarios until they are precise or done as often as they may be.

    Args:
        experiment: What is asked.
        snapshot: What all scenarios start from.
        kept: Where results of an earlier run are, and where new ones go, each at once.
        open_executor: Where the work is done.
        on_progress: Told after each step.
        should_stop: The caller's wish to stop; asked after each step and twice a second. What is done stays kept. What
            it raises ends the run too.

    Raises:
        NotNow: The caller wished to stop.
        ProcessDied: Workers died again and again.
    """
    run = _Run(experiment, kept, open_executor, on_progress or (lambda _: None), should_stop or (lambda: False))
    with closing(run):
        return _simulated(run, experiment, snapshot)


def _simulated(run: "_Run", experiment: Experiment, snapshot: Snapshot) -> RunResult:
    known = _known_world(experiment, snapshot)
    strands = {
        (number, seed): _Strand(
            name=f"{number}-{seed}",
            world=experiment.world_of(scenario, snapshot),
            planner_seed=seed,
            days=experiment.days,
            known=known,
        )
        for number, scenario in enumerate(experiment.scenarios)
        for seed in range(experiment.planner_seeds)
    }
    limits = experiment.replications
    first = count = _rounded(limits.first if limits.figure else limits.most, experiment)
    while True:
        run.do([(strand, count) for strand in strands.values()])
        results = tuple(
            _result(run, experiment, number, scenario, strands, count)
            for number, scenario in enumerate(experiment.scenarios)
        )
        needed = _needed(experiment, results)
        if needed <= count or count >= limits.most:
            break
        count = _rounded(min(needed, _MOST_GROWTH * count), experiment)
    bias = _bias(run, experiment, snapshot, first)
    return RunResult(scenarios=results, bias=bias, precise=needed <= count)


class _Run:
    """Does steps that are not kept yet."""

    def __init__(
        self,
        experiment: Experiment,
        kept: KeptResults,
        open_executor: OpenExecutor,
        tell: Callable[[SimulationProgress], None],
        should_stop: Callable[[], bool],
    ) -> None:
        self._experiment = experiment
        self._kept = kept
        self._open = open_executor
        self._tell = tell
        self._should_stop = should_stop
        self._results: dict[str, ChunkResult] = {}
        self._plans: dict[str, Plan] = {}
        self._done = self._steps = self._found = 0
        self._closing = ExitStack()
        self._opened: Executor | None = None

    def do(self, wanted: Sequence[tuple[_Strand, int]]) -> None:
        """Plan and simulate each strand up to so many replications."""
        self._plan([strand for strand, _ in wanted])
        todo = {}
        for strand, count in wanted:
            for first, size in chunk_starts(self._experiment.replications, count):
                name = f"{strand.name}-{first}"
                if name in self._results:
                    continue
                self._steps += 1
                before = self._kept.chunk(name)
                if before is not None:
                    self._results[name] = before
                    self._found += 1
                    self._done += 1
                else:
                    todo[name] = self._work(strand, first, size)
        self._step()
        for name, result in self._through_executor(run_chunk, {name: (work,) for name, work in todo.items()}):
            self._kept.keep_chunk(name, result)
            self._results[name] = result
            self._done += 1
            self._step()

    def chunks(self, strand: _Strand, count: int) -> list[ChunkResult]:
        """What was simulated of a strand, in order."""
        starts = chunk_starts(self._experiment.replications, count)
        return [self._results[f"{strand.name}-{first}"] for first, _ in starts]

    def _plan(self, strands: Sequence[_Strand]) -> None:
        """Plan the first day of each strand; before that, what people know where plans are to be steady."""
        new = [strand for strand in strands if strand.name not in self._plans]
        known = {f"known-{one.planner_seed}": _to_plan(one.known, one.planner_seed) for one in new if one.known}
        self._make_plans({name: planned for name, planned in known.items() if name not in self._plans})
        self._make_plans({strand.name: self._steady(strand) for strand in new})

    def _make_plans(self, wanted: Mapping[str, tuple[Problem, SearchLimits]]) -> None:
        todo: dict[str, tuple[Problem, SearchLimits]] = {}
        for name, planned in wanted.items():
            self._steps += 1
            before = self._kept.plan(*planned)
            if before is not None:
                self._plans[name] = before
                self._found += 1
                self._done += 1
            else:
                todo[name] = planned
        for name, plan in self._through_executor(make_plan, todo):
            self._kept.keep_plan(*todo[name], plan)
            self._plans[name] = plan
            self._done += 1
            self._step()

    def _steady(self, strand: _Strand) -> tuple[Problem, SearchLimits]:
        """What is planned for a strand, with the plan that people know where plans are to be like it.

        The baseline goes on from that plan too: what has had more of a search is better, whatever the scenario.
        """
        problem, limits = _to_plan(strand.world, strand.planner_seed)
        if strand.known is None:
            return problem, limits
        known = self._plans[f"known-{strand.planner_seed}"]
        return steadied(problem, known, timedelta(seconds=self._experiment.steady_seconds)), limits

    def _work(self, strand: _Strand, first: int, count: int) -> ChunkWork:
        return ChunkWork(
            world=strand.world,
            seed=self._experiment.seed,
            planner_seed=strand.planner_seed,
            first=first,
            count=count,
            days=strand.days,
            priority_a=self._experiment.priority_a,
            first_plan=self._plans[strand.name],
            known=self._known_course(strand),
        )

    def _known_course(self, strand: _Strand) -> KnownCourse | None:
        """What later days of a strand are like; a single day has none."""
        if strand.known is None or strand.days == 1:
            return None
        return KnownCourse(
            world=strand.known,
            first_plan=self._plans[f"known-{strand.planner_seed}"],
            change_cost=timedelta(seconds=self._experiment.steady_seconds),
        )

    def _through_executor[R](
        self, function: Callable[..., R], todo: Mapping[str, tuple[object, ...]]
    ) -> Iterator[tuple[str, R]]:
        """Each result as soon as it is there; a pool that broke is opened anew with what was not done."""
        left = dict(todo)
        for _ in range(MOST_BROKEN):
            if not left:
                return
            try:
                futures: dict[Future[R], str] = {
                    self._executor().submit(function, *arguments): name for name, arguments in left.items()
                }
                for future in self._as_completed(futures):
                    yield futures[future], future.result()
                    del left[futures[future]]
            except BrokenExecutor:
                self.close()
        if left:
            raise ProcessDied("the processes that simulate died again and again")

    def _as_completed[R](self, futures: Iterable[Future[R]]) -> Iterator[Future[R]]:
        """Each as soon as it is done, hearing of the wish to stop meanwhile."""
        waiting = set(futures)
        while waiting:
            ended, waiting = wait(waiting, timeout=SECONDS_BETWEEN_QUESTIONS, return_when=FIRST_COMPLETED)
            yield from ended
            if not ended:
                self._stop_if_asked()

    def _executor(self) -> Executor:
        """Open from the first step to the last: workers take seconds to begin."""
        if self._opened is None:
            self._opened = self._closing.enter_context(self._open())
        return self._opened

    def close(self) -> None:
        """Let the workers go."""
        self._opened = None
        self._closing.close()

    def _step(self) -> None:
        self._tell(SimulationProgress(done=self._done, steps=self._steps, kept=self._found))
        self._stop_if_asked()

    def _stop_if_asked(self) -> None:
        if self._should_stop():
            raise NotNow("simulation_stopped", "The simulation was stopped; what is done is kept.")


def _known_world(experiment: Experiment, snapshot: Snapshot) -> World | None:
    """The world whose plan people know, where plans are to be steady: the baseline."""
    return experiment.world_of(experiment.scenarios[0], snapshot) if experiment.steady_seconds else None


def _to_plan(world: World, planner_seed: int) -> tuple[Problem, SearchLimits]:
    """The first day of a world, planned from nothing."""
    first = first_world(world)
    return problem_to_plan(first), limits_of(first, planner_seed)


def _rounded(count: int, experiment: Experiment) -> int:
    """Whole chunks, so that no chunk ever changes its size; only the last one of all may be smaller."""
    chunk = experiment.replications.chunk
    return min(experiment.replications.most, -(-count // chunk) * chunk)


def _result(
    run: _Run,
    experiment: Experiment,
    number: int,
    scenario: Scenario,
    strands: Mapping[tuple[int, int], _Strand],
    count: int,
) -> ScenarioResult:
    by_seed = [run.chunks(strands[number, seed], count) for seed in range(experiment.planner_seeds)]
    return collected(scenario.name, scenario.amount, scenario.inputs, by_seed)


def _needed(experiment: Experiment, results: Sequence[ScenarioResult]) -> int:
    """How many replications the least precise scenario needs, by what was seen so far."""
    limits = experiment.replications
    if limits.figure is None or limits.half_width <= 0:
        return 0
    base = results[0].values(limits.figure)
    needed = 0
    for number, result in enumerate(results):
        values = result.values(limits.figure)
        seen = values if number == 0 else [one - other for one, other in zip(values, base, strict=True)]
        if mean_interval(seen).half_width > limits.half_width:
            needed = max(needed, len(seen) + 1, replications_needed(seen, limits.half_width))
    return needed


def _bias(
    run: _Run, experiment: Experiment, snapshot: Snapshot, count: int
) -> tuple[ScenarioResult, ScenarioResult] | None:
    """The baseline's first day with both budgets, for the same luck."""
    iterations = experiment.production_iterations
    if iterations is None:
        return None
    world = experiment.world_of(experiment.scenarios[0], snapshot)
    production = Planner(iterations=iterations, full_engine=True).made_in(world)
    known = _known_world(experiment, snapshot)
    found = []
    for name, one, before in (("budget", world, known), ("production", production, None)):
        strand = _Strand(name=name, world=one, planner_seed=0, days=1, known=before)
        run.do([(strand, count)])
        found.append(collected(name, None, (), [run.chunks(strand, count)]))
    return found[0], found[1]

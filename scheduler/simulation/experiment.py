"""An experiment: scenarios over one snapshot, how often each is simulated, and when it is enough."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import version

from scheduler.documents import canonical_sha256, problem_sha256
from scheduler.simulation.behaviour import Behaviour
from scheduler.simulation.changes import Change
from scheduler.simulation.questions import Question
from scheduler.simulation.snapshot import Snapshot
from scheduler.simulation.world import World

FORMAT = "visits-experiment/1"
MODEL = 3
"""The version of the model: raised whenever the same experiment would come to other numbers."""

STEADY_SECONDS = 600
"""What it usually costs to give a visit another crew or time, where plans are to be steady: as in re-planning a day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A what-if: the base with changes, made in order.

    Attributes:
        name: For people and tables.
        changes: What is different.
        inputs: The changes as they were written, for comparing inputs above outputs.
        amount: The number that a grid varies, for curves; None where there is none.
    """

    name: str
    changes: tuple[Change, ...] = ()
    inputs: tuple[Mapping[str, object], ...] = ()
    amount: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Replications:
    """How often, and when to stop.

    Attributes:
        first: Before precision is looked at.
        most: At most so many.
        figure: Which figure's difference to the first scenario is to be precise; None runs `most` at once.
        half_width: Precise is an interval of at most this to either side, in every scenario.
        chunk: How many replications are one step, kept when it is done.
    """

    first: int = 20
    most: int = 100
    figure: str | None = None
    half_width: float = 0.0
    chunk: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiment:
    """What is asked.

    Attributes:
        name: For people.
        seed: Of all luck.
        days: The horizon, in working days.
        priority_a: Visits of this priority or more count as priority A.
        iterations: The planner's budget, unless a scenario has its own.
        production_iterations: The budget whose plans the bias of `iterations` is measured against; None measures none.
        steady_seconds: What it costs a scenario's plan to give a visit another crew or time than the plan that it goes
            on from, which the baseline goes on from too; 0 plans each scenario by itself.
        planner_seeds: How many seeds of the planner each scenario is planned with; means and differences are of all.
        behaviour: Of everybody, before changes.
        replications: How often.
        scenarios: The first one is the baseline of all comparisons.
        questions: What is answered in one line each.
        document: As it was written, which is what its hash is made of.
    """

    name: str
    seed: int = 1
    days: int = 1
    priority_a: int = 75
    iterations: int = 1000
    production_iterations: int | None = None
    steady_seconds: int = 0
    planner_seeds: int = 1
    behaviour: Behaviour = field(default_factory=Behaviour)
    replications: Replications = field(default_factory=Replications)
    scenarios: tuple[Scenario, ...] = (Scenario(name="base"),)
    questions: tuple[Question, ...] = ()
    document: Mapping[str, object] = field(default_factory=dict)

    def world_of(self, scenario: Scenario, snapshot: Snapshot) -> World:
        """The world of a scenario."""
        world = World(
            problem=snapshot.problem,
            districts=snapshot.districts,
            behaviour=self.behaviour,
            iterations=self.iterations,
        )
        for change in scenario.changes:
            world = change.made_in(world)
        return world

    def sha256(self, snapshot: Snapshot) -> str:
        """What results belong to: the experiment as written, what was fitted, its data, the model and the planner."""
        return canonical_sha256(
            {
                "document": {key: value for key, value in self.document.items() if key != "questions"},
                # Fitted numbers stand in no document.
                "behaviour": repr(self.behaviour),
                "problem_sha256": problem_sha256(snapshot.problem),
                "districts": dict(sorted(snapshot.districts.items())),
                "model": MODEL,
                "engine": version("visit-scheduler"),
            }
        )

    def with_budget(self, iterations: int) -> "Experiment":
        """The same with another budget of the planner, for measuring the bias of the smaller one."""
        return replace(self, iterations=iterations)


def chunk_starts(replications: Replications, up_to: int) -> Sequence[tuple[int, int]]:
    """First replication and count of each chunk until `up_to` replications."""
    return [(first, min(replications.chunk, up_to - first)) for first in range(0, up_to, replications.chunk)]

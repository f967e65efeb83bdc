"""What each step of our search gained, as far as the search tells."""

from collections.abc import Sequence
from typing import Protocol, cast

from benchmarks.engines.own import compile_search, run_search
from benchmarks.readers import Benchmark
from scheduler.domain.errors import MissingResource
from scheduler.planning import SearchLimits
from scheduler.solver.search import Found


class Step(Protocol):
    """One step: its name, the seconds at which it ended, and the cost it ended with."""

    @property
    def name(self) -> str:
        """Such as `search`."""

    @property
    def seconds(self) -> float:
        """Since the beginning."""

    @property
    def cost(self) -> int:
        """In the planner's whole numbers."""


def gains(benchmark: Benchmark, *, seconds: float, seed: int) -> Sequence[Step]:
    """Search once and hand on what the search says of its steps.

    Raises:
        MissingResource: The search does not tell its steps.
    """
    compile_search()
    instance = benchmark.case().instance
    found = run_search(instance, SearchLimits(seconds=seconds, seed=seed), "auto", lambda _: None)
    return steps_of(found)


def steps_of(found: Found) -> Sequence[Step]:
    """The steps of a search.

    Raises:
        MissingResource: It does not tell them.
    """
    steps = cast("Sequence[Step]", getattr(found, "steps", ()))
    if not steps:
        raise MissingResource("the search does not tell what each of its steps gained")
    return steps

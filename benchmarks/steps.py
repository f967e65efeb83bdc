"""What each step of our search gained, as far as the search tells."""

from collections.abc import Sequence

from benchmarks.engines.own import compile_search, run_search
from benchmarks.readers import Benchmark
from scheduler.planning import SearchLimits
from scheduler.solver.search import Step


def gains(benchmark: Benchmark, *, seconds: float, seed: int) -> Sequence[Step]:
    """Search once and hand on what the search says of its steps."""
    compile_search()
    instance = benchmark.case().instance
    return run_search(instance, SearchLimits(seconds=seconds, seed=seed), "auto", lambda _: None).steps

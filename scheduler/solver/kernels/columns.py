"""Where a shift finds its legs in travel matrices that stand side by side."""

from scheduler.solver.kernels.arrays import PROFILE, ProblemArrays
from scheduler.solver.kernels.compiled import inlined


@inlined
def first_column(problem: ProblemArrays, shift: int) -> int:
    """The column of location 0; the others follow."""
    return problem.shifts[shift, PROFILE] * problem.travel.shape[0]

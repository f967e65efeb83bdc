"""The travel of an instance becomes parts of the flat arrays: the profiles' matrices side by side."""

from collections.abc import Sequence

import numpy as np

from scheduler.solver.instance import Instance
from scheduler.solver.kernels.arrays import NO_WAY, PROFILE, Ints, ProblemArrays
from scheduler.solver.ways import NO_WAY_SECONDS, Rows


def travel_by_profile(instance: Instance) -> list[Ints]:
    """By profile, [from, to] seconds."""
    return [_flat(ways.travel) for ways in instance.ways]


def _flat(rows: Rows) -> Ints:
    travel = np.minimum(np.array(rows, dtype=np.int64), NO_WAY).astype(np.int32)
    travel[travel >= min(NO_WAY, NO_WAY_SECONDS)] = NO_WAY
    return travel


def side_by_side(matrices: Sequence[Ints]) -> Ints:
    """[from, column] of matrices [from, to]."""
    return np.ascontiguousarray(np.hstack(matrices))


def transposed_side_by_side(matrices: Sequence[Ints]) -> Ints:
    """[to, column] of matrices [from, to]."""
    return side_by_side([matrix.T for matrix in matrices])


def quickest(matrices: Sequence[Ints]) -> Ints:
    """[from, to] by whoever is there first: for all that does not ask whose visit it will be."""
    least: Ints = np.minimum.reduce(list(matrices))
    return least


def quickest_travel(problem: ProblemArrays) -> Ints:
    """[from, to] seconds by whoever is there first."""
    size = len(problem.travel)
    return quickest(np.hsplit(problem.travel, problem.travel.shape[1] // size) if size else [problem.travel])


def own_travel(problem: ProblemArrays, shift: int) -> Ints:
    """[from, to] seconds of a shift."""
    size = len(problem.travel)
    first = problem.shifts[shift, PROFILE] * size
    return problem.travel[:, first : first + size]

"""Remembering routes of good solutions, for `scheduler.solver.recombine`."""

import numpy as np

from scheduler.solver.kernels.arrays import KIND, VISIT, PoolArrays, ProblemArrays, RouteArrays
from scheduler.solver.kernels.compiled import kernel

_MASK = np.uint64((1 << 15) - 1)


@kernel
def remember(problem: ProblemArrays, routes: RouteArrays, pool: PoolArrays, shift: int) -> None:
    """Keep a route unless the pool knows its visits on such a shift at no higher cost."""
    length = routes.length[shift]
    if length == 0:
        return
    key = pool.names[len(routes.where) + problem.shifts[shift, KIND]]
    for stop in range(1, length + 1):
        key += pool.names[problem.options[routes.options[shift, stop], VISIT]]
    slot = np.int64(key & _MASK)
    if pool.key[slot] == key and pool.cost[slot] <= routes.cost[shift]:
        return
    pool.key[slot] = key
    pool.cost[slot] = routes.cost[shift]
    pool.shift[slot] = shift
    pool.length[slot] = length
    for stop in range(length):
        pool.options[slot, stop] = routes.options[shift, stop + 1]
